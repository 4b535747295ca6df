/** Numbers and instants as people read them. No locale: the same text everywhere. */
import { dateText } from "../values/civil-date.ts";

const DAY_MICROSECONDS = 86_400_000_000;

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

/** Exact money text with at least two decimals, without further trailing zeros, grouped. */
export function money(text: string): string {
  const [whole = "0", fraction = ""] = text.split(".");
  return grouped(`${whole}.${fraction.replace(/0+$/, "").padEnd(2, "0")}`);
}

/** "+" before exact money text that is above zero. */
export function signedMoney(text: string): string {
  const positive = !text.startsWith("-") && /[1-9]/.test(text);
  return `${positive ? "+" : ""}${money(text)}`;
}

/** An instant in UTC microseconds as "2013-10-07 13:31Z", with seconds and their fraction where there are any. */
export function instantText(instant: number): string {
  const day = Math.floor(instant / DAY_MICROSECONDS);
  const time = instant - day * DAY_MICROSECONDS;
  const two = (value: number): string => String(value).padStart(2, "0");
  const clock = `${two(Math.floor(time / 3_600_000_000))}:${two(Math.floor(time / 60_000_000) % 60)}`;
  const seconds = Math.floor(time / 1_000_000) % 60;
  const fraction = time % 1_000_000;
  const tail = fraction === 0 ? "" : `.${String(fraction).padStart(6, "0").replace(/0+$/, "")}`;
  return `${dateText(day)} ${clock}${seconds === 0 && tail === "" ? "" : `:${two(seconds)}${tail}`}Z`;
}

/** An instant in UTC microseconds in ISO 8601: "2013-10-07T13:31:00Z". */
export function isoInstant(instant: number): string {
  const text = instantText(instant).replace(" ", "T").slice(0, -1);
  return `${text.length === 16 ? `${text}:00` : text}Z`;
}
