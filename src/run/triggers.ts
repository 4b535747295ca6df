/**
 * What a kernel is told between two wakes: the account, which conditions matter now, and at which prices or rows something may happen.
 * It follows from the engine's state alone. A wake too many costs time, one too few would be a wrong result.
 */
import { cooledAt, isExhausted } from "../engine/brakes.ts";
import { mayHoldLegs } from "../engine/legs.ts";
import { mayEnter, mayExit, watchesCloses } from "../engine/rules.ts";
import type { Book, Engine } from "../engine/state.ts";
import { ARM, type Kernel, SLOT } from "../graph/kernel.ts";
import type { AccountField, Graph, NodeId } from "../graph/nodes.ts";
import { strata } from "../graph/strata.ts";
import { nodeAt, reachable, ruleExpressions } from "../graph/traverse.ts";
import { averagePrice } from "../ledger/ledger.ts";
import type { Desk, SymbolLane, UniverseLane } from "./desks.ts";

/** What of the file makes a row matter. */
export interface FileFacts {
  /** Whether the kernel marks the account. */
  readonly marks: boolean;
  /** The risk lines that a kernel watches: all where it marks, else those of the market. */
  readonly monitors: readonly number[];
  /** Whether a new session may end a halt. */
  readonly haltsForSession: boolean;
  readonly flattens: boolean;
  readonly readsDayStart: boolean;
  readonly borrows: boolean;
  readonly cooldown: boolean;
  readonly perSession: boolean;
  /** By rule: its condition may change with every tick of its clock in a way that its kernel does not see. */
  readonly restless: readonly boolean[];
}

export function fileFacts(graph: Graph, marks: boolean): FileFacts {
  const { risk, session } = graph;
  const brakes = graph.rules.flatMap((rule) => (rule.kind === "enter" ? [rule.brakes] : []));
  return {
    marks,
    monitors: marks ? [...risk.keys()].filter((line) => risk[line]?.monitor !== null) : marketLines(graph),
    haltsForSession: risk.some(({ monitor }) => monitor?.until === "next_session"),
    flattens: session.flatten !== null,
    readsDayStart: graph.nodes.some((node) => node.op === "account" && node.field === "day_start_equity"),
    borrows: Number(graph.simulate.borrow) > 0,
    cooldown: brakes.some(({ cooldown }) => cooldown !== null),
    perSession: brakes.some(({ perSession }) => perSession !== null),
    restless: graph.rules.map((rule) => {
      const { when, clock } = rule;
      if (rule.kind === "quote") return !marks || ruleExpressions(rule).some((node) => readsAny(graph, node, OF_EVERY_ROW));
      return !marks && readsAny(graph, when, clock === 0 ? OF_ALL_SYMBOLS : OF_OTHER_ROWS);
    }),
  };
}

/** The risk lines that watch the market alone: each symbol's, on its rows. */
export function marketLines(graph: Graph): readonly number[] {
  const stratum = strata(graph);
  return graph.risk.flatMap(({ monitor }, line) => (monitor !== null && stratum[monitor.excess] === "market" ? [line] : []));
}

/** What changes with the rows of any symbol, and what with rows between two ticks of a slower clock. */
const OF_ALL_SYMBOLS: readonly AccountField[] = ["cash", "equity", "equity_peak", "day_start_equity"];
/** What changes from row to row while nothing is filled. */
const OF_EVERY_ROW: readonly AccountField[] = ["equity", "equity_peak", "day_start_equity", "bars_held"];
const OF_OTHER_ROWS: readonly AccountField[] = [...OF_ALL_SYMBOLS, "bars_held"];

function readsAny(graph: Graph, root: NodeId, fields: readonly AccountField[]): boolean {
  return reachable(graph, [root]).some((id) => {
    const node = nodeAt(graph, id);
    return node.op === "account" && fields.includes(node.field);
  });
}

/** The account before the first row. */
export function openSlots(slots: Float64Array, engine: Engine): void {
  const cash = engine.money.toNumber(engine.ledger.cash);
  slots[SLOT.cash] = cash;
  slots[SLOT.equityPeak] = cash;
  slots[SLOT.equity] = cash;
  slots[SLOT.dayStartEquity] = cash;
  slots[SLOT.maxDrawdown] = 0;
  neverTrigger(slots);
}

/** No row is waited for. */
function neverTrigger(slots: Float64Array): void {
  slots[SLOT.wakeLow] = Number.NEGATIVE_INFINITY;
  slots[SLOT.wakeHigh] = Number.POSITIVE_INFINITY;
  slots[SLOT.wakeRow] = Number.POSITIVE_INFINITY;
}

/**
 * Writes slots and arms of a symbol's first lane anew; called after everything that may have changed them. `row` is the next with decisions, `nextSession` the
 * next on which a session of the symbol begins: infinite where none is known yet. Gives whether all closes are watched.
 */
export function writeTriggers(engine: Engine, file: FileFacts, { book, venue, first }: Desk, row: number, nextSession: number): boolean {
  const { kernel, startRow } = first;
  const { slots } = kernel;
  writeAccount(slots, engine, book);
  const isRestless = writeArms(engine, file, book, first, row, row);
  const watches = isRestless || watchesCloses(book);
  const wake = venue.wake();
  slots[SLOT.wakeLow] = wake.below;
  slots[SLOT.wakeHigh] = wake.above;
  slots[SLOT.wakeRow] = Math.min(
    wake.row,
    watches ? 0 : Number.POSITIVE_INFINITY,
    row < startRow ? startRow : Number.POSITIVE_INFINITY,
    wake.session || (file.marks && rollMatters(engine, book, file)) ? nextSession : Number.POSITIVE_INFINITY,
    file.cooldown ? cooled(book, row) : Number.POSITIVE_INFINITY,
  );
  return watches;
}

/** The same for a lane of a slower clock; `row` is its next tick. A cooldown, which counts the symbol's rows, is found to last when the rule is asked. */
export function writeSlowerTriggers(engine: Engine, file: FileFacts, { book }: Desk, lane: SymbolLane, row: number): void {
  const { slots } = lane.kernel;
  writeAccount(slots, engine, book);
  const isRestless = writeArms(engine, file, book, lane, row, Number.POSITIVE_INFINITY);
  neverTrigger(slots);
  if (row < lane.startRow) slots[SLOT.wakeRow] = lane.startRow;
  else if (isRestless || watchesCloses(book)) slots[SLOT.wakeRow] = 0;
}

function writeAccount(slots: Float64Array, { money, ledger, dayStartMarked }: Engine, { position, money: own }: Book): void {
  slots[SLOT.cash] = money.toNumber(ledger.cash);
  slots[SLOT.position] = position.quantity / own.scale.lotsPerShare;
  slots[SLOT.entryPrice] = averagePrice(position);
  slots[SLOT.entryRow] = position.openRow ?? Number.NaN;
  slots[SLOT.dayStartEquity] = dayStartMarked;
}

/** Arms the rules of a lane for its row `row`, the symbol's `symbolRow`, and on the first what else the kernel watches. Gives whether a restless one is armed. */
function writeArms(engine: Engine, file: FileFacts, book: Book, lane: SymbolLane, row: number, symbolRow: number): boolean {
  const { arms } = lane.kernel;
  if (row < lane.startRow) {
    arms.fill(ARM.off);
    return false;
  }
  let isRestless = false;
  for (const index of lane.rules) {
    const arm = ruleArm(engine, book, index, symbolRow);
    arms[index] = arm;
    if (file.restless[index] === true && (arm !== ARM.off || engine.graph.rules[index]?.kind === "quote")) isRestless = true;
  }
  if (lane.clock === 0) armRest(engine, file, book, lane.kernel);
  return isRestless;
}

/** Arms the monitors that the kernel watches, and the session's flatten. */
function armRest({ graph, halts }: Engine, { monitors, flattens }: FileFacts, { position, working }: Book, { arms }: Kernel): void {
  const { rules, risk } = graph;
  for (const line of monitors) arms[rules.length + line] = halts[line] === null ? ARM.whenTrue : ARM.off;
  if (flattens) arms[rules.length + risk.length] = position.quantity !== 0 || working.length > 0 ? ARM.whenTrue : ARM.off;
}

function ruleArm(engine: Engine, book: Book, index: number, row: number): number {
  const rule = engine.graph.rules[index];
  switch (rule?.kind) {
    case "enter":
      if (book.waiting[index] === true) return ARM.whenNotTrue;
      return mayEnter(engine, book, index, row) ? ARM.whenTrue : ARM.off;
    case "exit":
      return mayExit(book, rule) ? ARM.whenTrue : ARM.off;
    case "hold":
      return ARM.whenTrue;
    case "quote":
      return ARM.off;
    case "legs":
    case undefined:
      throw new Error(`no rule ${index} of a symbol`);
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
function rollMatters(engine: Engine, book: Book, { haltsForSession, readsDayStart, borrows, perSession }: FileFacts): boolean {
  const { halts, ledger, money, dayStartMarked, mark } = engine;
  const { position, limits } = book;
  if ((haltsForSession && halts.includes("next_session")) || (borrows && position.quantity < 0)) return true;
  if (perSession && limits.some((_, rule) => isExhausted(book, rule))) return true;
  if (!readsDayStart) return false;
  const cash = money.toNumber(ledger.cash);
  return position.quantity !== 0 || dayStartMarked !== cash || mark.marked !== cash;
}

/** Arms the rules of the universe on a clock whose next tick is `row`. */
export function writeLegsTriggers(engine: Engine, file: FileFacts, { kernel, rules, startRows }: UniverseLane, row: number): void {
  const { slots, arms } = kernel;
  neverTrigger(slots);
  let wakeRow = Number.POSITIVE_INFINITY;
  for (const index of rules) {
    const startRow = startRows[index] ?? Number.POSITIVE_INFINITY;
    const isArmed = row >= startRow;
    arms[index] = isArmed ? (mayHoldLegs(engine, index) ? ARM.whenTrue : ARM.whenNotTrue) : ARM.off;
    if (!isArmed) wakeRow = Math.min(wakeRow, startRow);
    else if (file.restless[index] === true) wakeRow = 0;
  }
  slots[SLOT.wakeRow] = wakeRow;
}
