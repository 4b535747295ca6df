/**
 * One loop over rows while it is being written. There are two forms of every loop. The *careful* form is right on every row: values exist from
 * their warm-up on, states are seeded on their row, sums are 128 bits wide, and the first value that is not a number halts. The *steady* form is
 * fast: the host has made sure that every warm-up has passed and that float64 holds every sum of ticks exactly; should a value be infinite, the
 * host restores the state and takes the careful form, which finds the place.
 */
import type { NodeId } from "../../graph/nodes.ts";
import { nodeAt } from "../../graph/traverse.ts";
import type { InputField } from "../../market/bars.ts";
import type { Operands } from "./elementwise.ts";
import type { Double, Expression, Int, Local, Statement, ValueType } from "./emit.ts";
import * as w from "./emit.ts";
import { columnOf, headerOf, type Layout, type Parameter } from "./layout.ts";
import type { Library } from "./library.ts";
import type { Scope } from "./module-writer.ts";
import { isPrice, type Plan, type Source } from "./plan.ts";

/** Added to a halt's code, which is 1 + the node, where a sum left its range. */
export const SUM_HALT = 1 << 30;

/** What all loops of a module share. */
export interface LoopParts {
  readonly plan: Plan;
  readonly layout: Layout;
  readonly library: Library;
}

export interface Loop extends LoopParts, Operands {
  readonly careful: boolean;
  /** Of the row, in the columns. */
  readonly index: Int;
  /** Of the row, in the run. */
  readonly row: Int;
  local<T extends ValueType>(type: T): Local<T>;
  /** The value of a node: float64 with NaN for none, or 0 and 1 with 2 for none. */
  number(id: NodeId): Double;
  bool(id: NodeId): Int;
  /** Makes `value` the value of `id` for what follows. */
  assign(id: NodeId, value: Expression<ValueType>): void;
  /** Adds statements to the row. */
  add(...statements: readonly Statement[]): void;
  /** Adds statements that end the row, after all values. */
  addLast(...statements: readonly Statement[]): void;
  /** A local that lives in a state cell between calls. */
  carried(type: "i32", address: number): Local<"i32">;
  carried(type: "i64", address: number): Local<"i64">;
  carried(type: "f64", address: number): Local<"f64">;
  /** A local computed once, before the first row, and what becomes of it after the last. */
  carriedAs<T extends ValueType>(initial: Expression<T>, finish: (value: Expression<T>) => Statement): Local<T>;
  intParameter(parameter: Parameter): Int;
  doubleParameter(parameter: Parameter): Double;
  /** What was made under this name in this loop, or makes it. */
  once<T>(name: string, make: () => T): T;
  /** Careful: the row is one on which `id` has a value. */
  ready(id: NodeId): Int;
  /** Careful: halts with 1 + `id` + `reason` where `condition` holds, if `id` is needed on this row. */
  haltWhere(condition: Int, id: NodeId, reason: 0 | typeof SUM_HALT): void;
  /** Steady: gives 1 in the end if |value| is infinite on any row; none is not. */
  guard(value: Double): void;
  /** What is read from the column of `id`, in currency where that holds ticks (semantics 6.1). */
  inCurrency(id: NodeId, stored: Double): Double;
  /** An input column on this row; prices are ticks. */
  pastInput(field: InputField): Double;
  /** What the columns hold `source.shift` and `more` bytes and rows ago; prices are ticks. */
  pastNumber(source: Source, more?: readonly NodeId[]): Double;
  pastBool(source: Source, more?: readonly NodeId[]): Int;
  /** The statements that `write` adds, for a loop inside the row that belongs to `owner`; what it assigns ends with it. */
  nested(owner: NodeId, write: () => void): Statement;
}

const NOWHERE = w.i32.const(0);

/**
 * The body of a function that runs `writeRow`'s row for the indices `from`..`to - 1` and gives 0, or what stopped it: in the careful form the
 * code of a halt, in the steady form 1 where a value was infinite.
 */
export function rowLoop(
  parts: LoopParts,
  careful: boolean,
  scope: Scope,
  [from, to]: readonly [Local<"i32">, Local<"i32">],
  writeRow: (loop: Loop) => void,
): Statement {
  const before: Statement[] = [];
  const after: Statement[] = [];
  const last: Statement[] = [];
  let body: Statement[] = [];
  let values = new Map<NodeId, Expression<ValueType>>();
  let owner: NodeId | null = null;
  const made = new Map<string, unknown>();
  const { plan } = parts;
  const header = headerOf(plan.graph);
  const index = w.get(from);

  const once = <T>(name: string, make: () => T): T => {
    if (!made.has(name)) made.set(name, make());
    return made.get(name) as T;
  };
  const hoisted = <T extends ValueType>(name: string, initial: Expression<T>): Expression<T> =>
    once(name, () => {
      const local = scope.local(initial.type);
      before.push(w.set(local, initial));
      return w.get(local);
    });
  const carriedAs: Loop["carriedAs"] = (initial, finish) => {
    const local = scope.local(initial.type);
    before.push(w.set(local, initial));
    after.push(finish(w.get(local)));
    return local;
  };
  const parameter = (p: Parameter): number => parts.layout.parameter(p);
  const intParameter = (p: Parameter): Int => hoisted(`int ${parameter(p)}`, w.i32.load(NOWHERE, parameter(p)));
  const doubleParameter = (p: Parameter): Double => hoisted(`double ${parameter(p)}`, w.f64.load(NOWHERE, parameter(p)));
  const row = w.i32.add(index, hoisted("row offset", w.i32.load(NOWHERE, header.rowOffset)));
  const value = (id: NodeId): Expression<ValueType> => {
    const known = values.get(id);
    if (known !== undefined) return known;
    if (plan.stratum[id] !== "run") throw new Error(`node ${id} is read before it has a value`);
    return runValue(parts, id, intParameter, doubleParameter);
  };
  /** Address of the row `source` and `more` speak of, to which the column's own address is still to be added. */
  const pastAddress = (source: Source, more: readonly NodeId[], size: 1 | 8): Int => {
    const nodes = [...source.shift, ...more];
    const here = size === 8 ? w.i32.shl(index, w.i32.const(3)) : index;
    return nodes.length === 0 ? here : w.i32.sub(here, intParameter({ kind: "distance", nodes, size }));
  };
  const place = (id: NodeId): number => columnOf(plan.graph, parts.layout, id).address;
  const inputPlace = (field: InputField): number => {
    const column = parts.layout.inputs.get(field);
    if (column === undefined) throw new Error(`${field} has no column`);
    return column.address;
  };
  const guards = (): Local<"v128"> => once("guards", () => scope.local("v128"));

  const loop: Loop = {
    ...parts,
    careful,
    index,
    row,
    local: (type) => scope.local(type),
    number: (id) => value(id) as Double,
    bool: (id) => value(id) as Int,
    assign(id, assigned) {
      values.set(id, loop.keep(assigned));
    },
    add(...statements) {
      body.push(...statements);
    },
    addLast(...statements) {
      last.push(...statements);
    },
    keep(kept) {
      const local = scope.local(kept.type);
      body.push(w.set(local, kept));
      return w.get(local);
    },
    carried: ((type: "i32" | "i64" | "f64", address: number) => {
      if (type === "f64") return carriedAs(w.f64.load(NOWHERE, address), (x) => w.f64.store(NOWHERE, x, address));
      if (type === "i64") return carriedAs(w.i64.load(NOWHERE, address), (x) => w.i64.store(NOWHERE, x, address));
      return carriedAs(w.i32.load(NOWHERE, address), (x) => w.i32.store(NOWHERE, x, address));
    }) as Loop["carried"],
    carriedAs,
    intParameter,
    doubleParameter,
    once,
    ready: (id) => w.i32.ge(row, intParameter({ kind: "ready", node: id })),
    haltWhere(condition, id, reason) {
      const stop = w.sequence(w.i32.store(NOWHERE, row, header.haltRow), w.give(w.i32.const(1 + id + reason)));
      const needed = plan.lasting.has(owner ?? id) ? condition : w.i32.and(condition, w.i32.le(row, intParameter({ kind: "seeded" })));
      body.push(w.when(needed, stop));
    },
    guard(guarded) {
      const accumulated = guards();
      body.push(w.set(accumulated, w.v128.pseudoMaximum(w.get(accumulated), w.v128.absDoubles(w.v128.splatDouble(guarded)))));
    },
    inCurrency: (id, stored) =>
      isPrice(plan.graph, id) ? w.f64.div(stored, doubleParameter({ kind: "divisor", length: null, power: 1 })) : stored,
    pastInput: (field) => w.f64.load(w.i32.shl(index, w.i32.const(3)), inputPlace(field)),
    pastNumber: (source, more = []) => w.f64.load(pastAddress(source, more, 8), place(source.node)),
    pastBool: (source, more = []) => w.i32.load8(pastAddress(source, more, 1), place(source.node)),
    nested(inside, write) {
      const [outerBody, outerValues, outerOwner] = [body, values, owner];
      body = [];
      values = new Map(values);
      owner = inside;
      write();
      const statements = body;
      [body, values, owner] = [outerBody, outerValues, outerOwner];
      return w.sequence(...statements);
    },
  };
  writeRow(loop);
  const unsafe = w.f64.eq(w.v128.firstDouble(w.get(guards())), w.f64.const(Number.POSITIVE_INFINITY));
  return w.sequence(
    ...before,
    w.loopWhile(w.i32.lt(index, w.get(to)), w.sequence(...body, ...last, w.set(from, w.i32.add(index, w.i32.const(1))))),
    ...after,
    w.give(careful ? w.i32.const(0) : unsafe),
  );
}

/** A constant in the code; what parameters decide from their cells. */
function runValue(
  { plan }: LoopParts,
  id: NodeId,
  intParameter: Loop["intParameter"],
  doubleParameter: Loop["doubleParameter"],
): Expression<ValueType> {
  const node = nodeAt(plan.graph, id);
  if (node.op === "constant") return typeof node.value === "number" ? w.f64.const(node.value) : w.i32.const(node.value ? 1 : 0);
  return node.type === "number" ? doubleParameter({ kind: "value", node: id }) : intParameter({ kind: "value", node: id });
}
