/** The clock port on timers of this machine. */
import type { Clock } from "../../run/live/clock.ts";
import { type Instant, instant } from "../../values/quantity.ts";

export interface MachineClock extends Clock {
  /** Nobody is woken any more. */
  end(): void;
}

/** Timers look again after so many milliseconds, for the system's clock may be set while they wait. */
const WAIT_MAX = 60_000;

export function systemClock(): MachineClock {
  return clockOf(() => instant(Date.now() * 1_000), WAIT_MAX);
}

/** A clock that shows `now`. Its timers look at it again after `waitMax` milliseconds at the latest: it need not go as the machine's does. */
export function clockOf(now: () => Instant, waitMax: number): MachineClock {
  const timers = new Set<{ handle: NodeJS.Timeout }>();
  return {
    now,
    at: (due, wake) => {
      const wait = (): NodeJS.Timeout => setTimeout(look, Math.min(waitMax, Math.max(0, (due - now()) / 1_000)));
      const look = (): void => {
        if (now() < due) {
          timer.handle = wait();
          return;
        }
        timers.delete(timer);
        wake();
      };
      const timer = { handle: wait() };
      timers.add(timer);
      return () => {
        clearTimeout(timer.handle);
        timers.delete(timer);
      };
    },
    end: () => {
      for (const { handle } of timers) clearTimeout(handle);
      timers.clear();
    },
  };
}
