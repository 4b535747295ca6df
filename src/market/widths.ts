/** Nominal widths of clocks in microseconds: a day is one session, a week and a month are what the calendar makes of them (semantics 10.2). */

export const DAY = 86_400_000_000;
export const WEEK = 7 * DAY;
export const MONTH = 30 * DAY;
