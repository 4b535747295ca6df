/** Closing what is held: exits and flattens. What protects the trade goes only when an order stands that closes it at the next open. */
import { lots } from "../../values/quantity.ts";
import { isImmediate, type Proposal, proposalOf, type Terms } from "../risk/proposal.ts";
import type { Engine } from "../state.ts";
import { cancelOrders, conclude, moveTrade, propose } from "./orders.ts";
import { marketTerms } from "./prices.ts";

/** Ends the open trade by an order of these terms for the whole position (semantics 3.5). One that may wait leaves stop and targets to work. */
export function closeTrade(engine: Engine, source: string, terms: Terms): void {
  close(engine, "exit", source, terms);
}

/** Cancels what works and closes what is held; a closing order for the next open that works already stays and is enough (semantics 3.12, 4.7). */
export function flatten(engine: Engine, source: string): void {
  const { position } = engine.ledger;
  const closing = engine.working.some(({ proposal }) => closesNow(proposal));
  if (closing || position === 0) cancelOrders(engine, ({ proposal }) => !closesNow(proposal));
  else close(engine, "flatten", source, marketTerms(engine, position > 0 ? "sell" : "buy"));
}

/** Whether an order closes all that is held at the next open. */
export function closesNow(proposal: Proposal): boolean {
  return (proposal.kind === "exit" || proposal.kind === "flatten") && isImmediate(proposal);
}

function close(engine: Engine, kind: "exit" | "flatten", source: string, terms: Terms): void {
  const quantity = lots(Math.abs(engine.ledger.position));
  const verdict = propose(engine, proposalOf(terms, { trade: engine.trade.rule, source, kind, quantity, reducing: quantity }));
  if (verdict.status === "approved") {
    cancelOrders(engine, ({ proposal }) => isImmediate(terms) || proposal.kind === "add");
    if (engine.trade.state === "open") moveTrade(engine, "closing");
  }
  conclude(engine, verdict);
}
