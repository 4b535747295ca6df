/** Minute bars made of the vendor's ticks equal the vendor's minute bars; in what pieces they come makes no difference. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { readEventFiles } from "../../src/adapters/files/events.ts";
import { openBars } from "../../src/adapters/files/open.ts";
import { leanTradeUse } from "../../src/data/events/conditions.ts";
import { aggregate, type TradeBars } from "../../src/market/aggregate.ts";
import { MINUTE, nyse } from "../../src/market/calendars.ts";
import { gridOf } from "../../src/market/grid.ts";
import { describeWithSharedData, sharedPath } from "../support/shared-data.ts";

const DAYS = [
  { symbol: "ibm", date: "20131007" },
  { symbol: "ibm", date: "20131008" },
  { symbol: "spy", date: "20131007" },
  { symbol: "spy", date: "20131008" },
] as const;

const ticksOf = (symbol: string, date: string): string => `lean/equity/usa/tick/${symbol}/${date}_trade.zip`;
const minutesOf = (symbol: string, date: string): string => `lean/equity/usa/minute/${symbol}/${date}_trade.zip`;

interface Trades {
  readonly time: Float64Array;
  readonly price: Float64Array;
  readonly size: Float64Array;
  readonly flags: Float64Array;
}

async function tradesOf(symbol: string, date: string): Promise<Trades> {
  const read = await readEventFiles("trades", [sharedPath(ticksOf(symbol, date))], { calendar: "nyse" });
  if (!read.ok) throw new Error(read.problems.map(({ message }) => message).join());
  return read.value.table as unknown as Trades;
}

const HOURS = { open: (time: number) => nyse.open(nyse.dateOf(time)), close: (time: number) => nyse.close(nyse.dateOf(time)) };

/** The bars of trades taken in pieces of these sizes. */
function barsOf({ time, price, size, flags }: Trades, pieces: readonly number[] = [time.length]): TradeBars {
  const { bars, take, passTo } = aggregate(gridOf(nyse, MINUTE, "date"), MINUTE, HOURS);
  let row = 0;
  for (const piece of pieces) {
    for (const end = Math.min(time.length, row + piece); row < end; row++) {
      const at = time[row]! - 1;
      take(at, price[row]!, size[row]!, leanTradeUse(flags[row]!));
    }
    passTo(row === 0 ? 0 : time[row - 1]! - 1);
  }
  passTo(Number.POSITIVE_INFINITY);
  return bars;
}

type Row = readonly [open: number, high: number, low: number, close: number, volume: number];

/** The vendor's bars by their ends. */
async function vendorBars(symbol: string, date: string): Promise<ReadonlyMap<number, Row>> {
  const opened = await openBars(sharedPath(minutesOf(symbol, date)), { calendar: "nyse" });
  if (!opened.ok) throw new Error(opened.problems.map(({ message }) => message).join());
  const rows = new Map<number, Row>();
  for await (const { rows: count, time, columns } of opened.source.chunks(4096)) {
    const { open, high, low, close, volume } = columns;
    for (let row = 0; row < count; row++) rows.set(time[row]!, [open[row]!, high[row]!, low[row]!, close[row]!, volume![row]!]);
  }
  return rows;
}

for (const { symbol, date } of DAYS) {
  describeWithSharedData(`${symbol} on ${date}`, [ticksOf(symbol, date), minutesOf(symbol, date)], () => {
    it("gives the vendor's minutes", async () => {
      const bars = barsOf(await tradesOf(symbol, date));
      const vendor = await vendorBars(symbol, date);
      const differences: string[] = [];
      expect(bars.end).toEqual([...vendor.keys()]);
      bars.end.forEach((end, index) => {
        const [own, theirs] = [(["open", "high", "low", "close", "volume"] as const).map((name) => bars[name][index]!), vendor.get(end)];
        if (JSON.stringify(own) !== JSON.stringify(theirs))
          differences.push(`${new Date(end / 1000).toISOString().slice(11, 16)} ${own} | ${theirs}`);
      });
      expect(differences).toEqual([]);
    });
  });
}

describeWithSharedData("pieces of any size", [ticksOf("ibm", "20131007")], () => {
  it("make the same bars", async () => {
    const trades = await tradesOf("ibm", "20131007");
    const whole = barsOf(trades);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 2_000 }), { maxLength: 30 }), (pieces) => {
        expect(barsOf(trades, [...pieces, trades.time.length])).toEqual(whole);
      }),
      { numRuns: 20 },
    );
  });
});
