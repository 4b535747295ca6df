/**
 * What people who know other languages write here. Each cause looks at where the parser stopped and, if it recognises the mistake, names it; the
 * first that does is the message.
 */
import type { IToken } from "chevrotain";
import { diagnose } from "../../diagnostics/catalogue.ts";
import type { Diagnostic, Help } from "../../diagnostics/diagnostic.ts";
import type { Span } from "../../diagnostics/span.ts";
import { SYNTAX_MESSAGES } from "../messages.ts";
import * as t from "../tokens.ts";
import { endOf, type Failure, isEnd, spanOf, touch } from "./failure.ts";
import { isName } from "./landscape.ts";

type Cause = (failure: Failure) => Diagnostic | undefined;

function replacement(span: Span, text: string): Help[] {
  return [{ text, edits: [{ span, text }], certain: true }];
}

/** E0116: a habit of another language. */
function habit(span: Span, advice: string, help: Help[] = []): Diagnostic {
  return diagnose(SYNTAX_MESSAGES, "E0116", span, { advice }, { help });
}

/** From the beginning of `left` to the end of `right`. */
function across(failure: Failure, left: IToken, right: IToken): Span {
  return { ...spanOf(failure, right), start: left.startOffset };
}

/** `.5`. */
const leadingPoint: Cause = (failure) => {
  const { actual, next, expected } = failure;
  if (!expected.includes(t.NumberLiteral.name) || actual.tokenType !== t.Dot) return undefined;
  if (next.tokenType !== t.NumberLiteral || !touch(actual, next)) return undefined;
  const span = across(failure, actual, next);
  const facts = { problem: `A number begins with a digit: \`0.${next.image}\`` };
  return diagnose(SYNTAX_MESSAGES, "E0113", span, facts, { help: next.image.includes(".") ? [] : replacement(span, `0.${next.image}`) });
};

/** `c ? a : b`. */
const ternary: Cause = (failure) =>
  failure.actual.tokenType === t.Question
    ? habit(spanOf(failure, failure.actual), "`c ? a : b` is written `if c then a else b`")
    : undefined;

/** `AND`, `Then`. */
const capitals: Cause = (failure) => {
  const { actual } = failure;
  const word = actual.image.toLowerCase();
  if (word === actual.image || !Object.hasOwn(t.reserved, word)) return undefined;
  const span = spanOf(failure, actual);
  return habit(span, `\`${actual.image}\` is written \`${word}\``, replacement(span, word));
};

/** `if a: b`. */
const colonForThen: Cause = (failure) => {
  const { actual, rule } = failure;
  if (rule !== "conditional" || actual.tokenType !== t.Colon) return undefined;
  const span = spanOf(failure, actual);
  return habit(span, "`if a: b` is written `if a then b else c`", [{ text: "then", edits: [{ span, text: " then" }], certain: true }]);
};

/** `rule buy:` and whatever stands indented below it. */
const colonForBlock: Cause = (failure) =>
  failure.expected.includes(t.LCurly.name) && failure.actual.tokenType === t.Colon
    ? habit(spanOf(failure, failure.actual), "A block stands in braces: `{ … }`")
    : undefined;

const comparisons = new Set([t.Less, t.Greater, t.GreaterEqual, t.EqualEqual, t.Equals, t.Colon]);

/** `order_value < 5_000usd`. */
const limitSign: Cause = (failure) => {
  const { actual, expected } = failure;
  if (failure.rule !== "riskLine" || !expected.includes(t.LessEqual.name) || !comparisons.has(actual.tokenType)) return undefined;
  const span = spanOf(failure, actual);
  const help = actual.tokenType === t.Greater || actual.tokenType === t.GreaterEqual ? [] : replacement(span, "<=");
  return habit(span, "A limit is written `measure <= value`, and the value may still be reached", help);
};

/** `sma(close 10)`. */
const missingComma: Cause = (failure) => {
  const { actual, previous, expected } = failure;
  const listed = expected.includes(t.RParen.name) || expected.includes(t.RSquare.name) || expected.includes(t.RCurly.name);
  const begins = isName(actual) || actual.tokenType === t.NumberLiteral || actual.tokenType === t.LParen;
  if (!listed || !begins || !["operand", "symbolList", "matching", "record"].includes(failure.rule)) return undefined;
  const place = { ...spanOf(failure, previous), start: spanOf(failure, previous).end };
  const facts = { expected: "`,`", found: `\`${actual.image}\``, began: undefined };
  const help = [{ text: `${previous.image}, ${actual.image}`, edits: [{ span: place, text: "," }] }];
  return diagnose(SYNTAX_MESSAGES, "E0103", spanOf(failure, actual), facts, { help });
};

/** `[SPY, ]`. */
const trailingComma: Cause = (failure) => {
  const { actual, previous } = failure;
  if (previous.tokenType !== t.Comma || ![t.RParen, t.RSquare, t.RCurly].includes(actual.tokenType)) return undefined;
  const span = spanOf(failure, previous);
  const help = [{ text: "remove it", edits: [{ span, text: "" }] }];
  return habit(span, `Nothing follows this comma; the last of a list has none`, help);
};

/** `fn f(x)`. */
const missingType: Cause = (failure) => {
  const { actual, previous, expected, rule } = failure;
  if (rule !== "field" || expected[0] !== t.Colon.name) return undefined;
  const facts = { expected: "`:` and a type", found: `\`${actual.image}\``, began: undefined };
  const help = [{ text: `${previous.image}: series U   or \`int in 2..100\`, \`number\`, \`series bool\` …`, edits: [] }];
  return diagnose(SYNTAX_MESSAGES, "E0103", spanOf(failure, actual), facts, { help });
};

/** `else flatten`. */
const missingUntil: Cause = (failure) => {
  const { actual, previous, expected } = failure;
  if (expected[0] !== t.soft.until.name) return undefined;
  const facts = { expected: "`until`", found: `\`${actual.image}\``, began: undefined };
  const help = [{ text: `${previous.image} until next_session   or \`until manual\``, edits: [] }];
  return diagnose(SYNTAX_MESSAGES, "E0103", spanOf(failure, actual), facts, { help });
};

/** `let then = 5`. */
const reservedName: Cause = (failure) => {
  const { actual, expected } = failure;
  if (expected.length !== 1 || expected[0] !== t.Name.name || !Object.hasOwn(t.reserved, actual.image)) return undefined;
  const facts = { expected: "a name", found: `\`${actual.image}\`, a word of the language`, began: undefined };
  return diagnose(SYNTAX_MESSAGES, "E0103", spanOf(failure, actual), facts);
};

/** The wrong token, or the end of what was read where nothing follows. */
function placeOf(failure: Failure): Span {
  const end = endOf(failure.previous);
  return isEnd(failure.actual) ? { source: failure.reading.name, start: end, end } : spanOf(failure, failure.actual);
}

/** `clock 1d`, `rule {`, `strategy "My first"`. */
const namelessThing: Cause = (failure) => {
  const { actual, previous, rule, expected } = failure;
  if (expected.length !== 1 || expected[0] !== t.Name.name) return undefined;
  const span = placeOf(failure);
  if (previous.tokenType === t.soft.clock) return habit(span, "A clock has a name: `clock day = 1d`");
  if (previous.tokenType === t.soft.rule) return habit(span, "A rule has a name: `rule buy { … }`");
  if (previous.tokenType === t.soft.exit) return habit(span, "An exit names the rule whose trade it ends: `exit buy`");
  if (previous.tokenType === t.soft.strategy) return habit(span, "The name of a strategy is one word without quotes: `strategy my_first`");
  if (rule !== "symbolList" || actual.tokenType !== t.StringLiteral) return undefined;
  const symbol = actual.image.slice(1, -1);
  return habit(span, "Symbols stand without quotes", /^[A-Za-z]\w*$/.test(symbol) ? replacement(span, symbol) : []);
};

/** `trade SPY`. */
const bareSymbol: Cause = (failure) => {
  const { actual, previous, expected, next } = failure;
  if (expected[0] !== t.LSquare.name || (previous.tokenType !== t.soft.trade && previous.tokenType !== t.soft.context)) return undefined;
  const span = placeOf(failure);
  const isOne = isName(actual) && next.tokenType !== t.Comma;
  return habit(span, "Symbols stand in brackets: `[SPY, QQQ]`", isOne ? replacement(span, `[${actual.image}]`) : []);
};

/** `stop 5%`. */
const priceless: Cause = (failure) => {
  const { previous, expected } = failure;
  const word = ([t.soft.stop, t.soft.target, t.soft.trail] as const).find((type) => type === previous.tokenType);
  if (word === undefined || expected[0] !== t.soft.at.name) return undefined;
  const price = word === t.soft.stop ? "fill * (1 - 5%)" : word === t.soft.target ? "fill * (1 + 10%)" : "peak * (1 - 5%)";
  return habit(placeOf(failure), `A ${previous.image} is a price: \`${previous.image} at ${price}\``);
};

/** `add size 5shares when C`. */
const sizedAddition: Cause = (failure) =>
  failure.rule === "addition" && failure.expected[0] === t.soft.up.name
    ? habit(
        placeOf(failure),
        "An addition is as large as the entry says, and goes up to a count of them: `add up to 3 when close > last_fill * (1 + 2%)`",
      )
    : undefined;

/** `enter long` without more. */
const sizeless: Cause = (failure) => {
  const { previous, rule, expected } = failure;
  if (rule !== "enter" || expected[0] !== t.LCurly.name) return undefined;
  return habit(placeOf(failure), `An entry says how much: \`enter ${previous.image} { size 100shares }\``);
};

/** `(close / open) ^ 2`. */
const caret: Cause = (failure) =>
  failure.actual.tokenType === t.Caret
    ? habit(spanOf(failure, failure.actual), "Powers are written `pow(x, 3)`, the second also `square(x)`")
    : undefined;

/** `high[0:20]`. */
const slice: Cause = (failure) =>
  failure.actual.tokenType === t.Colon && failure.expected.includes(t.RSquare.name)
    ? habit(spanOf(failure, failure.actual), "A part of the past is a window: `highest(high, 20)`, `mean(close, 20)`")
    : undefined;

/** `plot(close, color=red)`. */
const decoratedPlot: Cause = (failure) => {
  const { actual, opening, reading } = failure;
  const start = opening?.token.startOffset ?? 0;
  if (actual.tokenType !== t.Comma || !/\bplot\s?$/.test(reading.source.slice(Math.max(0, start - 6), start))) return undefined;
  return habit(spanOf(failure, actual), "A plot takes values and nothing else: `plot close, sma(close, 20)`");
};

const causes: readonly Cause[] = [
  namelessThing,
  bareSymbol,
  priceless,
  sizedAddition,
  sizeless,
  caret,
  slice,
  decoratedPlot,
  leadingPoint,
  ternary,
  capitals,
  colonForThen,
  colonForBlock,
  limitSign,
  missingComma,
  trailingComma,
  missingType,
  missingUntil,
  reservedName,
];

/** The mistake as a person would name it, if it is a known one. */
export function knownCause(failure: Failure): Diagnostic | undefined {
  for (const cause of causes) {
    const found = cause(failure);
    if (found !== undefined) return found;
  }
  return undefined;
}
