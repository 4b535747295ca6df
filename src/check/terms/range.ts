/**
 * What is known of a value's size: an interval, whether it can be 0, whether it is whole. A bool is 0 or 1.
 * The arithmetic is that of intervals; a bound that is infinite means "no bound", never that the value is infinite. Rounding is monotonic, so the
 * bounds of one operation are those of its rounded ends; where several roundings add up there is room for them.
 * A product or quotient is not 0 where its bounds say so: of factors that are merely not 0 it may underflow.
 */
import { applyPower } from "../../graph/evaluate.ts";

export interface Range {
  readonly low: number;
  readonly high: number;
  readonly nonzero: boolean;
  readonly integer: boolean;
}

export function range(low: number, high: number, flags: { readonly nonzero?: boolean; readonly integer?: boolean } = {}): Range {
  return {
    low: low + 0,
    high: high + 0,
    nonzero: flags.nonzero === true || low > 0 || high < 0,
    integer: flags.integer === true || (low === high && Number.isInteger(low)),
  };
}

export const ANY_NUMBER = range(-Infinity, Infinity);
export const ANY_BOOL = range(0, 1, { integer: true });
/** More than any count of rows, ticks or microseconds; up to it whole numbers are exact. */
export const COUNT_MAX = Number(1n << 53n);
/** A price is 1 to 2^53 ticks, and a tick 10^−9 to 1. */
const PRICE_MIN = 1e-9;
export const PRICE = range(PRICE_MIN, COUNT_MAX);
export const NOT_NEGATIVE = range(0, Infinity);

export function point(value: number): Range {
  return range(value, value);
}

/** The one value a range admits, or undefined. */
export function pointOf(a: Range): number | undefined {
  return a.low === a.high ? a.low : undefined;
}

export function canBeZero(a: Range): boolean {
  return !a.nonzero && a.low <= 0 && a.high >= 0;
}

export function isPositive(a: Range): boolean {
  return a.low > 0 || (a.low === 0 && a.nonzero);
}

/** Whether every value of `a` is one of `b`. */
export function isWithin(a: Range, b: Range): boolean {
  return a.low >= b.low && a.high <= b.high && (!b.nonzero || !canBeZero(a)) && (!b.integer || a.integer);
}

export function hull(a: Range, b: Range): Range {
  return range(Math.min(a.low, b.low), Math.max(a.high, b.high), {
    nonzero: !canBeZero(a) && !canBeZero(b),
    integer: a.integer && b.integer,
  });
}

/** What both say. Where they contradict each other the place is never reached, and the second is as good as any. */
export function intersect(a: Range, b: Range): Range {
  const low = Math.max(a.low, b.low);
  const high = Math.min(a.high, b.high);
  if (low > high) return b;
  return range(low, high, { nonzero: a.nonzero || b.nonzero, integer: a.integer || b.integer });
}

/** `previous`, with each bound that `next` leaves given up. */
export function widen(previous: Range, next: Range): Range {
  return range(next.low < previous.low ? -Infinity : previous.low, next.high > previous.high ? Infinity : previous.high, {
    nonzero: previous.nonzero && !canBeZero(next),
    integer: previous.integer && next.integer,
  });
}

export function negate(a: Range): Range {
  return range(-a.high, -a.low, a);
}

export function absolute(a: Range): Range {
  if (a.low >= 0) return a;
  if (a.high <= 0) return negate(a);
  return range(0, Math.max(-a.low, a.high), a);
}

export function add(a: Range, b: Range): Range {
  return range(a.low + b.low, a.high + b.high, {
    nonzero: (isPositive(a) && b.low >= 0) || (isPositive(b) && a.low >= 0),
    integer: a.integer && b.integer,
  });
}

export function subtract(a: Range, b: Range): Range {
  return range(a.low - b.high, a.high - b.low, { integer: a.integer && b.integer });
}

/** A corner of a product or quotient; 0 × ∞ and ∞ ÷ ∞ are limits that the other corners hold. */
function corner(value: number): number {
  return Number.isNaN(value) ? 0 : value;
}

function span(corners: readonly number[], integer: boolean): Range {
  const values = corners.map(corner);
  return range(Math.min(...values), Math.max(...values), { integer });
}

export function multiply(a: Range, b: Range): Range {
  const integer = a.integer && b.integer;
  const product = span([a.low * b.low, a.low * b.high, a.high * b.low, a.high * b.high], integer);
  return integer && !canBeZero(a) && !canBeZero(b) ? { ...product, nonzero: true } : product;
}

export function square(a: Range): Range {
  const size = absolute(a);
  return multiply(size, size);
}

/** a ÷ b, where there is an answer. */
export function divide(a: Range, b: Range): Range {
  if (b.low < 0 && b.high > 0) return ANY_NUMBER;
  const low = b.low === 0 ? 0 : b.low;
  const high = b.high === 0 ? -0 : b.high;
  return span([a.low / low, a.low / high, a.high / low, a.high / high], false);
}

export function minimum(a: Range, b: Range): Range {
  return range(Math.min(a.low, b.low), Math.min(a.high, b.high), {
    nonzero: !canBeZero(a) && !canBeZero(b),
    integer: a.integer && b.integer,
  });
}

export function maximum(a: Range, b: Range): Range {
  const nonzero = (!canBeZero(a) && !canBeZero(b)) || isPositive(a) || isPositive(b);
  return range(Math.max(a.low, b.low), Math.max(a.high, b.high), { nonzero, integer: a.integer && b.integer });
}

/** The larger end's distance from 0. */
function magnitude(a: Range): number {
  return Math.max(-a.low, a.high);
}

/** a − b × floor(a ÷ b): of the sign of b, but for the rounding of the quotient where it is not one of whole numbers. */
export function modulo(a: Range, b: Range): Range {
  const integer = a.integer && b.integer;
  const room = integer && magnitude(a) <= COUNT_MAX ? 0 : magnitude(a) * ROUNDING;
  return range(Math.min(b.low, 0) - room, Math.max(b.high, 0) + room, { integer });
}

/** What several roundings in a row may change, as a part of the larger value. */
const ROUNDING = 2 ** -40;
/** The grain of the exact sums (semantics 6.6). */
const SUM_GRAIN = 2 ** -72;

/** The elements of `a` as a sum takes them in and a mean gives them back: whole bounds hold, others have room. */
export function summed(a: Range): Range {
  const low = Number.isInteger(a.low) ? a.low : a.low - Math.abs(a.low) * ROUNDING - SUM_GRAIN;
  const high = Number.isInteger(a.high) ? a.high : a.high + Math.abs(a.high) * ROUNDING + SUM_GRAIN;
  return range(low, high);
}

/** A weighted mean of values of `a`, `p + k × (x − p)`: a bound of 0 holds, and a whole bound of values of one sign that is not the smaller. */
export function blended(a: Range): Range {
  const room = magnitude(a) * BLEND_ROUNDING;
  const isWholeEnd = (end: number, other: number) => Number.isInteger(end) && end * other >= 0 && Math.abs(end) >= Math.abs(other);
  const low = a.low === 0 || isWholeEnd(a.low, a.high) ? a.low : a.low > 0 ? Math.max(0, a.low - room) : a.low - room;
  const high = a.high === 0 || isWholeEnd(a.high, a.low) ? a.high : a.high < 0 ? Math.min(0, a.high + room) : a.high + room;
  return range(low, high);
}

/** The roundings of a recursion add up until its past is forgotten. */
const BLEND_ROUNDING = 2 ** -20;

export function floor(a: Range): Range {
  return range(Math.floor(a.low), Math.floor(a.high), { integer: true });
}

export function squareRoot(a: Range): Range {
  return range(Math.sqrt(Math.max(a.low, 0)), Math.sqrt(Math.max(a.high, 0)), { nonzero: a.nonzero });
}

/** Below −700 the exponential may underflow to 0. */
export function exponential(a: Range): Range {
  return range(a.low >= 0 ? 1 : 0, a.high <= 0 ? 1 : Infinity, { nonzero: a.low > -700 });
}

export function logarithm(a: Range): Range {
  return range(a.low >= 1 ? 0 : -Infinity, a.high <= 1 ? 0 : Infinity);
}

/** Repeated squaring as a run does it, which is monotonic from 0 on. */
function raised(end: number, exponent: number): number {
  const value = applyPower(end, exponent);
  return typeof value === "number" ? value : Number.POSITIVE_INFINITY;
}

/** a to a whole power, where there is an answer. */
export function power(a: Range, exponent: number): Range {
  if (exponent === 0) return point(1);
  if (exponent < 0) return divide(point(1), power(a, -exponent));
  const { integer } = a;
  if (a.low >= 0) return range(raised(a.low, exponent), raised(a.high, exponent), { integer, nonzero: integer && a.nonzero });
  if (exponent % 2 === 0) return power(absolute(a), exponent);
  if (a.high <= 0) return negate(power(negate(a), exponent));
  return range(-raised(-a.low, exponent), raised(a.high, exponent), { integer, nonzero: integer && a.nonzero });
}

export function realPower(a: Range): Range {
  return a.low >= 0 ? NOT_NEGATIVE : ANY_NUMBER;
}

/** The truth of a comparison: [1, 1] always, [0, 0] never. */
function truth(always: boolean, never: boolean): Range {
  return always ? point(1) : never ? point(0) : ANY_BOOL;
}

/** Whether the two can only meet at 0, and one of them is never 0. */
function touchOnlyAtExcludedZero(lower: number, upper: number, a: Range, b: Range): boolean {
  return lower === 0 && upper === 0 && (a.nonzero || b.nonzero);
}

export function lessThan(a: Range, b: Range): Range {
  return truth(a.high < b.low || touchOnlyAtExcludedZero(a.high, b.low, a, b), a.low >= b.high);
}

export function atMost(a: Range, b: Range): Range {
  return truth(a.high <= b.low, a.low > b.high || touchOnlyAtExcludedZero(a.low, b.high, a, b));
}

export function equals(a: Range, b: Range): Range {
  const common = intersect(a, b);
  const apart = a.high < b.low || b.high < a.low || (pointOf(common) === 0 && (a.nonzero || b.nonzero));
  return truth(a.low === a.high && b.low === b.high && a.low === b.low, apart);
}

export function not(a: Range): Range {
  return range(1 - a.high, 1 - a.low, { integer: true });
}

/** What lies in `a`, as a message demands it: "a whole number in 1..5000", "in 0..1", "above 0". */
export function rangeDemand(a: Range): string {
  const text = rangeText(a);
  const bounds = text.includes("..") ? `in ${text}` : text;
  return a.integer ? `a whole number${bounds === "" ? "" : ` ${bounds}`}` : bounds;
}

/** "0..100", "above 0", "5"; empty where nothing is known. Bounds that no value comes near are left out. */
export function rangeText(a: Range): string {
  if (a.low === a.high) return String(a.low);
  const [isBelow, isAbove] = [a.low <= -COUNT_MAX, a.high >= COUNT_MAX];
  if (isBelow && isAbove) return "";
  if (isAbove && a.low >= 0 && a.low <= PRICE_MIN) return a.nonzero ? "above 0" : "0 or more";
  if (isAbove) return `${a.low} or more`;
  return isBelow ? `at most ${a.high}` : `${a.low}..${a.high}`;
}
