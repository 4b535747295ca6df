/** Which column of a file holds what: by the words of its header, by the usual order, or as stated. */
import { asciiText } from "./decimals.ts";
import type { Cells } from "./lines.ts";
import { type DataResult, failure } from "./problems.ts";
import { addTimeOfDay } from "./times.ts";

export type ColumnRole = "time" | "date" | "open" | "high" | "low" | "close" | "volume" | "symbol";

const HEADER_TEXT_MAX = 200;

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
  last: "close",
  volume: "volume",
  vol: "volume",
  v: "volume",
  tickvol: "volume",
  tickvolume: "volume",
  symbol: "symbol",
  ticker: "symbol",
};

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

export function isNumber(text: string): boolean {
  return /^[+-]?\d/.test(text);
}

/** Whether cells name columns rather than hold values. */
export function isHeader(texts: readonly string[]): boolean {
  return texts.every((text) => !isNumber(text)) && texts.some((text) => headerRole(text) !== undefined);
}

/** Whether cells name all that bars need. */
export function namesBars(texts: readonly string[]): boolean {
  const roles = new Set(texts.map(headerRole));
  return isHeader(texts) && (["open", "high", "low", "close"] as const).every((role) => roles.has(role));
}

/** Position of each column. */
export type Columns = Partial<Record<ColumnRole, number>>;

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

/** What the header says its times stamp. */
export function headerStamp(header: readonly string[]): "start" | "end" | null {
  const words = header.map(headerWord).filter((word) => HEADER_WORDS[word] === "time");
  return words[0] === "opentime" ? "start" : words[0] === "closetime" ? "end" : null;
}

/** Columns as stated: names in their order, `_` for one to leave out. */
export function statedColumns(stated: string, name: string): DataResult<Columns> {
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
  return failure("D103", name, `no column for ${missing.join(", ")} in ${JSON.stringify(header.slice(0, HEADER_TEXT_MAX))}`);
}

/** Columns by the header, or by their number where there is none. */
export function columnsOf(bytes: Uint8Array, header: readonly string[] | null, cells: Cells, name: string): DataResult<Columns> {
  return header === null ? bareColumns(bytes, cells, name) : headerColumns(header, name);
}

/** Columns of a file without a header, by their number: the usual order, with date and time in one cell or two. */
function bareColumns(bytes: Uint8Array, cells: Cells, name: string): DataResult<Columns> {
  const secondIsTime =
    addTimeOfDay(bytes, cells.from[1] ?? 0, cells.to[1] ?? 0, { micros: 0, utc: false }) && cellText(bytes, cells, 1).includes(":");
  if (secondIsTime && (cells.count === 6 || cells.count === 7)) {
    return { ok: true, value: { date: 0, time: 1, open: 2, high: 3, low: 4, close: 5, ...(cells.count === 7 ? { volume: 6 } : {}) } };
  }
  if (cells.count === 5) return { ok: true, value: { time: 0, open: 1, high: 2, low: 3, close: 4 } };
  if (cells.count === 6) return { ok: true, value: { time: 0, open: 1, high: 2, low: 3, close: 4, volume: 5 } };
  const hint = cells.count === 11 ? "; eleven columns look like quotes, and bars of trades are needed" : "";
  const columns = `${cells.count} column${cells.count === 1 ? "" : "s"}`;
  return failure("D103", name, `no header, and ${columns} where 5 (time,open,high,low,close) or 6 (and volume) were expected${hint}`);
}

/** Columns of one meaning: the first is taken. */
export function doubleColumns(header: readonly string[] | null): readonly string[] {
  if (header === null) return [];
  const taken = new Map<ColumnRole, string>();
  const notes: string[] = [];
  for (const text of header) {
    const role = headerRole(text);
    const first = role === undefined ? undefined : taken.get(role);
    if (role !== undefined && first === undefined) taken.set(role, text);
    if (first !== undefined)
      notes.push(`the column ${first} is taken as the ${role}, ${text} is left out (state --columns to say otherwise)`);
  }
  return notes;
}

export function cellText(bytes: Uint8Array, cells: Cells, index: number): string {
  return asciiText(bytes, cells.from[index] ?? 0, cells.to[index] ?? 0);
}

export function cellTexts(bytes: Uint8Array, cells: Cells): readonly string[] {
  return Array.from({ length: Math.min(cells.count, cells.from.length) }, (_, index) => cellText(bytes, cells, index));
}
