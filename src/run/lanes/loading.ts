/** Loading that may have to wait for a model of the host: it yields what it waits for, and goes on with what that gives. */
import type { GivenColumn } from "../../graph/kernel.ts";

export type Loading = Generator<Promise<GivenColumn>, void, GivenColumn>;

/** Finishes what waits for nothing. Throws where something has to be waited for. */
export function finishNow(loading: Loading): void {
  if (loading.next().done !== true) throw new Error("models of the host are run by `loadWithModels`");
}

/** Finishes, waiting where that is needed. */
export async function finishLater(loading: Loading): Promise<void> {
  for (let step = loading.next(); step.done !== true; step = loading.next(await step.value));
}
