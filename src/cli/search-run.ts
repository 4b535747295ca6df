/** A search that someone waits for: from the folder with what is done already, block by block over worker threads, to its last trial or to Ctrl-C. */
import type { SearchFolder } from "../adapters/files/search-folder.ts";
import type { Pool } from "../adapters/threads/pool.ts";
import type { Answer, Task, WorkerData } from "../adapters/threads/task.ts";
import type { Graph } from "../graph/nodes.ts";
import type { Objective } from "../graph/study.ts";
import { inputFields } from "../graph/traverse.ts";
import type { BarSource } from "../market/bars.ts";
import { identityHash, type SearchIdentity, type SearchInput } from "../research/identity.ts";
import type { Search } from "../research/search.ts";
import type { Combination } from "../research/space.ts";
import type { StudyQuestion } from "../research/study-trial.ts";
import type { Tried } from "../research/tpe.ts";
import { objectiveOf, type Trial, type TrialResult } from "../research/trial.ts";
import type { BacktestFailure } from "../run/failure.ts";
import { openAll } from "./datasets.ts";
import { CommandFailure, runFailure } from "./failure.ts";
import { outputFailure } from "./files.ts";
import { progressOf } from "./progress.ts";
import { type SearchFlags, searchPlan, workerCount } from "./search-flags.ts";
import { cashText, periodOf } from "./settings.ts";
import { type Interruption, interruption } from "./signals.ts";
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
  const { shareRows } = await import("../adapters/threads/pool.ts");
  const { sharedModels } = await import("./model-files.ts");
  const bars = await Promise.all(sources.map((source) => shareRows(source, inputFields(graph))));
  const models = await sharedModels(graph, flags.file, flags.store);
  const varies = plan.space.map((dimension) => dimension.kind === "continuous" || dimension.values.length > 1);
  const input = { graph, plan, objective, sources, cash, ...period };
  return { graph, input, sources, data: { graph, varies, backend: flags.backend, bars, models, cash, ...period }, workers };
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

/** Worker threads that hear Ctrl-C, for as long as `work` takes. */
export async function withWorkers<T>(opened: OpenedSearch, work: (workers: Workers) => Promise<T>): Promise<T> {
  const { startPool } = await import("../adapters/threads/pool.ts");
  const interrupted = interruption();
  const pool = startPool(opened.workers, opened.data);
  try {
    return await work({ opened, pool, interrupted });
  } finally {
    interrupted.end();
    await pool.close();
  }
}

export interface Workers {
  readonly opened: OpenedSearch;
  readonly pool: Pool;
  readonly interrupted: Interruption;
}

/** What a search does with its trials. */
export interface Keeping {
  /** Those of an earlier call, from the first on. */
  readonly done: readonly Trial[];
  readonly question: StudyQuestion | null;
  /** Told the next ones, with all that was answered. */
  keep(trials: readonly Trial[], answers: readonly Answer[]): void;
  /** How an interrupted search ends. */
  readonly afterwards: string;
}

/** All trials of a search, those of an earlier call among them, told as they come. */
export async function runSearch(
  { opened, pool, interrupted }: Workers,
  search: Search,
  keeping: Keeping,
  terminal: Terminal,
): Promise<readonly Trial[]> {
  const { done, question, keep, afterwards } = keeping;
  const trials: Trial[] = [];
  const tried: Tried[] = [];
  const take = (trial: Trial): void => {
    trials.push(trial);
    tried.push({ combination: trial.combination, objective: objectiveOf(trial, opened.input.objective) });
  };
  const progress = progressOf(terminal, search.size - done.length, "trials");
  try {
    for (let block = search.next(tried); block.length > 0; block = search.next(tried)) {
      const first = trials.length;
      done.slice(first, first + block.length).forEach(take);
      const tasks = tasksOf(block.slice(trials.length - first), question, opened);
      for await (const answers of pool.answers(tasks, interrupted.signal)) {
        const more = answers.map(({ result }, index) => trialOf(trials.length + index, block[trials.length - first + index] ?? [], result));
        keep(more, answers);
        more.forEach(take);
        progress.advance(trials.length - done.length);
      }
    }
    return trials;
  } catch (error) {
    if (!interrupted.signal.aborted) throw error;
    throw interrupted.failure(`Interrupted after ${trials.length} of ${search.size} trials; ${afterwards}.`);
  } finally {
    progress.end();
  }
}

/** Notes in the store how far a search has come; gives how many trials there are of its strategy on its data. */
export async function counted(store: string, identity: SearchIdentity, trials: number): Promise<number> {
  const { noteTrials } = await import("../adapters/files/trials-ledger.ts");
  return outside(store, () => noteTrials(store, identity, identityHash(identity), trials));
}

/** Few enough at once to fit into memory, and enough tasks for all workers. */
function tasksOf(
  combinations: readonly Combination[],
  question: StudyQuestion | null,
  { sources, workers }: OpenedSearch,
): readonly Task[] {
  const rows = sources.reduce((sum, { info }) => sum + info.rows, 0);
  const share = Math.ceil(combinations.length / (2 * workers));
  const size = Math.max(1, Math.min(TOGETHER_MAX, Math.floor(ROWS_TOGETHER_MAX / Math.max(1, rows)), share));
  return Array.from({ length: Math.ceil(combinations.length / size) }, (_, index) => ({
    combinations: combinations.slice(index * size, (index + 1) * size),
    question,
    course: false,
  }));
}

/** A trial; where the data or the account fits no combination that ends the command. */
function trialOf(number: number, combination: Combination, result: TrialResult): Trial {
  if (!result.ok && !OF_A_COMBINATION.has(result.failure.kind)) throw runFailure(result.failure);
  return { number, combination, result };
}

/** Failures that another combination may not have. */
const OF_A_COMBINATION: ReadonlySet<BacktestFailure["kind"]> = new Set(["kernel_halt", "money_out_of_range", "fee_date_uncovered"]);
