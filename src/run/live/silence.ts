/** Watches for how long nothing has come from a feed (semantics 14.5), by the runner's clock. */
import type { Graph } from "../../graph/nodes.ts";
import { type Instant, instant } from "../../values/quantity.ts";
import type { Clock } from "./clock.ts";

export interface Silence {
  /** Something has come. */
  heard(): void;
  stop(): void;
}

interface SilenceInput {
  readonly clock: Clock;
  /** Microseconds, ascending. */
  readonly limits: readonly number[];
  /** Whether an age above 0 was told last. */
  readonly isSilent: boolean;
  /** Takes the age when it comes to exceed a limit, and 0 when something comes again. */
  readonly tell: (age: number, received: Instant) => void;
}

/** What the risk lines of the strategies allow, each once. */
export function feedAgeLimits(graphs: readonly Graph[]): readonly number[] {
  const lines = graphs.flatMap(({ risk }) => risk.filter(({ measure }) => measure === "feed_age"));
  const ages = lines.map(({ limit }) => (limit.kind === "constant" ? Number(limit.value) : Number.NaN));
  return [...new Set(ages)].sort((a, b) => a - b);
}

/** Begins to watch: the age counts from now on. */
export function silence({ clock, limits, isSilent: wasSilent, tell }: SilenceInput): Silence {
  let last = clock.now();
  let isSilent = wasSilent;
  let forget = (): void => undefined;
  const watch = (): void => {
    const age = clock.now() - last;
    const next = limits.find((limit) => limit >= age);
    if (next !== undefined) forget = clock.at(instant(last + next + 1), wake);
  };
  const wake = (): void => {
    const received = clock.now();
    const age = received - last;
    if (limits[0] !== undefined && age > limits[0]) {
      isSilent = true;
      tell(age, received);
    }
    watch();
  };
  watch();
  return {
    heard: () => {
      last = clock.now();
      if (!isSilent) return;
      isSilent = false;
      tell(0, last);
      forget();
      watch();
    },
    stop: () => forget(),
  };
}
