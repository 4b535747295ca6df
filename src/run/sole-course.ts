/** The course of one symbol on one clock: its kernel marks the account and runs ahead alone. */
import type { Engine } from "../engine/state.ts";
import { SLOT } from "../graph/kernel.ts";
import type { Course } from "./course.ts";
import { type Desk, passSessions } from "./desks.ts";
import { restartOn } from "./lanes/restart.ts";
import type { QuoteWatch } from "./quote-watch.ts";
import { type FileFacts, openSlots, writeTriggers } from "./triggers.ts";

export function soleCourse(engine: Engine, file: FileFacts, desk: Desk, quotes: QuoteWatch | null): Course {
  const { first } = desk;
  const { kernel } = first;
  const { rules } = engine.graph;
  const initial = kernel.save();
  openSlots(kernel.slots, engine);
  return {
    slots: kernel.slots,
    due: [desk],
    prepare: null,
    begin: (stretch) => {
      const rows = stretch.lane(0, 0);
      for (const { replay } of stretch.changes) restartOn(kernel, initial, replay);
      kernel.load(rows.bars);
      first.rows = rows;
      quotes?.begin(rows);
      desk.start = Math.min(desk.start, rows.bars.time[first.startRow - rows.firstRow] ?? Number.POSITIVE_INFINITY);
    },
    next: (at, phase) => {
      const { bars, firstRow, sessionStarts } = first.rows;
      if (phase === 0 && at < bars.rows && desk.venue.wake().row <= firstRow + at) return 2 * at;
      const isAlive = quotes !== null && firstRow + at >= first.startRow;
      const asks = isAlive ? (phase === 1 ? at : quotes.nextRow(at)) : Number.POSITIVE_INFINITY;
      passSessions(desk, at + phase);
      const nextSession = sessionStarts[desk.sessionsBegun];
      const watches = writeTriggers(
        engine,
        file,
        desk,
        firstRow + at,
        nextSession === undefined ? Number.POSITIVE_INFINITY : firstRow + nextSession,
      );
      kernel.slots[SLOT.wakeRow] = Math.min(kernel.slots[SLOT.wakeRow] ?? Number.NaN, firstRow + asks);
      if (phase === 0 || !(watches || asks === at) || at >= bars.rows) return kernel.run(at, phase, bars.rows);
      kernel.run(at, 1, at + 1);
      return 2 * at + 1;
    },
    show: () => undefined,
    exceeds: (line, at) => kernel.condition(rules.length + line, at),
    save: () => kernel.save(),
    restore: (saved) => kernel.restore(saved as Uint8Array),
  };
}
