/** The age of the feed (semantics 14.5): what its risk lines do while nothing comes. */
import type { Engine } from "../state.ts";
import { fireMonitor } from "./halts.ts";

/** Fires the lines whose limit is exceeded, and ends those that are not any more. */
export function watchFeed(engine: Engine, age: number): void {
  const { gate, graph, halts } = engine;
  if (gate.circumstances === null) throw new Error("a backtest has no feed");
  gate.circumstances.feedAge = age;
  for (const [line, { measure, limit, monitor }] of graph.risk.entries()) {
    if (measure !== "feed_age" || monitor === null || limit.kind !== "constant") continue;
    if (age > Number(limit.value)) fireMonitor(engine, line);
    else halts[line] = null;
  }
}
