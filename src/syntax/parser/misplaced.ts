/** Words that stand where they mean nothing, and what their writer was after. */
import { diagnose } from "../../diagnostics/catalogue.ts";
import type { Diagnostic, Help } from "../../diagnostics/diagnostic.ts";
import { SYNTAX_MESSAGES } from "../messages.ts";
import * as t from "../tokens.ts";
import { type Failure, spanOf } from "./failure.ts";
import { type Boundary, enterClauses, firstOnLine, isName, ruleClauses } from "./landscape.ts";

interface Advice {
  readonly text: string;
  readonly write?: string;
}

/** Anywhere. */
const wordAdvice: Readonly<Record<string, Advice>> = {
  crosses: { text: "A crossing is a function: `cross_up(a, b)`, `cross_down(a, b)`" },
  is: { text: "Comparisons are signs: `a > b`, `a < b`, `a == b`" },
  as: { text: "Functions of the language need no import; one of your own modules is `import my.tools { helper }`" },
};

const ruleAdvice: Readonly<Record<string, Advice>> = {
  if: { text: "The condition of a rule is written `when`", write: "when" },
  buy: { text: "To buy is written `enter long { size … }`; to leave a short position `exit NAME`" },
  sell: { text: "To leave a position is written `exit NAME`, to sell short `enter short { size … }`" },
  long: { text: "To buy is written `enter long { size … }`" },
  short: { text: "To sell short is written `enter short { size … }`" },
  close: { text: "To leave a position is written `exit NAME`" },
  then: { text: "Nothing stands between `when` and what follows from it", write: "" },
  and: { text: "A rule has one `when`: join conditions inside it" },
  or: { text: "A rule has one `when`: join conditions inside it" },
  strategy: { text: "To buy is written `enter long { size … }`; to leave a position `exit NAME`" },
  self: { text: "To buy is written `enter long { size … }`; to leave a position `exit NAME`" },
  from: { text: "The value one bar ago is `close[1]`" },
  else: { text: "A rule has no `else`: write a second rule with the opposite `when`" },
};

const stopAdvice = { text: "A stop is a price: `stop at fill * (1 - 5%)`" };
const targetAdvice = { text: "A target is a price: `target at fill * (1 + 10%)`" };
const enterAdvice: Readonly<Record<string, Advice>> = {
  stop_loss: stopAdvice,
  stoploss: stopAdvice,
  sl: stopAdvice,
  take_profit: targetAdvice,
  takeprofit: targetAdvice,
  tp: targetAdvice,
  trailing_stop: { text: "A stop that follows is `trail at peak * (1 - 5%)`" },
  quantity: { text: "How much is `size 100shares`, or `risk 0.5% * equity` with a stop" },
  qty: { text: "How much is `size 100shares`, or `risk 0.5% * equity` with a stop" },
};

const orders = "Orders are decided in rules: `rule NAME { when …  enter long { size 100shares } }`";

const itemAdvice: Readonly<Record<string, Advice>> = {
  if: { text: "An `if` is a value; what is done on a condition is a rule: `rule NAME { when … }`" },
  for: { text: "There are no loops: windows such as `sum(x, 10)` and `sum(i in 0..9: x[i])` read the past" },
  while: { text: "There are no loops: windows such as `sum(x, 10)` and `sum(i in 0..9: x[i])` read the past" },
  return: { text: "`return` stands in the block of a function" },
  buy: { text: orders },
  sell: { text: "Orders are decided in rules: `rule NAME { when …  exit OTHER }`" },
  AddOrder: { text: orders },
  strategy: { text: orders },
  self: { text: orders },
  class: { text: "There are no classes: a file is one strategy, `strategy NAME`, with its values and rules" },
  from: { text: "Functions of the language need no import; one of your own modules is `import my.tools { helper }`" },
  declare: { text: "Nothing is said about the chart: leave this out" },
  print: { text: "Values are shown by `plot NAME`, and on the command line by `stratc eval`" },
};

const tables: Partial<Readonly<Record<Boundary, Readonly<Record<string, Advice>>>>> = {
  item: itemAdvice,
  ruleClause: ruleAdvice,
  enterClause: enterAdvice,
};

function adviceAt({ actual, next, previous, reading }: Failure, boundary: Boundary): Advice | undefined {
  const table = { ...wordAdvice, ...tables[boundary] };
  if (actual.tokenType === t.reserved.if && !firstOnLine(reading.source, actual) && boundary === "item") {
    return { text: "`a if c else b` is written `if c then a else b`" };
  }
  if (previous.image === "lambda") return { text: "A function is written `fn f(x: series U): series U { return … }`" };
  if (Object.hasOwn(table, actual.image)) return table[actual.image];
  if (boundary === "item" && next.tokenType !== t.Equals && (ruleClauses.has(actual.tokenType) || enterClauses.has(actual.tokenType))) {
    return { text: `\`${actual.image}\` stands inside a rule: \`rule NAME { when …  … }\`` };
  }
  if (boundary === "ruleClause" && enterClauses.has(actual.tokenType)) {
    return { text: `\`${actual.image}\` stands inside an entry: \`enter long { … }\`` };
  }
  if (boundary === "enterClause" && ruleClauses.has(actual.tokenType)) {
    return { text: `\`${actual.image}\` stands in the rule, outside the braces of \`enter\`` };
  }
  if (boundary === "item" && isName(actual) && next.tokenType === t.LParen) {
    const line = reading.source.slice(actual.startOffset, actual.startOffset + 200).split("\n", 1)[0] ?? "";
    if (line.includes("=>")) return { text: `A function is written \`fn ${actual.image}(x: series U): series U { return … }\`` };
    return { text: `A call is part of a value: \`NAME = ${actual.image}(…)\`` };
  }
  return undefined;
}

/** What the word at this place was meant for, if that can be told. */
export function misplaced(failure: Failure, boundary: Boundary): Diagnostic | undefined {
  const advice = adviceAt(failure, boundary);
  if (advice === undefined) return undefined;
  const span = spanOf(failure, failure.actual);
  const { write } = advice;
  const help: Help[] =
    write === undefined ? [] : [{ text: write === "" ? "remove it" : write, edits: [{ span, text: write }], certain: true }];
  return diagnose(SYNTAX_MESSAGES, "E0116", span, { advice: advice.text }, { help });
}
