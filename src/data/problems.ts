/**
 * What can be wrong with a file of bars: one table of codes. A problem of the whole file stops the reading of it; a problem of a row is counted,
 * the first of each kind is kept in words, and with repair every one is kept and its row mended as the table says.
 */

interface Kind {
  readonly title: string;
  /** What repair does about a row; null where it can do nothing. */
  readonly repair: string | null;
}

const PROBLEMS = {
  D101: { title: "cannot read the file", repair: null },
  D102: { title: "no rows", repair: null },
  D103: { title: "columns not recognised", repair: null },
  D104: { title: "time format not recognised", repair: null },
  D105: { title: "symbol", repair: null },
  D106: { title: "option", repair: null },
  D107: { title: "outside the calendar", repair: null },
  D108: { title: "width", repair: null },
  D109: { title: "not in the store", repair: null },
  D201: { title: "short row", repair: "row dropped" },
  D202: { title: "extra columns", repair: "extra columns ignored" },
  D203: { title: "unreadable time", repair: "row dropped" },
  D204: { title: "price is not a number", repair: "row dropped" },
  D205: { title: "price is zero or negative", repair: "row dropped" },
  D206: { title: "absurd price", repair: "row dropped" },
  D207: { title: "volume is not a number", repair: "volume set to 0" },
  D208: { title: "negative volume", repair: "volume set to 0" },
  D209: { title: "absurd volume", repair: "volume set to 0" },
  D210: { title: "too many decimals", repair: null },
  D211: { title: "high below low", repair: "high and low widened to hold all four prices" },
  D212: { title: "open or close outside low to high", repair: "high and low widened to hold all four prices" },
  D213: { title: "time that clocks skipped", repair: "row dropped" },
  D214: { title: "time that clocks showed twice", repair: "row dropped" },
  D215: { title: "out of order", repair: "rows sorted by time" },
  D216: { title: "duplicate time, same values", repair: "row dropped" },
  D217: { title: "duplicate time, other values", repair: "row dropped, the first one kept" },
} as const satisfies Readonly<Record<string, Kind>>;

export type ProblemCode = keyof typeof PROBLEMS;

/** One kind of problem in one or more places; the first place in words. */
export interface DataProblem {
  readonly code: ProblemCode;
  readonly title: string;
  readonly file: string;
  /** Counted from 1; 0 where it is the file as a whole. In Parquet the row. */
  readonly line: number;
  readonly message: string;
  readonly count: number;
}

/** A row that was changed, for the list of repairs. */
export interface Repair {
  readonly code: ProblemCode;
  readonly file: string;
  readonly line: number;
  readonly change: string;
}

export type DataResult<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problems: readonly DataProblem[] };

/** Collects what is found in rows. Without `repair` only the first of each kind is kept in words. */
export interface FindingLog {
  readonly repair: boolean;
  readonly problems: Map<ProblemCode, DataProblem>;
  readonly repairs: Repair[];
}

export function findingLog(repair: boolean): FindingLog {
  return { repair, problems: new Map(), repairs: [] };
}

/** Counts a problem of a row. `describe` is called for the first of its kind only. */
export function record(log: FindingLog, code: ProblemCode, file: string, line: number, describe: () => string): void {
  const known = log.problems.get(code);
  const { title, repair } = PROBLEMS[code];
  log.problems.set(code, known === undefined ? problem(code, file, line, describe()) : { ...known, count: known.count + 1 });
  if (log.repair && repair !== null) log.repairs.push({ code, file, line, change: `${title}: ${repair}` });
}

/** What repair did, a line a kind. */
export function describeRepairs(log: FindingLog): readonly string[] {
  if (!log.repair) return [];
  return [...log.problems.values()].map(({ code, title, count, file, line }) => {
    return `repaired: ${title} (${code}): ${PROBLEMS[code].repair ?? "nothing"}, ${count} time${count === 1 ? "" : "s"}, first in line ${line} of ${file}`;
  });
}

/** The problems that stand: all without repair, with it those that nothing could be done about. */
export function standing(log: FindingLog): readonly DataProblem[] {
  const all = [...log.problems.values()];
  return log.repair ? all.filter((one) => PROBLEMS[one.code].repair === null) : all;
}

export function problem(code: ProblemCode, file: string, line: number, message: string): DataProblem {
  return { code, title: PROBLEMS[code].title, file, line, message, count: 1 };
}

export function failure(
  code: ProblemCode,
  file: string,
  message: string,
): { readonly ok: false; readonly problems: readonly DataProblem[] } {
  return { ok: false, problems: [problem(code, file, 0, message)] };
}
