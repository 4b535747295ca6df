/** `test NAME { given close [1, 2]  expect sma(close, 2) gives [none, 1.5] }`: what is expected, as small programs of one value each. */

import type { Span } from "../../diagnostics/span.ts";
import type { Expression, Item, Name, TestClause } from "../../syntax/ast.ts";
import { type Context, elaborate, functionNamed, report, textAt } from "../context.ts";
import { asBool, asScalar } from "../expressions/demands.ts";
import { termsUnder } from "../terms/reach.ts";
import { nodeOf, type TermId, termOf } from "../terms/terms.ts";
import { literalOf } from "../types/literals.ts";
import type { ScalarValue } from "../types/values.ts";
import { type GivenRows, givenRows } from "./given.ts";

/** What is known of a value before it runs. */
export type FactName = "warmup" | "settling" | "state_bytes" | "low" | "high";
const FACTS: readonly FactName[] = ["warmup", "settling", "state_bytes", "low", "high"];

export type Comparison = "<" | "<=" | ">" | ">=" | "==" | "!=";
const COMPARISONS: readonly Comparison[] = ["<", "<=", ">", ">=", "==", "!="];

/** One side of an expected fact: a number, or something of a term. */
export type FactSide =
  | { readonly kind: "number"; readonly value: number }
  | { readonly kind: "fact"; readonly fact: Exclude<FactName, "low" | "high">; readonly term: TermId };

interface Placed {
  readonly span: Span;
  /** As written, without `expect`. */
  readonly text: string;
}

export type CheckedExpectation = Placed &
  (
    | { readonly kind: "fact"; readonly left: FactSide; readonly comparison: Comparison; readonly right: FactSide }
    /** The value on each row, none as null; numbers may differ by `within`, or, without it, by rounding. */
    | {
        readonly kind: "gives";
        readonly term: TermId;
        readonly values: readonly (number | boolean | null)[];
        readonly within: number | null;
      }
    /** A condition that holds on every row on which it has a value. */
    | { readonly kind: "holds"; readonly term: TermId }
  );

export interface CheckedTest {
  readonly name: string;
  readonly span: Span;
  readonly given: GivenRows;
  readonly expectations: readonly CheckedExpectation[];
}

/** What reads more than the rows of a test. */
const CROSSINGS: ReadonlySet<string> = new Set(["sample", "gather", "across", "begins", "member"]);

type TestItem = Extract<Item, { kind: "test" }>;
type ExpectClause = Extract<TestClause, { kind: "expect" }>;

/** The fact that a call asks for, unless the file has a function of that name. */
function factAsked(context: Context, expression: Expression): { readonly fact: FactName; readonly of: Expression } | undefined {
  if (expression.kind !== "call" || expression.callee.kind !== "name") return undefined;
  const { text } = expression.callee.name;
  const fact = FACTS.find((name) => name === text);
  const [argument, second] = expression.arguments;
  if (fact === undefined || functionNamed(context.definitions, text) !== undefined) return undefined;
  return argument === undefined || second !== undefined || argument.name !== undefined ? undefined : { fact, of: argument.value };
}

/** Whether a value can be evaluated on given rows; reports if not. */
function isTestable(context: Context, value: ScalarValue, { span }: Expression): boolean {
  const { terms } = context.program;
  const isOfAccount = termOf(terms, value.term).stratum === "account";
  const crosses = [...termsUnder(terms, value.term)].some((id) => CROSSINGS.has(nodeOf(terms, id).op));
  if (crosses) report(context, "E0901", span, { what: "a test over several clocks or symbols" });
  if (!isOfAccount) return !crosses;
  report(context, "E0803", span, { problem: "A test trades nothing: it reads values of the market, none of the account." });
  return false;
}

/** One value of the market; undefined with the mistake reported. */
function scalarOf(context: Context, expression: Expression, what: string): ScalarValue | undefined {
  const value = asScalar(context, elaborate(context, expression), expression.span, what);
  return value !== undefined && isTestable(context, value, expression) ? value : undefined;
}

function sideOf(context: Context, expression: Expression): FactSide | undefined {
  const asked = factAsked(context, expression);
  const literal = literalOf(expression);
  if (asked === undefined && literal !== undefined) return { kind: "number", value: literal.value };
  if (asked === undefined) {
    report(context, "E0803", expression.span, { problem: "A fact is compared with a number or with another fact: `warmup(x) == 15`." });
    return undefined;
  }
  const { fact, of } = asked;
  const value = scalarOf(context, of, `What \`${fact}\` is asked of`);
  if (value === undefined) return undefined;
  if (fact === "low" || fact === "high") return { kind: "number", value: value.facts.range[fact] };
  return { kind: "fact", fact, term: value.term };
}

/** An expected value; undefined with the mistake reported. */
function expectedValue(context: Context, expression: Expression): number | boolean | null | undefined {
  if (expression.kind === "none") return null;
  if (expression.kind === "boolean") return expression.value;
  const literal = literalOf(expression);
  if (literal === undefined && expression.kind !== "missing")
    report(context, "E0803", expression.span, { problem: "What is expected is a number, `true`, `false` or `none`." });
  return literal?.value;
}

/** What `gives` says of a value, one for each row; undefined with the mistake reported. */
function givesOf(context: Context, clause: ExpectClause, listed: readonly Expression[], rows: number) {
  const value = scalarOf(context, clause.value, "What is expected of rows");
  const values = listed.map((one) => expectedValue(context, one));
  const known = values.filter((one) => one !== undefined);
  const within = clause.within === undefined ? null : literalOf(clause.within)?.value;
  if (within === undefined || (within !== null && within < 0)) {
    report(context, "E0803", clause.within?.span ?? clause.span, { problem: "`within` is a number, 0 or more: `within 0.001`." });
    return undefined;
  }
  if (value === undefined || known.length < values.length) return undefined;
  if (values.length !== rows) {
    const problem =
      rows === 0 ? "Values need rows: `given close [1, 2, 3]`." : `There are ${rows} rows, and ${values.length} values are expected.`;
    report(context, "E0803", clause.span, { problem });
    return undefined;
  }
  const wrong = listed.find((_, row) => values[row] !== null && (typeof values[row] === "boolean") !== (value.kind === "bool"));
  if (wrong !== undefined) {
    const wanted = value.kind === "bool" ? "a condition: `true`, `false` or `none`" : "a number, or `none`";
    report(context, "E0803", wrong.span, { problem: `This value is ${wanted}.` });
    return undefined;
  }
  return { kind: "gives", term: value.term, values: known, within } as const;
}

/** A condition on the rows; undefined with the mistake reported. */
function conditionOf(context: Context, { value }: ExpectClause, rows: number) {
  const condition = asBool(context, elaborate({ ...context, inlined: true }, value), value.span, "What is expected");
  if (condition === undefined || !isTestable(context, condition, value)) return undefined;
  if (rows > 0) return { kind: "holds", term: condition.term } as const;
  report(context, "E0803", value.span, {
    problem: "A condition needs rows to hold on: `given close [1, 2, 3]`; or a fact, `warmup(x) == 15`.",
  });
  return undefined;
}

function expectationOf(context: Context, clause: ExpectClause, rows: number): CheckedExpectation | undefined {
  const { value, gives } = clause;
  const placed = { span: clause.span, text: textAt(context, clause.span).replace(/^expect\s+/, "") };
  if (gives !== undefined) {
    const said = givesOf(context, clause, gives, rows);
    return said && { ...placed, ...said };
  }
  const comparison = value.kind === "binary" ? COMPARISONS.find((one) => one === value.operator) : undefined;
  if (value.kind === "binary" && comparison !== undefined && [value.left, value.right].some((side) => factAsked(context, side))) {
    const [left, right] = [sideOf(context, value.left), sideOf(context, value.right)];
    return left && right && { ...placed, kind: "fact", left, comparison, right };
  }
  const said = conditionOf(context, clause, rows);
  return said && { ...placed, ...said };
}

function testOf(context: Context, item: TestItem): CheckedTest | undefined {
  const given = givenRows(context, item.clauses);
  const expected = item.clauses.filter((clause): clause is ExpectClause => clause.kind === "expect");
  if (expected.length === 0 && !/\bexpect/.test(textAt(context, item.span)))
    report(context, "E0803", item.name.span, { problem: `\`${item.name.text}\` expects nothing.` });
  if (given === undefined) return undefined;
  const expectations = expected.map((clause) => expectationOf(context, clause, given.close.length));
  const checked = expectations.filter((one) => one !== undefined);
  return { name: item.name.text, span: item.name.span, given, expectations: checked };
}

/** The tests of a file; mistakes in them are reported. */
export function checkTests(context: Context, items: readonly Item[]): readonly CheckedTest[] {
  const tests = items.filter((item): item is TestItem => item.kind === "test");
  const seen = new Set<string>();
  return tests.flatMap((item) => {
    reportTwin(context, item.name, seen);
    return testOf(context, item) ?? [];
  });
}

function reportTwin(context: Context, { text, span }: Name, seen: Set<string>): void {
  if (seen.has(text)) report(context, "E0102", span, { name: text, by: "as a test" });
  seen.add(text);
}
