/** The warm-up that is derived for every function of the library is the row on which its first value comes. */

import { expect, it } from "vitest";
import { interpreter } from "../../src/backends/interpreter/kernel.ts";
import { bounds } from "../../src/graph/bounds.ts";
import { soleLane } from "../../src/graph/lanes.ts";
import { barsOf } from "../support/bars.ts";
import { evaluate } from "./support.ts";

const ROWS = 60;
const close = Array.from({ length: ROWS }, (_, row) => 1000 + ((row * 37) % 17));
const bars = barsOf({
  close,
  open: close.map((ticks, row) => ticks - 3 + (row % 7)),
  high: close.map((ticks) => ticks + 9),
  low: close.map((ticks) => ticks - 11),
  volume: close,
});

it.each([
  ["sma(close, 10)", [10]],
  ["ema(close, 10)", [10]],
  ["rma(close, 10)", [10]],
  ["wma(close, 10)", [10]],
  ["wma(close, 1)", [1]],
  ["rsi(close, 14)", [15]],
  ["macd(close, 12, 26, 9)", [26, 34, 34]],
  ["stoch(14, 3, 3)", [16, 18]],
  ["typical_price()", [1]],
  ["median_price()", [1]],
  ["roc(close, 10)", [11]],
  ["log_return(close)", [2]],
  ["stdev(close, 20)", [20]],
  ["true_range()", [2]],
  ["atr(14)", [15]],
  ["bollinger(close, 20, 2)", [20, 20, 20]],
  ["vwap(since: session)", [1]],
  ["obv()", [2]],
  ["cross_up(close, open)", [2]],
  ["cross_down(close, sma(close, 5))", [6]],
  ["any(close > open, 5)", [5]],
  ["ema(ema(ema(close, 5), 5), 5)", [13]],
  ["ema(rsi(close, 14), 9)[1]", [24]],
])("%s has its first value on row %s", (expression, rows) => {
  const { graph, outputs } = evaluate(expression).value!;
  const observed = outputs.map(({ node }) => node);
  const kernel = interpreter({ ...soleLane(graph), parameters: [], priceDecimals: 2, capacity: ROWS, observed });
  kernel.load(bars);
  const firstRows = observed.map((node) => close.findIndex((_, row) => kernel.value(node, row) !== null) + 1);
  expect(firstRows).toEqual(rows);
  expect(observed.map((node) => bounds(graph, []).warmup[node])).toEqual(rows);
});
