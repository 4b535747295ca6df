/** One row of the market stratum: every live node in the order of the nodes, each from its definition. */
import { applyElementwise, combine, finite, loopRange, type Value } from "../../graph/evaluate.ts";
import { exactPrice } from "../../graph/exact.ts";
import type { GivenColumn } from "../../graph/kernel.ts";
import { isElementwise, rowNode } from "../../graph/kinds.ts";
import { evaluateModel } from "../../graph/model-steps.ts";
import type { Node, NodeId, StateId } from "../../graph/nodes.ts";
import { beginsAtOnce, modelAt, nodeAt, operands, stateAt } from "../../graph/traverse.ts";
import { runInteger } from "../../graph/warmup.ts";
import type { BarChunk } from "../../market/bars.ts";
import { powerOfTen } from "../../values/wide.ts";
import { anchoredValue, including, OPENED } from "./anchored.ts";
import type { Known, Memory } from "./memory.ts";
import { type Plan, shift } from "./plan.ts";
import { numberWindow, tickWindow, widePart, wideSum } from "./windows.ts";

/** The row being evaluated: `row` of the whole run, `index` in its chunk. */
interface Row {
  readonly plan: Plan;
  readonly memory: Memory;
  readonly chunk: BarChunk;
  readonly given: ReadonlyMap<NodeId, GivenColumn>;
  readonly index: number;
  readonly row: number;
}

type NodeOf<Op extends Node["op"]> = Extract<Node, { op: Op }>;

/** Takes row `index` of the chunk in. Throws `KernelHalt`. */
export function evaluateRow(plan: Plan, memory: Memory, { chunk, given }: Pick<Row, "chunk" | "given">, index: number): void {
  const at: Row = { plan, memory, chunk, given, index, row: memory.rows };
  const { seed, seeded } = memory.ready;
  for (const field of ["open", "high", "low", "close"] as const) memory.ticks[field].push(columnValue(at, field));
  for (const [id, column] of memory.values) {
    const needed = plan.lasting.has(id) || at.row <= seeded;
    const value = needed ? nodeValue(at, id) : undefined;
    column.push(value === undefined ? undefined : finite(value, id, at.row));
  }
  for (const id of plan.states) {
    if (at.row < (seed[id] ?? 0) || (at.row > seeded && !plan.lastingStates.has(id))) continue;
    const fields = stateAt(plan.graph, id).fields.map((_, field) => fieldValue(at, id, field) ?? null);
    memory.states[id] = fields;
  }
  memory.rows += 1;
}

/** The value of a node of the run, or of the market on a row that is remembered; undefined where it is not ready. */
export function readValue(plan: Plan, memory: Memory, id: NodeId, row: number): Known {
  if (plan.stratum[id] === "run") return plan.run[id];
  const column = memory.values.get(id);
  if (column === undefined) throw new Error(`node ${id} is not evaluated`);
  if (row >= 0 && row < memory.first) throw new Error(`row ${row} is forgotten`);
  return column[row - memory.first];
}

/** A value that must be ready. */
function ready(value: Known): Value {
  if (value === undefined) throw new Error("a value was read before it is ready");
  return value;
}

function readyNumber(value: Known): number {
  if (typeof value !== "number") throw new Error("a number was expected");
  return value;
}

function columnValue({ chunk, index }: Row, field: NodeOf<"input">["field"]): number {
  const value = chunk.columns[field]?.[index];
  if (value === undefined) throw new Error(`no column ${field}`);
  return value;
}

function nodeValue(at: Row, id: NodeId): Known {
  const { plan, row } = at;
  if (plan.given.has(id)) return isReady(at, id) ? givenValue(at, id) : undefined;
  const node = rowNode(nodeAt(plan.graph, id));
  if (node.op === "window") return windowValue(at, node, id);
  if (!isReady(at, id)) return undefined;
  if (isElementwise(node)) {
    const unready = operands(node).some((operand) => here(at, operand) === undefined);
    return unready ? undefined : applyElementwise(node, (operand) => ready(here(at, operand)));
  }
  switch (node.op) {
    case "input":
      return inputValue(at, node.field);
    case "native":
      return nativeValue(at, node);
    case "delay":
      return readValue(plan, at.memory, node.x, row - runInteger(plan.run, node.by, 0, node.max));
    case "anchored":
      return anchoredRow(at, node, id);
    case "reduce":
      return reduction(at, node);
    case "previous":
      return at.memory.states[node.state]?.[node.field];
    case "state":
      return fieldValue(at, node.state, node.field);
  }
}

/** Whether this row is one on which a node has a value. */
function isReady({ memory, row }: Row, id: NodeId): boolean {
  return row >= (memory.ready.first[id] ?? 0);
}

function givenValue({ plan, given, index }: Row, id: NodeId): Value {
  const value = given.get(id)?.values[index];
  if (value === undefined) throw new Error(`node ${id} is not given`);
  if (Number.isNaN(value)) return null;
  return nodeAt(plan.graph, id).type === "bool" ? value !== 0 : value;
}

function here(at: Row, id: NodeId): Known {
  return readValue(at.plan, at.memory, id, at.row);
}

function inputValue(at: Row, field: NodeOf<"input">["field"]): number {
  const value = columnValue(at, field);
  const isPrice = field === "open" || field === "high" || field === "low" || field === "close";
  return isPrice ? value / powerOfTen(at.plan.priceDecimals) : value;
}

function nativeValue(at: Row, { model: id, inputs }: NodeOf<"native">): Value {
  const { graph } = at.plan;
  const { low, high, steps } = modelAt(graph, id);
  if (steps === null) throw new Error(`model ${id} is not native`);
  const answer = evaluateModel(
    steps,
    inputs.map((input) => readyNumber(here(at, input))),
  );
  return answer >= low && answer <= high ? answer : null;
}

/** The window's value when it is full. A sum may be out of range before. */
function windowValue(at: Row, node: NodeOf<"window">, id: NodeId): Known {
  const { plan, memory, row } = at;
  const length = runInteger(plan.run, node.length, 1, node.max);
  const rows = Array.from({ length }, (_, i) => row - length + 1 + i);
  const hasValue = isReady(at, id);
  const values = rows.map((each) => readValue(plan, memory, node.x, each)).filter((value) => value !== undefined);
  if (node.fn === "count") return hasValue ? values.filter((value) => value === true).length : undefined;
  const sums = node.fn === "sum" || node.fn === "mean" || node.fn === "variance";
  const price = exactPrice(plan.graph, node.x, plan.given);
  if (sums && price !== null) {
    const back = shift(price, plan.run);
    return hasValue
      ? tickWindow(
          node.fn,
          rows.map((each) => ticksAt(at, price.field, each - back)),
          plan.priceDecimals,
        )
      : undefined;
  }
  const numbers = values.map(readyNumber);
  const place = { node: id, row };
  if (sums) wideSum(numbers, place);
  const q = node.q === null ? 0 : readyNumber(plan.run[node.q]);
  return hasValue ? numberWindow(node.fn, numbers, q, place) : undefined;
}

function ticksAt({ memory }: Row, field: keyof Memory["ticks"], row: number): bigint {
  return BigInt(readyNumber(memory.ticks[field][row - memory.first]));
}

function anchoredRow(at: Row, node: NodeOf<"anchored">, id: NodeId): Value {
  const { plan, memory, row } = at;
  const place = { node: id, row };
  const begins = node.since === "session" ? columnValue(at, "session_bar") === 1 : here(at, node.since.condition) === true;
  const last = memory.windows.get(id);
  if (last === undefined) throw new Error(`no window for node ${id}`);
  const isFirst = beginsAtOnce(plan.graph, node) && !last.open;
  const window = begins || isFirst ? OPENED : last;
  const price = exactPrice(plan.graph, node.x, plan.given);
  const value = here(at, node.x);
  const isIncluded = node.where === null || here(at, node.where) === true;
  const next = window.open && isIncluded ? grown() : window;
  memory.windows.set(id, next);
  return anchoredValue(node.fn, next, price === null ? null : plan.priceDecimals, place);

  function grown() {
    if (node.fn === "count") return value === true ? including(window, 0, 0n) : window;
    const number = readyNumber(value);
    if (price !== null) return including(window, number, ticksAt(at, price.field, row - shift(price, plan.run)));
    const sums = node.fn === "sum" || node.fn === "mean";
    return including(window, number, sums ? widePart(number, place) : 0n);
  }
}

function reduction(at: Row, node: NodeOf<"reduce">): Value {
  const { run } = at.plan;
  const terms = loopRange(run[node.from], run[node.to]).map((index) => termValue(at, node.body, index));
  return combine(node.fn, terms);
}

/** A node inside a reduction, for one value of the index. */
function termValue(at: Row, id: NodeId, index: number): Value {
  const { graph, stratum } = at.plan;
  if (stratum[id] !== "loop") return ready(here(at, id));
  const node = nodeAt(graph, id);
  if (node.op === "index") return index;
  if (isElementwise(node)) {
    return finite(
      applyElementwise(node, (operand) => termValue(at, operand, index)),
      id,
      at.row,
    );
  }
  if (node.op !== "delay") throw new Error(`node ${id} (${node.op}) inside a reduction`);
  return ready(readValue(at.plan, at.memory, node.x, at.row - readyNumber(termValue(at, node.by, index))));
}

/** Field `field` of a state: its seed on the state's first row and where it is reset, else its `then`. */
function fieldValue(at: Row, id: StateId, field: number): Known {
  const { plan, row } = at;
  const state = stateAt(plan.graph, id);
  const own = state.fields[field];
  if (own === undefined) throw new Error(`no field ${field} in state ${id}`);
  const seedRow = at.memory.ready.seed[id] ?? 0;
  if (row < seedRow) return undefined;
  const seeds = row === seedRow || (state.reset !== null && here(at, state.reset) === true);
  return ready(here(at, seeds ? own.seed : own.then));
}
