/** Instants (UTC microseconds) in the forms of Alpaca's interfaces, and back. */
import { DAY, HOUR, MINUTE, newYorkLag, nyse } from "../../market/calendars.ts";
import { dateText, dayNumber } from "../../values/civil-date.ts";
import { instantText } from "../../values/instant.ts";
import { type Instant, instant } from "../../values/quantity.ts";

/** "2021-03-16T18:38:01.942282Z". */
export function timeText(time: Instant): string {
  return instantText(time);
}

/** As the exchanges stamp it: with nanoseconds, nine digits where they are not 0. */
export function nanosecondText(time: Instant, nanoseconds: number): string {
  if (nanoseconds === 0) return instantText(time);
  const second = Math.floor(time / 1_000_000);
  const fraction = (time - second * 1_000_000) * 1_000 + nanoseconds;
  return `${instantText(instant(second * 1_000_000)).slice(0, -1)}.${String(fraction).padStart(9, "0")}Z`;
}

/** "2021-03-16T14:38:01-04:00", of the clock in New York. */
export function newYorkText(time: Instant): string {
  const lag = newYorkLag(time);
  return `${instantText(instant(time - lag)).slice(0, -1)}-0${lag / HOUR}:00`;
}

/** "09:30" of the clock in New York. */
export function newYorkClock(time: number): string {
  const inDay = time - newYorkLag(time) - Math.floor((time - newYorkLag(time)) / DAY) * DAY;
  const two = (value: number) => String(Math.floor(value)).padStart(2, "0");
  return `${two(inDay / HOUR)}:${two((inDay % HOUR) / MINUTE)}`;
}

export function dayText(day: number): string {
  return dateText(day);
}

const DATE = /^(\d{4})-(\d{2})-(\d{2})$/;
const TIME = /^(\d{4})-(\d{2})-(\d{2})[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?(Z|[+-]\d{2}:?\d{2})?$/;

/** A date (as days since 1970) or null. */
export function readDay(text: string): number | null {
  const parts = DATE.exec(text);
  return parts === null ? null : dayNumber(Number(parts[1]), Number(parts[2]), Number(parts[3]));
}

/** RFC 3339, or a date alone: its midnight in New York. Null for anything else. */
export function readTime(text: string): Instant | null {
  const day = readDay(text);
  if (day !== null) return instant(nyse.midnight(day));
  const parts = TIME.exec(text.replace(/ (\d{2}:\d{2})$/, "+$1"));
  if (parts === null) return null;
  const [, year, month, date, hour, minute, second = "0", fraction = "", zone = "Z"] = parts;
  const offset = zone === "Z" ? 0 : Number(`${zone[0]}1`) * (Number(zone.slice(1, 3)) * HOUR + Number(zone.slice(-2)) * MINUTE);
  const inDay = Number(hour) * HOUR + Number(minute) * MINUTE + Number(second) * 1_000_000 + Number(fraction.padEnd(9, "0").slice(0, 6));
  return instant(dayNumber(Number(year), Number(month), Number(date)) * DAY + inDay - offset);
}
