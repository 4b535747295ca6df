/** What Alpaca's refusals and the network's accidents mean, as classes of failure: by HTTP status, by code and by text, for Alpaca shares codes. */
import { errors } from "@alpacahq/alpaca-trade-api";
import type { Answer, FailureClass, OutsideFailure } from "../../market/outside.ts";

/** Whether a request changes anything: then a lost answer leaves it open whether it was carried out. */
export type Effect = "reads" | "changes";

/** The request never left this machine. */
const UNSENT = new Set(["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "EHOSTUNREACH", "ENETUNREACH", "UND_ERR_CONNECT_TIMEOUT"]);

/** Alpaca's texts, and our names for them: stable, for logs and for whoever decides by them. */
const NAMES: readonly (readonly [RegExp, string])[] = [
  [/client_order_id must be unique/i, "duplicate_client_id"],
  [/insufficient buying power/i, "insufficient_buying_power"],
  [/insufficient qty/i, "insufficient_quantity"],
  [/not allowed to short|cannot be sold short/i, "short_not_allowed"],
  [/wash trade/i, "wash_trade"],
  [/sub-penny|minimum pricing criteria/i, "sub_penny"],
  [/already in "?(filled|canceled|expired|rejected|replaced|pending_cancel)/i, "not_changeable"],
  [/cannot (replace|cancel|be replaced)|not cancelable/i, "not_changeable"],
  [/order not found/i, "unknown_order"],
  [/position does not exist/i, "no_position"],
  [/asset .*not found|not tradable|not active/i, "unknown_symbol"],
];

/** A class of failure, from what the SDK threw. `unknown` errors are our own mistakes and are thrown on. */
function failureOf(error: unknown, effect: Effect): OutsideFailure {
  if (error instanceof errors.ApiError) return refusal(error, effect);
  if (error instanceof errors.FetchError) return lost(error.cause, effect);
  if (error instanceof SyntaxError) return unreadable(effect);
  if (error instanceof Error && isConnection(error)) return lost(error, effect);
  throw error;
}

function refusal({ status, code, message, retryAfterMs }: InstanceType<typeof errors.ApiError>, effect: Effect): OutsideFailure {
  const name = nameOf(code, message, status);
  const failure = (failureClass: FailureClass, own: string, retryAfter: number | null = null): OutsideFailure => ({
    class: failureClass,
    code: own,
    message: `Alpaca answered ${status}: ${message}`,
    retryAfter,
  });
  if (status === 429) return failure("rate_limited", "rate_limited", retryAfterMs === undefined ? null : Math.ceil(retryAfterMs * 1_000));
  if (status === 401) return failure("auth", "unauthorized");
  if (status === 403) return String(code) === "40310000" ? failure("rejected", name) : failure("auth", "forbidden");
  if (status === 400 || status === 404 || status === 422) return failure("rejected", name);
  if (status === 503) return failure("retryable", "unavailable");
  if (status >= 500 || status === 408 || status === 425) return failure(effect === "reads" ? "retryable" : "ambiguous", `http_${status}`);
  return failure("fatal", `http_${status}`);
}

function nameOf(code: number | string | undefined, message: string, status: number): string {
  return NAMES.find(([text]) => text.test(message))?.[1] ?? `alpaca_${code ?? status}`;
}

function lost(cause: Error, effect: Effect): OutsideFailure {
  const code = codeOf(cause);
  const unsent = UNSENT.has(code);
  return {
    class: unsent || effect === "reads" ? "retryable" : "ambiguous",
    code: unsent ? "unreachable" : isTimeout(cause) ? "timeout" : "connection_lost",
    message: `${unsent ? "Alpaca could not be reached" : "The connection to Alpaca was lost before an answer"} (${code === "" ? cause.name : code}).`,
    retryAfter: null,
  };
}

/** An answer that broke off, or is no JSON: something between here and there wrote it. */
function unreadable(effect: Effect): OutsideFailure {
  return {
    class: effect === "reads" ? "retryable" : "ambiguous",
    code: "unreadable_answer",
    message: "An answer of Alpaca could not be read.",
    retryAfter: null,
  };
}

/** The code of the innermost error that has one. */
function codeOf(error: Error): string {
  const { code, cause } = error as { readonly code?: unknown; readonly cause?: unknown };
  const inner = cause instanceof Error ? codeOf(cause) : "";
  return inner !== "" || typeof code !== "string" ? inner : code;
}

function isTimeout({ name }: Error): boolean {
  return name === "AbortError" || name === "TimeoutError";
}

function isConnection(error: Error): boolean {
  return isTimeout(error) || codeOf(error) !== "" || error.message === "terminated";
}

/** Runs a request of the SDK; what the outside world does to it is a value. */
export async function answerOf<T>(effect: Effect, request: () => Promise<T>): Promise<Answer<T>> {
  try {
    return { ok: true, value: await request() };
  } catch (error) {
    return { ok: false, failure: failureOf(error, effect) };
  }
}
