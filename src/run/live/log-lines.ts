/**
 * What of a live run is worth a line in a log, from the entries of its journal as they come. `correlation` follows an order from its decision to its
 * fills: the strategy, and the order's number in it.
 */
import type { RunRecord } from "../outcome.ts";
import type { LiveInput } from "./input.ts";
import type { LiveEntry } from "./journal.ts";
import type { LiveRecord, LiveRequest } from "./record.ts";

export type LogLevel = "debug" | "info" | "warn" | "error";

export interface LogLine {
  readonly level: LogLevel;
  readonly event: string;
  readonly correlation?: string;
  readonly [field: string]: unknown;
}

/** Gives the line of an entry; null where there is nothing to say. It knows which order a client id is of from the entries before. */
export function logLines(): (entry: LiveEntry) => LogLine | null {
  const correlations = new Map<string, string>();
  return (entry) => {
    switch (entry.entry) {
      case "begin": {
        const { run, engine, broker, account, strategies } = entry.beginning;
        return { level: "info", event: "begin", run, engine, broker, account, strategies: strategies.map(({ name }) => name) };
      }
      case "input":
        return inputLine(entry.input);
      case "record":
        return recordLine(entry.record, correlations);
    }
  };
}

function inputLine(input: LiveInput): LogLine {
  switch (input.kind) {
    case "instant":
      return { level: "debug", event: "instant", end: input.end, origin: input.origin, bars: input.bars.length };
    case "late_bar":
      return { level: "warn", event: "late_bar", symbol: input.bar.symbol, end: input.bar.end, is_correction: input.isCorrection };
    case "feed":
      return { level: input.failure === null ? "info" : "warn", event: "feed", state: input.state, failure: input.failure };
    case "feed_age":
      return { level: input.age === 0 ? "info" : "warn", event: "feed_age", age: input.age };
    case "report":
      return { level: "debug", event: "report", report: input.report };
    case "answer": {
      const { answer, request } = input;
      return answer.ok
        ? { level: "debug", event: "answer", request }
        : { level: "warn", event: "answer", request, failure: answer.failure };
    }
    case "model": {
      const { strategy, model, answers, isLate } = input;
      return { level: answers.includes(null) ? "warn" : "debug", event: "model", strategy, model, answers, is_late: isLate };
    }
    case "timer":
      return { level: "debug", event: "timer", timer: input.timer };
    case "command":
      return { level: "warn", event: "command", command: input.command, reason: input.reason };
    case "restart":
      return { level: "info", event: "restart" };
    case "end":
      return { level: "info", event: "end", reason: input.reason };
  }
}

function recordLine(record: LiveRecord, correlations: Map<string, string>): LogLine | null {
  switch (record.kind) {
    case "engine":
      return engineLine(record.strategy, record.record);
    case "request":
      return requestLine(record.request, correlations);
    case "order_state": {
      const { strategy, order, clientId, from, to } = record;
      const correlation = `${strategy}/${order}`;
      // What is said of an order after its end is a refused report, which has its client id.
      if (to === "filled" || to === "cancelled" || to === "expired" || to === "rejected") correlations.delete(clientId);
      else correlations.set(clientId, correlation);
      return { level: "info", event: "order_state", correlation, client_id: clientId, from, to };
    }
    case "refused_report":
      return { level: "warn", event: "refused_report", client_id: record.clientId, message: record.message };
    case "slippage": {
      const { strategy, order, symbol, estimated, measured } = record;
      return { level: "info", event: "slippage", correlation: `${strategy}/${order}`, symbol, estimated, measured };
    }
    case "reconciled":
      if (record.findings.length === 0) return { level: "debug", event: "reconciled" };
      return {
        level: record.findings.some(({ severity }) => severity === "critical") ? "error" : "warn",
        event: "reconciled",
        findings: record.findings,
      };
    case "rollout":
      return { level: record.reason === "loss" ? "error" : "info", event: "rollout", ...fieldsOf(record) };
    case "transfer":
      return { level: "info", event: "transfer", ...fieldsOf(record) };
    case "mode":
      return {
        level: record.mode === "halted" || record.mode === "killed" ? "error" : "info",
        event: "mode",
        mode: record.mode,
        reason: record.reason,
      };
  }
}

/** What a record says beside its kind. */
function fieldsOf({ kind: _, ...fields }: LiveRecord): Readonly<Record<string, unknown>> {
  return fields;
}

function requestLine(request: LiveRequest, correlations: ReadonlyMap<string, string>): LogLine {
  const { kind, number } = request;
  switch (kind) {
    case "submit": {
      const { clientId, symbol, side, quantity } = request.order;
      return { level: "info", event: "submit", ...correlated(correlations, clientId), request: number, symbol, side, quantity };
    }
    case "cancel":
    case "order":
      return { level: "info", event: kind, ...correlated(correlations, request.clientId), request: number };
    case "view":
    case "timer":
      return { level: "debug", event: kind, request: number };
  }
}

function correlated(
  correlations: ReadonlyMap<string, string>,
  clientId: string,
): { readonly client_id: string; readonly correlation?: string } {
  const correlation = correlations.get(clientId);
  return { client_id: clientId, ...(correlation === undefined ? {} : { correlation }) };
}

/** `at` is the record's time; the line's own is that of its writing. */
function engineLine(strategy: string, { time, ...record }: RunRecord & { readonly time?: string }): LogLine {
  const at = time === undefined ? {} : { at: time };
  switch (record.event) {
    case "order": {
      const { event, id, status, ...fields } = record;
      return { level: status === "rejected" ? "warn" : "info", event, correlation: `${strategy}/${id}`, ...at, status, ...fields };
    }
    case "fill":
    case "cancel":
    case "expire":
    case "resize": {
      const { event, order, ...fields } = record;
      return { level: "info", event, correlation: `${strategy}/${order}`, ...at, ...fields };
    }
    case "borrow":
    case "split":
    case "cash_in_lieu":
    case "dividend":
    case "rescale":
    case "end":
      return { level: "info", strategy, ...at, ...record };
    case "halt":
      return { level: "error", strategy, ...at, ...record };
  }
}
