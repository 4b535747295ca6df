/** The clocks of a file beside each other: which is slower, what their ticks are called, how values on them are kept. */
import type { Clock, ClockId, Graph } from "../../graph/nodes.ts";
import { DAY } from "../../market/calendars.ts";
import { MONTH, WEEK } from "../../market/widths.ts";
import type { Header } from "../context.ts";

/** The key of a value among a file's: those of the first clock by their name alone. */
export function valueKey(header: Header, clock: ClockId, name: string): string {
  return clock === 0 ? name : `${clockOf(header, clock).name}.${name}`;
}

export function clockOf({ clocks }: Header, id: ClockId): Clock {
  const clock = clocks[id];
  if (clock === undefined) throw new Error(`no clock ${id}`);
  return clock;
}

/** Whether `clock` ticks less often than `than`. */
export function isSlower(header: Header, clock: ClockId, than: ClockId): boolean {
  return clockOf(header, clock).width > clockOf(header, than).width;
}

export const MINUTE = 60_000_000;

/** How long a full session's span is (semantics 10.2), in microseconds. */
export function spanOfSession(calendar: Graph["calendar"], first: Clock): number {
  return calendar === "nyse" && (first.regularOnly || first.width === DAY) ? 390 * MINUTE : DAY;
}

/** What a tick of a clock is called: "session", "week"; `completed` where it is spoken of as over. */
export function tickWords({ name, width }: Clock): { readonly one: string; readonly many: string; readonly completed: string } {
  if (width === DAY) return { one: "session", many: "sessions", completed: "day" };
  const word = width === WEEK ? "week" : width === MONTH ? "month" : undefined;
  if (word !== undefined) return { one: word, many: `${word}s`, completed: word };
  return { one: `tick of \`${name}\``, many: `ticks of \`${name}\``, completed: `tick of \`${name}\`` };
}

/** How many ticks of `fast` one of `slow` usually holds; undefined where that is no whole number. */
export function ticksInside(header: Header, fast: ClockId, slow: ClockId): number | undefined {
  const isAlways = header.calendar === "always";
  const span = spanOfSession(header.calendar, clockOf(header, 0));
  const length = ({ width }: Clock): number => {
    if (width <= DAY) return width === DAY ? span : width;
    return span * (width === WEEK ? (isAlways ? 7 : 5) : isAlways ? 30 : 21);
  };
  const count = length(clockOf(header, slow)) / length(clockOf(header, fast));
  return Number.isInteger(count) ? count : undefined;
}
