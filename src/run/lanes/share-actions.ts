/** The corporate actions of a run's symbols on its line of time: before which row each happens, and what the symbol's lanes begin anew on (semantics 13). */
import { type CorporateAction, inOrder, newShares } from "../../market/actions.ts";
import type { BarChunk, BarSource } from "../../market/bars.ts";
import type { Calendar } from "../../market/calendars.ts";
import { firstAfter } from "./instants.ts";
import { allRows, type RowHistory, remember, rescaleRows, rowHistory } from "./row-history.ts";

/** What of one symbol is still to come. */
export interface ShareActions {
  /** In order, each with the instant after which a row is on its ex-date or later. */
  readonly waiting: { readonly action: CorporateAction; readonly after: number }[];
  /** Null where no split comes. */
  readonly history: RowHistory | null;
  hasRows: boolean;
}

/** The actions of a dataset before its first row. */
export function shareActions({ actions = [] }: Pick<BarSource, "actions">, calendar: Calendar): ShareActions {
  const waiting = inOrder(actions).map((action) => ({ action, after: calendar.midnight(action.day) }));
  return { waiting, history: splits(actions) ? rowHistory() : null, hasRows: false };
}

/** The first of rows `from`..`to - 1` before which something happens, or `to`. What is no later than the run's first row does not happen. */
export function firstChanged({ waiting, hasRows }: ShareActions, time: Float64Array, from: number, to: number): number {
  const first = time[from];
  if (from >= to || first === undefined || waiting.length === 0) return to;
  if (!hasRows) while (waiting[0] !== undefined && waiting[0].after < first) waiting.shift();
  const [next] = waiting;
  return next === undefined ? to : firstAfter(time, next.after, from, to);
}

/** Takes those that happen before a row with this end, and puts the rows that are kept into the shares that they leave. */
export function takeActions({ waiting, history }: ShareActions, end: number): readonly CorporateAction[] {
  const count = waiting.findIndex(({ after }) => after >= end);
  const taken = waiting.splice(0, count < 0 ? waiting.length : count).map(({ action }) => action);
  for (const action of taken) if (action.kind === "split" && history !== null) rescaleRows(history, newShares(action));
  return taken;
}

/** Takes note of rows that the run has come to. */
export function passRows(actions: ShareActions, rows: BarChunk): void {
  actions.hasRows ||= rows.rows > 0;
  if (actions.history !== null && actions.waiting.some(({ action }) => action.kind === "split")) remember(actions.history, rows);
}

/** What of it changes, as plain data. */
export interface SavedShares extends Pick<ShareActions, "history" | "hasRows"> {
  /** How many are still to come. */
  readonly waiting: number;
}

export function saveShares({ waiting, history, hasRows }: ShareActions): SavedShares {
  return { waiting: waiting.length, history, hasRows };
}

/** Takes the actions of a dataset before its first row to where the saved ones were. */
export function restoreShares(shares: ShareActions, { waiting, history, hasRows }: SavedShares): void {
  shares.waiting.splice(0, shares.waiting.length - waiting);
  if (shares.history !== null) Object.assign(shares.history, history);
  shares.hasRows = hasRows;
}

export function splits(actions: readonly CorporateAction[]): boolean {
  return actions.some(({ kind }) => kind === "split");
}

/** The rows on which a symbol begins anew after a split. */
export function pastRows({ history }: ShareActions, capacity: number): readonly BarChunk[] {
  return history === null ? [] : allRows(history, capacity);
}
