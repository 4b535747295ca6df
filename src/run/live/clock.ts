/** The clock port: what a live run knows of time. A replay's clock is that of its data. */
import type { Instant } from "../../values/quantity.ts";

export interface Clock {
  now(): Instant;
  /** Calls `wake` once, at `due` or as soon after as it can; at once, but not before this returns, where `due` has passed. A replay waits for what `wake` leads to. Gives what takes that back. */
  at(due: Instant, wake: () => void | Promise<void>): () => void;
}
