/**
 * Exact fractions, as rates, limits and slippage are, and their products with integers, rounded one way. Small products are done in
 * float64, where they are exact; the others in BigInt, with the same result.
 */
import { bigPowerOfTen, knownDecimal } from "./decimal.ts";

/** A fraction in lowest terms, its denominator positive. Made by the functions below only. */
export interface Ratio {
  readonly numerator: bigint;
  readonly denominator: bigint;
  /** The same as numbers; the numerator is infinite where one of them is not a safe integer, so that no product with it is taken for exact. */
  readonly fast: { readonly numerator: number; readonly denominator: number };
}

export function ratio(numerator: bigint, denominator: bigint): Ratio {
  if (denominator <= 0n) throw new Error(`a denominator of ${denominator}`);
  const divisor = greatestCommonDivisor(numerator < 0n ? -numerator : numerator, denominator);
  const lowest = { numerator: numerator / divisor, denominator: denominator / divisor };
  const small = isSafe(lowest.numerator) && isSafe(lowest.denominator);
  const fast = small
    ? { numerator: Number(lowest.numerator), denominator: Number(lowest.denominator) }
    : { numerator: Number.POSITIVE_INFINITY, denominator: 1 };
  return { ...lowest, fast };
}

/** The fraction that exact decimal text writes. */
export function ratioOf(text: string): Ratio {
  const { coefficient, decimals } = knownDecimal(text);
  return ratio(coefficient, bigPowerOfTen(decimals));
}

/** 1 + r. */
export function onePlus(r: Ratio): Ratio {
  return ratio(r.denominator + r.numerator, r.denominator);
}

/** 1 − r. */
export function oneMinus(r: Ratio): Ratio {
  return ratio(r.denominator - r.numerator, r.denominator);
}

/** 1 ÷ r, r above 0. */
export function inverse(r: Ratio): Ratio {
  return ratio(r.denominator, r.numerator);
}

/** The float64 nearest to it where its parts are safe integers. */
export function ratioNumber({ numerator, denominator }: Ratio): number {
  return Number(numerator) / Number(denominator);
}

export function timesPowerOfTen(r: Ratio, exponent: number): Ratio {
  const power = bigPowerOfTen(Math.abs(exponent));
  return exponent < 0 ? ratio(r.numerator, r.denominator * power) : ratio(r.numerator * power, r.denominator);
}

/**
 * Floor of units × r. The division in float64 is exact enough: for an integer |a| < 2^53 and b > 0 the quotient is off by less than 1/b,
 * the least distance of a/b to an integer it is not.
 */
export function productDown(units: number, r: Ratio): number {
  const product = units * r.fast.numerator;
  if (Math.abs(product) < Number.MAX_SAFE_INTEGER) return Math.floor(product / r.fast.denominator);
  return Number(floorDivide(BigInt(units) * r.numerator, r.denominator));
}

/** Ceiling of units × r. */
export function productUp(units: number, r: Ratio): number {
  const product = units * r.fast.numerator;
  if (Math.abs(product) < Number.MAX_SAFE_INTEGER) return Math.ceil(product / r.fast.denominator);
  return Number(ceilDivide(BigInt(units) * r.numerator, r.denominator));
}

/** The integer nearest to units × r, halves up: floor(units × r + 1/2), which is half of floor(2 × units × r) + 1, rounded down. */
export function productNearest(units: number, r: Ratio): number {
  return Math.floor((productDown(2 * units, r) + 1) / 2);
}

/** a ÷ b toward minus infinity, b positive. */
export function floorDivide(a: bigint, b: bigint): bigint {
  const quotient = a / b;
  return a % b < 0n ? quotient - 1n : quotient;
}

/** a ÷ b toward infinity, b positive. */
export function ceilDivide(a: bigint, b: bigint): bigint {
  return -floorDivide(-a, b);
}

/** The float64 nearest to a ÷ b, ties to even; b positive. */
export function nearestQuotient(a: bigint, b: bigint): number {
  if (a < 0n) return -nearestQuotient(-a, b);
  const bits = a.toString(2).length - b.toString(2).length;
  const shift = Math.max(0, 66 - bits);
  const quotient = (a << BigInt(shift)) / b;
  const sticky = (a << BigInt(shift)) % b === 0n ? 0n : 1n;
  return Number((quotient << 1n) | sticky) / Number(1n << BigInt(shift + 1));
}

function isSafe(value: bigint): boolean {
  return value >= BigInt(Number.MIN_SAFE_INTEGER) && value <= BigInt(Number.MAX_SAFE_INTEGER);
}

function greatestCommonDivisor(a: bigint, b: bigint): bigint {
  return b === 0n ? a : greatestCommonDivisor(b, a % b);
}
