/**
 * Settling: after how many ticks what decides has forgotten where the data began, to within 1e-9 (docs/certificate.md, "Settling"). How strongly a
 * recursion holds on to its previous value is the derivative of its `then`, taken node by node as an interval; how long a chain of such
 * recursions takes is found by running the error's own recurrence until it is small.
 */
import { type Anatomy, type State, visits } from "./anatomy.ts";
import type { FormGraph, FormNode } from "./form.ts";
import type { Lane } from "./lanes.ts";
import { product, quotient, type Range, type Ranges, range } from "./ranges.ts";

/** `from` and `to`: rows of the first clock, apart by no more than the rounding of the error, or without an end where that is too far to be run; else why there is no number. */
export type Settling = { readonly from: number; readonly to: number } | "unknown" | "never";

/** Nothing older than `rows`, and a chain of `depth` recursions of which none holds on more than `coefficient` from tick to tick. */
interface Memory {
  readonly rows: number;
  readonly depth: number;
  readonly coefficient: number;
}
type Remembered = Memory | "unknown" | "never";

const TOLERANCE = 1e-9;
/** Beyond rounding in the recurrence or in a closed formula for it. */
const ROUNDING = 1e-6;
/** Steps of the recurrence, over all members of the chain; what takes longer has only a lower bound. */
const STEPS_MAX = 20_000_000;
const DAY_WIDTH = 86_400_000_000;
const NOTHING: Memory = { rows: 0, depth: 0, coefficient: 0 };

function both(a: Remembered, b: Remembered): Remembered {
  if (a === "never" || b === "never") return "never";
  if (a === "unknown" || b === "unknown") return "unknown";
  const [rows, depth] = [Math.max(a.rows, b.rows), Math.max(a.depth, b.depth)];
  return { rows, depth, coefficient: Math.max(a.coefficient, b.coefficient) };
}

/** The settling of any node, on the slowest of the `lanes` that need it. `varies` tells what reads a previous value on its own tick. */
export function settlingsOf(
  anatomy: Anatomy,
  ranges: Ranges,
  varies: (id: number) => boolean,
  lanes: readonly Lane[],
): (id: number) => Settling {
  const { graph, reads, stateReads } = anatomy;
  const [tickRows, decay] = [rowsOfTicks(graph, lanes), decays()];
  const [slopes, nodes, states]: [Slopes[], Remembered[], Remembered[]] = [[], [], []];
  const of = (id: number): Remembered => nodes[id] ?? NOTHING;
  const settled = (id: number): Settling => settledRows(of(id), tickRows[id] ?? 1, decay);
  for (const visit of visits(anatomy)) {
    if ("state" in visit) {
      const read = (stateReads[visit.id] ?? []).map(of).reduce(both, NOTHING);
      states[visit.id] = stateMemory(visit.state, slopes, ranges, read, (held, then) => settledRows(held, tickRows[then] ?? 1, decay));
      continue;
    }
    const { node, id } = visit;
    const fixed = (read: number): Range | null => (varies(read) ? null : ranges.of(read));
    slopes[id] = varies(id) ? slopesOf(node, (read) => slopes[read] ?? FLAT, fixed) : FLAT;
    const crosses = node.op === "sample" || node.op === "gather" || node.op === "across" || node.op === "onnx";
    const read = (reads[id] ?? []).map((each) => (crosses ? finite(settled(each)) : of(each))).reduce(both, NOTHING);
    nodes[id] = node.op === "state" ? (states[node.state] ?? NOTHING) : sinceAnchor(graph, node, read);
  }
  return settled;
}

/** The settling of what needs all of these. */
export function latestSettling(all: readonly Settling[]): Settling {
  if (all.includes("never")) return "never";
  const known = all.filter((each) => typeof each !== "string");
  return known.length < all.length ? "unknown" : known.reduce(later, { from: 0, to: 0 });
}

function later(a: Rows, b: Rows): Rows {
  return { from: Math.max(a.from, b.from), to: Math.max(a.to, b.to) };
}

/** What has settled, as seen from another lane. */
function finite(settled: Settling): Remembered {
  return typeof settled === "string" ? settled : { ...NOTHING, rows: settled.to };
}

/** Rows of the first clock in a tick of each node, by id: of the slowest lane that needs it. */
function rowsOfTicks(graph: FormGraph, lanes: readonly Lane[]): readonly number[] {
  const rows = graph.nodes.map(() => 1);
  for (const { clock, needed } of lanes) {
    const own = rowsIn(graph, graph.clocks[clock]?.width ?? 0);
    for (const id of needed) rows[id] = Math.max(rows[id] ?? 1, own);
  }
  return rows;
}

function rowsIn(graph: FormGraph, width: number): number {
  return Math.ceil(width / (graph.clocks[0]?.width ?? width));
}

/** A window since the begin of a session or of a slower clock's tick holds the first, partial one; one since another condition holds it for who knows how long. So does the number of a tick in its session. */
function sinceAnchor(graph: FormGraph, node: FormNode, read: Remembered): Remembered {
  if (node.op === "input" && node.field === "session_bar") return { ...NOTHING, rows: rowsIn(graph, DAY_WIDTH) };
  if (node.op !== "anchored" || typeof read === "string") return read;
  const begins = node.since === "session" ? null : graph.nodes[node.since.condition];
  if (begins !== null && begins?.op !== "begins") return "unknown";
  const width = begins === null ? DAY_WIDTH : (graph.clocks[begins.of]?.width ?? 0);
  return { ...read, rows: read.rows + rowsIn(graph, width) };
}

/** `settle` gives the rows in which what is read has settled, on the lane of the node given. */
function stateMemory(
  state: State,
  slopes: readonly Slopes[],
  ranges: Ranges,
  read: Remembered,
  settle: (held: Remembered, then: number) => Settling,
): Remembered {
  if (typeof read === "string") return read;
  const [first] = state.fields;
  if (state.settlesIn !== null && first !== undefined) {
    const before = finite(settle(read, first.then));
    const tick = finite(settle({ ...NOTHING, rows: 0, depth: 1, coefficient: 0 }, first.then));
    if (typeof before === "string" || typeof tick === "string") return before;
    return { ...before, rows: before.rows + ranges.of(state.settlesIn).high * tick.rows };
  }
  const own = chainOf(
    state.fields.map(({ then }) => slopes[then] ?? FLAT),
    state.reset !== null,
  );
  if (typeof own === "string") return own;
  return { rows: read.rows, depth: read.depth + own.depth, coefficient: Math.max(read.coefficient, own.coefficient) };
}

/** The longest chain of one state's fields that feed one another, and the strongest hold that one has on itself. */
function chainOf(fields: readonly Slopes[], resets: boolean): Remembered {
  let coefficient = 0;
  for (const [field, row] of fields.entries()) {
    const own = row.get(field) ?? FLAT_RANGE;
    const hold = Math.max(Math.abs(own.low), Math.abs(own.high));
    if (!(hold < 1)) return own.low === own.high && !resets ? "never" : "unknown";
    coefficient = Math.max(coefficient, hold);
  }
  const depth = fields.map(() => 0);
  for (let round = 0; round <= fields.length; round++) {
    const longer = fields.map(
      (row, field) => 1 + Math.max(0, ...[...row.keys()].filter((from) => from !== field).map((from) => depth[from] ?? 0)),
    );
    if (longer.every((length, field) => length === depth[field])) return { rows: 0, depth: Math.max(...longer), coefficient };
    longer.forEach((length, field) => {
      depth[field] = length;
    });
  }
  return "unknown";
}

interface Rows {
  readonly from: number;
  readonly to: number;
}

/** Ticks until a chain has forgotten. */
type Decay = (depth: number, coefficient: number) => Rows;

function settledRows(held: Remembered, tickRows: number, decay: Decay): Settling {
  if (typeof held === "string") return held;
  const { from, to } = decay(held.depth, held.coefficient);
  return { from: held.rows + from * tickRows, to: held.rows + to * tickRows };
}

/** Remembers what has been run, and how much. */
function decays(): Decay {
  const known = new Map<string, Rows>();
  let left = STEPS_MAX;
  return (depth, coefficient) => {
    const key = `${depth} ${coefficient}`;
    const rows = known.get(key) ?? decayed(depth, coefficient, left);
    if (!known.has(key)) left -= Math.min(left, depth * (Number.isFinite(rows.to) ? rows.to : left));
    known.set(key, rows);
    return rows;
  };
}

/** e₁ ← c e₁, eⱼ ← c eⱼ + (1 − c) eⱼ₋₁, all from 1: the ticks until the last of them is within the tolerance. */
function decayed(depth: number, c: number, stepsMax: number): Rows {
  if (depth === 0) return { from: 0, to: 0 };
  const errors = new Float64Array(depth).fill(1);
  let from: number | null = null;
  const steps = Math.floor(stepsMax / depth);
  for (let step = 0; step < steps; step++) {
    const last = errors[depth - 1] ?? 0;
    if (from === null && last <= TOLERANCE * (1 + ROUNDING)) from = step;
    if (from !== null && last <= TOLERANCE * (1 - ROUNDING)) return { from, to: step };
    let feeding = 0;
    for (let j = 0; j < depth; j++) {
      feeding = c * (errors[j] ?? 0) + (1 - c) * feeding;
      errors[j] = feeding;
    }
  }
  return { from: from ?? steps, to: Number.POSITIVE_INFINITY };
}

/** By how much a node changes with each field of its state's previous value. */
type Slopes = ReadonlyMap<number, Range>;
const FLAT: Slopes = new Map();
const FLAT_RANGE = range(0, 0);
const STEEP = range(Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY);

function merged(a: Slopes, b: Slopes, of: (a: Range, b: Range) => Range): Slopes {
  return new Map(
    [...new Set([...a.keys(), ...b.keys()])].map((field) => [field, of(a.get(field) ?? FLAT_RANGE, b.get(field) ?? FLAT_RANGE)]),
  );
}

function mapped(a: Slopes, of: (slope: Range) => Range): Slopes {
  return new Map([...a].map(([field, slope]) => [field, of(slope)]));
}

function hull(a: Range, b: Range): Range {
  return range(Math.min(a.low, b.low), Math.max(a.high, b.high));
}

/** `fixed`: between what an operand lies that reads no previous value; null for one that does. */
function slopesOf(node: FormNode, of: (id: number) => Slopes, fixed: (id: number) => Range | null): Slopes {
  if (node.op === "previous") return new Map([[node.field, range(1, 1)]]);
  if (node.op === "select") {
    const arms = merged(of(node.then), of(node.otherwise), hull);
    return fixed(node.condition) === null ? steep(merged(of(node.condition), arms, hull)) : arms;
  }
  if (node.op === "binary") return binarySlopes(node, of, fixed);
  if (node.op === "default") return steep(merged(of(node.x), of(node.fallback), hull));
  if (node.op === "power") return steep(of(node.x));
  if (node.op !== "unary") return FLAT;
  if (node.fn === "neg") return mapped(of(node.x), ({ low, high }) => range(-high, -low));
  if (node.fn === "abs") return mapped(of(node.x), (slope) => hull(slope, range(-slope.high, -slope.low)));
  return steep(of(node.x));
}

function steep(slopes: Slopes): Slopes {
  return mapped(slopes, () => STEEP);
}

function binarySlopes(
  { fn, a, b }: Extract<FormNode, { op: "binary" }>,
  of: (id: number) => Slopes,
  fixed: (id: number) => Range | null,
): Slopes {
  const [left, right] = [fixed(a), fixed(b)];
  if (fn === "add") return merged(of(a), of(b), (x, y) => range(x.low + y.low, x.high + y.high));
  if (fn === "sub") return merged(of(a), of(b), (x, y) => range(x.low - y.high, x.high - y.low));
  if (fn === "min" || fn === "max") return merged(of(a), of(b), hull);
  if (fn === "mul" && left !== null) return mapped(of(b), (slope) => product(slope, left));
  if (fn === "mul" && right !== null) return mapped(of(a), (slope) => product(slope, right));
  if (fn === "div" && right !== null) return mapped(of(a), (slope) => quotient(slope, right));
  return steep(merged(of(a), of(b), hull));
}
