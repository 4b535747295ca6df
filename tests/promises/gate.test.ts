/**
 * Promise 6: every order passes the risk gate. An auditor that shares nothing with the gate follows the records of random programs: what fills was approved
 * and still worked, what closes only reduces, what opens is within `order_value`, no one is short unasked, and a halt lets nothing in.
 */
import { expect, it } from "vitest";
import type { Execution } from "../../src/engine/event.ts";
import type { Signal } from "../../src/engine/risk/gate.ts";
import { createEngine } from "../../src/engine/state.ts";
import { step } from "../../src/engine/step.ts";
import type { Graph, RiskLimit } from "../../src/graph/nodes.ts";
import type { Fill } from "../../src/market/order.ts";
import type { FillRecord, OrderRecord, RunRecord } from "../../src/run/outcome.ts";
import { moneyArithmetic } from "../../src/values/money-arithmetic.ts";
import { prng } from "../../src/values/prng.ts";
import { instant, lots, scaleOf, ticks } from "../../src/values/quantity.ts";
import { type Compiled, cachedWasm, type Market, marketOf, programs, runs, show } from "./support.ts";

const DAY = 86_400_000_000;
const CASH_CENTS = 10_000_000;

interface Account {
  readonly program: Compiled;
  readonly market: Market;
  cash: number;
  position: number;
  /** Approved orders that have not ended, with what each would add to the position. */
  readonly working: Map<number, OrderRecord>;
  /** The day on which entries are halted; infinite for good. */
  haltedDay: number | null;
  approvals: number;
}

const CLOSES: ReadonlySet<string> = new Set(["exit", "stop", "target", "flatten"]);

/** The first thing that should not have happened; null where all is right. */
function audit(
  program: Compiled,
  market: Market,
  records: readonly RunRecord[],
): { readonly mistake: string | null; readonly approvals: number } {
  const account: Account = { program, market, cash: CASH_CENTS, position: 0, working: new Map(), haltedDay: null, approvals: 0 };
  for (const record of records) {
    const mistake = check(account, record);
    if (mistake !== null) return { mistake: `${mistake}: ${JSON.stringify(record)}`, approvals: account.approvals };
  }
  return { mistake: null, approvals: account.approvals };
}

function check(account: Account, record: RunRecord): string | null {
  switch (record.event) {
    case "order":
      return record.status === "approved" ? checkApproval(account, record) : null;
    case "fill":
      return checkFill(account, record);
    case "cancel":
    case "expire":
      return account.working.delete(record.order) ? null : "no such order works";
    case "resize":
      return "no entry fills in parts here";
    case "halt":
      return halt(account, record.row, record.limit);
    case "borrow":
      account.cash = cents(record.cash);
      return null;
    case "split":
    case "cash_in_lieu":
    case "dividend":
    case "rescale":
      return "these rows have no corporate actions";
    case "end":
      return null;
  }
}

function cents(text: string): number {
  return Math.round(Number(text) * 100);
}

function dayOf({ market }: Account, row: number): number {
  return Math.floor((market.time[row]! - 1) / DAY);
}

function halt(account: Account, row: number, measure: string): null {
  const line = account.program.graph.risk.find((each) => each.measure === measure && each.monitor !== null);
  account.haltedDay = line?.monitor?.until === "manual" ? Number.POSITIVE_INFINITY : Math.max(account.haltedDay ?? 0, dayOf(account, row));
  return null;
}

const signed = ({ side, quantity }: Pick<OrderRecord, "side" | "quantity">): number => (side === "buy" ? 1 : -1) * Number(quantity);

/** What an order adds to |position|, by its kind: an entry all of it, what closes nothing, a hold what lies beyond zero or away from it. */
function openingOf({ position, working }: Account, order: OrderRecord): number {
  if (CLOSES.has(order.kind)) return 0;
  const size = Math.abs(signed(order));
  if (order.kind !== "hold") return size;
  const before = [...working.values()].reduce((sum, each) => sum + (each.type === "market" ? signed(each) : 0), position);
  return before * signed(order) < 0 ? Math.max(0, size - Math.abs(before)) : size;
}

function checkApproval(account: Account, order: OrderRecord): string | null {
  account.approvals += 1;
  const opening = openingOf(account, order);
  account.working.set(order.id, order);
  if (opening === 0) return null;
  if (account.haltedDay !== null && dayOf(account, order.row) <= account.haltedDay) return "approved while halted";
  const close = account.market.close[order.row]!;
  const equity = account.cash + account.position * close;
  const worst = opening * worstPrice(account.program.graph, order, close);
  const limits = account.program.graph.risk.filter(({ measure }) => measure === "order_value");
  const broken = limits.find((line) => worst > amountOf(line, equity, account.cash) + 1e-6);
  return broken === undefined ? null : `worth ${worst} cents at worst, more than ${JSON.stringify(broken.limit)}`;
}

/** In cents (semantics 4.2). */
function worstPrice({ collar }: Graph, order: OrderRecord, close: number): number {
  const price = cents(order.limit ?? order.price ?? "0");
  const reference = order.type === "market" ? close : price;
  const isLimit = order.type === "limit" || order.type === "stop_limit";
  if (order.side === "buy" && isLimit) return reference;
  const exact = (order.side === "sell" ? Math.max(reference, close) : reference) * (1 + Number(collar));
  return Math.ceil(exact - 1e-6);
}

function amountOf({ limit }: RiskLimit, equity: number, cash: number): number {
  if (limit.kind === "rate") throw new Error("a rate is no amount");
  return limit.kind === "constant" ? Number(limit.value) * 100 : Number(limit.ratio) * (limit.of === "equity" ? equity : cash);
}

function checkFill(account: Account, fill: FillRecord): string | null {
  const order = account.working.get(fill.order);
  if (order === undefined) return "filled without an approval that is in force";
  account.working.delete(fill.order);
  const before = account.position;
  account.position = Number(fill.position);
  account.cash = cents(fill.cash);
  if (fill.side !== order.side || Number(fill.quantity) > Number(order.quantity)) return "filled for more than was approved";
  if (account.position !== before + signed(fill)) return "the position does not follow";
  if (CLOSES.has(order.kind) && (Math.abs(account.position) >= Math.abs(before) || before * account.position < 0))
    return "a close that opens";
  const { rules } = account.program.graph;
  const mayBeShort = rules.some((rule) => (rule.kind === "enter" && rule.side === "short") || (rule.kind === "hold" && rule.short));
  return account.position < 0 && !mayBeShort ? "short without permission" : null;
}

interface Tally {
  approvals: number;
  readonly mistakes: string[];
}

/** Runs programs as `run` makes them, with records as `spoil` leaves them, and audits them as they were written. */
async function tryAll(
  count: number,
  run: (program: Compiled) => Compiled = (program) => program,
  spoil: (records: readonly RunRecord[]) => readonly RunRecord[] = (records) => records,
): Promise<Tally> {
  const tally: Tally = { approvals: 0, mistakes: [] };
  for (const program of programs(count).taken) {
    const random = prng(program.seed + 6_000_000);
    const market = marketOf(program, random.below(2 ** 30), 200);
    const { records } = await show(run(program), market, cachedWasm());
    const { mistake, approvals } = audit(program, market, spoil(records.map(({ text }) => JSON.parse(text) as RunRecord)));
    tally.approvals += approvals;
    if (mistake !== null) tally.mistakes.push(`seed ${program.seed}: ${mistake}\n${program.source}`);
  }
  return tally;
}

it("what is ordered was approved, within its limits", async () => {
  const { approvals, mistakes } = await tryAll(runs(100));
  expect(mistakes).toEqual([]);
  expect(approvals).toBeGreaterThan(runs(100) * 10);
}, 600_000);

/** As if the gate did not know these limits. */
function without(measures: readonly string[]): (program: Compiled) => Compiled {
  return (program) => {
    const risk = program.graph.risk.filter(({ measure }) => !measures.includes(measure));
    return { ...program, graph: { ...program.graph, risk } };
  };
}

const same = (program: Compiled): Compiled => program;
const dropping = (lost: (record: RunRecord) => boolean) => (records: readonly RunRecord[]) => records.filter((record) => !lost(record));

it.each<[string, typeof same, (records: readonly RunRecord[]) => readonly RunRecord[]]>([
  ["a gate that forgets order_value", without(["order_value"]), (records) => records],
  ["a stop that goes around the gate", same, dropping((record) => record.event === "order" && record.kind === "stop")],
  [
    "a fill after a cancel",
    same,
    (records) =>
      records.map((record) => (record.event === "fill" && record.row % 7 === 0 ? { ...record, order: record.order + 1 } : record)),
  ],
  [
    "an exit for more than is held",
    same,
    (records) => records.map((record) => (record.event === "order" && record.kind === "entry" ? { ...record, kind: "exit" } : record)),
  ],
])("catches %s", async (_, run, spoil) => {
  expect((await tryAll(40, run, spoil)).mistakes.length).toBeGreaterThan(0);
});

/** The fields of an approved order. */
const forged = { status: "approved", id: 1, quantity: lots(100), reserved: 0 } as const;

it("nothing but the gate's own orders can be submitted", () => {
  const submitted: unknown[] = [];
  const venue: Pick<Execution, "submit"> = { submit: (order) => submitted.push(order) };
  const copied = (order: Signal<"approved">): Pick<Signal<"approved">, keyof Signal<"approved">> => ({ ...order });
  const attempts = [
    // @ts-expect-error An object with the fields of an approved order is none.
    () => venue.submit(forged),
    // @ts-expect-error Nor is what the gate has not seen,
    (order: Signal<"validated">) => venue.submit(order),
    // @ts-expect-error or has refused,
    (order: Signal<"rejected">) => venue.submit(order),
    // @ts-expect-error or a copy of what it has approved.
    (order: Signal<"approved">) => venue.submit(copied(order)),
  ];
  expect([attempts.length, submitted]).toEqual([4, []]);
});

it("a fill of what was not approved is our own mistake, and books nothing", () => {
  const { graph } = programs(1).taken[0]!;
  const money = moneyArithmetic(scaleOf(2, 0));
  const engine = createEngine(graph, money.parse("1000")!, [{ money, limits: [] }]);
  const fill: Fill = {
    ...{ order: forged.id, symbol: 0, row: 0, time: instant(DAY), side: "buy", quantity: forged.quantity },
    ...{ price: ticks(100), quoted: ticks(100), fee: money.zero },
  };
  expect(() => step(engine, { kind: "fill", fill, moment: "open" })).toThrow("does not work");
  expect(money.format(engine.ledger.cash)).toBe("1000.00");
});
