/** `stratc sweep`: a strategy with many combinations of its parameters. */
import { join } from "node:path";
import type { Graph } from "../graph/nodes.ts";
import type { Objective } from "../graph/study.ts";
import { identityHash, type SearchIdentity, searchIdentity } from "../research/identity.ts";
import type { SweepView } from "../research/page/sweep-page.ts";
import { sweepText } from "../research/page/sweep-text.ts";
import { plateauOf, type Ranked, ranked } from "../research/ranking.ts";
import { searchOf } from "../research/search.ts";
import { TEXT_COLUMNS, tableColumns } from "../research/table.ts";
import type { Trial } from "../research/trial.ts";
import { type Command, writeJson } from "./command.ts";
import { outputFailure, writeWhole } from "./files.ts";
import { addSearchFlags, SEARCH_GROUP, type SearchFlags } from "./search-flags.ts";
import { counted, folderOf, openSearch, runSearch, withWorkers } from "./search-run.ts";
import type { Terminal } from "./terminal.ts";

interface SweepFlags extends SearchFlags {
  readonly restart: boolean;
}

export const sweepCommand: Command<SweepFlags> = {
  command: "sweep <file> [bars..]",
  describe: "Try many combinations of a strategy's parameters",
  flags: (yargs) =>
    addSearchFlags(yargs, "sweeps/STRATEGY")
      .option("restart", { type: "boolean", default: false, describe: "Forget what the folder has", group: SEARCH_GROUP })
      .example("$0 sweep strategies/donchian_bracket.strat --data sample:sp500", "# every length of its channel")
      .example("$0 sweep FILE --data PATH --tpe 500 --objective sortino", "# 500, chosen as the search learns"),
  run: async (flags, terminal) => {
    const { compiledGraph, studyDeclaration } = await import("./source.ts");
    const graph = compiledGraph(flags.file, flags.json, terminal);
    if (graph === undefined) return 1;
    await sweep(graph, flags, flags.objective ?? studyDeclaration(flags.file).objective ?? "sharpe", terminal);
    return 0;
  },
};

async function sweep(graph: Graph, flags: SweepFlags, objective: Objective, terminal: Terminal): Promise<void> {
  const opened = await openSearch(graph, flags, objective, terminal);
  const path = flags.output ?? join("sweeps", graph.strategy);
  const identity = searchIdentity(opened.input);
  const folder = await folderOf(path, identity, graph, flags.restart);
  let count = folder.done.length;
  const keep = (more: readonly Trial[]): void => {
    folder.append(more);
    count += more.length;
  };
  const keeping = { done: folder.done, question: null, keep, afterwards: "the same command continues" };
  const trials = await withWorkers(opened, (workers) => runSearch(workers, searchOf(graph, opened.input.plan), keeping, terminal)).finally(
    () => {
      folder.close();
      return counted(flags.store, identity, count);
    },
  );
  const { space } = opened.input.plan;
  const all = ranked(trials, objective);
  const view = { graph, space, objective, trials: trials.length, all, plateau: plateauOf(space, all) };
  await present({ view, path, trials, identity }, flags.json, terminal);
}

interface Swept {
  readonly view: SweepView;
  readonly path: string;
  readonly trials: readonly Trial[];
  readonly identity: SearchIdentity;
}

const BEST_TOLD = 10;

async function present({ view, path, trials, identity }: Swept, json: boolean, terminal: Terminal): Promise<void> {
  const files = await writeResults(view, path);
  const { all, objective, plateau } = view;
  const failed = trials.filter(({ result }) => !result.ok).length;
  if (json) {
    const told = all.slice(0, BEST_TOLD).map((one) => trialJson(view, one));
    const { graph, data, method, seed } = identity;
    writeJson(terminal, {
      ok: true,
      ...{ strategy: view.graph.strategy, graph_hash: graph, data_hashes: data, search_hash: identityHash(identity) },
      ...{ method: method.kind, seed, objective, trials: trials.length, failed, folder: path, files },
      best: told,
      plateau:
        plateau === null
          ? null
          : { ...trialJson(view, plateau), mean: plateau.mean, lowest: plateau.lowest, neighbours: plateau.neighbours },
    });
    return;
  }
  terminal.write(sweepText(view, failed));
  terminal.write(`\n${files.map((file) => join(path, file)).join("\n")}\n`);
}

function trialJson({ graph }: SweepView, { trial, value }: Ranked) {
  const parameters = Object.fromEntries(graph.parameters.map(({ name }, index) => [name, trial.combination[index] ?? null]));
  return { trial: trial.number, parameters, objective: value, ...(trial.result.ok ? trial.result.figures : {}) };
}

async function writeResults(view: SweepView, path: string): Promise<readonly string[]> {
  const { writeTrials } = await import("../adapters/parquet/trials.ts");
  const { sweepPage } = await import("../research/page/sweep-page.ts");
  const [csv, parquet, page] = ["trials.csv", "trials.parquet", "sweep.html"];
  await writeTrials(join(path, csv), join(path, parquet), tableColumns(view.graph), TEXT_COLUMNS).catch((error: unknown) => {
    throw outputFailure(join(path, parquet), error);
  });
  writeWhole(join(path, page), sweepPage(view));
  return [csv, parquet, page];
}
