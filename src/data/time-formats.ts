/** Which format the times of a file are in, found on a sample of its rows. */
import { dayNumber, monthLength } from "../values/civil-date.ts";
import { asciiText, type Decimal, readDecimal } from "./decimals.ts";
import { type Cells, newCells, splitLine } from "./lines.ts";
import { epochUnit, type PrintedTime, readTime, type TimeFormat } from "./times.ts";

/** Lines that stand for a file's rows. */
export interface RowSample {
  readonly bytes: Uint8Array;
  readonly name: string;
  readonly delimiter: number;
  readonly lines: readonly { readonly from: number; readonly to: number }[];
}

/** Whether 02/03/2019 is the third of February or the second of March, where it is stated. */
export type DateOrder = "month-first" | "day-first";

export interface FoundFormat {
  readonly format: TimeFormat;
  /** Share of the sampled rows that it reads. */
  readonly share: number;
  /** A choice that the rows do not settle, in words. */
  readonly note: string | null;
}

interface Place {
  readonly from: number;
  readonly to: number;
}

const CELL_TEXT_MAX = 40;

/** The start of a cell of the sample's first row, quoted for a message. */
export function quoteCell(sample: RowSample, column: number): string {
  const [place] = placesOf({ ...sample, lines: sample.lines.slice(0, 1) }, column);
  return JSON.stringify(place === undefined ? "" : asciiText(sample.bytes, place.from, Math.min(place.to, place.from + CELL_TEXT_MAX)));
}

/** The format that reads most of the sampled cells of `column`; a broken row here and there does not hide it. Null where none reads half of them. */
export function findTimeFormat(sample: RowSample, column: number, order: DateOrder | undefined): FoundFormat | null {
  const places = placesOf(sample, column);
  const time: PrintedTime = { micros: 0, utc: false };
  const countOf = (format: TimeFormat): number => places.filter(({ from, to }) => readTime(format, sample.bytes, from, to, time)).length;
  let best: { readonly format: TimeFormat; readonly count: number } | null = null;
  for (const format of candidateFormats(sample, places, order)) {
    const count = countOf(format);
    if (count > (best?.count ?? 0)) best = { format, count };
  }
  if (best === null || best.count * 2 < places.length) return null;
  return { format: best.format, share: best.count / places.length, note: orderNote(sample, places, best, order, countOf) };
}

function placesOf(sample: RowSample, column: number): readonly Place[] {
  const cells: Cells = newCells();
  return sample.lines.map(({ from, to }) => {
    splitLine(sample.bytes, from, to, sample.delimiter, cells);
    return { from: cells.from[column] ?? 0, to: column < cells.count ? (cells.to[column] ?? 0) : (cells.from[column] ?? 0) };
  });
}

/** Says which way round dates were read where both ways read as many. */
function orderNote(
  sample: RowSample,
  places: readonly Place[],
  { format, count }: { readonly format: TimeFormat; readonly count: number },
  order: DateOrder | undefined,
  countOf: (format: TimeFormat) => number,
): string | null {
  if (format.kind !== "year_last" || order !== undefined) return null;
  if (countOf({ ...format, dayFirst: !format.dayFirst }) < count) return null;
  const [first] = places;
  const text = first === undefined ? "" : asciiText(sample.bytes, first.from, Math.min(first.to, first.from + CELL_TEXT_MAX));
  const [taken, other] = format.dayFirst ? ["day first", "month-first"] : ["month first", "day-first"];
  return `dates such as ${text} taken as ${taken}: the usual, for the rows do not show it (state --dates ${other} to say otherwise)`;
}

function candidateFormats(sample: RowSample, places: readonly Place[], order: DateOrder | undefined): readonly TimeFormat[] {
  const usual = usesPoints(sample, places);
  const dayFirst = order === undefined ? [usual, !usual] : [order === "day-first"];
  const formats: TimeFormat[] = [
    { kind: "year_first" },
    { kind: "compact" },
    ...dayFirst.map((first) => ({ kind: "year_last", dayFirst: first }) as const),
  ];
  const day = dateOfName(sample.name);
  if (day !== null) formats.push({ kind: "millisecond_of_day", day });
  const number: Decimal = { mantissa: 0, decimals: 0, rounded: false };
  const lengths = places.map(({ from, to }) => (readDecimal(sample.bytes, from, to, 9, number) ? wholeDigits(sample.bytes, from, to) : 0));
  const unit = epochUnit(lengths.reduce((longest, length) => Math.max(longest, length), 0));
  if (unit !== null) formats.push({ kind: "epoch", unit });
  return formats;
}

/** 7.10.2013 has the day first where 10/7/2013 has the month. */
function usesPoints(sample: RowSample, places: readonly Place[]): boolean {
  const first = places[0];
  return first !== undefined && /^\d{1,2}\./.test(asciiText(sample.bytes, first.from, Math.min(first.to, first.from + 3)));
}

function wholeDigits(bytes: Uint8Array, from: number, to: number): number {
  return asciiText(bytes, from, Math.min(to, from + CELL_TEXT_MAX)).split(".")[0]?.length ?? 0;
}

/** A date that stands in a file's name (20131007_spy_minute_trade.csv), as a day number. */
function dateOfName(name: string): number | null {
  const digits = /(?:^|[^0-9])((?:19|20)\d{2})(\d{2})(\d{2})(?:[^0-9][^/\\]*)?$/.exec(name);
  if (digits === null) return null;
  const [year, month, day] = [Number(digits[1]), Number(digits[2]), Number(digits[3])];
  return month >= 1 && month <= 12 && day >= 1 && day <= monthLength(year, month) ? dayNumber(year, month, day) : null;
}
