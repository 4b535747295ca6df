/** Runs a small graph over small bars, and the records as short lines to compare with. */
import { interpretedLanes } from "../../src/backends/interpreter/kernel.ts";
import type { Graph } from "../../src/graph/nodes.ts";
import type { BarSource } from "../../src/market/bars.ts";
import { backtest } from "../../src/run/backtest.ts";
import type { BacktestFailure } from "../../src/run/failure.ts";
import type { BacktestOutcome, RunRecord } from "../../src/run/outcome.ts";
import { barSource, barsOf, DAY } from "./bars.ts";

export type Row = readonly [open: number, high: number, low: number, close: number];

/** A bar at one price. */
export function flat(price: number): Row {
  return [price, price, price, price];
}

interface Market {
  readonly rows: readonly Row[];
  readonly cash?: string;
  /** Shares, one for each row; none unless given. */
  readonly volumes?: readonly number[];
  /** UTC microseconds at which the first bar begins. */
  readonly begin?: number;
  readonly capacity?: number;
  /** Of a bar; a day unless given. */
  readonly width?: number;
  /** Of the prices in `rows`; cents unless given. */
  readonly priceDecimals?: number;
}

function source({ rows, begin = 0, width = DAY, priceDecimals = 2, volumes }: Market): BarSource {
  const volume = volumes === undefined ? {} : { volume: Float64Array.from(volumes) };
  return barSource({ ...barsOf(rows, begin, width), ...volume }, { width, priceDecimals });
}

export async function simulate(graph: Graph, market: Market): Promise<BacktestOutcome> {
  const { cash = "100000", capacity = 4096 } = market;
  const result = await backtest({ graph, parameters: [], backend: interpretedLanes, sources: [source(market)], cash, capacity });
  if (!result.ok) throw new Error(result.failure.message);
  return result.outcome;
}

export async function failureIn(graph: Graph, market: Market): Promise<BacktestFailure> {
  const { cash = "100000" } = market;
  const result = await backtest({ graph, parameters: [], backend: interpretedLanes, sources: [source(market)], cash });
  if (result.ok) throw new Error("the run did not fail");
  return result.failure;
}

/** "2 order 1 buy 100 entry go", "3 fill 1 buy 100 @ 10.00 fee 0.00", "4 cancel 2", "5 halt day_loss flatten", "6 borrow 0.03". */
export function lines({ records }: BacktestOutcome): readonly string[] {
  return records.flatMap((record) => (record.event === "end" ? [] : [line(record)]));
}

function line(record: Exclude<RunRecord, { event: "end" }>): string {
  switch (record.event) {
    case "order": {
      const { row, id, side, quantity, kind, rule, price, limit, reasons } = record;
      const verdict = reasons.length === 0 ? "" : ` rejected: ${reasons.join(" ")}`;
      return `${row} order ${id} ${side} ${quantity} ${kind} ${rule}${price === null ? "" : ` at ${price}`}${limit === undefined ? "" : ` limit ${limit}`}${verdict}`;
    }
    case "fill": {
      const { row, order, side, quantity, price, fee } = record;
      return `${row} fill ${order} ${side} ${quantity} @ ${price} fee ${fee}`;
    }
    case "cancel":
    case "expire":
      return `${record.row} ${record.event} ${record.order}`;
    case "resize":
      return `${record.row} resize ${record.order} to ${record.quantity}`;
    case "borrow":
      return `${record.row} borrow ${record.amount}`;
    case "split":
      return `${record.row} split ${record.shares}:${record.per}`;
    case "cash_in_lieu":
    case "dividend":
      return `${record.row} ${record.event} ${record.amount}`;
    case "rescale": {
      const { row, order, quantity, price, limit } = record;
      return `${row} rescale ${order} ${quantity}${price === null ? "" : ` at ${price}`}${limit === undefined ? "" : ` limit ${limit}`}`;
    }
    case "halt":
      return `${record.row} halt ${record.limit} ${record.action}`;
  }
}
