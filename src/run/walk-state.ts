/** What a walk knows beside the engine: where it is, and what it has counted. */
import type { Execution } from "../engine/event.ts";
import type { Engine } from "../engine/state.ts";
import type { Instant } from "../values/quantity.ts";
import type { Course } from "./course.ts";
import type { Desk, SessionClose, UniverseLane } from "./desks.ts";

export interface Walk {
  readonly engine: Engine;
  readonly execution: Execution;
  readonly course: Course;
  /** One for each traded symbol, in universe order. */
  readonly desks: readonly Desk[];
  /** The lanes of rules with legs, by clock; null where none acts. */
  readonly universe: readonly (UniverseLane | null)[];
  /** Whether a new session frees entries (3.17). */
  readonly countsEntries: boolean;
  /** The session's date, as a day number, of a row with this end. */
  readonly dateOf: (time: Instant) => number;
  /** Null where no order asks for it. */
  readonly sessionClose: SessionClose | null;
  /** Sessions of the stretch that have begun; the others are still to come. */
  sessionsBegun: number;
  /** Instants of the stretches before this one. */
  instants: number;
  /** Rows of the first clock of all symbols. */
  rows: number;
  /** Instants whose exposure has been counted, and those at whose mark a position was held. */
  counted: number;
  exposedInstants: number;
  /** Positions that are not 0. */
  held: number;
  /** Of the stretches walked; null before the first. */
  first: Instant | null;
  last: Instant | null;
  readonly sessionTime: number[];
  readonly sessionEquity: number[];
  wakes: number;
}

type Parts = Pick<Walk, "engine" | "execution" | "course" | "desks" | "universe" | "countsEntries" | "dateOf" | "sessionClose">;

/** A walk before its first instant. */
export function startWalk(parts: Parts): Walk {
  return {
    ...parts,
    sessionsBegun: 0,
    instants: 0,
    rows: 0,
    counted: 0,
    exposedInstants: 0,
    held: 0,
    first: null,
    last: null,
    sessionTime: [],
    sessionEquity: [],
    wakes: 0,
  };
}
