/** One strategy of a live run: its engine, kernels and venue, taken through the instants as they close. The same walk as a backtest's. */
import type { Circumstances } from "../../engine/risk/circumstances.ts";
import type { LiveGate } from "../../engine/risk/gate.ts";
import type { LaneBackend } from "../../graph/kernel.ts";
import type { Graph } from "../../graph/nodes.ts";
import { firstClock } from "../../graph/traverse.ts";
import type { BarChunk } from "../../market/bars.ts";
import { calendarNamed } from "../../market/calendars.ts";
import type { FeedBar } from "../../market/feed.ts";
import { regularRows } from "../../market/sessions.ts";
import type { Instant } from "../../values/quantity.ts";
import { powerOfTen } from "../../values/wide.ts";
import { emptyUnion, timesOf, unite } from "../lanes/instants.ts";
import type { Loading } from "../lanes/loading.ts";
import { type Placement, placement, type TimeStretch } from "../lanes/placement.ts";
import { firstChanged, passRows, type ShareActions, shareActions } from "../lanes/share-actions.ts";
import { type ShareInstant, shareInstant } from "../lanes/share-instant.ts";
import { openWalk, tradedMoney } from "../opening.ts";
import type { RunRecord } from "../outcome.ts";
import { runRecord, type Units } from "../records.ts";
import { succeed } from "../rows.ts";
import { walk } from "../walk.ts";
import type { Walk } from "../walk-state.ts";
import { type BrokerDesk, brokerVenue } from "./broker-desk.ts";
import type { LiveStrategy } from "./journal.ts";

/** Rows that a kernel has room for beside what it remembers. An instant brings one; what is remembered moves when the room is used up. */
const CAPACITY = 256;

export interface StrategyRun {
  readonly name: string;
  readonly graph: Graph;
  readonly walk: Walk;
  readonly placement: Placement;
  /** What is still to happen to shares, by symbol of the graph. */
  readonly shares: readonly ShareActions[];
  /** Ticks in one of the currency, by symbol of the graph. */
  readonly ticksPerUnit: readonly number[];
  readonly units: Units;
  /** Its orders at a broker; null where the market is simulated. */
  readonly desk: BrokerDesk | null;
  readonly circumstances: Circumstances;
}

/** What a strategy trades with. */
export interface StrategySetting {
  readonly backend: LaneBackend;
  readonly gate: LiveGate;
  /** Its orders at a broker; null where the market is simulated. */
  readonly brokerDesk: ((units: Units) => BrokerDesk) | null;
}

/** Before its first instant. Throws `RunFailure` where the bars or the parameters do not fit. */
export function openStrategy(strategy: LiveStrategy, graph: Graph, setting: StrategySetting): StrategyRun {
  const { name, parameters, cash, priceDecimals, actions = [] } = strategy;
  const { backend, gate, brokerDesk } = setting;
  const { width } = firstClock(graph);
  const sources = graph.symbols.map((_, symbol) => ({
    info: { width, priceDecimals: priceDecimals[symbol] ?? 0 },
    actions: actions[symbol] ?? [],
  }));
  const money = tradedMoney({ graph, sources });
  const amount = money[0].parse(cash);
  if (amount === null) throw new Error(`cash of ${cash}`);
  const names = graph.symbols.filter(({ trades }) => trades);
  const units = { money: money[0], symbols: money.map(({ scale }, symbol) => ({ name: names[symbol]?.name ?? "", scale })) };
  const desk = brokerDesk?.(units) ?? null;
  const venueOf = desk === null ? {} : { venueOf: (symbol: number) => brokerVenue(desk, symbol) };
  const state = openWalk({ graph, parameters, backend, sources, capacity: CAPACITY, live: gate, ...venueOf }, money, amount);
  return {
    ...{ name, graph, walk: state, units, desk, circumstances: gate.circumstances },
    placement: placement(graph),
    shares: sources.map((source) => shareActions(source, graph)),
    ticksPerUnit: priceDecimals.map(powerOfTen),
  };
}

/**
 * Takes an instant that has closed with the bars of all symbols of the run; nothing happens where none of them ticks here. Asks the models of the host on
 * the way.
 */
export function* takeInstant(run: StrategyRun, end: Instant, bars: readonly FeedBar[], decides: boolean): Loading {
  const { graph } = run;
  const rows = graph.symbols.map(({ name }, symbol) =>
    rowOf(
      run,
      symbol,
      bars.find((bar) => bar.symbol === name),
    ),
  );
  const union = emptyUnion(1);
  for (const chunk of rows) unite(union, chunk.time, 0, chunk.rows);
  const happens = sharesChange(run, rows, end);
  if (happens !== null) yield* walked(run, happens.before, decides);
  for (const [symbol, own] of run.shares.entries()) passRows(own, rows[symbol] ?? NO_ROW);
  const stretch = run.placement.place(rows, timesOf(union), end);
  yield* walked(run, happens === null ? stretch : { ...stretch, changes: happens.changes }, decides);
}

function* walked({ walk: state }: StrategyRun, stretch: TimeStretch, decides: boolean): Loading {
  if (stretch.instants.length === 0) return;
  yield* state.course.prepare?.(stretch) ?? [];
  walk(state, stretch, decides);
}

/** What happens to shares before these rows; null where nothing does. */
function sharesChange({ shares, placement }: StrategyRun, rows: readonly BarChunk[], end: Instant): ShareInstant | null {
  const changing = shares.map((own, symbol) => {
    const chunk = rows[symbol] ?? NO_ROW;
    return firstChanged(own, chunk.time, 0, chunk.rows) < chunk.rows;
  });
  return changing.includes(true) ? shareInstant(placement, shares, changing, end, CAPACITY) : null;
}

const NO_PRICES = new Float64Array(0);
const NO_ROW: BarChunk = { rows: 0, time: NO_PRICES, columns: { open: NO_PRICES, high: NO_PRICES, low: NO_PRICES, close: NO_PRICES } };

/** The bar as a row of the first clock; none where it lies outside regular hours that the clock keeps to. */
function rowOf({ graph, ticksPerUnit }: StrategyRun, symbol: number, bar: FeedBar | undefined): BarChunk {
  if (bar === undefined) return NO_ROW;
  const { regularOnly, width } = firstClock(graph);
  const ticks = ticksPerUnit[symbol] ?? 1;
  const price = (value: number): Float64Array => Float64Array.of(Math.floor(value * ticks + 0.5));
  const chunk = {
    rows: 1,
    time: Float64Array.of(bar.end),
    columns: {
      open: price(bar.open),
      high: price(bar.high),
      low: price(bar.low),
      close: price(bar.close),
      volume: Float64Array.of(bar.volume),
    },
  };
  return regularOnly ? succeed(regularRows(calendarNamed(graph.calendar), width, chunk)) : chunk;
}

/** The records that have been made since they were asked for last. */
export function drainRecords({ walk: { engine }, units }: StrategyRun): readonly RunRecord[] {
  return engine.log.drain().map((record) => runRecord(record, units));
}
