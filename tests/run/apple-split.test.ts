/** Apple's 7:1 split of 9 June 2014 and its dividends, on daily and minute bars as traded and LEAN's factor file (semantics 13). */
import { expect, it } from "vitest";
import { openActions } from "../../src/adapters/files/actions.ts";
import { openBars } from "../../src/adapters/files/open.ts";
import { wasmLanes } from "../../src/backends/wasm/kernel.ts";
import { expressionRows } from "../../src/cli/expression-rows.ts";
import { compile, compileExpression } from "../../src/compile.ts";
import type { BarChunk, BarSource } from "../../src/market/bars.ts";
import { calendarNamed } from "../../src/market/calendars.ts";
import { backtest } from "../../src/run/backtest.ts";
import { dayNumber } from "../../src/values/civil-date.ts";
import { readModule } from "../check/support.ts";
import { describeWithSharedData, sharedPath } from "../support/shared-data.ts";

const DAILY = "lean/equity/usa/daily/aapl.zip";
const FACTORS = "lean/equity/usa/factor_files/aapl.csv";
const MINUTES = ["20140605", "20140606", "20140609"].map((date) => `lean/equity/usa/minute/aapl/${date}_trade.zip`);
const calendar = calendarNamed("nyse");
const SPLIT = dayNumber(2014, 6, 9);
const [FROM, TO] = [calendar.midnight(dayNumber(2014, 3, 3)) + 1, calendar.midnight(dayNumber(2015, 1, 1))];

async function apple(files: readonly string[]): Promise<BarSource> {
  const opened = await openBars(files.map(sharedPath), { symbol: "AAPL", calendar: "nyse" });
  const actions = await openActions(sharedPath(FACTORS), "nyse");
  if (!opened.ok || !actions.ok) throw new Error("the data cannot be read");
  return { ...opened.source, actions: actions.value.get("") ?? [] };
}

/** The rows from March 2014 on, and with `adjusted` those before the split in shares of after it, to the nearest tick, without any action. */
function since2014(source: BarSource, adjusted: boolean): BarSource {
  const before = calendar.midnight(SPLIT);
  async function* chunks(capacity: number): AsyncGenerator<BarChunk> {
    for await (const { rows, time, columns } of source.chunks(capacity)) {
      const kept = [...time.subarray(0, rows).keys()].filter((row) => time[row]! >= FROM && time[row]! <= TO);
      const isOld = (row: number): boolean => adjusted && time[row]! <= before;
      const price = (column: Float64Array) =>
        Float64Array.from(kept, (row) => (isOld(row) ? Math.floor(column[row]! / 7 + 0.5) : column[row]!));
      const { open, high, low, close, volume } = columns;
      yield {
        rows: kept.length,
        time: Float64Array.from(kept, (row) => time[row]!),
        columns: {
          open: price(open),
          high: price(high),
          low: price(low),
          close: price(close),
          volume: Float64Array.from(kept, (row) => volume![row]! * (isOld(row) ? 7 : 1)),
        },
      };
    }
  }
  return { info: source.info, chunks, actions: adjusted ? [] : (source.actions ?? []) };
}

async function valuesOf(source: BarSource, expression: string) {
  const compiled = compileExpression(expression, {
    name: "expression",
    readModule,
    symbol: "AAPL",
    calendar: "nyse",
    clock: { name: "bar", width: source.info.width, of: null, regularOnly: false, shortLast: false },
  });
  if (compiled.value === undefined) throw new Error(compiled.diagnostics[0]?.message);
  const rows = [];
  for await (const part of expressionRows(compiled.value, source)) rows.push(...part);
  return rows;
}

describeWithSharedData("Apple's split", [DAILY, FACTORS, ...MINUTES], () => {
  it.each([
    ["daily", [DAILY]],
    ["minute", MINUTES],
  ])("moves no indicator on %s bars", async (_, files) => {
    const source = await apple(files);
    for (const expression of [
      "sma(close, 20)",
      "rsi(close, 14)",
      "atr(14)",
      "ema(close, 12)",
      "highest(high, 10)",
      "volume / mean(volume, 5)",
    ]) {
      const raw = await valuesOf(since2014(source, false), expression);
      const adjusted = await valuesOf(since2014(source, true), expression);
      const after = ({ time }: { readonly time: number }): boolean => time > calendar.midnight(SPLIT);
      expect(raw.filter(after).length).toBeGreaterThan(100);
      expect(raw.filter(after)).toEqual(adjusted.filter(after));
    }
  });

  it("leaves a holder the account that was reckoned by hand", async () => {
    const source = `strategy holder
trade [AAPL]
clock day = 1d
risk { order_value <= 1_000_000usd  day_loss <= 1_000_000usd }
rule buy { when session.weekday == 2  enter long { size 100shares stop at fill * 0.5 } }`.replace(
      "session.month_begins ?? true",
      "session.weekday == 2",
    );
    const { value: graph, diagnostics } = compile(source, { name: "holder", readModule });
    if (graph === undefined) throw new Error(diagnostics[0]?.message);
    const result = await backtest({
      graph,
      parameters: [],
      backend: wasmLanes,
      sources: [await apple([DAILY])],
      cash: "100000",
      from: FROM,
      to: TO,
    });
    if (!result.ok) throw new Error(result.failure.message);
    const { records, end } = result.outcome;
    expect(records.flatMap((record) => (record.event === "dividend" ? [[record.time.slice(0, 10), record.amount]] : []))).toEqual([
      ["2014-05-08", "329.0000"],
      ["2014-08-07", "329.0000"],
      ["2014-11-06", "329.0000"],
    ]);
    // 100 × 530.85 on 5 March, three dividends, 700 × 110.38 at the end of the year.
    expect(end).toMatchObject({ position: "700", cash: "47902.0000", final_equity: "125168.0000" });
  });
});
