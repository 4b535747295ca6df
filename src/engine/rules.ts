/** What the verbs decide when their rule's condition holds (semantics 3): from a firing to a proposal. */
import type { EnterRule, Rule, Size } from "../graph/nodes.ts";
import { lots } from "../values/quantity.ts";
import { cooledAt, isExhausted } from "./brakes.ts";
import { closeTrade, isClosing } from "./execution/closing.ts";
import { cancelOrders, conclude, fired, propose } from "./execution/orders.ts";
import { atFill, firstStop, marketTerms, orderTerms, targetPrices } from "./execution/prices.ts";
import { quote } from "./quoting.ts";
import type { Signal } from "./risk/gate.ts";
import { isImmediate, NO_TARGETS, type Proposal, proposalOf } from "./risk/proposal.ts";
import { workingQuantity } from "./risk/standing.ts";
import { sizedQuantity } from "./sizing.ts";
import { type Book, bookIn, type Engine, tradeOf } from "./state.ts";
import { idleTrade, type Trade, transition } from "./trade.ts";

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
    case "quote":
      quote(engine, rule, signal);
      break;
    case "legs":
      throw new Error("legs act for no symbol alone");
  }
}

/**
 * Whether an entry in a symbol is listened to on `row`: its trade is idle and there is room for one more (3.3, 11.8), nothing of the other side is held or on its
 * way, and it does not wait after a rejection (3.4) or for a brake (3.17).
 */
export function mayEnter(engine: Engine, book: Book, rule: number, row: number): boolean {
  const { trades, position, waiting } = book;
  if (trades.length > 0 && mayReverse(engine, book, rule, row)) return true;
  if (trades.length >= engine.tradesMax || waiting[rule] !== false || tradeOf(book, rule) !== undefined) return false;
  if ((position.quantity !== 0 || trades.length > 0) && !isOfOneSide(engine, book, rule)) return false;
  return !isExhausted(book, rule) && row >= cooledAt(book, rule);
}

/** Whether an entry that reverses finds trades of the other side, and no other waits for their end (3.20). */
function mayReverse({ graph }: Engine, book: Book, rule: number, row: number): boolean {
  const own = graph.rules[rule];
  if (own?.kind !== "enter" || !own.reverse || book.reversal !== null || book.waiting[rule] !== false) return false;
  if (book.working.some(({ proposal }) => proposal.kind === "flatten")) return false;
  const against = book.trades.length > 0 && book.trades.every((trade) => sideOf(graph.rules[trade.rule]) !== own.side);
  return against && !isExhausted(book, rule) && row >= cooledAt(book, rule);
}

/** Whether the position and all trades of a symbol are of the rule's side. */
function isOfOneSide({ graph }: Engine, { trades, position }: Book, rule: number): boolean {
  const side = sideOf(graph.rules[rule]);
  const held = position.quantity === 0 || position.quantity > 0 === (side === "long");
  return held && trades.every((trade) => sideOf(graph.rules[trade.rule]) === side);
}

function sideOf(rule: Rule | undefined): EnterRule["side"] {
  if (rule?.kind !== "enter") throw new Error("a trade of no entry");
  return rule.side;
}

/** The open trade that rule `rule` may add to. */
export function tradeToAddTo(book: Book, rule: number): Trade | undefined {
  const trade = tradeOf(book, rule);
  return trade !== undefined && mayAdd(book, trade) ? trade : undefined;
}

/** Whether a trade may be added to: it is open, no entry works, and fewer adds have filled than it may have. */
function mayAdd({ limits }: Book, { rule, state, holding }: Trade): boolean {
  const limit = limits[rule] ?? null;
  return limit !== null && state === "open" && holding !== null && holding.adds < limit.adds;
}

/** Whether an exit is listened to: its trade is open, its entry still works, or an exit that may wait gives way to one that does not. */
export function mayExit(book: Book, rule: RuleOf<"exit">): boolean {
  const trade = tradeOf(book, rule.trade);
  if (trade === undefined) return false;
  return trade.state !== "exiting" || (isImmediate(rule.order) && !isClosing(book, trade));
}

/** Whether something may happen at the close of any row of a symbol: a trailing stop moves, the condition of an add is asked. The kernel knows of neither. */
export function watchesCloses(book: Book): boolean {
  for (const trade of book.trades) if (follows(trade) || mayAdd(book, trade)) return true;
  return false;
}

/** Whether an open trade has a stop that follows the market. */
export function trails({ trades }: Book): boolean {
  for (const trade of trades) if (follows(trade)) return true;
  return false;
}

function follows({ holding }: Trade): boolean {
  return holding !== null && holding.plan.trail !== null;
}

/** Whether an entry needs what trades of this instant have left free, the place of one of them or the other side: that is taken later (3.3, 11.8). */
function isJustFreed({ graph, tradesMax, round }: Engine, { trades, freed, idleRound }: Book, rule: number): boolean {
  if (freed === 0) return false;
  const own = graph.rules[rule];
  if (own?.kind === "enter" && own.reverse) return idleRound[rule] === round;
  if (trades.length + freed >= tradesMax || idleRound[rule] === round) return true;
  const side = sideOf(graph.rules[rule]);
  return idleRound.some((idle, other) => idle === round && sideOf(graph.rules[other]) !== side);
}

function enter(engine: Engine, rule: EnterRule, signal: Signal<"unchecked">): void {
  const book = bookIn(engine, signal.symbol);
  const open = tradeToAddTo(book, signal.rule);
  const reverses = open === undefined && mayReverse(engine, book, signal.rule, book.row);
  if (open === undefined && (!mayEnter(engine, book, signal.rule, book.row) || isJustFreed(engine, book, signal.rule))) return;
  const proposal = entryProposal(engine, book, rule, signal, open === undefined ? "entry" : "add");
  if (proposal === null) return;
  fired(engine, signal.rule);
  if (reverses) reverse(engine, book, rule, proposal);
  else submit(engine, book, signal.rule, proposal, open);
}

/** Sends an entry off, or an add to an open trade. */
function submit(engine: Engine, book: Book, rule: number, proposal: Proposal, open: Trade | undefined): void {
  const verdict = propose(engine, proposal);
  if (verdict.status === "approved") {
    if (open === undefined) {
      const trade = idleTrade(rule, engine.round);
      transition(trade, "submitted");
      book.trades.push(trade);
      if (book.trades.length > 1) book.trades.sort((a, b) => a.rule - b.rule);
      book.sessionEntries[rule] = (book.sessionEntries[rule] ?? 0) + 1;
    } else transition(open, "submitted");
  } else if (open?.holding) open.holding.addWaits = true;
  else book.waiting[rule] = true;
  conclude(engine, verdict);
}

/** Takes back or closes the trades of the other side; the entry waits for the fill that ends the last of them (3.20). */
function reverse(engine: Engine, book: Book, { name }: EnterRule, proposal: Proposal): void {
  const terms = marketTerms(engine, book, proposal.side);
  for (const trade of [...book.trades]) {
    if (trade.state === "entering") cancelEntry(engine, book, trade.rule);
    else if (!isClosing(book, trade)) closeTrade(engine, book, trade, name, terms);
  }
  book.reversal = proposal;
  enterReversed(engine, book, { row: book.row, time: engine.mark.time, from: book.row + 1 });
}

/** Sends the entry off that has waited for the trades of the other side, once there is none. `from` is the first row on which it may fill. */
export function enterReversed(engine: Engine, book: Book, when: Pick<Proposal, "row" | "time" | "from">): void {
  const { reversal, trades, position } = book;
  if (reversal === null || trades.length > 0 || position.quantity !== 0) return;
  const { trade } = reversal;
  if (trade === null) throw new Error("a reversal for no trade");
  book.reversal = null;
  submit(engine, book, trade, { ...reversal, ...when }, undefined);
}

function cancelEntry(engine: Engine, book: Book, rule: number): void {
  cancelOrders(engine, book, ({ proposal }) => proposal.kind === "entry" && proposal.trade === rule);
}

/** The order that an entry wants at the mark; null where a value that it needs is none. Targets belong to the first entry alone. */
function entryProposal(
  engine: Engine,
  book: Book,
  rule: EnterRule,
  { rule: trade, amount, plan, prices }: Signal<"unchecked">,
  kind: "entry" | "add",
): Signal<"validated"> | null {
  const { name, size, order } = rule;
  const side = rule.side === "long" ? "buy" : "sell";
  const terms = orderTerms(engine, book, { form: order, prices, side, opens: true });
  if (terms === null || amount === null || plan === null) return null;
  const assumed = atFill(book, terms.reference);
  const stop = firstStop(book, plan, side, assumed);
  const targets = kind === "add" ? NO_TARGETS : targetPrices(book, plan, side, assumed);
  if ((stop === null && (plan.stop ?? plan.trail) !== null) || targets === null) return null;
  const quantity = lots(Math.max(0, sizedQuantity(book.money, size.kind, amount, side, terms.reference, stop)));
  return proposalOf(terms, { trade, source: name, kind, quantity, reducing: lots(0), trim: size.trim, stop, targets, plan });
}

/** Takes back an entry that works still, or closes the trade. */
function exit(engine: Engine, rule: RuleOf<"exit">, signal: Signal<"unchecked">): void {
  const book = bookIn(engine, signal.symbol);
  const trade = tradeOf(book, rule.trade);
  if (trade === undefined || !mayExit(book, rule)) return;
  if (trade.state === "entering") {
    fired(engine, signal.rule);
    cancelEntry(engine, book, rule.trade);
    return;
  }
  const side = book.position.quantity > 0 ? "sell" : "buy";
  const terms = orderTerms(engine, book, { form: rule.order, prices: signal.prices, side, opens: false });
  if (terms === null) return;
  fired(engine, signal.rule);
  closeTrade(engine, book, trade, rule.name, terms);
}

function hold(engine: Engine, { name, size }: RuleOf<"hold">, { rule, symbol, amount, inWindow }: Signal<"unchecked">): void {
  const proposal = changeTo(engine, bookIn(engine, symbol), { name, size, amount, inWindow });
  if (proposal === null) return;
  fired(engine, rule);
  conclude(engine, propose(engine, proposal));
}

/** What a rule wants a symbol's position to be. */
interface Target {
  readonly name: string;
  readonly size: Size;
  readonly amount: number | null;
  readonly inWindow: boolean;
}

/** The order for what is missing to the target, in the place of one that works since before; null where nothing is missing. What lowers |position|, with all working orders filled, is its reducing part. */
export function changeTo(engine: Engine, book: Book, { name, size, amount, inWindow }: Target): Signal<"validated"> | null {
  if (amount === null) return null;
  const target = sizedQuantity(book.money, size.kind, amount, "buy", book.close, null);
  if (target !== book.position.quantity + workingQuantity(book)) {
    cancelOrders(engine, book, ({ proposal }) => proposal.kind === "hold" && proposal.time < engine.mark.time);
  }
  const projected = book.position.quantity + workingQuantity(book);
  const change = target - projected;
  const asked = Math.abs(change);
  const reducing = change > 0 === projected > 0 ? 0 : Math.min(asked, Math.abs(projected));
  const quantity = inWindow ? asked : reducing;
  if (quantity === 0) return null;
  const terms = marketTerms(engine, book, change > 0 ? "buy" : "sell");
  const purpose = { trade: null, source: name, kind: "hold", quantity: lots(quantity), reducing: lots(reducing), trim: size.trim } as const;
  return proposalOf(terms, purpose);
}
