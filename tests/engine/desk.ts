/** An engine of three symbols without a walk: events by hand, fills of whatever works. */
import type { EngineEvent } from "../../src/engine/event.ts";
import type { EngineRecord, OrderDecision } from "../../src/engine/record.ts";
import type { Signal } from "../../src/engine/risk/gate.ts";
import type { Plan } from "../../src/engine/risk/proposal.ts";
import { bookIn, createEngine, type Engine } from "../../src/engine/state.ts";
import { beginRules, closeRow, markAccount, step, takeSignal } from "../../src/engine/step.ts";
import type { Graph, RiskLimit, Rule, SymbolId } from "../../src/graph/nodes.ts";
import type { Moment } from "../../src/market/order.ts";
import type { MoneyArithmetic } from "../../src/values/money.ts";
import { moneyArithmetic } from "../../src/values/money-arithmetic.ts";
import { instant, scalesOf, ticks } from "../../src/values/quantity.ts";
import { type GraphBuilder, type GraphParts, graphBuilder } from "../run/graph-builder.ts";

/** Of the three symbols: cents, hundredths of a cent, whole dollars. */
export const PRICE_DECIMALS = [2, 4, 0] as const;

export const NO_PLAN: Plan = { stop: null, trail: null, targets: [], atEntry: new Map() };

export interface Desk {
  readonly engine: Engine;
  readonly graph: Graph;
  readonly symbols: readonly MoneyArithmetic[];
  /** One instant later all three symbols close a row at these prices, in their ticks, and the account is marked. */
  instant(closes: readonly number[], seconds?: number): void;
  step(event: EngineEvent): void;
  /** What a rule says of a symbol: `amount` shares. */
  say(rule: number, symbol: SymbolId, amount: number | null, plan?: Plan | null): void;
  /** Fills so much of a working order at a price in ticks, on the symbol's next row. */
  fill(order: Pick<Signal<"approved">, "id" | "quantity" | "proposal">, price: number, fee?: number, moment?: Moment): void;
  working(): readonly Signal<"approved">[];
  records(): readonly EngineRecord[];
  /** "1 buy 100 entry a", rejected ones with their reasons. */
  orders(): readonly string[];
}

export function desk(
  cash: string,
  make: (b: GraphBuilder) => Omit<GraphParts, "risk"> & { readonly rules: readonly Rule[]; readonly risk: readonly RiskLimit[] },
): Desk {
  const b = graphBuilder();
  const graph: Graph = {
    ...b.graph(make(b)),
    symbols: ["A", "B", "C"].map((name) => ({ name, trades: true })),
    groups: [{ name: "universe", symbols: [0, 1, 2] }],
  };
  const [first, ...others] = scalesOf(PRICE_DECIMALS, 0).map(moneyArithmetic);
  const symbols = [first!, ...others];
  const limits = graph.rules.map(() => null);
  const engine = createEngine(graph, first!.parse(cash)!, [{ money: first!, limits }, ...others.map((money) => ({ money, limits }))]);
  let [row, now] = [-1, 0];
  const records = (): readonly EngineRecord[] => Array.from({ length: engine.log.length }, (_, index) => engine.log.at(index));
  return {
    engine,
    graph,
    symbols,
    instant: (closes, seconds = 60) => {
      row += 1;
      now += seconds * 1_000_000;
      for (const [symbol, close] of closes.entries()) closeRow(engine, symbol, row, ticks(close));
      markAccount(engine, instant(now), Number(cash));
      beginRules(engine);
    },
    step: (event) => step(engine, event),
    say: (rule, symbol, amount, plan = NO_PLAN) =>
      takeSignal(engine, { rule, symbol, amount, prices: { stop: null, limit: null }, plan, inWindow: true }),
    fill: ({ id, quantity, proposal: { symbol, side } }, price, fee = 0, moment = "open") =>
      step(engine, {
        kind: "fill",
        moment,
        fill: {
          order: id,
          symbol,
          row: bookIn(engine, symbol).row + 1,
          time: instant(now + 1_000_000),
          side,
          quantity,
          price: ticks(price),
          quoted: ticks(price),
          fee: symbols[0]!.fromUnits(fee),
        },
      }),
    working: () => engine.books.flatMap(({ working }) => working),
    records,
    orders: () =>
      records()
        .filter((record) => record.event === "order")
        .map(orderText),
  };
}

function orderText({ symbol, side, quantity, kind, source, reasons }: OrderDecision): string {
  return [`${symbol} ${side} ${quantity} ${kind} ${source}`, ...reasons].join(" ");
}
