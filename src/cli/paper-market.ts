/** What a paper run trades on: stored bars that come as they would live, or Alpaca's paper environment and simulators of it. */
import type { AlpacaEndpoints, AlpacaKeys } from "../adapters/alpaca/endpoints.ts";
import type { Graph } from "../graph/nodes.ts";
import { firstClock } from "../graph/traverse.ts";
import type { CorporateAction } from "../market/actions.ts";
import type { BarSource } from "../market/bars.ts";
import type { Broker } from "../market/broker.ts";
import { MINUTE } from "../market/calendars.ts";
import type { Feed } from "../market/feed.ts";
import type { Clock } from "../run/live/clock.ts";
import type { LiveBeginning } from "../run/live/journal.ts";
import { readsDividends } from "../run/rows.ts";
import { type Instant, instant } from "../values/quantity.ts";
import { CommandFailure, sentence, usageFailure } from "./failure.ts";
import { keySource, type LiveFlags } from "./live-settings.ts";
import type { Period } from "./settings.ts";

export interface PaperMarket {
  /** Of every strategy, by symbol of its graph: decimals of its prices. */
  readonly priceDecimals: readonly (readonly number[])[];
  /** Of every strategy, by symbol of its graph: what happens to its shares. */
  readonly actions: readonly (readonly (readonly CorporateAction[])[])[];
  readonly held: Pick<LiveBeginning, "broker" | "account">;
  /** Null where the market is simulated. */
  readonly broker: Broker | null;
  /** `last` is the end of the last instant that the run has consumed; null before its beginning. */
  readonly open: (last: Instant | null) => { readonly feed: Feed; readonly clock: Clock };
  /** Lets go of what waits. */
  readonly end: () => void;
}

const EMBEDDED = { broker: "embedded", account: "embedded" } as const;

export interface Stored {
  readonly graph: Graph;
  /** By symbol of the graph. */
  readonly sources: readonly BarSource[];
}

/** `speed` is how many times as fast as the bars came; infinite for as fast as it goes. */
export async function storedMarket(stored: readonly Stored[], period: Period, speed: number): Promise<PaperMarket> {
  const { paceOf } = await import("../adapters/system/pace.ts");
  const { replayMarket } = await import("../run/live/replay.ts");
  const pace = paceOf(speed);
  const named = stored.flatMap(({ graph, sources }) =>
    sources.map((source, symbol) => [graph.symbols[symbol]?.name ?? "", source] as const),
  );
  return {
    priceDecimals: stored.map(({ sources }) => sources.map(({ info }) => info.priceDecimals)),
    actions: stored.map(({ sources }) => sources.map(({ actions = [] }) => actions)),
    held: EMBEDDED,
    broker: null,
    open: (last) =>
      replayMarket({
        sources: new Map(named),
        from: instant(Math.max(period.from ?? Number.NEGATIVE_INFINITY, (last ?? Number.NEGATIVE_INFINITY) + 1)),
        to: instant(period.to ?? Number.POSITIVE_INFINITY),
        pace: pace.wait,
      }),
    end: pace.release,
  };
}

/** Shares trade in cents from one dollar on (SEC rule 612). */
const SHARE_PRICE_DECIMALS = 2;

/** Bars of Alpaca's stream; the account too is there where `flags.broker` says so, otherwise fills are simulated on the bars. */
export async function alpacaMarket(graphs: readonly Graph[], flags: LiveFlags): Promise<PaperMarket> {
  for (const graph of graphs) {
    expectMinutes(graph);
    expectTraded(graph);
  }
  const { alpacaFeed } = await import("../adapters/alpaca/feed.ts");
  const { alpacaBroker } = await import("../adapters/alpaca/broker.ts");
  const { endpoints, keys } = await access(flags);
  const clock = await clockAt(flags.alpaca_url, endpoints);
  const broker = flags.broker === "embedded" ? null : alpacaBroker({ endpoints, keys, now: clock.now });
  const feed = alpacaFeed({ endpoints, keys });
  return {
    priceDecimals: graphs.map(({ symbols }) => symbols.map(() => SHARE_PRICE_DECIMALS)),
    actions: [],
    held: broker === null ? EMBEDDED : { broker: "alpaca_paper", account: await accountOf(broker, clock.end) },
    broker,
    open: () => ({ feed, clock }),
    end: clock.end,
  };
}

/** Nobody tells a live run of a dividend: what it would take for adjusted would be prices as traded. */
function expectTraded(graph: Graph): void {
  if (!readsDividends(graph)) return;
  throw usageFailure(`${graph.strategy} reads \`adjusted(…)\`, and Alpaca's stream does not tell dividends.`, [
    "Adjusted prices are for backtests and for paper runs over stored bars (`--data`).",
  ]);
}

function expectMinutes(graph: Graph): void {
  if (firstClock(graph).width === MINUTE) return;
  throw usageFailure(`${graph.strategy} takes bars of another width than a minute: Alpaca streams minutes.`, [
    "Declare `clock minute = 1m` first, and the slower clock after it.",
  ]);
}

async function access(flags: LiveFlags): Promise<{ readonly endpoints: AlpacaEndpoints; readonly keys: AlpacaKeys }> {
  const { alpacaEndpoints } = await import("../adapters/alpaca/endpoints.ts");
  const { brokerKeys } = await import("../adapters/secrets/keys.ts");
  const found = alpacaEndpoints(flags.alpaca_url);
  if (!found.ok) throw usageFailure(found.message);
  const keys = await brokerKeys(keySource((name) => String(flags[name])));
  if (!keys.ok)
    throw outside(keys.failure.message, ["docs/configuration.md says where keys may be; `stratc doctor` whether they are there."]);
  return { endpoints: found.endpoints, keys: keys.value };
}

/** The time is that of whoever trades: a simulator has its own. */
async function clockAt(url: string, { trading }: AlpacaEndpoints) {
  const { systemClock } = await import("../adapters/system/clock.ts");
  if (trading.startsWith("https:")) return systemClock();
  const { rehearsalClock } = await import("../adapters/alpaca/rehearsal-clock.ts");
  const clock = await rehearsalClock(url);
  if (!clock.ok) throw outside(clock.failure.message, ["Start one: `stratc simulate-alpaca`."]);
  return clock.value;
}

async function accountOf(broker: Broker, end: () => void): Promise<string> {
  const account = await broker.account();
  if (account.ok) return account.value.id;
  end();
  throw outside(account.failure.message);
}

function outside(message: string, help: readonly string[] = []): CommandFailure {
  return new CommandFailure(3, "outside_failed", sentence(message), help);
}
