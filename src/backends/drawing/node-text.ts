/** A node as the language would write it, as far as a graph alone knows: by its name where the file gives it one. */
import type { Graph, Node, NodeId, UnaryFunction } from "../../graph/nodes.ts";
import { nodeAt } from "../../graph/traverse.ts";

/** Below it, what has no name is left out. */
const DEPTH_MAX = 5;

const INFIX: Readonly<Partial<Record<string, string>>> = {
  add: "+",
  sub: "-",
  mul: "*",
  div: "/",
  lt: "<",
  le: "<=",
  eq: "==",
  ne: "!=",
  and: "and",
  or: "or",
};

/** The first name that the file gives each node. */
export function namesOf({ names }: Graph): ReadonlyMap<NodeId, string> {
  const found = new Map<NodeId, string>();
  for (const [name, { node }] of Object.entries(names)) if (!found.has(node)) found.set(node, name);
  return found;
}

/** `names` as `namesOf` gives them; `isWhole`: written out though it has a name. */
export function nodeText(graph: Graph, names: ReadonlyMap<NodeId, string>, root: NodeId, isWhole = false): string {
  const text = (id: NodeId, depth: number, whole: boolean): string => {
    const node = nodeAt(graph, id);
    const name = whole ? undefined : names.get(id);
    if (name !== undefined) return name;
    return depth > DEPTH_MAX ? "…" : written(graph, node, (operand) => text(operand, depth + 1, false));
  };
  return text(root, 0, isWhole);
}

function written(graph: Graph, node: Node, text: (id: NodeId) => string): string {
  switch (node.op) {
    case "constant":
      return String(node.value);
    case "none":
      return "none";
    case "parameter":
      return graph.parameters[node.index]?.name ?? "";
    case "input":
      return node.field.replace("session_", "session.");
    case "account":
      return node.field;
    case "member":
      return `in ${graph.groups[node.group]?.name}`;
    case "begins":
      return `${graph.clocks[node.of]?.name} begins`;
    case "sample":
      return `${node.symbol === null ? graph.clocks[node.clock]?.name : graph.symbols[node.symbol]?.name}.${text(node.x)}`;
    case "gather":
      return `${node.fn}(${text(node.x)})`;
    case "across":
      return `${graph.groups[node.group]?.name}.${node.fn}(${text(node.x)})`;
    case "onnx":
    case "native":
      return graph.models[node.model]?.name ?? "";
    case "unary":
      return unary(node.fn, text(node.x));
    case "binary": {
      const infix = INFIX[node.fn];
      return infix === undefined ? `${node.fn}(${text(node.a)}, ${text(node.b)})` : `(${text(node.a)} ${infix} ${text(node.b)})`;
    }
    case "power":
      return `pow(${text(node.x)}, ${node.exponent})`;
    case "select":
      return `(if ${text(node.condition)} then ${text(node.then)} else ${text(node.otherwise)})`;
    case "default":
      return `(${text(node.x)} ?? ${text(node.fallback)})`;
    case "delay":
      return `${text(node.x)}[${text(node.by)}]`;
    case "window":
      return `${node.fn}(${text(node.x)}, ${text(node.length)})`;
    case "anchored":
      return `${node.fn}(${text(node.x)}, since: ${node.since === "session" ? "session" : text(node.since.condition)})`;
    case "reduce":
      return `${node.fn}(i in ${text(node.from)}..${text(node.to)}: …)`;
    case "at_entry":
      return `at_entry(${text(node.x)})`;
    case "state":
    case "previous":
      return "a recursion";
    case "fill":
    case "peak":
    case "last_fill":
      return node.op;
    case "index":
      return "i";
  }
}

function unary(fn: UnaryFunction, x: string): string {
  if (fn === "neg") return `-${x}`;
  return fn === "not" ? `not ${x}` : `${fn}(${x})`;
}
