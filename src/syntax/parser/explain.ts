/** From where the parser stopped to what the user is told. */
import type { IParserErrorMessageProvider, TokenType } from "chevrotain";
import { diagnose } from "../../diagnostics/catalogue.ts";
import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import { positionAt } from "../../diagnostics/position.ts";
import type { Span } from "../../diagnostics/span.ts";
import { SYNTAX_MESSAGES } from "../messages.ts";
import * as t from "../tokens.ts";
import { knownCause } from "./causes.ts";
import { endOf, type Failure, isEnd, spanOf } from "./failure.ts";
import { type Boundary, firstOnLine } from "./landscape.ts";
import { misplaced } from "./misplaced.ts";

function firstNames(paths: readonly (readonly TokenType[])[]): string {
  return [...new Set(paths.map((path) => path[0]?.name ?? ""))].join(" ");
}

/** The text of a Chevrotain error is only the names of the token types it expected: the sentence is made here, once, with all that is known. */
export const expectedTokens: IParserErrorMessageProvider = {
  buildMismatchTokenMessage: ({ expected }) => expected.name,
  buildNotAllInputParsedMessage: () => t.EOF.name,
  buildNoViableAltMessage: ({ expectedPathsPerAlt }) => firstNames(expectedPathsPerAlt.flat()),
  buildEarlyExitMessage: ({ expectedIterationPaths }) => firstNames(expectedIterationPaths),
};

const tokenLabels: ReadonlyMap<string, string> = new Map(t.vocabulary.map((type) => [type.name, type.LABEL ?? type.name]));

/** "`a`, `b` or `c`". */
function listed(phrases: readonly string[]): string {
  return phrases.length < 2 ? (phrases[0] ?? "") : `${phrases.slice(0, -1).join(", ")} or ${phrases.at(-1)}`;
}

/** What each place asks for, in words. */
const places: Readonly<Record<Boundary, string>> = {
  item: "a new item, such as `rule NAME { … }`, or a value, `NAME = …`,",
  statement: "`let`, `rec` or `return`",
  ruleClause: "a clause of the rule, such as `when`, `enter`, `exit` or `hold`,",
  enterClause: "a clause of the entry, such as `size`, `risk`, `order`, `stop` or `target`,",
  riskLine: "a limit, `MEASURE <= VALUE`,",
  setting: "a setting, `NAME: VALUE`,",
  expectation: "`given` or `expect`",
};

function expectedPhrase({ expected, previous }: Failure): string {
  if (expected.includes(t.NumberLiteral.name) && expected.length > 2) {
    const mark = previous.tokenType.LABEL ?? "";
    return mark.startsWith("`") ? `a value after ${mark}` : "a value";
  }
  if (expected.includes(t.EOF.name)) return "the end";
  return listed(expected.map((name) => tokenLabels.get(name) ?? name));
}

const completing: ReadonlySet<string> = new Set([t.reserved.then, t.reserved.else, t.RParen, t.RSquare, t.RCurly].map((type) => type.name));

/** "this `if` began at line 4", where that construct is what the expected word would go on with; a bracket only from another line. */
function beganText({ opening, starts, expected, previous }: Failure): string | undefined {
  if (opening === undefined || !expected.some((name) => completing.has(name))) return undefined;
  const line = positionAt(starts, opening.token.startOffset).line;
  const isNear = line === positionAt(starts, endOf(previous)).line;
  return isNear && opening.token.tokenType !== t.reserved.if ? undefined : `${opening.what} began at line ${line}`;
}

/** Where the rest of a line is missing, the place right after it; else the token that is wrong. */
function placeOf(failure: Failure, isStray: boolean): Span {
  const { reading, actual, previous } = failure;
  const isRestMissing = !isStray && firstOnLine(reading.source, actual) && endOf(previous) > 0;
  if (isEnd(actual) || actual.image === "" || isRestMissing) return { source: reading.name, start: endOf(previous), end: endOf(previous) };
  return spanOf(failure, actual);
}

function unexpected(failure: Failure, expected: string, isStray: boolean): Diagnostic {
  const { opening, actual } = failure;
  const span = placeOf(failure, isStray);
  const found = isEnd(actual) ? "the end of the text" : span.start === span.end ? "" : `\`${actual.image}\``;
  const began = beganText(failure);
  const labels = began === undefined || opening === undefined ? [] : [{ span: spanOf(failure, opening.token), text: "it began here" }];
  return diagnose(SYNTAX_MESSAGES, "E0103", span, { expected, found, began }, { labels: labels });
}

/** Why the parser could not go on. */
export function explain(failure: Failure): Diagnostic {
  const isItem = failure.rule === "item" || failure.rule === "onValue";
  const known = knownCause(failure) ?? (isItem ? misplaced(failure, "item") : undefined);
  return known ?? unexpected(failure, isItem ? places.item : expectedPhrase(failure), isItem);
}

/** Why nothing that may stand between two boundaries begins here. */
export function explainStray(failure: Failure, boundary: Boundary): Diagnostic {
  return knownCause(failure) ?? misplaced(failure, boundary) ?? unexpected(failure, places[boundary], true);
}
