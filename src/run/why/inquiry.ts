/** A backtest up to one instant, and what was asked, known and decided there: the same walk, kernels, engine and gate. */
import type { Engine } from "../../engine/state.ts";
import type { Graph } from "../../graph/nodes.ts";
import { formatDecimal } from "../../values/decimal.ts";
import { instantText } from "../../values/instant.ts";
import { type Instant, instant } from "../../values/quantity.ts";
import { type BacktestInput, beginBacktest, stretchesOf } from "../backtest.ts";
import { type BacktestFailure, failureOf } from "../failure.ts";
import type { TimeStretch } from "../lanes/placement.ts";
import type { RunRecord } from "../outcome.ts";
import { runRecord, unitsOf } from "../records.ts";
import { type Standing, standingOf } from "./standing.ts";
import { type RuleReading, type WantedNodes, watch } from "./watch.ts";

export interface Inquiry extends Omit<BacktestInput, "journal" | "to"> {
  /** UTC microseconds: the last instant up to it is looked at. */
  readonly at: number;
  /** By rule. */
  readonly wanted: WantedNodes;
}

/** Where an instant stands among those of the data. */
export interface InstantPlace {
  readonly instant: Instant;
  readonly next: Instant | null;
  readonly last: Instant;
  /** By symbol of the graph, its row there on the first clock; null where it has none. */
  readonly bars: readonly (InstantBar | null)[];
}

/** Prices are decimal text in currency. */
export interface InstantBar {
  /** Counted over the run; null where nobody counts. */
  readonly row: number | null;
  readonly open: string;
  readonly high: string;
  readonly low: string;
  readonly close: string;
}

/** What was the case at one instant. */
export interface Findings {
  readonly graph: Graph;
  readonly place: InstantPlace;
  /** Before exits and entries were asked there; where none was asked, after the instant. */
  readonly standing: Standing;
  readonly readings: readonly RuleReading[];
  /** Of that instant, in order. */
  readonly records: readonly RunRecord[];
  /** By traded symbol, what is missing to its first decision; null where it decides. */
  readonly warmups: readonly (Warmup | null)[];
  /** Why nothing is decided at all there; null where rules are asked. */
  readonly undecided: string | null;
}

/** The first instant with decisions, null where the data ends before; and how many instants come until then, null where nobody knows. */
export interface Warmup {
  readonly start: Instant | null;
  readonly instants: number | null;
}

export type InquiryResult =
  | { readonly ok: true; readonly findings: Findings }
  /** Every instant of the data is later, or it has none. */
  | { readonly ok: false; readonly failure: BacktestFailure | { readonly kind: "before_data"; readonly first: Instant | null } };

/** Runs a strategy up to the last instant that is no later than `at`. */
export async function inquire(inquiry: Inquiry): Promise<InquiryResult> {
  try {
    const { place, first } = await placeOf(inquiry);
    if (place === null) return { ok: false, failure: { kind: "before_data", first } };
    return { ok: true, findings: await look(inquiry, place) };
  } catch (error) {
    const failure = failureOf(error, inquiry.graph);
    if (failure === null) throw error;
    return { ok: false, failure };
  }
}

/** Goes through the instants of the data without evaluating anything. */
async function placeOf(inquiry: Inquiry): Promise<{ readonly place: InstantPlace | null; readonly first: Instant | null }> {
  let first: Instant | null = null;
  let found: Omit<InstantPlace, "next" | "last"> | null = null;
  let next: Instant | null = null;
  let last: Instant | null = null;
  for await (const stretch of stretchesOf(inquiry)) {
    const times = stretch.instants;
    const later = times.findIndex((time) => time > inquiry.at);
    const at = (later < 0 ? times.length : later) - 1;
    first ??= instant(times[0] ?? Number.NaN);
    last = instant(times[times.length - 1] ?? Number.NaN);
    if (later >= 0) next ??= instant(times[later] ?? Number.NaN);
    if (at >= 0) found = { instant: instant(times[at] ?? Number.NaN), bars: barsAt(inquiry, stretch, at) };
  }
  return { place: found === null || last === null ? null : { ...found, next, last }, first };
}

function barsAt({ graph, sources }: Inquiry, { instants, lane }: TimeStretch, at: number): InstantPlace["bars"] {
  return graph.symbols.map((_, symbol) => {
    const { bars, firstRow } = lane(0, symbol);
    const row = bars.time.subarray(0, bars.rows).indexOf(instants[at] ?? Number.NaN);
    if (row < 0) return null;
    const { open, high, low, close } = bars.columns;
    const text = (column: Float64Array): string => formatDecimal(column[row] ?? Number.NaN, sources[symbol]?.info.priceDecimals ?? 0);
    return { row: firstRow + row, open: text(open), high: text(high), low: text(low), close: text(close) };
  });
}

async function look(inquiry: Inquiry, place: InstantPlace): Promise<Findings> {
  const { graph } = inquiry;
  let before: Standing | null = null;
  const keep = (): void => {
    before = standingOf(running.engine);
  };
  const watching = watch(inquiry.backend, place.instant, () => inquiry.wanted, keep);
  const running = beginBacktest({ ...inquiry, backend: watching.backend, to: place.instant, inSample: true });
  for await (const stretch of stretchesOf({ ...inquiry, to: place.instant })) {
    await running.prepare?.(stretch);
    running.take(stretch);
  }
  const standing = before ?? standingOf(running.engine);
  const records = recordsAt(running.engine, place.instant);
  const starts = running.end().symbols.map(({ start }) => start);
  const decides = starts.every((start) => start !== null && start <= place.instant);
  const warmups = decides ? starts.map(() => null) : await warmupsOf(inquiry, place.instant);
  return { graph, place, standing, readings: watching.readings(graph), records, warmups, undecided: null };
}

function recordsAt(engine: Engine, time: Instant): readonly RunRecord[] {
  const units = unitsOf(engine);
  const records = Array.from({ length: engine.log.length }, (_, index) => runRecord(engine.log.at(index), units));
  const text = instantText(time);
  return records.filter((record) => record.event !== "end" && record.time === text);
}

/** Runs on, to see when each symbol decides for the first time. */
async function warmupsOf(inquiry: Inquiry, from: Instant): Promise<readonly (Warmup | null)[]> {
  const running = beginBacktest({ ...inquiry, inSample: true });
  const later: number[] = [];
  for await (const stretch of stretchesOf(inquiry)) {
    await running.prepare?.(stretch);
    running.take(stretch);
    later.push(...stretch.instants.filter((time) => time > from));
  }
  return running.end().symbols.map(({ start }) => {
    if (start === null) return { start: null, instants: later.length };
    return start <= from ? null : { start: instant(start), instants: later.filter((time) => time <= start).length };
  });
}
