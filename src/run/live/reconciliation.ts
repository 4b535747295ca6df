/** Reconciliation (semantics 14.8): what the broker has against what the run knows. */
import type { BrokerOrderState } from "../../market/broker.ts";
import type { Instant } from "../../values/quantity.ts";
import { symbolIn } from "../records.ts";
import { withdraw } from "./broker-desk.ts";
import { type BrokerStrategy, makeUpLate, orderOf, takeState } from "./broker-reports.ts";
import type { BrokerView } from "./input.ts";
import { isOpen } from "./order-states.ts";
import type { Finding } from "./record.ts";

/** What goes from one reconciliation to the next. */
export interface Reconciling {
  /** The broker's cash beyond what the strategies have of it, as it was first seen; null before. */
  cashBeside: number | null;
  /** Of the view before: a difference that may only be a report under way is believed when it is seen twice. */
  suspects: readonly string[];
  /** Reports may have been lost since the view under way was asked for. */
  isStale: boolean;
}

/** A cent for each fill that rounding, and fees of a fraction of one, may have cost. */
const CENT = 0.01;

/** Makes up for what was missed, and gives what was found. `isAgain` says whether something must be looked at again before it is believed. */
export function reconcile(
  strategies: readonly BrokerStrategy[],
  state: Reconciling,
  account: string,
  view: BrokerView,
  time: Instant,
): { readonly findings: readonly Finding[]; readonly isAgain: boolean } {
  const findings: Finding[] = [...ordersFound(strategies, view, time), ...accountFound(account, view)];
  const differences = [...endedFound(strategies, view), ...positionsFound(strategies, view), ...cashFound(strategies, state, view)];
  const kinds = differences.map(({ kind, message }) => `${kind} ${message}`);
  const believed = differences.filter((_, index) => state.suspects.includes(kinds[index] ?? ""));
  const isAgain = believed.length < differences.length;
  state.suspects = kinds;
  return { findings: [...findings, ...believed], isAgain };
}

/** Orders that have gone on without a report are made up for; an open one that nobody here has sent is critical. */
function ordersFound(strategies: readonly BrokerStrategy[], { openOrders, endedOrders }: BrokerView, time: Instant): readonly Finding[] {
  const findings: Finding[] = [];
  for (const state of [...endedOrders, ...openOrders]) {
    const { clientId } = state.order;
    findings.push(...lateFound(strategies, state, time));
    const owner = strategies.find(({ desk }) => orderOf(desk, clientId) !== undefined);
    const sent = owner === undefined ? undefined : orderOf(owner.desk, clientId);
    if (owner === undefined || sent === undefined) {
      const isOurs = strategies.some(({ desk }) => desk.ended.has(clientId));
      if (openOrders.includes(state) && !isOurs) findings.push(unknownOrder(state));
      continue;
    }
    const before = `${sent.state} ${sent.filled}`;
    takeState(owner, sent, state, time);
    if (before !== `${sent.state} ${sent.filled}`)
      findings.push({ severity: "repaired", kind: "status", message: `order ${clientId} was ${before}, now ${sent.state} ${sent.filled}` });
  }
  for (const { desk } of strategies) {
    for (const sent of desk.orders.values()) {
      if (isOpen(sent.state) && ![...openOrders, ...endedOrders].some(({ order }) => order.clientId === sent.clientId))
        desk.ask({ kind: "order", clientId: sent.clientId });
      if (sent.state === "working" && (sent.isOver || sent.again)) withdraw(desk, sent);
      else if (sent.state === "cancelling" && openOrders.some(({ order }) => order.clientId === sent.clientId))
        desk.ask({ kind: "cancel", clientId: sent.clientId });
    }
  }
  return findings;
}

/** Fills of attempts that have ended which nobody told of. */
function lateFound(strategies: readonly BrokerStrategy[], state: BrokerOrderState, time: Instant): readonly Finding[] {
  const { clientId } = state.order;
  return strategies.flatMap((strategy): readonly Finding[] => {
    const ended = strategy.desk.ended.get(clientId);
    if (ended === undefined) return [];
    const missed = makeUpLate(strategy, ended, state, time);
    return missed === 0
      ? []
      : [{ severity: "repaired", kind: "status", message: `order ${clientId} had filled ${missed} lots more before it ended` }];
  });
}

/**
 * An attempt that has ended while the view was under way may still be open in it. One that had ended before should not be; all others of those need
 * not be remembered any more.
 */
function endedFound(strategies: readonly BrokerStrategy[], { openOrders }: BrokerView): readonly Finding[] {
  return strategies.flatMap(({ desk: { ended } }) =>
    [...ended].flatMap(([clientId, { isViewed, state }]): readonly Finding[] => {
      if (!isViewed) return [];
      if (openOrders.some(({ order }) => order.clientId === clientId))
        return [{ severity: "critical", kind: "unknown_order", message: `order ${clientId} works at the broker, here it is ${state}` }];
      ended.delete(clientId);
      return [];
    }),
  );
}

function unknownOrder({ order }: BrokerOrderState): Finding {
  const { clientId, side, quantity, symbol } = order;
  return { severity: "critical", kind: "unknown_order", message: `order ${clientId} (${side} ${quantity} ${symbol}) is not of this run` };
}

function accountFound(account: string, view: BrokerView): readonly Finding[] {
  if (view.account.id === account) return [];
  return [{ severity: "critical", kind: "account", message: `account ${view.account.id} is not the one that this run began on` }];
}

function positionsFound(strategies: readonly BrokerStrategy[], { positions }: BrokerView): readonly Finding[] {
  return strategies.flatMap(({ desk, walk }) =>
    walk.engine.books.flatMap(({ symbol, position, money }): readonly Finding[] => {
      const { name } = symbolIn(desk.units, symbol);
      const theirs = Number(positions.find((one) => one.symbol === name)?.quantity ?? "0");
      const ours = position.quantity / money.scale.lotsPerShare;
      if (theirs === ours) return [];
      return [{ severity: "critical", kind: "position", message: `the broker has ${theirs} ${name}, this run ${ours}` }];
    }),
  );
}

function cashFound(strategies: readonly BrokerStrategy[], state: Reconciling, { account }: BrokerView): readonly Finding[] {
  const sums = strategies.map(({ walk: { engine } }) => ({ cash: engine.money.toNumber(engine.ledger.cash), fills: engine.log.fills }));
  const ours = sums.reduce((sum, { cash }) => sum + cash, 0);
  const fills = sums.reduce((sum, each) => sum + each.fills, 0);
  const theirs = Number(account.cash);
  state.cashBeside ??= theirs - ours;
  const difference = theirs - ours - state.cashBeside;
  if (Math.abs(difference) <= CENT * (fills + 1)) return [];
  return [{ severity: "critical", kind: "cash", message: `the broker's cash differs by ${difference.toFixed(2)}` }];
}
