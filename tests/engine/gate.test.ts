/** Each check of the gate with an order that passes, one that fails and one on the boundary, which passes. */
import { describe, expect, expectTypeOf, it } from "vitest";
import type { Execution } from "../../src/engine/event.ts";
import { CHECKS, type CheckName, type Reason } from "../../src/engine/risk/checks.ts";
import type { Circumstances } from "../../src/engine/risk/circumstances.ts";
import { createGate, examine, examineLegs, type LiveGate, type Signal } from "../../src/engine/risk/gate.ts";
import type { Proposal } from "../../src/engine/risk/proposal.ts";
import type { Reservation, Standing } from "../../src/engine/risk/standing.ts";
import type { Measure, RiskLimit } from "../../src/graph/nodes.ts";
import { moneyArithmetic } from "../../src/values/money-arithmetic.ts";
import { instant, lots, scaleOf, ticks } from "../../src/values/quantity.ts";
import { graphBuilder } from "../run/graph-builder.ts";
import { PLAIN } from "../support/rules.ts";

const money = moneyArithmetic(scaleOf(2, 0));

const proposal: Proposal = {
  symbol: 0,
  row: 0,
  time: instant(0),
  from: 1,
  trade: 0,
  source: "go",
  kind: "entry",
  side: "buy",
  type: "market",
  tif: { kind: "day" },
  reference: ticks(1000),
  price: null,
  limit: null,
  quantity: lots(100),
  reducing: lots(0),
  trim: false,
  stop: null,
  targets: [],
  plan: null,
  target: null,
  postOnly: false,
};

const amount = (text: string) => money.parse(text)!;

const standing: Standing = {
  cash: amount("10000"),
  equity: amount("10000"),
  peak: amount("10000"),
  halted: false,
  position: lots(0),
  working: lots(0),
  exposure: money.zero,
  grossExposure: money.zero,
  crossed: money.zero,
  netExposure: money.zero,
  openPositions: 1,
  openTrades: 1,
  approvals: [],
  openingLegs: 0,
  isRepeated: false,
  mark: ticks(1000),
  dayStart: amount("10000"),
};

function constant(measure: Measure, value: string): RiskLimit {
  return { measure, limit: { kind: "constant", value }, monitor: null };
}

function rate(count: number, per: number): RiskLimit {
  return { measure: "order_rate", limit: { kind: "rate", count, per }, monitor: null };
}

interface Situation {
  readonly order?: Partial<Proposal>;
  readonly account?: Partial<Standing>;
  readonly risk?: readonly RiskLimit[];
  readonly short?: boolean;
  readonly live?: Partial<Circumstances>;
  readonly configured?: Partial<Pick<LiveGate, "orderValueMax" | "dayLossMax" | "shared">>;
}

const calm: Circumstances = {
  isKilled: false,
  isFeedLost: false,
  feedAge: 0,
  isUnreconciled: false,
  isAccountBlocked: false,
  allowedSymbols: null,
  hasSession: null,
};

function gateOf({ risk = [], short = false, live = {}, configured = {} }: Situation) {
  const b = graphBuilder();
  const size = { kind: "shares", amount: b.constant(1), trim: false } as const;
  const side = short ? "short" : "long";
  const graph = b.graph({ rules: [{ kind: "enter", name: "go", clock: 0, when: b.constant(true), side, size, ...PLAIN }], risk });
  return createGate(graph, money, {
    circumstances: { ...calm, ...live },
    orderValueMax: null,
    dayLossMax: null,
    shared: null,
    ...configured,
  });
}

function verdict(situation: Situation): Signal<"approved"> | Signal<"rejected"> {
  const { order = {}, account = {} } = situation;
  return examine(gateOf(situation), { id: 1, proposal: { ...proposal, ...order }, money }, { ...standing, ...account });
}

function reasons(situation: Situation): readonly Reason[] {
  const result = verdict(situation);
  return result.status === "rejected" ? result.reasons : [];
}

/** At 10.00 with the collar of 5 % the worst price is 10.50: 100 shares are worth 1050.00 at worst. */
const cases: Readonly<Record<CheckName, { readonly passes: readonly Situation[]; readonly fails: readonly Situation[] }>> = {
  killed: {
    passes: [{ live: { isKilled: false } }, { live: { isKilled: true }, order: { side: "sell", reducing: lots(100) } }],
    fails: [{ live: { isKilled: true } }],
  },
  feed: {
    passes: [{ live: { isFeedLost: false } }, { live: { isFeedLost: true }, order: { side: "sell", reducing: lots(100) } }],
    fails: [{ live: { isFeedLost: true } }],
  },
  reconciled: {
    passes: [{ live: { isUnreconciled: false } }, { live: { isUnreconciled: true }, order: { side: "sell", reducing: lots(100) } }],
    fails: [{ live: { isUnreconciled: true } }],
  },
  account: {
    passes: [{ live: { isAccountBlocked: false } }, { live: { isAccountBlocked: true }, order: { side: "sell", reducing: lots(100) } }],
    fails: [{ live: { isAccountBlocked: true } }],
  },
  session: {
    passes: [{ live: { hasSession: null } }, { live: { hasSession: (time) => time === proposal.time } }],
    fails: [{ live: { hasSession: (time) => time !== proposal.time } }],
  },
  symbol: {
    passes: [{ live: { allowedSymbols: null } }, { live: { allowedSymbols: new Set([1, 0]) } }],
    fails: [{ live: { allowedSymbols: new Set([1]) } }, { live: { allowedSymbols: new Set() } }],
  },
  feed_age: {
    passes: [
      { risk: [constant("feed_age", "5000000")] },
      { risk: [constant("feed_age", "5000000")], live: { feedAge: 5_000_000 } },
      { risk: [constant("feed_age", "5000000")], live: { feedAge: 5_000_001 }, order: { side: "sell", reducing: lots(100) } },
      { live: { feedAge: 5_000_001 } },
    ],
    fails: [{ risk: [constant("feed_age", "5000000")], live: { feedAge: 5_000_001 } }],
  },
  duplicate: { passes: [{ account: { isRepeated: false } }], fails: [{ account: { isRepeated: true } }] },
  halted: { passes: [{ account: { halted: false } }], fails: [{ account: { halted: true } }] },
  quantity: {
    passes: [{ order: { quantity: lots(1) } }],
    fails: [{ order: { quantity: lots(0) } }, { order: { quantity: lots(0.5) } }, { order: { quantity: lots(-1) }, short: true }],
  },
  price: {
    passes: [
      { order: { reference: ticks(1) } },
      { order: { reference: ticks(100_000_000), quantity: lots(1) }, account: { equity: amount("2000000"), mark: ticks(100_000_000) } },
      { order: { stop: ticks(1) } },
      { order: { type: "stop", kind: "stop", price: ticks(1), reducing: lots(100) } },
    ],
    fails: [
      { order: { reference: ticks(0) } },
      { order: { reference: ticks(100_000_001), quantity: lots(1) }, account: { equity: amount("2000000") } },
      { order: { stop: ticks(0) } },
      { order: { type: "stop", kind: "stop", price: ticks(0), reducing: lots(100) } },
      { order: { type: "stop", kind: "stop", price: null, reducing: lots(100) } },
      { order: { type: "limit", kind: "target", price: ticks(0), reducing: lots(100) } },
      { order: { type: "stop", price: ticks(100_000_001) } },
      { order: { type: "stop_limit", price: ticks(1000), limit: ticks(0), side: "sell", reducing: lots(100) } },
      { order: { targets: [ticks(1001), ticks(100_000_001)] } },
    ],
  },
  collar: {
    passes: [
      { order: { type: "limit", price: ticks(1050), reference: ticks(1050) } },
      { order: { side: "sell", type: "limit", price: ticks(950), reference: ticks(950) }, short: true },
      { order: { type: "stop_limit", price: ticks(1100), limit: ticks(1050), reference: ticks(1050) } },
      { order: { side: "sell", type: "limit", price: ticks(1), reference: ticks(1), reducing: lots(100) } },
    ],
    fails: [
      { order: { type: "limit", price: ticks(1051), reference: ticks(1051) } },
      { order: { side: "sell", type: "limit", price: ticks(949), reference: ticks(949) }, short: true },
      { order: { type: "stop_limit", price: ticks(1040), limit: ticks(1051), reference: ticks(1051) } },
      { order: { side: "sell", type: "stop_limit", price: ticks(960), limit: ticks(949), reference: ticks(949) }, short: true },
    ],
  },
  stop_side: {
    passes: [{ order: { stop: ticks(999) } }, { order: { side: "sell", stop: ticks(1001) }, short: true }],
    fails: [
      { order: { stop: ticks(1000) } },
      { order: { stop: ticks(1001) } },
      { order: { side: "sell", stop: ticks(1000) }, short: true },
      { order: { side: "sell", stop: ticks(999) }, short: true },
    ],
  },
  target_side: {
    passes: [{ order: { targets: [ticks(1001), ticks(1500)] } }, { order: { side: "sell", targets: [ticks(999)] }, short: true }],
    fails: [
      { order: { targets: [ticks(1000)] } },
      { order: { targets: [ticks(1500), ticks(999)] } },
      { order: { side: "sell", targets: [ticks(1000)] }, short: true },
      { order: { side: "sell", targets: [ticks(1001)] }, short: true },
    ],
  },
  order_value: {
    passes: [{ risk: [constant("order_value", "1050.00")] }, { risk: [constant("order_value", "5000")] }],
    fails: [{ risk: [constant("order_value", "1049.99")] }, { risk: [constant("order_value", "5000"), constant("order_value", "1000")] }],
  },
  position_value: {
    passes: [
      { risk: [constant("position_value", "1050")] },
      { risk: [constant("position_value", "2050")], account: { exposure: amount("1000") } },
    ],
    fails: [
      { risk: [constant("position_value", "1049.99")] },
      { risk: [constant("position_value", "2049.99")], account: { exposure: amount("1000") } },
    ],
  },
  gross_exposure: {
    passes: [
      { risk: [constant("gross_exposure", "1050")] },
      { risk: [constant("gross_exposure", "4050")], account: { grossExposure: amount("3000") } },
      { risk: [constant("gross_exposure", "1")], order: { side: "sell", reducing: lots(100) }, account: { position: lots(100) } },
    ],
    fails: [
      { risk: [constant("gross_exposure", "1049.99")] },
      { risk: [constant("gross_exposure", "4049.99")], account: { grossExposure: amount("3000") } },
    ],
  },
  net_exposure: {
    passes: [
      { risk: [constant("net_exposure", "1050")] },
      { risk: [constant("net_exposure", "50")], account: { netExposure: amount("-1000") } },
      { risk: [constant("net_exposure", "50")], account: { netExposure: amount("-1100") } },
      { risk: [constant("net_exposure", "1050")], order: { side: "sell" }, short: true },
      { risk: [constant("net_exposure", "50")], order: { side: "sell" }, account: { netExposure: amount("1100") }, short: true },
    ],
    fails: [
      { risk: [constant("net_exposure", "1049.99")] },
      { risk: [constant("net_exposure", "49.99")], account: { netExposure: amount("-1000") } },
      { risk: [constant("net_exposure", "50")], account: { netExposure: amount("-1100.01") } },
      { risk: [constant("net_exposure", "1049.99")], order: { side: "sell" }, short: true },
      { risk: [constant("net_exposure", "50")], order: { side: "sell" }, account: { netExposure: amount("1100.01") }, short: true },
    ],
  },
  open_positions: {
    passes: [{ risk: [constant("open_positions", "1")] }, { risk: [constant("open_positions", "3")], account: { openPositions: 3 } }],
    fails: [{ risk: [constant("open_positions", "3")], account: { openPositions: 4 } }],
  },
  open_trades: {
    passes: [{ risk: [constant("open_trades", "2")], account: { openTrades: 2 } }],
    fails: [{ account: { openTrades: 2 } }, { risk: [constant("open_trades", "2")], account: { openTrades: 3 } }],
  },
  order_rate: {
    passes: [
      { risk: [rate(1, 60)] },
      { risk: [rate(2, 60)], account: { approvals: [instant(35), instant(40)] }, order: { time: instant(95) } },
      { risk: [rate(1, 60)], account: { approvals: [instant(40)] }, order: { time: instant(100) } },
      { risk: [rate(1, 60)], account: { approvals: [instant(40)] }, order: { time: instant(40), side: "sell", reducing: lots(100) } },
    ],
    fails: [
      { risk: [rate(1, 60)], account: { approvals: [instant(40)] }, order: { time: instant(99) } },
      { risk: [rate(2, 60)], account: { approvals: [instant(36), instant(40)] }, order: { time: instant(95) } },
      { risk: [rate(2, 60)], account: { approvals: [instant(99)], openingLegs: 1 }, order: { time: instant(100) } },
      { risk: [rate(2, 60)], account: { openingLegs: 2 }, order: { time: instant(100) } },
    ],
  },
  buying_power: {
    passes: [{ account: { equity: amount("1050") } }, { account: { equity: amount("2050"), grossExposure: amount("1000") } }],
    fails: [{ account: { equity: amount("1049.99") } }, { account: { equity: amount("2049.99"), grossExposure: amount("1000") } }],
  },
  short_permission: {
    passes: [
      { order: { side: "sell" }, short: true },
      { order: { side: "sell", quantity: lots(100), reducing: lots(99) }, account: { position: lots(100) } },
    ],
    fails: [
      { order: { side: "sell" } },
      { order: { side: "sell", quantity: lots(101), reducing: lots(100) }, account: { position: lots(100) } },
      { order: { side: "sell", quantity: lots(50) }, account: { position: lots(100), working: lots(-51) } },
    ],
  },
  day_loss: {
    passes: [{ risk: [constant("day_loss", "100")], account: { dayStart: amount("10100") } }],
    fails: [{ risk: [constant("day_loss", "100")], account: { dayStart: amount("10100.01") } }],
  },
  drawdown: {
    passes: [{ risk: [constant("drawdown", "0.2")], account: { peak: amount("12500") } }],
    fails: [{ risk: [constant("drawdown", "0.2")], account: { peak: amount("12500.01") } }],
  },
};

describe.each(CHECKS.map(({ name }) => name))("the check `%s`", (name) => {
  it.each(cases[name].passes.map((situation, index) => [index, situation] as const))("passes case %i", (_, situation) => {
    expect(reasons(situation)).toEqual([]);
  });

  it.each(cases[name].fails.map((situation, index) => [index, situation] as const))("fails case %i, alone", (_, situation) => {
    expect(reasons(situation)).toEqual([name]);
  });
});

describe("the gate", () => {
  it("reports every failure, in order", () => {
    const risk = [constant("order_value", "1"), constant("position_value", "1"), constant("day_loss", "0"), constant("drawdown", "0")];
    const account = { halted: true, equity: amount("9999"), grossExposure: amount("10000"), exposure: amount("10000") };
    const absurd = { side: "sell", quantity: lots(2 ** 53), reference: ticks(-1), stop: ticks(-2) } as const;
    expect(reasons({ order: absurd, account: { ...account, mark: ticks(-1) }, risk })).toEqual([
      "halted",
      "quantity",
      "price",
      "stop_side",
      "short_permission",
      "day_loss",
      "drawdown",
    ]);
    expect(reasons({ account, risk })).toEqual(["halted", "order_value", "position_value", "buying_power", "day_loss", "drawdown"]);
  });

  it("lets an order that only reduces pass everything but `quantity` and `price`", () => {
    const risk = [constant("order_value", "1"), constant("position_value", "1"), constant("day_loss", "0"), constant("drawdown", "0")];
    const account = { halted: true, equity: amount("1"), position: lots(100) };
    expect(reasons({ order: { side: "sell", reducing: lots(100) }, account, risk })).toEqual([]);
    expect(reasons({ order: { side: "sell", quantity: lots(0), reducing: lots(0) }, account, risk })).toContain("quantity");
  });

  it("with trim sends the reducing part alone where nothing of the rest is left, but a halt refuses the whole order", () => {
    const order = { side: "sell", quantity: lots(150), reducing: lots(100), trim: true } as const;
    const situation = { order, account: { position: lots(100) }, risk: [constant("order_value", "1")], short: true };
    expect(verdict(situation)).toMatchObject({ status: "approved", quantity: 100 });
    expect(reasons({ ...situation, account: { position: lots(100), halted: true } })).toEqual(["halted"]);
  });

  it("sets aside the worst value of what opens", () => {
    const approved = verdict({ account: { position: lots(-40) }, order: { reducing: lots(40) } });
    expect(approved.status === "approved" && money.format(approved.reserved)).toBe("630.00");
  });

  it("alone makes what can be submitted", () => {
    const execution: Execution = { submit: () => {}, resize: () => {}, rescale: () => {}, cancel: () => {} };
    const approved = verdict({});
    if (approved.status !== "approved") throw new Error("not approved");
    execution.submit(approved);
    // @ts-expect-error: a copy of an approved order is no approved order
    execution.submit({ ...approved, quantity: lots(1_000_000) });
    // @ts-expect-error: nor is anything of the same shape
    execution.submit({ status: "approved", id: 1, proposal, quantity: lots(1), reserved: money.zero });
    // @ts-expect-error: nor a proposal
    execution.submit(proposal);
    // @ts-expect-error: nor a rejected order
    execution.submit({ status: "rejected", id: 1, proposal, reasons: [] } satisfies Signal<"rejected">);
    expectTypeOf<Parameters<Execution["submit"]>[0]>().toEqualTypeOf<Signal<"approved">>();
  });
});

describe("legs before the gate", () => {
  const buy = { ...proposal, kind: "hold", trade: null } as const;
  const sell = { ...buy, symbol: 1, side: "sell" } as const;
  const applications = [buy, sell].map((leg, index) => ({ id: index + 1, proposal: leg, money }));
  /** Reserves for all legs before; the net is after them all. */
  const account = ({ side }: Proposal, legs: readonly Reservation[]): Standing => {
    const gross = legs.reduce((sum, leg) => money.add(sum, leg.reserved), money.zero);
    const own = legs.filter((leg) => leg.proposal.side === side).reduce((sum, leg) => money.add(sum, leg.reserved), money.zero);
    return { ...standing, grossExposure: gross, netExposure: side === "buy" ? own : money.subtract(money.zero, own) };
  };
  const decided = (risk: readonly RiskLimit[]) =>
    examineLegs(gateOf({ risk, short: true }), applications, account).map((leg) => (leg.status === "approved" ? leg.id : leg.reasons));

  it("go out together, each with the room that the ones before leave", () => {
    expect(decided([constant("gross_exposure", "2100")])).toEqual([1, 2]);
  });

  it("stay together where one is refused, which bears its own reasons", () => {
    expect(decided([constant("gross_exposure", "2099.99")])).toEqual([["legs"], ["gross_exposure"]]);
    expect(decided([constant("order_value", "1000")])).toEqual([["order_value"], ["order_value"]]);
  });

  it("are held against the net exposure once all of them have filled", () => {
    const same = [buy, { ...buy, symbol: 1 }].map((leg, index) => ({ id: index + 1, proposal: leg, money }));
    const gate = gateOf({ risk: [constant("net_exposure", "1999.99")], short: true });
    expect(examineLegs(gate, same, account)).toMatchObject([{ reasons: ["net_exposure"] }, { reasons: ["net_exposure"] }]);
    expect(decided([constant("net_exposure", "0.01")])).toEqual([1, 2]);
  });
});

it("the stricter of the file's and the configuration's limits counts", () => {
  const file = (value: string) => ({ risk: [constant("order_value", value)] });
  expect(reasons({ ...file("1050"), configured: { orderValueMax: "1050" } })).toEqual([]);
  expect(reasons({ ...file("1050"), configured: { orderValueMax: "1049.99" } })).toEqual(["order_value"]);
  expect(reasons({ ...file("1049.99"), configured: { orderValueMax: "1050" } })).toEqual(["order_value"]);
  const lost = { equity: amount("9900") };
  expect(reasons({ account: lost, configured: { dayLossMax: "100" } })).toEqual([]);
  expect(reasons({ account: lost, configured: { dayLossMax: "99.99" } })).toEqual(["day_loss"]);
});
