/** Kernels that begin anew on the rows so far (semantics 13.2): how a run goes on after a split. */
import type { Kernel } from "../../graph/kernel.ts";
import type { TimeStretch } from "./placement.ts";

/** Takes a kernel back before its first row; `initial` is what it was there. The account stays. */
export function forgetRows(kernel: Kernel, initial: Uint8Array | null): void {
  if (initial === null) throw new Error("a kernel that was never to begin anew");
  const slots = kernel.slots.slice();
  kernel.restore(initial);
  kernel.slots.set(slots);
}

/** Takes the kernel of the only symbol on the only clock through its rows once more. Nothing happens without rows. */
export function restartOn(kernel: Kernel, initial: Uint8Array, replay: readonly TimeStretch[]): void {
  if (replay.length === 0) return;
  forgetRows(kernel, initial);
  for (const stretch of replay) kernel.load(stretch.lane(0, 0).bars);
}
