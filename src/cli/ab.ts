/** `stratc ab`: strategies, or versions of one with other models, side by side over the same bars: each on its own ledger, under one account. */
import { graphHash } from "../graph/hash.ts";
import type { Graph } from "../graph/nodes.ts";
import { type AccountCourse, type Comparison, comparisonOf, pairSentences } from "../research/comparison.ts";
import type { LiveEntry } from "../run/live/journal.ts";
import type { LiveRecord } from "../run/live/record.ts";
import type { StrategyRun } from "../run/live/strategy.ts";
import { instantText } from "../values/instant.ts";
import { backendNamed } from "./backends.ts";
import { type Command, type CommonFlags, writeJson } from "./command.ts";
import { configOptions } from "./config-flags.ts";
import { ACTIONS_FLAG, addDataFlags, DATA_FLAG, type DataFlags } from "./data-flags.ts";
import { openAll } from "./datasets.ts";
import { CommandFailure, type ExitCode, usageFailure } from "./failure.ts";
import type { LiveFlags } from "./live-settings.ts";
import type { Stored } from "./paper-market.ts";
import { addRolloutFlags, type RolloutFlags, rolloutPlan, startingCashOf } from "./rollout-flags.ts";
import { cashText, type Period, periodOf } from "./settings.ts";
import type { Terminal } from "./terminal.ts";

interface AbFlags extends CommonFlags, DataFlags, LiveFlags, RolloutFlags {
  readonly files: readonly string[];
  readonly data: readonly string[];
  readonly from?: string;
  readonly to?: string;
  readonly cash: string;
  readonly seed: number;
  readonly "in-sample": boolean;
  readonly backend: "wasm" | "interpreter";
}

export const abCommand: Command<AbFlags> = {
  command: "ab <files..>",
  describe: "Compare strategies over the same bars, and say whether they differ",
  flags: (yargs) =>
    addRolloutFlags(
      addDataFlags(
        yargs
          .group(["data", "from", "to", "cash", "shared_exposure_max", "seed", "in-sample", "backend"], "What to run:")
          .positional("files", { type: "string", array: true, describe: "Strategy files, two or more: each is compared with the first" })
          .options({
            layer: { type: "string", requiresArg: true, default: "paper", describe: "Whose configuration: paper, dev" },
            data: DATA_FLAG,
            from: {
              type: "string",
              requiresArg: true,
              describe: "First date or instant: 2019-02-04; what the rules need before is read first",
            },
            to: { type: "string", requiresArg: true, describe: "Last date or instant, included" },
            actions: ACTIONS_FLAG,
            ...configOptions(["cash", "backend", "shared_exposure_max"]),
            seed: { type: "number", requiresArg: true, default: 1, describe: "Of the bootstrap" },
            "in-sample": {
              type: "boolean",
              default: false,
              defaultDescription: "refuse them",
              describe: "Admit bars on which a model was trained",
            },
          }),
      ),
    )
      .example("$0 ab old.strat new.strat --data sample:sp500", "# is the new one better?")
      .example(
        "$0 ab old.strat new.strat --data PATH --rollout 10,25,50,100 --step 20d --rollback 3%",
        "# and how would it have taken over?",
      ),
  run: async (flags, terminal) => {
    if (flags.files.length < 2) throw usageFailure("Name two strategies or more: `stratc ab A.strat B.strat`.");
    const { compiledGraph } = await import("./source.ts");
    const graphs: Graph[] = [];
    for (const file of flags.files) {
      const graph = compiledGraph(file, flags.json, terminal);
      if (graph === undefined) return 1;
      graphs.push(graph);
    }
    noteSame(graphs, flags.files, terminal);
    return compare(graphs, flags, terminal);
  },
};

/** Strategies that are the same to the last node differ in nothing that a comparison could find. */
function noteSame(graphs: readonly Graph[], files: readonly string[], terminal: Terminal): void {
  const hashes = graphs.map(graphHash);
  for (const [index, hash] of hashes.entries()) {
    const first = hashes.indexOf(hash);
    if (first !== index)
      terminal.note(`note: ${files[first]} and ${files[index]} are the same strategy: nothing can differ between them\n`);
  }
}

async function compare(graphs: readonly Graph[], flags: AbFlags, terminal: Terminal): Promise<ExitCode> {
  const period = periodOf(flags.from, flags.to, graphs[0]?.calendar ?? "nyse");
  const stored: Stored[] = [];
  for (const graph of graphs) {
    const sources = await openAll(graph, flags.data, flags, terminal);
    stored.push({ graph, sources });
  }
  if (!flags["in-sample"]) for (const one of stored) refuseTraining(one, period);
  const played = await play(stored, period, flags);
  const { sessionsPerYear } = await import("../report/metrics.ts");
  const looks = await Promise.all(stored.map((one) => lookOf(one, period, flags)));
  await trialsAfter(flags.store, looks);
  const trialsEver = await trialsAfter(flags.store, looks);
  const courses = await Promise.all(played.strategies.map((run, index) => courseOf(run, played.told, trialsEver[index] ?? 1)));
  present(comparisonOf(courses, sessionsPerYear(graphs[0]?.calendar ?? "nyse"), flags.seed), played, flags.json, terminal);
  return 0;
}

/** A comparison on what a model was trained on is none. */
function refuseTraining({ graph, sources }: Stored, { from = Number.NEGATIVE_INFINITY, to = Number.POSITIVE_INFINITY }: Period): void {
  for (const { name, trained } of graph.models) {
    const seen = sources.some(({ info }) => Math.max(from, info.from) <= trained.to && Math.min(to, info.to) >= trained.from);
    if (!seen) continue;
    throw new CommandFailure(1, "in_sample", `Model ${name} of ${graph.strategy} was trained on some of these bars.`, [
      "Begin later with --from, or admit them with --in-sample.",
    ]);
  }
}

interface Played {
  readonly strategies: readonly StrategyRun[];
  /** What was decided of capital. */
  readonly told: readonly LiveRecord[];
}

/** A paper run over the stored bars: on these it is the backtest (semantics 14.3). */
async function play(stored: readonly Stored[], period: Period, flags: AbFlags): Promise<Played> {
  const { startRunner } = await import("../run/live/runner.ts");
  const { forgetful } = await import("../run/live/journal.ts");
  const { storedMarket } = await import("./paper-market.ts");
  const { beginningOf, expectGoodEnd } = await import("./paper.ts");
  const { hostedModels } = await import("./model-files.ts");
  const { interruption } = await import("./signals.ts");
  const rollout = rolloutPlan(flags, stored.length);
  const market = await storedMarket(stored, period, Number.POSITIVE_INFINITY);
  const graphs = stored.map(({ graph }) => graph);
  const hosted = await Promise.all(graphs.map((graph, index) => hostedModels(graph, flags.files[index] ?? "", flags.store)));
  const strategies = graphs.map((graph, index) => ({
    graph,
    name: labelOf(graphs, index),
    parameters: graph.parameters.map((parameter) => parameter.default),
    cash: startingCashOf(cashText(flags.cash), rollout, index),
  }));
  const told: LiveRecord[] = [];
  const asked = interruption();
  const runner = startRunner({
    ...market.open(null),
    beginning: beginningOf({ strategies, market, configuration: flags, rollout }),
    graphs,
    backend: await backendNamed(flags.backend),
    journal: forgetful(),
    models: hosted.map(({ models }) => models),
    watch: (entry) => keep(told, entry),
  });
  asked.signal.addEventListener("abort", () => runner.stop());
  const ended = await runner.finished.finally(() => {
    market.end();
    asked.end();
  });
  expectGoodEnd(ended, graphs);
  if (asked.signal.aborted) throw asked.failure("Interrupted; nothing was compared.");
  return { strategies: runner.run.strategies, told };
}

/** Strategies of one name are told apart by their place. */
function labelOf(graphs: readonly Graph[], index: number): string {
  const { strategy } = graphs[index] ?? { strategy: "" };
  return graphs.filter((graph) => graph.strategy === strategy).length > 1 ? `${strategy}#${index + 1}` : strategy;
}

function keep(told: LiveRecord[], entry: LiveEntry): void {
  if (entry.entry === "record" && (entry.record.kind === "rollout" || entry.record.kind === "transfer")) told.push(entry.record);
}

async function courseOf({ name, graph, walk }: StrategyRun, told: readonly LiveRecord[], trialsEver: number): Promise<AccountCourse> {
  const { calendarNamed } = await import("../market/calendars.ts");
  const calendar = calendarNamed(graph.calendar);
  const dateOf = (end: number): number => calendar.dateOf(end - 1);
  const flows = told.flatMap((record) => {
    if (record.kind !== "transfer" || (record.from !== name && record.to !== name)) return [];
    const place = record.from === name ? 0 : 1;
    return [{ date: dateOf(record.time), before: record.before[place], after: record.after[place] }];
  });
  // Who has given all of its capital has no returns any more.
  const over = told.find((record) => record.kind === "rollout" && (record.share === 0 || record.share === 100));
  const last = over?.kind === "rollout" ? dateOf(over.time) : Number.POSITIVE_INFINITY;
  const dates = walk.sessionTime.map(dateOf).filter((date) => date <= last);
  return { name, dates, equity: walk.sessionEquity, flows, trialsEver };
}

/** A look at a strategy on some data: one trial of it. */
interface Look {
  readonly strategy: string;
  readonly data: Readonly<Record<string, string>>;
  readonly hash: string;
}

async function lookOf({ graph, sources }: Stored, period: Period, { cash }: AbFlags): Promise<Look> {
  const { graphHash } = await import("../graph/hash.ts");
  const { createHash } = await import("node:crypto");
  const data = Object.fromEntries(graph.symbols.map(({ name }, index) => [name, sources[index]?.info.hash ?? ""]));
  const look = { schema: "stratc-ab/1", graph: graphHash(graph), simulate: graph.simulate, data, period, cash };
  return { strategy: graph.strategy, data, hash: createHash("sha256").update(JSON.stringify(look)).digest("hex") };
}

/** Notes the looks, and gives how many trials there ever were of each one's strategy on its data. */
async function trialsAfter(store: string, looks: readonly Look[]): Promise<readonly number[]> {
  const { noteTrials } = await import("../adapters/files/trials-ledger.ts");
  return looks.map(({ hash, ...strategy }) => noteTrials(store, strategy, hash, 1));
}

function present({ sessions, contenders, pairs }: Comparison, { strategies, told }: Played, json: boolean, terminal: Terminal): void {
  const equities = strategies.map(({ walk }) => walk.sessionEquity.at(-1) ?? Number.NaN);
  if (json) {
    const accounts = contenders.map((contender, index) => ({ ...contender, final_equity: equities[index] }));
    writeJson(terminal, { ok: true, sessions, strategies: accounts, pairs, capital: told });
    return;
  }
  const width = Math.max(...contenders.map(({ name }) => name.length));
  for (const [index, { name, growth, sharpe, deflated, trialsEver }] of contenders.entries()) {
    const luck =
      deflated === null
        ? ""
        : `, ${(deflated * 100).toFixed(1)} % sure to be more than the luck of ${trialsEver} trial${trialsEver === 1 ? "" : "s"}`;
    const ratio = `Sharpe ratio ${sharpe.toFixed(2)}${luck}`;
    terminal.write(`${name.padEnd(width)}  ${(growth * 100).toFixed(2)} %, equity ${equities[index]?.toFixed(2)}, ${ratio}\n`);
  }
  if (told.length > 0) terminal.write("\n");
  for (const record of told) terminal.write(`${capitalLine(record)}\n`);
  for (const pair of pairs) terminal.write(`\n${pairSentences(pair, sessions).join("\n")}\n`);
}

function capitalLine(record: LiveRecord): string {
  switch (record.kind) {
    case "rollout": {
      const what = record.reason === "loss" ? "has lost too much: it is rolled back" : `goes on to ${record.share} %`;
      return `${instantText(record.time)}  ${record.strategy} ${what}`;
    }
    case "transfer":
      return `${instantText(record.time)}  ${record.amount} from ${record.from} to ${record.to}`;
    default:
      throw new Error(`a record ${record.kind} is not of capital`);
  }
}
