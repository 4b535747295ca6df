/**
 * Settling: how many rows after its warm-up a value has forgotten where the data began, to within 1e-9 of its seed's error. Windows forget by
 * themselves. A recursion whose `then` is affine in its previous value, y' = c y + x, forgets by a factor |c| a row; recursions that feed one
 * another form a cascade. Anything else must declare `settlesIn`. Rows are those of the first clock throughout; what is read of another lane must have
 * settled there first.
 */
import { DAY } from "../market/calendars.ts";
import { exp, log } from "../values/transcendental.ts";
import type { Lane } from "./demand.ts";
import type { Value } from "./evaluate.ts";
import { type Interval, intervals, product, quotient } from "./intervals.ts";
import { isCrossing } from "./kinds.ts";
import type { Graph, Node, NodeId, State, StateId } from "./nodes.ts";
import { decisionRoots, firstClock, nodeAt, operands, readsPrevious, stateAt, stateOperands } from "./traverse.ts";
import { runInteger } from "./warmup.ts";

/** Rows; "never" where a coefficient of 1 or more keeps the seed for ever; "unknown" where nothing can be said. */
export type Settling = number | "unknown" | "never";

const TOLERANCE = 1e-9;
/** More rows than any run has. */
const ROWS_LIMIT = 1_000_000_000_000;

/** What of the past a value still holds: nothing older than `rows`, and a cascade of `depth` recursions on its clock, the slowest with `coefficient` a tick. */
interface Memory {
  readonly rows: number;
  readonly depth: number;
  readonly coefficient: number;
}

type Remembered = Memory | "unknown" | "never";

const NOTHING: Memory = { rows: 0, depth: 0, coefficient: 0 };

function worst(all: readonly Remembered[]): Remembered {
  return all.reduce((a, b) => {
    if (a === "never" || b === "never") return "never";
    if (a === "unknown" || b === "unknown") return "unknown";
    return {
      rows: Math.max(a.rows, b.rows),
      depth: Math.max(a.depth, b.depth),
      coefficient: Math.max(a.coefficient, b.coefficient),
    };
  }, NOTHING);
}

/** The largest settling of what decides, evaluated on `lanes`, under the parameter set whose values of the run are given. */
export function settling(graph: Graph, run: readonly (Value | undefined)[], lanes: readonly Lane[]): Settling {
  const settled = remembering(graph, run, lanes);
  const all = worst(decisionRoots(graph).map(settled));
  return typeof all === "string" ? all : all.rows;
}

/** The settling of each node, by id, in rows of the first clock. */
export function settlings(graph: Graph, run: readonly (Value | undefined)[], lanes: readonly Lane[]): readonly Settling[] {
  const settled = remembering(graph, run, lanes);
  return graph.nodes.map((_, id) => {
    const held = settled(id);
    return typeof held === "string" ? held : held.rows;
  });
}

/** What each node remembers, all of it as rows. */
function remembering(graph: Graph, run: readonly (Value | undefined)[], lanes: readonly Lane[]): (id: NodeId) => Remembered {
  const slopes = allSlopes(graph, intervals(graph, run));
  const tickRows = rowsOfTicks(graph, lanes);
  const memory: Remembered[] = [];
  const of = (id: NodeId): Remembered => memory[id] ?? NOTHING;
  const settled = (id: NodeId): Remembered => {
    const held = of(id);
    if (typeof held === "string") return held;
    const rows = settledRows(held, tickRows[id] ?? 1);
    return rows === "never" ? rows : { ...NOTHING, rows };
  };
  graph.nodes.forEach((node, id) => {
    if (node.op === "state") {
      const read = worst(stateOperands(stateAt(graph, node.state)).map(of));
      memory.push(stateMemory(graph, { run, slopes, tickRows: tickRows[id] ?? 1 }, node.state, read));
    } else if (isCrossing(node)) memory.push(worst(operands(node).map(settled)));
    else memory.push(pastBegin(graph, node, worst(operands(node).map(of))));
  });
  return settled;
}

/** How many rows of the first clock a tick of each node may be, by id: on the slowest clock that needs it. */
function rowsOfTicks(graph: Graph, lanes: readonly Lane[]): readonly number[] {
  const rows = graph.nodes.map(() => 1);
  for (const { clock, needed } of lanes) {
    const own = rowsIn(graph, graph.clocks[clock]?.width ?? 0);
    for (const id of needed) rows[id] = Math.max(rows[id] ?? 1, own);
  }
  return rows;
}

/** Rows of the first clock in so much time. */
function rowsIn(graph: Graph, width: number): number {
  return Math.ceil(width / firstClock(graph).width);
}

/**
 * A window since the begin of a session or of another clock's tick holds the first, partial one until the next; one since any other condition holds
 * it for who knows how long. So does the number of a tick in its session.
 */
function pastBegin(graph: Graph, node: Node, read: Remembered): Remembered {
  if (node.op === "input" && node.field === "session_bar") return { ...NOTHING, rows: rowsIn(graph, DAY) };
  if (node.op !== "anchored" || read === "never") return read;
  const width = node.since === "session" ? DAY : beginWidth(graph, nodeAt(graph, node.since.condition));
  if (width === undefined || read === "unknown") return "unknown";
  return { ...read, rows: read.rows + rowsIn(graph, width) };
}

function beginWidth(graph: Graph, node: Node): number | undefined {
  return node.op === "begins" ? graph.clocks[node.of]?.width : undefined;
}

interface Recursion {
  readonly run: readonly (Value | undefined)[];
  readonly slopes: readonly (Slopes | null)[];
  /** Rows of the first clock in a tick. */
  readonly tickRows: number;
}

function stateMemory(graph: Graph, { run, slopes, tickRows }: Recursion, id: StateId, read: Remembered): Remembered {
  const state = stateAt(graph, id);
  if (typeof read === "string") return read;
  if (state.settlesIn !== null) {
    const settled = settledRows(read, tickRows);
    return settled === "never" ? settled : { ...NOTHING, rows: settled + runInteger(run, state.settlesIn, 0, ROWS_LIMIT) * tickRows };
  }
  const own = recursionMemory(slopes, state);
  if (typeof own === "string") return own;
  return { rows: read.rows, depth: read.depth + own.depth, coefficient: Math.max(read.coefficient, own.coefficient) };
}

/** The cascade inside one state: its fields, each affine in its own previous value, feeding one another without a cycle. */
function recursionMemory(slopes: readonly (Slopes | null)[], state: State): Remembered {
  const rows = state.fields.map((field) => slopes[field.then] ?? null);
  const depth = rows.map(() => 0);
  let slowest = 0;
  for (const [field, row] of rows.entries()) {
    if (row === null) return "unknown";
    const own = row.get(field) ?? NONE;
    const size = Math.max(Math.abs(own.low), Math.abs(own.high));
    if (size >= 1) return own.low === own.high && state.reset === null ? "never" : "unknown";
    slowest = Math.max(slowest, size);
  }
  for (let round = 0; round <= rows.length; round++) {
    let changed = false;
    for (const [field, row] of rows.entries()) {
      const feeding = [...(row ?? [])].filter(([from]) => from !== field).map(([from]) => depth[from] ?? 0);
      const longest = 1 + Math.max(0, ...feeding);
      changed ||= longest !== depth[field];
      depth[field] = longest;
    }
    if (!changed) return { rows: 0, depth: Math.max(...depth), coefficient: slowest };
  }
  return "unknown";
}

/** How much a node changes with each field of its state's previous value, as a slope between two bounds. */
type Slopes = ReadonlyMap<number, Slope>;
type Slope = Pick<Interval, "low" | "high">;

const NONE: Slope = { low: 0, high: 0 };
const ONE: Slope = { low: 1, high: 1 };
const FLAT: Slopes = new Map();

function merge(a: Slopes, b: Slopes, of: (a: Slope, b: Slope) => Slope): Slopes {
  const fields = new Set([...a.keys(), ...b.keys()]);
  return new Map([...fields].map((field) => [field, of(a.get(field) ?? NONE, b.get(field) ?? NONE)]));
}

function spread(a: Slope, b: Slope): Slope {
  return { low: Math.min(a.low, b.low), high: Math.max(a.high, b.high) };
}

/** The slopes of every node, by id; null where it is not affine, piece by piece. A value that reads no previous one has none. */
function allSlopes(graph: Graph, range: readonly Interval[]): readonly (Slopes | null)[] {
  const varies = readsPrevious(graph);
  const slopes: (Slopes | null)[] = [];
  const of = (id: NodeId): Slopes | null => slopes[id] ?? null;
  graph.nodes.forEach((node, id) => {
    slopes.push(varies[id] ? nodeSlopes(node, of, (x) => (varies[x] ? undefined : range[x])) : FLAT);
  });
  return slopes;
}

/** `fixed` gives the interval of an operand that reads no previous value. */
function nodeSlopes(node: Node, of: (id: NodeId) => Slopes | null, fixed: (id: NodeId) => Interval | undefined): Slopes | null {
  if (node.op === "previous") return new Map([[node.field, ONE]]);
  if (node.op === "select") return fixed(node.condition) === undefined ? null : both(of(node.then), of(node.otherwise), spread);
  if (node.op === "unary" && node.fn === "neg") return both(FLAT, of(node.x), (_, x) => ({ low: -x.high, high: -x.low }));
  if (node.op === "unary" && node.fn === "abs") return both(FLAT, of(node.x), (_, x) => spread(x, { low: -x.high, high: -x.low }));
  if (node.op !== "binary") return null;
  const [a, b] = [of(node.a), of(node.b)];
  if (node.fn === "min" || node.fn === "max") return both(a, b, spread);
  if (node.fn === "add") return both(a, b, (x, y) => ({ low: x.low + y.low, high: x.high + y.high }));
  if (node.fn === "sub") return both(a, b, (x, y) => ({ low: x.low - y.high, high: x.high - y.low }));
  const [left, right] = [fixed(node.a), fixed(node.b)];
  if (node.fn === "mul" && left !== undefined) return scaled(b, left, product);
  if (node.fn === "mul" && right !== undefined) return scaled(a, right, product);
  return node.fn === "div" && right !== undefined ? scaled(a, right, quotient) : null;
}

function both(a: Slopes | null, b: Slopes | null, of: (a: Slope, b: Slope) => Slope): Slopes | null {
  return a === null || b === null ? null : merge(a, b, of);
}

function scaled(slopes: Slopes | null, by: Interval, of: (a: Interval, b: Interval) => Interval): Slopes | null {
  return both(FLAT, slopes, (_, x) => of({ ...x, overflow: false }, by));
}

/** Rows of finite memory, then those of the smallest number of ticks m with Σ_{j<k} C(m+j−1, j) (1−c)^j c^m within the tolerance. */
function settledRows({ rows, depth, coefficient }: Memory, tickRows: number): number | "never" {
  if (depth === 0) return rows;
  let [below, enough] = [0, 1];
  while (remaining(enough, depth, coefficient) > TOLERANCE) {
    if (enough > ROWS_LIMIT) return "never";
    [below, enough] = [enough, enough * 2];
  }
  while (enough - below > 1) {
    const middle = Math.floor((below + enough) / 2);
    if (remaining(middle, depth, coefficient) > TOLERANCE) below = middle;
    else enough = middle;
  }
  return rows + enough * tickRows;
}

/** What is left of a unit error after m rows of a cascade of k recursions with coefficient c. */
function remaining(m: number, k: number, c: number): number {
  let term = c === 0 ? 0 : exp(m * log(c));
  let total = 0;
  for (let j = 0; j < k; j++) {
    total += term;
    term *= ((m + j) / (j + 1)) * (1 - c);
  }
  return total;
}
