/** Literals: what `25_000usd`, `2.5%` and `15m` are, as doubles and as exact decimals. */
import type { Expression, Suffix } from "../../syntax/ast.ts";
import { ANY_UNIT, BARE, BARS, DURATION, PRICE, RATIO, SHARE, type Unit, USD } from "./units.ts";

export interface Literal {
  /** The double nearest to the exact value; durations in microseconds. */
  readonly value: number;
  readonly unit: Unit;
  /** The exact value as decimal text: "0.025" for 2.5%. */
  readonly exact: string;
}

const MICROSECONDS: Readonly<Partial<Record<Suffix, number>>> = {
  us: 1,
  ms: 1_000,
  s: 1_000_000,
  m: 60_000_000,
  h: 3_600_000_000,
  d: 86_400_000_000,
  w: 604_800_000_000,
};

/** Decimal text × 10^-`places`, exactly. */
function shift(text: string, places: number): string {
  if (places === 0 && /^[1-9]\d*$/.test(text)) return text;
  const [whole = "", fraction = ""] = text.split(".");
  const digits = whole.padStart(places + 1, "0");
  const point = digits.length - places;
  const tail = (digits.slice(point) + fraction).replace(/0+$/, "");
  const head = digits.slice(0, point).replace(/^0+(?=\d)/, "");
  return tail === "" ? head : `${head}.${tail}`;
}

function unsigned(text: string, suffix: Suffix | undefined): Literal | undefined {
  switch (suffix) {
    case undefined:
      return { value: Number(text), unit: Number(text) === 0 ? ANY_UNIT : BARE, exact: shift(text, 0) };
    case "usd":
      return { value: Number(text), unit: USD, exact: shift(text, 0) };
    case "share":
      return { value: Number(text), unit: SHARE, exact: shift(text, 0) };
    case "usd/share":
      return { value: Number(text), unit: PRICE, exact: shift(text, 0) };
    case "bar":
      return { value: Number(text), unit: BARS, exact: shift(text, 0) };
    case "%":
    case "bps": {
      const exact = shift(text, suffix === "%" ? 2 : 4);
      return { value: Number(exact), unit: RATIO, exact };
    }
    case "mo":
      return undefined;
    case "us":
    case "ms":
    case "s":
    case "m":
    case "h":
    case "d":
    case "w": {
      const value = Number(text) * (MICROSECONDS[suffix] ?? 0);
      return { value, unit: DURATION, exact: String(value) };
    }
  }
}

/** The literal an expression is, perhaps after a minus; undefined for anything else, and for months, which have no fixed length. */
export function literalOf(expression: Expression): Literal | undefined {
  if (expression.kind === "number") return unsigned(expression.text, expression.suffix);
  if (expression.kind !== "unary" || expression.operator !== "-") return undefined;
  const positive = literalOf(expression.operand);
  if (positive === undefined || positive.exact.startsWith("-")) return undefined;
  return { ...positive, value: -positive.value, exact: positive.value === 0 ? positive.exact : `-${positive.exact}` };
}
