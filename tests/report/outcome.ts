/** A small finished run for the report's tests: three trips on one symbol, two years. */
import type { Graph } from "../../src/graph/nodes.ts";
import type { BacktestOutcome } from "../../src/run/outcome.ts";
import { PLAIN } from "../support/rules.ts";

const TWO_YEARS = 2 * 365.25 * 86_400_000_000;

export function outcomeOf(changes: Partial<BacktestOutcome> = {}): BacktestOutcome {
  return {
    records: [],
    incidents: [
      {
        event: "order",
        id: 1,
        symbol: "TEST",
        row: 4,
        time: "2020-01-08T21:00:00Z",
        rule: "buy",
        kind: "entry",
        side: "buy",
        quantity: "10",
        type: "market",
        price: null,
        status: "rejected",
        reasons: ["order_value", "buying_power"],
      },
      { event: "halt", row: 9, time: "2020-01-15T21:00:00Z", limit: "day_loss", action: "flatten" },
      { event: "halt", row: 19, time: "2020-01-30T21:00:00Z", limit: "day_loss", action: "flatten" },
    ],
    end: {
      event: "end",
      final_equity: "121.00",
      cash: "121.00",
      position: "0",
      round_trips: 3,
      fees: "1.50",
      orders: 7,
      fills: 6,
      rejected: 1,
    },
    roundTrips: [
      { symbol: "TEST", side: "long", openRow: 5, closeRow: 9, profit: "30.10" },
      { symbol: "TEST", side: "long", openRow: 12, closeRow: 13, profit: "-10.10" },
      { symbol: "TEST", side: "short", openRow: 20, closeRow: 24, profit: "1.00" },
    ],
    symbols: [{ symbol: "TEST", bars: 50, exposedRows: 10, start: 0, roundTrips: 3, profit: "21.00", position: "0", coveredRows: null }],
    bars: 50,
    instants: 50,
    startRow: 4,
    from: 0,
    to: TWO_YEARS,
    sessionEquity: { time: [1, 2, 3, 4], equity: [100, 110, 99, 118.8] },
    maxDrawdown: 0.1,
    exposedInstants: 10,
    firings: { buy: 4, sell: 3, rescue: 0 },
    slippage: "0.12",
    buyAndHold: 0.5,
    wakes: 20,
    hash: "c".repeat(64),
    ...changes,
  };
}

export const GRAPH: Graph = {
  schema: "stratc-graph/2.1",
  strategy: "example",
  calendar: "nyse",
  symbols: [{ name: "ABC", trades: true }],
  groups: [{ name: "universe", symbols: [0] }],
  clocks: [{ name: "day", width: 86_400_000_000, of: null, regularOnly: false, shortLast: false }],
  parameters: [{ name: "fast", kind: "int", unit: "number", default: 10, min: 5, max: 20, step: 1, overrides: [] }],
  models: [],
  requirements: [],
  nodes: [{ op: "constant", value: true, type: "bool", optional: false }],
  states: [],
  rules: [{ kind: "enter", name: "buy", clock: 0, when: 0, side: "long", size: { kind: "shares", amount: 0, trim: false }, ...PLAIN }],
  risk: [],
  collar: "0.05",
  session: { flatten: null },
  simulate: {
    market: "next_open",
    slippage: "0.0002",
    fees: { kind: "ratio", ratio: "0.00005" },
    borrow: "0",
    limit: "through",
    volumeCap: null,
    startAfter: 0,
  },
  names: {},
  plots: [],
  emulated: [],
};
