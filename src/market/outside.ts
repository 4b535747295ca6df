/** What goes wrong outside of the program (a broker, a feed), as values of one closed union: the class says what may be done about it. */

/**
 * - `retryable`: nothing was done and it may be tried again (503, a connection refused).
 * - `rate_limited`: the same, not before `retryAfter`.
 * - `ambiguous`: nobody knows whether it was done (a connection lost after sending): ask by id before anything else.
 * - `rejected`: it was understood and refused; trying again unchanged is of no use.
 * - `auth`: keys are wrong or lack a permission.
 * - `fatal`: the other side does not speak as agreed (an answer that its schema does not know): trading halts.
 */
export type FailureClass = "retryable" | "rate_limited" | "ambiguous" | "rejected" | "auth" | "fatal";

export interface OutsideFailure {
  readonly class: FailureClass;
  /** The other side's code, or one of ours such as `timeout`; stable, for logs and metrics. */
  readonly code: string;
  /** For people; never holds a secret. */
  readonly message: string;
  /** Microseconds to wait at least; of `rate_limited`, where it is known. */
  readonly retryAfter: number | null;
}

export type Answer<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly failure: OutsideFailure };
