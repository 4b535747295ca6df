/**
 * The journal of a run in memory: records as rows of numbers, so that writing one makes nothing for the garbage collector to trace. Amounts of
 * money, which may be BigInt, lie beside them. Records are made of it when they are read.
 */
import type { HaltAction, Measure, SymbolId } from "../graph/nodes.ts";
import type { Split } from "../market/actions.ts";
import type { Fill, OrderKind, OrderType } from "../market/order.ts";
import type { Money } from "../values/money.ts";
import { type Instant, instant, lots, type Price, type Quantity, ticks } from "../values/quantity.ts";
import type { EngineRecord } from "./record.ts";
import { REASONS, type Reason } from "./risk/checks.ts";
import type { Signal } from "./risk/gate.ts";

export interface RecordLog {
  readonly length: number;
  /** So far, also of records that are forgotten. */
  fills: number;
  /** Which records are rejected orders and halts. */
  readonly incidents: readonly number[];
  order(verdict: Signal<"approved"> | Signal<"rejected">): void;
  fill(fill: Fill, cash: Money, position: Quantity): void;
  ended(event: "cancel" | "expire", order: Signal<"approved">, row: number, time: Instant): void;
  resized(order: Signal<"approved">, row: number, time: Instant): void;
  borrow(symbol: SymbolId, amount: Money, cash: Money, row: number, time: Instant): void;
  split(where: Where, split: Split): void;
  cashInLieu(where: Where, amount: Money, cash: Money): void;
  dividend(where: Where, perShare: string, amount: Money, cash: Money): void;
  /** A working order as it is in new shares. */
  rescaled(order: Signal<"approved">, row: number, time: Instant): void;
  halt(limit: Measure, action: HaltAction, row: number, time: Instant): void;
  /** Record `index`, 0 to `length - 1`. */
  at(index: number): EngineRecord;
  /** All records, which are forgotten; the number of fills stays. */
  drain(): readonly EngineRecord[];
}

/** Where a corporate action happens. */
interface Where {
  readonly symbol: SymbolId;
  readonly row: number;
  readonly time: Instant;
}

/** Numbers a record, and records a page. */
const WIDTH = 11;
const PAGE = 1_024;

/** A record begins with the code of its event, and as many more as there are events for each symbol before its own. */
const CODE = {
  order: 0,
  fill: 1,
  cancel: 2,
  expire: 3,
  halt: 4,
  borrow: 5,
  split: 6,
  cash_in_lieu: 7,
  dividend: 8,
  rescale: 9,
  resize: 10,
} as const;
const EVENTS = [
  "order",
  "fill",
  "cancel",
  "expire",
  "halt",
  "borrow",
  "split",
  "cash_in_lieu",
  "dividend",
  "rescale",
  "resize",
] as const satisfies readonly (keyof typeof CODE)[];
const KINDS: readonly OrderKind[] = ["entry", "add", "exit", "stop", "target", "hold", "flatten", "quote"];
const TYPES: readonly OrderType[] = ["market", "limit", "stop", "stop_limit"];
/** Those that are watched. */
const MEASURES: readonly Measure[] = ["day_loss", "drawdown", "feed_age", "drift"];
const ACTIONS: readonly HaltAction[] = ["no_entries", "cancel", "flatten"];

/** An empty log. */
export function recordLog(): RecordLog {
  const pages: Float64Array[] = [];
  /** The last page. */
  let numbers = new Float64Array(0);
  let length = 0;
  const incidents: number[] = [];
  const sources: string[] = [];
  /** Of each fill its fee, of each interest its amount, and with it the cash after it. */
  const amounts: Money[] = [];

  /** Begins a record and gives the place of its fourth number. */
  const begin = (code: number, symbol: SymbolId, order: number, row: number, time: Instant): number => {
    const at = (length % PAGE) * WIDTH;
    if (at === 0) {
      numbers = new Float64Array(PAGE * WIDTH);
      pages.push(numbers);
    }
    length += 1;
    encodeHead(numbers, at, code + EVENTS.length * symbol, order, row, time);
    return at + 4;
  };

  const at = (index: number): EngineRecord => decode(recordAt(pages, index), sources, amounts);

  const log: RecordLog = {
    get length() {
      return length;
    },
    fills: 0,
    incidents,
    order: (verdict) => {
      if (verdict.status === "rejected") incidents.push(length);
      const { symbol, row, time, source } = verdict.proposal;
      const at = begin(CODE.order, symbol, verdict.id, row, time);
      numbers[at] = indexIn(sources, source);
      encodeOrder(numbers, at + 1, verdict);
    },
    fill: (fill, cash, position) => {
      const place = begin(CODE.fill, fill.symbol, fill.order, fill.row, fill.time);
      encodeFill(numbers, place, fill, position, amounts.length);
      amounts.push(fill.fee, cash);
      log.fills += 1;
    },
    ended: (event, { id, proposal }, row, time) => void begin(CODE[event], proposal.symbol, id, row, time),
    resized: ({ id, proposal, quantity }, row, time) => {
      const at = begin(CODE.resize, proposal.symbol, id, row, time);
      numbers[at] = quantity;
    },
    ...rareRecords({ sources, amounts }, (code, { symbol, row, time }, order, values) => {
      const at = begin(code, symbol, order, row, time);
      numbers.set(values, at);
    }),
    halt: (limit, action, row, time) => {
      incidents.push(length);
      const at = begin(CODE.halt, 0, 0, row, time);
      numbers[at] = MEASURES.indexOf(limit);
      numbers[at + 1] = ACTIONS.indexOf(action);
    },
    at,
    drain: () => {
      const records = Array.from({ length }, (_, index) => at(index));
      length = 0;
      for (const list of [pages, incidents, amounts]) list.length = 0;
      return records;
    },
  };
  return log;
}

type Rare = "borrow" | "split" | "cashInLieu" | "dividend" | "rescaled";
type Write = (code: number, where: Where, order: number, values: readonly number[]) => void;

/** How the records are written of what happens too seldom for its cost to matter. */
function rareRecords({ sources, amounts }: { readonly sources: string[]; readonly amounts: Money[] }, write: Write): Pick<RecordLog, Rare> {
  const booked = (amount: Money, cash: Money): number => amounts.push(amount, cash) - 2;
  return {
    borrow: (symbol, amount, cash, row, time) => write(CODE.borrow, { symbol, row, time }, 0, [booked(amount, cash)]),
    split: (where, { shares, per }) => write(CODE.split, where, 0, [shares, per]),
    cashInLieu: (where, amount, cash) => write(CODE.cash_in_lieu, where, 0, [booked(amount, cash)]),
    dividend: (where, perShare, amount, cash) => write(CODE.dividend, where, 0, [booked(amount, cash), indexIn(sources, perShare)]),
    rescaled: ({ id, proposal: { symbol, price, limit }, quantity }, row, time) =>
      write(CODE.rescale, { symbol, row, time }, id, [quantity, price ?? Number.NaN, limit ?? Number.NaN]),
  };
}

/** The numbers of record `index`. */
function recordAt(pages: readonly Float64Array[], index: number): Float64Array {
  const place = (index % PAGE) * WIDTH;
  return known(pages[Math.floor(index / PAGE)]).subarray(place, place + WIDTH);
}

function encodeHead(numbers: Float64Array, at: number, event: number, order: number, row: number, time: Instant): void {
  numbers[at] = event;
  numbers[at + 1] = order;
  numbers[at + 2] = row;
  numbers[at + 3] = time;
}

function encodeFill(numbers: Float64Array, at: number, fill: Fill, position: Quantity, amount: number): void {
  numbers[at] = fill.side === "buy" ? 0 : 1;
  numbers[at + 1] = fill.quantity;
  numbers[at + 2] = fill.price;
  numbers[at + 3] = fill.quoted;
  numbers[at + 4] = position;
  numbers[at + 5] = amount;
}

function encodeOrder(numbers: Float64Array, at: number, verdict: Signal<"approved"> | Signal<"rejected">): void {
  const { kind, side, type, price, limit, quantity } = verdict.proposal;
  numbers[at] = KINDS.indexOf(kind);
  numbers[at + 1] = (side === "buy" ? 0 : 1) + 2 * TYPES.indexOf(type);
  numbers[at + 2] = price ?? Number.NaN;
  numbers[at + 3] = verdict.status === "approved" ? verdict.quantity : quantity;
  numbers[at + 4] = verdict.status === "approved" ? 0 : reasonBits(verdict.reasons);
  numbers[at + 5] = limit ?? Number.NaN;
}

function indexIn(sources: string[], source: string): number {
  const index = sources.indexOf(source);
  return index >= 0 ? index : sources.push(source) - 1;
}

function reasonBits(reasons: readonly Reason[]): number {
  return REASONS.reduce((bits, reason, index) => (reasons.includes(reason) ? bits | (1 << index) : bits), 0);
}

function decode(numbers: Float64Array, sources: readonly string[], amounts: readonly Money[]): EngineRecord {
  const [code = 0, order = 0, row = 0, end = 0, a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0] = numbers;
  const time = instant(end);
  const event = known(EVENTS[code % EVENTS.length]);
  const symbol = Math.floor(code / EVENTS.length);
  switch (event) {
    case "order":
      return {
        event,
        id: order,
        symbol,
        row,
        time,
        source: known(sources[a]),
        kind: known(KINDS[b]),
        side: c % 2 === 0 ? "buy" : "sell",
        type: known(TYPES[Math.floor(c / 2)]),
        price: perhaps(d),
        limit: perhaps(g),
        quantity: lots(e),
        reasons: REASONS.filter((_, index) => ((f >> index) & 1) === 1),
      };
    case "fill": {
      const side = a === 0 ? "buy" : "sell";
      const fill: Fill = { order, symbol, row, time, side, quantity: lots(b), price: ticks(c), quoted: ticks(d), fee: known(amounts[f]) };
      return { event, fill, cash: known(amounts[f + 1]), position: lots(e) };
    }
    case "cancel":
    case "expire":
      return { event, order, symbol, row, time };
    case "resize":
      return { event, order, symbol, row, time, quantity: lots(a) };
    case "borrow":
      return { event, symbol, row, time, amount: known(amounts[a]), cash: known(amounts[a + 1]) };
    case "split":
      return { event, symbol, row, time, shares: a, per: b };
    case "cash_in_lieu":
      return { event, symbol, row, time, amount: known(amounts[a]), cash: known(amounts[a + 1]) };
    case "dividend":
      return { event, symbol, row, time, perShare: known(sources[b]), amount: known(amounts[a]), cash: known(amounts[a + 1]) };
    case "rescale":
      return { event, order, symbol, row, time, quantity: lots(a), price: perhaps(b), limit: perhaps(c) };
    case "halt":
      return { event, row, time, limit: known(MEASURES[a]), action: known(ACTIONS[b]) };
  }
}

function perhaps(price: number): Price | null {
  return Number.isNaN(price) ? null : ticks(price);
}

function known<T>(value: T | undefined): T {
  if (value === undefined) throw new Error("the log is damaged");
  return value;
}
