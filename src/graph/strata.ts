/** Which stratum a node is of, and where the account stratum meets the market. */
import type { Graph, Node, NodeId } from "./nodes.ts";
import { nodeAt, operands } from "./traverse.ts";

/** `loop`: inside a reduction. What looks back in time is of the market, whatever it reads: it has a warm-up. */
export type Stratum = "run" | "market" | "account" | "loop";

interface Dependence {
  readonly market: boolean;
  readonly account: boolean;
  readonly index: boolean;
}

/** What a node depends on by itself, before its operands. */
export function ownDependence(node: Node): Dependence {
  switch (node.op) {
    case "account":
    case "fill":
    case "peak":
    case "last_fill":
    case "at_entry":
      return { market: false, account: true, index: false };
    case "index":
      return { market: false, account: false, index: true };
    case "input":
    case "sample":
    case "gather":
    case "across":
    case "begins":
    case "onnx":
    case "native":
    case "delay":
    case "window":
    case "anchored":
    case "previous":
    case "state":
      return { market: true, account: false, index: false };
    case "constant":
    case "none":
    case "parameter":
    case "member":
    case "unary":
    case "binary":
    case "power":
    case "select":
    case "default":
    case "reduce":
      return { market: false, account: false, index: false };
  }
}

function stratumOf({ market, account, index }: Dependence): Stratum {
  if (index) return "loop";
  if (account) return "account";
  return market ? "market" : "run";
}

/** The stratum of every node, by id. */
export function strata(graph: Graph): readonly Stratum[] {
  const all: Dependence[] = [];
  for (const node of graph.nodes) {
    const read = operands(node).map((id) => all[id]);
    const own = ownDependence(node);
    all.push({
      market: own.market || read.some((d) => d?.market),
      account: own.account || read.some((d) => d?.account),
      index: node.op !== "reduce" && (own.index || read.some((d) => d?.index)),
    });
  }
  return all.map(stratumOf);
}

/**
 * The maximal sub-nodes of the market or the run on which an expression depends, ascending; the node itself if it is of either.
 * Constants are left out below an account expression: `evaluateScalar` needs no one to tell it them.
 */
export function frontier(graph: Graph, node: NodeId): readonly NodeId[] {
  const stratum = strata(graph);
  const found = new Set<NodeId>();
  const visit = (id: NodeId): void => {
    if (stratum[id] !== "account") {
      if (id === node || nodeAt(graph, id).op !== "constant") found.add(id);
      return;
    }
    for (const operand of operands(nodeAt(graph, id))) visit(operand);
  };
  visit(node);
  return [...found].sort((a, b) => a - b);
}
