/** The windows of a walk-forward (semantics 16.6): where a choice is made, and where it is then lived with. */
import type { CalendarSpan } from "../graph/study.ts";
import { civilDate, dayNumber, monthLength } from "../values/civil-date.ts";

export interface WindowPlan {
  readonly train: CalendarSpan;
  readonly validate: CalendarSpan;
  /** Whether every choice sees all from the first session on, or only the last stretch of `train`. */
  readonly anchored: boolean;
  /** Sessions left out at the end of what is trained on, and at the begin of what is validated on. */
  readonly purge: number;
  readonly embargo: number;
}

/** Sessions by their place, each from the first to before the second; dates as day numbers. */
export interface StudyWindow {
  readonly train: readonly [number, number];
  readonly validate: readonly [number, number];
  readonly begin: number;
  readonly end: number;
}

/** The windows over sessions of these dates (day numbers, ascending). The first session has no return, so it is in none. A window without sessions to choose or to validate on is left out. */
export function windowsOf(dates: readonly number[], plan: WindowPlan): readonly StudyWindow[] {
  const [first] = dates;
  const last = dates.at(-1);
  if (first === undefined || last === undefined) return [];
  const windows: StudyWindow[] = [];
  const start = later(first, plan.train, 1);
  for (let index = 0; ; index++) {
    const begin = later(start, plan.validate, index);
    if (begin > last) return windows;
    const end = later(start, plan.validate, index + 1);
    const trainBegin = plan.anchored ? first : earlierThan(begin, plan.train);
    const [from, middle, to] = [placeOf(dates, trainBegin), placeOf(dates, begin), placeOf(dates, end)];
    const train = [Math.max(1, from), Math.max(1, middle - plan.purge)] as const;
    const validate = [Math.min(to, Math.max(1, middle) + plan.embargo), to] as const;
    if (train[1] - train[0] > 1 && validate[1] > validate[0]) windows.push({ train, validate, begin, end });
  }
}

/** How many dates come before `day`. */
function placeOf(dates: readonly number[], day: number): number {
  const place = dates.findIndex((date) => date >= day);
  return place < 0 ? dates.length : place;
}

/** `times` spans after `day`; of a month that is shorter its last day. */
function later(day: number, { count, unit }: CalendarSpan, times: number): number {
  switch (unit) {
    case "d":
      return day + count * times;
    case "w":
      return day + 7 * count * times;
    case "mo": {
      const { year, month, day: inMonth } = civilDate(day);
      const target = month - 1 + count * times;
      const [targetYear, targetMonth] = [year + Math.floor(target / 12), target - 12 * Math.floor(target / 12) + 1];
      return dayNumber(targetYear, targetMonth, Math.min(inMonth, monthLength(targetYear, targetMonth)));
    }
  }
}

function earlierThan(day: number, span: CalendarSpan): number {
  return later(day, span, -1);
}
