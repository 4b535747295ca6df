/**
 * What the kernel is told between two wakes: the account, which conditions matter now, and at which prices or rows something may happen.
 * It follows from the engine's state alone. A wake too many costs time, one too few would be a wrong result.
 */
import { cooledAt, isExhausted } from "../engine/brakes.ts";
import { mayEnter, mayExit, watchesCloses } from "../engine/rules.ts";
import type { Engine } from "../engine/state.ts";
import { ARM, type Kernel, SLOT } from "../graph/kernel.ts";
import type { Rule } from "../graph/nodes.ts";
import { averagePrice } from "../ledger/ledger.ts";
import type { Venue } from "../venue/venue.ts";

/** What of the file makes a row matter. */
interface File {
  readonly readsDayStart: boolean;
  readonly cooldown: boolean;
  readonly perSession: boolean;
}

/**
 * Writes slots and arms anew; called after everything that may have changed the engine. `started` tells whether the run's first row with decisions has
 * come, `row` is the next, and `nextSession` the next on which a session begins: infinite where none is known yet.
 */
export type TriggerWriter = (started: boolean, row: number, nextSession: number) => void;

export function triggerWriter(kernel: Kernel, engine: Engine, venue: Venue, startRow: number): TriggerWriter {
  const { slots, arms } = kernel;
  const file: File = {
    readsDayStart: engine.graph.nodes.some((node) => node.op === "account" && node.field === "day_start_equity"),
    cooldown: engine.limits.some((limit) => limit !== null && limit.cooldown > 0),
    perSession: engine.limits.some((limit) => limit !== null && limit.perSession < Number.POSITIVE_INFINITY),
  };
  const cash = engine.money.toNumber(engine.ledger.cash);
  slots[SLOT.equityPeak] = cash;
  slots[SLOT.equity] = cash;
  slots[SLOT.maxDrawdown] = 0;
  return (started, row, nextSession) => {
    writeAccount(slots, engine);
    writeArms(arms, engine, started, row);
    const wake = venue.wake();
    slots[SLOT.wakeLow] = wake.below;
    slots[SLOT.wakeHigh] = wake.above;
    slots[SLOT.wakeRow] = Math.min(
      wake.row,
      closeRow(engine),
      started ? Number.POSITIVE_INFINITY : startRow,
      wake.session || rollMatters(engine, file) ? nextSession : Number.POSITIVE_INFINITY,
      file.cooldown ? cooled(engine, row) : Number.POSITIVE_INFINITY,
    );
  };
}

function writeAccount(slots: Float64Array, engine: Engine): void {
  const { ledger, money, dayStartMarked } = engine;
  slots[SLOT.cash] = money.toNumber(ledger.cash);
  slots[SLOT.position] = ledger.position / money.scale.lotsPerShare;
  slots[SLOT.entryPrice] = averagePrice(ledger);
  slots[SLOT.entryRow] = ledger.openRow ?? Number.NaN;
  slots[SLOT.dayStartEquity] = dayStartMarked;
}

function writeArms(arms: Uint8Array, engine: Engine, started: boolean, row: number): void {
  if (!started) {
    arms.fill(ARM.off);
    return;
  }
  const { rules, risk } = engine.graph;
  let index = 0;
  for (const rule of rules) arms[index] = ruleArm(engine, rule, index++, row);
  for (const line of risk) {
    arms[index] = line.monitor !== null && engine.halts[index - rules.length] === null ? ARM.whenTrue : ARM.off;
    index += 1;
  }
  arms[index] = engine.ledger.position !== 0 || engine.working.length > 0 ? ARM.whenTrue : ARM.off;
}

function ruleArm(engine: Engine, rule: Rule, index: number, row: number): number {
  switch (rule.kind) {
    case "enter":
      if (engine.waiting[index] === true) return ARM.whenNotTrue;
      return mayEnter(engine, index, row) ? ARM.whenTrue : ARM.off;
    case "exit":
      return mayExit(engine, rule) ? ARM.whenTrue : ARM.off;
    case "hold":
    case "legs":
      return ARM.whenTrue;
  }
}

/** While a trailing stop or an add waits for the close of rows, every row wakes: the kernel knows neither the peak nor what an add reads. */
function closeRow(engine: Engine): number {
  return watchesCloses(engine) ? 0 : Number.POSITIVE_INFINITY;
}

/** The first row after `row` on which some cooldown is over. */
function cooled(engine: Engine, row: number): number {
  let first = Number.POSITIVE_INFINITY;
  for (let rule = 0; rule < engine.limits.length; rule++) {
    const over = cooledAt(engine, rule);
    if (over > row) first = Math.min(first, over);
  }
  return first;
}

/** Whether a new session changes what the kernel would see, ends a halt or frees an entry; else the engine learns of it at the next wake. */
function rollMatters(engine: Engine, { readsDayStart, perSession }: File): boolean {
  const { halts, ledger, money, dayStartMarked, mark, limits } = engine;
  if (halts.includes("next_session")) return true;
  if (perSession && limits.some((_, rule) => isExhausted(engine, rule))) return true;
  if (!readsDayStart) return false;
  const cash = money.toNumber(ledger.cash);
  return ledger.position !== 0 || dayStartMarked !== cash || mark.marked !== cash;
}
