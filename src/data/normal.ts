/**
 * From raw rows to the normal form that everything else reads: one row a bar, sorted, stamped at its end in UTC microseconds, prices as integer
 * ticks of the quantum. The pipeline, in the order in which its steps depend on each other.
 */
import { type CalendarName, calendarNamed, DAY } from "../market/calendars.ts";
import { checkDuplicates, checkOrder, checkShape } from "./checks.ts";
import { findConventions, nominalWidth, type Stamp, stepShare, widthText, type Zone } from "./conventions.ts";
import { eachPrice, type PriceColumns } from "./decimals.ts";
import { convertToEnds, outsideTable } from "./ends.ts";
import { describeGaps } from "./gaps.ts";
import { utcText } from "./instants.ts";
import { type DataResult, describeRepairs, type FindingLog, failure, type Repair, standing } from "./problems.ts";
import { applyScale, type QuantumOptions } from "./quantum.ts";
import { joinFiles, type RowTable, turnNewestFirst } from "./rows.ts";
import type { RawBars } from "./table.ts";

export interface ReadOptions extends QuantumOptions {
  readonly calendar: CalendarName;
  readonly zone: Zone | undefined;
  readonly stamp: Stamp | undefined;
  /** Width of a bar in microseconds, where it is not to be found out. */
  readonly width: number | undefined;
}

export interface NormalBars {
  readonly rows: number;
  /** Bar ends, UTC microseconds, increasing. */
  readonly time: Float64Array;
  readonly prices: PriceColumns;
  readonly volume: Float64Array;
  readonly priceDecimals: number;
  /** Microseconds; a day for one bar a session. */
  readonly width: number;
  /** What was found out or guessed, for the user. */
  readonly notes: readonly string[];
  readonly repairs: readonly Repair[];
}

/** The normal form of `files`, whose rows' findings are in `log` already. */
export function normalBars(files: readonly RawBars[], options: ReadOptions, log: FindingLog): DataResult<NormalBars> {
  const name = files[0]?.file ?? "";
  const calendar = calendarNamed(options.calendar);
  if (files.every((bars) => bars.rows === 0)) return noRows(name, log);
  const zoned = zoneProblem(files);
  if (zoned !== null) return refused(zoned, log);
  const turned = turnNewestFirst(files);
  const table = joinFiles(files);
  const step = nominalWidth(inOrder(table.time.subarray(0, table.rows)), table.rows);
  const conventions = findConventions(printedTimes(table, files), options.width ?? step, calendar, options);
  const width = conventions.kind === "sessions" ? DAY : (options.width ?? step);
  if (width === null) return refused(failure("D108", name, "one row does not show how long a bar is"), log);
  const contradiction = widthContradiction(width, step, options.width);
  if (contradiction !== null) return refused(failure("D108", name, contradiction), log);
  convertToEnds(table, conventions, width, calendar, log);
  checkOrder(table, utcText, log);
  const outside = outsideTable(table, calendar);
  if (outside !== null) return refused({ ok: false, problems: [outside] }, log);
  checkDuplicates(table, utcText, log);
  checkShape(table, log);
  const problems = standing(log);
  if (problems.length > 0) return { ok: false, problems };
  if (table.rows === 0) return noRows(name, log);
  const scale = applyScale(table, files, options);
  if (!scale.ok) return scale;
  const notes = [
    ...describeFiles(files, turned),
    ...conventions.notes,
    ...scale.value.notes,
    ...describeWidth(table, width, step, options.width),
    ...describeGaps(table, width, calendar),
    ...describeRepairs(log),
  ];
  return { ok: true, value: finished(table, width, scale.value.decimals, notes, log) };
}

type Failure = Extract<DataResult<never>, { readonly ok: false }>;

/** A problem of the whole, and before it what was found in rows. */
function refused({ problems }: Failure, log: FindingLog): Failure {
  return { ok: false, problems: [...log.problems.values(), ...problems] };
}

/** What became of the rows says more than that there are none. */
function noRows(name: string, log: FindingLog): Failure {
  return log.problems.size > 0 ? { ok: false, problems: [...log.problems.values()] } : failure("D102", name, "no rows");
}

/** Times of UTC by their own word and times that could be of any clock do not go together. */
function zoneProblem(files: readonly RawBars[]): Failure | null {
  const filled = files.filter((bars) => bars.rows > 0);
  const other = filled.find((bars) => bars.utc !== filled[0]?.utc);
  if (other === undefined) return null;
  const state = (utc: boolean): string => (utc ? "states a time zone" : "states none");
  return failure(
    "D104",
    other.file,
    `${state(other.utc)} with its times, and ${filled[0]?.file} ${state(!other.utc)}: import them one by one`,
  );
}

/** What speaks against the width: bars would overlap, or the rows are whole sessions. `step` is what the rows show, null for a single row. */
function widthContradiction(width: number, step: number | null, stated: number | undefined): string | null {
  if (stated === undefined) return null;
  if (stated !== width) return `--width ${widthText(stated)}: the rows carry dates alone, their width is 1d`;
  if (step === null || width <= step) return null;
  return `--width ${widthText(stated)}: the rows are ${widthText(step)} apart, and bars do not overlap`;
}

/** The times increasing, as the widths of bars are found on: rows out of order are sorted only after their times are read. */
function inOrder(time: Float64Array): Float64Array {
  return time.every((value, row) => row === 0 || value >= (time[row - 1] ?? 0)) ? time : time.toSorted();
}

function printedTimes(table: RowTable, files: readonly RawBars[]): Parameters<typeof findConventions>[0] {
  return {
    rows: table.rows,
    time: table.time,
    volume: table.volume,
    utc: files.every((bars) => bars.utc || bars.rows === 0),
    hasVolume: files.some((bars) => bars.hasVolume),
    stamp: files[0]?.stamp ?? null,
    lean: files.every((bars) => bars.lean),
  };
}

function describeFiles(files: readonly RawBars[], turned: readonly string[]): readonly string[] {
  const notes = files.flatMap((bars) => bars.notes);
  for (const file of turned) notes.push(`${file} has its newest row first: turned round`);
  const others = files.reduce((sum, bars) => sum + bars.otherSymbols, 0);
  if (others > 0) notes.push(`${others} rows of other symbols left out`);
  if (files.some((bars) => !bars.hasVolume)) notes.push("no column of volume: volume is 0");
  return notes;
}

/** The width, and how it was found where the rows leave room for another. */
function describeWidth(table: RowTable, width: number, step: number | null, stated: number | undefined): readonly string[] {
  const words = `bars of ${widthText(width)}`;
  if (stated !== undefined || step === null) return [words];
  if (width === DAY) return step >= 4 * DAY ? [`${words}, though most rows are ${widthText(step)} apart`] : [words];
  const share = stepShare(table.time, table.rows, step);
  return share >= 0.5 ? [words] : [`${words}: the shortest usual step from row to row (state --width to say otherwise)`];
}

function finished(table: RowTable, width: number, priceDecimals: number, notes: readonly string[], log: FindingLog): NormalBars {
  const { rows, time, volume, prices } = table;
  const [open, high, low, close] = eachPrice(prices).map((column) => column.subarray(0, rows));
  if (open === undefined || high === undefined || low === undefined || close === undefined)
    throw new Error("a table has four columns of prices");
  return {
    rows,
    time: time.subarray(0, rows),
    prices: { open, high, low, close },
    volume: volume.subarray(0, rows),
    priceDecimals,
    width,
    notes,
    repairs: log.repairs,
  };
}
