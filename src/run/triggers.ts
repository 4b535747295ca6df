/**
 * What the kernel is told between two wakes: the account, which conditions matter now, and at which prices or rows something may happen.
 * It follows from the engine's state alone. A wake too many costs time, one too few would be a wrong result.
 */
import { cooledAt, isExhausted } from "../engine/brakes.ts";
import { mayEnter, mayExit, watchesCloses } from "../engine/rules.ts";
import type { Book, Engine } from "../engine/state.ts";
import { ARM, type Kernel, SLOT } from "../graph/kernel.ts";
import type { Rule } from "../graph/nodes.ts";
import { averagePrice } from "../ledger/ledger.ts";
import type { Venue } from "../venue/venue.ts";

/** What of the file makes a row matter. */
interface File {
  readonly readsDayStart: boolean;
  readonly borrows: boolean;
  readonly cooldown: boolean;
  readonly perSession: boolean;
}

/**
 * Writes slots and arms anew; called after everything that may have changed the engine. `started` tells whether the run's first row with decisions has
 * come, `row` is the next, and `nextSession` the next on which a session begins: infinite where none is known yet.
 */
export type TriggerWriter = (started: boolean, row: number, nextSession: number) => void;

export function triggerWriter(kernel: Kernel, engine: Engine, book: Book, venue: Venue, startRow: number): TriggerWriter {
  const { slots, arms } = kernel;
  const { limits } = book;
  const file: File = {
    readsDayStart: engine.graph.nodes.some((node) => node.op === "account" && node.field === "day_start_equity"),
    borrows: Number(engine.graph.simulate.borrow) > 0,
    cooldown: limits.some((limit) => limit !== null && limit.cooldown > 0),
    perSession: limits.some((limit) => limit !== null && limit.perSession < Number.POSITIVE_INFINITY),
  };
  const cash = engine.money.toNumber(engine.ledger.cash);
  slots[SLOT.equityPeak] = cash;
  slots[SLOT.equity] = cash;
  slots[SLOT.maxDrawdown] = 0;
  return (started, row, nextSession) => {
    writeAccount(slots, engine, book);
    writeArms(arms, engine, book, started, row);
    const wake = venue.wake();
    slots[SLOT.wakeLow] = wake.below;
    slots[SLOT.wakeHigh] = wake.above;
    slots[SLOT.wakeRow] = Math.min(
      wake.row,
      watchesCloses(book) ? 0 : Number.POSITIVE_INFINITY,
      started ? Number.POSITIVE_INFINITY : startRow,
      wake.session || rollMatters(engine, book, file) ? nextSession : Number.POSITIVE_INFINITY,
      file.cooldown ? cooled(book, row) : Number.POSITIVE_INFINITY,
    );
  };
}

function writeAccount(slots: Float64Array, { money, ledger, dayStartMarked }: Engine, { position, money: own }: Book): void {
  slots[SLOT.cash] = money.toNumber(ledger.cash);
  slots[SLOT.position] = position.quantity / own.scale.lotsPerShare;
  slots[SLOT.entryPrice] = averagePrice(position);
  slots[SLOT.entryRow] = position.openRow ?? Number.NaN;
  slots[SLOT.dayStartEquity] = dayStartMarked;
}

function writeArms(arms: Uint8Array, engine: Engine, book: Book, started: boolean, row: number): void {
  if (!started) {
    arms.fill(ARM.off);
    return;
  }
  const { rules, risk } = engine.graph;
  let index = 0;
  for (const rule of rules) arms[index] = ruleArm(engine, book, rule, index++, row);
  for (const line of risk) {
    arms[index] = line.monitor !== null && engine.halts[index - rules.length] === null ? ARM.whenTrue : ARM.off;
    index += 1;
  }
  arms[index] = book.position.quantity !== 0 || book.working.length > 0 ? ARM.whenTrue : ARM.off;
}

function ruleArm(engine: Engine, book: Book, rule: Rule, index: number, row: number): number {
  switch (rule.kind) {
    case "enter":
      if (book.waiting[index] === true) return ARM.whenNotTrue;
      return mayEnter(engine, book, index, row) ? ARM.whenTrue : ARM.off;
    case "exit":
      return mayExit(book, rule) ? ARM.whenTrue : ARM.off;
    case "hold":
    case "legs":
      return ARM.whenTrue;
  }
}

/** The first row after `row` on which some cooldown is over. */
function cooled(book: Book, row: number): number {
  let first = Number.POSITIVE_INFINITY;
  for (let rule = 0; rule < book.limits.length; rule++) {
    const over = cooledAt(book, rule);
    if (over > row) first = Math.min(first, over);
  }
  return first;
}

/** Whether a new session changes what the kernel would see, ends a halt or frees an entry; else the engine learns of it at the next wake. */
function rollMatters(engine: Engine, book: Book, { readsDayStart, borrows, perSession }: File): boolean {
  const { halts, ledger, money, dayStartMarked, mark } = engine;
  const { position, limits } = book;
  if (halts.includes("next_session") || (borrows && position.quantity < 0)) return true;
  if (perSession && limits.some((_, rule) => isExhausted(book, rule))) return true;
  if (!readsDayStart) return false;
  const cash = money.toNumber(ledger.cash);
  return position.quantity !== 0 || dayStartMarked !== cash || mark.marked !== cash;
}
