/** Closing what is held: exits and flattens. What protects the trade goes only when an order stands that closes it at the next open. */
import { lots } from "../../values/quantity.ts";
import { isImmediate, type Proposal, proposalOf, type Terms } from "../risk/proposal.ts";
import type { Book, Engine } from "../state.ts";
import { type Trade, transition } from "../trade.ts";
import { cancelOrders, conclude, propose } from "./orders.ts";
import { marketTerms } from "./prices.ts";

/** A flatten is not over before nothing is left. */
const UNTIL_DONE: Proposal["tif"] = { kind: "gtc" };

/** Ends an open trade by an order of these terms for all that it holds (semantics 3.5). One that may wait leaves stop and targets to work. */
export function closeTrade(engine: Engine, book: Book, trade: Trade, source: string, terms: Terms): void {
  const { rule, held: quantity } = trade;
  const verdict = propose(engine, proposalOf(terms, { trade: rule, source, kind: "exit", quantity, reducing: quantity }));
  if (verdict.status === "approved") {
    cancelOrders(
      engine,
      book,
      ({ proposal }) => proposal.trade === rule && (isImmediate(terms) || proposal.kind === "add" || proposal.kind === "entry"),
      terms,
    );
    if (trade.state === "open") transition(trade, "closing");
  }
  conclude(engine, verdict);
}

/**
 * Cancels what works in a symbol and closes what is held by one order; exits for the next open that work already stay, and what they close is
 * left to them (semantics 3.12, 4.7, 11.8).
 */
export function flatten(engine: Engine, book: Book, source: string): void {
  const { position, working, trades } = book;
  book.reversal = null;
  let held = Math.abs(position.quantity);
  for (const { proposal, quantity } of working) if (closesNow(proposal)) held -= quantity;
  if (held === 0) {
    cancelOrders(engine, book, ({ proposal }) => !closesNow(proposal));
    return;
  }
  const terms = marketTerms(engine, book, position.quantity > 0 ? "sell" : "buy", UNTIL_DONE);
  const quantity = lots(held);
  const verdict = propose(engine, proposalOf(terms, { trade: null, source, kind: "flatten", quantity, reducing: quantity }));
  if (verdict.status === "approved") {
    cancelOrders(engine, book, ({ proposal }) => !closesNow(proposal));
    for (const trade of trades) if (trade.state === "open") transition(trade, "closing");
  }
  conclude(engine, verdict);
}

/** Whether an order closes what it is for at the next open. */
function closesNow(proposal: Proposal): boolean {
  return (proposal.kind === "exit" || proposal.kind === "flatten") && isImmediate(proposal);
}

/** Whether an order that closes the trade at the next open works. */
export function isClosing({ working }: Book, { rule }: Trade): boolean {
  for (const { proposal } of working) if (closesNow(proposal) && (proposal.trade === rule || proposal.kind === "flatten")) return true;
  return false;
}
