/**
 * Adjusted prices see a dividend as a split's prices see the split (semantics 13.11): where half of a share's worth is paid out, a program that reads them
 * decides as one that reads `close` on rows that were always at half. What was not known yet changes nothing. Prices are such that nothing needs rounding.
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

const RUNS = Number(process.env.STRATC_RUNS ?? 40);
const HOUR = 3_600_000_000;
/** Rows of a session; UTC days of hours. */
const SESSION = 24;

const conditions = [
  "CLOSE > sma(CLOSE, 7)",
  "CLOSE < lowest(LOW, 6)[1]",
  "cross_up(ema(CLOSE, 4), ema(CLOSE, 9))",
  "rsi(CLOSE, 5) < 40",
  "stdev(CLOSE, 6) > 1.01 * stdev(CLOSE, 12)",
  "(CLOSE > day.CLOSE) ?? false",
  "(day.sma(CLOSE, 3) > CLOSE) ?? false",
  "(day.HIGH - day.LOW > 2 * (HIGH - LOW)) ?? false",
  "mean(CLOSE, since: session) > OPEN",
  "CLOSE > last",
];
const condition = fc.constantFrom(...conditions);
const cases = fc.record({
  enter: condition,
  second: condition,
  exit: condition,
  rows: fc.array(fc.record({ step: fc.integer({ min: -3, max: 3 }), reach: fc.nat(3), drop: fc.nat(3) }), {
    minLength: 60,
    maxLength: 200,
  }),
  /** The session of the dividend. */
  day: fc.integer({ min: 1, max: 7 }),
});
type Case = typeof cases extends fc.Arbitrary<infer T> ? T : never;

/** A file that reads prices as they are, or adjusted. */
function graphOf({ enter, second, exit }: Case, reads: "traded" | "adjusted"): Graph {
  const price = (text: string): string =>
    text.replace(/OPEN|HIGH|LOW|CLOSE/g, (name) => (reads === "traded" ? name.toLowerCase() : `adjusted(${name.toLowerCase()})`));
  const source = price(`strategy random
trade [TEST]
calendar always
clock bar = 1h
clock day = 1d of bar
risk { order_value <= 100_000_000usd  day_loss <= 100_000_000usd }
rec last = seed CLOSE then prev(last) + (CLOSE - prev(last)) * 0.25
rule go { when ${enter} and ${second}  enter long { size 100shares } }
rule leave { when ${exit}  exit go }`);
  const { value, diagnostics } = compile(source, { name: "random", readModule });
  if (value === undefined) throw new Error(`${diagnostics[0]?.code} ${diagnostics[0]?.message}\n${source}`);
  return value;
}

/** Whole dollars, those of rows before `until` twice as many. */
function marketOf({ rows }: Case, until: number, actions: (lastClose: number) => readonly CorporateAction[]): BarSource {
  let close = 100;
  const made = rows.map(({ step, reach, drop }, row) => {
    const open = close;
    close = Math.max(20, close + step);
    return [open, Math.max(open, close) + reach, Math.min(open, close) - drop, close].map((price) => price * (row < until ? 2 : 1));
  });
  const column = (index: number): Float64Array => Float64Array.from(made, (prices) => prices[index]!);
  const time = Float64Array.from(made, (_, row) => (row + 1) * HOUR);
  const columns = { time, open: column(0), high: column(1), low: column(2), close: column(3) };
  return { ...barSource(columns, { width: HOUR, priceDecimals: 0 }), actions: actions(made[until - 1]?.[3] ?? 0) };
}

async function recordsOf(graph: Graph, source: BarSource, capacity = 4_096): Promise<readonly RunRecord[]> {
  const backend = capacity < 100 ? interpretedLanes : wasmLanes;
  const result = await backtest({ graph, parameters: [], backend, sources: [source], cash: "1000000000", capacity });
  if (!result.ok) throw new Error(result.failure.message);
  return result.outcome.records;
}

function orders(records: readonly RunRecord[]): readonly string[] {
  return records.flatMap((record) => (record.event === "order" ? [`${record.row} ${record.kind} ${record.side}`] : []));
}

const half =
  (day: number) =>
  (close: number): readonly CorporateAction[] => [{ kind: "dividend", day, amount: String(close / 2) }];

describe("adjusted prices", () => {
  it("of before a dividend are as if it had never been in them", async () => {
    let crossed = 0;
    await fc.assert(
      fc.asyncProperty(cases, async (one) => {
        const until = Math.min(one.rows.length, one.day * SESSION);
        const expected = orders(
          await recordsOf(
            graphOf(one, "traded"),
            marketOf(one, 0, () => []),
          ),
        );
        const graph = graphOf(one, "adjusted");
        const records = await recordsOf(graph, marketOf(one, until, half(one.day)));
        expect(orders(records)).toEqual(expected);
        expect(await recordsOf(graph, marketOf(one, until, half(one.day)), 13)).toEqual(records);
        if (records.some((record) => record.event === "order" && record.row > until)) crossed += 1;
      }),
      { numRuns: RUNS, endOnFailure: true },
    );
    expect(crossed).toBeGreaterThan(0);
  });

  it("know no dividend before its date", async () => {
    await fc.assert(
      fc.asyncProperty(cases, async (one) => {
        const graph = graphOf(one, "adjusted");
        const until = Math.min(one.rows.length, one.day * SESSION);
        const whole = await recordsOf(graph, marketOf(one, until, half(one.day)));
        const begun = await recordsOf(
          graph,
          marketOf({ ...one, rows: one.rows.slice(0, until) }, until, () => []),
        );
        const early = (records: readonly RunRecord[]) =>
          records.filter((record) => "row" in record && record.row < until && record.event !== "expire");
        expect(early(begun)).toEqual(early(whole));
      }),
      { numRuns: RUNS },
    );
  });
});
