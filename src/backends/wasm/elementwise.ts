/** Elementwise nodes (graph/evaluate.ts) as instructions: none is NaN for a number and 2 for a bool. */
import type { Elementwise } from "../../graph/kinds.ts";
import type { BinaryFunction, NodeId, UnaryFunction } from "../../graph/nodes.ts";
import { nodeAt } from "../../graph/traverse.ts";
import { type Double, type Expression, f64, type Int, i32, select, type ValueType } from "./emit.ts";
import { maximum, minimum } from "./extremes.ts";
import type { Library } from "./library.ts";
import type { Plan } from "./plan.ts";
import { quotient } from "./quotients.ts";

const NONE = f64.const(Number.NaN);
const NONE_BOOL = i32.const(2);

const isNone = (x: Double): Int => f64.ne(x, x);
/** 2 where one of two bools is none, else 0. */
const noneOf = (x: Int, y: Int): Int => i32.and(i32.or(x, y), NONE_BOOL);

function isOptional(from: Operands, id: NodeId): boolean {
  return nodeAt(from.plan.graph, id).optional;
}

/** Where the values of operands come from. */
export interface Operands {
  readonly plan: Plan;
  readonly library: Library;
  number(id: NodeId): Double;
  bool(id: NodeId): Int;
  /** Computes `value` here and reads it from a local afterwards. */
  keep<T extends ValueType>(value: Expression<T>): Expression<T>;
}

/** The value of an elementwise node. */
export function elementwise(from: Operands, node: Elementwise): Expression<ValueType> {
  switch (node.op) {
    case "unary":
      return node.fn === "not" ? not(from, node.x) : unary(from, node.fn, from.number(node.x));
    case "binary":
      return binary(from, node.fn, node.a, node.b);
    case "power":
      return power(from, from.number(node.x), node.exponent);
    case "select":
      return chosen(from, node);
    case "default":
      return withFallback(from, node);
  }
}

function not(from: Operands, id: NodeId): Int {
  const x = from.bool(id);
  return isOptional(from, id) ? select(x, i32.eqz(x), i32.eq(x, NONE_BOOL)) : i32.eqz(x);
}

function unary(from: Operands, fn: Exclude<UnaryFunction, "not">, x: Double): Double {
  switch (fn) {
    case "neg":
      return f64.neg(x);
    case "abs":
      return f64.abs(x);
    case "sqrt":
      return f64.sqrt(x);
    case "floor":
      return f64.floor(x);
    case "exp":
      return from.library.exp(x);
    case "log":
      return select(from.library.log(x), NONE, f64.gt(x, f64.const(0)));
  }
}

function binary(from: Operands, fn: BinaryFunction, a: NodeId, b: NodeId): Expression<ValueType> {
  switch (fn) {
    case "and":
    case "or":
      return logical(from, fn, a, b);
    case "eq":
    case "ne":
    case "lt":
    case "le":
      return comparison(from, fn, a, b);
    case "min":
      return minimum(from, a, b);
    case "max":
      return maximum(from, a, b);
    case "add":
      return f64.add(from.number(a), from.number(b));
    case "sub":
      return f64.sub(from.number(a), from.number(b));
    case "mul":
      return f64.mul(from.number(a), from.number(b));
    case "div":
      return divided(from, a, b);
    case "mod": {
      const [x, y] = [from.number(a), from.number(b)];
      return f64.sub(x, f64.mul(y, f64.floor(f64.div(x, y))));
    }
    case "pow":
      return raised(from, from.number(a), from.number(b));
  }
}

/** None of none; what is not a number otherwise becomes infinite, so that it halts. */
function raised(from: Operands, x: Double, y: Double): Double {
  const result = from.keep(from.library.pow(x, y));
  const checked = select(f64.const(Number.POSITIVE_INFINITY), result, isNone(result));
  return select(NONE, checked, i32.or(isNone(x), isNone(y)));
}

/** Where the right side is a constant other than 0 nothing is to be tested. */
function divided(from: Operands, a: NodeId, b: NodeId): Double {
  const divisor = nodeAt(from.plan.graph, b);
  const [x, y] = [from.number(a), from.number(b)];
  const isSure = divisor.op === "constant" && divisor.value !== 0;
  return quotient(x, y, isSure ? null : f64.eq(y, f64.const(0)));
}

function logical(from: Operands, fn: "and" | "or", a: NodeId, b: NodeId): Int {
  const [x, y] = [from.bool(a), from.bool(b)];
  const both = fn === "and" ? i32.and(x, y) : i32.or(x, y);
  if (!isOptional(from, a) && !isOptional(from, b)) return both;
  return select(NONE_BOOL, both, noneOf(x, y));
}

function comparison(from: Operands, fn: "eq" | "ne" | "lt" | "le", a: NodeId, b: NodeId): Int {
  const optional = [a, b].filter((id) => isOptional(from, id));
  if (nodeAt(from.plan.graph, a).type === "bool") {
    const [x, y] = [from.bool(a), from.bool(b)];
    const result = fn === "eq" ? i32.eq(x, y) : i32.ne(x, y);
    return optional.length === 0 ? result : select(NONE_BOOL, result, noneOf(x, y));
  }
  const result = f64[fn](from.number(a), from.number(b));
  const none = optional
    .map((id) => isNone(from.number(id)))
    .reduce<Int | null>((all, one) => (all === null ? one : i32.or(all, one)), null);
  return none === null ? result : select(NONE_BOOL, result, none);
}

/** By repeated squaring from the least bit, as `applyPower` does it. */
function power(from: Operands, x: Double, exponent: number): Double {
  let base = x;
  let result: Double = f64.const(1);
  for (let bits = Math.abs(exponent); bits > 0; ) {
    if (bits % 2 === 1) result = from.keep(f64.mul(result, base));
    bits = Math.floor(bits / 2);
    if (bits > 0) base = from.keep(f64.mul(base, base));
  }
  if (exponent === 0) return select(result, NONE, f64.eq(x, x));
  if (exponent > 0) return result;
  return select(NONE, f64.div(f64.const(1), result), f64.eq(result, f64.const(0)));
}

function chosen(from: Operands, node: Extract<Elementwise, { op: "select" }>): Expression<ValueType> {
  const condition = from.bool(node.condition);
  if (node.type === "bool") {
    const arm = select(from.bool(node.then), from.bool(node.otherwise), condition);
    return isOptional(from, node.condition) ? select(NONE_BOOL, arm, i32.eq(condition, NONE_BOOL)) : arm;
  }
  const arm = select(from.number(node.then), from.number(node.otherwise), condition);
  return isOptional(from, node.condition) ? select(NONE, arm, i32.eq(condition, NONE_BOOL)) : arm;
}

function withFallback(from: Operands, node: Extract<Elementwise, { op: "default" }>): Expression<ValueType> {
  if (node.type === "bool") {
    const x = from.bool(node.x);
    return select(from.bool(node.fallback), x, i32.eq(x, NONE_BOOL));
  }
  const x = from.number(node.x);
  return select(x, from.number(node.fallback), f64.eq(x, x));
}
