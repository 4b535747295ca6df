/** Words that stand where they mean nothing, and what their writer was after. */
import { diagnose } from "../../diagnostics/catalogue.ts";
import type { Diagnostic, Help } from "../../diagnostics/diagnostic.ts";
import { SYNTAX_MESSAGES } from "../messages.ts";
import * as t from "../tokens.ts";
import { type Failure, spanOf } from "./failure.ts";
import { type Boundary, enterClauses, isName, ruleClauses } from "./landscape.ts";

interface Advice {
  readonly text: string;
  readonly write?: string;
}

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
  else: { text: "A rule has no `else`: write a second rule with the opposite `when`" },
};

const itemAdvice: Readonly<Record<string, Advice>> = {
  if: { text: "An `if` is a value; what is done on a condition is a rule: `rule NAME { when … }`" },
  for: { text: "There are no loops: windows such as `sum(x, 10)` and `sum(i in 0..9: x[i])` read the past" },
  while: { text: "There are no loops: windows such as `sum(x, 10)` and `sum(i in 0..9: x[i])` read the past" },
  return: { text: "`return` stands in the block of a function" },
  buy: { text: "Orders are decided in rules: `rule NAME { when …  enter long { size … } }`" },
  sell: { text: "Orders are decided in rules: `rule NAME { when …  exit OTHER }`" },
};

function adviceAt({ actual, next }: Failure, boundary: Boundary): Advice | undefined {
  const table = boundary === "item" ? itemAdvice : boundary === "ruleClause" ? ruleAdvice : {};
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
