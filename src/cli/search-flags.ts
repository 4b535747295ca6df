/** The flags of everything that tries many combinations, and what they come to. */
import { availableParallelism } from "node:os";
import type { Argv } from "yargs";
import type { Graph } from "../graph/nodes.ts";
import { OBJECTIVES, type Objective } from "../graph/study.ts";
import type { Method, SearchPlan } from "../research/search.ts";
import { type Dimension, declaredDimension, spaceSize } from "../research/space.ts";
import type { CommonFlags } from "./command.ts";
import { configOptions } from "./config-flags.ts";
import { ACTIONS_FLAG, addDataFlags, DATA_FLAG, type DataFlags } from "./data-flags.ts";
import { CommandFailure, usageFailure } from "./failure.ts";
import { countOf, parameterLists } from "./settings.ts";

export interface SearchFlags extends CommonFlags, DataFlags {
  readonly file: string;
  readonly bars?: readonly string[];
  readonly data: readonly string[];
  readonly from?: string;
  readonly to?: string;
  readonly param: readonly string[];
  readonly cash: string;
  readonly backend: "wasm" | "interpreter";
  readonly grid: boolean;
  readonly random?: string;
  readonly lhs?: string;
  readonly tpe?: string;
  readonly seed: string;
  readonly workers?: string;
  readonly objective?: Objective;
  readonly patience?: string;
  readonly output?: string;
}

const WORKERS_MAX = 256;

export const SEARCH_GROUP = "How to search:";

/** `folder` is where results go unless another is named. */
export function addSearchFlags(yargs: Argv, folder: string): Argv {
  const list = { type: "string", array: true, requiresArg: true, default: [] } as const;
  const text = { type: "string", requiresArg: true } as const;
  return addDataFlags(
    yargs
      .group(["data", "from", "to", "param", "cash", "backend"], "What to run:")
      .group(["grid", "random", "lhs", "tpe", "seed", "objective", "patience", "workers", "output"], SEARCH_GROUP)
      .positional("file", { type: "string", describe: "Strategy file" })
      .positional("bars", { type: "string", array: true, describe: "More data, as with --data" })
      .options({
        data: DATA_FLAG,
        from: { ...text, describe: "First date or instant: 2019-02-04" },
        to: { ...text, describe: "Last date or instant, included" },
        param: { ...list, defaultDescription: "the file's ranges", describe: "Fix a parameter, or list its values: fast=5,10,20" },
        actions: ACTIONS_FLAG,
        ...configOptions(["cash", "backend"]),
        grid: { type: "boolean", default: false, defaultDescription: "unless another is named", describe: "Every combination" },
        random: { ...text, describe: "So many combinations drawn at random" },
        lhs: { ...text, describe: "A Latin hypercube of so many" },
        tpe: { ...text, describe: "So many, each chosen by what the ones before came to (TPE)" },
        seed: { ...text, default: "1", describe: "Of everything that is drawn" },
        objective: {
          ...text,
          choices: OBJECTIVES,
          defaultDescription: "the file's, else sharpe",
          describe: "What to make as large as it can be",
        },
        patience: { ...text, defaultDescription: "never stop early", describe: "Stop when so many trials have brought nothing better" },
        workers: { ...text, defaultDescription: "one a core", describe: "Threads" },
        output: { ...text, alias: "o", defaultDescription: folder, describe: "Folder of the results" },
      }),
  );
}

/** The space, the method and the end of the search that the flags ask for. */
export function searchPlan(graph: Graph, flags: SearchFlags): SearchPlan {
  const lists = parameterLists(graph, flags.param);
  const space = graph.parameters.map((parameter, index): Dimension => {
    const values = lists[index] ?? [];
    return values.length === 0 ? declaredDimension(parameter) : { kind: "listed", values };
  });
  const method = methodOf(flags);
  const loose = graph.parameters.find((_, index) => space[index]?.kind === "continuous");
  if (method.kind === "grid" && loose !== undefined) {
    throw usageFailure(`${loose.name} has no step, so its grid has no end.`, [
      `List values: \`--param ${loose.name}=${loose.min},${loose.max}\`; or write \`step\` into the file; or search with --random N.`,
    ]);
  }
  if (spaceSize(space) === 1) {
    throw usageFailure("There is nothing to search: every parameter has one value.", [
      "Give parameters ranges in the file (`param fast = 10 in 5..20 step 1`), or list values: `--param fast=5,10,20`.",
    ]);
  }
  return { space, method, seed: seedOf(flags.seed), patience: countOf("--patience", flags.patience) ?? null };
}

function methodOf({ grid, random, lhs, tpe }: SearchFlags): Method {
  const counted = { random, lhs, tpe } as const;
  const named = (["random", "lhs", "tpe"] as const).filter((kind) => counted[kind] !== undefined);
  if (named.length + Number(grid) > 1) throw usageFailure("One kind of search at a time: --grid, --random N, --lhs N or --tpe N.");
  const [kind] = named;
  if (kind === undefined) return { kind: "grid" };
  return { kind, count: countOf(`--${kind}`, counted[kind]) ?? 0 };
}

function seedOf(text: string): number {
  const seed = Number(text);
  if (!/^\d{1,10}$/.test(text) || seed >= 2 ** 31) throw usageFailure(`--seed takes a whole number below 2147483648, not \`${text}\`.`);
  return seed;
}

export function workerCount({ workers }: Pick<SearchFlags, "workers">): number {
  const count = countOf("--workers", workers) ?? availableParallelism();
  if (count > WORKERS_MAX) throw new CommandFailure(2, "usage", `--workers takes at most ${WORKERS_MAX}.`);
  return count;
}
