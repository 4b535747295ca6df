/** What every broker must do that fills the port src/market/broker.ts, whoever is behind it. */
import { afterEach, describe, expect, it } from "vitest";
import type { Broker, BrokerOrder, BrokerOrderState, BrokerReport } from "../../src/market/broker.ts";
import type { Answer } from "../../src/market/outside.ts";
import { instant } from "../../src/values/quantity.ts";
import { until } from "../support/until.ts";

/** A broker with an empty account of 100,000 and a market in AAPL that is moved by hand. */
export interface BrokerWorld {
  readonly broker: Broker;
  /** The market is at this price now: bid, ask and last trade. */
  price(price: number): Promise<void>;
  /** A further connection to the same account, as after a restart. */
  reopened(): Broker;
  readonly accidents: Accidents | null;
  close(): Promise<void>;
}

/** Of a broker that is reached over a wire, and whose market is not ours. Each happens once, on the next occasion. */
export interface Accidents {
  partialFill(): Promise<void>;
  rejectAfterAccepting(): Promise<void>;
  fillDuringCancel(): Promise<void>;
  fillDuringReplace(): Promise<void>;
  loseRequest(): Promise<void>;
  loseAnswer(): Promise<void>;
  failAfterwards(): Promise<void>;
  limitRate(): Promise<void>;
  damageAnswer(): Promise<void>;
  sendReportTwice(): Promise<void>;
  /** The connection of reports breaks; it comes back by itself. */
  dropConnection(): Promise<void>;
}

const SYMBOL = "AAPL";

export function brokerContract(name: string, open: () => Promise<BrokerWorld>): void {
  describe(`${name} is a broker`, () => {
    let world: BrokerWorld | null = null;
    const begin = async () => {
      world = await open();
      await world.price(100);
      const reports: BrokerReport[] = [];
      const account = value(await world.broker.connect((report) => reports.push(report)));
      return { world, broker: world.broker, reports, account };
    };
    afterEach(async () => {
      await world?.broker.close();
      await world?.close();
      world = null;
    });
    plainOrders(begin);
    changes(begin);
    lists(begin);
    accidents(begin);
  });
}

type Begin = () => Promise<{
  readonly world: BrokerWorld;
  readonly broker: Broker;
  readonly reports: BrokerReport[];
  readonly account: { readonly id: string; readonly cash: string };
}>;

function order(clientId: string, changes: Partial<BrokerOrder> = {}): BrokerOrder {
  return { clientId, symbol: SYMBOL, side: "buy", type: "market", tif: "day", quantity: "10", limit: null, stop: null, ...changes };
}

function value<T>(answer: Answer<T>): T {
  if (!answer.ok) throw new Error(`${answer.failure.class} ${answer.failure.code}: ${answer.failure.message}`);
  return answer.value;
}

function failure<T>(answer: Answer<T>): { readonly class: string; readonly code: string } {
  if (answer.ok) throw new Error(`done: ${JSON.stringify(answer.value)}`);
  return answer.failure;
}

function of<K extends BrokerReport["kind"]>(reports: readonly BrokerReport[], kind: K): (BrokerReport & { kind: K })[] {
  return reports.filter((report): report is BrokerReport & { kind: K } => report.kind === kind);
}

async function stateOf(broker: Broker, clientId: string): Promise<BrokerOrderState> {
  const state = value(await broker.order(clientId));
  if (state === null) throw new Error(`no order ${clientId}`);
  return state;
}

function plainOrders(begin: Begin): void {
  it("fills an order at the market, reports it and holds the position", async () => {
    const { broker, reports, account } = await begin();
    expect(account.cash).toBe("100000");
    const state = value(await broker.submit(order("a-1")));
    expect(state.order).toEqual(order("a-1"));
    await until("the fill", () => of(reports, "fill").length > 0);
    expect(of(reports, "fill")).toMatchObject([{ clientId: "a-1", quantity: "10", price: "100", filled: "10", isWhole: true }]);
    expect(reports.findIndex(({ kind }) => kind === "accepted")).toBeLessThan(reports.findIndex(({ kind }) => kind === "fill"));
    expect(value(await broker.positions())).toEqual([{ symbol: SYMBOL, quantity: "10", averagePrice: "100" }]);
    expect(await stateOf(broker, "a-1")).toMatchObject({ status: "filled", filled: "10", averagePrice: "100", brokerId: state.brokerId });
    expect(value(await broker.account())).toMatchObject({ cash: "99000", equity: "100000", isBlocked: false });
  });

  it("lets a limit wait until the market comes to it", async () => {
    const { world, broker, reports } = await begin();
    value(await broker.submit(order("a-1", { type: "limit", limit: "99.5" })));
    await until("it is accepted", () => of(reports, "accepted").length > 0);
    expect(await stateOf(broker, "a-1")).toMatchObject({ status: "working", filled: "0", averagePrice: null });
    await world.price(99.25);
    await until("the fill", () => of(reports, "fill").length > 0);
    expect(Number(of(reports, "fill")[0]?.price)).toBeLessThanOrEqual(99.5);
  });

  it("triggers a stop, and holds a stop limit to its limit", async () => {
    const { world, broker, reports } = await begin();
    value(await broker.submit(order("stop", { type: "stop", stop: "101" })));
    value(await broker.submit(order("both", { type: "stop_limit", stop: "101", limit: "101.5" })));
    await world.price(102);
    await until("the stop fills", () => of(reports, "fill").some(({ clientId }) => clientId === "stop"));
    expect(await stateOf(broker, "both")).toMatchObject({ status: "working" });
    await world.price(101.25);
    await until("the stop limit fills", () => of(reports, "fill").some(({ clientId }) => clientId === "both"));
  });

  it("sells short and shows a position below 0", async () => {
    const { broker, reports } = await begin();
    value(await broker.submit(order("a-1", { side: "sell" })));
    await until("the fill", () => of(reports, "fill").length > 0);
    expect(value(await broker.positions())).toEqual([{ symbol: SYMBOL, quantity: "-10", averagePrice: "100" }]);
  });

  it("ends an order that must fill at once or not at all", async () => {
    const { broker, reports } = await begin();
    value(await broker.submit(order("a-1", { type: "limit", limit: "90", tif: "ioc" })));
    await until("its end", () => of(reports, "cancelled").length + of(reports, "expired").length > 0);
    expect(of(reports, "fill")).toEqual([]);
  });

  it("refuses what the account cannot pay, by name, and nothing comes of it", async () => {
    const { broker, reports } = await begin();
    expect(failure(await broker.submit(order("a-1", { quantity: "1000000" })))).toMatchObject({
      class: "rejected",
      code: "insufficient_buying_power",
    });
    expect(value(await broker.positions())).toEqual([]);
    expect(of(reports, "fill")).toEqual([]);
  });

  it("refuses a symbol that it does not know", async () => {
    const { broker } = await begin();
    expect(failure(await broker.submit(order("a-1", { symbol: "NOSUCH" })))).toMatchObject({ class: "rejected", code: "unknown_symbol" });
  });
}

function changes(begin: Begin): void {
  it("cancels a working order", async () => {
    const { broker, reports } = await begin();
    value(await broker.submit(order("a-1", { type: "limit", limit: "90" })));
    value(await broker.cancel("a-1"));
    await until("the end", () => of(reports, "cancelled").length > 0);
    expect(await stateOf(broker, "a-1")).toMatchObject({ status: "cancelled", filled: "0" });
  });

  it("refuses to cancel what has ended, and what never was", async () => {
    const { broker, reports } = await begin();
    value(await broker.submit(order("a-1")));
    await until("the fill", () => of(reports, "fill").length > 0);
    expect(failure(await broker.cancel("a-1"))).toMatchObject({ class: "rejected", code: "not_changeable" });
    expect(failure(await broker.cancel("never"))).toMatchObject({ class: "rejected", code: "unknown_order" });
    expect(value(await broker.order("never"))).toBeNull();
  });

  it("replaces a working order by one with its own id", async () => {
    const { world, broker, reports } = await begin();
    value(await broker.submit(order("a-1", { type: "limit", limit: "90" })));
    await until("it is accepted", () => of(reports, "accepted").length > 0);
    const next = value(await broker.replace("a-1", { clientId: "a-2", quantity: "5", limit: "99.5", stop: null }));
    expect(next).toMatchObject({ order: { clientId: "a-2", quantity: "5", limit: "99.5" }, replaces: "a-1" });
    await until("the replacement", () => of(reports, "replaced").length > 0);
    expect(of(reports, "replaced")).toMatchObject([{ clientId: "a-1", newClientId: "a-2" }]);
    expect(await stateOf(broker, "a-1")).toMatchObject({ status: "replaced", replacedBy: "a-2" });
    await world.price(99);
    await until("the fill", () => of(reports, "fill").length > 0);
    expect(of(reports, "fill")).toMatchObject([{ clientId: "a-2", quantity: "5", isWhole: true }]);
  });

  it("takes an id once: the same order again is the first one, another is refused", async () => {
    const { broker, reports } = await begin();
    const first = value(await broker.submit(order("a-1")));
    expect(value(await broker.submit(order("a-1"))).brokerId).toBe(first.brokerId);
    expect(failure(await broker.submit(order("a-1", { quantity: "11" })))).toMatchObject({
      class: "rejected",
      code: "duplicate_client_id",
    });
    await until("the fill", () => of(reports, "fill").length > 0);
    expect(value(await broker.positions())).toMatchObject([{ quantity: "10" }]);
  });
}

function lists(begin: Begin): void {
  it("answers the same question in the same way", async () => {
    const { broker } = await begin();
    value(await broker.submit(order("a-1", { type: "limit", limit: "90" })));
    expect(await broker.order("a-1")).toEqual(await broker.order("a-1"));
    expect(await broker.openOrders()).toEqual(await broker.openOrders());
  });

  it("lists open orders, and those that ended since an instant, the oldest first", async () => {
    const { broker, reports } = await begin();
    value(await broker.submit(order("open", { type: "limit", limit: "90" })));
    value(await broker.submit(order("filled")));
    value(await broker.submit(order("cancelled", { type: "limit", limit: "90" })));
    value(await broker.cancel("cancelled"));
    await until("both ends", () => of(reports, "cancelled").length > 0 && of(reports, "fill").length > 0);
    expect(value(await broker.openOrders()).map((one) => one.order.clientId)).toEqual(["open"]);
    const ended = value(await broker.ordersSince(instant(0)));
    expect(ended.map((one) => one.order.clientId)).toEqual(["filled", "cancelled"]);
    const last = of(reports, "cancelled")[0]!.time;
    expect(value(await broker.ordersSince(instant(last + 60_000_000)))).toEqual([]);
  });

  it("knows the account, its orders and positions after a restart", async () => {
    const { world, broker, reports, account } = await begin();
    value(await broker.submit(order("filled")));
    value(await broker.submit(order("open", { type: "limit", limit: "90" })));
    await until("the fill", () => of(reports, "fill").length > 0);
    await broker.close();
    const again = world.reopened();
    expect(value(await again.connect(() => undefined)).id).toBe(account.id);
    expect(value(await again.positions())).toMatchObject([{ quantity: "10" }]);
    expect(value(await again.openOrders()).map((one) => one.order.clientId)).toEqual(["open"]);
    expect(await stateOf(again, "filled")).toMatchObject({ status: "filled" });
    value(await again.cancel("open"));
    await again.close();
  });
}

function accidents(begin: Begin): void {
  const wired = (title: string, act: (start: Awaited<ReturnType<Begin>> & { readonly accidents: Accidents }) => Promise<void>): void =>
    it(title, async ({ skip }) => {
      const start = await begin();
      if (start.world.accidents === null) skip("nothing of this kind can happen to it");
      else await act({ ...start, accidents: start.world.accidents });
    });

  wired("reports parts of an order until it is whole", async ({ world, broker, reports, accidents }) => {
    await accidents.partialFill();
    value(await broker.submit(order("a-1")));
    await until("a part", () => of(reports, "fill").length > 0);
    expect(of(reports, "fill")[0]).toMatchObject({ isWhole: false });
    expect(await stateOf(broker, "a-1")).toMatchObject({ status: "partly_filled" });
    await world.price(100);
    await until("the rest", () => of(reports, "fill").some(({ isWhole }) => isWhole));
    const fills = of(reports, "fill");
    expect(fills.reduce((sum, { quantity }) => sum + Number(quantity), 0)).toBe(10);
    expect(new Set(fills.map(({ execution }) => execution)).size).toBe(fills.length);
  });

  wired("reports a rejection that comes after the answer", async ({ broker, reports, accidents }) => {
    await accidents.rejectAfterAccepting();
    value(await broker.submit(order("a-1")));
    await until("the rejection", () => of(reports, "rejected").length > 0);
    expect(await stateOf(broker, "a-1")).toMatchObject({ status: "rejected" });
  });

  wired("reports the fill that was faster than a cancel", async ({ broker, reports, accidents }) => {
    value(await broker.submit(order("a-1", { type: "limit", limit: "90" })));
    await accidents.fillDuringCancel();
    value(await broker.cancel("a-1"));
    await until("the fill", () => of(reports, "fill").length > 0);
    expect(of(reports, "cancelled")).toEqual([]);
    expect(await stateOf(broker, "a-1")).toMatchObject({ status: "filled" });
  });

  wired("reports the fill that was faster than a replacement, and that this was refused", async ({ broker, reports, accidents }) => {
    value(await broker.submit(order("a-1", { type: "limit", limit: "90" })));
    await accidents.fillDuringReplace();
    await broker.replace("a-1", { clientId: "a-2", quantity: "10", limit: "91", stop: null });
    await until("the fill and the refusal", () => of(reports, "fill").length > 0 && of(reports, "change_refused").length > 0);
    expect(await stateOf(broker, "a-1")).toMatchObject({ status: "filled", replacedBy: null });
    const replacement = value(await broker.order("a-2"));
    expect(replacement === null || replacement.status === "rejected").toBe(true);
  });

  wired("calls a lost answer ambiguous, and the id tells that the order is there", async ({ broker, accidents }) => {
    await accidents.loseAnswer();
    expect(failure(await broker.submit(order("a-1"))).class).toBe("ambiguous");
    expect(await stateOf(broker, "a-1")).toMatchObject({ order: { clientId: "a-1" } });
  });

  wired("calls a lost request ambiguous, and the id tells that nothing is there", async ({ broker, accidents }) => {
    await accidents.loseRequest();
    expect(failure(await broker.submit(order("a-1"))).class).toBe("ambiguous");
    expect(value(await broker.order("a-1"))).toBeNull();
  });

  wired("calls an error of the server ambiguous, and sending again makes no second order", async ({ broker, reports, accidents }) => {
    await accidents.failAfterwards();
    expect(failure(await broker.submit(order("a-1"))).class).toBe("ambiguous");
    value(await broker.submit(order("a-1")));
    await until("the fill", () => of(reports, "fill").length > 0);
    expect(value(await broker.positions())).toMatchObject([{ quantity: "10" }]);
  });

  wired("says when it is asked too often, and for how long to wait", async ({ broker, accidents }) => {
    await accidents.limitRate();
    const answer = await broker.submit(order("a-1"));
    expect(failure(answer)).toMatchObject({ class: "rate_limited", retryAfter: expect.any(Number) });
    expect(value(await broker.order("a-1"))).toBeNull();
  });

  wired("halts on an answer that lacks a field", async ({ broker, accidents }) => {
    value(await broker.submit(order("a-1", { type: "limit", limit: "90" })));
    await accidents.damageAnswer();
    expect(failure(await broker.order("a-1")).class).toBe("fatal");
  });

  wired("may report a fill twice, with the same execution", async ({ world, broker, reports, accidents }) => {
    value(await broker.submit(order("a-1", { type: "limit", limit: "99" })));
    await until("it is accepted", () => of(reports, "accepted").length > 0);
    await accidents.sendReportTwice();
    await world.price(98);
    await until("both", () => of(reports, "fill").length > 1);
    expect(new Set(of(reports, "fill").map(({ execution }) => execution)).size).toBe(1);
  });

  wired("says that reports may be lost, and what was missed can be asked for", async ({ world, broker, reports, accidents }) => {
    value(await broker.submit(order("a-1", { type: "limit", limit: "99" })));
    await until("it is accepted", () => of(reports, "accepted").length > 0);
    await accidents.dropConnection();
    await world.price(98);
    await until("the gap is reported", () => of(reports, "gap").length > 0);
    expect(value(await broker.ordersSince(instant(0)))).toMatchObject([{ order: { clientId: "a-1" }, status: "filled" }]);
    value(await broker.submit(order("a-2", { side: "sell" })));
    await until("reports flow again", () => of(reports, "fill").some(({ clientId }) => clientId === "a-2"));
  });
}
