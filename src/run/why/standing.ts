/** The account at the moment at which rules are asked, as plain data, and which rules are listened to there (semantics 3). */
import { cooledAt, isExhausted } from "../../engine/brakes.ts";
import { mayHoldLegs } from "../../engine/legs.ts";
import { mayEnter, mayExit, tradeToAddTo } from "../../engine/rules.ts";
import { type Book, type Engine, equityNow, tradeOf } from "../../engine/state.ts";
import type { TradeState } from "../../engine/trade.ts";
import type { HaltAction, HaltEnd, Measure, Rule, SymbolId } from "../../graph/nodes.ts";
import { formatDecimal } from "../../values/decimal.ts";
import type { OrderKind } from "../outcome.ts";
import { symbolIn, unitsOf } from "../records.ts";

/** An order that works. Exact numbers are decimal text. */
export interface WorkingOrder {
  readonly id: number;
  /** The rule; for a flatten the risk measure that fired, or "session". */
  readonly rule: string;
  readonly kind: OrderKind;
  readonly side: "buy" | "sell";
  readonly quantity: string;
  readonly type: "market" | "limit" | "stop" | "stop_limit";
  /** The limit of a limit order, the stop of the others. */
  readonly price: string | null;
}

export interface SymbolStanding {
  readonly symbol: SymbolId;
  readonly position: string;
  readonly working: readonly WorkingOrder[];
}

export interface Halt {
  readonly measure: Measure;
  readonly action: HaltAction;
  readonly until: HaltEnd;
}

/** Whether a rule is asked for a symbol, and what it is asked for or why it is not. */
export type Listening =
  | { readonly kind: "asked"; readonly of: "entry" | "add" | "exit" | "hold" | "legs" | "quote" }
  /** Its own trade is under way. */
  | { readonly kind: "under_way"; readonly state: TradeState }
  /** An exit without a trade. */
  | { readonly kind: "no_trade"; readonly of: string }
  /** A rejected order, and its condition has not been false since. */
  | { readonly kind: "waits" }
  /** Another trade of the symbol, or what it has left, takes the room. */
  | { readonly kind: "no_room"; readonly trades: readonly { readonly rule: string; readonly state: TradeState }[] }
  /** `at most N per session`. */
  | { readonly kind: "exhausted"; readonly count: number }
  /** `cooldown`, for so many rows more, this one included. */
  | { readonly kind: "cooling"; readonly rows: number };

export interface Standing {
  readonly cash: string;
  /** At the last closes. */
  readonly equity: string;
  readonly halts: readonly Halt[];
  readonly symbols: readonly SymbolStanding[];
  /** By traded symbol, then by rule. */
  readonly listening: readonly (readonly Listening[])[];
}

/** The account as it is now. */
export function standingOf(engine: Engine): Standing {
  const { graph, money, ledger, books, halts } = engine;
  return {
    cash: money.format(ledger.cash),
    equity: money.format(equityNow(engine)),
    halts: graph.risk.flatMap(({ measure, monitor }, line) => {
      const until = halts[line] ?? null;
      return monitor === null || until === null ? [] : [{ measure, action: monitor.action, until }];
    }),
    symbols: books.map((book) => symbolStanding(engine, book)),
    listening: books.map((book) => graph.rules.map((rule, index) => listeningOf(engine, book, rule, index))),
  };
}

function symbolStanding(engine: Engine, { symbol, position, working }: Book): SymbolStanding {
  const { priceDecimals, quantityDecimals } = symbolIn(unitsOf(engine), symbol).scale;
  return {
    symbol,
    position: formatDecimal(position.quantity, quantityDecimals),
    working: working.map(({ id, proposal, quantity }) => {
      const { source, kind, side, type, price } = proposal;
      const text = price === null ? null : formatDecimal(price, priceDecimals);
      return { id, rule: source, kind, side, quantity: formatDecimal(quantity, quantityDecimals), type, price: text };
    }),
  };
}

function listeningOf(engine: Engine, book: Book, rule: Rule, index: number): Listening {
  switch (rule.kind) {
    case "enter":
      return entryListening(engine, book, index);
    case "exit": {
      if (mayExit(book, rule)) return { kind: "asked", of: "exit" };
      const trade = tradeOf(book, rule.trade);
      if (trade !== undefined) return { kind: "under_way", state: trade.state };
      return { kind: "no_trade", of: engine.graph.rules[rule.trade]?.name ?? "" };
    }
    case "hold":
    case "quote":
      return { kind: "asked", of: rule.kind };
    case "legs":
      return mayHoldLegs(engine, index) ? { kind: "asked", of: "legs" } : { kind: "waits" };
  }
}

function entryListening(engine: Engine, book: Book, index: number): Listening {
  if (tradeToAddTo(book, index) !== undefined) return { kind: "asked", of: "add" };
  if (mayEnter(engine, book, index, book.row)) return { kind: "asked", of: "entry" };
  const own = tradeOf(book, index);
  if (own !== undefined) return { kind: "under_way", state: own.state };
  if (book.waiting[index] === true) return { kind: "waits" };
  if (isExhausted(book, index)) return { kind: "exhausted", count: book.sessionEntries[index] ?? 0 };
  const cooling = cooledAt(book, index) - book.row;
  if (cooling > 0) return { kind: "cooling", rows: cooling };
  const trades = book.trades.map((trade) => ({ rule: engine.graph.rules[trade.rule]?.name ?? "", state: trade.state }));
  return { kind: "no_room", trades };
}
