/** A live run's dealings with a broker: requests and what they were about, reports, reconciliations. */
import type { BrokerReport } from "../../market/broker.ts";
import type { Answer, OutsideFailure } from "../../market/outside.ts";
import { type Instant, instant } from "../../values/quantity.ts";
import { advance, type BrokerDesk, type Wanted } from "./broker-desk.ts";
import { type BrokerStrategy, orderOf, takeReport, takeState, takeSubmitFailure } from "./broker-reports.ts";
import type { BrokerView, RequestValue } from "./input.ts";
import type { LiveBeginning } from "./journal.ts";
import { type Reconciling, reconcile } from "./reconciliation.ts";
import type { Finding, LiveRecord, LiveRequest } from "./record.ts";

/** What of the dealings goes from input to input, beside the strategies' orders. */
export interface BrokerageState {
  requests: number;
  /** By number, requests that have no answer. */
  readonly outstanding: Map<number, LiveRequest>;
  readonly reconciling: Reconciling;
  /** The time of the last view. */
  viewed: Instant;
}

export interface Brokerage {
  readonly state: BrokerageState;
  readonly strategies: readonly BrokerStrategy[];
  ask(wanted: Wanted): void;
  report(report: BrokerReport): void;
  /** Gives what a reconciliation found; null where the answer was to something else. */
  answer(number: number, answer: Answer<RequestValue>, received: Instant): Reconciled | null;
  timer(number: number): void;
  /** After a restart nobody knows what became of what was sent. */
  restart(): void;
}

export interface Reconciled {
  readonly findings: readonly Finding[];
  readonly isBlocked: boolean;
  /** Whether everything was seen, and nothing must be looked at again. */
  readonly isDone: boolean;
}

export function brokerage(
  { account, settings }: LiveBeginning,
  strategies: readonly BrokerStrategy[],
  tell: (record: LiveRecord) => void,
): Brokerage {
  const state: BrokerageState = {
    requests: 0,
    outstanding: new Map(),
    reconciling: { cashBeside: null, suspects: [], isStale: false },
    viewed: instant(0),
  };
  const ask = (wanted: Wanted): void => {
    state.requests += 1;
    const request: LiveRequest = { number: state.requests, ...wanted };
    state.outstanding.set(request.number, request);
    tell({ kind: "request", request });
  };
  /** One look at a time: a view is under way, or a timer for the next, never both. A view that is under way may have missed why this one is wanted. */
  const look = (): void => {
    const { outstanding, reconciling } = state;
    reconciling.isStale = [...outstanding.values()].some(({ kind }) => kind === "view");
    if (reconciling.isStale) return;
    for (const [number, { kind }] of outstanding) if (kind === "timer") outstanding.delete(number);
    for (const { desk } of strategies) for (const ended of desk.ended.values()) ended.isViewed = true;
    ask({ kind: "view", since: sinceOf(state) });
  };
  const lookLater = (received: Instant): void => ask({ kind: "timer", due: instant(received + settings.reconcileEvery) });
  const takeView = (view: BrokerView, received: Instant): Reconciled => {
    const { findings, isAgain } = reconcile(strategies, state.reconciling, account, view, received);
    tell({ kind: "reconciled", findings });
    state.viewed = received;
    const isDone = !isAgain && !state.reconciling.isStale;
    if (isDone) lookLater(received);
    else look();
    return { findings, isBlocked: view.account.isBlocked, isDone };
  };
  return {
    state,
    strategies,
    ask,
    report: (report) => {
      if (report.kind === "gap") look();
      else if (!strategies.some((strategy) => takeReport(strategy, report)))
        tell({ kind: "refused_report", clientId: report.clientId, message: `${report.kind} of no order that may still be heard of` });
    },
    answer: (number, answer, received) => {
      const request = state.outstanding.get(number);
      state.outstanding.delete(number);
      if (request === undefined) return null;
      const stopped = answer.ok ? null : stopping(answer.failure);
      if (request.kind === "view") {
        if (answer.ok && answer.value.kind === "view") return takeView(answer.value.view, received);
        lookLater(received);
      } else if (request.kind !== "timer") answerOf(strategies, request, answer, received);
      return stopped;
    },
    timer: (number) => {
      if (state.outstanding.delete(number)) look();
    },
    restart: () => {
      restart(state, strategies);
      look();
    },
  };
}

/** What ended while the last view was on its way is looked at again. */
const OVERLAP = 60_000_000;

function sinceOf({ viewed }: BrokerageState): Instant {
  return instant(Math.max(0, viewed - OVERLAP));
}

/** What no trying again mends halts the run. */
function stopping({ class: kind, message }: OutsideFailure): Reconciled | null {
  if (kind !== "auth" && kind !== "fatal") return null;
  return { findings: [{ severity: "critical", kind: "account", message }], isBlocked: false, isDone: false };
}

type OrderRequest = Exclude<LiveRequest, { kind: "view" | "timer" }>;

/** What the answer to a request is to its order. */
function answerOf(strategies: readonly BrokerStrategy[], request: OrderRequest, answer: Answer<RequestValue>, received: Instant): void {
  const clientId = request.kind === "submit" ? request.order.clientId : request.clientId;
  const strategy = strategies.find(({ desk }) => orderOf(desk, clientId) !== undefined);
  const sent = strategy === undefined ? undefined : orderOf(strategy.desk, clientId);
  if (strategy === undefined || sent === undefined) return;
  if (!answer.ok) {
    if (request.kind === "submit") takeSubmitFailure(strategy, sent, answer.failure, received);
    else if (request.kind === "cancel") strategy.desk.ask({ kind: "order", clientId });
    return;
  }
  if (answer.value.kind === "order") takeState(strategy, sent, answer.value.state, received);
}

/** Requests without an answer are asked anew; what was handed over is asked for by its id. */
function restart(state: BrokerageState, strategies: readonly BrokerStrategy[]): void {
  const open = [...state.outstanding.values()];
  state.outstanding.clear();
  for (const request of open) {
    if (request.kind !== "submit") continue;
    const { clientId } = request.order;
    const owner = strategies.find(({ desk }) => orderOf(desk, clientId) !== undefined);
    if (owner !== undefined) doubt(owner.desk, clientId);
  }
  for (const { desk } of strategies) {
    for (const sent of desk.orders.values()) if (sent.state === "cancelling") desk.ask({ kind: "cancel", clientId: sent.clientId });
  }
}

function doubt(desk: BrokerDesk, clientId: string): void {
  const sent = orderOf(desk, clientId);
  if (sent !== undefined && advance(desk, sent, "doubt")) desk.ask({ kind: "order", clientId });
}
