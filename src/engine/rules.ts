/** What the three verbs decide when their rule's condition holds (semantics 3.3 to 3.8): from a firing to a proposal. */
import type { Rule } from "../graph/nodes.ts";
import { lots, type Price } from "../values/quantity.ts";
import { closeTrade } from "./execution/closing.ts";
import { conclude, moveTrade, propose, workingQuantity } from "./execution/orders.ts";
import { stopAt } from "./execution/stops.ts";
import type { Signal } from "./risk/gate.ts";
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

/** Whether an entry is listened to: its trade and all others idle, nothing held, not waiting after a rejection. */
export function mayEnter(engine: Engine, rule: number): boolean {
  return engine.trade.state === "idle" && engine.ledger.position === 0 && engine.waiting[rule] === false;
}

/** Whether an exit is listened to: its trade is open. */
export function mayExit(engine: Engine, rule: RuleOf<"exit">): boolean {
  return engine.trade.state === "open" && engine.trade.rule === rule.trade;
}

function enter(engine: Engine, rule: RuleOf<"enter">, signal: Signal<"unchecked">): void {
  if (!mayEnter(engine, signal.rule) || engine.occupied || signal.amount === null) return;
  const side = rule.side === "long" ? "buy" : "sell";
  const { row, time, close: reference } = engine.mark;
  let stop: Price | null = null;
  if (signal.stop !== null) {
    stop = stopAt(engine, signal.stop, side, reference);
    if (stop === null) return;
  }
  fired(engine, signal.rule);
  const verdict = propose(engine, {
    row,
    time,
    trade: signal.rule,
    source: rule.name,
    kind: "entry",
    side,
    type: "market",
    reference,
    price: null,
    quantity: sizedQuantity(engine.money, rule.size.kind, signal.amount, side, reference, stop),
    reducing: lots(0),
    trim: rule.size.trim,
    stop,
    stopExpression: signal.stop,
  });
  if (verdict.status === "approved") moveTrade(engine, "submitted", signal.rule);
  else engine.waiting[signal.rule] = true;
  conclude(engine, verdict);
}

function exit(engine: Engine, rule: RuleOf<"exit">, signal: Signal<"unchecked">): void {
  if (!mayExit(engine, rule)) return;
  fired(engine, signal.rule);
  closeTrade(engine, rule.name);
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
  const verdict = propose(engine, {
    row: mark.row,
    time: mark.time,
    trade: null,
    source: rule.name,
    kind: "hold",
    side: change > 0 ? "buy" : "sell",
    type: "market",
    reference: mark.close,
    price: null,
    quantity: lots(quantity),
    reducing: lots(reducing),
    trim: rule.size.trim,
    stop: null,
    stopExpression: null,
  });
  conclude(engine, verdict);
}

function fired(engine: Engine, rule: number): void {
  engine.firings[rule] = (engine.firings[rule] ?? 0) + 1;
}
