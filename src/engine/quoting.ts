/** One limit order of a rule kept at its price (semantics 12.7): placed, followed, withdrawn. */
import type { QuoteRule } from "../graph/nodes.ts";
import type { Fill, Side } from "../market/order.ts";
import { type Instant, lots, type Price, type Quantity } from "../values/quantity.ts";
import { cancelOrders, conclude, fired, propose } from "./execution/orders.ts";
import { orderTerms } from "./execution/prices.ts";
import type { Signal } from "./risk/gate.ts";
import { proposalOf } from "./risk/proposal.ts";
import { sizedQuantity } from "./sizing.ts";
import { type Book, bookIn, type Engine } from "./state.ts";

type Order = Signal<"approved">;

/** What a rule has proposed last. */
export interface Proposed {
  readonly time: Instant;
  readonly price: Price | null;
  readonly quantity: Quantity;
  /** The gate refused it, and nothing else has been wanted since. */
  refused: boolean;
  /** Something else is wanted, and its time has not come. */
  waits: boolean;
}

const FORM = { type: "limit", tif: { kind: "gtc" } } as const;

/** The order of a rule that works. */
function quoteOf({ working }: Book, { name }: QuoteRule): Order | undefined {
  for (const order of working) if (order.proposal.kind === "quote" && order.proposal.source === name) return order;
  return undefined;
}

/** From when on a rule may propose again. */
export function proposesFrom({ proposed }: Book, index: number, { replaceAfter }: QuoteRule): number {
  return (proposed[index]?.time ?? Number.NEGATIVE_INFINITY) + replaceAfter;
}

/** The rule wants an order as its signal says, or none where it lacks a value. */
export function quote(engine: Engine, rule: QuoteRule, { rule: index, symbol, amount, prices, inWindow }: Signal<"unchecked">): void {
  const book = bookIn(engine, symbol);
  const { side, size } = rule;
  const terms = orderTerms(engine, book, { form: { ...FORM, limit: rule.at }, prices, side, opens: true });
  if (terms === null || amount === null || !inWindow) {
    withdraw(engine, book, rule, index);
    return;
  }
  const quantity = lots(Math.max(0, sizedQuantity(book.money, size.kind, amount, side, terms.reference, null)));
  const working = quoteOf(book, rule);
  const last = book.proposed[index] ?? null;
  if (working !== undefined ? isAs(working.proposal, terms.price, quantity) : last?.refused && isAs(last, terms.price, quantity)) {
    if (last !== null) last.waits = false;
    return;
  }
  if (engine.mark.time < proposesFrom(book, index, rule)) {
    if (last !== null) last.waits = true;
    return;
  }
  if (working !== undefined) cancelOrders(engine, book, (order) => order === working);
  fired(engine, index);
  const reducing = lots(Math.min(quantity, held(book, side)));
  const purpose = { trade: null, source: rule.name, kind: "quote", quantity, reducing, trim: size.trim, postOnly: rule.postOnly } as const;
  const verdict = propose(engine, proposalOf(terms, purpose));
  book.proposed[index] = { time: terms.time, price: terms.price, quantity, refused: verdict.status === "rejected", waits: false };
  conclude(engine, verdict);
}

function isAs(order: Pick<Proposed, "price" | "quantity">, price: Price | null, quantity: Quantity): boolean {
  return order.price === price && order.quantity === quantity;
}

/** The rule wants no order. */
export function withdraw(engine: Engine, book: Book, rule: QuoteRule, index: number): void {
  const last = book.proposed[index] ?? null;
  if (last !== null) {
    last.refused = false;
    last.waits = false;
  }
  const working = quoteOf(book, rule);
  if (working !== undefined) cancelOrders(engine, book, (order) => order === working);
}

/** What of the position an order of `side` would lower, and no working order does yet. */
function held({ position, working }: Book, side: Side): number {
  let left = side === "buy" ? -position.quantity : position.quantity;
  for (const order of working) if (order.proposal.side === side) left -= stillReducing(order);
  return Math.max(0, left);
}

/** What of the reducing part of an order has not filled: it fills first. */
function stillReducing({ proposal, filled }: Order): number {
  return Math.max(0, proposal.reducing - filled);
}

/** After a fill: what a quote was examined to lower may be held no more. */
export function coverQuotes(engine: Engine, book: Book, fill: Fill): void {
  if (book.working.length === 0) return;
  const left = { buy: Math.max(0, -book.position.quantity), sell: Math.max(0, book.position.quantity) };
  const open: Order[] = [];
  for (const order of book.working) {
    const { side, kind } = order.proposal;
    const reducing = stillReducing(order);
    left[side] -= reducing;
    if (kind === "quote" && reducing > 0 && left[side] < 0) open.push(order);
  }
  if (open.length > 0) cancelOrders(engine, book, (order) => open.includes(order), fill);
}
