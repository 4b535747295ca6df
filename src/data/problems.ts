/**
 * What can be wrong with a file of bars: one table of codes. A problem of the whole file stops the reading of it; a problem of a row is counted,
 * the first of each kind is kept in words, and with repair every one is kept and its row mended as the table says.
 */

interface Kind {
  readonly title: string;
  /** What repair does about a row; null where it can do nothing. */
  readonly repair: string | null;
  /** What the user can do. */
  readonly cure: string;
}

const REPAIR = "--repair mends such rows and says what it changed; or correct the file";

const PROBLEMS = {
  D101: { title: "cannot read the file", repair: null, cure: "name a readable text file (plain, .gz, .zip) or Parquet file" },
  D102: { title: "no rows", repair: null, cure: "a file of bars has a row for each bar" },
  D103: {
    title: "columns not recognised",
    repair: null,
    cure: "--columns time,open,high,low,close,volume names the columns in their order; _ leaves one out",
  },
  D104: {
    title: "time format not recognised",
    repair: null,
    cure: "times are such as 2019-02-15 09:30, 20190215 093000, 02/15/2019 9:30 AM, with or without Z or +01:00, or seconds to nanoseconds since 1970",
  },
  D105: { title: "symbol", repair: null, cure: "--rows-of SYMBOL says whose rows to read, as the file writes it" },
  D106: { title: "option", repair: null, cure: "`stratc data import --help` lists what the options take" },
  D107: {
    title: "outside the calendar",
    repair: null,
    cure: "--calendar always takes each UTC day as a session; or leave such rows out of the file",
  },
  D108: { title: "width", repair: null, cure: "--width 1m (1h, 1d) states how long a bar is" },
  D109: { title: "not in the store", repair: null, cure: "`stratc data list` shows what the store has" },
  D110: { title: "in the store already", repair: null, cure: "--replace puts the new dataset in its place; or choose another --symbol" },
  D111: { title: "damaged dataset in the store", repair: null, cure: "import it again with --replace" },
  D112: {
    title: "decimal point or comma",
    repair: null,
    cure: "--decimal comma reads 109,500 as a hundred and nine and a half, --decimal point as a thousand times that",
  },
  D201: { title: "short row", repair: "row dropped", cure: REPAIR },
  D202: { title: "extra columns", repair: "extra columns ignored", cure: REPAIR },
  D203: { title: "unreadable time", repair: "row dropped", cure: REPAIR },
  D204: { title: "price is not a number", repair: "row dropped", cure: `${REPAIR}; --decimal comma reads 1.210,50` },
  D205: { title: "price is zero or negative", repair: "row dropped", cure: REPAIR },
  D206: { title: "absurd price", repair: "row dropped", cure: `${REPAIR}; --price-scale N reads prices in 1/N` },
  D207: { title: "volume is not a number", repair: "volume set to 0", cure: REPAIR },
  D208: { title: "negative volume", repair: "volume set to 0", cure: REPAIR },
  D209: { title: "absurd volume", repair: "volume set to 0", cure: REPAIR },
  D210: { title: "price without an exact quantum", repair: null, cure: "--quantum 0.01 rounds prices to that step and counts them" },
  D211: { title: "high below low", repair: "high set to the highest of the four prices, low to the lowest", cure: REPAIR },
  D212: {
    title: "open or close outside low to high",
    repair: "high set to the highest of the four prices, low to the lowest",
    cure: REPAIR,
  },
  D213: { title: "time that clocks skipped", repair: "row dropped", cure: `${REPAIR}; --zone utc, if the times are UTC` },
  D214: {
    title: "time that clocks showed twice",
    repair: "row dropped",
    cure: `${REPAIR}; times in UTC or with an offset have no such hour`,
  },
  D215: { title: "out of order", repair: "rows sorted by time", cure: REPAIR },
  D216: { title: "duplicate time, same values", repair: "row dropped", cure: REPAIR },
  D217: { title: "duplicate time, other values", repair: "row dropped, the first one kept", cure: REPAIR },
  D218: { title: "gaps inside sessions", repair: null, cure: "nothing, where nobody traded; else a source without the gaps" },
  D219: {
    title: "sessions without a row",
    repair: null,
    cure: "a source that has them; --calendar always, if these are not the sessions of nyse",
  },
  D220: {
    title: "rows on dates that are no sessions",
    repair: null,
    cure: "--zone, if the times are read on the wrong clock; --calendar always, if these are not the sessions of nyse",
  },
  D301: {
    title: "no table of actions",
    repair: null,
    cure: "a table of splits and dividends begins with `symbol,date,kind,value` or `date,kind,value`; factor files of LEAN are read too",
  },
  D302: { title: "unreadable action", repair: null, cure: "a row is such as AAPL,2014-06-09,split,7:1 or AAPL,2014-08-07,dividend,0.47" },
  D303: { title: "action given twice", repair: null, cure: "leave out one of the rows" },
} as const satisfies Readonly<Record<string, Kind>>;

export type ProblemCode = keyof typeof PROBLEMS;

/** What is told and refuses nothing: no mistakes of a file. */
export const NOTICES: readonly ProblemCode[] = ["D218", "D219", "D220"];

export function titleOf(code: ProblemCode): string {
  return PROBLEMS[code].title;
}

export function problemCodes(): readonly ProblemCode[] {
  return Object.keys(PROBLEMS) as ProblemCode[];
}

/** One kind of problem in one or more places; the first place in words. */
export interface DataProblem {
  readonly code: ProblemCode;
  readonly title: string;
  readonly file: string;
  /** Counted from 1; 0 where it is the file as a whole. In Parquet the row. */
  readonly line: number;
  readonly message: string;
  /** What the user can do. */
  readonly cure: string;
  /** Whether `--repair` would mend it. */
  readonly mendable: boolean;
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

/** Counts a problem of a row. Without repair `describe` is called for the first of its kind only. */
export function record(log: FindingLog, code: ProblemCode, file: string, line: number, describe: () => string): void {
  const known = log.problems.get(code);
  const { title, repair } = PROBLEMS[code];
  const words = known === undefined || log.repair ? describe() : "";
  log.problems.set(code, known === undefined ? problem(code, file, line, words) : { ...known, count: known.count + 1 });
  if (log.repair && repair !== null) log.repairs.push({ code, file, line, change: `${title} (${words}): ${repair}` });
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
  return log.repair ? all.filter((one) => !one.mendable) : all;
}

export function problem(code: ProblemCode, file: string, line: number, message: string): DataProblem {
  const { title, cure, repair } = PROBLEMS[code];
  return { code, title, file, line, message, cure, mendable: repair !== null, count: 1 };
}

export function failure(
  code: ProblemCode,
  file: string,
  message: string,
): { readonly ok: false; readonly problems: readonly DataProblem[] } {
  return { ok: false, problems: [problem(code, file, 0, message)] };
}
