/**
 * Carries a run's requests to the broker: orders once they are durable, cancels at once and first, all within the broker's rate; again where nothing
 * was done and it may be tried again (semantics 14.7).
 */
import type { Broker } from "../../market/broker.ts";
import type { Answer, OutsideFailure } from "../../market/outside.ts";
import { prng } from "../../values/prng.ts";
import { type Instant, instant } from "../../values/quantity.ts";
import type { Clock } from "./clock.ts";
import type { RequestValue } from "./input.ts";
import type { LiveJournal } from "./journal.ts";
import type { LiveRequest } from "./record.ts";

export interface CourierPorts {
  readonly broker: Broker;
  readonly clock: Clock;
  readonly journal: Pick<LiveJournal, "whenDurable">;
  readonly requestsPerMinute: number;
  readonly answer: (request: number, answer: Answer<RequestValue>) => void;
  readonly timer: (request: number) => void;
}

export interface Courier {
  /** `sequence` is that of the request's record. */
  carry(request: LiveRequest, sequence: number): void;
  /** Nothing leaves any more. */
  stop(): void;
}

const SECOND = 1_000_000;
const MINUTE = 60 * SECOND;
const ATTEMPTS = 5;
const FIRST_PAUSE = SECOND;
const LONGEST_PAUSE = 30 * SECOND;
/** The share of the rate that is kept for cancels. */
const CANCELS_SHARE = 0.25;
/** What a view asks for one after the other. */
const VIEW_REQUESTS = 5;

type Errand = {
  readonly request: Exclude<LiveRequest, { kind: "timer" }>;
  attempts: number;
  /** It is durable, and its pause is over. */
  isReady: boolean;
};

interface Route {
  readonly ports: CourierPorts;
  /** What has not left, in order. */
  readonly waiting: Errand[];
  /** When requests have left, in the last minute. */
  readonly departures: number[];
  forget: () => void;
  isOver: boolean;
}

export function courier(ports: CourierPorts): Courier {
  const route: Route = { ports, waiting: [], departures: [], forget: () => undefined, isOver: false };
  return {
    carry: (request, sequence) => {
      if (request.kind === "timer") {
        ports.clock.at(request.due, () => (route.isOver ? undefined : ports.timer(request.number)));
        return;
      }
      if (request.kind === "cancel" && takeBack(route, request)) return;
      const errand = { request, attempts: 0, isReady: request.kind !== "submit" };
      route.waiting.push(errand);
      if (errand.isReady) depart(route);
      else void whenDurable(route, errand, sequence);
    },
    stop: () => {
      route.isOver = true;
      route.forget();
    },
  };
}

/** What the journal cannot keep never leaves. */
async function whenDurable(route: Route, errand: Errand, sequence: number): Promise<void> {
  const answer = await route.ports.journal.whenDurable(sequence);
  errand.isReady = answer.ok;
  depart(route);
}

/** An order that has not left never does; its cancel is done with that. */
function takeBack({ ports, waiting }: Route, { number, clientId }: Extract<LiveRequest, { kind: "cancel" }>): boolean {
  const place = waiting.findIndex(
    ({ request, attempts }) => request.kind === "submit" && request.order.clientId === clientId && attempts === 0,
  );
  const [errand] = place < 0 ? [] : waiting.splice(place, 1);
  if (errand === undefined) return false;
  ports.answer(errand.request.number, { ok: false, failure: failure("withdrawn", "it was taken back before it left") });
  ports.answer(number, { ok: true, value: { kind: "taken" } });
  return true;
}

function failure(code: string, message: string): OutsideFailure {
  return { class: "rejected", code, message, retryAfter: null };
}

/** Lets go what may leave now, and comes back when more may. */
function depart(route: Route): void {
  const { ports, waiting, departures } = route;
  route.forget();
  while (!route.isOver) {
    const now = ports.clock.now();
    while ((departures[0] ?? now) <= now - MINUTE) departures.shift();
    const errand = waiting.find(({ request, isReady }) => isReady && request.kind === "cancel") ?? waiting.find(({ isReady }) => isReady);
    if (errand === undefined) return;
    if (departures.length + costOf(errand) > roomFor(errand, ports.requestsPerMinute)) {
      route.forget = ports.clock.at(instant((departures[0] ?? now) + MINUTE), () => depart(route));
      return;
    }
    waiting.splice(waiting.indexOf(errand), 1);
    for (let count = 0; count < costOf(errand); count++) departures.push(now);
    void travel(route, errand);
  }
}

function costOf({ request }: Errand): number {
  return request.kind === "view" ? VIEW_REQUESTS : 1;
}

function roomFor({ request }: Errand, perMinute: number): number {
  return request.kind === "cancel" ? perMinute : Math.floor(perMinute * (1 - CANCELS_SHARE));
}

async function travel(route: Route, errand: Errand): Promise<void> {
  const { ports } = route;
  const { request } = errand;
  const answer = await ask(ports.broker, request);
  if (route.isOver) return;
  errand.attempts += 1;
  const mayRetry = !answer.ok && (answer.failure.class === "retryable" || answer.failure.class === "rate_limited");
  if (!mayRetry || errand.attempts >= ATTEMPTS) {
    ports.answer(request.number, answer);
    return;
  }
  errand.isReady = false;
  route.waiting.unshift(errand);
  const due = instant(ports.clock.now() + pauseOf(errand, answer.failure));
  ports.clock.at(due, () => {
    errand.isReady = true;
    depart(route);
  });
}

/** A pause that doubles, less up to a half of it, so that not all come back at once; at least as long as the broker asks for. */
function pauseOf({ request, attempts }: Errand, { retryAfter }: OutsideFailure): number {
  const whole = Math.min(LONGEST_PAUSE, FIRST_PAUSE * (1 << (attempts - 1)));
  const jitter = prng(request.number * ATTEMPTS + attempts).uniform() / 2;
  return Math.max(retryAfter ?? 0, Math.floor(whole * (1 - jitter)));
}

async function ask(broker: Broker, request: Errand["request"]): Promise<Answer<RequestValue>> {
  switch (request.kind) {
    case "submit": {
      const answer = await broker.submit(request.order);
      return answer.ok ? { ok: true, value: { kind: "order", state: answer.value } } : answer;
    }
    case "cancel": {
      const answer = await broker.cancel(request.clientId);
      return answer.ok ? { ok: true, value: { kind: "taken" } } : answer;
    }
    case "order": {
      const answer = await broker.order(request.clientId);
      return answer.ok ? { ok: true, value: { kind: "order", state: answer.value } } : answer;
    }
    case "view":
      return viewOf(broker, request.since);
  }
}

/**
 * Answers come one after the other, and an order may fill between them: the account is asked for first and last, and a view counts only where its cash
 * stayed.
 */
async function viewOf(broker: Broker, since: Instant): Promise<Answer<RequestValue>> {
  const account = await broker.account();
  if (!account.ok) return account;
  const ended = await broker.ordersSince(since);
  if (!ended.ok) return ended;
  const open = await broker.openOrders();
  if (!open.ok) return open;
  const positions = await broker.positions();
  if (!positions.ok) return positions;
  const after = await broker.account();
  if (!after.ok) return after;
  if (after.value.cash !== account.value.cash)
    return { ok: false, failure: { ...failure("unsettled", "an order filled meanwhile"), class: "retryable" } };
  const view = { account: after.value, positions: positions.value, openOrders: open.value, endedOrders: ended.value };
  return { ok: true, value: { kind: "view", view } };
}
