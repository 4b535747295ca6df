/** `stratc run`: trades strategies on paper, live or over stored bars at any speed. */
import type { Graph } from "../graph/nodes.ts";
import { firstClock } from "../graph/traverse.ts";
import { backendNamed } from "./backends.ts";
import type { Command, CommonFlags } from "./command.ts";
import { configOptions } from "./config-flags.ts";
import { ACTIONS_FLAG, addDataFlags, DATA_FLAG, type DataFlags, PARAM_FLAG } from "./data-flags.ts";
import { openAll } from "./datasets.ts";
import { liveRefused, usageFailure } from "./failure.ts";
import { expectWritable } from "./files.ts";
import type { LiveFlags } from "./live-settings.ts";
import type { PaperMarket, Stored } from "./paper-market.ts";
import { addRolloutFlags, type RolloutFlags, rolloutPlan, startingCashOf } from "./rollout-flags.ts";
import { cashText, parameterValues, periodOf } from "./settings.ts";
import type { Terminal } from "./terminal.ts";

interface RunFlags extends CommonFlags, DataFlags, LiveFlags, RolloutFlags {
  readonly files: readonly string[];
  readonly paper: boolean;
  readonly live: boolean;
  readonly data: readonly string[];
  readonly from?: string;
  readonly to?: string;
  readonly param: readonly string[];
  readonly cash: string;
  readonly feed?: "data" | "alpaca";
  readonly speed: string;
  readonly orders?: string;
  readonly journal?: string;
  readonly backend: "wasm" | "interpreter";
}

export const runCommand: Command<RunFlags> = {
  command: "run <files..>",
  describe: "Trade strategies on paper",
  flags: (yargs) =>
    addRolloutFlags(
      addDataFlags(
        yargs
          .group(
            ["paper", "broker", "alpaca_url", "feed", "data", "speed", "from", "to", "param", "cash", "orders", "journal", "backend"],
            "What to run:",
          )
          .positional("files", { type: "string", array: true, describe: "Strategy files; each has its own cash" })
          .options({
            paper: { type: "boolean", default: false, describe: "Without real money: the only way there is" },
            live: { type: "boolean", default: false, hidden: true },
            layer: { type: "string", requiresArg: true, default: "paper", describe: "Whose configuration: paper, dev" },
            data: DATA_FLAG,
            feed: {
              choices: ["data", "alpaca"],
              defaultDescription: "as the broker",
              describe: "Where bars come from: stored data, or Alpaca's stream",
            },
            speed: { type: "string", requiresArg: true, default: "max", describe: "How fast bars come: 1x, 10x, max" },
            from: {
              type: "string",
              requiresArg: true,
              describe: "First date or instant: 2019-02-04; what the rules need before is read first",
            },
            to: { type: "string", requiresArg: true, describe: "Last date or instant, included" },
            param: { ...PARAM_FLAG, describe: "Set a parameter of a single strategy: fast=9" },
            actions: ACTIONS_FLAG,
            ...configOptions(["cash", "backend", "broker", "alpaca_url"]),
            orders: { type: "string", requiresArg: true, describe: "Write every order, fill and halt, one JSON object a line" },
            journal: {
              type: "string",
              requiresArg: true,
              describe: "Keep the run's journal in this folder, or go on with the run that is in it",
            },
          })
          .example("$0 run strategies/sma_cross.strat --paper --data sample:sp500", "# twenty years, as fast as they go")
          .example("$0 run my.strat --paper --broker alpaca_paper --journal runs/my", "# until Ctrl-C; again to go on"),
      ),
    ),
  run: async (flags, terminal) => {
    expectPaper(flags);
    const { compiledGraph } = await import("./source.ts");
    const graphs: Graph[] = [];
    for (const file of flags.files) {
      const graph = compiledGraph(file, flags.json, terminal);
      if (graph === undefined) return 1;
      graphs.push(graph);
    }
    expectBars(graphs);
    const rollout = rolloutPlan(flags, graphs.length);
    expectApart(graphs, rollout !== null);
    if (rollout !== null && flags.broker !== "embedded")
      throw usageFailure("--rollout moves capital between simulated accounts: it takes `--broker embedded`.");
    if (flags.param.length > 0 && graphs.length > 1)
      throw usageFailure("--param sets a parameter of one strategy: run the files one by one.");
    if (flags.orders !== undefined) expectWritable(flags.orders);
    const { hostedModels } = await import("./model-files.ts");
    const models = await Promise.all(graphs.map((graph, index) => hostedModels(graph, flags.files[index] ?? "", flags.store)));
    const strategies = graphs.map((graph, index) => ({
      graph,
      parameters: parameterValues(graph, flags.param),
      cash: startingCashOf(cashText(flags.cash), rollout, index),
      ...models[index],
    }));
    const { tradeOnPaper } = await import("./paper.ts");
    const backend = await backendNamed(flags.backend);
    const market = await marketOf(graphs, flags, terminal);
    const { orders, journal } = flags;
    return tradeOnPaper({ strategies, market, backend, orders, journal, configuration: flags, rollout }, flags.json, terminal);
  },
};

/** Where the bars come from, and who holds the account. */
async function marketOf(graphs: readonly Graph[], flags: RunFlags, terminal: Terminal): Promise<PaperMarket> {
  const { alpacaMarket, storedMarket } = await import("./paper-market.ts");
  const { broker, feed = broker === "embedded" ? "data" : "alpaca", from, to, data } = flags;
  const speed = speedOf(flags.speed);
  if (feed === "alpaca") {
    if (data.length > 0 || flags.actions !== undefined || from !== undefined || to !== undefined || speed !== Number.POSITIVE_INFINITY)
      throw usageFailure("--data, --actions, --from, --to and --speed are of stored bars: Alpaca's come when they come.");
    return alpacaMarket(graphs, flags);
  }
  if (broker !== "embedded")
    throw usageFailure("Alpaca's broker trades at Alpaca's prices: stored bars are not its market.", [
      "Trade stored bars with `--broker embedded`, or rehearse with `stratc simulate-alpaca --data …`.",
    ]);
  const period = periodOf(from, to, graphs[0]?.calendar ?? "nyse");
  const stored: Stored[] = [];
  for (const graph of graphs) {
    const sources = await openAll(graph, dataOf(graph, data), flags, terminal);
    stored.push({ graph, sources });
  }
  return storedMarket(stored, period, speed);
}

/** What is named for another strategy's symbol is not this one's. */
function dataOf({ symbols }: Graph, named: readonly string[]): readonly string[] {
  return named.filter((location) => {
    const [, symbol] = /^([A-Z][A-Z0-9._]*)=/.exec(location) ?? [];
    return symbol === undefined || symbols.some(({ name }) => name === symbol);
  });
}

function expectPaper({ live, paper }: RunFlags): void {
  if (live) throw liveRefused();
  if (!paper) throw usageFailure("Say --paper: this version trades on paper only.");
}

/** How many times as fast as the bars came. */
function speedOf(text: string): number {
  if (text === "max") return Number.POSITIVE_INFINITY;
  const [, digits] = /^(\d+(?:\.\d+)?)x$/.exec(text) ?? [];
  const speed = Number(digits);
  if (!(speed > 0)) throw usageFailure(`--speed takes max, 1x, 10x and the like, not \`${text}\`.`);
  return speed;
}

function expectBars(graphs: readonly Graph[]): void {
  const other = graphs.find((graph) => firstClock(graph).events !== undefined);
  if (other !== undefined)
    throw usageFailure(`${other.strategy} ticks with single events of the market: this version trades on bars only.`);
}

/** Strategies on one account may not trade the same symbol, but in a rollout, and bars of one feed have one width. */
function expectApart(graphs: readonly Graph[], isRollout: boolean): void {
  const owners = new Map<string, string>();
  for (const { strategy, symbols } of graphs) {
    for (const { name } of symbols.filter(({ trades }) => trades)) {
      const owner = owners.get(name);
      if (owner !== undefined && (owner === strategy || !isRollout)) {
        const message =
          owner === strategy
            ? `Two files are strategies called ${strategy}.`
            : `${owner} and ${strategy} both trade ${name}: on one account they would undo each other's orders.`;
        throw usageFailure(message, ["Run them one by one, each with its own --paper account."]);
      }
      owners.set(name, strategy);
    }
  }
  const [first, ...others] = graphs;
  const other = others.find((graph) => first !== undefined && firstClock(graph).width !== firstClock(first).width);
  if (first !== undefined && other !== undefined)
    throw usageFailure(`${first.strategy} and ${other.strategy} take bars of different widths: one feed has one.`);
}
