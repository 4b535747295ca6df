/**
 * The course of several symbols or clocks: each lane's kernel says when it wants to be asked next, which holds until something of its symbol changes;
 * between two wakes the account is marked here, instant by instant.
 */
import { legsDeadline } from "../engine/legs.ts";
import type { Engine } from "../engine/state.ts";
import { SLOT } from "../graph/kernel.ts";
import type { AccountMarks } from "./account-marks.ts";
import type { Course } from "./course.ts";
import { type Desk, decidingRow, type Lane, passSessions, type SymbolLane, type UniverseLane } from "./desks.ts";
import type { Lanes, SavedLanes } from "./lanes/host.ts";
import { firstAfter, rowAt } from "./lanes/instants.ts";
import type { LaneRows } from "./lanes/lane-rows.ts";
import type { TimeStretch } from "./lanes/placement.ts";
import { type FileFacts, writeLegsTriggers, writeSlowerTriggers, writeTriggers } from "./triggers.ts";

export interface LanesWalk {
  readonly engine: Engine;
  readonly file: FileFacts;
  readonly lanes: Lanes;
  readonly desks: readonly Desk[];
  readonly universe: readonly UniverseLane[];
  readonly marks: AccountMarks;
}

interface SavedCourse {
  readonly slots: Float64Array;
  readonly lanes: SavedLanes;
}

const NEVER = Number.POSITIVE_INFINITY;

export function lanesCourse(walk: LanesWalk): Course {
  const { engine, file, desks, universe, marks } = walk;
  const due: Desk[] = [];
  /** As `next` counts: when each desk and each lane of the universe wants to be asked. */
  const deskWakes = desks.map(() => NEVER);
  const legsWakes = universe.map(() => NEVER);
  let stretch: TimeStretch | null = null;
  let sessionsBegun = 0;

  /** Asks those again whose wake has passed, or of which something has changed. */
  const renew = (at: number, phase: 0 | 1): number => {
    const now = 2 * at + phase;
    let first = NEVER;
    for (let index = 0; index < desks.length; index++) {
      const desk = desks[index];
      if (desk === undefined) continue;
      if (desk.isTouched || (deskWakes[index] ?? 0) < now) deskWakes[index] = deskWake(walk, desk, at, phase);
      desk.isTouched = false;
      first = Math.min(first, deskWakes[index] ?? NEVER);
    }
    universe.forEach((lane, index) => {
      if ((legsWakes[index] ?? 0) < now) legsWakes[index] = legsWake(walk, lane, at);
      first = Math.min(first, legsWakes[index] ?? NEVER);
    });
    return first;
  };

  const loading = loadingOf(walk);
  return {
    slots: marks.slots,
    due,
    prepare: loading.prepare,
    begin: (next) => {
      loading.take(next);
      stretch = next;
      sessionsBegun = 0;
      beginStretch(walk, next);
      deskWakes.fill(-1);
      legsWakes.fill(-1);
    },
    next: (at, phase) => {
      if (stretch === null) throw new Error("a course without a stretch");
      const { instants, sessionStarts } = stretch;
      if (at >= instants.length) return 2 * at;
      while ((sessionStarts[sessionsBegun] ?? NEVER) < at + phase) sessionsBegun++;
      const end = 2 * instants.length;
      const late = 2 * lateInstant(instants, legsDeadline(engine), at) + 1;
      const wake = Math.min(renew(at, phase), 2 * (sessionStarts[sessionsBegun] ?? NEVER), late, end);
      const target = Math.floor((wake + 1) / 2);
      const marked = marks.through(at, target);
      const found = marked < target ? 2 * marked + 1 : wake;
      due.length = 0;
      for (const [index, desk] of desks.entries()) if (deskWakes[index] === found) due.push(desk);
      return found;
    },
    show: (shown, at) => {
      for (const { lanes: own, book } of shown) {
        for (const lane of own) if (lane !== null) showAccount(marks.slots, lane, at, book.row - (book.position.openRow ?? Number.NaN));
      }
      for (const lane of universe) showAccount(marks.slots, lane, at, Number.NaN);
    },
    exceeds: (line, at) => (file.monitors.includes(line) ? desks.some((desk) => exceedsAt(engine, desk, line, at)) : marks.exceeds(line)),
    save: () => ({ slots: marks.slots, lanes: walk.lanes.save() }) satisfies SavedCourse,
    restore: (saved) => {
      const { slots, lanes } = saved as SavedCourse;
      marks.slots.set(slots);
      walk.lanes.restore(lanes);
    },
  };
}

/** How stretches are loaded: at once, or where the host runs models prepared before. */
function loadingOf({ engine, lanes }: LanesWalk): { readonly prepare: Course["prepare"]; take(stretch: TimeStretch): void } {
  if (!engine.graph.nodes.some(({ op }) => op === "onnx")) return { prepare: null, take: lanes.load };
  let prepared: TimeStretch | null = null;
  return {
    prepare: function* (stretch) {
      yield* lanes.loading(stretch);
      prepared = stretch;
    },
    take: (stretch) => {
      if (prepared !== stretch) throw new Error("a stretch that has not been prepared");
    },
  };
}

/** Whether the limit of a line of the market is exceeded on a symbol's row at an instant. */
function exceedsAt({ graph }: Engine, { first }: Desk, line: number, at: number): boolean {
  const row = decidingRow(first, at);
  return row >= 0 && first.kernel.condition(graph.rules.length + line, row);
}

/** The first instant from `at` on that is later than `deadline`. */
function lateInstant(instants: Float64Array, deadline: number, at: number): number {
  return deadline === NEVER ? NEVER : firstAfter(instants, deadline, at, instants.length);
}

function beginStretch({ lanes, desks, universe }: LanesWalk, stretch: TimeStretch): void {
  for (const desk of desks) {
    desk.start = lanes.start(desk.book.symbol);
    for (const lane of desk.lanes) {
      if (lane === null) continue;
      lane.rows = stretch.lane(lane.clock, lane.symbol);
      lane.startRow = Math.min(lane.startRow, firstRowFrom(lane.rows, desk.start));
    }
  }
  for (const lane of universe) {
    lane.rows = stretch.lane(lane.clock, null);
    for (const rule of lane.rules) {
      lane.startRows[rule] = Math.min(lane.startRows[rule] ?? NEVER, firstRowFrom(lane.rows, lanes.legsStart(rule)));
    }
  }
}

/** The first row from `time` on, counted over the run, if it is known by now; it may be the one after the stretch. */
function firstRowFrom({ bars, firstRow }: LaneRows, time: number): number {
  return time === NEVER ? NEVER : firstRow + firstAfter(bars.time, time - 1, 0, bars.rows);
}

/** The next row of a lane from instant `at` on. */
function nextRow({ lastRow }: LaneRows, at: number): number {
  return at === 0 ? 0 : (lastRow[at - 1] ?? -1) + 1;
}

function deskWake(walk: LanesWalk, desk: Desk, at: number, phase: 0 | 1): number {
  let wake = firstWake(walk, desk, at, phase);
  for (const lane of desk.lanes) if (lane !== null && lane !== desk.first) wake = Math.min(wake, slowerWake(walk, desk, lane, at));
  return wake;
}

function firstWake({ engine, file }: LanesWalk, desk: Desk, at: number, phase: 0 | 1): number {
  const { rows, kernel } = desk.first;
  const { bars, firstRow, sessionStarts, instantOf } = rows;
  const isMet = phase === 1 && rowAt(rows, at) >= 0;
  const row = isMet ? rowAt(rows, at) : nextRow(rows, at);
  passSessions(desk, isMet ? row + 1 : row);
  const session = sessionStarts[desk.sessionsBegun];
  const watches = writeTriggers(engine, file, desk, firstRow + row, session === undefined ? NEVER : firstRow + session);
  if (row >= bars.rows) return NEVER;
  if (isMet && watches) return 2 * at + 1;
  const wake = kernel.run(row, isMet ? 1 : 0, bars.rows);
  return wake >= 2 * bars.rows ? NEVER : 2 * (instantOf[Math.floor(wake / 2)] ?? NEVER) + (wake % 2);
}

function slowerWake({ engine, file }: LanesWalk, desk: Desk, lane: SymbolLane, at: number): number {
  const row = nextRow(lane.rows, at);
  writeSlowerTriggers(engine, file, desk, lane, lane.rows.firstRow + row);
  return decisionWake(lane, row);
}

function legsWake({ engine, file }: LanesWalk, lane: UniverseLane, at: number): number {
  const row = nextRow(lane.rows, at);
  writeLegsTriggers(engine, file, lane, lane.rows.firstRow + row);
  return decisionWake(lane, row);
}

/** The next decision on a lane on which no order meets the market, from `row` on. */
function decisionWake({ rows, kernel }: Lane, row: number): number {
  const { bars, instantOf } = rows;
  if (row >= bars.rows) return NEVER;
  const wake = kernel.run(row, 0, bars.rows);
  return wake >= 2 * bars.rows ? NEVER : 2 * (instantOf[Math.floor(wake / 2)] ?? NEVER) + 1;
}

/** Rows of a slower clock are others than those that `bars_held` counts. */
function showAccount(marks: Float64Array, { kernel, clock, rows }: Lane, at: number, barsHeld: number): void {
  const { slots } = kernel;
  for (const slot of SHARED) slots[slot] = marks[slot] ?? Number.NaN;
  if (clock !== 0) slots[SLOT.entryRow] = rows.firstRow + (rows.lastRow[at] ?? -1) - barsHeld;
}

const SHARED = [SLOT.cash, SLOT.equity, SLOT.equityPeak, SLOT.dayStartEquity] as const;
