/** Events in normal form: in order of time, each with an end of its own in UTC microseconds, prices as integer ticks of the smallest quantum (semantics 12.1, 12.2). */
import type { EventKind } from "../../market/bars.ts";
import { type CalendarName, calendarNamed, outsideCalendar } from "../../market/calendars.ts";
import { powerOfTen } from "../../values/wide.ts";
import { newYorkInstants } from "../ends.ts";
import { civilText, utcText } from "../instants.ts";
import { type DataResult, describeRepairs, type FindingLog, failure, problem, type Repair, record, standing } from "../problems.ts";
import { BOOK_FLAG, RAW_DECIMALS, type RawEvents } from "./raw.ts";

/** Columns of one length by name: `time`; of quotes `bid bid_size ask ask_size`; of trades and book changes `price size flags`. */
export type EventTable = Readonly<Record<string, Float64Array>> & { readonly time: Float64Array };

export interface NormalEvents {
  readonly kind: EventKind;
  /** Quotes, trades, or changes of the book: those of one update have one time. */
  readonly rows: number;
  readonly table: EventTable;
  readonly priceDecimals: number;
  readonly notes: readonly string[];
  readonly repairs: readonly Repair[];
}

export interface EventOptions {
  readonly calendar: CalendarName;
  /** Whose clock times are of that say it not themselves. */
  readonly zone: "utc" | "exchange" | undefined;
  /** d of the stated quantum 10^-d; null where none is. */
  readonly quantumDecimals: number | null;
}

/** The normal form of `files`, all of one kind, whose rows' findings are in `log` already. */
export function normalEvents(files: readonly RawEvents[], options: EventOptions, log: FindingLog): DataResult<NormalEvents> {
  const { calendar, zone, quantumDecimals } = options;
  const [first] = files;
  if (first === undefined) throw new Error("events of no file");
  const notes = files.flatMap((file) => file.notes);
  const clock = zone ?? (calendar === "nyse" ? "exchange" : "utc");
  if (files.some(({ utc }) => !utc))
    notes.push(`times taken as ${clock === "utc" ? "UTC" : "New York time"} (state --zone to say otherwise)`);
  const ordered = files.map((file) => inOrder(file, clock, log)).sort((a, b) => (a.instants[0] ?? 0) - (b.instants[0] ?? 0));
  const problems = [...standing(log)];
  const table = tableOf(first.kind, ordered, notes);
  const { time } = table;
  for (const end of time.length === 0 ? [] : [time[0] ?? 0, time[time.length - 1] ?? 0]) {
    const outside = outsideCalendar(calendarNamed(calendar), end);
    if (outside !== null) problems.push(problem("D107", first.file, 0, outside.message));
  }
  if (problems.length > 0) return { ok: false, problems };
  if (time.length === 0) return failure("D102", first.file, `no ${first.kind}`);
  const prices = ["bid", "ask", "price"].map((name) => table[name]).filter((column) => column !== undefined);
  const needed = smallestDecimals(prices);
  const priceDecimals = quantumDecimals ?? needed;
  if (needed > priceDecimals) return failure("D210", first.file, `prices have ${needed} decimals, the stated quantum ${priceDecimals}`);
  divide(prices, powerOfTen(RAW_DECIMALS - priceDecimals));
  const { repairs } = log;
  return {
    ok: true,
    value: { kind: first.kind, rows: time.length, table, priceDecimals, notes: [...notes, ...describeRepairs(log)], repairs },
  };
}

/** A file with its rows in order of time. */
interface Ordered {
  readonly file: RawEvents;
  /** Rows of the file, and their instants. */
  readonly rows: Uint32Array;
  readonly instants: Float64Array;
}

function inOrder(file: RawEvents, clock: "utc" | "exchange", log: FindingLog): Ordered {
  const convert = file.utc || clock === "utc" ? (printed: number) => printed : newYorkInstants();
  const rows = new Uint32Array(file.rows);
  const times = new Float64Array(file.rows);
  let [count, falls, last] = [0, 0, Number.NEGATIVE_INFINITY];
  for (let row = 0; row < file.rows; row++) {
    const printed = file.time[row] ?? 0;
    const found = convert(printed);
    if (typeof found !== "number") {
      record(log, found, file.file, file.line[row] ?? 0, () => `${civilText(printed)} in New York`);
      continue;
    }
    if (found < last) {
      falls += 1;
      record(log, "D215", file.file, file.line[row] ?? 0, () => `${utcText(found)} comes after ${utcText(last)}`);
    } else last = found;
    rows[count] = row;
    times[row] = found;
    count += 1;
  }
  const kept = rows.subarray(0, count);
  if (falls > 0) kept.sort((a, b) => (times[a] ?? 0) - (times[b] ?? 0) || a - b);
  return { file, rows: kept, instants: Float64Array.from(kept, (row) => times[row] ?? 0) };
}

function tableOf(kind: EventKind, files: readonly Ordered[], notes: string[]): EventTable {
  return kind === "quotes" ? quoteTable(files, notes) : changeTable(files, kind);
}

/** The end of the event after one that ends at `last`: no two end together. */
function endAfter(last: number, instant: number): number {
  return Math.max(instant + 1, last + 1);
}

/**
 * Quotes as they stand after each row; a side that a row does not name stays. A row of the bid alone and the next of the ask alone, at the same time, are one
 * quote. What is crossed is no event.
 */
function quoteTable(files: readonly Ordered[], notes: string[]): EventTable {
  const capacity = files.reduce((sum, { rows }) => sum + rows.length, 0);
  const column = (): Float64Array => new Float64Array(capacity);
  const table = { time: column(), bid: column(), bid_size: column(), ask: column(), ask_size: column() };
  let [count, crossed, end] = [0, 0, Number.NEGATIVE_INFINITY];
  for (const { file, rows, instants } of files) {
    let [bid, bidSize, ask, askSize] = [0, 0, 0, 0];
    for (const [index, row] of rows.entries()) {
      const [newBid = 0, newAsk = 0] = [file.price[row], file.ask[row]];
      if (newBid > 0) [bid, bidSize] = [newBid, file.size[row] ?? 0];
      if (newAsk > 0) [ask, askSize] = [newAsk, file.askSize[row] ?? 0];
      if (bid === 0 || ask === 0 || (newAsk === 0 && isOtherHalf(file, rows[index + 1], instants[index] === instants[index + 1]))) continue;
      if (bid >= ask) {
        crossed += 1;
        continue;
      }
      end = endAfter(end, instants[index] ?? 0);
      table.time[count] = end;
      table.bid[count] = bid;
      table.bid_size[count] = bidSize;
      table.ask[count] = ask;
      table.ask_size[count] = askSize;
      count += 1;
    }
  }
  if (crossed > 0) notes.push(`${crossed} quotes whose bid is not below the ask are no events`);
  const cut = (values: Float64Array): Float64Array => values.slice(0, count);
  const { time, bid, bid_size, ask, ask_size } = table;
  return { time: cut(time), bid: cut(bid), bid_size: cut(bid_size), ask: cut(ask), ask_size: cut(ask_size) };
}

/** Whether the next row brings the ask alone that belongs to a bid before it. */
function isOtherHalf({ price, ask }: RawEvents, next: number | undefined, isSameTime: boolean): boolean {
  return next !== undefined && isSameTime && price[next] === 0 && (ask[next] ?? 0) > 0;
}

/** Trades, each with an end of its own; changes of a book, each update with one. */
function changeTable(files: readonly Ordered[], kind: EventKind): EventTable {
  const rows = files.reduce((sum, file) => sum + file.rows.length, 0);
  const column = (): Float64Array => new Float64Array(rows);
  const [time, price, size, flags] = [column(), column(), column(), column()];
  let [at, end] = [0, Number.NEGATIVE_INFINITY];
  for (const ordered of files) {
    const { file, instants } = ordered;
    for (const [index, row] of ordered.rows.entries()) {
      const flag = file.flags[row] ?? 0;
      if (kind === "trades" || (flag & BOOK_FLAG.first) !== 0) end = endAfter(end, instants[index] ?? 0);
      time[at] = end;
      price[at] = file.price[row] ?? 0;
      size[at] = file.size[row] ?? 0;
      flags[at] = flag;
      at += 1;
    }
  }
  return { time, price, size, flags };
}

/** d of the smallest quantum that holds all raw prices. */
function smallestDecimals(columns: readonly Float64Array[]): number {
  let decimals = RAW_DECIMALS;
  while (decimals > 0 && columns.every((column) => column.every((price) => price % powerOfTen(RAW_DECIMALS - decimals + 1) === 0)))
    decimals -= 1;
  return decimals;
}

function divide(columns: readonly Float64Array[], factor: number): void {
  for (const column of columns) for (let row = 0; row < column.length; row++) column[row] = (column[row] ?? 0) / factor;
}
