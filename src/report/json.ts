/** The backtest report as JSON: names and types are a promise to scripts (docs/cli.md). Exact money is text, a figure that does not exist is null. */

import { exposurePercent } from "./metrics.ts";
import type { Report } from "./report.ts";
import { isoText } from "./text.ts";

/** What `stratc backtest --json` prints. */
export function reportJson(report: Report) {
  const { graph, outcome, metrics } = report;
  const { end } = outcome;
  const isOne = graph.symbols.length === 1;
  const { sentences: _, ...assumptions } = report.assumptions;
  return {
    ok: true,
    strategy: graph.strategy,
    graph_hash: report.graphHash,
    data_hash: isOne ? (report.dataHashes[0] ?? null) : null,
    data_hashes: Object.fromEntries(graph.symbols.map(({ name }, symbol) => [name, report.dataHashes[symbol] ?? null])),
    run_hash: outcome.hash,
    symbols: graph.symbols.map(({ name }) => name),
    parameters: Object.fromEntries(
      graph.parameters.map((parameter, index) => [parameter.name, report.parameters[index] ?? parameter.default]),
    ),
    from: isoText(outcome.from),
    to: isoText(outcome.to),
    bars: outcome.bars,
    orders: end.orders,
    fills: end.fills,
    round_trips: end.round_trips,
    rejected: end.rejected,
    cash: report.cash,
    final_equity: end.final_equity,
    net_profit: metrics.netProfit,
    return_pct: metrics.returnPercent,
    buy_hold_pct: metrics.buyAndHoldPercent,
    cagr_pct: metrics.cagrPercent,
    sharpe: metrics.sharpe,
    sortino: metrics.sortino,
    max_drawdown_pct: metrics.maxDrawdownPercent,
    win_rate_pct: metrics.winRatePercent,
    profit_factor: metrics.profitFactor,
    average_profit: metrics.averageProfit,
    largest_win: metrics.largestWin,
    largest_loss: metrics.largestLoss,
    average_bars_held: metrics.averageBarsHeld,
    exposure_pct: metrics.exposurePercent,
    final_position: end.position ?? null,
    by_symbol: outcome.symbols.map((symbol) => ({
      symbol: symbol.symbol,
      bars: symbol.bars,
      first_decision: symbol.start === null ? null : isoText(symbol.start),
      round_trips: symbol.roundTrips,
      net_profit: symbol.profit,
      exposure_pct: exposurePercent(symbol),
      final_position: symbol.position,
    })),
    fees: end.fees,
    slippage: outcome.slippage,
    rule_firings: outcome.firings,
    rejections: report.rejections,
    halts: report.halts,
    assumptions,
    seconds: report.seconds,
    bars_per_second: report.seconds > 0 ? outcome.bars / report.seconds : null,
  };
}
