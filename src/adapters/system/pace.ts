/** How fast stored data is played: so many times as fast as it came, or as fast as it goes. */
import { performance } from "node:perf_hooks";
import { setImmediate, setTimeout } from "node:timers/promises";

/** Between pauses in which the process hears signals and writes. */
const DEAF_MILLISECONDS = 20;

export interface Pace {
  /** Resolves when data may go on by `span` microseconds. */
  readonly wait: (span: number) => Promise<void>;
  /** Ends all waiting. */
  readonly release: () => void;
}

/** `speed` is infinite for as fast as it goes. */
export function paceOf(speed: number): Pace {
  const released = new AbortController();
  const started = performance.now();
  let paused = started;
  let played = 0;
  const wait = async (span: number): Promise<void> => {
    played += span;
    const now = performance.now();
    const ahead = speed === Number.POSITIVE_INFINITY ? 0 : started + played / 1_000 / speed - now;
    if (released.signal.aborted || (ahead <= 0 && now - paused < DEAF_MILLISECONDS)) return;
    if (ahead > 0) await setTimeout(ahead, undefined, { signal: released.signal }).catch(() => undefined);
    else await setImmediate();
    paused = performance.now();
  };
  return { wait, release: () => released.abort() };
}
