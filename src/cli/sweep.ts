/** `stratc sweep`: a strategy with many combinations of its parameters. */
import { join } from "node:path";
import type { Graph } from "../graph/nodes.ts";
import { identityHash, type SearchIdentity, searchIdentity } from "../research/identity.ts";
import type { SweepView } from "../research/page/sweep-page.ts";
import { sweepText } from "../research/page/sweep-text.ts";
import { plateauOf, type Ranked, ranked } from "../research/ranking.ts";
import { searchOf } from "../research/search.ts";
import { TEXT_COLUMNS, tableColumns } from "../research/table.ts";
import type { Objective, Trial } from "../research/trial.ts";
import { type Command, writeJson } from "./command.ts";
import { outputFailure, writeWhole } from "./files.ts";
import { addSearchFlags, type SearchFlags } from "./search-flags.ts";
import { defaultFolder, folderOf, openSearch, runSearch } from "./search-run.ts";
import type { Terminal } from "./terminal.ts";

export const sweepCommand: Command<SearchFlags> = {
  command: "sweep <file> [bars..]",
  describe: "Try many combinations of a strategy's parameters",
  flags: (yargs) =>
    addSearchFlags(yargs)
      .example("$0 sweep strategies/donchian_bracket.strat --data sample:sp500", "# every length of its channel")
      .example("$0 sweep FILE --data PATH --tpe 500 --objective sortino", "# 500, chosen as the search learns"),
  run: async (flags, terminal) => {
    const { compiledGraph } = await import("./source.ts");
    const graph = compiledGraph(flags.file, flags.json, terminal);
    if (graph === undefined) return 1;
    await sweep(graph, flags, flags.objective ?? "sharpe", terminal);
    return 0;
  },
};

async function sweep(graph: Graph, flags: SearchFlags, objective: Objective, terminal: Terminal): Promise<void> {
  const opened = await openSearch(graph, flags, objective, terminal);
  const path = flags.output ?? defaultFolder(graph);
  const identity = searchIdentity(opened.input);
  const folder = await folderOf(path, identity, graph, flags.restart);
  const trials = await runSearch({ opened, search: searchOf(graph, opened.input.plan), folder }, terminal);
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
