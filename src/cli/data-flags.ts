/** The flags that say how a file of bars is to be read, shared by every command that reads one, and the reading itself. */
import { existsSync } from "node:fs";
import type { Argv, Options } from "yargs";
import type { OpenOptions, OpenResult } from "../adapters/files/open.ts";
import { parseWidth, type Stamp, type Zone } from "../data/conventions.ts";
import type { DecimalMark } from "../data/decimals.ts";
import type { DataProblem } from "../data/problems.ts";
import type { DateOrder } from "../data/time-formats.ts";
import { type CorporateAction, inOrder } from "../market/actions.ts";
import type { BarSource, EventKind } from "../market/bars.ts";
import { configOptions } from "./config-flags.ts";
import { CommandFailure, usageFailure } from "./failure.ts";
import { countOf } from "./settings.ts";
import type { Terminal } from "./terminal.ts";

export interface DataFlags {
  readonly zone: Zone | "detect";
  readonly stamp: Stamp | "detect";
  readonly columns?: string;
  readonly "rows-of"?: string;
  readonly decimal?: DecimalMark;
  readonly dates?: DateOrder;
  readonly width?: string;
  readonly quantum?: string;
  readonly "price-scale"?: string;
  readonly repair: boolean;
  /** Of a backtest. */
  readonly actions?: readonly string[];
  readonly store: string;
  readonly cache: boolean;
  readonly cache_bytes_max: number;
}

const GROUP = "How to read the data:";
const FLAGS: Readonly<Record<string, Options>> = {
  ...configOptions(["zone", "stamp", "store", "cache"], GROUP),
  columns: {
    type: "string",
    requiresArg: true,
    describe: "Names of the columns: time,open,high,low,close,volume; _ leaves one out",
    group: GROUP,
  },
  "rows-of": {
    type: "string",
    requiresArg: true,
    describe: "Of a file with a column of symbols, the one to read, as the file writes it",
    group: GROUP,
  },
  decimal: { type: "string", choices: ["point", "comma"], describe: "What marks decimals; a point unless given", group: GROUP },
  dates: {
    type: "string",
    choices: ["month-first", "day-first"],
    describe: "Which way round 02/03/2019 is; found out unless given",
    group: GROUP,
  },
  width: { type: "string", requiresArg: true, describe: "Width of a bar: 1m, 1h, 1d; found out unless given", group: GROUP },
  quantum: { type: "string", requiresArg: true, describe: "The step of prices, whatever they are: 0.01", group: GROUP },
  "price-scale": { type: "string", requiresArg: true, describe: "Prices are in 1/N of the currency", group: GROUP },
  repair: { type: "boolean", default: false, describe: "Mend what can be mended instead of refusing", group: GROUP },
};

/** Said once for each table of splits and dividends. */
export const ACTIONS_FLAG: Options = {
  type: "string",
  array: true,
  requiresArg: true,
  describe: "Table of splits and dividends: symbol,date,kind,value; else the store's",
  group: GROUP,
};

/** Of a run whose orders meet finer bars. */
export const FILLS_FLAG: Options = {
  type: "string",
  array: true,
  requiresArg: true,
  default: [],
  defaultDescription: "none",
  describe: "Finer bars that say what came first inside a bar: file, sample:NAME; of several symbols SPY=FILE",
};

/** What bars a strategy runs over. */
export const DATA_FLAG = {
  type: "string",
  array: true,
  requiresArg: true,
  default: [] as string[],
  defaultDescription: "the store",
  describe: "File, sample:NAME, or symbol of the store; of several symbols SPY=FILE",
} as const;

export const PARAM_FLAG = {
  type: "string",
  array: true,
  requiresArg: true,
  default: [] as string[],
  defaultDescription: "the file's",
  describe: "Set a parameter: fast=9",
} as const;

/** What bars a strategy runs over, and with which parameters. */
export const RUN_FLAGS = {
  data: DATA_FLAG,
  from: { type: "string", requiresArg: true, describe: "First date or instant: 2019-02-04" },
  to: { type: "string", requiresArg: true, describe: "Last date or instant, included" },
  param: PARAM_FLAG,
  actions: ACTIONS_FLAG,
} as const;

export function addDataFlags(yargs: Argv): Argv {
  return yargs.options(FLAGS);
}

export interface WantedBars {
  readonly locations: readonly string[];
  readonly symbol?: string;
  readonly calendar: OpenOptions["calendar"];
  /** Of the clock, in microseconds, where a symbol of the store is asked for. */
  readonly width?: number;
  /** What its rows are, where they are no bars. */
  readonly events?: EventKind | undefined;
  /** What its notes begin with, where it is one of several. */
  readonly label?: string;
}

/** Opens the bars, tells what was found out about them, and fails with every problem that stands. */
export async function openWanted(wanted: WantedBars, flags: DataFlags, terminal: Terminal): Promise<BarSource> {
  const opened = await openRows(wanted, openOptions(wanted, flags));
  if (!opened.ok) throw dataFailure(opened.problems, flags.repair);
  const label = wanted.label === undefined ? "" : `${wanted.label}: `;
  for (const note of opened.notes) terminal.note(`note: ${label}${note}\n`);
  return withActions(opened.source, wanted, flags);
}

/** The bars with what happened to their shares: as the tables say, else as the store does for a symbol of its own. */
async function withActions(source: BarSource, { locations, symbol, calendar }: WantedBars, flags: DataFlags): Promise<BarSource> {
  const { openActions, storedActions } = await import("../adapters/files/actions.ts");
  const actions: CorporateAction[] = [];
  for (const file of flags.actions ?? []) {
    const read = await openActions(file, calendar);
    if (!read.ok) throw dataFailure(read.problems, false);
    actions.push(...(read.value.get(symbol ?? "") ?? read.value.get("") ?? []));
  }
  const [location, ...others] = locations;
  if (flags.actions === undefined && location !== undefined && others.length === 0 && !existsSync(location)) {
    const stored = await storedActions(flags.store, location, calendar);
    if (!stored.ok) throw dataFailure(stored.problems, false);
    actions.push(...stored.value);
  }
  return actions.length === 0 ? source : { ...source, actions: inOrder(actions) };
}

async function openRows({ events, locations }: WantedBars, options: OpenOptions): Promise<OpenResult> {
  if (events === undefined) return (await import("../adapters/files/open.ts")).openBars(locations, options);
  return (await import("../adapters/files/events.ts")).openEvents(events, locations, options);
}

/** What is wanted and how it is to be read, as the reader takes it. */
export function openOptions(wanted: Omit<WantedBars, "locations">, flags: DataFlags): OpenOptions {
  return {
    symbol: wanted.symbol,
    calendar: wanted.calendar,
    zone: flags.zone === "detect" ? undefined : flags.zone,
    stamp: flags.stamp === "detect" ? undefined : flags.stamp,
    columns: flags.columns,
    rowsOf: flags["rows-of"],
    decimal: flags.decimal,
    dates: flags.dates,
    width: flags.width === undefined ? wanted.width : widthOf(flags.width),
    quantum: flags.quantum === undefined ? undefined : quantumOf(flags.quantum),
    priceScale: countOf("--price-scale", flags["price-scale"]),
    repair: flags.repair,
    store: flags.store,
    cache: flags.cache && { bytesMax: flags.cache_bytes_max },
  };
}

function widthOf(text: string): number {
  const width = parseWidth(text);
  if (width === null) throw usageFailure(`--width takes a width such as 1m, 1h or 1d, not \`${text}\`.`);
  return width;
}

function quantumOf(text: string): number {
  if (!/^(1|0\.0{0,8}1)$/.test(text)) throw usageFailure(`--quantum takes 1, 0.1, 0.01 and so on to 0.000000001, not \`${text}\`.`);
  return Number(text);
}

/** Every problem that stands, a line each, and what can be done about them. */
export function dataFailure(problems: readonly DataProblem[], repair: boolean): CommandFailure {
  const lines = problems.map(({ code, title, file, line, message, count }) => {
    const place = line === 0 ? file : `${file}:${line}`;
    const more = count > 1 ? `, and ${count - 1} more of this kind` : "";
    return `${place === "" ? "" : `${place}: `}${title}: ${message} [${code}]${more}`;
  });
  const cures = problems.filter(({ mendable }) => !(mendable && repair)).map(({ cure }) => cure);
  const help = [...new Set(cures), `\`stratc explain ${problems[0]?.code ?? ""}\` says more.`];
  return new CommandFailure(1, "data_invalid", `The data cannot be used.\n  ${lines.join("\n  ")}`, help, { problems });
}
