/** The corporate actions of a run's symbols on its line of time: before which row each happens, and what the symbol's lanes begin anew on (semantics 13). */
import type { Graph } from "../../graph/nodes.ts";
import { type CorporateAction, inOrder, newShares } from "../../market/actions.ts";
import type { BarChunk, BarSource } from "../../market/bars.ts";
import { calendarNamed } from "../../market/calendars.ts";
import { readsDividends } from "../rows.ts";
import { firstAfter } from "./instants.ts";
import { adjustRows, allRows, type RowHistory, remember, rescaleRows, rowHistory } from "./row-history.ts";

type ActedSource = Pick<BarSource, "actions"> & { readonly info: Pick<BarSource["info"], "priceDecimals"> };

/** What of one symbol is still to come. */
export interface ShareActions {
  /** In order, each with the instant after which a row is on its ex-date or later. */
  readonly waiting: { readonly action: CorporateAction; readonly after: number }[];
  /** Whether features look back on prices adjusted for dividends. */
  readonly factors: boolean;
  /** d of the dataset's quantum 10^-d. */
  readonly priceDecimals: number;
  /** Null where nothing comes at which features begin anew. */
  readonly history: RowHistory | null;
  hasRows: boolean;
}

/** The actions of a dataset before its first row. */
export function shareActions({ actions = [], info }: ActedSource, graph: Graph): ShareActions {
  const calendar = calendarNamed(graph.calendar);
  const waiting = inOrder(actions).map((action) => ({ action, after: calendar.midnight(action.day) }));
  const history = mayBeginAnew(graph, actions) ? rowHistory() : null;
  return { waiting, factors: readsDividends(graph), priceDecimals: info.priceDecimals, history, hasRows: false };
}

/** The first of rows `from`..`to - 1` before which something happens, or `to`. What is no later than the run's first row does not happen. */
export function firstChanged({ waiting, hasRows }: ShareActions, time: Float64Array, from: number, to: number): number {
  const first = time[from];
  if (from >= to || first === undefined || waiting.length === 0) return to;
  if (!hasRows) while (waiting[0] !== undefined && waiting[0].after < first) waiting.shift();
  const [next] = waiting;
  return next === undefined ? to : firstAfter(time, next.after, from, to);
}

/** Takes those that happen before a row with this end, and puts the rows that are kept into what they leave. Throws `RunFailure` of a dividend that leaves nothing. */
export function takeActions({ waiting, history, factors, priceDecimals }: ShareActions, end: number): readonly CorporateAction[] {
  const count = waiting.findIndex(({ after }) => after >= end);
  const taken = waiting.splice(0, count < 0 ? waiting.length : count).map(({ action }) => action);
  if (history === null) return taken;
  for (const action of taken) {
    if (action.kind === "split") rescaleRows(history, newShares(action));
    else if (factors) adjustRows(history, action, priceDecimals);
  }
  return taken;
}

/** Takes note of rows that the run has come to. */
export function passRows(actions: ShareActions, rows: BarChunk): void {
  const { history, waiting } = actions;
  const coming = waiting.map(({ action }) => action);
  actions.hasRows ||= rows.rows > 0;
  if (history !== null && beginsAnew(actions, coming)) remember(history, rows);
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

/** Whether a symbol's features begin anew at one of these: at a split, and at a dividend where they look back on prices adjusted for it. */
export function beginsAnew({ factors }: Pick<ShareActions, "factors">, actions: readonly CorporateAction[]): boolean {
  return actions.some(({ kind }) => kind === "split" || factors);
}

/** The same of a graph's features. */
export function mayBeginAnew(graph: Graph, actions: readonly CorporateAction[]): boolean {
  return beginsAnew({ factors: readsDividends(graph) }, actions);
}

/** The rows on which a symbol begins anew after a split. */
export function pastRows({ history }: ShareActions, capacity: number): readonly BarChunk[] {
  return history === null ? [] : allRows(history, capacity);
}
