/** Counts what a live run does, from the entries of its journal as they come. Nothing here can change the run. */
import { performance } from "node:perf_hooks";
import type { LiveInput } from "../../run/live/input.ts";
import type { LiveEntry } from "../../run/live/journal.ts";
import type { LiveMode, LiveRecord } from "../../run/live/record.ts";
import type { RunRecord } from "../../run/outcome.ts";
import type { Metrics } from "./registry.ts";

const MODES: readonly LiveMode[] = ["warming", "trading", "paused", "halted", "killed", "ended"];
const MICROSECONDS = 1_000_000;
/** Requests without an answer, and orders that may fill, of which more is not remembered. */
const REMEMBERED_MAX = 10_000;

interface Memory {
  /** Kind and time of requests, by number. */
  readonly requests: Map<number, { readonly kind: string; readonly at: number }>;
  /** Types of orders, by strategy and number. */
  readonly types: Map<string, string>;
  /** By strategy and symbol. */
  readonly slippage: Map<string, { estimated: number; measured: number }>;
  isFeedLost: boolean;
}

export function metricsObserver(metrics: Metrics): (entry: LiveEntry) => void {
  const memory: Memory = { requests: new Map(), types: new Map(), slippage: new Map(), isFeedLost: false };
  return (entry) => {
    if (entry.entry === "input") seeInput(metrics, memory, entry.input);
    if (entry.entry === "record") seeRecord(metrics, memory, entry.record);
  };
}

function seeInput(metrics: Metrics, memory: Memory, input: LiveInput): void {
  switch (input.kind) {
    case "instant":
      metrics.add("stratc_instants_total", { origin: input.origin });
      if (input.origin === "live") metrics.observe("stratc_market_data_latency_seconds", (input.received - input.end) / MICROSECONDS);
      return;
    case "late_bar":
      metrics.add("stratc_late_bars_total", { symbol: input.bar.symbol });
      return;
    case "feed":
      if (input.state === "lost") memory.isFeedLost = true;
      if (input.state !== "live" || !memory.isFeedLost) return;
      memory.isFeedLost = false;
      metrics.add("stratc_feed_reconnects_total");
      return;
    case "feed_age":
      metrics.set("stratc_feed_age_seconds", input.age / MICROSECONDS);
      return;
    case "answer": {
      const { kind: request, at } = taken(memory.requests, input.request) ?? { kind: "other", at: performance.now() };
      metrics.observe("stratc_order_acknowledge_seconds", (performance.now() - at) / 1_000, { request });
      if (!input.answer.ok)
        metrics.add("stratc_broker_errors_total", { request, class: input.answer.failure.class, code: input.answer.failure.code });
      return;
    }
    case "model": {
      const { strategy, model, answers, isLate } = input;
      for (const answer of answers)
        metrics.add("stratc_model_answers_total", { strategy, model, answer: isLate ? "late" : answer === null ? "nothing" : "answered" });
      return;
    }
    case "report":
    case "timer":
    case "command":
    case "restart":
    case "end":
      return;
  }
}

function seeRecord(metrics: Metrics, memory: Memory, record: LiveRecord): void {
  switch (record.kind) {
    case "engine":
      seeEngine(metrics, memory, record.strategy, record.record);
      return;
    case "request":
      if (record.request.kind !== "timer")
        remember(memory.requests, record.request.number, { kind: record.request.kind, at: performance.now() });
      return;
    case "slippage":
      seeSlippage(metrics, memory, record);
      return;
    case "reconciled":
      for (const { severity, kind } of record.findings) metrics.add("stratc_reconciliation_findings_total", { severity, kind });
      return;
    case "mode":
      for (const mode of MODES) metrics.set("stratc_mode", mode === record.mode ? 1 : 0, { mode });
      return;
    case "order_state":
    case "refused_report":
    case "rollout":
    case "transfer":
      return;
  }
}

function seeSlippage(metrics: Metrics, { slippage }: Memory, record: Extract<LiveRecord, { kind: "slippage" }>): void {
  const { strategy, symbol } = record;
  const key = `${strategy}/${symbol}`;
  const before = slippage.get(key) ?? { estimated: 0, measured: 0 };
  const sum = { estimated: before.estimated + record.estimated, measured: before.measured + record.measured };
  slippage.set(key, sum);
  metrics.set("stratc_slippage", sum.measured, { strategy, symbol });
  metrics.set("stratc_slippage_estimated", sum.estimated, { strategy, symbol });
}

function seeEngine(metrics: Metrics, { types }: Memory, strategy: string, record: RunRecord): void {
  switch (record.event) {
    case "order": {
      const { id, symbol, type, side, reasons } = record;
      for (const check of reasons) metrics.add("stratc_rejections_total", { strategy, symbol, type, check });
      if (reasons.length > 0) return;
      remember(types, `${strategy}/${id}`, type);
      metrics.add("stratc_orders_total", { strategy, symbol, type, side });
      return;
    }
    case "fill": {
      const { order, symbol, side } = record;
      metrics.add("stratc_fills_total", { strategy, symbol, type: types.get(`${strategy}/${order}`) ?? "unknown", side });
      return;
    }
    case "halt":
      metrics.add("stratc_breaker_trips_total", { strategy, limit: record.limit, action: record.action });
      return;
    case "cancel":
    case "expire":
    case "resize":
    case "borrow":
    case "split":
    case "cash_in_lieu":
    case "dividend":
    case "rescale":
    case "end":
      return;
  }
}

/** The oldest makes room. */
function remember<K, V>(map: Map<K, V>, key: K, value: V): void {
  if (map.size >= REMEMBERED_MAX) for (const oldest of map.keys().take(1)) map.delete(oldest);
  map.set(key, value);
}

function taken<K, V>(map: Map<K, V>, key: K): V | undefined {
  const value = map.get(key);
  map.delete(key);
  return value;
}
