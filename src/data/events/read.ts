/** Reads the rows of a text of quotes, trades or book changes into columns, without an object a row. What cannot be read is recorded and its row left out. */
import type { EventKind } from "../../market/bars.ts";
import { powerOfTen } from "../../values/wide.ts";
import { cellTexts } from "../columns.ts";
import { asciiText, type Decimal, decimalsOfQuantum, readDecimal } from "../decimals.ts";
import { findDelimiter } from "../layout.ts";
import { type Cells, isBlank, isComment, lineCount, lineEnd, newCells, splitLine, textStart } from "../lines.ts";
import { type DataResult, type FindingLog, failure, type ProblemCode, record } from "../problems.ts";
import { findTimeFormat, quoteCell } from "../time-formats.ts";
import { type PrintedTime, readTime, type TimeFormat } from "../times.ts";
import { type EventColumns, type EventRole, eventColumns, isEventHeader, leanColumns } from "./columns.ts";
import { BOOK_FLAG, RAW_DECIMALS, type RawEvents, rawEvents } from "./raw.ts";

export interface EventReading {
  readonly kind: EventKind;
  /** Names of the columns in their order, where stated. */
  readonly columns: string | undefined;
  /** Prices are in 1/priceScale of the currency, as far as is stated. */
  readonly priceScale: number | undefined;
  /** d of a stated quantum: prices with more decimals are rounded to it. */
  readonly quantumDecimals: number | null;
}

interface Layout {
  readonly delimiter: number;
  readonly columns: EventColumns;
  readonly time: TimeFormat;
  readonly start: number;
  readonly firstLine: number;
  /** The LEAN engine's form: prices in 1/10000, conditions as hexadecimal flags. */
  readonly lean: boolean;
}

const SAMPLE_LINES = 200;
const LARGEST_PRICE = Math.floor(Number.MAX_SAFE_INTEGER / powerOfTen(RAW_DECIMALS));
const SIZE_MAX = 1e15;
const TEXT_MAX = 40;

interface Reader {
  readonly bytes: Uint8Array;
  readonly layout: Layout;
  readonly log: FindingLog;
  readonly out: ReturnType<typeof rawEvents>;
  readonly cells: Cells;
  readonly number: Decimal;
  readonly printed: PrintedTime;
  /** 10^-scale of the currency is 1 as the file writes it. */
  readonly scale: number;
  readonly limit: number;
  suspicious: number;
}

/** The rows of `bytes`; findings go to `log` under `file`. */
export function readEvents(bytes: Uint8Array, file: string, reading: EventReading, log: FindingLog): DataResult<RawEvents> {
  const layout = layoutOf(bytes, file, reading);
  if (!layout.ok) return layout;
  const { priceScale, quantumDecimals } = reading;
  const scale = priceScale === undefined ? (layout.value.lean ? 4 : 0) : (decimalsOfQuantum(1 / priceScale) ?? 0);
  const reader: Reader = {
    bytes,
    layout: layout.value,
    log,
    out: rawEvents(reading.kind, file, lineCount(bytes)),
    cells: newCells(),
    number: { mantissa: 0, decimals: 0, rounded: false },
    printed: { micros: 0, utc: false },
    scale,
    limit: Math.max(0, (quantumDecimals ?? RAW_DECIMALS) - scale),
    suspicious: 0,
  };
  readLines(reader);
  const { out, suspicious } = reader;
  if (layout.value.lean && priceScale === undefined)
    out.notes.push(`${file}: prices taken in 1/10000: LEAN layout (state --price-scale to say otherwise)`);
  if (suspicious > 0) out.notes.push(`${file}: ${suspicious} rows that the vendor marks as suspicious left out`);
  return { ok: true, value: out };
}

function layoutOf(bytes: Uint8Array, file: string, { kind, columns: stated }: EventReading): DataResult<Layout> {
  const lines = headLines(bytes);
  const [first] = lines;
  if (first === undefined) return failure("D102", file, "the file is empty");
  const cells = newCells();
  const delimiter = findDelimiter(bytes, first);
  splitLine(bytes, first.from, first.to, delimiter, cells);
  const texts = cellTexts(bytes, cells);
  const isHeader = isEventHeader(texts);
  const lean = isHeader || stated !== undefined ? null : leanColumns(kind, texts.length, file);
  const columns = lean ?? eventColumns(kind, stated?.split(",") ?? texts, file);
  if (!columns.ok) return columns;
  const rows = isHeader ? lines.slice(1) : lines;
  const [row] = rows;
  if (row === undefined) return failure("D102", file, "there is a header and no row");
  const sample = { bytes, name: file, delimiter, lines: rows };
  const time = findTimeFormat(sample, columns.value.time ?? 0, undefined);
  if (time === null) return failure("D104", file, `the time ${quoteCell(sample, columns.value.time ?? 0)} is in no format I know`);
  const value = { delimiter, columns: columns.value, time: time.format, start: row.from, firstLine: row.number, lean: lean !== null };
  return { ok: true, value };
}

function headLines(bytes: Uint8Array): readonly { readonly from: number; readonly to: number; readonly number: number }[] {
  const lines = [];
  let number = 1;
  for (let from = textStart(bytes); from < bytes.length && lines.length < SAMPLE_LINES; number++) {
    const to = lineEnd(bytes, from);
    if (!isComment(bytes, from) && !isBlank(bytes, from, to)) lines.push({ from, to, number });
    from = to + 1;
  }
  return lines;
}

function readLines(reader: Reader): void {
  const { bytes, layout, cells } = reader;
  let line = layout.firstLine;
  for (let from = layout.start; from < bytes.length; line++) {
    const to = lineEnd(bytes, from);
    if (!isComment(bytes, from) && !isBlank(bytes, from, to)) {
      splitLine(bytes, from, to, layout.delimiter, cells);
      readRow(reader, line);
    }
    from = to + 1;
  }
}

function readRow(reader: Reader, line: number): void {
  const { out, printed, layout } = reader;
  const { columns } = layout;
  if (flagOf(reader, columns.suspicious) === 1) {
    reader.suspicious += 1;
    return;
  }
  if (!readRowTime(reader, line)) return;
  const row = out.rows;
  out.time[row] = printed.micros;
  out.line[row] = line;
  if (out.kind === "quotes") {
    const isSaid =
      readSide(reader, "bid", "bid_size", out.price, out.size, line) && readSide(reader, "ask", "ask_size", out.ask, out.askSize, line);
    if (!isSaid) return;
  } else {
    if (!readPrice(reader, "price", out.price, false, line) || !readSize(reader, "size", out.size, line)) return;
    if (out.kind === "trades") out.flags[row] = layout.lean ? Number.parseInt(text(reader, columns.condition), 16) || 0 : 0;
    else if (!readBookFlags(reader, line)) return;
  }
  out.rows = row + 1;
}

function readSide(reader: Reader, price: EventRole, size: EventRole, prices: Float64Array, sizes: Float64Array, line: number): boolean {
  return readSize(reader, size, sizes, line) && readPrice(reader, price, prices, sizes[reader.out.rows] === 0, line);
}

function text({ bytes, cells }: Reader, column: number | undefined): string {
  if (column === undefined || column >= cells.count) return "";
  const from = cells.from[column] ?? 0;
  return asciiText(bytes, from, Math.min(cells.to[column] ?? 0, from + TEXT_MAX));
}

/** 1 for 1 and true, else 0. */
function flagOf(reader: Reader, column: number | undefined): number {
  return column !== undefined && /^(1|true)$/i.test(text(reader, column)) ? 1 : 0;
}

function complain(reader: Reader, code: ProblemCode, line: number, role: EventRole): false {
  const column = reader.layout.columns[role];
  record(reader.log, code, reader.out.file, line, () => `${role} is ${JSON.stringify(text(reader, column))}`);
  return false;
}

function readRowTime(reader: Reader, line: number): boolean {
  const { bytes, cells, layout, printed, out } = reader;
  const column = layout.columns.time ?? 0;
  const isRead = column < cells.count && readTime(layout.time, bytes, cells.from[column] ?? 0, cells.to[column] ?? 0, printed);
  if (out.rows === 0 && isRead) out.utc = printed.utc;
  return isRead && printed.utc === out.utc ? true : complain(reader, "D203", line, "time");
}

function readNumber(reader: Reader, role: EventRole, limit: number): boolean {
  const { bytes, cells, layout, number } = reader;
  const column = layout.columns[role] ?? -1;
  return column < cells.count && readDecimal(bytes, cells.from[column] ?? 0, cells.to[column] ?? 0, limit, number);
}

/** With `mayBeNone` a price of 0 says nothing. */
function readPrice(reader: Reader, role: EventRole, column: Float64Array, mayBeNone: boolean, line: number): boolean {
  const { number, scale, limit } = reader;
  if (!readNumber(reader, role, limit)) return complain(reader, "D204", line, role);
  if (number.mantissa < 0 || (number.mantissa === 0 && !mayBeNone)) return complain(reader, "D205", line, role);
  if (number.rounded && limit + scale >= RAW_DECIMALS) return complain(reader, "D210", line, role);
  const price = number.mantissa * powerOfTen(RAW_DECIMALS - number.decimals - scale);
  if (!(price / powerOfTen(RAW_DECIMALS) <= LARGEST_PRICE)) return complain(reader, "D206", line, role);
  column[reader.out.rows] = price;
  return true;
}

/** A size that is none is recorded, and 0 where that is mended. */
function readSize(reader: Reader, role: EventRole, column: Float64Array, line: number): boolean {
  const { number, out } = reader;
  const isRead = readNumber(reader, role, 15);
  const size = number.mantissa / powerOfTen(number.decimals);
  const code = !isRead ? "D207" : size < 0 ? "D208" : size > SIZE_MAX ? "D209" : null;
  if (code !== null) complain(reader, code, line, role);
  column[out.rows] = code === null ? size : 0;
  return true;
}

/** Rows of one time are one update. */
function readBookFlags(reader: Reader, line: number): boolean {
  const { out, layout } = reader;
  const side = text(reader, layout.columns.side).toLowerCase();
  const isAsk = /^(a|ask|asks|s|sell)$/.test(side);
  if (!isAsk && !/^(b|bid|bids|buy)$/.test(side)) return complain(reader, "D204", line, "side");
  const row = out.rows;
  const isFirst = row === 0 || out.time[row] !== out.time[row - 1];
  const snapshot = isFirst && flagOf(reader, layout.columns.snapshot) === 1 ? BOOK_FLAG.snapshot : 0;
  out.flags[row] = (isAsk ? BOOK_FLAG.ask : 0) | (isFirst ? BOOK_FLAG.first : 0) | snapshot;
  return true;
}
