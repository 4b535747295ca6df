/** What the real thing has not: the simulator's own controls under /simulator, for tests and rehearsals. */
import { instant } from "../../values/quantity.ts";
import { type Amount, readAmount } from "./amounts.ts";
import { FAULTS, type FaultKind, type Faults, plan } from "./faults.ts";
import type { ApiAnswer, Route } from "./http.ts";
import { type Body, expectBody } from "./order-request.ts";
import { badParameter, Refused } from "./refusal.ts";
import { quoteArrives, tradeArrives } from "./routing.ts";
import { readTime, timeText } from "./times.ts";
import { advance, isOver, nextBarEnd, type World } from "./world.ts";

export interface Pace {
  /** Simulated seconds in one of the wall clock. */
  speed: number;
}

const ADVANCE_BARS_MAX = 100_000;

export function controlRoutes(world: World, faults: Faults, pace: Pace): readonly Route[] {
  const route = (method: string, path: RegExp, act: (body: Body) => void): Route => ({
    method,
    path,
    answer: ({ body }) => {
      act(body === null ? {} : expectBody(body));
      return status(world, faults, pace);
    },
  });
  return [
    route("GET", /^\/simulator$/, () => undefined),
    route("POST", /^\/simulator\/advance$/, (body) => advanceBy(world, body)),
    route("POST", /^\/simulator\/price$/, (body) => setPrice(world, body)),
    route("POST", /^\/simulator\/speed$/, ({ speed }) => {
      pace.speed = numberOf(speed, "speed");
    }),
    route("POST", /^\/simulator\/faults$/, ({ kind, on, count }) =>
      plan(faults, kindOf(kind), typeof on === "string" ? on : "", count === undefined ? 1 : numberOf(count, "count")),
    ),
    route("POST", /^\/simulator\/rates$/, (body) => {
      for (const [kind, rate] of Object.entries(body)) faults.rates.set(kindOf(kind), numberOf(rate, kind));
    }),
    route("DELETE", /^\/simulator\/faults$/, () => {
      faults.planned.length = 0;
      faults.rates.clear();
    }),
  ];
}

function status(world: World, faults: Faults, { speed }: Pace): ApiAnswer {
  const end = nextBarEnd(world);
  return {
    status: 200,
    body: {
      now: timeText(world.exchange.now),
      next_bar_end: end === null ? null : timeText(end),
      is_over: isOver(world),
      speed,
      faults: Object.fromEntries(faults.happened),
      planned: faults.planned,
    },
  };
}

/** `to` an instant, by `seconds`, or to the end of the next `bars`. */
function advanceBy(world: World, { to, seconds, bars }: Body): void {
  if (typeof to === "string") {
    const time = readTime(to);
    if (time === null) throw new Refused(badParameter(`to takes an instant such as 2024-01-02T14:30:00Z, not ${to}`));
    advance(world, time);
  } else if (seconds !== undefined) advance(world, instant(world.exchange.now + Math.round(numberOf(seconds, "seconds") * 1_000_000)));
  else {
    const count = Math.min(bars === undefined ? 1 : numberOf(bars, "bars"), ADVANCE_BARS_MAX);
    for (let done = 0; done < count; done++) {
      const end = nextBarEnd(world);
      if (end === null) return;
      advance(world, end);
    }
  }
}

/** A quote and a trade out of turn; the tape goes on as before. */
function setPrice({ exchange, listeners }: World, body: Body): void {
  const symbol = String(body.symbol);
  if (!exchange.assets.has(symbol)) throw new Refused(badParameter(`no symbol ${symbol}`));
  const bid = amountOf(body.bid ?? body.price, "bid");
  const ask = amountOf(body.ask ?? body.price, "ask");
  const price = amountOf(body.price ?? body.bid, "price");
  const time = exchange.now;
  const quote = { kind: "quote", symbol, time, bid, ask, size: 100 } as const;
  const trade = { kind: "trade", symbol, time, id: exchange.orders.size + 1, price, size: 100, side: "buy" } as const;
  quoteArrives(exchange, quote);
  tradeArrives(exchange, trade);
  for (const listener of listeners.prints) {
    listener(quote);
    listener(trade);
  }
}

function kindOf(value: unknown): FaultKind {
  const kind = FAULTS.find((one) => one === value);
  if (kind === undefined) throw new Refused(badParameter(`a kind of fault is one of ${FAULTS.join(", ")}`));
  return kind;
}

function numberOf(value: unknown, name: string): number {
  if (typeof value === "number" && value >= 0) return value;
  throw new Refused(badParameter(`${name} takes a number from 0`));
}

function amountOf(value: unknown, name: string): Amount {
  const amount = readAmount(value);
  if (amount === null) throw new Refused(badParameter(`${name} takes an amount`));
  return amount;
}
