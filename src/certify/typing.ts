/** Types and optionality of nodes: what an operation takes and gives, and that a value which may be missing says so. */
import type { Anatomy } from "./anatomy.ts";
import type { FormGraph, FormNode } from "./form.ts";
import type { Root } from "./places.ts";
import type { Report } from "./problem.ts";

type Type = FormNode["type"];

/** Every node, state and root whose type or optionality its operation does not have. */
export function checkTyping(anatomy: Anatomy, roots: readonly Root[], report: Report): void {
  const { graph, reads } = anatomy;
  const typeOf = (id: number): Type | undefined => graph.nodes[id]?.type;
  graph.nodes.forEach((node, id) => {
    const say = (text: string): void => report(`node ${id} (${node.op}) ${text}`, id);
    for (const [operand, type] of takes(graph, node, reads[id] ?? []))
      if (typeOf(operand) !== type) say(`takes a ${type}; node ${operand} is none`);
    const type = gives(graph, node);
    if (type !== node.type) say(`gives a ${type}, not a ${node.type}`);
    checkOptional(graph, node, reads[id] ?? [], say);
  });
  graph.states.forEach((state, id) => {
    for (const operand of anatomy.stateReads[id] ?? [])
      if (graph.nodes[operand]?.optional) report(`state ${id} keeps node ${operand}, which may have no value`, operand);
    for (const { seed, then } of state.fields)
      if (typeOf(seed) !== typeOf(then)) report(`state ${id} begins as node ${seed} and goes on as node ${then}, of another type`, then);
    if (state.reset !== null && typeOf(state.reset) !== "bool")
      report(`state ${id} is reset by node ${state.reset}, which is no bool`, state.reset);
  });
  for (const { what, node, type } of roots) if (typeOf(node) !== type) report(`the ${what} is no ${type}`, node);
}

type Taken = readonly (readonly [operand: number, type: Type])[];

function takes(graph: FormGraph, node: FormNode, reads: readonly number[]): Taken {
  const all = (type: Type | undefined): Taken => reads.map((operand) => [operand, type ?? "number"]);
  switch (node.op) {
    case "select":
      return [
        [node.condition, "bool"],
        [node.then, node.type],
        [node.otherwise, node.type],
      ];
    case "default":
    case "at_entry":
    case "sample":
      return all(node.type);
    case "delay":
      return [
        [node.x, node.type],
        [node.by, "number"],
      ];
    case "unary":
      return all(node.fn === "not" ? "bool" : "number");
    case "binary":
      if (node.fn === "eq" || node.fn === "ne") return all(graph.nodes[node.a]?.type);
      return all(node.fn === "and" || node.fn === "or" ? "bool" : "number");
    case "gather":
      return all(node.fn === "first" || node.fn === "last" ? node.type : counted(node.fn));
    case "across":
      return all(counted(node.fn));
    case "window":
      return reads.map((operand, index) => [operand, index === 0 ? counted(node.fn) : "number"]);
    case "anchored":
      return reads.map((operand, index) => [operand, index === 0 ? counted(node.fn) : "bool"]);
    case "reduce":
      return [
        [node.from, "number"],
        [node.to, "number"],
        [node.body, counted(node.fn)],
      ];
    case "onnx":
    case "native":
    case "power":
      return all("number");
    case "constant":
    case "none":
    case "parameter":
    case "input":
    case "member":
    case "begins":
    case "account":
    case "fill":
    case "peak":
    case "last_fill":
    case "index":
    case "previous":
    case "state":
      return [];
  }
}

function counted(fn: string): Type {
  return fn === "count" ? "bool" : "number";
}

function gives(graph: FormGraph, node: FormNode): Type | undefined {
  switch (node.op) {
    case "constant":
      return typeof node.value === "boolean" ? "bool" : "number";
    case "member":
    case "begins":
      return "bool";
    case "unary":
      return node.fn === "not" ? "bool" : "number";
    case "binary":
      return ["lt", "le", "eq", "ne", "and", "or"].includes(node.fn) ? "bool" : "number";
    case "previous":
    case "state":
      return graph.nodes[graph.states[node.state]?.fields[node.field]?.seed ?? -1]?.type;
    case "none":
    case "select":
    case "default":
    case "delay":
    case "at_entry":
    case "sample":
      return node.type;
    case "gather":
      return node.fn === "first" || node.fn === "last" ? node.type : "number";
    case "onnx":
    case "native":
    case "across":
    case "parameter":
    case "input":
    case "account":
    case "fill":
    case "peak":
    case "last_fill":
    case "index":
    case "power":
    case "window":
    case "anchored":
    case "reduce":
      return "number";
  }
}

/**
 * A missing value makes what is computed from it missing, but for `default`, and but for an arm of a `select` that is not chosen. Windows and what
 * adds up over ticks or symbols read only what is always there.
 */
function checkOptional(graph: FormGraph, node: FormNode, reads: readonly number[], say: (text: string) => void): void {
  const missing = (ids: readonly number[]): number | undefined => ids.find((id) => graph.nodes[id]?.optional);
  if (isPartial(graph, node) && !node.optional) say("may have no value, and says that it always has one");
  const aggregates =
    node.op === "window" ||
    node.op === "anchored" ||
    node.op === "across" ||
    node.op === "onnx" ||
    node.op === "native" ||
    (node.op === "gather" && node.fn !== "first" && node.fn !== "last");
  if (aggregates) {
    const read = missing(reads);
    if (read !== undefined) say(`reads node ${read}, which may have no value`);
    return;
  }
  const carried = node.op === "default" ? [node.fallback] : node.op === "select" ? [node.condition] : reads;
  const read = missing(carried);
  if (read !== undefined && !node.optional) say(`reads node ${read}, which may have no value, and says that it always has one`);
}

/** Operations that have no value somewhere, whatever they read. A window since a slower clock's tick holds its first row from the beginning. */
function isPartial(graph: FormGraph, node: FormNode): boolean {
  if (node.op === "account") return node.field === "entry_price" || node.field === "bars_held";
  if (node.op === "across") return node.fn === "rank" || node.fn === "percent_rank";
  if (node.op !== "anchored") return node.op === "none" || node.op === "onnx" || node.op === "native";
  const mayBeEmpty = node.where !== null || (node.since !== "session" && graph.nodes[node.since.condition]?.op !== "begins");
  return mayBeEmpty && node.fn !== "sum" && node.fn !== "count";
}
