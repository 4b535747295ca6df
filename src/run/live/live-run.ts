/** A live run: what each input changes, and what follows from it (semantics 14). It reads no clock and does no I/O; the same inputs give the same records. */
import type { LaneBackend } from "../../graph/kernel.ts";
import type { Graph } from "../../graph/nodes.ts";
import type { Instant } from "../../values/quantity.ts";
import { failureOf, RunFailure } from "../failure.ts";
import { endRecord } from "../summary.ts";
import { finish } from "../walk.ts";
import type { LiveInput } from "./input.ts";
import type { LiveBeginning } from "./journal.ts";
import { decodeState, encodeState } from "./plain.ts";
import type { LiveMode, LiveRecord } from "./record.ts";
import { restoreStrategy, type SavedStrategy, saveStrategy } from "./saved.ts";
import { drainRecords, openStrategy, type StrategyRun, takeInstant } from "./strategy.ts";

export interface LiveRun {
  /** Consumes one input and tells what follows from it. Throws `RunFailure` and the like where a strategy cannot go on. */
  consume(input: LiveInput): void;
  /** The next instant at which a slower clock ticks for rows that have come; infinite where none waits. */
  nextTick(): Instant;
  /** The state between two inputs; a run of the same beginning goes on from it and gives the same records. */
  save(): Uint8Array;
  /** Takes a run before its first input there. */
  restore(state: Uint8Array): void;
  /** How many bars came too late, and how many were corrected. */
  readonly late: { bars: number; corrections: number };
  readonly strategies: readonly StrategyRun[];
}

interface SavedRun {
  readonly mode: LiveMode;
  readonly late: LiveRun["late"];
  readonly strategies: readonly SavedStrategy[];
}

/** A run before its first input. `graphs` are those of the strategies, in their order. */
export function liveRun(
  beginning: LiveBeginning,
  graphs: readonly Graph[],
  backend: LaneBackend,
  tell: (record: LiveRecord) => void,
): LiveRun {
  const strategies = beginning.strategies.map((strategy, index) => {
    const graph = graphs[index];
    if (graph === undefined) throw new Error(`no graph for ${strategy.name}`);
    return openStrategy(strategy, graph, backend);
  });
  const late = { bars: 0, corrections: 0 };
  let mode: LiveMode = "warming";
  const enter = (next: LiveMode, reason: string): void => {
    if (mode === next) return;
    mode = next;
    tell({ kind: "mode", mode, reason });
  };
  const tellEngines = (): void => {
    for (const run of strategies) for (const record of drainRecords(run)) tell({ kind: "engine", strategy: run.name, record });
  };
  /** Working orders expire, positions stay. */
  const endAll = (): void => {
    for (const run of strategies) named(run, () => finish(run.walk));
    tellEngines();
    for (const run of strategies) tell({ kind: "engine", strategy: run.name, record: endRecord(run.walk) });
  };
  return {
    late,
    strategies,
    save: () => encodeState({ mode, late, strategies: strategies.map(saveStrategy) } satisfies SavedRun),
    restore: (state) => {
      const saved = decodeState(state) as SavedRun;
      mode = saved.mode;
      Object.assign(late, saved.late);
      strategies.forEach((run, index) => {
        const known = saved.strategies[index];
        if (known === undefined) throw new Error("a saved run of other strategies");
        restoreStrategy(run, known);
      });
    },
    nextTick: () => Math.min(...strategies.map(({ placement }) => placement.nextTick())) as Instant,
    consume: (input) => {
      switch (input.kind) {
        case "instant":
          if (input.origin === "live") enter("trading", "the first instant has closed");
          for (const run of strategies) named(run, () => takeInstant(run, input.end, input.bars, input.origin === "live"));
          break;
        case "late_bar":
          if (input.isCorrection) late.corrections += 1;
          else late.bars += 1;
          break;
        case "end":
          if (input.reason === "data_over") endAll();
          enter("ended", input.reason);
          break;
      }
      tellEngines();
    },
  };
}

/** Says of which strategy a failure is. */
function named({ name, graph }: StrategyRun, work: () => void): void {
  try {
    work();
  } catch (error) {
    const failure = failureOf(error, graph);
    throw failure === null ? error : new RunFailure({ ...failure, message: `${name}: ${failure.message}` });
  }
}
