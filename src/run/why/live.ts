/** The journal of a live run consumed again up to one instant, and what was asked, known and decided there. */
import type { LaneBackend } from "../../graph/kernel.ts";
import type { Graph } from "../../graph/nodes.ts";
import type { FeedBar } from "../../market/feed.ts";
import { instant } from "../../values/quantity.ts";
import type { LiveInput } from "../live/input.ts";
import type { LiveJournalReading } from "../live/journal.ts";
import { liveRun } from "../live/live-run.ts";
import type { LiveRecord } from "../live/record.ts";
import type { StrategyRun } from "../live/strategy.ts";
import type { Findings, InstantPlace } from "./inquiry.ts";
import { type Standing, standingOf } from "./standing.ts";
import { type WantedNodes, watch } from "./watch.ts";

type ClosedInstant = Extract<LiveInput, { kind: "instant" }>;

export interface JournalInquiry {
  readonly reading: LiveJournalReading;
  /** Of its strategies, in their order, with what is wanted of each; where the journal begins with a snapshot no values are told. */
  readonly graphs: readonly { readonly graph: Graph; readonly wanted: WantedNodes }[];
  readonly backend: LaneBackend;
  /** UTC microseconds: the last instant up to it is looked at. */
  readonly at: number;
}

/** By strategy; or the first instant where all are later, null where there is none. */
export type JournalFindings =
  | { readonly ok: true; readonly findings: readonly Findings[] }
  | { readonly ok: false; readonly first: number | null };

/** Throws what a run that cannot go on throws. */
export async function inquireJournal(inquiry: JournalInquiry): Promise<JournalFindings> {
  const { found, first, next, last } = await placeOf(inquiry);
  if (found === null || last === null) return { ok: false, first };
  const place = { instant: found.end, next: next === null ? null : instant(next), last: instant(last) };
  return { ok: true, findings: await look(inquiry, found, place) };
}

async function placeOf({ reading, at }: JournalInquiry) {
  let first: number | null = null;
  let found: ClosedInstant | null = null;
  let next: number | null = null;
  let last: number | null = null;
  for await (const { entry } of reading.entries(reading.snapshot?.sequence ?? 0)) {
    if (entry.entry !== "input" || entry.input.kind !== "instant") continue;
    const { end } = entry.input;
    first ??= end;
    last = end;
    if (end <= at) found = entry.input;
    else next ??= end;
  }
  return { found, first, next, last } as {
    readonly found: ClosedInstant | null;
    readonly first: number | null;
    readonly next: number | null;
    readonly last: number | null;
  };
}

async function look(
  { reading, graphs, backend }: JournalInquiry,
  found: ClosedInstant,
  place: Omit<InstantPlace, "bars">,
): Promise<readonly Findings[]> {
  const before = new Map<Graph, Standing>();
  const { snapshot } = reading;
  const wantedOf = (graph: Graph): WantedNodes => (snapshot === null ? (graphs.find((one) => one.graph === graph)?.wanted ?? []) : null);
  const watching = watch(backend, found.end, wantedOf, (graph) => {
    const run = running.strategies.find((strategy) => strategy.graph === graph);
    if (run !== undefined) before.set(graph, standingOf(run.walk.engine));
  });
  let told: LiveRecord[] = [];
  const own = graphs.map(({ graph }) => graph);
  const running = liveRun(reading.beginning, own, watching.backend, (record) => told.push(record));
  if (snapshot !== null) running.restore(snapshot.state);
  for await (const { entry } of reading.entries(snapshot?.sequence ?? 0)) {
    if (entry.entry !== "input") continue;
    told = [];
    running.consume(entry.input);
    if (entry.input.kind === "instant" && entry.input.end === found.end) break;
  }
  return running.strategies.map((run) => {
    const { graph, name, walk } = run;
    const records = told.flatMap((record) => (record.kind === "engine" && record.strategy === name ? [record.record] : []));
    return {
      graph,
      place: { ...place, bars: barsOf(run, found.bars) },
      standing: before.get(graph) ?? standingOf(walk.engine),
      readings: watching.readings(graph),
      records,
      warmups: walk.desks.map(({ start }) => (start <= found.end ? null : { start: null, instants: null })),
      undecided: found.origin === "live" ? null : UNDECIDED[found.origin],
    };
  });
}

const UNDECIDED = {
  history: "this row was history when the run began, and nothing is decided on that",
  repair: "this row came after a gap, and nothing is decided on such rows",
} as const;

function barsOf({ graph }: StrategyRun, bars: readonly FeedBar[]): InstantPlace["bars"] {
  return graph.symbols.map(({ name }) => {
    const bar = bars.find(({ symbol }) => symbol === name);
    if (bar === undefined) return null;
    const { open, high, low, close } = bar;
    return { row: null, open: String(open), high: String(high), low: String(low), close: String(close) };
  });
}
