/** Bars of the past for a live run: what a warm start needs, and what a gap has hidden (semantics 14.4, 14.5). */
import { bounds } from "../../graph/bounds.ts";
import type { Graph } from "../../graph/nodes.ts";
import { firstClock } from "../../graph/traverse.ts";
import { calendarNamed } from "../../market/calendars.ts";
import type { Feed, FeedBar } from "../../market/feed.ts";
import type { Answer } from "../../market/outside.ts";
import { regularRows } from "../../market/sessions.ts";
import { type Instant, instant } from "../../values/quantity.ts";
import { clockGrid } from "../lanes/lane-rows.ts";
import { succeed } from "../rows.ts";
import type { ClosedInstant } from "./assembly.ts";

/** What is asked for at first, in bars, and how much more each time that was too little. */
const FIRST_BARS = 256;
const GROWTH = 4;
const DAY = 86_400_000_000;

interface Asked {
  readonly feed: Feed;
  readonly symbols: readonly string[];
  readonly width: number;
}

/** A strategy as far as its warm start goes. */
export interface Warming {
  readonly graph: Graph;
  readonly parameters: readonly number[];
}

/** The bars of all symbols that end in `from`..`to`, by symbol. */
async function fetchAll({ feed, symbols, width }: Asked, from: Instant, to: Instant): Promise<Answer<readonly (readonly FeedBar[])[]>> {
  const all: (readonly FeedBar[])[] = [];
  for (const symbol of symbols) {
    const answer = await feed.history({ symbol, width, from, to });
    if (!answer.ok) return answer;
    all.push(answer.value);
  }
  return { ok: true, value: all };
}

/** The instants of all bars that end in `from`..`to`. */
export async function instantsBetween(asked: Asked, from: Instant, to: Instant): Promise<Answer<readonly ClosedInstant[]>> {
  const answer = await fetchAll(asked, from, to);
  return answer.ok ? { ok: true, value: instantsOf(answer.value) } : answer;
}

/** The instants before `now` that the strategies' rules need to be ready and settled: for each symbol as many bars as that takes and no more, or all there are. */
export async function warmInstants(asked: Asked, warming: readonly Warming[], now: Instant): Promise<Answer<readonly ClosedInstant[]>> {
  let before = -1;
  for (let span = Math.max(asked.width * FIRST_BARS, 10 * DAY); ; span *= GROWTH) {
    const answer = await fetchAll(asked, instant(now - span), now);
    if (!answer.ok) return answer;
    const count = answer.value.reduce((sum, bars) => sum + bars.length, 0);
    const begins = answer.value.map((bars, index) => beginOf(bars, asked.symbols[index] ?? "", warming));
    const isEnough = begins.every((begin) => begin !== null);
    if (!isEnough && count > before) {
      before = count;
      continue;
    }
    const begin = Math.min(...begins.map((each) => each ?? Number.NEGATIVE_INFINITY));
    return { ok: true, value: instantsOf(answer.value.map((bars) => bars.filter(({ end }) => end >= begin))) };
  }
}

/** The end of the first bar that some strategy needs of a symbol; infinite where none does, null where there are not enough. */
function beginOf(bars: readonly FeedBar[], symbol: string, warming: readonly Warming[]): number | null {
  let begin = Number.POSITIVE_INFINITY;
  for (const each of warming) {
    if (!each.graph.symbols.some(({ name }) => name === symbol)) continue;
    const times = rowTimes(each.graph, bars);
    const rows = rowsNeeded(each, times);
    if (rows === null) return null;
    begin = Math.min(begin, times[times.length - rows] ?? Number.POSITIVE_INFINITY);
  }
  return begin;
}

/** The ends of the bars for which the first clock ticks. */
function rowTimes(graph: Graph, bars: readonly FeedBar[]): Float64Array {
  const { regularOnly, width } = firstClock(graph);
  const time = Float64Array.from(bars, ({ end }) => end);
  if (!regularOnly) return time;
  const none = new Float64Array(time.length);
  const chunk = { rows: time.length, time, columns: { open: none, high: none, low: none, close: none } };
  return succeed(regularRows(calendarNamed(graph.calendar), width, chunk)).time;
}

/** How many of the last rows are needed before the first decision: warm-up on every clock, and after it the settling. Where nobody knows how long that takes it is left out. */
function rowsNeeded({ graph, parameters }: Warming, times: Float64Array): number | null {
  const { clockWarmups, settling } = bounds(graph, parameters);
  const settled = typeof settling === "number" ? settling : 0;
  let needed = (clockWarmups.get(0) ?? 1) - 1 + settled;
  for (const [clock, description] of graph.clocks.entries()) {
    const ticks = clockWarmups.get(clock);
    if (description.of === null || ticks === undefined) continue;
    const grid = clockGrid(graph, calendarNamed(graph.calendar), description);
    const first = beginOfTicks(times, times.length - settled, ticks + 1, grid);
    if (first === null) return null;
    needed = Math.max(needed, times.length - first);
  }
  return needed <= times.length ? needed : null;
}

/** The first row of the last `count` ticks that have rows before row `end`; null where that is not in sight. */
function beginOfTicks(times: Float64Array, end: number, count: number, grid: (time: number) => number): number | null {
  let left = count;
  let tick = Number.NaN;
  for (let row = end - 1; row >= 0; row--) {
    const at = grid(times[row] ?? Number.NaN);
    if (at === tick) continue;
    if (left === 0) return row + 1;
    tick = at;
    left -= 1;
  }
  return null;
}

/** Bars of several symbols in the order of time. */
function instantsOf(all: readonly (readonly FeedBar[])[]): readonly ClosedInstant[] {
  const byEnd = new Map<number, FeedBar[]>();
  for (const bars of all) {
    for (const bar of bars) {
      const known = byEnd.get(bar.end);
      if (known === undefined) byEnd.set(bar.end, [bar]);
      else known.push(bar);
    }
  }
  return [...byEnd].sort(([a], [b]) => a - b).map(([end, bars]) => ({ end: instant(end), bars }));
}
