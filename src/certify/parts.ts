/** What named values and rules need, each by itself (docs/certificate.md, "Values and rules"). */
import type { Anatomy } from "./anatomy.ts";
import { ruleRoots } from "./places.ts";
import { latestSettling, type Settling } from "./settling.ts";
import { keeping, type Work } from "./work.ts";

export interface PartBounds {
  readonly warmUpRows: number;
  readonly settling: Settling;
  /** Without what a part before it keeps already; so the operations. */
  readonly stateBytes: number;
  /** Null where reductions read more than can be counted. */
  readonly operations: number | null;
}

export interface Parts {
  /** By node, of each that has a name. */
  readonly values: ReadonlyMap<number, PartBounds>;
  /** As in the graph. */
  readonly rules: readonly PartBounds[];
}

/** What is known of single nodes. */
export interface NodeBounds {
  readonly varies: (id: number) => boolean;
  readonly warmUp: readonly number[];
  readonly settling: (id: number) => Settling;
  readonly history: readonly number[];
  readonly work: Work;
}

/** The bounds of all named values in their order, then of all rules. */
export function partsOf(anatomy: Anatomy, known: NodeBounds): Parts {
  const { graph } = anatomy;
  const named = [...new Set(Object.values(graph.names).map(({ node }) => node))];
  const own = new Set(named.filter((id) => !["constant", "parameter", "none", "input"].includes(graph.nodes[id]?.op ?? "")));
  const kept = keeping(anatomy, known.history);
  const claimed = new Set<number>();
  const part = (roots: readonly number[], from: readonly number[]): PartBounds => {
    let stateBytes = 0;
    let operations: number | null = 0;
    for (const id of unclaimed(anatomy, from, own, claimed)) {
      if (!known.varies(id)) continue;
      const work = known.work(id);
      stateBytes += kept(id);
      operations = operations === null || work === null ? null : operations + work;
    }
    const warmUpRows = roots.reduce((most, id) => Math.max(most, known.warmUp[id] ?? 1), 1);
    return { warmUpRows, settling: latestSettling(roots.map(known.settling)), stateBytes, operations };
  };
  const values = new Map(named.map((id) => [id, part([id], own.has(id) ? [id] : [])]));
  const rules = graph.rules.map((rule) => {
    const roots = ruleRoots(rule).map(({ node }) => node);
    return part(
      roots,
      roots.filter((id) => !own.has(id)),
    );
  });
  return { values, rules };
}

/** What is read from here down to the next nodes with a name, and has not been met before. */
function unclaimed(
  { graph, reads, stateReads }: Anatomy,
  from: readonly number[],
  named: ReadonlySet<number>,
  claimed: Set<number>,
): readonly number[] {
  const found: number[] = [];
  const waiting = [...from];
  for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
    if (claimed.has(id)) continue;
    claimed.add(id);
    found.push(id);
    const node = graph.nodes[id];
    const isState = node?.op === "state" || node?.op === "previous";
    for (const read of isState ? (stateReads[node.state] ?? []) : (reads[id] ?? [])) if (!named.has(read)) waiting.push(read);
  }
  return found;
}
