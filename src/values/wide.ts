/**
 * Sums that do not depend on their order (semantics 6.6): a double becomes an integer multiple of 2^−72, integers add exactly, and the result
 * becomes a double once. Prices are integers already, so their sums and the numerator of their variance are exact without it.
 */

/** A multiple of 2^−72; inside ±2^126 it is a sum that a run may have. */
export type Wide = bigint;

const SCALE = Number(1n << 72n);
const ROUNDING = Number(1n << 52n);
const LIMIT = 1n << 126n;
const FAR_BEYOND = Number(1n << 200n);

/** x to the nearest multiple of 2^−72, ties to even; beyond ±2^200 any number outside the limit. x must be finite; scaling by a power of two is exact. */
export function toWide(x: number): Wide {
  if (Math.abs(x) > FAR_BEYOND) return x > 0 ? 2n * LIMIT : -2n * LIMIT;
  const scaled = x * SCALE;
  const magnitude = Math.abs(scaled);
  if (magnitude >= ROUNDING) return BigInt(scaled);
  const rounded = magnitude + ROUNDING - ROUNDING;
  return BigInt(scaled < 0 ? -rounded : rounded);
}

/** The double nearest to it, ties to even. */
export function fromWide(wide: Wide): number {
  return Number(wide) / SCALE;
}

/** Whether it lies within ±2^54. */
export function isWithinLimit(wide: Wide): boolean {
  return -LIMIT <= wide && wide <= LIMIT;
}

/** nΣt² − (Σt)² over the n integers, rounded once to a double. */
export function varianceNumerator(integers: readonly bigint[]): number {
  const sum = integers.reduce((total, t) => total + t, 0n);
  const squares = integers.reduce((total, t) => total + t * t, 0n);
  return Number(BigInt(integers.length) * squares - sum * sum);
}

const POWERS_OF_TEN = Float64Array.from({ length: 23 }, (_, exponent) => Number(`1e${exponent}`));

/** 10^exponent as a double, exact up to 22. */
export function powerOfTen(exponent: number): number {
  return POWERS_OF_TEN[exponent] ?? Number(`1e${exponent}`);
}
