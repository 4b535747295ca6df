/**
 * What goes wrong on purpose: faults that were planned one by one over the control endpoint, and faults that come by chance with a rate each, from
 * a seed. Counts of all that happened are kept, so that a test can tell that they did.
 */
import { prng } from "../../values/prng.ts";

/**
 * Of a request: answered late; refused for its rate; failed with 500 or 503 before or after it was carried out; its connection reset before or after;
 * an answer with a field missing. Of an order: a partial fill; rejected after it was accepted; filled while it is cancelled or replaced.
 * Of a stream: a message lost, a message twice, the connection lost; a bar that lacks a trade and comes again, updated.
 */
export const FAULTS = [
  "latency",
  "rate_limit",
  "error_before",
  "error_after",
  "reset_before",
  "reset_after",
  "malformed",
  "partial_fill",
  "reject_order",
  "cancel_race",
  "replace_race",
  "stream_drop",
  "stream_duplicate",
  "stream_disconnect",
  "late_trade",
] as const;

export type FaultKind = (typeof FAULTS)[number];

export interface PlannedFault {
  readonly kind: FaultKind;
  /** Of requests: only those whose method and path begin so, such as "POST /v2/orders". */
  readonly on: string;
  /** How many more times. */
  count: number;
}

export interface Faults {
  readonly planned: PlannedFault[];
  readonly rates: Map<FaultKind, number>;
  readonly happened: Map<FaultKind, number>;
  readonly uniform: () => number;
  /** Milliseconds of `latency`. */
  latency: number;
}

export function newFaults(seed: number, rates: ReadonlyMap<FaultKind, number>, latency: number): Faults {
  return { planned: [], rates: new Map(rates), happened: new Map(), uniform: prng(seed ^ 0x2545f491).uniform, latency };
}

export function plan(faults: Faults, kind: FaultKind, on = "", count = 1): void {
  faults.planned.push({ kind, on, count });
}

/** Whether a fault happens on this occasion; a planned one is used up. */
export function happens(faults: Faults, kind: FaultKind, occasion = ""): boolean {
  const index = faults.planned.findIndex((one) => one.kind === kind && occasion.startsWith(one.on));
  const planned = faults.planned[index];
  if (planned !== undefined) {
    planned.count--;
    if (planned.count <= 0) faults.planned.splice(index, 1);
  } else {
    const rate = faults.rates.get(kind) ?? 0;
    if (rate <= 0 || faults.uniform() >= rate) return false;
  }
  faults.happened.set(kind, (faults.happened.get(kind) ?? 0) + 1);
  return true;
}
