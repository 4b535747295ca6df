/** Runs the tests of a file: facts from the bounds of a value's graph, values by the interpreter over the rows that the test gives. */
import { interpreter } from "../backends/interpreter/kernel.ts";
import type { Expectation, Test, TestedSide, TestedValue } from "../compile.ts";
import { bounds } from "../graph/bounds.ts";
import { KernelHalt, SLOT_COUNT } from "../graph/kernel.ts";
import { soleLane } from "../graph/lanes.ts";
import type { Graph } from "../graph/nodes.ts";
import { inputFields, nodeAt } from "../graph/traverse.ts";
import type { BarChunk } from "../market/bars.ts";
import { calendarNamed, DAY, MINUTE } from "../market/calendars.ts";
import { BEFORE_FIRST_SESSION, type SessionField, sessionRows } from "../market/sessions.ts";
import { withFactors } from "../run/rows.ts";
import { dayNumber } from "../values/civil-date.ts";
import { knownDecimal } from "../values/decimal.ts";

type Value = number | boolean | null;

/** What one expectation came to; both sides as people read them where it failed. */
export interface Verdict {
  readonly expectation: Expectation;
  readonly failure: { readonly expected: string; readonly actual: string } | null;
}

export interface TestResult {
  readonly test: Test;
  readonly verdicts: readonly Verdict[];
}

/** Rows end minute by minute after this midnight (UTC): of one session of the calendar `always`, up to a day of them. */
const BEGIN = dayNumber(2024, 1, 2) * DAY;

/** Numbers that differ by no more than rounding may are equal. */
const ROUNDING = 1e-9;

/** Runs one test. */
export function runTest(test: Test): TestResult {
  return { test, verdicts: test.expectations.map((expectation) => ({ expectation, failure: failureOf(test, expectation) })) };
}

function failureOf(test: Test, expectation: Expectation): Verdict["failure"] {
  switch (expectation.kind) {
    case "fact":
      return factFailure(expectation);
    case "gives": {
      const actual = valuesOf(test, expectation.value);
      if (typeof actual === "string") return { expected: listText(expectation.values), actual };
      const isMet = expectation.values.every((value, row) => isClose(actual[row] ?? null, value, expectation.within));
      return isMet ? null : { expected: listText(expectation.values), actual: listText(actual) };
    }
    case "holds": {
      const actual = valuesOf(test, expectation.value);
      if (typeof actual === "string") return { expected: "true", actual };
      const isMet = actual.every((value) => value !== false) && actual.includes(true);
      return isMet ? null : { expected: "true wherever it has a value, and on one row at least", actual: listText(actual) };
    }
  }
}

function isClose(actual: Value, expected: Value, within: number | null): boolean {
  if (typeof actual !== "number" || typeof expected !== "number") return actual === expected;
  return Math.abs(actual - expected) <= (within ?? ROUNDING * Math.max(1, Math.abs(expected)));
}

function listText(values: readonly Value[]): string {
  return `[${values.map((value) => (value === null ? "none" : String(value))).join(", ")}]`;
}

// ---------------------------------------------------------------- facts

const SLOT_BYTES = 8;

function factFailure({ left, comparison, right }: Extract<Expectation, { kind: "fact" }>): Verdict["failure"] {
  const [a, b] = [factOf(left), factOf(right)];
  if (typeof a === "number" && typeof b === "number" && COMPARE[comparison](a, b)) return null;
  return right.kind === "number" || left.kind !== "number"
    ? { expected: `${comparison} ${b}`, actual: String(a) }
    : { expected: `${a} ${comparison}`, actual: String(b) };
}

const COMPARE: Readonly<Record<Extract<Expectation, { kind: "fact" }>["comparison"], (a: number, b: number) => boolean>> = {
  "<": (a, b) => a < b,
  "<=": (a, b) => a <= b,
  ">": (a, b) => a > b,
  ">=": (a, b) => a >= b,
  "==": (a, b) => a === b,
  "!=": (a, b) => a !== b,
};

/** "never" and "unknown" of what does not settle, or of which that is not known. */
function factOf(side: TestedSide): number | string {
  if (side.kind === "number") return side.value;
  const { graph, node } = side.value;
  const known = bounds(graph, defaultsOf(graph));
  switch (side.fact) {
    case "warmup":
      return known.warmup[node] ?? 1;
    case "settling":
      return known.settling;
    case "state_bytes":
      return known.stateBytes - SLOT_COUNT * SLOT_BYTES;
  }
}

function defaultsOf({ parameters }: Graph): readonly number[] {
  return parameters.map((parameter) => parameter.default);
}

// ---------------------------------------------------------------- values

/** A value on every row; in words where the run could not go on. */
function valuesOf(test: Test, { graph, node }: TestedValue): readonly Value[] | string {
  const { bars, priceDecimals } = rowsOf(test, graph);
  const options = { ...soleLane(graph), parameters: defaultsOf(graph), priceDecimals, capacity: bars.rows, observed: [node] };
  try {
    const kernel = interpreter(options);
    kernel.load(bars);
    const isBool = nodeAt(graph, node).type === "bool";
    return Array.from({ length: bars.rows }, (_, row) => {
      const value = kernel.value(node, row);
      return value === null || !isBool ? value : value !== 0;
    });
  } catch (error) {
    if (!(error instanceof KernelHalt)) throw error;
    return error.reason === "not_finite" ? `not finite on row ${error.row + 1}` : `a sum out of range on row ${error.row + 1}`;
  }
}

/** The rows of a test as bars of one minute, in ticks of the smallest quantum that holds every price. */
function rowsOf({ given }: Test, graph: Graph): { readonly bars: BarChunk; readonly priceDecimals: number } {
  const { open, high, low, close, volume } = given;
  const rows = close.length;
  const priceDecimals = Math.max(0, ...[open, high, low, close].flat().map((text) => knownDecimal(text).decimals));
  const ticks = (texts: readonly string[]) => Float64Array.from(texts, (text) => ticksOf(text, priceDecimals));
  const time = Float64Array.from({ length: rows }, (_, row) => BEGIN + (row + 1) * MINUTE);
  const fields = [...inputFields(graph)].filter((field): field is SessionField => field.startsWith("session_"));
  const sessions = sessionRows(calendarNamed(graph.calendar), time, rows, fields, BEFORE_FIRST_SESSION);
  if (!sessions.ok) throw new Error("every calendar covers the day of tests");
  const columns = { open: ticks(open), high: ticks(high), low: ticks(low), close: ticks(close), volume: Float64Array.from(volume, Number) };
  return { bars: withFactors({ rows, time, columns: { ...columns, ...sessions.value.columns } }), priceDecimals };
}

function ticksOf(text: string, priceDecimals: number): number {
  const { coefficient, decimals } = knownDecimal(text);
  return Number(`${coefficient}${"0".repeat(priceDecimals - decimals)}`);
}
