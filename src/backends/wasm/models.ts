/**
 * Native models (graph/model-steps.ts) as functions of the module. A model has a region of memory: its vectors, then its tables, which come with the
 * module as data. Every number is a float64 that holds a float32. A split is 24 bytes: threshold, then as int32 the address of its feature and of what
 * is `below` and `above`. A leaf is a split that leads to itself, and then its numbers: so every walk takes as many steps as the deepest, without a branch
 * that could be guessed wrong.
 */
import type { Activation, ModelStep, ModelSteps, Tree } from "../../graph/model-steps.ts";
import { treeDepth, vectorSizes } from "../../graph/model-steps.ts";
import type { Model, Node } from "../../graph/nodes.ts";
import { modelAt } from "../../graph/traverse.ts";
import {
  type Callable,
  call,
  type Double,
  f64,
  get,
  give,
  type Int,
  i32,
  loopWhile,
  type Statement,
  select,
  sequence,
  set,
} from "./emit.ts";
import type { Library } from "./library.ts";
import type { Loop } from "./loop.ts";
import type { ModuleWriter, Scope } from "./module-writer.ts";

const CELL = 8;
const SPLIT = 24;
const [FEATURE, BELOW] = [8, 12];
const NOWHERE = i32.const(0);

type NativeNode = Extract<Node, { op: "native" }>;

/** Where a model is in memory, and with what its region begins. */
export interface ModelRegion {
  readonly steps: ModelSteps;
  /** Of each vector. */
  readonly vectors: readonly number[];
  readonly sizes: readonly number[];
  /** Of each step's table: its offsets, and then its weights, its factors, or the places of its trees' roots. */
  readonly tables: readonly number[];
  readonly start: number;
  readonly data: Uint8Array;
}

/** A region, and the function that evaluates its model: the inputs are in its first vector. */
export interface ModelFunction {
  readonly region: ModelRegion;
  readonly evaluate: Callable<"f64">;
}

function stepsOf({ name, steps }: Model): ModelSteps {
  if (steps === null) throw new Error(`model ${name} is not native`);
  return steps;
}

/** The region of a model that begins at `start`, a multiple of 8. */
export function modelRegion(model: Model, start: number): ModelRegion {
  const steps = stepsOf(model);
  const sizes = vectorSizes(steps, model.features.length);
  let end = start;
  const place = (bytes: number): number => {
    const address = end;
    end += Math.ceil(bytes / CELL) * CELL;
    return address;
  };
  const vectors = sizes.map((size) => place(size * CELL));
  const tables = steps.steps.map((step) => place(tableBytes(step)));
  const data = new DataView(new ArrayBuffer(end - start));
  for (const [index, step] of steps.steps.entries()) writeTable(data, (tables[index] ?? 0) - start, start, step, vectors[step.x] ?? 0);
  return { steps, vectors, sizes, tables, start, data: new Uint8Array(data.buffer) };
}

function tableBytes(step: ModelStep): number {
  switch (step.op) {
    case "affine":
      return CELL * (step.offsets.length + step.weights.reduce((cells, row) => cells + row.length, 0));
    case "scale":
      return CELL * (step.offsets.length + step.factors.length);
    case "trees":
      return CELL * step.offsets.length + rootBytes(step.trees) + step.trees.reduce((bytes, tree) => bytes + treeBytes(tree), 0);
    case "activate":
    case "normalize":
    case "concat":
      return 0;
  }
}

function rootBytes(trees: readonly Tree[]): number {
  return Math.ceil((trees.length * 4) / CELL) * CELL;
}

function treeBytes({ splits, leaves }: Tree): number {
  return splits.length * SPLIT + leaves.length * leafBytes(leaves);
}

function leafBytes([leaf]: Tree["leaves"]): number {
  return SPLIT + (leaf?.length ?? 0) * CELL;
}

/** `at` is in `data`, which lies at `start` of the memory; `x` is the address of the vector read. */
function writeTable(data: DataView, at: number, start: number, step: ModelStep, x: number): void {
  if (step.op !== "affine" && step.op !== "scale" && step.op !== "trees") return;
  const rest = step.op === "affine" ? step.weights.flat() : step.op === "scale" ? step.factors : [];
  for (const [i, value] of [...step.offsets, ...rest].entries()) data.setFloat64(at + i * CELL, value, true);
  if (step.op !== "trees") return;
  const roots = at + step.offsets.length * CELL;
  let next = roots + rootBytes(step.trees);
  step.trees.forEach((tree, index) => {
    const root = writeTree(data, next, start, tree, x);
    data.setInt32(roots + index * 4, root, true);
    next += treeBytes(tree);
  });
}

/** Gives the address of the root. */
function writeTree(data: DataView, at: number, start: number, { root, splits, leaves }: Tree, x: number): number {
  const firstLeaf = at + splits.length * SPLIT;
  const width = leafBytes(leaves);
  const address = (place: number): number => start + (place >= 0 ? at + place * SPLIT : firstLeaf + ~place * width);
  const write = (split: number, threshold: number, feature: number, below: number, above: number): void => {
    data.setFloat64(split, threshold, true);
    data.setInt32(split + FEATURE, x + feature * CELL, true);
    data.setInt32(split + BELOW, below, true);
    data.setInt32(split + BELOW + 4, above, true);
  };
  for (const [i, { feature, threshold, below, above }] of splits.entries())
    write(at + i * SPLIT, threshold, feature, address(below), address(above));
  for (const [i, leaf] of leaves.entries()) {
    const own = address(~i);
    write(own - start, 0, 0, own, own);
    for (const [component, value] of leaf.entries()) data.setFloat64(own - start + SPLIT + component * CELL, value, true);
  }
  return address(root);
}

/** A function that evaluates the model of a region whose inputs are in its first vector, and gives the answer. */
export function defineModel(writer: ModuleWriter, library: Library, region: ModelRegion): Callable<"f64"> {
  const { steps, component } = region.steps;
  return writer.define(null, [], "f64", (scope) =>
    sequence(
      ...steps.map((_, index) => stepCode(scope, library, region, index)),
      give(f64.load(NOWHERE, (region.vectors.at(-1) ?? 0) + component * CELL)),
    ),
  );
}

/** A native node on a row: no value where the answer is outside of its bounds. */
export function nativeRow(loop: Loop, { model: id, inputs }: NativeNode): Double {
  const model = loop.models.get(id);
  if (model === undefined) throw new Error(`model ${id} is not in the module`);
  const { low, high } = modelAt(loop.plan.graph, id);
  const [first = 0] = model.region.vectors;
  for (const [i, input] of inputs.entries()) loop.add(f64.store(NOWHERE, f64.single(loop.number(input)), first + i * CELL));
  const answer = loop.keep(call(model.evaluate));
  const isInside = i32.and(f64.ge(answer, f64.const(low)), f64.le(answer, f64.const(high)));
  return select(answer, f64.const(Number.NaN), isInside);
}

/** `body` for the byte offsets of `size` cells. */
function each(scope: Scope, size: number, body: (offset: Int) => Statement): Statement {
  const offset = scope.local("i32");
  const step = sequence(body(get(offset)), set(offset, i32.add(get(offset), i32.const(CELL))));
  return sequence(set(offset, i32.const(0)), loopWhile(i32.lt(get(offset), i32.const(size * CELL)), step));
}

function stepCode(scope: Scope, library: Library, { steps, vectors, sizes, tables }: ModelRegion, index: number): Statement {
  const step = steps.steps[index];
  if (step === undefined) throw new Error(`no step ${index}`);
  const [x, y, table] = [vectors[step.x] ?? 0, vectors[index + 1] ?? 0, tables[index] ?? 0];
  const [sizeX, size] = [sizes[step.x] ?? 0, sizes[index + 1] ?? 0];
  const put = (offset: Int, value: Double): Statement => f64.store(offset, f64.single(value), y);
  switch (step.op) {
    case "affine":
      return affine(scope, { x, y, table, sizeX, size });
    case "scale":
      return each(scope, size, (at) =>
        put(at, f64.mul(f64.single(f64.sub(f64.load(at, x), f64.load(at, table))), f64.load(at, table + size * CELL))),
      );
    case "activate":
      return activation(scope, library, step.fn, { x, y, size });
    case "normalize":
      return normalization(scope, step.norm, { x, y, size });
    case "concat":
      return sequence(
        each(scope, sizeX, (at) => f64.store(at, f64.load(at, x), y)),
        each(scope, size - sizeX, (at) => f64.store(at, f64.load(at, vectors[step.tail] ?? 0), y + sizeX * CELL)),
      );
    case "trees":
      return walks(scope, step, { y, table, size });
  }
}

interface Places {
  readonly x: number;
  readonly y: number;
  readonly table: number;
  readonly sizeX: number;
  readonly size: number;
}

/** The offsets are followed by the weights, row by row. */
function affine(scope: Scope, { x, y, table, sizeX, size }: Places): Statement {
  const [sum, weight] = [scope.local("f64"), scope.local("i32")];
  const term = (at: Int): Statement =>
    sequence(
      set(sum, f64.add(get(sum), f64.mul(f64.load(get(weight)), f64.load(at, x)))),
      set(weight, i32.add(get(weight), i32.const(CELL))),
    );
  const row = (at: Int): Statement =>
    sequence(set(sum, f64.load(at, table)), each(scope, sizeX, term), f64.store(at, f64.single(get(sum)), y));
  return sequence(set(weight, i32.const(table + size * CELL)), each(scope, size, row));
}

function activation(scope: Scope, { exp }: Library, fn: Activation, { x, y, size }: Pick<Places, "x" | "y" | "size">): Statement {
  const one = f64.const(1);
  const put = (value: (at: Int) => Double): Statement => each(scope, size, (at) => f64.store(at, f64.single(value(at)), y));
  switch (fn) {
    case "relu":
      return put((at) => select(f64.load(at, x), f64.const(0), f64.gt(f64.load(at, x), f64.const(0))));
    case "sigmoid":
      return put((at) => f64.div(one, f64.add(one, exp(f64.neg(f64.load(at, x))))));
    case "tanh": {
      const e = scope.local("f64");
      const width = f64.div(f64.sub(one, get(e)), f64.add(one, get(e)));
      const negative = (at: Int): Int => f64.lt(f64.load(at, x), f64.const(0));
      const value = (at: Int): Double => select(f64.neg(width), width, negative(at));
      return each(scope, size, (at) =>
        sequence(set(e, exp(f64.mul(f64.const(-2), f64.abs(f64.load(at, x))))), f64.store(at, f64.single(value(at)), y)),
      );
    }
    case "softmax": {
      const [largest, total] = [scope.local("f64"), scope.local("f64")];
      const more = (at: Int): Statement => set(largest, select(f64.load(at, x), get(largest), f64.gt(f64.load(at, x), get(largest))));
      const part = (at: Int): Statement =>
        sequence(f64.store(at, exp(f64.sub(f64.load(at, x), get(largest))), y), set(total, f64.add(get(total), f64.load(at, y))));
      return sequence(
        set(largest, f64.load(NOWHERE, x)),
        each(scope, size, more),
        set(total, f64.const(0)),
        each(scope, size, part),
        each(scope, size, (at) => f64.store(at, f64.single(f64.div(f64.load(at, y), get(total))), y)),
      );
    }
  }
}

function normalization(scope: Scope, norm: "l1" | "l2" | "max", { x, y, size }: Pick<Places, "x" | "y" | "size">): Statement {
  const total = scope.local("f64");
  const more = (at: Int): Double => {
    const value = f64.load(at, x);
    if (norm === "l1") return f64.add(get(total), f64.abs(value));
    if (norm === "l2") return f64.add(get(total), f64.mul(value, value));
    return select(f64.abs(value), get(total), f64.gt(f64.abs(value), get(total)));
  };
  const length = norm === "l2" ? f64.sqrt(get(total)) : get(total);
  const divided = (at: Int): Double => select(f64.load(at, x), f64.div(f64.load(at, x), get(total)), f64.eq(get(total), f64.const(0)));
  return sequence(
    set(total, f64.const(0)),
    each(scope, size, (at) => set(total, more(at))),
    set(total, length),
    each(scope, size, (at) => f64.store(at, f64.single(divided(at)), y)),
  );
}

/** One tree after the other; of one component the sum stays in a register. */
function walks(
  scope: Scope,
  step: Extract<ModelStep, { op: "trees" }>,
  { y, table, size }: Pick<Places, "y" | "table" | "size">,
): Statement {
  const [tree, place, sum] = [scope.local("i32"), scope.local("i32"), scope.local("f64")];
  const isAbove = i32.eqz(f64.le(f64.load(i32.load(get(place), FEATURE)), f64.load(get(place))));
  const down = set(place, i32.load(i32.add(get(place), i32.shl(isAbove, i32.const(2))), BELOW));
  const added = (value: Double, at: Int): Double => f64.single(f64.add(value, f64.load(i32.add(get(place), at), SPLIT)));
  const roots = table + size * CELL;
  const isOne = size === 1;
  const include = isOne ? set(sum, added(get(sum), i32.const(0))) : each(scope, size, (at) => f64.store(at, added(f64.load(at, y), at), y));
  const walk = sequence(
    set(place, i32.load(get(tree))),
    descent(scope, down, Math.max(...step.trees.map(treeDepth))),
    include,
    set(tree, i32.add(get(tree), i32.const(4))),
  );
  const last = (at: Int): Double => f64.single(f64.add(isOne ? get(sum) : f64.load(at, y), f64.load(at, table)));
  return sequence(
    set(sum, f64.const(0)),
    each(scope, size, (at) => f64.store(at, f64.const(0), y)),
    set(tree, i32.const(roots)),
    loopWhile(i32.lt(get(tree), i32.const(roots + step.trees.length * 4)), walk),
    each(scope, size, (at) => f64.store(at, last(at), y)),
  );
}

/** The most steps that are written out. */
const UNROLLED_MAX = 16;

function descent(scope: Scope, down: Statement, depth: number): Statement {
  return depth > UNROLLED_MAX ? each(scope, depth, () => down) : sequence(...Array.from({ length: depth }, () => down));
}
