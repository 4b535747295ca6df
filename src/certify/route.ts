/** Nodes in words: what a node is called, and by which way a rule comes to read it. */
import type { Anatomy } from "./anatomy.ts";
import { decisionRoots, requirementRoots } from "./places.ts";

const STEPS_SHOWN = 8;

/** Says how a node is reached from what decides; null where nothing that decides reads it. */
export function routes({ graph, reads, stateReads }: Anatomy): (node: number) => string | null {
  const names = new Map(Object.entries(graph.names).map(([name, { node }]) => [node, name]));
  const reader = new Map<number, number | string>();
  const waiting: number[] = [];
  const reach = (id: number, by: number | string): void => {
    if (reader.has(id)) return;
    reader.set(id, by);
    waiting.push(id);
  };
  for (const { what, node } of [...decisionRoots(graph), ...requirementRoots(graph)]) reach(node, what);
  for (let at = 0; at < waiting.length; at++) {
    const id = waiting[at] ?? 0;
    const node = graph.nodes[id];
    for (const read of node?.op === "state" ? (stateReads[node.state] ?? []) : (reads[id] ?? [])) reach(read, id);
  }
  const called = (id: number): string => {
    const name = names.get(id);
    const plain = `node ${id} (${graph.nodes[id]?.op})`;
    return name === undefined ? plain : `\`${name}\`, ${plain}`;
  };
  return (node) => {
    const steps: string[] = [];
    let at: number | string | undefined = node;
    for (; typeof at === "number"; at = reader.get(at)) {
      if (steps.length < STEPS_SHOWN) steps.push(called(at));
      else steps[STEPS_SHOWN] = "…";
    }
    return at === undefined ? null : [at, ...steps.reverse()].join(" → ");
  };
}
