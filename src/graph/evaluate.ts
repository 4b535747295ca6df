/**
 * What the elementwise nodes mean: total functions on values (semantics 3.1 and 6), and the two evaluations that need no kernel: of the run
 * stratum, once, and of an account or fill expression over known values. Every operand is evaluated, chosen or not, so that a value that is
 * not finite halts the run in every backend at the same place.
 */
import { exp, log, pow } from "../values/transcendental.ts";
import { KernelHalt } from "./kernel.ts";
import { type Elementwise, isElementwise } from "./kinds.ts";
import type { BinaryFunction, Graph, Node, NodeId, ReduceFunction, SymbolId, UnaryFunction } from "./nodes.ts";
import { strata } from "./strata.ts";
import { nodeAt } from "./traverse.ts";

/** Null is none. A number may be infinite or NaN only as the result of a single operation, on its way to `finite`. */
export type Value = number | boolean | null;

function asNumber(value: number | boolean): number {
  if (typeof value !== "number") throw new Error("a number was expected");
  return value;
}

function asBool(value: number | boolean): boolean {
  if (typeof value !== "boolean") throw new Error("a bool was expected");
  return value;
}

/** None of none. `sqrt` of a negative and `log` of what is not positive are none. */
function applyUnary(fn: UnaryFunction, x: Value): Value {
  if (x === null) return null;
  if (fn === "not") return !asBool(x);
  const a = asNumber(x);
  switch (fn) {
    case "neg":
      return -a;
    case "abs":
      return Math.abs(a);
    case "sqrt":
      return a < 0 ? null : Math.sqrt(a);
    case "exp":
      return exp(a);
    case "log":
      return a > 0 ? log(a) : null;
    case "floor":
      return Math.floor(a);
  }
}

/** None where either side is none, `and` and `or` included; `div` and `mod` by 0 are none. */
function applyBinary(fn: BinaryFunction, x: Value, y: Value): Value {
  if (x === null || y === null) return null;
  if (fn === "eq") return x === y;
  if (fn === "ne") return x !== y;
  if (fn === "and") return asBool(x) && asBool(y);
  if (fn === "or") return asBool(x) || asBool(y);
  const [a, b] = [asNumber(x), asNumber(y)];
  switch (fn) {
    case "add":
      return a + b;
    case "sub":
      return a - b;
    case "mul":
      return a * b;
    case "div":
      return b === 0 ? null : a / b;
    case "min":
      return Math.min(a, b);
    case "max":
      return Math.max(a, b);
    case "mod":
      return b === 0 ? null : a - b * Math.floor(a / b);
    case "pow":
      return pow(a, b);
    case "lt":
      return a < b;
    case "le":
      return a <= b;
  }
}

/** x to the integer `exponent`, −64 to 64, by repeated squaring from the least bit (semantics 6.11); none for a negative power of what squares to 0. */
export function applyPower(x: Value, exponent: number): Value {
  if (x === null) return null;
  let base = asNumber(x);
  let result = 1;
  for (let bits = Math.abs(exponent); bits > 0; ) {
    if (bits % 2 === 1) result *= base;
    bits = Math.floor(bits / 2);
    if (bits > 0) base *= base;
  }
  return exponent < 0 ? applyBinary("div", 1, result) : result;
}

/**
 * The terms of a reduction put together, in their order, in float64 (semantics 6.12); none where a term is none.
 * Of no terms sum and count are 0, the others none.
 */
export function combine(fn: ReduceFunction, terms: readonly Value[]): Value {
  if (terms.includes(null)) return null;
  if (fn === "count") return terms.filter((term) => term === true).length;
  const [first, ...rest] = terms;
  if (first === undefined) return fn === "sum" ? 0 : null;
  const step = fn === "min" || fn === "max" ? fn : "add";
  const total = rest.reduce<Value>((sofar, term) => applyBinary(step, sofar, term), first);
  return fn === "mean" ? applyBinary("div", total, terms.length) : total;
}

/** The value of one elementwise node. `read` is called for every operand. */
export function applyElementwise(node: Elementwise, read: (id: NodeId) => Value): Value {
  switch (node.op) {
    case "unary":
      return applyUnary(node.fn, read(node.x));
    case "binary":
      return applyBinary(node.fn, read(node.a), read(node.b));
    case "power":
      return applyPower(read(node.x), node.exponent);
    case "select": {
      const [condition, then, otherwise] = [read(node.condition), read(node.then), read(node.otherwise)];
      if (condition === null) return null;
      return asBool(condition) ? then : otherwise;
    }
    case "default": {
      const [x, fallback] = [read(node.x), read(node.fallback)];
      return x ?? fallback;
    }
  }
}

/** The value itself. Throws `KernelHalt` where it is a number that is not finite (semantics 6.7). */
export function finite(value: Value, node: NodeId, row: number): Value {
  if (typeof value === "number" && !Number.isFinite(value)) throw new KernelHalt("not_finite", node, row);
  return value;
}

/** The integers from..to of a reduction's range. */
export function loopRange(from: Value | undefined, to: Value | undefined): readonly number[] {
  if (typeof from !== "number" || typeof to !== "number") throw new Error("the range of a reduction was expected");
  return Array.from({ length: Math.max(0, to - from + 1) }, (_, i) => from + i);
}

/**
 * The values of all nodes of the run, by id; undefined for the others. `parameters` has one value for each parameter of the graph; `symbol` has its
 * own where overrides say so, the universe (null) never. Throws `KernelHalt` (row 0) where one is not finite.
 */
export function evaluateRun(graph: Graph, parameters: readonly number[], symbol: SymbolId | null = null): readonly (Value | undefined)[] {
  const stratum = strata(graph);
  const values: (Value | undefined)[] = [];
  const known = (id: NodeId): Value | undefined => {
    const node = nodeAt(graph, id);
    if (node.op === "parameter") return parameterFor(graph, node.index, symbol) ?? parameters[node.index];
    if (node.op === "member") return symbol !== null && graph.groups[node.group]?.symbols.includes(symbol) === true;
    return values[id];
  };
  graph.nodes.forEach((_, id) => {
    values.push(stratum[id] === "run" ? evaluateScalar(graph, id, known) : undefined);
  });
  return values;
}

/** What overrides say of a parameter. */
function parameterFor(graph: Graph, index: number, symbol: SymbolId | null): number | undefined {
  return graph.parameters[index]?.overrides.find((own) => own.symbol === symbol)?.value;
}

/**
 * The value of an expression made of elementwise nodes and reductions, given what it stands on: `known` gives the values of its `frontier`, of
 * account nodes and of what a trade brings (a bool also as 0 or 1), and undefined for what is to be evaluated; an `at_entry` evaluated is on its entry.
 * Throws `KernelHalt` naming `row` where a value on the way is not finite.
 */
export function evaluateScalar(graph: Graph, node: NodeId, known: (id: NodeId) => Value | undefined, row = 0): Value {
  const values = new Map<NodeId, Value>();
  const read = (id: NodeId): Value => {
    const seen = values.get(id);
    if (seen !== undefined) return seen;
    const given = known(id);
    const value = given === undefined ? evaluateNode(graph, id, read, known, row) : typed(given, nodeAt(graph, id).type);
    values.set(id, value);
    return value;
  };
  return read(node);
}

function typed(value: Value, type: Node["type"]): Value {
  return type === "bool" && typeof value === "number" ? value !== 0 : value;
}

function evaluateNode(graph: Graph, id: NodeId, read: (id: NodeId) => Value, known: (id: NodeId) => Value | undefined, row: number): Value {
  const node = nodeAt(graph, id);
  if (isElementwise(node)) return finite(applyElementwise(node, read), id, row);
  if (node.op === "constant") return node.value;
  if (node.op === "none") return null;
  if (node.op === "at_entry") return read(node.x);
  if (node.op !== "reduce") throw new Error(`the value of node ${id} (${node.op}) was not given`);
  const terms = loopRange(read(node.from), read(node.to)).map((index) => {
    const inside = (inner: NodeId): Value | undefined => (nodeAt(graph, inner).op === "index" ? index : known(inner));
    return evaluateScalar(graph, node.body, inside, row);
  });
  return finite(combine(node.fn, terms), id, row);
}
