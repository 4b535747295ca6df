/**
 * What a file does not say about its times and has to be stated or found out: the width of a bar, whether rows are whole sessions,
 * whose clock the times are of, and whether they stamp a bar's start or its end. Each guess comes with its reason, for the user to read.
 */
import { type Calendar, DAY, fromNewYork, HOUR, MINUTE, newYorkLag, SECOND } from "../market/calendars.ts";

export type Zone = "utc" | "exchange";
export type Stamp = "start" | "end";

/** Times of rows as printed, in file order. */
export interface PrintedTimes {
  readonly rows: number;
  readonly time: Float64Array;
  /** The times are of UTC by their own word (an offset, an epoch). */
  readonly utc: boolean;
  readonly volume: Float64Array;
  readonly hasVolume: boolean;
  readonly stamp: Stamp | null;
  readonly lean: boolean;
}

export interface Stated {
  readonly zone: Zone | undefined;
  readonly stamp: Stamp | undefined;
}

/** `sessions`: each row is the bar of a whole session; `date` gives its date (a day number) from the row's time. */
export type Conventions =
  | { readonly kind: "sessions"; readonly date: (time: number) => number; readonly notes: readonly string[] }
  | { readonly kind: "intraday"; readonly zone: Zone; readonly stamp: Stamp; readonly notes: readonly string[] };

/** Rows the guesses look at. */
const SAMPLE_ROWS = 20_000;
/** Evidence (see `openingEvidence`) that a guess needs, and half of it ahead of the next best. */
const EVIDENCE_MIN = 0.2;

/** Share of the rows that must take a step for it to be a bar's width, where no step is taken by half of them. */
const STEP_SHARE_MIN = 0.01;

/**
 * The nominal width that the steps from row to row show, in microseconds; null with fewer than two different times. It is the step that half of the
 * rows take; in sparse data, where none is, the smallest that is no rarity (bars do not overlap, so a bar is no longer than that).
 */
export function nominalWidth(time: Float64Array, rows: number): number | null {
  const counts = countSteps(time, rows);
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
  const steps = [...counts].toSorted(([a], [b]) => a - b);
  const common = steps.find(([, count]) => count * 2 >= total) ?? steps.find(([, count]) => count >= total * STEP_SHARE_MIN);
  return common?.[0] ?? steps[0]?.[0] ?? null;
}

/** Which share of the steps from row to row is `step`. */
export function stepShare(time: Float64Array, rows: number, step: number): number {
  const counts = countSteps(time, rows);
  return (counts.get(step) ?? 0) / [...counts.values()].reduce((sum, count) => sum + count, 0);
}

/** How often each step between neighbours occurs; no step counts as none. */
function countSteps(time: Float64Array, rows: number): Map<number, number> {
  const counts = new Map<number, number>();
  let step = 0;
  let run = 0;
  for (let row = 1; row < rows; row++) {
    const next = Math.abs((time[row] ?? 0) - (time[row - 1] ?? 0));
    if (next !== step) {
      counts.set(step, (counts.get(step) ?? 0) + run);
      step = next;
      run = 0;
    }
    run++;
  }
  counts.set(step, (counts.get(step) ?? 0) + run);
  counts.delete(0);
  return counts;
}

/** "1m", "5m", "1h", "1d", "30s": a bar's width for people and file names. */
export function widthText(width: number): string {
  for (const [unit, letter] of [
    [DAY, "d"],
    [HOUR, "h"],
    [MINUTE, "m"],
    [SECOND, "s"],
  ] as const) {
    if (width % unit === 0) return `${width / unit}${letter}`;
  }
  return `${width}us`;
}

/** The width a text such as "5m" names, or null. */
export function parseWidth(text: string): number | null {
  const parts = /^([1-9]\d{0,4})(us|s|m|h|d)$/.exec(text);
  if (parts === null) return null;
  const unit = { us: 1, s: SECOND, m: MINUTE, h: HOUR, d: DAY }[parts[2] as "us" | "s" | "m" | "h" | "d"];
  return Number(parts[1]) * unit;
}

/** Finds the conventions of a file's times. `step` is their nominal width as the steps between them show it. */
export function findConventions(times: PrintedTimes, step: number | null, calendar: Calendar, stated: Stated): Conventions {
  const fallback: Zone = times.utc || calendar.name === "always" ? "utc" : "exchange";
  const zone = times.utc ? "utc" : (stated.zone ?? fallback);
  const sessions = wholeSessions(times, calendar, zone, step, stated.stamp);
  if (sessions !== null) return sessions;
  const stamp = stated.stamp ?? times.stamp ?? undefined;
  const zoneKnown = times.utc || stated.zone !== undefined;
  if (zoneKnown && stamp !== undefined) return { kind: "intraday", zone, stamp, notes: [] };
  if (times.lean) {
    const words = `times taken as ${zoneText(zone)}, stamped at the ${stamp ?? "start"} of the bar: LEAN layout (state --zone and --stamp to say otherwise)`;
    return { kind: "intraday", zone, stamp: stamp ?? "start", notes: [words] };
  }
  return guess(times, step ?? MINUTE, calendar, zoneKnown ? zone : undefined, stamp, fallback);
}

function zoneText(zone: Zone): string {
  return zone === "utc" ? "UTC" : "New York time";
}

/** The conventions of a file whose rows are whole sessions: all at midnight, or all at one time of day and about a day or more apart. */
function wholeSessions(
  times: PrintedTimes,
  calendar: Calendar,
  zone: Zone,
  step: number | null,
  stamp: Stamp | undefined,
): Conventions | null {
  const printed = oneTimeOfDay(times, () => 0);
  if (printed === 0 && calendar.name === "always" && stamp === "end") {
    return { kind: "sessions", date: (time) => time / DAY - 1, notes: ["rows stamp the end of a day: each is the bar of the day before"] };
  }
  if (printed === 0) {
    return { kind: "sessions", date: (time) => time / DAY, notes: ["rows carry a date alone: each is the bar of that date's session"] };
  }
  if (step === null || step < DAY / 2) return null;
  const inNewYork = zone === "utc" && calendar.name === "nyse";
  if (printed === null && !(inNewYork && oneTimeOfDay(times, newYorkLag) !== null)) return null;
  const lag = inNewYork ? newYorkLag : () => 0;
  const notes = ["one row a session, all at one time of day: each is the bar of its date's session"];
  return { kind: "sessions", date: (time) => Math.floor((time - lag(time)) / DAY), notes };
}

/** The time of day that all rows have after `lag`, or null. */
function oneTimeOfDay(times: PrintedTimes, lag: (time: number) => number): number | null {
  const first = times.time[0] ?? 0;
  const timeOfDay = (first - lag(first)) % DAY;
  for (let row = 1; row < times.rows; row++) {
    const time = times.time[row] ?? 0;
    if ((time - lag(time)) % DAY !== timeOfDay) return null;
  }
  return timeOfDay;
}

/** Tries what is not stated against the volume at the open; takes the usual where that says nothing. */
function guess(
  times: PrintedTimes,
  width: number,
  calendar: Calendar,
  zone: Zone | undefined,
  stamp: Stamp | undefined,
  fallback: Zone,
): Conventions {
  const zones: readonly Zone[] = zone !== undefined ? [zone] : calendar.name === "always" ? ["utc"] : ["exchange", "utc"];
  const stamps: readonly Stamp[] = stamp !== undefined ? [stamp] : ["start", "end"];
  const trials = zones.flatMap((z) => stamps.map((s) => ({ zone: z, stamp: s, evidence: openingEvidence(times, width, calendar, z, s) })));
  const [best, second] = trials.toSorted((a, b) => b.evidence - a.evidence);
  const way = " (state --zone and --stamp to say otherwise)";
  if (best !== undefined && best.evidence >= EVIDENCE_MIN && best.evidence - (second?.evidence ?? 0) >= EVIDENCE_MIN / 2) {
    const row = best.stamp === "start" ? "at 09:30" : `at ${clockText(9 * HOUR + 30 * MINUTE + width)}`;
    const reason = `times taken as ${zoneText(best.zone)}, stamped at the ${best.stamp} of the bar: the trading of the open is in the row ${row} New York time`;
    return { kind: "intraday", zone: best.zone, stamp: best.stamp, notes: [reason + way] };
  }
  const usual = { zone: zone ?? fallback, stamp: stamp ?? "start" };
  const reason = `times taken as ${zoneText(usual.zone)}, stamped at the ${usual.stamp} of the bar: the usual, for the rows do not show it`;
  return { kind: "intraday", ...usual, notes: [reason + way] };
}

function clockText(timeOfDay: number): string {
  return `${String(Math.floor(timeOfDay / HOUR)).padStart(2, "0")}:${String(Math.floor((timeOfDay % HOUR) / MINUTE)).padStart(2, "0")}`;
}

/**
 * How well the bar that holds the open stands out under one reading of the times, from -1 to 1: its volume less that of the bar before, as a share of
 * both, and the less worth the further its volume is below the average bar's (a quiet hour read as the open shows nothing).
 */
function openingEvidence(times: PrintedTimes, width: number, calendar: Calendar, zone: Zone, stamp: Stamp): number {
  if (calendar.name === "always" || width > HOUR) return 0;
  const rows = Math.min(times.rows, SAMPLE_ROWS);
  let total = 0;
  let first = 0;
  let firstBars = 0;
  let before = 0;
  for (let row = 0; row < rows; row++) {
    const printed = times.time[row] ?? 0;
    const start = (zone === "utc" ? printed : newYorkInstant(printed)) - (stamp === "start" ? 0 : width);
    const volume = times.hasVolume ? (times.volume[row] ?? 0) : 1;
    total += volume;
    const day = calendar.dateOf(start);
    if (day < calendar.firstDay || day > calendar.lastDay || !calendar.isSession(day)) continue;
    const fromOpen = start - calendar.open(day);
    if (fromOpen > -width && fromOpen <= 0) {
      first += volume;
      firstBars++;
    } else if (fromOpen > -2 * width && fromOpen <= -width) before += volume;
  }
  if (first + before === 0 || total === 0 || firstBars === 0) return 0;
  const weight = Math.min(1, first / firstBars / (total / rows));
  return ((first - before) / (first + before)) * weight;
}

function newYorkInstant(printed: number): number {
  const day = Math.floor(printed / DAY);
  const wall = fromNewYork(day, printed - day * DAY);
  return wall.kind === "nonexistent" ? printed : wall.instant;
}
