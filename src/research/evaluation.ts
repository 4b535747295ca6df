/** Runs combinations: some together over the same rows, every one through the engine, the gate and the ledger as if it were alone. */
import type { LaneBackend } from "../graph/kernel.ts";
import type { ModelRunner } from "../graph/model-runner.ts";
import type { Graph } from "../graph/nodes.ts";
import type { BarSource } from "../market/bars.ts";
import { type BacktestInput, type BacktestResult, backtest, beginBacktest, type RunningBacktest, stretchesOf } from "../run/backtest.ts";
import { failureOf } from "../run/failure.ts";
import type { TimeStretch } from "../run/lanes/placement.ts";
import { kernelSharing } from "./sharing.ts";
import type { Combination } from "./space.ts";

/** What all combinations of a search run over. */
export interface SearchData {
  readonly graph: Graph;
  /** By parameter: whether the search changes it. */
  readonly varies: readonly boolean[];
  readonly backend: LaneBackend;
  readonly sources: readonly BarSource[];
  readonly cash: string;
  readonly from?: number;
  readonly to?: number;
  readonly capacity?: number;
  /** What runs the models of the host, if the graph has some. */
  readonly models?: ModelRunner;
}

/** Gives what each combination comes to, in their order. All of one call are in memory together. */
export type Evaluate = (combinations: readonly Combination[]) => Promise<readonly BacktestResult[]>;

export function evaluator(data: SearchData): Evaluate {
  const { graph, varies, backend } = data;
  const share = kernelSharing(graph, varies, backend);
  return async (combinations) => {
    const kernels = share();
    const runs = combinations.map((parameters) => opened({ ...data, parameters, backend: kernels.lanes(parameters) }));
    for await (const stretch of stretchesOf(data)) for (const run of runs) await take(run, stretch);
    const results = runs.map((run): BacktestResult | null => {
      const outcome = attempt(run, ({ end }) => end());
      return outcome === null ? null : { ok: true, outcome };
    });
    return Promise.all(results.map((result, index) => result ?? backtest({ ...data, parameters: combinations[index] ?? [] })));
  };
}

/** A backtest under way; null once it has failed. */
interface Attempt {
  readonly graph: Graph;
  running: RunningBacktest | null;
}

function opened(input: BacktestInput): Attempt {
  const run: Attempt = { graph: input.graph, running: null };
  run.running = guarded(run, () => beginBacktest(input));
  return run;
}

/** A failure, which may be that of a shared part, is not told from here: the combination is run again by itself. */
function attempt<T>(run: Attempt, work: (running: RunningBacktest) => T): T | null {
  const { running } = run;
  return running === null ? null : guarded(run, () => work(running));
}

async function take(run: Attempt, stretch: TimeStretch): Promise<void> {
  const prepare = run.running?.prepare ?? null;
  if (prepare !== null) await prepare(stretch).catch((error: unknown) => fail(run, error));
  attempt(run, (running) => running.take(stretch));
}

function guarded<T>(run: Attempt, work: () => T): T | null {
  try {
    return work();
  } catch (error) {
    return fail(run, error);
  }
}

function fail(run: Attempt, error: unknown): null {
  if (failureOf(error, run.graph) === null) throw error;
  run.running = null;
  return null;
}
