/** Raw bars from columns of doubles, as Parquet files hold them: checked row by row, and prices put exactly on the quantum they show. */
import { DECIMALS_MAX, decimalsWithin, eachPrice, type PriceColumns, snapDoubles, ticksOfDoubles } from "./decimals.ts";
import { type DataResult, type FindingLog, type ProblemCode, problem, record } from "./problems.ts";
import { PRICE_MAX, type RawBars, type TableOptions, VOLUME_MAX } from "./table.ts";

/** Columns as read; they are taken over and changed. A missing value is NaN. */
export interface DoubleColumns {
  readonly file: string;
  readonly rows: number;
  /** Microseconds. */
  readonly time: Float64Array;
  readonly utc: boolean;
  readonly prices: PriceColumns;
  readonly volume: Float64Array;
  readonly hasVolume: boolean;
  readonly otherSymbols: number;
  /** Number of each row in the file, counted from 1; null where they are all the rows. */
  readonly place: Float64Array | null;
}

/** Checks the columns and turns prices into ticks. Rows are called lines, counted from 1. */
export function rawFromDoubles(
  columns: DoubleColumns,
  { quantumDecimals, priceScale = 1 }: Pick<TableOptions, "quantumDecimals" | "priceScale">,
  log: FindingLog,
): DataResult<RawBars> {
  const line = new Uint32Array(columns.rows);
  const rows = keepGoodRows(columns, PRICE_MAX * priceScale, line, log);
  const stated = quantumDecimals === null ? null : decimalsWithin(quantumDecimals, priceScale);
  const roundedPrices = stated === null ? 0 : snapDoubles(columns.prices, rows, stated);
  const found = stated === null ? ticksOfDoubles(columns.prices, rows, DECIMALS_MAX) : { decimals: stated };
  if (!("decimals" in found)) {
    const message = `${found.price} is no decimal of at most ${DECIMALS_MAX} places`;
    return { ok: false, problems: [problem("D210", columns.file, line[found.row] ?? 0, message)] };
  }
  return { ok: true, value: { ...columns, rows, line, decimals: found.decimals, roundedPrices, stamp: null, lean: false, notes: [] } };
}

/** Moves the good rows together and returns their number. */
function keepGoodRows(columns: DoubleColumns, priceMax: number, line: Uint32Array, log: FindingLog): number {
  const { time, volume, file, place } = columns;
  const all = [time, ...eachPrice(columns.prices), volume];
  let kept = 0;
  for (let row = 0; row < columns.rows; row++) {
    const number = place?.[row] ?? row + 1;
    if (!isGood(columns, row, priceMax)) {
      record(log, rowProblem(columns, row), file, number, () => rowText(columns, row));
      continue;
    }
    const traded = volume[row] ?? 0;
    const volumeCode = volumeProblem(traded);
    if (volumeCode !== null) {
      record(log, volumeCode, file, number, () => `volume is ${traded}`);
      volume[row] = 0;
    }
    line[kept] = number;
    if (kept !== row) for (const column of all) column[kept] = column[row] ?? 0;
    kept++;
  }
  return kept;
}

function isGood({ time, prices }: DoubleColumns, row: number, priceMax: number): boolean {
  const { open, high, low, close } = prices;
  const isPrice = (price = 0): boolean => price > 0 && price <= priceMax;
  return isWhole(time[row] ?? Number.NaN) && isPrice(open[row]) && isPrice(high[row]) && isPrice(low[row]) && isPrice(close[row]);
}

function isWhole(time: number): boolean {
  return Math.abs(time) <= Number.MAX_SAFE_INTEGER && Math.floor(time) === time;
}

/** What is wrong with a row that is not good. */
function rowProblem({ time, prices }: DoubleColumns, row: number): ProblemCode {
  if (!Number.isSafeInteger(time[row])) return "D203";
  const values = eachPrice(prices).map((column) => column[row] ?? Number.NaN);
  if (values.some(Number.isNaN)) return "D204";
  return values.some((price) => price <= 0) ? "D205" : "D206";
}

function volumeProblem(volume: number): ProblemCode | null {
  if (Number.isNaN(volume)) return "D207";
  if (volume < 0) return "D208";
  return volume > VOLUME_MAX ? "D209" : null;
}

function rowText(columns: DoubleColumns, row: number): string {
  const { open, high, low, close } = columns.prices;
  return `time ${columns.time[row]}, open ${open[row]}, high ${high[row]}, low ${low[row]}, close ${close[row]}`;
}
