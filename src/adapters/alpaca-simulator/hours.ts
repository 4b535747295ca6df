/** The hours in which the simulated broker trades: NYSE sessions from the calendar with the hours before and after them; crypto always. */
import { HOUR, MINUTE, nyse } from "../../market/calendars.ts";
import { type Instant, instant } from "../../values/quantity.ts";

export type Phase = "closed" | "before" | "regular" | "after";

const PRE_MARKET = 4 * HOUR;
const AFTER_HOURS = 4 * HOUR;
/** Orders for an auction are taken until so long before it. */
const AUCTION_CUTOFF = 10 * MINUTE;

export function phaseAt(time: Instant): Phase {
  const day = nyse.dateOf(time);
  if (!nyse.isSession(day) || time < nyse.midnight(day) + PRE_MARKET) return "closed";
  if (time < nyse.open(day)) return "before";
  if (time < nyse.close(day)) return "regular";
  return time < nyse.close(day) + AFTER_HOURS ? "after" : "closed";
}

export type Boundary = { readonly kind: "open" | "close" | "end"; readonly time: Instant };

/** The next of: a session opens, closes, its hours after it end. */
export function nextBoundary(time: Instant): Boundary {
  for (let day = nyse.dateOf(time); ; day++) {
    if (!nyse.isSession(day)) continue;
    const close = nyse.close(day);
    if (nyse.open(day) > time) return { kind: "open", time: instant(nyse.open(day)) };
    if (close > time) return { kind: "close", time: instant(close) };
    if (close + AFTER_HOURS > time) return { kind: "end", time: instant(close + AFTER_HOURS) };
  }
}

export function nextOpen(time: Instant): Instant {
  for (let at = time; ; ) {
    const boundary = nextBoundary(at);
    if (boundary.kind === "open") return boundary.time;
    at = boundary.time;
  }
}

export function nextClose(time: Instant): Instant {
  for (let at = time; ; ) {
    const boundary = nextBoundary(at);
    if (boundary.kind === "close") return boundary.time;
    at = boundary.time;
  }
}

export function isTooLateForClose(time: Instant): boolean {
  return phaseAt(time) === "regular" && time >= nextClose(time) - AUCTION_CUTOFF;
}
