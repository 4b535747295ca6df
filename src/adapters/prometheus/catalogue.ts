/** The metrics of a live run. docs/metrics.md is made of this table, and dashboards and alerts are tested against it. */

export interface MetricDescription {
  readonly kind: "counter" | "gauge" | "histogram";
  readonly help: string;
  readonly labels: readonly string[];
  /** Upper bounds of a histogram, in its unit. */
  readonly buckets?: readonly number[];
}

const LATENCY_SECONDS = [0.000_1, 0.000_5, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 30];

export const METRICS = {
  stratc_equity: { kind: "gauge", help: "Equity, in currency", labels: ["strategy"] },
  stratc_profit: { kind: "gauge", help: "Equity minus starting cash, in currency", labels: ["strategy"] },
  stratc_max_drawdown: { kind: "gauge", help: "Largest fall of equity from its peak, as a ratio", labels: ["strategy"] },
  stratc_sharpe: { kind: "gauge", help: "Sharpe ratio of session returns, annualised", labels: ["strategy"] },
  stratc_round_trips: { kind: "gauge", help: "Trades that have ended", labels: ["strategy"] },
  stratc_win_rate: { kind: "gauge", help: "Share of the round trips with a profit", labels: ["strategy"] },
  stratc_average_rows_held: { kind: "gauge", help: "Average duration of a round trip, in rows of the first clock", labels: ["strategy"] },
  stratc_orders_total: { kind: "counter", help: "Orders that the gate approved", labels: ["strategy", "symbol", "type", "side"] },
  stratc_rejections_total: {
    kind: "counter",
    help: "Orders that the gate rejected, once for each check that failed",
    labels: ["strategy", "symbol", "type", "check"],
  },
  stratc_fills_total: { kind: "counter", help: "Fills", labels: ["strategy", "symbol", "type", "side"] },
  stratc_slippage: {
    kind: "gauge",
    help: "What fills at the broker cost beyond the prices that they were decided at, in currency; below 0 they were better",
    labels: ["strategy", "symbol"],
  },
  stratc_slippage_estimated: { kind: "gauge", help: "The same as the file estimates it", labels: ["strategy", "symbol"] },
  stratc_breaker_trips_total: { kind: "counter", help: "Risk limits that fired", labels: ["strategy", "limit", "action"] },
  stratc_model_answers_total: {
    kind: "counter",
    help: "What models of the host said: answered, late (not in time), or nothing",
    labels: ["strategy", "model", "answer"],
  },
  stratc_mode: { kind: "gauge", help: "1 for the mode that the run is in, 0 for the others", labels: ["mode"] },
  stratc_instants_total: { kind: "counter", help: "Instants that have closed", labels: ["origin"] },
  stratc_late_bars_total: {
    kind: "counter",
    help: "Bars that came after their instant had closed, corrections included",
    labels: ["symbol"],
  },
  stratc_market_data_latency_seconds: {
    kind: "histogram",
    help: "From the end of an instant until the run had it",
    labels: [],
    buckets: LATENCY_SECONDS,
  },
  stratc_order_acknowledge_seconds: {
    kind: "histogram",
    help: "From a request to the broker's answer",
    labels: ["request"],
    buckets: LATENCY_SECONDS,
  },
  stratc_broker_errors_total: { kind: "counter", help: "Requests that failed", labels: ["request", "class", "code"] },
  stratc_feed_reconnects_total: { kind: "counter", help: "Times that the feed was live again after it was lost", labels: [] },
  stratc_feed_age_seconds: { kind: "gauge", help: "Time since anything came from the feed, where it is silent; else 0", labels: [] },
  stratc_reconciliation_findings_total: { kind: "counter", help: "What reconciliations found", labels: ["severity", "kind"] },
  stratc_journal_entries: { kind: "gauge", help: "Entries of the journal", labels: [] },
  stratc_journal_lag_entries: { kind: "gauge", help: "Entries that are not durable yet", labels: [] },
} as const satisfies Readonly<Record<string, MetricDescription>>;

export type MetricName = keyof typeof METRICS;
