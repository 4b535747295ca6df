/** Bars of wider time frames, made of the data's bars as far as these have ended. */
import { DAY, HOUR, MINUTE, nyse } from "../../market/calendars.ts";
import { civilDate, dayNumber, weekday } from "../../values/civil-date.ts";
import { type Instant, instant } from "../../values/quantity.ts";
import { badParameter, Refused } from "./refusal.ts";
import { firstBar, type MarketBar, type MarketData } from "./tape.ts";
import { timeText } from "./times.ts";

/** Where the frame's bar begins in which an instant lies. */
export type TimeFrame = (time: Instant) => Instant;

/** "5Min", "1Hour", "1Day", "1Week", "3Month" and their short forms. Days are those of New York, of pairs those of UTC. */
export function timeFrame(text: string, isCrypto: boolean): TimeFrame {
  const [, digits = "", unit = ""] = /^(\d{1,2})(Min|T|Hour|H|Day|D|Week|W|Month|M)$/.exec(text) ?? [];
  const count = Number(digits);
  const dayOf = (time: Instant): number => (isCrypto ? Math.floor(time / DAY) : nyse.dateOf(time));
  const midnight = (day: number): Instant => instant(isCrypto ? day * DAY : nyse.midnight(day));
  switch (unit) {
    case "Min":
    case "T":
      if (count >= 1 && count <= 59) return evenly(count * MINUTE);
      break;
    case "Hour":
    case "H":
      if (count >= 1 && count <= 23) return evenly(count * HOUR);
      break;
    case "Day":
    case "D":
      if (count === 1) return (time) => midnight(dayOf(time));
      break;
    case "Week":
    case "W":
      if (count === 1) return (time) => midnight(dayOf(time) - weekday(dayOf(time)) + 1);
      break;
    case "Month":
    case "M":
      if ([1, 2, 3, 4, 6, 12].includes(count)) return (time) => midnight(firstOfMonths(dayOf(time), count));
  }
  throw new Refused(badParameter(`invalid timeframe: ${text}`));
}

function evenly(width: number): TimeFrame {
  return (time) => instant(Math.floor(time / width) * width);
}

function firstOfMonths(day: number, count: number): number {
  const { year, month } = civilDate(day);
  return dayNumber(year, month - ((month - 1) % count), 1);
}

/** The frame's bars that begin in `from`..`to`, of the data's bars that have ended by `now`. */
export function framedBars({ bars }: MarketData, frame: TimeFrame, from: Instant, to: Instant, now: Instant): readonly MarketBar[] {
  const framed: MarketBar[] = [];
  for (let index = firstBar(bars, frame(from)); index < bars.length; index++) {
    const bar = bars[index];
    if (bar === undefined || bar.end > now || frame(bar.start) > to) break;
    const start = frame(bar.start);
    if (start < from) continue;
    const last = framed.at(-1);
    if (last?.start === start) framed[framed.length - 1] = joined(last, bar);
    else framed.push({ ...bar, start });
  }
  return framed;
}

function joined(first: MarketBar, next: MarketBar): MarketBar {
  return {
    start: first.start,
    end: next.end,
    open: first.open,
    high: Math.max(first.high, next.high),
    low: Math.min(first.low, next.low),
    close: next.close,
    volume: first.volume + next.volume,
  };
}

/** A bar as the REST interface and the streams show it. */
export function barJson({ start, open, high, low, close, volume }: MarketBar): Readonly<Record<string, unknown>> {
  const vwap = Math.round(((high + low + close) / 3) * 1e6) / 1e6;
  return { t: timeText(start), o: open, h: high, l: low, c: close, v: volume, n: Math.max(1, Math.ceil(volume / 100)), vw: vwap };
}
