/** Numbers with their units, as text: what the lexer accepts, the parser reads and the printer writes. */
import type { Suffix } from "./ast.ts";

/** Every spelling of every unit. */
export const suffixes: ReadonlyMap<string, Suffix> = new Map<string, Suffix>([
  ["usd", "usd"],
  ["share", "share"],
  ["shares", "share"],
  ["usd/share", "usd/share"],
  ["%", "%"],
  ["bps", "bps"],
  ["bar", "bar"],
  ["bars", "bar"],
  ["us", "us"],
  ["ms", "ms"],
  ["s", "s"],
  ["m", "m"],
  ["h", "h"],
  ["d", "d"],
  ["w", "w"],
  ["mo", "mo"],
]);

export interface NumberParts {
  /** Digits and points as written, without `_`. */
  readonly digits: string;
  /** What follows the digits; "" for nothing. */
  readonly suffix: string;
}

/** The parts of a number token. Spaces before its unit and a `$` for `usd` have been reported by the lexer. */
export function numberParts(image: string): NumberParts {
  if (image.startsWith("$")) return { digits: image.slice(1).replaceAll(/[_,]/g, ""), suffix: "usd" };
  const end = /[^\d_.]/.exec(image)?.index ?? image.length;
  return { digits: image.slice(0, end).replaceAll("_", ""), suffix: image.slice(end).trim() };
}

/** `digits` with `_` between groups of three where there are five or more before the point. */
function grouped(digits: string): string {
  const [whole = "", fraction] = digits.split(".");
  const groups = whole.length < 5 ? whole : whole.replace(/\B(?=(?:\d{3})+$)/g, "_");
  return fraction === undefined ? groups : `${groups}.${fraction}`;
}

/** The canonical spelling: `25_000usd`, `1bar`, `3bars`, `0.01share`. */
export function numberText(digits: string, suffix: Suffix | undefined): string {
  const plural = (suffix === "share" || suffix === "bar") && Number(digits) > 1 ? "s" : "";
  return `${grouped(digits)}${suffix ?? ""}${plural}`;
}

/** Whether digits as in a number token make one decimal number. */
export function isNumber(digits: string): boolean {
  return /^\d+(?:\.\d+)?$/.test(digits);
}
