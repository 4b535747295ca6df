/** What the three verbs decide when their rule's condition holds (semantics 3): from a firing to a proposal. */
import type { EnterRule, Rule } from "../graph/nodes.ts";
import { lots } from "../values/quantity.ts";
import { cooledAt, isExhausted } from "./brakes.ts";
import { closesNow, closeTrade } from "./execution/closing.ts";
import { cancelOrders, conclude, moveTrade, propose, workingQuantity } from "./execution/orders.ts";
import { atFill, firstStop, marketTerms, orderTerms, targetPrices } from "./execution/prices.ts";
import type { Signal } from "./risk/gate.ts";
import { isImmediate, NO_TARGETS, proposalOf } from "./risk/proposal.ts";
import { sizedQuantity } from "./sizing.ts";
import type { Engine } from "./state.ts";

type RuleOf<K extends Rule["kind"]> = Extract<Rule, { kind: K }>;

/** Acts on a rule whose condition holds. */
export function decide(engine: Engine, signal: Signal<"unchecked">): void {
  const rule = engine.graph.rules[signal.rule];
  if (rule === undefined) throw new Error(`no rule ${signal.rule}`);
  switch (rule.kind) {
    case "enter":
      enter(engine, rule, signal);
      break;
    case "exit":
      exit(engine, rule, signal);
      break;
    case "hold":
      hold(engine, rule, signal);
      break;
  }
}

/** Whether an entry is listened to on `row`: its trade and all others idle, nothing held, not waiting after a rejection, no brake on. */
export function mayEnter(engine: Engine, rule: number, row: number): boolean {
  if (engine.trade.state !== "idle" || engine.ledger.position !== 0 || engine.waiting[rule] !== false) return false;
  return !isExhausted(engine, rule) && row >= cooledAt(engine, rule);
}

/** Whether the open trade of rule `rule` may be added to: no entry works, and fewer adds have filled than it may have. */
export function mayAdd({ trade, holding, limits }: Engine, rule: number): boolean {
  return trade.state === "open" && trade.rule === rule && holding !== null && holding.adds < (limits[rule]?.adds ?? 0);
}

/** Whether an exit is listened to: its trade is open, its entry still works, or an exit that may wait gives way to one that does not. */
export function mayExit(engine: Engine, rule: RuleOf<"exit">): boolean {
  if (engine.trade.rule !== rule.trade) return false;
  switch (engine.trade.state) {
    case "idle":
      return false;
    case "entering":
    case "open":
    case "adding":
      return true;
    case "exiting":
      return isImmediate(rule.order) && !engine.working.some(({ proposal }) => closesNow(proposal));
  }
}

/** Whether something may happen at the close of any row: a trailing stop moves, the condition of an add is asked. The kernel knows of neither. */
export function watchesCloses(engine: Engine): boolean {
  return trails(engine) || (engine.trade.rule !== null && mayAdd(engine, engine.trade.rule));
}

/** Whether the open trade has a stop that follows the market. */
export function trails({ holding }: Engine): boolean {
  return holding !== null && holding.plan.trail !== null;
}

function enter(engine: Engine, rule: EnterRule, signal: Signal<"unchecked">): void {
  const adds = mayAdd(engine, signal.rule);
  if (!adds && (!mayEnter(engine, signal.rule, engine.mark.row) || engine.occupied)) return;
  const proposal = entryProposal(engine, rule, signal, adds ? "add" : "entry");
  if (proposal === null) return;
  fired(engine, signal.rule);
  const verdict = propose(engine, proposal);
  if (verdict.status === "approved") {
    moveTrade(engine, "submitted", signal.rule);
    if (!adds) engine.sessionEntries[signal.rule] = (engine.sessionEntries[signal.rule] ?? 0) + 1;
  } else if (engine.holding !== null) engine.holding = { ...engine.holding, addWaits: true };
  else engine.waiting[signal.rule] = true;
  conclude(engine, verdict);
}

/** The order that an entry wants on the marked row; null where a value that it needs is none. Targets belong to the first entry alone. */
function entryProposal(engine: Engine, rule: EnterRule, signal: Signal<"unchecked">, kind: "entry" | "add"): Signal<"validated"> | null {
  const { amount, plan, prices } = signal;
  const side = rule.side === "long" ? "buy" : "sell";
  const terms = orderTerms(engine, rule.order, side, true, prices);
  if (terms === null || amount === null || plan === null) return null;
  const assumed = atFill(terms.reference);
  const stop = firstStop(engine, plan, side, assumed);
  const targets = kind === "add" ? NO_TARGETS : targetPrices(engine, plan, side, assumed);
  if ((stop === null && (plan.stop ?? plan.trail) !== null) || targets === null) return null;
  const quantity = lots(Math.max(0, sizedQuantity(engine.money, rule.size.kind, amount, side, terms.reference, stop)));
  const { name, size } = rule;
  return proposalOf(terms, { trade: signal.rule, source: name, kind, quantity, reducing: lots(0), trim: size.trim, stop, targets, plan });
}

/** Takes back an entry that works still, or closes the trade. */
function exit(engine: Engine, rule: RuleOf<"exit">, signal: Signal<"unchecked">): void {
  if (!mayExit(engine, rule)) return;
  if (engine.trade.state === "entering") {
    fired(engine, signal.rule);
    cancelOrders(engine, ({ proposal }) => proposal.kind === "entry");
    return;
  }
  const terms = orderTerms(engine, rule.order, engine.ledger.position > 0 ? "sell" : "buy", false, signal.prices);
  if (terms === null) return;
  fired(engine, signal.rule);
  closeTrade(engine, rule.name, terms);
}

/** Orders what is missing to the target. What lowers |position|, with all working orders filled, is its reducing part. */
function hold(engine: Engine, rule: RuleOf<"hold">, signal: Signal<"unchecked">): void {
  if (signal.amount === null) return;
  const { mark, money } = engine;
  const target = sizedQuantity(money, rule.size.kind, signal.amount, "buy", mark.close, null);
  const projected = engine.ledger.position + workingQuantity(engine);
  const change = target - projected;
  const asked = Math.abs(change);
  const reducing = change > 0 === projected > 0 ? 0 : Math.min(asked, Math.abs(projected));
  const quantity = signal.inWindow ? asked : reducing;
  if (quantity === 0) return;
  fired(engine, signal.rule);
  const terms = marketTerms(engine, change > 0 ? "buy" : "sell");
  const { name, size } = rule;
  const purpose = { trade: null, source: name, kind: "hold", quantity: lots(quantity), reducing: lots(reducing), trim: size.trim } as const;
  conclude(engine, propose(engine, proposalOf(terms, purpose)));
}

function fired(engine: Engine, rule: number): void {
  engine.firings[rule] = (engine.firings[rule] ?? 0) + 1;
}
