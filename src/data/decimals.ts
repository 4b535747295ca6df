/**
 * Exact prices from text and from doubles: integers at a decimal scale. A file is read in one pass, so the scale grows as decimals appear
 * and is taken down again at the end: the smallest that holds every price (semantics 6.1).
 */
import { powerOfTen } from "../values/wide.ts";

export const DECIMALS_MAX = 9;

const PLUS = 43;
const MINUS = 45;
const POINT = 46;
const ZERO = 48;
const NINE = 57;

/** Where `readDecimal` leaves its number: `mantissa` ÷ 10^`decimals`. */
export interface Decimal {
  mantissa: number;
  decimals: number;
  /** There were more decimals than the limit, and the number was rounded to it, half away from zero. */
  rounded: boolean;
}

/**
 * Reads the number in `bytes[from..to)` into `out`, keeping at most `limit` decimals; zeros at the end of a fraction do not count.
 * False if it is none: empty, NaN, words. Beyond 2^53 the mantissa is not exact any more; the caller bounds it.
 */
export function readDecimal(bytes: Uint8Array, from: number, to: number, limit: number, out: Decimal): boolean {
  const negative = bytes[from] === MINUS;
  const start = negative || bytes[from] === PLUS ? from + 1 : from;
  let at = start;
  let mantissa = 0;
  for (; at < to && isDigit(bytes[at]); at++) mantissa = mantissa * 10 + ((bytes[at] ?? 0) - ZERO);
  const wholeDigits = at - start;
  out.decimals = 0;
  out.rounded = false;
  if (at < to && bytes[at] === POINT) {
    const fraction = at + 1;
    at = fraction;
    while (at < to && isDigit(bytes[at])) at++;
    if (wholeDigits + at - fraction === 0) return false;
    mantissa = readFraction(bytes, mantissa, fraction, at, limit, out);
  } else if (wholeDigits === 0) return false;
  if (at < to) return readExponent(bytes, from, at, to, limit, out);
  out.mantissa = negative ? -mantissa : mantissa;
  return true;
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= ZERO && byte <= NINE;
}

/** Continues `mantissa` with the digits `bytes[from..to)` behind the point. */
function readFraction(bytes: Uint8Array, mantissa: number, from: number, to: number, limit: number, out: Decimal): number {
  let end = to;
  while (end > from && bytes[end - 1] === ZERO) end--;
  const kept = Math.min(end, from + limit);
  let value = mantissa;
  for (let at = from; at < kept; at++) value = value * 10 + ((bytes[at] ?? 0) - ZERO);
  out.decimals = kept - from;
  out.rounded = end > kept;
  return out.rounded && (bytes[kept] ?? 0) >= ZERO + 5 ? value + 1 : value;
}

/** A number such as 1.25e-3, written out and read again. */
function readExponent(bytes: Uint8Array, from: number, at: number, to: number, limit: number, out: Decimal): boolean {
  const parts = /^([+-]?)(\d*)\.?(\d*)[eE]([+-]?\d{1,2})$/.exec(asciiText(bytes, from, to));
  if (parts === null || at === from) return false;
  const [, sign = "", whole = "", fraction = "", power = ""] = parts;
  const digits = whole + fraction;
  const point = whole.length + Number(power);
  const padded = point <= 0 ? "0".repeat(1 - point) + digits : digits.padEnd(point, "0");
  const split = Math.max(point, 1);
  const plain = `${sign}${padded.slice(0, split)}.${padded.slice(split)}`;
  return readDecimal(asciiBytes(plain), 0, plain.length, limit, out);
}

/** What marks the decimals of a number, and so what may group its digits. */
export type DecimalMark = "point" | "comma";

const DRESSED: Readonly<Record<DecimalMark, RegExp>> = {
  point: /^([+-]?)\$?(\d{1,3}(?:,\d{3})+|\d+)((?:\.\d*)?)$/,
  comma: /^([+-]?)\$?(\d{1,3}(?:\.\d{3})+|\d+)((?:,\d*)?)$/,
};
const DRESSED_LENGTH_MAX = 40;

/** Reads a number written for people, such as $1,210.50 or with a decimal comma 1.210,50, into `out`. False if it is none. */
export function readDressed(bytes: Uint8Array, from: number, to: number, mark: DecimalMark, limit: number, out: Decimal): boolean {
  if (to - from > DRESSED_LENGTH_MAX) return false;
  const [, sign, whole, fraction] = DRESSED[mark].exec(asciiText(bytes, from, to)) ?? [];
  if (whole === undefined || fraction === undefined) return false;
  const plain = asciiBytes(`${sign}${whole.replace(/[.,]/g, "")}${fraction.replace(",", ".")}`);
  return readDecimal(plain, 0, plain.length, limit, out);
}

export function asciiText(bytes: Uint8Array, from: number, to: number): string {
  let text = "";
  for (let at = from; at < to; at++) text += String.fromCharCode(bytes[at] ?? 0);
  return text;
}

export function asciiBytes(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0) & 0xff);
}

/** Four columns of prices that are integers at one scale, which can grow and shrink. */
export interface PriceColumns {
  readonly open: Float64Array;
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly close: Float64Array;
}

export function priceColumns(rows: number): PriceColumns {
  return { open: new Float64Array(rows), high: new Float64Array(rows), low: new Float64Array(rows), close: new Float64Array(rows) };
}

export function eachPrice(prices: PriceColumns): readonly Float64Array[] {
  return [prices.open, prices.high, prices.low, prices.close];
}

/** Multiplies the first `rows` prices, in place: from a scale to a finer one. */
export function scaleUp(prices: PriceColumns, rows: number, factor: number): void {
  for (const column of eachPrice(prices)) multiply(column, rows, factor);
}

function multiply(column: Float64Array, rows: number, factor: number): void {
  for (let row = 0; row < rows; row++) column[row] = (column[row] ?? 0) * factor;
}

/** Takes prices at scale `decimals` down to the smallest scale that holds them all, in place. Returns it. */
export function smallestScale(prices: PriceColumns, rows: number, decimals: number): number {
  const columns = eachPrice(prices);
  let scale = decimals;
  while (scale > 0 && columns.every((column) => allMultiplesOfTen(column, rows))) {
    for (const column of columns) for (let row = 0; row < rows; row++) column[row] = (column[row] ?? 0) / 10;
    scale--;
  }
  return scale;
}

function allMultiplesOfTen(column: Float64Array, rows: number): boolean {
  for (let row = 0; row < rows; row++) if ((column[row] ?? 0) % 10 !== 0) return false;
  return true;
}

/**
 * Turns prices into integers at the smallest scale d up to `limit` such that every price is the double nearest to its integer ÷ 10^d (one division,
 * correctly rounded, so equality is the proof). Returns d, or the row that has none, and then the columns are spoilt.
 */
export function ticksOfDoubles(
  prices: PriceColumns,
  rows: number,
  limit: number,
): { readonly decimals: number } | { readonly row: number; readonly price: number } {
  const columns = eachPrice(prices);
  let decimals = 0;
  for (const [index, column] of columns.entries()) {
    let unit = powerOfTen(decimals);
    for (let row = 0; row < rows; row++) {
      const price = column[row] ?? 0;
      while (Math.round(price * unit) / unit !== price) {
        if (++decimals > limit) return { row, price };
        unit = powerOfTen(decimals);
        for (const done of columns.slice(0, index)) multiply(done, rows, 10);
        multiply(column, row, 10);
      }
      column[row] = Math.round(price * unit);
    }
  }
  return { decimals };
}

/** Turns prices into integers at the stated scale, to the nearest. Returns how many were not exactly on it. */
export function snapDoubles(prices: PriceColumns, rows: number, decimals: number): number {
  const unit = powerOfTen(decimals);
  let moved = 0;
  for (const column of eachPrice(prices)) {
    for (let row = 0; row < rows; row++) {
      const price = column[row] ?? 0;
      const ticks = Math.max(1, Math.round(price * unit));
      if (ticks / unit !== price) moved++;
      column[row] = ticks;
    }
  }
  return moved;
}

/** How many decimals of numbers in 1/priceScale of the currency are of a quantum 10^-d, at least none. */
export function decimalsWithin(quantumDecimals: number, priceScale = 1): number {
  return Math.max(0, quantumDecimals - (decimalsOfQuantum(1 / priceScale) ?? 0));
}

/** d of a quantum 10^-d with d from 0 to 9; null for any other number. */
export function decimalsOfQuantum(quantum: number): number | null {
  for (let decimals = 0; decimals <= DECIMALS_MAX; decimals++) if (quantum === 1 / powerOfTen(decimals)) return decimals;
  return null;
}
