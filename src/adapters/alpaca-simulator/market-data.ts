/** The simulated market's bars: those of a dataset, or generated ones of stocks that do not exist. */
import { generateBars } from "../../data/generate.ts";
import type { BarSource } from "../../market/bars.ts";
import { DAY, MINUTE, nyse } from "../../market/calendars.ts";
import { dayNumber } from "../../values/civil-date.ts";
import { instant } from "../../values/quantity.ts";
import { powerOfTen } from "../../values/wide.ts";
import type { MarketBar, MarketData } from "./tape.ts";

const CHUNK_ROWS = 4_096;
const GENERATED_SESSIONS = 20;
const FIRST_DAY = dayNumber(2024, 1, 2);
const CENTS = 100;

interface Columns {
  readonly open: Float64Array;
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly close: Float64Array;
}

/** All bars of a dataset under the name `symbol`, which says whether it is a stock or a pair. */
export async function marketDataOf(source: BarSource, symbol: string): Promise<MarketData> {
  const { width, priceDecimals } = source.info;
  const scale = powerOfTen(priceDecimals);
  const bars: MarketBar[] = [];
  for await (const { rows, time, columns } of source.chunks(CHUNK_ROWS)) {
    for (let row = 0; row < rows; row++) {
      const end = time[row] ?? Number.NaN;
      bars.push(barAt(columns, row, scale, columns.volume?.[row] ?? 0, beginOf(end, width, symbol), end));
    }
  }
  return { symbol, priceDecimals, width, bars };
}

/** A day of a stock is its session. */
function beginOf(end: number, width: number, symbol: string): number {
  return width === DAY && !symbol.includes("/") ? nyse.open(nyse.dateOf(end - 1)) : end - width;
}

function barAt({ open, high, low, close }: Columns, row: number, scale: number, volume: number, start: number, end: number): MarketBar {
  const price = (column: Float64Array): number => (column[row] ?? Number.NaN) / scale;
  return { start: instant(start), end: instant(end), open: price(open), high: price(high), low: price(low), close: price(close), volume };
}

/** Twenty sessions of minutes from 2024-01-02, the same for the same seed; each symbol has its own. */
export function generatedMarket(symbols: readonly string[], seed: number): readonly MarketData[] {
  return symbols.map((symbol, index) => {
    const { rows, time, prices, volume } = generateBars(nyse, {
      seed: seed + index,
      sessions: GENERATED_SESSIONS,
      firstDay: FIRST_DAY,
      firstPrice: 100 * CENTS,
    });
    const bars = Array.from({ length: rows }, (_, row) => {
      const end = time[row] ?? Number.NaN;
      return barAt(prices, row, CENTS, volume[row] ?? 0, end - MINUTE, end);
    });
    return { symbol, priceDecimals: 2, width: MINUTE, bars };
  });
}
