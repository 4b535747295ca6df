/** Lanes: on which clock, for which symbol or for the universe, each node is evaluated (docs/certificate.md, "Lanes"). */
import type { Anatomy } from "./anatomy.ts";
import type { FormNode } from "./form.ts";
import type { Root } from "./places.ts";

/** `symbol` is null for the universe. `needed`: what is evaluated on it, but what is known before the run. */
export interface Lane {
  readonly clock: number;
  readonly symbol: number | null;
  readonly needed: ReadonlySet<number>;
}

interface GrowingLane extends Lane {
  readonly needed: Set<number>;
}

const VISITS_MAX = 5_000_000;

/** Every lane that decides or is read by one; null where they hold more nodes than can be counted. `varies` tells what is not of the run. */
export function lanesOf(anatomy: Anatomy, roots: readonly Root[], varies: (id: number) => boolean): readonly Lane[] | null {
  const { graph, reads, stateReads } = anatomy;
  const lanes = new Map<string, GrowingLane>();
  const waiting: (readonly [lane: GrowingLane, node: number])[] = [];
  const laneAt = (clock: number, symbol: number | null): GrowingLane => {
    const key = `${clock} ${symbol}`;
    const lane = lanes.get(key) ?? { clock, symbol, needed: new Set() };
    lanes.set(key, lane);
    return lane;
  };
  const traded = [...graph.symbols.keys()].filter((symbol) => graph.symbols[symbol]?.trades);
  for (const symbol of traded) laneAt(0, symbol);
  for (const { node, clock, ofUniverse } of roots)
    for (const symbol of ofUniverse ? [null] : traded) if (waiting.push([laneAt(clock, symbol), node]) > VISITS_MAX) return null;
  let visited = 0;
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const [lane, id] = next;
    const node = graph.nodes[id];
    if (node === undefined || !varies(id) || lane.needed.has(id)) continue;
    lane.needed.add(id);
    if (++visited > VISITS_MAX) return null;
    const source = sourceClock(node, lane.clock);
    if (source !== null)
      for (const symbol of sourceSymbols(anatomy, node, lane))
        for (const read of reads[id] ?? []) waiting.push([laneAt(source, symbol), read]);
    else {
      const isState = node.op === "state" || node.op === "previous";
      for (const read of isState ? (stateReads[node.state] ?? []) : (reads[id] ?? [])) waiting.push([lane, read]);
    }
  }
  return [...lanes.values()];
}

/** The clock on which what a node reads is evaluated, if not just there; null for what reads its own lane. */
function sourceClock(node: FormNode, clock: number): number | null {
  if (node.op === "sample") return node.clock;
  if (node.op === "gather") return 0;
  return node.op === "across" || node.op === "onnx" ? clock : null;
}

function sourceSymbols({ graph }: Anatomy, node: FormNode, { symbol }: Lane): readonly (number | null)[] {
  if (node.op === "sample") return [node.symbol ?? symbol];
  return node.op === "across" ? (graph.groups[node.group]?.symbols ?? []) : [symbol];
}
