/** A kernel that begins anew on the last rows of its lane (semantics 13.2): how a run goes on after a split. */
import type { Kernel } from "../../graph/kernel.ts";
import type { TimeStretch } from "./placement.ts";

/** Of the only symbol on the only clock. Nothing happens without rows. */
export function restartOn(kernel: Kernel, replay: readonly TimeStretch[]): void {
  const [first] = replay;
  if (first === undefined) return;
  kernel.restart(first.lane(0, 0).firstRow);
  for (const stretch of replay) kernel.load(stretch.lane(0, 0).bars);
}
