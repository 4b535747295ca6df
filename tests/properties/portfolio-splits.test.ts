/**
 * Splits and dividends of several symbols, each on its own date with gaps between its rows, on several clocks, in groups and legs (semantics 13): what is decided
 * and what comes of it, to the last decimal of cash, is that of a run over rows that were divided before. Quantities follow from volumes, so that nothing is cut off.
 */
import fc from "fast-check";
import { expect, it } from "vitest";
import { interpretedLanes } from "../../src/backends/interpreter/kernel.ts";
import { wasmLanes } from "../../src/backends/wasm/kernel.ts";
import { compile } from "../../src/compile.ts";
import type { Graph } from "../../src/graph/nodes.ts";
import type { CorporateAction } from "../../src/market/actions.ts";
import type { BarSource } from "../../src/market/bars.ts";
import { backtest } from "../../src/run/backtest.ts";
import type { BacktestOutcome, RunRecord } from "../../src/run/outcome.ts";
import { readModule } from "../check/support.ts";
import { consumedAgain, engineRecords, play, recordsIn } from "../live/support.ts";
import { barSource } from "../run/bars.ts";

const RUNS = Number(process.env.STRATC_RUNS ?? 50);
const HOUR = 3_600_000_000;
/** Rows of a session; UTC days of hours. */
const SESSION = 24;
const DOLLAR = 10_000;
const SYMBOLS = ["A", "B", "C", "D"] as const;

/** Of a symbol: they do not depend on the unit of a share, its own or others'. No ratio is close to what it is compared with, and no two are alike: the last bit may depend on the unit. */
const conditions = [
  "close > sma(close, 5)",
  "rsi(close, 4) < 45",
  "volume > mean(volume, 6)",
  "(day.sma(close, 2) < close) ?? false",
  "(universe.rank(strength) <= 2) ?? false",
  "(some.percent_rank(close / highest(high, 6) ?? 1) > 0.4) ?? true",
  "(universe.mean(strength) > 1.00051) ?? false",
  "(universe.count(close > open) >= 2) ?? false",
  "D.close > D.sma(close, 4)",
  "(D.day.trend > 1.00051) ?? true",
  "mean(D.strength, 3) > 1.00051",
  "(mean(universe.sum(strength), 4) > universe.sum(strength)) ?? false",
  "(day.universe_strength > 1.00051) ?? false",
];
const condition = fc.constantFrom(...conditions);
const ofPair = [
  "(A.close / A.sma(close, 6) > B.close / B.sma(close, 6)) ?? false",
  "(universe.mean(strength) > 1.00051) ?? false",
  "(some.mean(strength) < D.strength) ?? false",
  "(B.rsi(close, 3) > 50) ?? false",
];
const orders = [
  "",
  "order limit at close * 0.98 tif 9bars",
  "order stop at highest(high, 3) tif gtc",
  "order limit at close * 1.01 tif gtc",
];
const program = fc.record({
  kind: fc.constantFrom("trades", "trades", "legs", "hold"),
  when: condition,
  second: condition,
  exit: condition,
  side: fc.constantFrom("long", "short"),
  order: fc.constantFrom(...orders),
  children: fc.subarray(["stop", "target", "trail", "add"]),
  perSymbol: fc.integer({ min: 1, max: 2 }),
  pair: fc.tuple(fc.constantFrom(...ofPair), fc.constantFrom(...ofPair)),
  close: fc.boolean(),
});
type Program = typeof program extends fc.Arbitrary<infer T> ? T : never;

const rulesOf: Readonly<Record<Program["kind"], (program: Program) => string>> = {
  trades: ({ when, second, exit, side, order, children }) => {
    const away = (percent: number): string => (side === "long" ? `${1 - percent / 100}` : `${1 + percent / 100}`);
    const says: Readonly<Record<string, string>> = {
      stop: `stop at fill * ${away(6)}`,
      target: `target 1/2 at fill * ${away(-5)} then stop at fill * ${away(1)}`,
      trail: `trail at peak * ${away(10)}`,
      add: "add up to 2 when close > last_fill * 1.02 or at_entry(close) > close",
    };
    const rule = (name: string, on: string, measure: string, text: string) =>
      `rule ${name} ${on} { when ${text}  enter ${side} { prefer highest ${measure}  size ${on === "" ? "volume" : "last(volume)"} / 10 ${order} ${children.map((child) => says[child]).join(" ")} } }`;
    return `${rule("go", "", "strength", `${when} and ${second} and strength < 2`)}
${rule("slow", "on day", "trend", "trend > 1.00051")}
rule leave { when ${exit} and strength < 2  exit go }
rule stay  { when strength < 0.99013  exit slow }`;
  },
  hold: ({ when, exit, side }) =>
    `rule target { when ${exit} and strength < 2  hold if ${when} then ${side === "short" ? "-" : ""}volume / 10 else 0 }`,
  legs: ({
    pair: [first, second],
  }) => `rule pair across universe { when ${first}  hold { A: A.volume / 10, B: -B.volume / 10 } legs within 3h else flatten }
rule apart across universe { when ${second} and not (${first})  hold { A: 0, B: C.volume / 20 * 0 } legs within 3h else flatten }`,
};

function graphOf(program: Program): Graph {
  const { kind, close, perSymbol } = program;
  const source = `strategy random
trade [A, B, C]
context [D]
group some = [A, C, D]
calendar always
clock bar = 1h
clock day = 1d of bar
risk { order_value <= 400_000usd  gross_exposure <= 1_200_000usd  open_trades per symbol <= ${perSymbol}  drawdown <= 20% else flatten until next_session }
param weight = 1 in 0.9..1.1 { B: 1.00011, C: 1.00023, D: 1.00037 }
strength = close / sma(close, 3) * weight ?? weight
universe_of_day = universe.mean(strength) ?? 1
on day {
  universe_strength = last(universe_of_day)
  trend = close / sma(close, 2) * weight ?? weight
}
${rulesOf[kind](program)}
simulate { fees: 5bps  borrow: 10% ${close ? " market: close" : ""} }`;
  const { value, diagnostics } = compile(source, { name: "random", readModule });
  if (value === undefined) throw new Error(`${diagnostics[0]?.code} ${diagnostics[0]?.message}\n${source}`);
  return value;
}

const symbolRows = fc.record({
  rows: fc.array(
    fc.record({
      step: fc.integer({ min: -3, max: 3 }),
      reach: fc.nat(3),
      drop: fc.nat(3),
      volume: fc.integer({ min: 10, max: 60 }),
      isThere: fc.integer({ min: 0, max: 9 }),
    }),
    { minLength: 90, maxLength: 170 },
  ),
  shares: fc.constantFrom(1, 2, 3, 7),
  day: fc.integer({ min: 1, max: 5 }),
  dividendDay: fc.integer({ min: 1, max: 6 }),
});
type SymbolRows = typeof symbolRows extends fc.Arbitrary<infer T> ? T : never;
const cases = fc.record({ program, symbols: fc.tuple(symbolRows, symbolRows, symbolRows, symbolRows) });

/** A symbol's bars as traded, with what happens to its shares; or all in the shares of the end. */
interface Market {
  readonly source: BarSource;
  /** The first row in new shares. */
  readonly until: number;
}

function marketOf({ rows: steps, shares, day, dividendDay }: SymbolRows, name: (typeof SYMBOLS)[number], asTraded: boolean): Market {
  let close = [100, 131, 89, 117][SYMBOLS.indexOf(name)] ?? 100;
  const all = steps.map(({ step, reach, drop, volume }, hour) => {
    const open = close;
    close = Math.max(20, close + step);
    const factor = asTraded && hour < day * SESSION ? shares : 1;
    const prices = [open, Math.max(open, close) + reach, Math.min(open, close) - drop, close].map((price) => price * factor * DOLLAR);
    return { end: (hour + 1) * HOUR, prices, volume: (volume * 10 * 84) / factor };
  });
  const made = all.filter((_, hour) => hour === 0 || (steps[hour]?.isThere ?? 0) > 0);
  const column = (index: number): Float64Array => Float64Array.from(made, ({ prices }) => prices[index]!);
  const columns = {
    time: Float64Array.from(made, ({ end }) => end),
    open: column(0),
    high: column(1),
    low: column(2),
    close: column(3),
    volume: Float64Array.from(made, ({ volume }) => volume),
  };
  const old = dividendDay < day ? shares : 1;
  const split: CorporateAction = { kind: "split", day, shares, per: 1 };
  const dividend: CorporateAction = { kind: "dividend", day: dividendDay, amount: `${asTraded ? 3 * old : 3}` };
  const source = barSource(columns, { width: HOUR, priceDecimals: 4 });
  const until = made.findIndex(({ end }) => end > day * SESSION * HOUR);
  return {
    source: { ...source, info: { ...source.info, symbol: name }, actions: asTraded && shares > 1 ? [split, dividend] : [dividend] },
    until: until < 0 ? made.length : until,
  };
}

async function run(graph: Graph, sources: readonly BarSource[], capacity = 4_096): Promise<BacktestOutcome> {
  const backend = capacity < 100 ? interpretedLanes : wasmLanes;
  const result = await backtest({ graph, parameters: [1], backend, sources, cash: "2000000", capacity });
  if (!result.ok) throw new Error(result.failure.message);
  return result.outcome;
}

/** Records in the shares of the end, but those of splits themselves. */
function inNewShares(records: readonly RunRecord[], markets: ReadonlyMap<string, Market & { readonly shares: number }>): readonly object[] {
  return records.flatMap((record): readonly object[] => {
    if (record.event === "split" || record.event === "rescale") return [];
    if (record.event === "halt") return [record];
    // What a symbol without a row after its split holds is in old shares to the end.
    if (record.event === "end") return [{ ...record, positions: Object.keys(record.positions ?? {}) }];
    const { until, shares } = markets.get(record.symbol)!;
    const factor = record.row < until ? shares : 1;
    const price = (text: string | null): string | null => (text === null ? null : (Number(text) / factor).toFixed(4));
    const quantity = (text: string): string => `${Number(text) * factor}`;
    switch (record.event) {
      case "order":
        return [{ ...record, quantity: quantity(record.quantity), price: price(record.price) }];
      case "fill":
        return [{ ...record, quantity: quantity(record.quantity), price: price(record.price), position: quantity(record.position) }];
      case "resize":
        return [{ ...record, quantity: quantity(record.quantity) }];
      case "dividend":
        return [{ ...record, per_share: `${Number(record.per_share) / factor}` }];
      default:
        return [record];
    }
  });
}

it("splits of several symbols change no decision and no cent, in any pieces and live", async () => {
  const crossed = { trades: 0, legs: 0, hold: 0 };
  let dividends = 0;
  await fc.assert(
    fc.asyncProperty(cases, async ({ program, symbols }) => {
      const graph = graphOf(program);
      const markets = (asTraded: boolean) => symbols.map((one, index) => marketOf(one, SYMBOLS[index]!, asTraded));
      const sources = (asTraded: boolean) => markets(asTraded).map(({ source }) => source);
      const reading = new Map(
        markets(true).map((market, index) => [SYMBOLS[index]!, { ...market, shares: symbols[index]!.shares }] as const),
      );
      const traded = await run(graph, sources(true));
      const adjusted = await run(graph, sources(false));
      const before = new Map([...reading].map(([name, market]) => [name, { ...market, until: 0 }]));
      expect(inNewShares(traded.records, reading)).toEqual(inNewShares(adjusted.records, before));
      expect(traded.sessionEquity).toEqual(adjusted.sessionEquity);
      expect(traded.roundTrips).toEqual(adjusted.roundTrips);

      expect((await run(graph, sources(true), 13)).records).toEqual(traded.records);
      const alike = { graph, sources: sources(true), cash: "2000000" };
      const { entries } = await play([alike]);
      expect(engineRecords(entries, "random")).toEqual(traded.records);
      expect(consumedAgain([alike], entries, (index) => index % 29 === 7)).toEqual(recordsIn(entries));

      const isHeld = traded.records.some((record, index) => record.event === "split" && heldAt(traded.records, index, record.symbol));
      if (isHeld) crossed[program.kind] += 1;
      if (traded.records.some((record) => record.event === "dividend" && record.amount.startsWith("-"))) dividends += 1;
    }),
    { numRuns: RUNS, endOnFailure: true },
  );
  expect(Math.min(...Object.values(crossed), dividends)).toBeGreaterThan(0);
}, 300_000);

/** Whether the symbol is held where record `index` stands. */
function heldAt(records: readonly RunRecord[], index: number, symbol: string): boolean {
  const last = records.slice(0, index).findLast((record) => record.event === "fill" && record.symbol === symbol);
  return last?.event === "fill" && last.position !== "0";
}
