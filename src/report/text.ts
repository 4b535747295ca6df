/** Numbers and instants as people read them. No locale: the same text everywhere. */
import { Decimal } from "decimal.js";
import { instantText } from "../values/instant.ts";
import { instant } from "../values/quantity.ts";

/** "1234567.5" as "1,234,567.5"; the sign stays in front. */
export function grouped(text: string): string {
  const [whole = "", fraction] = text.split(".");
  const spaced = whole.replace(/\B(?=(\d{3})+$)/g, ",");
  return fraction === undefined ? spaced : `${spaced}.${fraction}`;
}

/** A number with `decimals` decimals and grouped thousands; "–" where there is none. */
export function figure(value: number | null, decimals: number): string {
  if (value === null) return "–";
  const text = value.toFixed(decimals);
  return grouped(/^-0(\.0*)?$/.test(text) ? text.slice(1) : text);
}

/** A figure with its sign, and "%". */
export function signedPercent(value: number | null): string {
  if (value === null) return "–";
  const text = figure(value, 2);
  return `${value > 0 && !/^0\.0*$/.test(text) ? "+" : ""}${text}%`;
}

/** Exact money text for people: to the cent, grouped. */
export function money(text: string): string {
  return grouped(new Decimal(text).toFixed(2)).replace(/^-(?=0\.00$)/, "");
}

/** "+" before exact money text that is above zero. */
export function signedMoney(text: string): string {
  const positive = !text.startsWith("-") && /[1-9]/.test(text);
  return `${positive ? "+" : ""}${money(text)}`;
}

/** An instant in UTC microseconds for people: "2013-10-07 13:31Z", with seconds where there are any. */
export function timeText(microseconds: number): string {
  return instantText(instant(microseconds)).replace("T", " ").replace(/:00Z$/, "Z");
}

/** An instant in UTC microseconds in ISO 8601: "2013-10-07T13:31:00Z". */
export function isoText(microseconds: number): string {
  return instantText(instant(microseconds));
}
