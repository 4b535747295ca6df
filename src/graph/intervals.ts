/**
 * Interval analysis: between which numbers a node lies, and whether its operation may leave the doubles, so that a backend checks for values
 * that are not finite only there. Rounding is monotonic, so operations on the ends bound the operations inside; means and recursions, whose
 * rounding adds up, get a margin. A bool lies in 0..1.
 */
import { DIVIDEND_FACTOR_MIN } from "../market/actions.ts";
import { isBookField } from "../market/bars.ts";
import { exp, log } from "../values/transcendental.ts";
import type { Value } from "./evaluate.ts";
import { isExactPrice } from "./exact.ts";
import type { GatherFunction, Graph, Model, Node, NodeId, Parameter, StateId } from "./nodes.ts";
import { modelAt, nodeAt, readsPrevious, stateAt } from "./traverse.ts";

/** `low <= value <= high` for every value that passed its check. With `overflow` the operation may give one that is not finite. */
export interface Interval {
  readonly low: number;
  readonly high: number;
  readonly overflow: boolean;
}

const LARGEST = Number.MAX_VALUE;
const ANYTHING: Interval = { low: -LARGEST, high: LARGEST, overflow: true };
const TRUTH: Interval = { low: 0, high: 1, overflow: false };
/** More than any count of rows, ticks or microseconds. */
const COUNT_LIMIT = Number(1n << 53n);
/** Prices are 1 to 2^53 ticks of 10^−9 to 1. */
const PRICE: Interval = { low: 1e-9, high: COUNT_LIMIT, overflow: false };
/** Prices summed over any number of rows. */
const PRICE_SUM: Interval = { low: 0, high: COUNT_LIMIT * COUNT_LIMIT, overflow: false };
const WIDE_SUM: Interval = { low: -2 * COUNT_LIMIT, high: 2 * COUNT_LIMIT, overflow: false };
/** Of values whose sum is within ±2^54, or of prices. */
const VARIANCE: Interval = { low: 0, high: COUNT_LIMIT * Number(1n << 59n), overflow: false };
/** Relative to the larger end; more than the rounding of any mean or contraction adds up to. */
const MARGIN = 1 / (1 << 20);

/** The interval from `low` to `high`, cut to the doubles. */
function between(low: number, high: number, overflow = false): Interval {
  const beyond = low < -LARGEST || high > LARGEST;
  return { low: Math.max(-LARGEST, low), high: Math.min(LARGEST, high), overflow: overflow || beyond };
}

function hull(a: Interval, b: Interval): Interval {
  return { low: Math.min(a.low, b.low), high: Math.max(a.high, b.high), overflow: false };
}

function magnitude(a: Interval): number {
  return Math.max(Math.abs(a.low), Math.abs(a.high));
}

function widened(a: Interval): Interval {
  const margin = magnitude(a) * MARGIN;
  return { ...between(a.low - margin, a.high + margin), overflow: false };
}

/** Room for factors multiplied in another order. */
function stretched(a: Interval): Interval {
  return between(a.low * (1 - Math.sign(a.low) * MARGIN), a.high * (1 + Math.sign(a.high) * MARGIN), a.overflow);
}

/** Between what a product lies. */
export function product(a: Interval, b: Interval): Interval {
  const corners = [a.low * b.low, a.low * b.high, a.high * b.low, a.high * b.high];
  return between(Math.min(...corners), Math.max(...corners));
}

/** Between what a quotient lies; anything where the divisor may be 0, since it may be next to it. */
export function quotient(a: Interval, b: Interval): Interval {
  if (b.low <= 0 && b.high >= 0) return ANYTHING;
  const corners = [a.low / b.low, a.low / b.high, a.high / b.low, a.high / b.high];
  return between(Math.min(...corners), Math.max(...corners));
}

function floored(a: Interval): Interval {
  return { low: Math.floor(a.low), high: Math.floor(a.high), overflow: a.overflow };
}

function absolute(a: Interval): Interval {
  const low = a.low > 0 ? a.low : a.high < 0 ? -a.high : 0;
  return { low, high: magnitude(a), overflow: false };
}

function remainder(a: Interval, b: Interval): Interval {
  const steps = quotient(a, b);
  const whole = product(b, floored(steps));
  return between(a.low - whole.high, a.high - whole.low, steps.overflow || whole.overflow);
}

function unary(node: Extract<Node, { op: "unary" }>, x: Interval): Interval {
  switch (node.fn) {
    case "neg":
      return between(-x.high, -x.low);
    case "abs":
      return absolute(x);
    case "sqrt":
      return between(0, Math.sqrt(Math.max(0, x.high)));
    case "exp":
      return between(exp(x.low) * (1 - MARGIN), exp(x.high) * (1 + MARGIN));
    case "log":
      return widened(between(log(Math.max(Number.MIN_VALUE, x.low)), log(Math.max(Number.MIN_VALUE, x.high))));
    case "floor":
      return floored({ ...x, overflow: false });
    case "not":
      return TRUTH;
  }
}

function binary(node: Extract<Node, { op: "binary" }>, a: Interval, b: Interval): Interval {
  switch (node.fn) {
    case "add":
      return between(a.low + b.low, a.high + b.high);
    case "sub":
      return between(a.low - b.high, a.high - b.low);
    case "mul":
      return product(a, b);
    case "div":
      return quotient(a, b);
    case "min":
      return between(Math.min(a.low, b.low), Math.min(a.high, b.high));
    case "max":
      return between(Math.max(a.low, b.low), Math.max(a.high, b.high));
    case "mod":
      return remainder(a, b);
    case "pow":
      return ANYTHING;
    case "lt":
    case "le":
    case "eq":
    case "ne":
    case "and":
    case "or":
      return TRUTH;
  }
}

function power(exponent: number, x: Interval): Interval {
  let raised = between(1, 1);
  for (let k = 0; k < Math.abs(exponent); k++) raised = product(raised, x);
  const signed = exponent % 2 === 0 ? { ...absolute(raised), overflow: raised.overflow } : raised;
  const rounded = stretched(signed);
  if (exponent >= 0) return rounded;
  const inverse = quotient(between(1, 1), rounded);
  return { ...inverse, overflow: inverse.overflow || rounded.overflow };
}

function input(field: Extract<Node, { op: "input" }>["field"]): Interval {
  if (isBookField(field)) return field.startsWith("book_imbalance") ? between(-1, 1) : between(0, LARGEST);
  switch (field) {
    case "open":
    case "high":
    case "low":
    case "close":
    case "bid":
    case "ask":
    case "mid":
    case "spread":
    case "tick_size":
      return PRICE;
    case "bid_size":
    case "ask_size":
    case "volume":
      return between(0, LARGEST);
    case "dividend_factor":
      return between(DIVIDEND_FACTOR_MIN, 1);
    case "session_bar":
      return between(1, COUNT_LIMIT);
    case "session_elapsed":
    case "session_remaining":
      return between(-COUNT_LIMIT, COUNT_LIMIT);
    case "session_weekday":
      return between(1, 7);
    case "session_day_of_month":
      return between(1, 31);
    case "session_days_left_in_month":
      return between(0, 31);
  }
}

/** Of values that lie in x, over rows or symbols: `sum` is the interval of their sum, `most` how many there are at most. */
function collected(fn: "sum" | "mean" | "highest" | "lowest" | "count", x: Interval, sum: Interval, most: number): Interval {
  switch (fn) {
    case "sum":
      return sum;
    case "mean":
      return widened(x);
    case "highest":
    case "lowest":
      return { ...x, overflow: false };
    case "count":
      return between(0, most);
  }
}

function sumOver(graph: Graph, x: NodeId): Interval {
  return isExactPrice(graph, x) ? PRICE_SUM : WIDE_SUM;
}

function window(graph: Graph, node: Extract<Node, { op: "window" }>, x: Interval): Interval {
  switch (node.fn) {
    case "sum":
    case "mean":
    case "highest":
    case "lowest":
    case "count":
      return collected(node.fn, x, sumOver(graph, node.x), node.max);
    case "variance":
      return VARIANCE;
    case "quantile":
      return { ...widened(x), overflow: x.high - x.low > LARGEST };
  }
}

function reduce(node: Extract<Node, { op: "reduce" }>, body: Interval): Interval {
  const total = product(between(0, node.maxTerms), body);
  switch (node.fn) {
    case "sum":
      return { ...widened(total), overflow: total.overflow || magnitude(total) > LARGEST * (1 - MARGIN) };
    case "mean":
      return { ...widened(body), overflow: total.overflow || magnitude(total) > LARGEST * (1 - MARGIN) };
    case "min":
    case "max":
      return { ...body, overflow: false };
    case "count":
      return between(0, node.maxTerms);
  }
}

/** With the values for single symbols. */
function parameterRange(parameter: Parameter | undefined): Interval {
  if (parameter === undefined) return ANYTHING;
  const overrides = parameter.overrides.map(({ value }) => value);
  return between(Math.min(parameter.min, ...overrides), Math.max(parameter.max, ...overrides));
}

/** Ticks of a clock inside one of another are not counted ahead. */
function gather(fn: GatherFunction, x: Interval): Interval {
  switch (fn) {
    case "first":
    case "last":
      return { ...x, overflow: false };
    case "sum":
    case "mean":
    case "highest":
    case "lowest":
    case "count":
      return collected(fn, x, WIDE_SUM, COUNT_LIMIT);
  }
}

function across(graph: Graph, { fn, group }: Extract<Node, { op: "across" }>, x: Interval): Interval {
  const symbols = graph.groups[group]?.symbols.length ?? 0;
  switch (fn) {
    case "rank":
      return between(1, Math.max(1, symbols));
    case "percent_rank":
      return between(0, 1);
    case "sum":
    case "mean":
    case "highest":
    case "lowest":
    case "count":
      return collected(fn, x, WIDE_SUM, symbols);
  }
}

function answer({ low, high }: Model): Interval {
  return between(low, high);
}

function loopIndex(graph: Graph, loop: number, of: (id: NodeId) => Interval): Interval {
  const ranges = graph.nodes.flatMap((node) => (node.op === "reduce" && node.loop === loop ? [hull(of(node.from), of(node.to))] : []));
  return ranges.reduce(hull);
}

/** The interval of every node, by id; over all parameter sets, or under the one whose values of the run are given. */
export function intervals(graph: Graph, run: readonly (Value | undefined)[] = []): readonly Interval[] {
  const known = new Map<NodeId, Interval>();
  const of = (id: NodeId): Interval => {
    const seen = known.get(id);
    if (seen !== undefined) return seen;
    const value = run[id];
    const found = typeof value === "number" ? between(value, value) : ofNode(nodeAt(graph, id));
    known.set(id, found);
    return found;
  };
  const ofState = (state: StateId, field: number): Interval => {
    const own = stateAt(graph, state).fields[field];
    if (own === undefined) throw new Error(`no field ${field} in state ${state}`);
    if (nodeAt(graph, own.seed).type === "bool") return TRUTH;
    return contractedHull(graph, state, of) ?? { ...ANYTHING, overflow: false };
  };
  const ofNode = (node: Node): Interval => {
    switch (node.op) {
      case "constant":
        return between(Number(node.value), Number(node.value));
      case "none":
        return between(0, 0);
      case "parameter":
        return parameterRange(graph.parameters[node.index]);
      case "input":
        return input(node.field);
      case "account":
      case "fill":
      case "peak":
      case "last_fill":
      case "at_entry":
        return { ...ANYTHING, overflow: false };
      case "unary":
        return unary(node, of(node.x));
      case "binary":
        return binary(node, of(node.a), of(node.b));
      case "power":
        return power(node.exponent, of(node.x));
      case "select":
        return hull(of(node.then), of(node.otherwise));
      case "default":
        return hull(of(node.x), of(node.fallback));
      case "delay":
      case "sample":
        return { ...of(node.x), overflow: false };
      case "member":
      case "begins":
        return TRUTH;
      case "onnx":
      case "native":
        return answer(modelAt(graph, node.model));
      case "gather":
        return gather(node.fn, of(node.x));
      case "across":
        return across(graph, node, of(node.x));
      case "window":
        return window(graph, node, of(node.x));
      case "anchored":
        return collected(node.fn, of(node.x), sumOver(graph, node.x), COUNT_LIMIT);
      case "index":
        return loopIndex(graph, node.loop, of);
      case "reduce":
        return reduce(node, of(node.body));
      case "previous":
      case "state":
        return ofState(node.state, node.field);
    }
  };
  return graph.nodes.map((_, id) => of(id));
}

/**
 * The hull that all number fields of a state stay in: that of their seeds and of what they move toward, if every `then` only picks among, or moves
 * part of the way between, previous values and other values (`prev + (x − prev) / n`, minima, choices). Null where a `then` does anything else.
 */
function contractedHull(graph: Graph, state: StateId, of: (id: NodeId) => Interval): Interval | null {
  let reached: Interval | null = null;
  const varies = readsPrevious(graph);
  const visited = new Set<NodeId>();
  const fixed = (id: NodeId): Interval | null => (varies[id] ? null : of(id));
  const reach = (id: NodeId): true => {
    reached = reached === null ? of(id) : hull(reached, of(id));
    return true;
  };
  const stays = (id: NodeId): boolean => {
    const node = nodeAt(graph, id);
    if (node.op === "previous" || visited.has(id)) return true;
    visited.add(id);
    if (!varies[id]) return reach(id);
    if (node.op === "select") return stays(node.then) && stays(node.otherwise);
    if (node.op === "default") return stays(node.x) && stays(node.fallback);
    if (node.op !== "binary") return false;
    if (node.fn === "min" || node.fn === "max") return stays(node.a) && stays(node.b);
    const target = node.fn === "add" ? (stepTarget(graph, node.a, node.b, fixed) ?? stepTarget(graph, node.b, node.a, fixed)) : null;
    return target !== null && stays(target);
  };
  const contracts = stateAt(graph, state).fields.every(
    ({ seed, then }) => nodeAt(graph, seed).type === "bool" || (reach(seed) && stays(then)),
  );
  return contracts && reached !== null ? widened(reached) : null;
}

/** x where `step` is `(x − from) / n` with n at least 1, or `(x − from) × w` with w in 0..1; else null. `fixed` is null for what reads a previous value. */
function stepTarget(graph: Graph, from: NodeId, step: NodeId, fixed: (id: NodeId) => Interval | null): NodeId | null {
  const node = nodeAt(graph, step);
  if (nodeAt(graph, from).op !== "previous" || node.op !== "binary") return null;
  const toward = (id: NodeId): NodeId | null => {
    const difference = nodeAt(graph, id);
    return difference.op === "binary" && difference.fn === "sub" && difference.b === from ? difference.a : null;
  };
  const [left, right] = [fixed(node.a), fixed(node.b)];
  if (node.fn === "div") return right !== null && right.low >= 1 ? toward(node.a) : null;
  if (node.fn !== "mul") return null;
  if (right !== null) return isShare(right) ? toward(node.a) : null;
  return left !== null && isShare(left) ? toward(node.b) : null;
}

function isShare(weight: Interval): boolean {
  return weight.low >= 0 && weight.high <= 1;
}
