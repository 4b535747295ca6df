/**
 * Tables of corporate actions, as text: `symbol,date,kind,value` with a header (the symbol may be left out), or a factor file of the LEAN engine. A split's
 * value is new shares to old ones (`7:1`, or `7`), a dividend's an amount a share.
 */
import { type CorporateAction, inOrder } from "../market/actions.ts";
import type { Calendar } from "../market/calendars.ts";
import { dateText, dayNumber } from "../values/civil-date.ts";
import { type DataResult, type FindingLog, failure, findingLog, record, standing } from "./problems.ts";

/** By symbol; "" where the table names none. */
export type ActionTable = ReadonlyMap<string, readonly CorporateAction[]>;

const HEADER = /^(symbol,)?date,kind,value$/;
const FACTORS = /^(\d{4})(\d\d)(\d\d),([\d.]+),([\d.]+),([\d.]+)$/;
const SHARES_MAX = 1_000_000;

/** Reads a table; `calendar` says the ex-dates of a factor file, whose dates are the last before. */
export function readActions(text: string, file: string, calendar: Calendar): DataResult<ActionTable> {
  const lines = text
    .replace(/^\uFEFF/, "")
    .split(/\r?\n/)
    .map((line) => line.trim());
  const first = lines.findIndex((line) => line !== "");
  const header = (lines[first] ?? "").toLowerCase();
  const log = findingLog(false);
  if (FACTORS.test(header)) return result(new Map([["", factorActions(lines, file, calendar, log)]]), log);
  const named = HEADER.exec(header);
  if (named === null) return failure("D301", file, `it begins with \`${(lines[first] ?? "").slice(0, 60)}\``);
  const table = new Map<string, CorporateAction[]>();
  lines.forEach((line, index) => {
    if (line === "" || index <= first) return;
    const cells = line.split(",").map((cell) => cell.trim());
    const symbol = named[1] === undefined ? "" : (cells.shift() ?? "");
    const action = actionOf(cells);
    if (typeof action === "string") record(log, "D302", file, index + 1, () => action);
    else add(table, symbol, action, () => record(log, "D303", file, index + 1, () => `${symbol} ${line} is there before`.trim()));
  });
  return result(table, log);
}

function result(table: ActionTable, log: FindingLog): DataResult<ActionTable> {
  const problems = standing(log);
  if (problems.length > 0) return { ok: false, problems };
  return { ok: true, value: new Map([...table].map(([symbol, actions]) => [symbol, inOrder(actions)])) };
}

/** A date has one split; several dividends of one date differ in their amounts. */
function add(table: Map<string, CorporateAction[]>, symbol: string, action: CorporateAction, twice: () => void): void {
  const all = table.get(symbol) ?? [];
  table.set(symbol, all);
  const isSame = (other: CorporateAction): boolean =>
    other.day === action.day &&
    (other.kind === "split" ? action.kind === "split" : action.kind === "dividend" && other.amount === action.amount);
  if (all.some(isSame)) twice();
  else all.push(action);
}

/** The action of a row; what is wrong with it in words. */
function actionOf([date = "", kind = "", value = "", ...more]: readonly string[]): CorporateAction | string {
  const [, year, month, of] = /^(\d{4})-(\d\d)-(\d\d)$/.exec(date) ?? [];
  const day = dayNumber(Number(year), Number(month), Number(of));
  if (more.length > 0 || value === "") return `a row has a date, a kind and a value, this one ${more.length > 0 ? "more" : "less"}`;
  if (Number.isNaN(day) || dateText(day) !== date) return `\`${date}\` is no date such as 2014-06-09`;
  switch (kind.toLowerCase()) {
    case "split":
      return splitOf(day, value) ?? `\`${value}\` is no split such as 7:1, new shares to old ones`;
    case "dividend":
      return /^\d{1,9}(\.\d{1,9})?$/.test(value) && Number(value) > 0
        ? { kind: "dividend", day, amount: value }
        : `\`${value}\` is no amount a share such as 0.47`;
    default:
      return `\`${kind}\` is neither split nor dividend`;
  }
}

function splitOf(day: number, value: string): CorporateAction | null {
  const [, shares, per = "1"] = /^(\d+)(?:[:/](\d+))?$/.exec(value) ?? [];
  const [gives, takes] = [Number(shares), Number(per)];
  const isWhole = (count: number): boolean => Number.isInteger(count) && count > 0 && count <= SHARES_MAX;
  return isWhole(gives) && isWhole(takes) && gives !== takes ? { kind: "split", day, shares: gives, per: takes } : null;
}

/** A row of a factor file: what prices up to its date are multiplied with, and the last close at that date. */
interface Factors {
  readonly day: number;
  readonly price: number;
  readonly split: number;
  readonly reference: number;
}

/** What happened between each two rows of a factor file, on the session after the earlier one. */
function factorActions(lines: readonly string[], file: string, calendar: Calendar, log: FindingLog): readonly CorporateAction[] {
  const rows: Factors[] = [];
  lines.forEach((line, index) => {
    const [, year, month, day, price, split, reference] = FACTORS.exec(line) ?? [];
    if (line === "") return;
    if (year === undefined) record(log, "D302", file, index + 1, () => `\`${line.slice(0, 60)}\` is no row of factors`);
    else {
      const of = dayNumber(Number(year), Number(month), Number(day));
      rows.push({ day: of, price: Number(price), split: Number(split), reference: Number(reference) });
    }
  });
  return rows.flatMap((row, index) => {
    const next = rows[index + 1];
    return next === undefined ? [] : between(row, next, nextSession(calendar, row.day));
  });
}

function nextSession(calendar: Calendar, day: number): number {
  let next = day + 1;
  while (next < calendar.lastDay && !calendar.isSession(next)) next++;
  return next;
}

/** Half a unit of the last place of a factor. */
const FACTOR_ERROR = 0.5e-7;

function between(row: Factors, next: Factors, day: number): readonly CorporateAction[] {
  const actions: CorporateAction[] = [];
  if (next.split !== row.split) {
    const ratio = next.split / row.split;
    const error = ratio * FACTOR_ERROR * (1 / row.split + 1 / next.split);
    actions.push({ kind: "split", day, ...simplest(ratio, error) });
  }
  if (next.price !== row.price) {
    const amount = row.reference * (1 - row.price / next.price);
    actions.push({ kind: "dividend", day, amount: shortest(amount, (row.reference * 2 * FACTOR_ERROR) / next.price) });
  }
  return actions;
}

/** The ratio of the smallest whole numbers that is within `error` of `value`. */
function simplest(value: number, error: number): { readonly shares: number; readonly per: number } {
  for (let per = 1; per <= SHARES_MAX; per++) {
    const shares = Math.round(value * per);
    if (shares > 0 && Math.abs(shares / per - value) <= error) return { shares, per };
  }
  return { shares: Math.round(value * SHARES_MAX), per: SHARES_MAX };
}

/** The decimal with the fewest digits that is within `error` of `value`. */
function shortest(value: number, error: number): string {
  for (let digits = 2; digits < 7; digits++) {
    if (Math.abs(Number(value.toFixed(digits)) - value) <= error) return value.toFixed(digits);
  }
  return value.toFixed(7);
}

/** The actions of one symbol as a table of its own. */
export function actionsText(actions: readonly CorporateAction[]): string {
  const rows = actions.map((action) => {
    const value = action.kind === "split" ? `${action.shares}:${action.per}` : action.amount;
    return `${dateText(action.day)},${action.kind},${value}\n`;
  });
  return `date,kind,value\n${rows.join("")}`;
}
