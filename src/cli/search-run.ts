/** A search that someone waits for: from the folder with what is done already, block by block over worker threads, to its last trial or to Ctrl-C. */
import { join } from "node:path";
import type { SearchFolder } from "../adapters/files/search-folder.ts";
import type { Task, WorkerData } from "../adapters/threads/task.ts";
import type { Graph } from "../graph/nodes.ts";
import type { BarSource } from "../market/bars.ts";
import type { SearchIdentity, SearchInput } from "../research/identity.ts";
import type { Search } from "../research/search.ts";
import type { Combination } from "../research/space.ts";
import type { Tried } from "../research/tpe.ts";
import { type Objective, objectiveOf, type Trial, type TrialResult } from "../research/trial.ts";
import type { BacktestFailure } from "../run/failure.ts";
import { expectNoActions, openAll } from "./datasets.ts";
import { CommandFailure, runFailure, usageFailure } from "./failure.ts";
import { outputFailure } from "./files.ts";
import { progressOf } from "./progress.ts";
import { type SearchFlags, searchPlan, workerCount } from "./search-flags.ts";
import { cashText, periodOf } from "./settings.ts";
import { interruption } from "./signals.ts";
import type { Terminal } from "./terminal.ts";

/** Trials that a worker has in memory at once: at most so many, and fewer of long datasets. */
const TOGETHER_MAX = 64;
const ROWS_TOGETHER_MAX = 8_000_000;

/** A search before its first trial. */
export interface OpenedSearch {
  readonly graph: Graph;
  readonly input: SearchInput;
  readonly sources: readonly BarSource[];
  readonly data: WorkerData;
  readonly workers: number;
}

/** Reads the data that the flags name and puts together what the search is. */
export async function openSearch(graph: Graph, flags: SearchFlags, objective: Objective, terminal: Terminal): Promise<OpenedSearch> {
  const plan = searchPlan(graph, flags);
  const cash = cashText(flags.cash);
  const period = periodOf(flags.from, flags.to, graph.calendar);
  const workers = workerCount(flags);
  const sources = await openAll(graph, [...flags.data, ...(flags.bars ?? [])], flags, terminal);
  expectNoActions(sources, "A search");
  const events = sources.map(({ info }) => info.events).find((kind) => kind === "quotes" || kind === "book");
  if (events !== undefined) throw usageFailure(`A search goes over bars or trades, and ${sources[0]?.info.symbol ?? ""} has ${events}.`);
  const { shareBars } = await import("../adapters/threads/pool.ts");
  const bars = await Promise.all(sources.map(shareBars));
  const varies = plan.space.map((dimension) => dimension.kind === "continuous" || dimension.values.length > 1);
  const dataHashes = sources.map(({ info }) => info.hash);
  const input = { graph, plan, objective, dataHashes, cash, ...period };
  return { graph, input, sources, data: { graph, varies, backend: flags.backend, bars, cash, ...period }, workers };
}

export function defaultFolder({ strategy }: Graph): string {
  return join("sweeps", strategy);
}

/** The folder of a search, begun or continued. */
export async function folderOf(path: string, identity: SearchIdentity, graph: Graph, restart: boolean): Promise<SearchFolder> {
  const { openSearchFolder } = await import("../adapters/files/search-folder.ts");
  const { tableColumns } = await import("../research/table.ts");
  const opened = await outside(path, () => openSearchFolder(path, identity, tableColumns(graph), restart));
  if (opened.ok) return opened.folder;
  throw new CommandFailure(2, "search_changed", `${path} has another search: since then ${wordList(opened.changed)} changed.`, [
    "Name another folder with -o, or begin anew with --restart.",
  ]);
}

function wordList(words: readonly string[]): string {
  return words.length < 2 ? (words[0] ?? "something") : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
}

async function outside<T>(path: string, work: () => T): Promise<T> {
  try {
    return work();
  } catch (error) {
    throw error instanceof Error && "code" in error ? outputFailure(path, error) : error;
  }
}

interface Progressing {
  readonly opened: OpenedSearch;
  readonly search: Search;
  readonly folder: SearchFolder;
}

/** All trials of a search, those of an earlier call among them. Ctrl-C keeps what is there, and says so. */
export async function runSearch({ opened, search, folder }: Progressing, terminal: Terminal): Promise<readonly Trial[]> {
  const { startPool } = await import("../adapters/threads/pool.ts");
  const trials: Trial[] = [];
  const tried: Tried[] = [];
  const take = (trial: Trial): void => {
    trials.push(trial);
    tried.push({ combination: trial.combination, objective: objectiveOf(trial, opened.input.objective) });
  };
  const interrupted = interruption();
  const progress = progressOf(terminal, search.size - folder.done.length, "trials");
  const pool = startPool(opened.workers, opened.data);
  try {
    for (let block = search.next(tried); block.length > 0; block = search.next(tried)) {
      const first = trials.length;
      folder.done.slice(first, first + block.length).forEach(take);
      for await (const results of pool.results(tasksOf(block.slice(trials.length - first), opened), interrupted.signal)) {
        const more = results.map((result, index) => trialOf(trials.length + index, block[trials.length - first + index] ?? [], result));
        folder.append(more);
        more.forEach(take);
        progress.advance(trials.length - folder.done.length);
      }
    }
    return trials;
  } catch (error) {
    if (!interrupted.signal.aborted) throw error;
    throw interrupted.failure(`Interrupted after ${trials.length} of ${search.size} trials; the same command continues.`);
  } finally {
    interrupted.end();
    progress.end();
    await pool.close();
    folder.close();
  }
}

/** Few enough at once to fit into memory, and enough tasks for all workers. */
function tasksOf(combinations: readonly Combination[], { sources, workers }: OpenedSearch): readonly Task[] {
  const rows = sources.reduce((sum, { info }) => sum + info.rows, 0);
  const share = Math.ceil(combinations.length / (2 * workers));
  const size = Math.max(1, Math.min(TOGETHER_MAX, Math.floor(ROWS_TOGETHER_MAX / Math.max(1, rows)), share));
  return Array.from({ length: Math.ceil(combinations.length / size) }, (_, index) => ({
    combinations: combinations.slice(index * size, (index + 1) * size),
  }));
}

/** A trial; where the data or the account fits no combination that ends the command. */
function trialOf(number: number, combination: Combination, result: TrialResult): Trial {
  if (!result.ok && !OF_A_COMBINATION.has(result.failure.kind)) throw runFailure(result.failure);
  return { number, combination, result };
}

/** Failures that another combination may not have. */
const OF_A_COMBINATION: ReadonlySet<BacktestFailure["kind"]> = new Set(["kernel_halt", "money_out_of_range", "fee_date_uncovered"]);
