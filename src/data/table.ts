/** Reads the rows of a text file of bars into columns, without an object a row. What cannot be read is recorded and its row left out. */

import { powerOfTen } from "../values/wide.ts";
import { asciiText, DECIMALS_MAX, type Decimal, type PriceColumns, priceColumns, readDecimal, scaleUp } from "./decimals.ts";
import type { ColumnRole, Layout } from "./layout.ts";
import { type Cells, isIdle, lineCount, lineEnd, newCells, splitLine } from "./lines.ts";
import { type DataResult, type FindingLog, failure, type ProblemCode, record } from "./problems.ts";
import { addTimeOfDay, type PrintedTime, readTime } from "./times.ts";

/** Bars as a file gives them: times as printed, prices as integers at a scale. */
export interface RawBars {
  readonly file: string;
  readonly rows: number;
  /** Microseconds: of UTC where `utc`, else of the clock the file was written by. */
  readonly time: Float64Array;
  readonly utc: boolean;
  /** Line of each row, counted from 1. */
  readonly line: Uint32Array;
  readonly prices: PriceColumns;
  /** Prices are integers ÷ 10^decimals. */
  readonly decimals: number;
  /** All zeros where the file has no volume. */
  readonly volume: Float64Array;
  readonly hasVolume: boolean;
  readonly stamp: "start" | "end" | null;
  readonly lean: boolean;
  /** Prices that were rounded to the stated quantum. */
  readonly roundedPrices: number;
  /** Rows of other symbols, left out. */
  readonly otherSymbols: number;
}

export const PRICE_MAX = 1e9;
export const VOLUME_MAX = 1e15;

/** What reading needs at hand, made once a file. */
interface Reader {
  readonly bytes: Uint8Array;
  readonly file: string;
  readonly layout: Layout;
  readonly log: FindingLog;
  /** Decimals a price may have. */
  readonly limit: number;
  /** Whether prices with more are rounded: a quantum is stated. */
  readonly round: boolean;
  readonly symbol: string | undefined;
  /** Symbols seen; without a stated one the first is wanted. */
  readonly symbols: Set<string>;
  readonly cells: Cells;
  readonly number: Decimal;
  readonly printed: PrintedTime;
}

/** Columns while they fill. */
interface Filling {
  rows: number;
  decimals: number;
  utc: boolean;
  roundedPrices: number;
  otherSymbols: number;
  readonly time: Float64Array;
  readonly line: Uint32Array;
  readonly prices: PriceColumns;
  readonly volume: Float64Array;
}

export interface TableOptions {
  /** d of a stated quantum; prices with more decimals are rounded to it. */
  readonly quantumDecimals: number | null;
  /** Rows of this symbol only, where the file has a column of symbols. */
  readonly symbol: string | undefined;
}

/** Reads the rows of `bytes`, laid out as found. Findings go to `log` under `file`. */
export function readTable(bytes: Uint8Array, file: string, layout: Layout, options: TableOptions, log: FindingLog): DataResult<RawBars> {
  const capacity = lineCount(bytes);
  const reader: Reader = {
    bytes,
    file,
    layout,
    log,
    limit: options.quantumDecimals ?? DECIMALS_MAX,
    round: options.quantumDecimals !== null,
    symbol: options.symbol,
    symbols: new Set(),
    cells: newCells(),
    number: { mantissa: 0, decimals: 0, rounded: false },
    printed: { micros: 0, utc: false },
  };
  const filling: Filling = {
    rows: 0,
    decimals: 0,
    utc: false,
    roundedPrices: 0,
    otherSymbols: 0,
    time: new Float64Array(capacity),
    line: new Uint32Array(capacity),
    prices: priceColumns(capacity),
    volume: new Float64Array(capacity),
  };
  let line = layout.firstLine;
  for (let from = layout.start; from < bytes.length; line++) {
    const to = lineEnd(bytes, from);
    if (!isIdle(bytes, from, to)) {
      splitLine(bytes, from, to, layout.delimiter, reader.cells);
      if (readRow(reader, filling, line)) filling.rows++;
    }
    from = to + 1;
  }
  const { stamp, lean, columns } = layout;
  const symbols = symbolProblem(reader, filling);
  if (symbols !== null) return failure("D105", file, symbols);
  return { ok: true, value: { file, ...filling, stamp, lean, hasVolume: columns.volume !== undefined } };
}

/** A file of several symbols gives one of them, which has to be named and to be there. */
function symbolProblem(reader: Reader, filling: Filling): string | null {
  if (filling.otherSymbols === 0 || (filling.rows > 0 && reader.symbol !== undefined)) return null;
  const symbols = [...reader.symbols];
  const names = symbols.slice(0, 5).join(", ") + (symbols.length > 5 ? ", …" : "");
  const wanted = reader.symbol === undefined ? "state with --symbol which to read" : `${reader.symbol} is not among them`;
  return `the file has ${symbols.length} symbol${symbols.length === 1 ? "" : "s"} (${names}): ${wanted}`;
}

/** Reads the split line into row `filling.rows`; false if it is left out. */
function readRow(reader: Reader, filling: Filling, line: number): boolean {
  const { layout, cells, log, file } = reader;
  if (cells.count < layout.width) {
    record(log, "D201", file, line, () => `${cells.count} columns where ${layout.width} were expected`);
    return false;
  }
  if (cells.count > layout.width) record(log, "D202", file, line, () => `${cells.count} columns where ${layout.width} were expected`);
  if (!isWanted(reader)) {
    filling.otherSymbols++;
    return false;
  }
  if (!readRowTime(reader, line)) return false;
  const row = filling.rows;
  filling.time[row] = reader.printed.micros;
  filling.line[row] = line;
  filling.utc ||= reader.printed.utc;
  // Prices that outgrow 2^53 ticks when the scale grows are found at the end, over all rows (normal.ts).
  return (
    readPrice(reader, filling, "open", filling.prices.open, line) &&
    readPrice(reader, filling, "high", filling.prices.high, line) &&
    readPrice(reader, filling, "low", filling.prices.low, line) &&
    readPrice(reader, filling, "close", filling.prices.close, line) &&
    readVolume(reader, filling, line)
  );
}

function isWanted(reader: Reader): boolean {
  const column = reader.layout.columns.symbol;
  if (column === undefined) return true;
  const symbol = cellText(reader, column).toUpperCase();
  reader.symbols.add(symbol);
  return reader.symbol === undefined ? reader.symbols.size === 1 : symbol === reader.symbol.toUpperCase();
}

function cellText(reader: Reader, column: number): string {
  return asciiText(reader.bytes, reader.cells.from[column] ?? 0, reader.cells.to[column] ?? 0);
}

function readRowTime(reader: Reader, line: number): boolean {
  const { bytes, cells, layout, printed } = reader;
  const { date, time = 0 } = layout.columns;
  const first = date ?? time;
  const ok =
    readTime(layout.time, bytes, cells.from[first] ?? 0, cells.to[first] ?? 0, printed) &&
    (date === undefined || addTimeOfDay(bytes, cells.from[time] ?? 0, cells.to[time] ?? 0, printed));
  if (!ok) {
    record(reader.log, "D203", reader.file, line, () => {
      const text = date === undefined ? cellText(reader, time) : `${cellText(reader, date)} ${cellText(reader, time)}`;
      return `${JSON.stringify(text.slice(0, 40))} is not a time in the format of the other rows`;
    });
  }
  return ok;
}

function readPrice(reader: Reader, filling: Filling, role: ColumnRole, column: Float64Array, line: number): boolean {
  const { bytes, cells, number, layout } = reader;
  const cell = layout.columns[role] ?? 0;
  const readable = readDecimal(bytes, cells.from[cell] ?? 0, cells.to[cell] ?? 0, reader.limit, number);
  const code = priceProblem(reader, readable);
  if (code !== null) {
    record(reader.log, code, reader.file, line, () => `${role} is ${JSON.stringify(cellText(reader, cell).slice(0, 40))}`);
    return false;
  }
  if (number.rounded) filling.roundedPrices++;
  if (number.decimals > filling.decimals) {
    scaleUp(filling.prices, filling.rows + 1, powerOfTen(number.decimals - filling.decimals));
    filling.decimals = number.decimals;
  }
  const ticks = number.decimals === filling.decimals ? number.mantissa : number.mantissa * powerOfTen(filling.decimals - number.decimals);
  column[filling.rows] = ticks;
  return true;
}

function priceProblem(reader: Reader, readable: boolean): ProblemCode | null {
  const { number, round } = reader;
  if (!readable) return "D204";
  if (number.mantissa <= 0) return "D205";
  const exact = number.mantissa <= Number.MAX_SAFE_INTEGER;
  if (number.mantissa > PRICE_MAX * powerOfTen(number.decimals)) return "D206";
  return (number.rounded && !round) || !exact ? "D210" : null;
}

function readVolume(reader: Reader, filling: Filling, line: number): boolean {
  const { bytes, cells, number, layout } = reader;
  const cell = layout.columns.volume;
  if (cell === undefined) return true;
  const readable = readDecimal(bytes, cells.from[cell] ?? 0, cells.to[cell] ?? 0, 15, number);
  const exact = !number.rounded && Math.abs(number.mantissa) <= Number.MAX_SAFE_INTEGER;
  const volume = exact ? number.mantissa / powerOfTen(number.decimals) : Number(cellText(reader, cell));
  const code = !readable ? "D207" : volume < 0 ? "D208" : volume > VOLUME_MAX ? "D209" : null;
  if (code !== null) record(reader.log, code, reader.file, line, () => `volume is ${JSON.stringify(cellText(reader, cell).slice(0, 40))}`);
  filling.volume[filling.rows] = code === null ? volume : 0;
  return true;
}
