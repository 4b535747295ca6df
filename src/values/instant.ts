/** Instants as text: ISO 8601 in UTC, without a Date object. */
import { dateText } from "./civil-date.ts";
import type { Instant } from "./quantity.ts";

const SECOND = 1_000_000;
const DAY = 86_400 * SECOND;

/** "2019-02-01T14:31:00Z"; with six decimals of the second where it is not whole. */
export function instantText(instant: Instant): string {
  const day = Math.floor(instant / DAY);
  const inDay = instant - day * DAY;
  const seconds = Math.floor(inDay / SECOND);
  const fraction = inDay - seconds * SECOND;
  const clock = `${two(seconds / 3_600)}:${two((seconds / 60) % 60)}:${two(seconds % 60)}`;
  return `${dateText(day)}T${clock}${fraction === 0 ? "" : `.${String(fraction).padStart(6, "0")}`}Z`;
}

function two(value: number): string {
  return String(Math.floor(value)).padStart(2, "0");
}
