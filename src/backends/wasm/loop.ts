/**
 * One loop over rows while it is being written. There are two forms of every loop. The *careful* form is right on every row: values exist from
 * their warm-up on, states are seeded on their row, sums are 128 bits wide, and the first value that is not a number halts. The *steady* form is
 * fast: the host has made sure that every warm-up has passed and that float64 holds every sum of ticks exactly; should a value be infinite, the
 * host restores the state and takes the careful form, which finds the place.
 */
import type { ModelId, NodeId } from "../../graph/nodes.ts";
import { nodeAt } from "../../graph/traverse.ts";
import type { InputField } from "../../market/bars.ts";
import type { Operands } from "./elementwise.ts";
import type { Double, Expression, Int, Local, Statement, ValueType } from "./emit.ts";
import * as w from "./emit.ts";
import { columnOf, headerOf, inputPlace, type Layout, type Parameter } from "./layout.ts";
import type { Library } from "./library.ts";
import type { ModelFunction } from "./models.ts";
import type { Scope } from "./module-writer.ts";
import { isPrice, type Plan, type Source } from "./plan.ts";
import { quotient } from "./quotients.ts";

/** Added to a halt's code, which is 1 + the node, where a sum left its range. */
export const SUM_HALT = 1 << 30;

/** What all loops of a module share. */
export interface LoopParts {
  readonly plan: Plan;
  readonly layout: Layout;
  readonly library: Library;
  readonly models: ReadonlyMap<ModelId, ModelFunction>;
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
  /** What a column holds as many rows ago as `source.shift` and `more` add up to; prices are ticks. */
  pastNumber(source: Source, more?: readonly NodeId[]): Double;
  pastBool(source: Source, more?: readonly NodeId[]): Int;
  /** The statements that `write` adds, for a loop inside the row that belongs to `owner`; what it assigns ends with it. */
  nested(owner: NodeId, write: () => void): Statement;
}

const NOWHERE = w.i32.const(0);

/** The code of a loop as it grows. */
interface Draft {
  readonly parts: LoopParts;
  readonly careful: boolean;
  readonly scope: Scope;
  readonly index: Int;
  readonly before: Statement[];
  readonly after: Statement[];
  readonly last: Statement[];
  readonly made: Map<string, unknown>;
  body: Statement[];
  values: Map<NodeId, Expression<ValueType>>;
  /** The reduction that the statements are inside. */
  owner: NodeId | null;
}

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
  const index = w.get(from);
  const draft: Draft = {
    ...{ parts, careful, scope, index, owner: null },
    ...{ before: [], after: [], last: [], body: [], made: new Map(), values: new Map() },
  };
  writeRow(loopOf(draft));
  const { before, body, last, after } = draft;
  const isUnsafe = w.f64.eq(w.v128.firstDouble(w.get(guardsOf(draft))), w.f64.const(Number.POSITIVE_INFINITY));
  return w.sequence(
    ...before,
    w.loopWhile(w.i32.lt(index, w.get(to)), w.sequence(...body, ...last, w.set(from, w.i32.add(index, w.i32.const(1))))),
    ...after,
    w.give(careful ? w.i32.const(0) : isUnsafe),
  );
}

function loopOf(draft: Draft): Loop {
  const { parts, careful, scope, index } = draft;
  const row = rowOf(draft);
  return {
    ...parts,
    ...{ careful, index, row },
    ...valuesIn(draft),
    ...columnsIn(draft),
    local: (type) => scope.local(type),
    add: (...statements) => draft.body.push(...statements),
    addLast: (...statements) => draft.last.push(...statements),
    keep: (value) => kept(draft, value),
    carried: ((type: "i32" | "i64" | "f64", address: number) => carriedCell(draft, type, address)) as Loop["carried"],
    carriedAs: (initial, finish) => carriedAs(draft, initial, finish),
    once: (name, make) => once(draft, name, make),
    ready: (id) => w.i32.ge(row, intParameter(draft, { kind: "ready", node: id })),
    haltWhere: (condition, id, reason) => draft.body.push(halt(draft, condition, id, reason)),
    guard: (value) => draft.body.push(guardStatement(draft, value)),
    nested: (owner, write) => nested(draft, owner, write),
  };
}

function once<T>({ made }: Draft, name: string, make: () => T): T {
  if (!made.has(name)) made.set(name, make());
  return made.get(name) as T;
}

function kept<T extends ValueType>(draft: Draft, value: Expression<T>): Expression<T> {
  const local = draft.scope.local(value.type);
  draft.body.push(w.set(local, value));
  return w.get(local);
}

/** A local computed before the first row, one for each name. */
function hoisted<T extends ValueType>(draft: Draft, name: string, initial: Expression<T>): Expression<T> {
  return once(draft, name, () => {
    const local = draft.scope.local(initial.type);
    draft.before.push(w.set(local, initial));
    return w.get(local);
  });
}

function intParameter(draft: Draft, parameter: Parameter): Int {
  const address = draft.parts.layout.parameter(parameter);
  return hoisted(draft, `int ${address}`, w.i32.load(NOWHERE, address));
}

function doubleParameter(draft: Draft, parameter: Parameter): Double {
  const address = draft.parts.layout.parameter(parameter);
  return hoisted(draft, `double ${address}`, w.f64.load(NOWHERE, address));
}

function rowOf(draft: Draft): Int {
  const { rowOffset } = headerOf(draft.parts.plan);
  return w.i32.add(draft.index, hoisted(draft, "row offset", w.i32.load(NOWHERE, rowOffset)));
}

function carriedAs<T extends ValueType>(draft: Draft, initial: Expression<T>, finish: (value: Expression<T>) => Statement): Local<T> {
  const local = draft.scope.local(initial.type);
  draft.before.push(w.set(local, initial));
  draft.after.push(finish(w.get(local)));
  return local;
}

function carriedCell(draft: Draft, type: "i32" | "i64" | "f64", address: number): Local<"i32" | "i64" | "f64"> {
  if (type === "f64") return carriedAs(draft, w.f64.load(NOWHERE, address), (x) => w.f64.store(NOWHERE, x, address));
  if (type === "i64") return carriedAs(draft, w.i64.load(NOWHERE, address), (x) => w.i64.store(NOWHERE, x, address));
  return carriedAs(draft, w.i32.load(NOWHERE, address), (x) => w.i32.store(NOWHERE, x, address));
}

/** What only seeds is needed until the last seed. */
function halt(draft: Draft, condition: Int, id: NodeId, reason: number): Statement {
  const { plan } = draft.parts;
  const row = rowOf(draft);
  const stop = w.sequence(w.i32.store(NOWHERE, row, headerOf(plan).haltRow), w.give(w.i32.const(1 + id + reason)));
  const isLasting = plan.lasting.has(draft.owner ?? id);
  return w.when(isLasting ? condition : w.i32.and(condition, w.i32.le(row, intParameter(draft, { kind: "seeded" }))), stop);
}

/** The largest magnitude of all guarded values. */
function guardsOf(draft: Draft): Local<"v128"> {
  return once(draft, "guards", () => draft.scope.local("v128"));
}

function guardStatement(draft: Draft, value: Double): Statement {
  const guards = guardsOf(draft);
  return w.set(guards, w.v128.pseudoMaximum(w.get(guards), w.v128.absDoubles(w.v128.splatDouble(value))));
}

function nested(draft: Draft, owner: NodeId, write: () => void): Statement {
  const { body, values, owner: outer } = draft;
  Object.assign(draft, { body: [], values: new Map(values), owner });
  write();
  const statements = draft.body;
  Object.assign(draft, { body, values, owner: outer });
  return w.sequence(...statements);
}

function valuesIn(draft: Draft): Pick<Loop, "number" | "bool" | "assign" | "intParameter" | "doubleParameter"> {
  const { plan } = draft.parts;
  const value = (id: NodeId): Expression<ValueType> => {
    const known = draft.values.get(id);
    if (known !== undefined) return known;
    if (plan.stratum[id] !== "run") throw new Error(`node ${id} is read before it has a value`);
    return runValue(draft, id);
  };
  return {
    number: (id) => value(id) as Double,
    bool: (id) => value(id) as Int,
    assign(id, assigned) {
      draft.values.set(id, kept(draft, assigned));
    },
    intParameter: (parameter) => intParameter(draft, parameter),
    doubleParameter: (parameter) => doubleParameter(draft, parameter),
  };
}

/** A constant in the code; what parameters decide from their cells. */
function runValue(draft: Draft, id: NodeId): Expression<ValueType> {
  const node = nodeAt(draft.parts.plan.graph, id);
  if (node.op === "constant") return typeof node.value === "number" ? w.f64.const(node.value) : w.i32.const(node.value ? 1 : 0);
  const parameter = { kind: "value", node: id } as const;
  return node.type === "number" ? doubleParameter(draft, parameter) : intParameter(draft, parameter);
}

function columnsIn(draft: Draft): Pick<Loop, "inCurrency" | "pastInput" | "pastNumber" | "pastBool"> {
  const { parts, index } = draft;
  const { plan, layout } = parts;
  /** The row that `source` and `more` speak of; the column's own address is still to be added. */
  const pastAddress = (source: Source, more: readonly NodeId[], size: 1 | 8): Int => {
    const nodes = [...source.shift, ...more];
    const here = size === 8 ? w.i32.shl(index, w.i32.const(3)) : index;
    return nodes.length === 0 ? here : w.i32.sub(here, intParameter(draft, { kind: "distance", nodes, size }));
  };
  const place = (id: NodeId): number => columnOf(plan.graph, layout, id).address;
  return {
    inCurrency: (id, stored) =>
      isPrice(plan.graph, id) ? quotient(stored, doubleParameter(draft, { kind: "divisor", length: null, power: 1 })) : stored,
    pastInput: (field) => w.f64.load(w.i32.shl(index, w.i32.const(3)), inputPlace(layout, field).address),
    pastNumber: (source, more = []) => w.f64.load(pastAddress(source, more, 8), place(source.node)),
    pastBool: (source, more = []) => w.i32.load8(pastAddress(source, more, 1), place(source.node)),
  };
}
