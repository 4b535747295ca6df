/**
 * Exact decimal text ("0.02", "25000") read and written without floating point. Everything between reading and writing is integers
 * (money.ts) or fractions of integers (ratio.ts).
 */

/** `coefficient` × 10^-`decimals`. */
export interface Decimal {
  readonly coefficient: bigint;
  readonly decimals: number;
}

const FORM = /^(-?)(\d+)(?:\.(\d+))?$/;

/** The number that `text` writes: digits, perhaps a minus before and a point between them. Null for anything else. */
export function parseDecimal(text: string): Decimal | null {
  const match = FORM.exec(text);
  if (match === null) return null;
  const [, sign = "", whole = "", fraction = ""] = match;
  return { coefficient: BigInt(sign + whole + fraction), decimals: fraction.length };
}

/** `parseDecimal` of a text that another part of the program has already checked. */
export function knownDecimal(text: string): Decimal {
  const decimal = parseDecimal(text);
  if (decimal === null) throw new Error(`not a decimal number: ${text}`);
  return decimal;
}

/** `units` × 10^-`decimals` with exactly that many decimals: (12345, 2) is "123.45". */
export function formatDecimal(units: number | bigint, decimals: number): string {
  const negative = units < 0;
  const whole = Number.isSafeInteger(units) ? units : BigInt(units);
  const digits = String(negative ? -whole : whole).padStart(decimals + 1, "0");
  const point = digits.length - decimals;
  const text = decimals === 0 ? digits : `${digits.slice(0, point)}.${digits.slice(point)}`;
  return negative ? `-${text}` : text;
}

/** 10^`exponent`, 0 or more. */
export function bigPowerOfTen(exponent: number): bigint {
  return BigInt(`1${"0".repeat(exponent)}`);
}
