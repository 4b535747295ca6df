/**
 * A split changes the unit of a share and nothing else (semantics 13): on rows that are split by k a program decides as on rows that are divided by k
 * before; what was not known yet changes nothing. Prices are such that nothing needs rounding.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { interpretedLanes } from "../../src/backends/interpreter/kernel.ts";
import { wasmLanes } from "../../src/backends/wasm/kernel.ts";
import { compile } from "../../src/compile.ts";
import type { Graph } from "../../src/graph/nodes.ts";
import type { CorporateAction } from "../../src/market/actions.ts";
import type { BarSource } from "../../src/market/bars.ts";
import { backtest } from "../../src/run/backtest.ts";
import type { RunRecord } from "../../src/run/outcome.ts";
import { readModule } from "../check/support.ts";
import { barSource } from "../run/bars.ts";

const RUNS = Number(process.env.STRATC_RUNS ?? 60);
const HOUR = 3_600_000_000;
/** Rows of a session; UTC days of hours. */
const SESSION = 24;
const DECIMALS = 4;
const DOLLAR = 10_000;

/** Conditions and prices that do not depend on the unit of a share. */
const conditions = [
  "close > sma(close, 7)",
  "close < lowest(low[1], 5)",
  "cross_up(ema(close, 4), ema(close, 9))",
  "rsi(close, 5) < 40",
  "rsi(close, 6) > 60",
  "volume > mean(volume, 6)",
  "(close > day.close) ?? false",
  "(day.sma(close, 3) > close) ?? false",
  "highest(high, 10) - close > 2 * atr(6)",
  "sum(volume, since: session) > 20 * mean(volume, 12)",
  "close > last",
];
const condition = fc.constantFrom(...conditions);
const program = fc.record({
  enter: condition,
  second: condition,
  exit: condition,
  side: fc.constantFrom("long", "short"),
  order: fc.constantFrom(
    "",
    "order limit at close * 0.98 tif 9bars",
    "order stop at highest(high, 4) tif gtc",
    "order limit at close * 1.01 tif gtc",
  ),
  children: fc.subarray(["stop", "target", "trail", "add"]),
});
type Program = typeof program extends fc.Arbitrary<infer T> ? T : never;

function sourceOf({ enter, second, exit, side, order, children }: Program): string {
  const away = (percent: number): string => (side === "long" ? `${1 - percent / 100}` : `${1 + percent / 100}`);
  const says = {
    stop: `stop at fill * ${away(6)}`,
    target: `target 1/2 at fill * ${away(-5)} then stop at fill * ${away(1)}`,
    trail: `trail at peak * ${away(10)}`,
    add: `add up to 2 when close > last_fill * 1.02 or at_entry(close) > close`,
  };
  const lines = ["stop", "target", "trail", "add"].flatMap((child) => (children.includes(child) ? [says[child as keyof typeof says]] : []));
  return `strategy random
trade [TEST]
calendar always
clock bar = 1h
clock day = 1d of bar
risk { order_value <= 100_000_000usd  day_loss <= 100_000_000usd }
rec last = seed close then prev(last) + (close - prev(last)) * 0.25
rule go { when ${enter} and ${second}  enter ${side} { size 100shares ${order} ${lines.join(" ")} } }
rule leave { when ${exit}  exit go }`;
}

function graphOf(source: string): Graph {
  const { value, diagnostics } = compile(source, { name: "random", readModule });
  if (value === undefined) throw new Error(`${diagnostics[0]?.code} ${diagnostics[0]?.message}\n${source}`);
  return value;
}

/** Whole dollars of a share after the split, and hundreds of shares. */
const rows = fc.array(
  fc.record({ step: fc.integer({ min: -3, max: 3 }), reach: fc.nat(3), drop: fc.nat(3), volume: fc.integer({ min: 1, max: 50 }) }),
  { minLength: 60, maxLength: 220 },
);
type Rows = typeof rows extends fc.Arbitrary<infer T> ? T : never;

interface Case {
  readonly program: Program;
  readonly rows: Rows;
  readonly shares: number;
  /** The session of the split. */
  readonly day: number;
}

const cases = fc.record({ program, rows, shares: fc.constantFrom(2, 3, 7, 10), day: fc.integer({ min: 1, max: 8 }) });

/** The rows with those before row `until` at `shares` times their price, and a split there. */
function marketOf({ rows: steps, shares }: Case, until: number, actions: readonly CorporateAction[]): BarSource {
  let close = 100;
  const made = steps.map(({ step, reach, drop, volume }, row) => {
    const open = close;
    close = Math.max(20, close + step);
    const factor = DOLLAR * (row < until ? shares : 1);
    const prices = [open, Math.max(open, close) + reach, Math.min(open, close) - drop, close].map((price) => price * factor);
    return { prices, volume: row < until ? volume * 100 : volume * 100 * shares };
  });
  const column = (index: number): Float64Array => Float64Array.from(made, ({ prices }) => prices[index]!);
  const columns = {
    time: Float64Array.from(made, (_, row) => (row + 1) * HOUR),
    open: column(0),
    high: column(1),
    low: column(2),
    close: column(3),
    volume: Float64Array.from(made, ({ volume }) => volume),
  };
  return { ...barSource(columns, { width: HOUR, priceDecimals: DECIMALS }), actions };
}

async function recordsOf(graph: Graph, source: BarSource, capacity = 4_096): Promise<readonly RunRecord[]> {
  const result = await backtest({
    graph,
    parameters: [],
    backend: capacity < 100 ? interpretedLanes : wasmLanes,
    sources: [source],
    cash: "1000000000",
    capacity,
  });
  if (!result.ok) throw new Error(result.failure.message);
  return result.outcome.records;
}

/** How the records of a run read in shares of after the split: prices of rows before `until` are of `shares` times their worth, and what trades that began before row `split` hold counts `shares` times from then on. */
interface Reading {
  readonly shares: number;
  readonly until: number;
  readonly split: number;
}

/** What was decided and what came of it. Quantities are left out where a trade may have shares of both sides of the split. */
function decisions(records: readonly RunRecord[], { shares, until, split }: Reading, { program: { children } }: Case): readonly string[] {
  let begun = 0;
  const counted = (quantity: string, row: number): string =>
    children.includes("add") ? "-" : `${Number(quantity) * (begun < split && row >= split ? shares : 1)}`;
  const price = (text: string | null, row: number): string =>
    text === null ? "-" : (Number(text) / (row < until ? shares : 1)).toFixed(DECIMALS);
  return records.flatMap((record) => {
    switch (record.event) {
      case "order": {
        const { id, row, kind, side, type, quantity, limit = null, reasons } = record;
        if (kind === "entry") begun = row;
        return [[row, id, kind, side, counted(quantity, row), type, price(record.price, row), price(limit, row), ...reasons].join(" ")];
      }
      case "fill":
        return [
          `${record.row} fill ${record.order} ${record.side} ${counted(record.quantity, record.row)} ${price(record.price, record.row)}`,
        ];
      case "cancel":
      case "expire":
        return [`${record.row} ${record.event} ${record.order}`];
      default:
        return [];
    }
  });
}

describe("a split", () => {
  it("changes no decision", async () => {
    let crossed = 0;
    await fc.assert(
      fc.asyncProperty(cases, async (all) => {
        const graph = graphOf(sourceOf(all.program));
        const until = Math.min(all.rows.length, all.day * SESSION);
        const split = { kind: "split", day: all.day, shares: all.shares, per: 1 } as const;
        const { shares } = all;
        const expected = decisions(await recordsOf(graph, marketOf(all, 0, [])), { shares, until: 0, split: until }, all);
        const records = await recordsOf(graph, marketOf(all, until, [split]));
        expect(decisions(records, { shares, until, split: 0 }, all)).toEqual(expected);
        if (records.some(({ event }) => event === "rescale")) crossed += 1;
        const pieces = await recordsOf(graph, marketOf(all, until, [split]), 13);
        expect(pieces).toEqual(records);
      }),
      { numRuns: RUNS, endOnFailure: true },
    );
    expect(crossed).toBeGreaterThan(0);
  });

  it("is not known before", async () => {
    await fc.assert(
      fc.asyncProperty(cases, async (all) => {
        const graph = graphOf(sourceOf(all.program));
        const until = Math.min(all.rows.length, all.day * SESSION);
        const split = { kind: "split", day: all.day, shares: all.shares, per: 1 } as const;
        const dividend = { kind: "dividend", day: all.day, amount: "0.25" } as const;
        const whole = await recordsOf(graph, marketOf(all, until, [split, dividend]));
        const begun = await recordsOf(graph, marketOf({ ...all, rows: all.rows.slice(0, until) }, until, []));
        const before = ({ event }: RunRecord, row: number): boolean => event !== "end" && event !== "expire" && row < until;
        const early = (records: readonly RunRecord[]) => records.filter((record) => "row" in record && before(record, record.row));
        expect(early(begun)).toEqual(early(whole));
      }),
      { numRuns: RUNS },
    );
  });
});
