/** How a walk finds its way: which instant is the next at which something may happen, with the account marked at all before it. */
import type { Desk } from "./desks.ts";
import type { Loading } from "./lanes/loading.ts";
import type { TimeStretch } from "./lanes/placement.ts";

export interface Course {
  /** The account as it is marked, as kernels have it (graph/kernel.ts). */
  readonly slots: Float64Array;
  /** Desks at which something may happen where `next` has led, in universe order. */
  readonly due: readonly Desk[];
  /** Evaluates everything over the next stretch where the host runs models, before `begin`; null where it runs none. */
  readonly prepare: ((stretch: TimeStretch) => Loading) | null;
  /** Evaluates everything over the next stretch, unless that has been prepared. */
  begin(stretch: TimeStretch): void;
  /**
   * From instant `at` of the stretch on, from `phase` 0 (before the market is met) or 1 (before the mark): 2 × instant + phase of the next at which
   * something may happen, before the market is met there (0), or after the mark (1). At least 2 × instants where there is none.
   */
  next(at: number, phase: 0 | 1): number;
  /** Shows the kernels of these desks the account as it is marked at instant `at`. */
  show(desks: readonly Desk[], at: number): void;
  /** Whether the limit of monitor `line` is exceeded at instant `at`, which is marked. */
  exceeds(line: number, at: number): boolean;
  /** All that goes from stretch to stretch, as plain data. */
  save(): unknown;
  /** Goes on from what a course of the same graph and parameters has saved. */
  restore(saved: unknown): void;
}
