/** The words for what became of a rule at an instant. */
import type { Rule, SymbolId } from "../../graph/nodes.ts";
import type { OrderRecord } from "../../run/outcome.ts";
import type { Findings, Warmup } from "../../run/why/inquiry.ts";
import type { Listening } from "../../run/why/standing.ts";
import { instantText } from "../../values/instant.ts";
import { counted, listed } from "../explanation/words.ts";
import type { RuleState } from "./answer.ts";
import { blame, type Condition } from "./conditions.ts";

interface Become {
  readonly rule: Rule;
  readonly state: RuleState;
  readonly symbol: SymbolId | null;
  readonly listening: Listening;
  readonly conditions: readonly Condition[];
  readonly orders: readonly OrderRecord[];
}

/** Half a sentence that goes on from the rule's name: "`buy` was asked, and …". */
export function reasonOf(findings: Findings, { rule, state, symbol, listening, conditions, orders }: Become): string {
  const { graph, warmups, undecided } = findings;
  switch (state) {
    case "no_tick":
      return `was not asked: its clock \`${graph.clocks[rule.clock]?.name}\` does not tick here`;
    case "warming_up":
      return `was not asked: ${warming(symbol === null ? null : (warmups[symbol] ?? null))}`;
    case "not_asked":
      return `was not asked: ${undecided ?? silence(rule, listening)}`;
    case "did_not_hold":
    case "no_value":
      return `was asked, and ${blameOf(conditions)}`;
    case "ordered":
      return `was asked${isAdd(listening) ? " for an add" : ""}, held, and ordered to ${listed(orders.map(orderText))}`;
    case "rejected":
      return `was asked${isAdd(listening) ? " for an add" : ""} and held, and the gate refused: ${refusals(orders)}`;
    case "took_back":
      return "was asked, held, and took back the entry order that worked";
    case "nothing_to_do":
      return idle(rule, listening);
  }
}

function warming(warmup: Warmup | null): string {
  if (warmup === null || warmup.instants === null) return "in warm-up: what it reads is not ready yet";
  const { start, instants } = warmup;
  if (start === null) return `in warm-up, and the data ends ${counted(instants, "row")} later, before it is over`;
  return `in warm-up: ${counted(instants, "row")} to go, the first decision is on that of ${instantText(start)}`;
}

function blameOf(conditions: readonly Condition[]): string {
  const found = conditions.map(blame).find((words) => words !== "");
  return found ?? "its condition did not hold";
}

const DOING: Readonly<Record<"idle" | "entering" | "open" | "adding" | "exiting", string>> = {
  idle: "is over",
  entering: "waits for its entry order",
  open: "is open",
  adding: "is open, and an add works",
  exiting: "is being closed",
};

function silence(rule: Rule, listening: Listening): string {
  switch (listening.kind) {
    case "asked":
      return "what was decided before it on this very row has left it no room";
    case "under_way":
      return rule.kind === "exit" ? `its trade ${DOING[listening.state]} already` : `its trade ${DOING[listening.state]}`;
    case "no_trade":
      return `there is no trade of \`${listening.of}\` to end`;
    case "waits":
      return "its last order was rejected, so it waits until its condition has been false";
    case "no_room":
      return listening.trades.length === 0
        ? "something is held that belongs to no trade"
        : listed(listening.trades.map((trade) => `the trade of \`${trade.rule}\` ${DOING[trade.state]}`));
    case "exhausted":
      return `the session has had its ${counted(listening.count, "entry").replace(/entrys$/, "entries")}`;
    case "cooling":
      return `it cools down for ${counted(listening.rows, "row")} more`;
  }
}

export function isAdd(listening: Listening): boolean {
  return listening.kind === "asked" && listening.of === "add";
}

/** A rule that held without an order. */
function idle(rule: Rule, listening: Listening): string {
  if (isAdd(listening)) return "has its trade open, and was asked for an add: nothing was added";
  switch (rule.kind) {
    case "hold":
    case "legs":
      return "was asked and held; what it wants is held or on its way already, or its size has no value";
    case "quote":
      return "was asked and held; its order works already, or its price has no value";
    case "exit":
      return "was asked and held; its price has no value";
    case "enter":
      return "was asked and held; a trade of the symbol began or ended on this very row, or its size or price has no value";
  }
}

/** "buy 100 SPX at the market". */
export function orderText({ side, quantity, symbol, type, price, limit }: OrderRecord): string {
  const way =
    type === "market"
      ? "at the market"
      : `by a ${type.replace("_", " ")} order at ${price}${limit === undefined ? "" : `, limit ${limit}`}`;
  return `${side} ${quantity} ${symbol} ${way}`;
}

const REFUSALS: Readonly<Record<string, string>> = {
  killed: "the run was killed",
  feed: "the feed was lost",
  reconciled: "the account was not reconciled with the broker's",
  account: "the broker blocks the account",
  session: "there is no session",
  symbol: "the symbol is not allowed",
  duplicate: "the same order works already",
  halted: "a limit halts it",
  quantity: "the size is no whole lot above 0",
  price: "a price is not above 0",
  collar: "the limit is outside the price collar",
  stop_side: "the stop is on the wrong side",
  target_side: "a target is on the wrong side",
  order_value: "worth more than `order_value`",
  position_value: "more than `position_value` would be held",
  gross_exposure: "`gross_exposure` would be exceeded",
  net_exposure: "`net_exposure` would be exceeded",
  open_positions: "there are as many `open_positions` as may be",
  open_trades: "there are as many `open_trades` as may be",
  order_rate: "there were as many orders as `order_rate` allows",
  buying_power: "there is not cash enough at the worst price",
  short_permission: "it would end short",
  day_loss: "the session has lost more than `day_loss`",
  drawdown: "the fall from the highest equity is above `drawdown`",
  legs: "another leg was refused",
};

function refusals(orders: readonly OrderRecord[]): string {
  const refused = orders.filter(({ status }) => status === "rejected");
  return refused
    .map((order) => `${orderText(order)} (${order.reasons.map((reason) => `${reason}: ${REFUSALS[reason] ?? "refused"}`).join("; ")})`)
    .join(", ");
}
