/**
 * How a text file of bars is laid out, found on its first lines: delimiter, header, which column is what, and the format of its times.
 * What the user states goes before what is found.
 */
import {
  type ColumnRole,
  type Columns,
  cellText,
  cellTexts,
  columnsOf,
  doubleColumns,
  headerStamp,
  isHeader,
  isNumber,
  namesBars,
  statedColumns,
} from "./columns.ts";
import { asciiText } from "./decimals.ts";
import { CELLS_MAX, isBlank, isComment, lineEnd, newCells, splitLine, textStart } from "./lines.ts";
import { type DataResult, failure } from "./problems.ts";
import { type DateOrder, findTimeFormat, quoteCell, type RowSample } from "./time-formats.ts";
import { addTimeOfDay, type TimeFormat } from "./times.ts";

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
  /** What was taken one way and could be meant another, and what was passed over, in words. */
  readonly notes: readonly string[];
}

/** What the user states about the layout. */
export interface StatedLayout {
  /** Names of the columns in order: "time,open,high,low,close,volume"; "_" for one to leave out. */
  readonly columns: string | undefined;
  readonly dates: DateOrder | undefined;
}

const DELIMITERS = [",", ";", "\t", "|"].map((character) => character.charCodeAt(0));
/** Lines looked at: so many at the head, and as many spread over the rest. */
const SAMPLE_LINES = 500;
/** A header is looked for on so many lines; words before it are passed over. */
const PREAMBLE_LINES_MAX = 20;
/** A longer line is no row of bars. */
const LINE_BYTES_MAX = 65_536;
const PREAMBLE_TEXT_MAX = 60;

interface Line {
  readonly from: number;
  readonly to: number;
  /** Counted from 1. */
  readonly number: number;
}

/** Finds the layout of a text. `name` is the file's name, for messages and for dates that only it holds. */
export function findLayout(bytes: Uint8Array, name: string, stated: StatedLayout): DataResult<Layout> {
  const head = headLines(bytes);
  const [first] = head;
  if (first === undefined) return failure("D102", name, "the file is empty");
  if (head.some((line) => line.to - line.from > LINE_BYTES_MAX))
    return failure("D103", name, `this is no text of rows: a line has more than ${LINE_BYTES_MAX} bytes`);
  const top = findTop(bytes, head, stated.columns !== undefined);
  const cells = newCells();
  splitLine(bytes, top.line.from, top.line.to, top.delimiter, cells);
  if (cells.count > CELLS_MAX)
    return failure("D103", name, `line ${top.line.number} has ${cells.count} columns, at most ${CELLS_MAX} are read`);
  const header = top.isHeader ? cellTexts(bytes, cells) : null;
  const found = stated.columns !== undefined ? statedColumns(stated.columns, name) : columnsOf(bytes, header, cells, name);
  if (!found.ok) return found;
  const dataLine = header === null ? top.line : head[head.indexOf(top.line) + 1];
  if (dataLine === undefined) return failure("D102", name, "there is a header and no row");
  const sample = { bytes, name, delimiter: top.delimiter, lines: sampleLines(bytes, dataLine) };
  const assumed = header === null && stated.columns === undefined ? assumedColumns(found.value) : null;
  const time = timeColumn(sample, found.value, stated.dates, assumed);
  if (!time.ok) return time;
  const lean = assumed !== null && isLean(time.value.format, bytes, dataLine, top.delimiter);
  return {
    ok: true,
    value: {
      delimiter: top.delimiter,
      start: dataLine.from,
      firstLine: dataLine.number,
      width: header?.length ?? widthOf(bytes, dataLine, top.delimiter),
      columns: time.value.columns,
      time: time.value.format,
      stamp: header === null ? null : headerStamp(header),
      lean,
      notes: [
        ...preambleNotes(bytes, head, top.line),
        ...doubleColumns(stated.columns === undefined ? header : null),
        ...time.value.notes,
        ...wordsOf(lean ? null : assumed),
      ],
    },
  };
}

/** The first lines that hold something. */
function headLines(bytes: Uint8Array): readonly Line[] {
  const lines: Line[] = [];
  let number = 1;
  for (let from = textStart(bytes); from < bytes.length && lines.length <= PREAMBLE_LINES_MAX; number++) {
    const to = lineEnd(bytes, from);
    if (!isComment(bytes, from) && !isBlank(bytes, from, to)) lines.push({ from, to, number });
    from = to + 1;
  }
  return lines;
}

/** Lines from `first` on: the next ones, and some spread over the whole file. */
function sampleLines(bytes: Uint8Array, first: Line): RowSample["lines"] {
  const lines: { from: number; to: number }[] = [];
  const add = (from: number): number => {
    const to = lineEnd(bytes, from);
    if (!isComment(bytes, from) && !isBlank(bytes, from, to) && to - from <= LINE_BYTES_MAX) lines.push({ from, to });
    return to + 1;
  };
  let from = first.from;
  while (from < bytes.length && lines.length < SAMPLE_LINES) from = add(from);
  const step = Math.floor((bytes.length - from) / SAMPLE_LINES);
  for (let at = from + step; step > 0 && at < bytes.length; at += step) {
    const next = lineEnd(bytes, at) + 1;
    if (next < bytes.length) add(next);
  }
  return lines;
}

/**
 * The line where the table begins: the first that names the columns of bars; without one, the first line. Where the columns are stated, words that
 * we do not know are a header too.
 */
function findTop(
  bytes: Uint8Array,
  head: readonly Line[],
  columnsStated: boolean,
): { readonly line: Line; readonly delimiter: number; readonly isHeader: boolean } {
  const [first] = head;
  if (first === undefined) throw new Error("a file without lines has no table");
  const cells = newCells();
  for (const line of head) {
    const delimiter = findDelimiter(bytes, line);
    splitLine(bytes, line.from, line.to, delimiter, cells);
    if (namesBars(cellTexts(bytes, cells))) return { line, delimiter, isHeader: true };
  }
  const delimiter = findDelimiter(bytes, first);
  splitLine(bytes, first.from, first.to, delimiter, cells);
  const texts = cellTexts(bytes, cells);
  return { line: first, delimiter, isHeader: isHeader(texts) || (columnsStated && !texts.some(isNumber)) };
}

/** The delimiter that splits a line into the most cells. */
export function findDelimiter(bytes: Uint8Array, line: Pick<Line, "from" | "to">): number {
  const cells = newCells();
  let best = { delimiter: DELIMITERS[0] ?? 0, count: 0 };
  for (const delimiter of DELIMITERS) {
    splitLine(bytes, line.from, line.to, delimiter, cells);
    if (cells.count > best.count) best = { delimiter, count: cells.count };
  }
  return best.delimiter;
}

function preambleNotes(bytes: Uint8Array, head: readonly Line[], top: Line): readonly string[] {
  const before = head.filter((line) => line.number < top.number);
  const [first] = before;
  if (first === undefined) return [];
  const text = asciiText(bytes, first.from, Math.min(first.to, first.from + PREAMBLE_TEXT_MAX)).trim();
  return [`the header is in line ${top.number}: ${before.length} before it left out (${JSON.stringify(text)})`];
}

interface TimeColumn {
  readonly columns: Columns;
  readonly format: TimeFormat;
  readonly notes: readonly string[];
}

/** Settles which column or columns hold the time, and in which format. Where a column of times has the date in it, one of dates is not needed. */
function timeColumn(sample: RowSample, columns: Columns, dates: DateOrder | undefined, assumed: string | null): DataResult<TimeColumn> {
  const { date, ...others } = columns;
  if (date !== undefined && columns.time !== undefined) {
    const whole = findTimeFormat(sample, columns.time, dates);
    const split = findTimeFormat(sample, date, dates);
    if (whole !== null && (split === null || !secondIsTimeOfDay(sample, columns.time)))
      return { ok: true, value: { columns: others, format: whole.format, notes: wordsOf(whole.note) } };
  }
  const column = date ?? columns.time ?? 0;
  const found = findTimeFormat(sample, column, dates);
  if (found !== null) return { ok: true, value: { columns, format: found.format, notes: wordsOf(found.note) } };
  const problem = `the time ${quoteCell(sample, column)} is in no format I know`;
  return failure("D104", sample.name, assumed === null ? problem : `${problem}; ${assumed}`);
}

/** The columns of a file without a header, which nothing in it confirms. */
function assumedColumns(columns: Columns): string {
  const roles = Object.entries(columns).toSorted(([, a], [, b]) => a - b);
  return `no header: columns taken as ${roles.map(([role]) => role).join(", ")} (state --columns to say otherwise)`;
}

function wordsOf(note: string | null): readonly string[] {
  return note === null ? [] : [note];
}

function secondIsTimeOfDay(sample: RowSample, column: number): boolean {
  const cells = newCells();
  const read = sample.lines.filter(({ from, to }) => {
    splitLine(sample.bytes, from, to, sample.delimiter, cells);
    return addTimeOfDay(sample.bytes, cells.from[column] ?? 0, cells.to[column] ?? 0, { micros: 0, utc: false });
  });
  return read.length * 2 > sample.lines.length;
}

function widthOf(bytes: Uint8Array, line: { readonly from: number; readonly to: number }, delimiter: number): number {
  const cells = newCells();
  splitLine(bytes, line.from, line.to, delimiter, cells);
  return cells.count;
}

function isLean(time: TimeFormat, bytes: Uint8Array, line: { readonly from: number; readonly to: number }, delimiter: number): boolean {
  if (time.kind === "millisecond_of_day") return true;
  const cells = newCells();
  splitLine(bytes, line.from, line.to, delimiter, cells);
  return time.kind === "compact" && /^\d{8} \d\d:\d\d$/.test(cellText(bytes, cells, 0));
}
