/** Finer bars inside a row (semantics 5.8): what they decide, where the row stands for itself, and minutes inside real days. */
import { expect, describe as group, it } from "vitest";
import { openBars } from "../../src/adapters/files/open.ts";
import { wasmLanes } from "../../src/backends/wasm/kernel.ts";
import { compile } from "../../src/compile.ts";
import type { BarSource } from "../../src/market/bars.ts";
import { calendarNamed, HOUR, MINUTE } from "../../src/market/calendars.ts";
import { backtest } from "../../src/run/backtest.ts";
import type { BacktestOutcome } from "../../src/run/outcome.ts";
import { dayNumber } from "../../src/values/civil-date.ts";
import { readModule } from "../check/support.ts";
import { describeWithSharedData, sharedPath } from "../support/shared-data.ts";
import { type BarColumns, barSource, barsOf } from "./bars.ts";
import { lines, type Row } from "./simulate.ts";

interface Market {
  readonly head: string;
  readonly enter: string;
  readonly when?: string;
  readonly simulate?: string;
  readonly source: BarSource;
  readonly fills?: BarSource;
  readonly period?: { readonly from: number; readonly to: number };
}

async function run({ head, enter, when = "close == 10 * tick", simulate = "", source, fills, period }: Market): Promise<BacktestOutcome> {
  const text = `strategy test\ntrade [TEST]\n${head}\nrisk { order_value <= 90_000usd  day_loss <= 50% * equity }
tick = 1usd / 1share\nrule go { when ${when}  enter long { size 100shares ${enter} } }\n${simulate}`;
  const { value: graph, diagnostics } = compile(text, { name: "test.strat", readModule });
  if (graph === undefined) throw new Error(diagnostics.map(({ message }) => message).join("\n"));
  const finer = fills === undefined ? {} : { fills: [fills] };
  const result = await backtest({ graph, parameters: [], backend: wasmLanes, sources: [source], cash: "100000", ...finer, ...period });
  if (!result.ok) throw new Error(result.failure.message);
  return result.outcome;
}

const HOURS = "calendar always\nclock bar = 1h";
const BRACKET = "stop at fill - tick  target at fill + 2 * tick";

/** Hours, each of its quarters: 10.00 first, so that it enters at the next hour's open. */
function hours(...quarters: readonly (readonly Row[])[]): {
  readonly source: BarSource;
  readonly fills: BarSource;
  readonly quarters: BarColumns;
} {
  const all = [[[1000, 1000, 1000, 1000]] as readonly Row[], ...quarters].map((row) =>
    row.length === 1 ? [row[0]!, row[0]!, row[0]!, row[0]!] : row,
  );
  const rows = all.map((row): Row => {
    const [opens, closes] = [row.map(([open]) => open), row.map(([, , , close]) => close)];
    return [opens[0]!, Math.max(...row.map(([, high]) => high)), Math.min(...row.map(([, , low]) => low)), closes.at(-1)!];
  });
  const columns = barsOf(all.flat(), 0, 15 * MINUTE);
  const source = barSource(barsOf(rows, 0, HOUR), { width: HOUR });
  return { source, fills: barSource(columns, { width: 15 * MINUTE }), quarters: columns };
}

const quiet: Row = [1010, 1020, 1005, 1010];
const up: Row = [1100, 1220, 1090, 1150];
const down: Row = [950, 960, 900, 920];

const entered = [
  "0 order 1 buy 100 entry go",
  "1 fill 1 buy 100 @ 10.10 fee 0.00",
  "1 order 2 sell 100 stop go at 9.10",
  "1 order 3 sell 100 target go at 12.10",
];

/** The records without those of the end of the data. */
async function told(market: Market): Promise<readonly string[]> {
  return lines(await run(market)).filter((line) => !line.includes("expire"));
}

group("finer bars inside a row", () => {
  it("say whether the stop or the target came first; without them it is the stop", async () => {
    const first = hours([quiet, up, down, down]);
    expect(await told({ head: HOURS, enter: BRACKET, ...first })).toEqual([...entered, "1 fill 3 sell 100 @ 12.10 fee 0.00", "1 cancel 2"]);
    const last = hours([quiet, down, up, up]);
    expect(await told({ head: HOURS, enter: BRACKET, ...last })).toEqual([...entered, "1 fill 2 sell 100 @ 9.10 fee 0.00", "1 cancel 3"]);
    const alone = { source: first.source };
    expect(await told({ head: HOURS, enter: BRACKET, ...alone })).toEqual([...entered, "1 fill 2 sell 100 @ 9.10 fee 0.00", "1 cancel 3"]);
  });

  it("fall back to the stop inside one of them, and fill at the open of the next", async () => {
    const both: Row = [1010, 1220, 900, 1000];
    const [source, gap] = [hours([quiet, both, quiet, quiet]), hours([quiet, quiet, [1230, 1230, 1200, 1210], down])];
    expect((await told({ head: HOURS, enter: BRACKET, ...source })).slice(4)).toEqual(["1 fill 2 sell 100 @ 9.10 fee 0.00", "1 cancel 3"]);
    expect((await told({ head: HOURS, enter: BRACKET, ...gap })).slice(4)).toEqual(["1 fill 3 sell 100 @ 12.30 fee 0.00", "1 cancel 2"]);
  });

  it("let the target of an entry that filled inside one of them fill in the next", async () => {
    const limit = `order limit at close * 99% tif 1bars  ${BRACKET}`;
    const later = hours([[1010, 1020, 980, 1010], up, quiet, quiet]);
    const filled = [
      "0 order 1 buy 100 entry go at 9.90",
      "1 fill 1 buy 100 @ 9.90 fee 0.00",
      "1 order 2 sell 100 stop go at 8.90",
      "1 order 3 sell 100 target go at 11.90",
    ];
    expect(await told({ head: HOURS, enter: limit, ...later })).toEqual([...filled, "1 fill 3 sell 100 @ 11.90 fee 0.00", "1 cancel 2"]);
    const same = hours([[1010, 1220, 980, 1010], quiet, quiet, quiet]);
    expect(await told({ head: HOURS, enter: limit, ...same })).toEqual(filled);
  });

  it("end an order's time with the row, and share out the volume of each", async () => {
    const order = "order limit at close * 99% tif 1bars";
    const late = hours([quiet, quiet, quiet, [1010, 1020, 980, 1010]]);
    expect((await told({ head: HOURS, enter: order, ...late }))[1]).toBe("1 fill 1 buy 100 @ 9.90 fee 0.00");
    const { source, quarters } = hours([quiet]);
    const fills = barSource({ ...quarters, volume: Float64Array.from({ length: 8 }, () => 600) }, { width: 15 * MINUTE });
    const bars = barsOf([[1000, 1000, 1000, 1000], quiet], 0, HOUR);
    const volume = barSource({ ...bars, volume: Float64Array.of(2_400, 2_400) }, { width: HOUR });
    const parts = { head: HOURS, enter: "", simulate: "simulate { volume_cap: 10% }", source: volume, fills };
    expect((await told(parts)).slice(1)).toEqual(["1 fill 1 buy 60 @ 10.10 fee 0.00", "1 fill 1 buy 40 @ 10.10 fee 0.00"]);
    expect(source.info.rows).toBe(2);
  });

  it("stand for a row only where they add up to it, which is counted", async () => {
    const { source, quarters } = hours([quiet, up, down, down], [quiet, quiet, quiet, quiet]);
    const missing = (row: number): BarColumns => {
      const kept = [...quarters.time.keys()].filter((at) => at !== row);
      const cut = (column: Float64Array) => Float64Array.from(kept, (at) => column[at]!);
      return {
        time: cut(quarters.time),
        open: cut(quarters.open),
        high: cut(quarters.high),
        low: cut(quarters.low),
        close: cut(quarters.close),
      };
    };
    const covered = async (columns: BarColumns) =>
      (await run({ head: HOURS, enter: BRACKET, source, fills: barSource(columns, { width: 15 * MINUTE }) })).symbols[0]?.coveredRows;
    expect(await covered(quarters)).toBe(3);
    expect(await covered(missing(5))).toBe(2);
    expect(await covered(missing(9))).toBe(3);
    expect((await run({ head: HOURS, enter: BRACKET, source })).symbols[0]?.coveredRows).toBeNull();
    const without = await run({ head: HOURS, enter: BRACKET, source, fills: barSource(missing(5), { width: 15 * MINUTE }) });
    expect(lines(without)).toEqual(lines(await run({ head: HOURS, enter: BRACKET, source })));
  });
});

const DAILY = "lean/equity/usa/daily/spy.zip";
const MINUTES = [4, 7, 8, 9, 10, 11].map((day) => `lean/equity/usa/minute/spy/201310${String(day).padStart(2, "0")}_trade.zip`);
const calendar = calendarNamed("nyse");

async function opened(files: readonly string[]): Promise<BarSource> {
  const bars = await openBars(files.map(sharedPath), { symbol: "TEST", calendar: "nyse" });
  if (!bars.ok) throw new Error("the data cannot be read");
  return bars.source;
}

describeWithSharedData("minutes inside SPY's days", [DAILY, ...MINUTES], () => {
  it("give the exit that the minutes come to first, on every day that they add up to", async () => {
    const [source, fills] = [await opened([DAILY]), await opened(MINUTES)];
    const period = { from: calendar.midnight(dayNumber(2013, 10, 3)) + 1, to: calendar.midnight(dayNumber(2013, 10, 12)) };
    const market = {
      head: "clock day = 1d",
      enter: "stop at fill * 99.9%  target at fill * 100.03%",
      when: "close > tick",
      source,
      period,
    };
    const [alone, finer] = [await run(market), await run({ ...market, fills })];
    expect(finer.symbols[0]).toMatchObject({ bars: 7, coveredRows: 5 });
    const exits = (outcome: BacktestOutcome) =>
      outcome.records.flatMap((record) =>
        record.event === "fill" && record.side === "sell" ? [[record.time.slice(0, 10), record.price]] : [],
      );
    expect(exits(alone)).not.toEqual(exits(finer));
    const bought = new Map(
      finer.records.flatMap((record) =>
        record.event === "fill" && record.side === "buy" ? [[record.time.slice(0, 10), Number(record.price)] as const] : [],
      ),
    );
    const scanned = new Map<string, string>();
    const unit = 10 ** (4 - fills.info.priceDecimals);
    for await (const { rows, time, columns } of fills.chunks(4_096)) {
      for (let row = 0; row < rows; row++) {
        const day = new Date(time[row]! / 1_000).toISOString().slice(0, 10);
        const date = calendar.dateOf(time[row]! - 1);
        const entry = bought.get(day);
        const isRegular = time[row]! - MINUTE >= calendar.open(date) && time[row]! <= calendar.close(date);
        if (entry === undefined || !isRegular || scanned.has(day)) continue;
        const [stop, target] = [Math.ceil(entry * 9_990 - 1e-6), Math.ceil(entry * 10_003 - 1e-6)];
        if (columns.low[row]! * unit <= stop) scanned.set(day, (Math.min(columns.open[row]! * unit, stop) / 10_000).toFixed(4));
        else if (columns.high[row]! * unit > target) scanned.set(day, (Math.max(columns.open[row]! * unit, target) / 10_000).toFixed(4));
      }
    }
    const disagreeing = [...bought.keys()].filter((day) => exits(finer).find(([date]) => date === day)?.[1] !== scanned.get(day));
    expect(bought.size).toBe(6);
    // The minutes' low of that day is a cent below the day's.
    expect(disagreeing).toEqual(["2013-10-08"]);
  });
});
