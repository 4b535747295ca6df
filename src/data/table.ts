/** Reads the rows of a text file of bars into columns, without an object a row. What cannot be read is recorded and its row left out. */

import { powerOfTen } from "../values/wide.ts";
import type { ColumnRole } from "./columns.ts";
import {
  asciiText,
  DECIMALS_MAX,
  type Decimal,
  type DecimalMark,
  decimalsWithin,
  type PriceColumns,
  priceColumns,
  readDecimal,
  readDressed,
  scaleUp,
} from "./decimals.ts";
import type { Layout } from "./layout.ts";
import { type Cells, isBlank, isComment, lineCount, lineEnd, newCells, splitLine } from "./lines.ts";
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
  /** What was taken one way and could be meant another, and what was passed over, in words. */
  readonly notes: readonly string[];
}

/** In the currency. */
export const PRICE_MAX = 1e9;
export const VOLUME_MAX = 1e15;
/** Doubles hold no more. */
const VOLUME_DECIMALS_MAX = 15;
const SYMBOLS_NAMED = 5;
const COMMA = 44;
const UNCLEAR = /^[+-]?\$?\d{1,3},\d{3}$/;

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
  /** The largest price, as the file writes it. */
  readonly priceMax: number;
  readonly symbol: string | undefined;
  /** Symbols seen; without a stated one the first is wanted. */
  readonly symbols: Set<string>;
  readonly mark: DecimalMark;
  /** Nothing says which mark it is: none is stated, and a comma is no delimiter. */
  readonly isMarkOpen: boolean;
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
  /** Numbers with a currency sign or grouped digits, and the first of them. */
  dressed: number;
  firstDressed: string;
  /** The first price such as 109,500, which is one number with a decimal point and another with a decimal comma. */
  unclear: string;
  /** Some price has decimals behind a point. */
  hasPoint: boolean;
  comments: number;
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
  /** A point where none is stated. */
  readonly mark: DecimalMark | undefined;
  /** Prices are in 1/priceScale of the currency, as far as is stated. */
  readonly priceScale: number | undefined;
}

/** Reads the rows of `bytes`, laid out as found. Findings go to `log` under `file`. */
export function readTable(bytes: Uint8Array, file: string, layout: Layout, options: TableOptions, log: FindingLog): DataResult<RawBars> {
  const capacity = lineCount(bytes);
  const reader: Reader = {
    bytes,
    file,
    layout,
    log,
    limit: options.quantumDecimals === null ? DECIMALS_MAX : decimalsWithin(options.quantumDecimals, options.priceScale),
    round: options.quantumDecimals !== null,
    priceMax: PRICE_MAX * (options.priceScale ?? 1),
    symbol: options.symbol,
    symbols: new Set(),
    mark: options.mark ?? "point",
    isMarkOpen: options.mark === undefined && layout.delimiter !== COMMA,
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
    dressed: 0,
    firstDressed: "",
    unclear: "",
    hasPoint: false,
    comments: 0,
    time: new Float64Array(capacity),
    line: new Uint32Array(capacity),
    prices: priceColumns(capacity),
    volume: new Float64Array(capacity),
  };
  readLines(reader, filling);
  const symbols = layout.columns.symbol === undefined ? null : describeSymbols([...reader.symbols], reader.symbol);
  if (symbols !== null) return failure("D105", file, symbols);
  if (filling.unclear !== "" && !filling.hasPoint)
    return failure("D112", file, `the comma in ${filling.unclear} may mark decimals or group digits, and no price has a point`);
  const { stamp, lean, columns } = layout;
  const { dressed: _, firstDressed: __, comments: ___, unclear: ____, hasPoint: _____, ...read } = filling;
  return { ok: true, value: { file, ...read, stamp, lean, hasVolume: columns.volume !== undefined, notes: notesOf(reader, filling) } };
}

function readLines(reader: Reader, filling: Filling): void {
  const { bytes, layout } = reader;
  let line = layout.firstLine;
  for (let from = layout.start; from < bytes.length; line++) {
    const to = lineEnd(bytes, from);
    if (isComment(bytes, from)) filling.comments++;
    else if (!isBlank(bytes, from, to)) {
      splitLine(bytes, from, to, layout.delimiter, reader.cells);
      if (readRow(reader, filling, line)) filling.rows++;
    }
    from = to + 1;
  }
}

function notesOf({ layout, mark, file }: Reader, { comments, dressed, firstDressed }: Filling): readonly string[] {
  const notes = layout.notes.map((note) => `${file}: ${note}`);
  if (comments > 0)
    notes.push(
      `${file}: ${comments === 1 ? "1 line among the rows begins with # and is" : `${comments} lines among the rows begin with # and are`} left out`,
    );
  if (dressed === 0) return notes;
  const stated = mark === "comma" ? "" : " (state --decimal comma to say otherwise)";
  return [...notes, `${file}: ${dressed} numbers such as ${firstDressed} read with a decimal ${mark}${stated}`];
}

/** What speaks against reading the rows of `wanted` from a file with these symbols, else null: it is not there, or of several none is wanted. */
export function describeSymbols(symbols: readonly string[], wanted: string | undefined): string | null {
  if (wanted === undefined ? symbols.length < 2 : symbols.includes(wanted.toUpperCase())) return null;
  const names = symbols.slice(0, SYMBOLS_NAMED).join(", ") + (symbols.length > SYMBOLS_NAMED ? ", …" : "");
  const count = `the file has ${symbols.length} symbol${symbols.length === 1 ? "" : "s"} (${names})`;
  return wanted === undefined ? `${count}, and none is stated` : `${count}, and ${wanted} is not among them`;
}

/** Reads the split line into row `filling.rows`; false if it is left out. */
function readRow(reader: Reader, filling: Filling, line: number): boolean {
  const { layout, cells, log, file } = reader;
  if (cells.count < layout.width) {
    record(log, "D201", file, line, () => `${cells.count} of ${layout.width} columns: ${rowText(reader)}`);
    return false;
  }
  if (cells.count > layout.width && hasText(cells, layout.width))
    record(log, "D202", file, line, () => `${cells.count} columns where ${layout.width} are expected: ${rowText(reader)}`);
  if (!isWanted(reader)) {
    filling.otherSymbols++;
    return false;
  }
  if (!readRowTime(reader, filling, line)) return false;
  const row = filling.rows;
  filling.time[row] = reader.printed.micros;
  filling.line[row] = line;
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

/** Whether any cell from `first` on holds something: delimiters at a line's end are no columns. */
function hasText(cells: Cells, first: number): boolean {
  if (cells.count > cells.from.length) return true;
  for (let cell = first; cell < cells.count; cell++) if ((cells.to[cell] ?? 0) > (cells.from[cell] ?? 0)) return true;
  return false;
}

const TEXT_MAX = 40;

function cellText(reader: Reader, column: number): string {
  const from = reader.cells.from[column] ?? 0;
  return asciiText(reader.bytes, from, Math.min(reader.cells.to[column] ?? 0, from + TEXT_MAX));
}

/** The beginning of a row, quoted. */
function rowText({ bytes, cells }: Reader): string {
  const from = cells.from[0] ?? 0;
  return JSON.stringify(asciiText(bytes, from, Math.min(lineEnd(bytes, from), from + TEXT_MAX)).trimEnd());
}

function readRowTime(reader: Reader, filling: Filling, line: number): boolean {
  const { bytes, cells, layout, printed } = reader;
  const { date, time = 0 } = layout.columns;
  const first = date ?? time;
  const readable =
    readTime(layout.time, bytes, cells.from[first] ?? 0, cells.to[first] ?? 0, printed) &&
    (date === undefined || addTimeOfDay(bytes, cells.from[time] ?? 0, cells.to[time] ?? 0, printed));
  if (filling.rows === 0) filling.utc = printed.utc;
  if (readable && printed.utc === filling.utc) return true;
  record(reader.log, "D203", reader.file, line, () => {
    const text = JSON.stringify(date === undefined ? cellText(reader, time) : `${cellText(reader, date)} ${cellText(reader, time)}`);
    if (!readable) return `${text} is not a time in the format of the other rows`;
    return `${text} states ${printed.utc ? "a time zone, and the rows before it none" : "no time zone, and the rows before it one"}`;
  });
  return false;
}

/** Reads a number as programs write it or, failing that, as people do. */
function readNumber(reader: Reader, filling: Filling, cell: number, limit: number): boolean {
  const { bytes, cells, number, mark } = reader;
  const from = cells.from[cell] ?? 0;
  const to = cells.to[cell] ?? 0;
  if (mark === "point" && readDecimal(bytes, from, to, limit, number)) return true;
  if (!readDressed(bytes, from, to, mark, limit, number)) return false;
  if (filling.dressed++ === 0) filling.firstDressed = asciiText(bytes, from, to);
  return true;
}

function readPrice(reader: Reader, filling: Filling, role: ColumnRole, column: Float64Array, line: number): boolean {
  const { number, layout } = reader;
  const cell = layout.columns[role] ?? 0;
  const readable = readNumber(reader, filling, cell, reader.limit);
  if (reader.isMarkOpen && readable) lookForMark(reader, filling, cell);
  const code = priceProblem(reader, readable);
  if (code !== null) {
    record(reader.log, code, reader.file, line, () => `${role} is ${JSON.stringify(cellText(reader, cell))}`);
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

/** Notes what the price just read shows of the file's decimal mark. */
function lookForMark(reader: Reader, filling: Filling, cell: number): void {
  if (reader.number.decimals > 0) filling.hasPoint = true;
  else if (filling.dressed > 0 && filling.unclear === "" && UNCLEAR.test(cellText(reader, cell))) filling.unclear = cellText(reader, cell);
}

function priceProblem(reader: Reader, readable: boolean): ProblemCode | null {
  const { number, round, priceMax } = reader;
  if (!readable) return "D204";
  if (number.mantissa <= 0) return "D205";
  const exact = number.mantissa <= Number.MAX_SAFE_INTEGER;
  if (number.mantissa > priceMax * powerOfTen(number.decimals)) return "D206";
  return (number.rounded && !round) || !exact ? "D210" : null;
}

function readVolume(reader: Reader, filling: Filling, line: number): boolean {
  const { number, layout } = reader;
  const cell = layout.columns.volume;
  if (cell === undefined) return true;
  const readable = readNumber(reader, filling, cell, VOLUME_DECIMALS_MAX);
  const volume = volumeOf(number, cellText(reader, cell));
  const code = !readable ? "D207" : volume < 0 ? "D208" : volume > VOLUME_MAX ? "D209" : null;
  if (code !== null) record(reader.log, code, reader.file, line, () => `volume is ${JSON.stringify(cellText(reader, cell))}`);
  filling.volume[filling.rows] = code === null ? volume : 0;
  return true;
}

/** The double nearest to a volume: of the digits as integers where they fit, else of the text. */
function volumeOf({ mantissa, decimals, rounded }: Decimal, text: string): number {
  const near = mantissa / powerOfTen(decimals);
  const written = rounded || Math.abs(mantissa) > Number.MAX_SAFE_INTEGER ? Number(text) : near;
  return Number.isNaN(written) ? near : written;
}
