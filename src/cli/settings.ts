/** The values of flags: parameters, cash and dates, as people write them. What cannot be meant is a usage failure that says what could. */
import { CASH_PATTERN } from "../config/schema.ts";
import { closest } from "../diagnostics/closest.ts";
import type { Graph, Parameter } from "../graph/nodes.ts";
import { type Calendar, calendarNamed } from "../market/calendars.ts";
import { dateText, dayNumber } from "../values/civil-date.ts";
import { CommandFailure, usageFailure } from "./failure.ts";

/** One value for each parameter of the graph: the file's defaults, changed by `name=value` texts. A later text overrides an earlier one. */
export function parameterValues(graph: Graph, assignments: readonly string[]): number[] {
  const values = graph.parameters.map((parameter) => parameter.default);
  for (const assignment of assignments) {
    const { index, parameter, text } = assigned(graph, assignment, "name=value");
    values[index] = parameterValue(parameter, text);
  }
  return values;
}

/** For each parameter of the graph the different values that `name=a,b,c` texts list, in their order; none where no text names it. */
export function parameterLists(graph: Graph, assignments: readonly string[]): readonly (readonly number[])[] {
  const lists = graph.parameters.map(() => new Set<number>());
  for (const assignment of assignments) {
    const { index, parameter, text } = assigned(graph, assignment, "name=value or name=a,b,c");
    for (const value of text.split(",")) lists[index]?.add(parameterValue(parameter, value));
  }
  return lists.map((list) => [...list]);
}

/** The parameter that an assignment names, and what it says of it. */
function assigned(
  graph: Graph,
  assignment: string,
  form: string,
): { readonly index: number; readonly parameter: Parameter; readonly text: string } {
  const [, name, text] = /^([^=]+)=(.+)$/.exec(assignment) ?? [];
  if (name === undefined || text === undefined) throw usageFailure(`--param takes ${form}, not \`${assignment}\`.`);
  const index = graph.parameters.findIndex((parameter) => parameter.name === name);
  const parameter = graph.parameters[index];
  if (parameter === undefined) throw unknownParameter(graph, name);
  return { index, parameter, text };
}

function unknownParameter(graph: Graph, name: string): CommandFailure {
  const names = graph.parameters.map((parameter) => parameter.name);
  const meant = closest(name, names);
  const known = names.length === 0 ? `${graph.strategy} has no parameters.` : `${graph.strategy} has ${names.join(", ")}.`;
  const help = meant === undefined ? known : `Did you mean \`${meant}\`? ${known}`;
  return new CommandFailure(2, "invalid_parameters", `${graph.strategy} has no parameter \`${name}\`.`, [help]);
}

const SCALES: Readonly<Record<string, number>> = { "": 1, "%": 100, bps: 10_000 };

/** A number as in the language, with `_` between digits and `%` or `bps` behind ratios. */
function parameterValue(parameter: Parameter, text: string): number {
  const { name, kind, min, max } = parameter;
  const [, digits, suffix = ""] = /^(-?\d[\d_]*(?:\.\d+)?)([a-z/%]*)$/.exec(text) ?? [];
  const scale = suffix === parameter.unit || suffix === "bars" ? 1 : SCALES[suffix];
  const invalid = (what: string): CommandFailure =>
    new CommandFailure(2, "invalid_parameters", `${name} = ${text}: ${what}.`, [`${name} lies in ${min}..${max}.`]);
  if (digits === undefined || scale === undefined) throw invalid("this is not a number");
  const value = Number(digits.replaceAll("_", "")) / scale;
  if (kind === "int" && !Number.isInteger(value)) throw invalid("this is not a whole number");
  if (value < min || value > max) throw invalid("out of range");
  return value;
}

/** Starting cash as exact text: "100_000usd", "100000", "2500.50". */
export function cashText(text: string): string {
  if (!new RegExp(CASH_PATTERN, "u").test(text)) {
    throw new CommandFailure(2, "invalid_cash", `--cash takes an amount above 0 such as 100_000usd, not \`${text}\`.`);
  }
  return text
    .replace("usd", "")
    .replaceAll("_", "")
    .replace(/^0+(?=\d)/, "");
}

export interface Period {
  readonly from?: number;
  readonly to?: number;
}

/**
 * The first and last end of a bar that counts. A date stands for its whole session: `--from 2019-02-04` begins with the first bar of that date,
 * `--to` ends with its last. An instant such as 2019-02-04T15:00Z stands for itself.
 */
export function periodOf(from: string | undefined, to: string | undefined, calendarName: Graph["calendar"]): Period {
  const calendar = calendarNamed(calendarName);
  const period = {
    ...(from === undefined ? {} : { from: boundary("--from", from, (day) => calendar.midnight(day) + 1, calendar) }),
    ...(to === undefined ? {} : { to: boundary("--to", to, (day) => calendar.midnight(day + 1), calendar) }),
  };
  if (period.from !== undefined && period.to !== undefined && period.from > period.to) {
    throw usageFailure(`--from ${from} is after --to ${to}.`);
  }
  return period;
}

/** An instant as it stands; a date as the last bar of its session. */
export function instantOf(flag: string, text: string, calendarName: Graph["calendar"]): number {
  const calendar = calendarNamed(calendarName);
  return boundary(flag, text, (day) => calendar.midnight(day + 1), calendar);
}

function boundary(flag: string, text: string, ofDate: (day: number) => number, calendar: Calendar): number {
  const [, year, month, date, hour, minute, second = "0"] =
    /^(\d{4})-(\d\d)-(\d\d)(?:T([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d))?Z)?$/.exec(text) ?? [];
  const day = dayNumber(Number(year), Number(month), Number(date));
  if (!text.startsWith(dateText(day))) {
    throw usageFailure(`${flag} takes a date such as 2019-02-04 or an instant such as 2019-02-04T15:00Z, not \`${text}\`.`);
  }
  if (day < calendar.firstDay || day > calendar.lastDay) {
    throw usageFailure(
      `${flag} ${text} is outside the ${calendar.name} calendar, which knows ${dateText(calendar.firstDay)} to ${dateText(calendar.lastDay)}.`,
    );
  }
  if (hour === undefined) return ofDate(day);
  return (((day * 24 + Number(hour)) * 60 + Number(minute)) * 60 + Number(second)) * 1_000_000;
}

/** A flag that takes a whole number above 0. */
export function countOf(flag: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^[1-9]\d{0,14}$/.test(text)) throw usageFailure(`${flag} takes a whole number above 0, not \`${text}\`.`);
  return Number(text);
}

/** The same, or none: 0 unless given. */
export function countOrNone(flag: string, text: string | undefined): number {
  return text === "0" ? 0 : (countOf(flag, text) ?? 0);
}
