/**
 * A live run with a broker that loses, repeats and delays what it says, fills in parts and cancels too late: no order goes out twice, every fill is
 * booked once, and when the trouble is over the run and the broker agree. The journal of all that, consumed again, gives the same records.
 */
import { setImmediate } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { wasmLanes } from "../../src/backends/wasm/kernel.ts";
import { compile } from "../../src/compile.ts";
import type { Graph } from "../../src/graph/nodes.ts";
import type { Broker } from "../../src/market/broker.ts";
import type { LiveEntry } from "../../src/run/live/journal.ts";
import { replayMarket } from "../../src/run/live/replay.ts";
import { type Ended, type Runner, startRunner } from "../../src/run/live/runner.ts";
import { prng } from "../../src/values/prng.ts";
import { instant } from "../../src/values/quantity.ts";
import { barSource, barsOf } from "../run/bars.ts";
import { type Exchange, exchange } from "./exchange.ts";
import { beginningOf, consumedAgain, memoryJournal, recordsIn } from "./support.ts";

const MINUTE = 60_000_000;
const BEGIN = 1_700_000_000_000_000 - (1_700_000_000_000_000 % MINUTE);
const HEALED = 120;
const QUIET = 140;
const RUNS = Number(process.env.STRATC_RUNS ?? 6);

const HEAD = "trade [TEST]\ncalendar always\nclock bar = 1m\nrisk { order_value <= 100_000usd   day_loss <= 50_000usd }";
const BRACKET = `strategy bracket
${HEAD}
rule go { when close > close[2]  enter long { size 20shares  stop at fill * 98%  target 50% at fill * 101% then stop at fill  target at fill * 103% } }
rule leave { when close < close[3]  exit go }
`;
const SHORT = `strategy trailing
${HEAD}
rule go { when close < close[1]  enter short { size 10shares  order limit at close * 101% tif 3bars  trail at peak * 102% } }
rule leave { when close > close[4]  exit go }
`;
const HOLD = `strategy holding
${HEAD}
rule more { when close > close[1]  hold 20shares }
rule less { when close < close[1]  hold 5shares }
`;

function graphOf(text: string): Graph {
  const { value, diagnostics } = compile(text, { name: "test.strat", readModule: () => undefined });
  if (value === undefined) throw new Error(JSON.stringify(diagnostics));
  return value;
}

interface Traded {
  readonly entries: readonly LiveEntry[];
  readonly ended: Ended;
  readonly market: Exchange;
  readonly runner: Runner;
  readonly position: number;
}

/** Minutes of a random walk: the trouble is over at `HEALED`, and from `QUIET` on the price stays. */
async function trade(
  graph: Graph,
  seed: number,
  trouble: number,
  during: (bar: number, at: Runner, market: Exchange) => void = () => {},
  between: (market: Exchange) => Partial<Broker> = () => ({}),
): Promise<Traded> {
  const random = prng(seed);
  const closes = Array.from({ length: 160 }, () => 0);
  closes.reduce((price, _, bar) => (closes[bar] = bar > QUIET ? price : Math.max(20, price + random.below(5) - 2)), 100);
  const rows = closes.map((close) => [close, close + random.below(2), close - random.below(2), close] as const);
  const source = barSource(barsOf(rows.map((row) => row.map((price) => price * 100)) as never, BEGIN, MINUTE), { width: MINUTE });
  const journal = memoryJournal();
  let bar = 0;
  const replay = replayMarket({
    sources: new Map([["TEST", source]]),
    from: instant(0),
    to: instant(Number.POSITIVE_INFINITY),
    pace: async () => {
      for (let turns = 0; turns < 3; turns++) await setImmediate();
      const passed = Math.floor((replay.clock.now() - BEGIN) / MINUTE);
      if (passed === bar) return;
      bar = passed;
      if (bar === HEALED) market.heal();
      market.move(closes[bar - 1] ?? 100);
      during(bar, runner, market);
    },
  });
  const market = exchange(seed, trouble, () => replay.clock.now());
  const beginning = { ...beginningOf([{ graph, sources: [source] }]), broker: "alpaca_paper", account: "test" } as const;
  const runner = startRunner({
    ...replay,
    beginning,
    graphs: [graph],
    backend: wasmLanes,
    journal,
    broker: { ...market.broker, ...between(market) },
  });
  const ended = await runner.finished;
  const { quantity } = runner.run.strategies[0]!.walk.engine.books[0]!.position;
  return { entries: journal.entries, ended, market, runner, position: quantity };
}

describe.each([
  ["a bracket", BRACKET],
  ["a trailing stop", SHORT],
  ["a holding", HOLD],
])("%s", (_, text) => {
  const graph = graphOf(text);

  it("trades with a broker that behaves", async () => {
    const { ended, entries, market, position, runner } = await trade(graph, 1, 0);
    expect(ended).toEqual({ kind: "ended", reason: "data_over" });
    expect(runner.run.strategies[0]!.walk.engine.log.fills).toBeGreaterThan(5);
    expect(market.positions.get("TEST") ?? 0).toBe(position);
    expect(entries.some((entry) => entry.entry === "record" && entry.record.kind === "mode" && entry.record.mode === "halted")).toBe(false);
    const { engine } = runner.run.strategies[0]!.walk;
    expect(market.cash - 1_000_000).toBeCloseTo(engine.money.toNumber(engine.ledger.cash) - 100_000, 6);
    const slippages = recordsIn(entries).filter((record) => record.kind === "slippage");
    expect(slippages).toHaveLength(engine.log.fills);
    const absolute = slippages.reduce((sum, { measured }) => sum + Math.abs(measured), 0);
    expect(absolute).toBeCloseTo(engine.money.toNumber(engine.slippage), 6);
    expect(slippages.every(({ estimated, measured }) => estimated >= 0 && Number.isFinite(measured))).toBe(true);
  });

  it("agrees with one that does not, when the trouble is over", async () => {
    for (let seed = 1; seed <= RUNS; seed++) {
      const { ended, entries, market, position } = await trade(graph, seed, 0.15);
      expect(ended, `seed ${seed}`).toEqual({ kind: "ended", reason: "data_over" });
      expect(market.positions.get("TEST") ?? 0, `seed ${seed}`).toBe(position);
      expect([...market.accepted.values()].every((count) => count === 1)).toBe(true);
      if (seed <= 3) expect(consumedAgain([{ graph, sources: [] }], entries, (index) => index % 97 === 0)).toEqual(recordsIn(entries));
    }
  });
});

/** What the run asked the broker for, and which of it was answered, in order. */
function looks(entries: readonly LiveEntry[]): readonly ("asked" | "answered")[] {
  const views = new Set<number>();
  return entries.flatMap((entry) => {
    if (entry.entry === "record" && entry.record.kind === "request" && entry.record.request.kind === "view") {
      views.add(entry.record.request.number);
      return ["asked"];
    }
    return entry.entry === "input" && entry.input.kind === "answer" && views.has(entry.input.request) ? ["answered"] : [];
  });
}

function modesIn(entries: readonly LiveEntry[]): readonly string[] {
  return entries.flatMap((entry) => (entry.entry === "record" && entry.record.kind === "mode" ? [entry.record.mode] : []));
}

describe("reconciliation", () => {
  it("is one look after the other, whatever is lost", async () => {
    const gaps = await trade(graphOf(HOLD), 2, 0, (bar, _, market) => {
      if (bar % 7 === 0) for (let count = 0; count < 3; count++) market.gap();
    });
    const asked = looks(gaps.entries);
    expect(asked.every((what, index) => what === (index % 2 === 0 ? "asked" : "answered"))).toBe(true);
    const calm = looks((await trade(graphOf(HOLD), 2, 0)).entries);
    // A gap that comes while a look is under way is looked at once more.
    expect(asked.length).toBeLessThanOrEqual(calm.length + 2 * 2 * Math.ceil(160 / 7));
    expect(modesIn(gaps.entries)).toContain("paused");
    expect(modesIn(gaps.entries)).not.toContain("halted");
  });

  it("knows an order that ended while the look was on its way", async () => {
    let ended = 0;
    const late = (market: Exchange): Partial<Broker> => ({
      // Asked for after the open orders.
      positions: async () => {
        const answer = await market.broker.positions();
        ended += market.orders.filter(({ state }) => state.status === "working").length;
        market.expire();
        return answer;
      },
    });
    const { entries, position, market } = await trade(graphOf(SHORT), 4, 0, () => {}, late);
    expect(ended).toBeGreaterThan(3);
    expect(modesIn(entries)).not.toContain("halted");
    expect(market.positions.get("TEST") ?? 0).toBe(position);
  });
});

describe("what stops a run", () => {
  const graph = graphOf(HOLD);
  const approvedAfter = (entries: readonly LiveEntry[], index: number) =>
    entries.slice(index).flatMap(({ entry, ...rest }) => {
      if (entry !== "record" || !("record" in rest) || rest.record.kind !== "engine" || rest.record.record.event !== "order") return [];
      const { status, kind } = rest.record.record;
      return status === "approved" ? [kind] : [];
    });

  it("a kill: nothing is opened any more, and working orders that open are cancelled", async () => {
    const { entries, runner } = await trade(graphOf(SHORT), 3, 0, (bar, at) => {
      if (bar === 60) at.command({ command: "kill", reason: "a test" });
    });
    const killed = entries.findIndex((entry) => entry.entry === "input" && entry.input.kind === "command");
    expect(approvedAfter(entries, killed).filter((kind) => kind === "entry")).toEqual([]);
    expect(runner.run.strategies[0]!.walk.engine.books[0]!.working.filter(({ proposal }) => proposal.kind === "entry")).toEqual([]);
  });

  it("a flatten: what is held is closed", async () => {
    const { position, market } = await trade(graph, 3, 0, (bar, at) => {
      if (bar === 60) at.command({ command: "flatten", reason: "a test" });
    });
    expect([position, market.positions.get("TEST")]).toEqual([0, 0]);
  });

  it("an order at the broker that is not of the run: it halts, until a person resumes", async () => {
    const intruder = {
      clientId: "x",
      symbol: "TEST",
      side: "buy",
      type: "limit",
      tif: "gtc",
      quantity: "1",
      limit: "1",
      stop: null,
    } as const;
    const { entries } = await trade(graph, 3, 0, (bar, _, market) => {
      if (bar === 60) market.intrude(intruder);
    });
    const halted = entries.findIndex((entry) => entry.entry === "record" && entry.record.kind === "mode" && entry.record.mode === "halted");
    expect(JSON.stringify(entries[halted])).toMatch(/is not of this run/);
    const rejected = entries
      .slice(halted)
      .flatMap((entry) => (entry.entry === "record" && entry.record.kind === "engine" ? [entry.record.record] : []));
    expect(rejected.some((record) => record.event === "order" && record.reasons.includes("reconciled"))).toBe(true);
  });
});
