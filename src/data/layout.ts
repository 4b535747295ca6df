/**
 * How a text file of bars is laid out, found on its first lines: delimiter, header, which column is what, and the format of its times.
 * What the user states goes before what is found.
 */
import { dayNumber, monthLength } from "../values/civil-date.ts";
import { asciiText, type Decimal, readDecimal } from "./decimals.ts";
import { type Cells, isIdle, lineEnd, newCells, splitLine, textStart } from "./lines.ts";
import { type DataResult, failure } from "./problems.ts";
import { addTimeOfDay, epochUnit, type PrintedTime, readTime, type TimeFormat } from "./times.ts";

export type ColumnRole = "time" | "date" | "open" | "high" | "low" | "close" | "volume" | "symbol";

export interface Layout {
  readonly delimiter: number;
  /** Where the first line with data begins, and its number, counted from 1. */
  readonly start: number;
  readonly firstLine: number;
  /** Cells a full line has. */
  readonly width: number;
  /** Position of each column. With `date`, `time` holds a time of day. */
  readonly columns: Readonly<Partial<Record<ColumnRole, number>>>;
  readonly time: TimeFormat;
  /** A header that says what its times stamp ("open_time"). */
  readonly stamp: "start" | "end" | null;
  /** The headerless form of the LEAN engine's data folder, whose equity prices are in 1/10000. */
  readonly lean: boolean;
}

const DELIMITERS = [",", ";", "\t", "|"].map((character) => character.charCodeAt(0));
const SAMPLE_LINES = 1_000;

/** Header words, in lower case and with nothing but letters. */
const HEADER_WORDS: Readonly<Record<string, ColumnRole>> = {
  time: "time",
  timestamp: "time",
  datetime: "time",
  ts: "time",
  t: "time",
  unix: "time",
  opentime: "time",
  closetime: "time",
  localtime: "time",
  gmttime: "time",
  date: "date",
  day: "date",
  open: "open",
  o: "open",
  high: "high",
  h: "high",
  low: "low",
  l: "low",
  close: "close",
  c: "close",
  closelast: "close",
  volume: "volume",
  vol: "volume",
  v: "volume",
  tickvol: "volume",
  tickvolume: "volume",
  symbol: "symbol",
  ticker: "symbol",
};

/** The lines a layout is found on. */
interface Sample {
  readonly bytes: Uint8Array;
  readonly name: string;
  readonly lines: readonly { readonly from: number; readonly to: number; readonly number: number }[];
}

/**
 * Finds the layout of a text. `name` is the file's name, for messages and for dates that only it holds;
 * `columns`, where given, names the columns in order ("time,open,high,low,close,volume"; "_" for one to leave out).
 */
export function findLayout(bytes: Uint8Array, name: string, columns: string | undefined): DataResult<Layout> {
  const sample = { bytes, name, lines: sampleLines(bytes) };
  const first = sample.lines[0];
  if (first === undefined) return failure("D102", name, "the file is empty");
  const delimiter = findDelimiter(sample);
  const cells = newCells();
  splitLine(bytes, first.from, first.to, delimiter, cells);
  const header = cellTexts(bytes, cells);
  const hasHeader = header.every((text) => !isNumber(text)) && header.some((text) => headerRole(text) !== undefined);
  const found = columns !== undefined ? statedColumns(columns, name) : hasHeader ? headerColumns(header, name) : bareColumns(sample, cells);
  if (!found.ok) return found;
  const dataLine = sample.lines[hasHeader ? 1 : 0];
  if (dataLine === undefined) return failure("D102", name, "there is a header and no row");
  const dataSample = { ...sample, lines: sample.lines.slice(hasHeader ? 1 : 0) };
  const time = findTimeFormat(dataSample, delimiter, found.value);
  if (time === null) return failure("D104", name, `the time ${quoteCell(dataSample, delimiter, found.value)} is in no format I know`);
  return {
    ok: true,
    value: {
      delimiter,
      start: dataLine.from,
      firstLine: dataLine.number,
      width: hasHeader ? header.length : widthOf(bytes, dataLine, delimiter),
      columns: found.value,
      time,
      stamp: hasHeader ? headerStamp(header) : null,
      lean: !hasHeader && columns === undefined && isLean(time, bytes, dataLine, delimiter),
    },
  };
}

function sampleLines(bytes: Uint8Array): Sample["lines"] {
  const lines: { from: number; to: number; number: number }[] = [];
  let number = 1;
  for (let from = textStart(bytes); from < bytes.length && lines.length < SAMPLE_LINES; number++) {
    const to = lineEnd(bytes, from);
    if (!isIdle(bytes, from, to)) lines.push({ from, to, number });
    from = to + 1;
  }
  return lines;
}

/** The delimiter that splits the first line into the most cells. */
function findDelimiter(sample: Sample): number {
  const line = sample.lines[0];
  const cells = newCells();
  let best = { delimiter: DELIMITERS[0] ?? 0, count: 0 };
  for (const delimiter of DELIMITERS) {
    if (line !== undefined) splitLine(sample.bytes, line.from, line.to, delimiter, cells);
    if (cells.count > best.count) best = { delimiter, count: cells.count };
  }
  return best.delimiter;
}

function widthOf(bytes: Uint8Array, line: { readonly from: number; readonly to: number }, delimiter: number): number {
  const cells = newCells();
  splitLine(bytes, line.from, line.to, delimiter, cells);
  return cells.count;
}

function cellText(bytes: Uint8Array, cells: Cells, index: number): string {
  return asciiText(bytes, cells.from[index] ?? 0, cells.to[index] ?? 0);
}

function cellTexts(bytes: Uint8Array, cells: Cells): readonly string[] {
  return Array.from({ length: Math.min(cells.count, cells.from.length) }, (_, index) => cellText(bytes, cells, index));
}

/** What a column of this name holds, if it is one of ours. */
export function headerRole(text: string): ColumnRole | undefined {
  return HEADER_WORDS[headerWord(text)];
}

/** The columns that bars cannot do without and that are not among `columns`. */
export function missingColumns(columns: Readonly<Partial<Record<ColumnRole, unknown>>>): readonly ColumnRole[] {
  return (["time", "open", "high", "low", "close"] as const).filter((role) => columns[role] === undefined);
}

function headerWord(text: string): string {
  return text.toLowerCase().replace(/[^a-z]/g, "");
}

function isNumber(text: string): boolean {
  return /^[+-]?\d/.test(text);
}

type Columns = Partial<Record<ColumnRole, number>>;

/** Columns by the words of a header. The first of two with the same meaning counts; an index without a name in the first place is a time. */
function headerColumns(header: readonly string[], name: string): DataResult<Columns> {
  const columns: Columns = {};
  header.forEach((text, index) => {
    const role = headerRole(text);
    if (role !== undefined) columns[role] ??= index;
  });
  if (columns.time === undefined && columns.date === undefined && headerWord(header[0] ?? "") === "") columns.time = 0;
  return complete(columns, name, header.join(","));
}

function headerStamp(header: readonly string[]): "start" | "end" | null {
  const words = header.map(headerWord).filter((word) => HEADER_WORDS[word] === "time");
  return words[0] === "opentime" ? "start" : words[0] === "closetime" ? "end" : null;
}

function statedColumns(stated: string, name: string): DataResult<Columns> {
  const columns: Columns = {};
  for (const [index, text] of stated.split(",").entries()) {
    const role = headerRole(text);
    if (role !== undefined) columns[role] ??= index;
    else if (text.trim() !== "_")
      return failure("D106", name, `--columns: I do not know the column "${text}"; write _ for one to leave out`);
  }
  return complete(columns, name, stated);
}

/** A date alone is a time; then everything but volume must be there. */
function complete(columns: Columns, name: string, header: string): DataResult<Columns> {
  const { date, ...others } = columns;
  const settled = columns.time === undefined && date !== undefined ? { ...others, time: date } : columns;
  const missing = missingColumns(settled);
  if (missing.length === 0) return { ok: true, value: settled };
  return failure(
    "D103",
    name,
    `no column for ${missing.join(", ")} in "${header}"; state them with --columns time,open,high,low,close,volume`,
  );
}

/** Columns of a file without a header, by their number: the usual order, with date and time in one cell or two. */
function bareColumns(sample: Sample, cells: Cells): DataResult<Columns> {
  const { bytes, name } = sample;
  const secondIsTime =
    addTimeOfDay(bytes, cells.from[1] ?? 0, cells.to[1] ?? 0, { micros: 0, utc: false }) && cellText(bytes, cells, 1).includes(":");
  if (secondIsTime && (cells.count === 6 || cells.count === 7)) {
    return { ok: true, value: { date: 0, time: 1, open: 2, high: 3, low: 4, close: 5, ...(cells.count === 7 ? { volume: 6 } : {}) } };
  }
  if (cells.count === 5) return { ok: true, value: { time: 0, open: 1, high: 2, low: 3, close: 4 } };
  if (cells.count === 6) return { ok: true, value: { time: 0, open: 1, high: 2, low: 3, close: 4, volume: 5 } };
  const hint = cells.count === 11 ? "; eleven columns look like quotes, and bars of trades are needed" : "";
  const message = `no header, and ${cells.count} columns where 5 (time,open,high,low,close) or 6 (and volume) were expected${hint}; state them with --columns`;
  return failure("D103", name, message);
}

function quoteCell(sample: Sample, delimiter: number, columns: Columns): string {
  const line = sample.lines[0];
  const cells = newCells();
  if (line !== undefined) splitLine(sample.bytes, line.from, line.to, delimiter, cells);
  return JSON.stringify(cellText(sample.bytes, cells, columns.date ?? columns.time ?? 0).slice(0, 40));
}

/** The first format that reads most of the sampled times; a broken line here and there does not hide it. */
function findTimeFormat(sample: Sample, delimiter: number, columns: Columns): TimeFormat | null {
  const cells = newCells();
  const at = columns.date ?? columns.time ?? 0;
  const places = sample.lines.map(({ from, to }) => {
    splitLine(sample.bytes, from, to, delimiter, cells);
    return { from: cells.from[at] ?? 0, to: at < cells.count ? (cells.to[at] ?? 0) : (cells.from[at] ?? 0) };
  });
  const time: PrintedTime = { micros: 0, utc: false };
  let best: { readonly format: TimeFormat; readonly count: number } | null = null;
  for (const format of candidateFormats(sample, places)) {
    const count = places.filter(({ from, to }) => readTime(format, sample.bytes, from, to, time)).length;
    if (count > (best?.count ?? 0)) best = { format, count };
  }
  return best !== null && best.count * 2 >= places.length ? best.format : null;
}

function candidateFormats(sample: Sample, places: readonly { readonly from: number; readonly to: number }[]): readonly TimeFormat[] {
  const formats: TimeFormat[] = [
    { kind: "year_first" },
    { kind: "compact" },
    { kind: "year_last", dayFirst: usesPoints(sample, places) },
    { kind: "year_last", dayFirst: true },
  ];
  const day = dateOfName(sample.name);
  if (day !== null) formats.push({ kind: "millisecond_of_day", day });
  const number: Decimal = { mantissa: 0, decimals: 0, rounded: false };
  const lengths = places.map(({ from, to }) => (readDecimal(sample.bytes, from, to, 9, number) ? wholeDigits(sample.bytes, from, to) : 0));
  const unit = epochUnit(Math.max(...lengths));
  if (unit !== null) formats.push({ kind: "epoch", unit });
  return formats;
}

/** 7.10.2013 has the day first where 10/7/2013 has the month. */
function usesPoints(sample: Sample, places: readonly { readonly from: number; readonly to: number }[]): boolean {
  const first = places[0];
  return first !== undefined && /^\d{1,2}\./.test(asciiText(sample.bytes, first.from, Math.min(first.to, first.from + 3)));
}

function wholeDigits(bytes: Uint8Array, from: number, to: number): number {
  return asciiText(bytes, from, to).split(".")[0]?.length ?? 0;
}

/** A date that stands in a file's name (20131007_spy_minute_trade.csv), as a day number. */
function dateOfName(name: string): number | null {
  const digits = /(?:^|[^0-9])((?:19|20)\d{2})(\d{2})(\d{2})(?:[^0-9][^/\\]*)?$/.exec(name);
  if (digits === null) return null;
  const [year, month, day] = [Number(digits[1]), Number(digits[2]), Number(digits[3])];
  return month >= 1 && month <= 12 && day >= 1 && day <= monthLength(year, month) ? dayNumber(year, month, day) : null;
}

function isLean(time: TimeFormat, bytes: Uint8Array, line: { readonly from: number; readonly to: number }, delimiter: number): boolean {
  if (time.kind === "millisecond_of_day") return true;
  const cells = newCells();
  splitLine(bytes, line.from, line.to, delimiter, cells);
  return time.kind === "compact" && /^\d{8} \d\d:\d\d$/.test(cellText(bytes, cells, 0));
}
