/** Exact amounts of the simulator, and their text as Alpaca writes it: no exponent, no zeros at the end. */
import { Decimal } from "decimal.js";

const Exact = Decimal.clone({ precision: 60, toExpNeg: -1_000, toExpPos: 1_000 });

export type Amount = Decimal;

export function amount(value: string | number | Decimal): Amount {
  return new Exact(value);
}

export const ZERO: Amount = amount(0);

/** An amount as a client wrote it, text or number. Null where it is none. */
export function readAmount(value: unknown): Amount | null {
  if (typeof value === "number") return Number.isFinite(value) ? amount(value) : null;
  return typeof value === "string" && /^-?\d{1,15}(\.\d{1,18})?$/.test(value.trim()) ? amount(value.trim()) : null;
}

/** At most `decimals` digits after the point. */
export function amountText(value: Amount, decimals = 9): string {
  return value.toDecimalPlaces(decimals, Decimal.ROUND_HALF_EVEN).toString();
}

export function decimalsOf(value: Amount): number {
  return value.decimalPlaces();
}

export function least(a: Amount, b: Amount): Amount {
  return a.lessThan(b) ? a : b;
}

export function most(a: Amount, b: Amount): Amount {
  return a.greaterThan(b) ? a : b;
}
