/** How a live run stands, from the entries of its journal as they come: for a person who asks, and for a line on a terminal. */
import type { Instant } from "../../values/quantity.ts";
import type { LiveEntry } from "./journal.ts";
import type { LiveRun } from "./live-run.ts";
import type { LiveMode } from "./record.ts";

export interface Standing {
  readonly mode: LiveMode;
  /** Why it is in that mode; empty before it was in another. */
  readonly reason: string;
  /** The end of the last instant that closed; null before the first. */
  readonly instant: Instant | null;
  readonly orders: number;
  readonly rejected: number;
  readonly fills: number;
}

export interface StandingWatch {
  /** A run that goes on stands as it does before its next entry. */
  readonly goOn: (run: LiveRun) => void;
  readonly see: (entry: LiveEntry) => void;
  readonly now: () => Standing;
}

export function watchStanding(): StandingWatch {
  let standing: Standing = { mode: "warming", reason: "", instant: null, orders: 0, rejected: 0, fills: 0 };
  return {
    goOn: ({ mode, lastEnd, strategies }) => {
      const engines = strategies.map(({ walk: { engine } }) => engine);
      standing = {
        mode,
        reason: standing.reason,
        instant: lastEnd,
        orders: engines.reduce((sum, { orders }) => sum + orders, 0),
        rejected: engines.reduce((sum, { rejected }) => sum + rejected, 0),
        fills: engines.reduce((sum, { log }) => sum + log.fills, 0),
      };
    },
    see: (entry) => {
      standing = after(standing, entry);
    },
    now: () => standing,
  };
}

function after(standing: Standing, entry: LiveEntry): Standing {
  if (entry.entry === "input") return entry.input.kind === "instant" ? { ...standing, instant: entry.input.end } : standing;
  if (entry.entry === "begin") return standing;
  const { record } = entry;
  if (record.kind === "mode") return { ...standing, mode: record.mode, reason: record.reason };
  if (record.kind !== "engine") return standing;
  const { orders, rejected, fills } = standing;
  switch (record.record.event) {
    case "order":
      return { ...standing, orders: orders + 1, rejected: rejected + (record.record.status === "rejected" ? 1 : 0) };
    case "fill":
      return { ...standing, fills: fills + 1 };
    case "cancel":
    case "expire":
    case "resize":
    case "borrow":
    case "halt":
    case "split":
    case "cash_in_lieu":
    case "dividend":
    case "rescale":
    case "end":
      return standing;
  }
}
