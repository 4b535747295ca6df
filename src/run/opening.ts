/** Everything that must be right before the first row: the checks of what a run is given, and its walk, ready to begin. */

import { widthText } from "../data/conventions.ts";
import { entryLimits } from "../engine/brakes.ts";
import type { LiveGate } from "../engine/risk/gate.ts";
import { bookIn, createEngine, type Engine } from "../engine/state.ts";
import { bounds } from "../graph/bounds.ts";
import { decides } from "../graph/demand.ts";
import { evaluateRun } from "../graph/evaluate.ts";
import type { LaneBackend } from "../graph/kernel.ts";
import { isSole, soleLane } from "../graph/lanes.ts";
import type { ClockId, Graph, SymbolId } from "../graph/nodes.ts";
import { firstClock } from "../graph/traverse.ts";
import type { BarSource, DatasetInfo } from "../market/bars.ts";
import { calendarNamed } from "../market/calendars.ts";
import type { Money, MoneyArithmetic } from "../values/money.ts";
import { moneyArithmetic } from "../values/money-arithmetic.ts";
import { scalesOf } from "../values/quantity.ts";
import { byVenue, simulatedVenue, type Venue } from "../venue/venue.ts";
import { accountMarks } from "./account-marks.ts";
import { type Desk, deskOf, rulesOn, type SymbolLane, type UniverseLane } from "./desks.ts";
import { legsReader, observedNodes, ruleReader } from "./expressions.ts";
import { RunFailure } from "./failure.ts";
import { createLanes, type Lanes } from "./lanes/host.ts";
import { NO_ROWS } from "./lanes/lane-rows.ts";
import { mayBeginAnew } from "./lanes/share-actions.ts";
import { lanesCourse } from "./lanes-course.ts";
import { quoteWatch } from "./quote-watch.ts";
import { soleCourse } from "./sole-course.ts";
import { fileFacts } from "./triggers.ts";
import { startWalk, type Walk } from "./walk-state.ts";

export interface Opening {
  readonly graph: Graph;
  readonly parameters: readonly number[];
  readonly backend: LaneBackend;
  /** Of each symbol's bars, in the order of the graph. */
  readonly sources: readonly (Pick<BarSource, "actions"> & { readonly info: Pick<DatasetInfo, "width" | "events" | "priceDecimals"> })[];
  readonly capacity: number;
  /** Of a live run. */
  readonly live?: LiveGate;
  /** Where the orders of a traded symbol go; the simulated market unless given. */
  readonly venueOf?: (symbol: SymbolId, money: MoneyArithmetic) => Venue;
}

/** The arithmetic of each traded symbol, all over one money. */
export function tradedMoney({ graph, sources }: Pick<Opening, "graph" | "sources">): readonly [MoneyArithmetic, ...MoneyArithmetic[]] {
  const traded = sources.filter((_, symbol) => graph.symbols[symbol]?.trades);
  const decimals = traded.map(({ info }) => info.priceDecimals);
  const [first, ...others] = scalesOf(decimals, 0).map(moneyArithmetic);
  if (first === undefined) throw new Error("a graph that trades nothing");
  return [first, ...others];
}

/** The walk before its first instant. Throws `RunFailure` where the datasets or the parameters do not fit. */
export function openWalk(opening: Opening, money: readonly [MoneyArithmetic, ...MoneyArithmetic[]], cash: Money): Walk {
  const { graph, parameters } = opening;
  checkWidths(opening);
  checkParameters(graph, parameters);
  const [first, ...others] = money;
  const terms = (own: MoneyArithmetic, symbol: SymbolId) => {
    const values = evaluateRun(graph, parameters, symbol);
    if (graph.requirements.some((node) => values[node] !== true)) {
      throw new RunFailure({ kind: "invalid_parameters", message: "these parameters break a `require` of the file" });
    }
    return { money: own, limits: entryLimits(graph, values) };
  };
  const engine = createEngine(graph, cash, [terms(first, 0), ...others.map((own, index) => terms(own, index + 1))], opening.live ?? null);
  const { venueOf = (_, own) => simulatedVenue(graph.simulate, own, firstClock(graph).events) } = opening;
  const venues = money.map((own, symbol) => venueOf(symbol, own));
  const calendar = calendarNamed(graph.calendar);
  return startWalk({
    engine,
    ...(isSole(graph) ? openSole(opening, engine, venues) : openLanes(opening, engine, venues)),
    countsEntries: graph.rules.some((rule) => rule.kind === "enter" && rule.brakes.perSession !== null),
    dateOf: (time) => calendar.dateOf(time - 1),
    sessionClose: asksForClose(graph) ? (time) => calendar.close(calendar.dateOf(time - 1)) : null,
  });
}

type Lane = Pick<Walk, "execution" | "course" | "desks" | "universe">;

/** One symbol on one clock. */
function openSole({ graph, parameters, backend, sources, capacity }: Opening, engine: Engine, venues: readonly Venue[]): Lane {
  const run = evaluateRun(graph, parameters, 0);
  const observed = observedNodes(graph, run);
  const [source] = sources;
  const [venue] = venues;
  if (source === undefined || venue === undefined) throw new Error("a run without a dataset");
  const work = soleLane(graph);
  const kernel = backend(work, observed, capacity)({ ...work, parameters, priceDecimals: source.info.priceDecimals, capacity, observed });
  const startRow = bounds(graph, parameters).runStart;
  const lane = {
    clock: 0,
    symbol: 0,
    kernel,
    rules: rulesOn(graph, 0, "symbol"),
    rows: NO_ROWS,
    startRow,
    read: ruleReader(graph, 0, run, kernel),
  };
  const desk = deskOf(bookIn(engine, 0), venue, [lane]);
  const watch = quoteWatch(graph, run, desk.book, kernel);
  return { execution: venue, course: soleCourse(engine, fileFacts(graph, true), desk, watch), desks: [desk], universe: [] };
}

function openLanes(opening: Opening, engine: Engine, venues: readonly Venue[]): Lane {
  const { graph, parameters, sources } = opening;
  const priceDecimals = sources.map(({ info }) => info.priceDecimals);
  const mayRestart = sources.map(({ actions = [] }) => mayBeginAnew(graph, actions));
  const lanes = createLanes({ ...opening, priceDecimals, mayRestart });
  const desks = venues.map((venue, symbol) => openDesk(opening, engine, lanes, symbol, venue));
  const ofNoSymbol = evaluateRun(graph, parameters);
  const universe = graph.clocks.map((_, clock): UniverseLane | null => {
    if (!decides(graph, { clock, symbol: null })) return null;
    const kernel = lanes.deciding(clock, null);
    const rules = rulesOn(graph, clock, "universe");
    return { clock, symbol: null, kernel, rules, rows: NO_ROWS, startRows: [], read: legsReader(graph, ofNoSymbol, kernel) };
  });
  const marks = accountMarks(engine, desks, ofNoSymbol);
  const file = fileFacts(graph, false);
  const acting = universe.filter((lane) => lane !== null);
  return { execution: byVenue(venues), course: lanesCourse({ engine, file, lanes, desks, universe: acting, marks }), desks, universe };
}

function openDesk({ graph, parameters }: Opening, engine: Engine, lanes: Lanes, symbol: SymbolId, venue: Venue): Desk {
  const run = evaluateRun(graph, parameters, symbol);
  const laneOn = (clock: ClockId): SymbolLane | null => {
    if (!decides(graph, { clock, symbol })) return null;
    const kernel = lanes.deciding(clock, symbol);
    const read = ruleReader(graph, symbol, run, kernel);
    return { clock, symbol, kernel, rules: rulesOn(graph, clock, "symbol"), rows: NO_ROWS, startRow: Number.POSITIVE_INFINITY, read };
  };
  return deskOf(
    bookIn(engine, symbol),
    venue,
    graph.clocks.map((_, clock) => laneOn(clock)),
  );
}

/** Whether some order of the file works at the close of a session. */
function asksForClose({ rules }: Graph): boolean {
  return rules.some((rule) => (rule.kind === "enter" || rule.kind === "exit") && rule.order.tif.kind === "cls");
}

function checkWidths({ graph, sources }: Opening): void {
  const clock = firstClock(graph);
  const other = sources.find(({ info }) => info.width !== clock.width || info.events !== clock.events);
  if (other === undefined) return;
  if (clock.events !== undefined || other.info.events !== undefined) {
    const message = `clock ${clock.name} ticks with ${clock.events ?? "bars"}, the dataset has ${other.info.events ?? "bars"}`;
    throw new RunFailure({ kind: "width_mismatch", clock: clock.width, dataset: other.info.width, message });
  }
  const [wanted, found] = [widthText(clock.width), widthText(other.info.width)];
  const slower =
    other.info.width < clock.width ? ` (\`clock base = ${found}\` and \`clock ${clock.name} = ${wanted} of base\` put them together)` : "";
  const message = `clock ${clock.name} takes bars of ${wanted}, the dataset has bars of ${found}: name data of ${wanted}, or write \`clock ${clock.name} = ${found}\`${slower}`;
  throw new RunFailure({ kind: "width_mismatch", clock: clock.width, dataset: other.info.width, message });
}

function checkParameters(graph: Graph, parameters: readonly number[]): void {
  if (parameters.length === graph.parameters.length && parameters.every(Number.isFinite)) return;
  const message = `the strategy has ${graph.parameters.length} parameters, ${parameters.length} values were given`;
  throw new RunFailure({ kind: "invalid_parameters", message });
}
