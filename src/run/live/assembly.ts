/** Puts the bars of a feed together to instants (semantics 14.2): which are complete, which must close, which bars come too late. It knows time only as it is told. */
import type { FeedBar } from "../../market/feed.ts";
import { type Instant, instant } from "../../values/quantity.ts";

/** An instant that has closed, with its bars in the order of the symbols. */
export interface ClosedInstant {
  readonly end: Instant;
  readonly bars: readonly FeedBar[];
}

export interface Assembly {
  /** Takes a bar that came at `now`. False where its instant has closed before: it is late. */
  take(bar: FeedBar, now: Instant): boolean;
  /** The next instant that closes at `now`, in order of time, or null. Asked until null after each bar and at `due`. `tick` is the next at which a slower clock ticks. */
  next(now: Instant, tick: number): ClosedInstant | null;
  /** The same where nothing more comes: null once no instant is open. */
  rest(tick: number): ClosedInstant | null;
  /** When the first open instant closes by grace; infinite where none is open. */
  due(tick: number): Instant;
  /** Forgets what is open and takes instants up to `end` as closed. */
  restart(end: Instant): void;
}

interface Open {
  readonly end: Instant;
  /** By symbol. */
  readonly bars: (FeedBar | undefined)[];
  readonly due: number;
}

/** `symbols` are all that the run reads; `grace` in microseconds. */
export function assembly(symbols: readonly string[], grace: number): Assembly {
  const open: Open[] = [];
  /** By symbol, the end of its last bar. */
  const seen = symbols.map(() => Number.NEGATIVE_INFINITY);
  let closed = Number.NEGATIVE_INFINITY;
  const openAt = (end: Instant, now: Instant): Open => {
    const place = open.findIndex((one) => one.end >= end);
    const known = place < 0 ? undefined : open[place];
    if (known?.end === end) return known;
    const opened = { end, bars: [], due: Math.max(end, now) + grace };
    open.splice(place < 0 ? open.length : place, 0, opened);
    return opened;
  };
  /** All instants before one that closes close too. */
  const closesNow = (now: Instant): boolean => open.some(({ end, due }) => due <= now || seen.every((last) => last >= end));
  const dueOf = (tick: number): number => Math.min(tick + grace, ...open.map(({ due }) => due));
  const assembled: Assembly = {
    take: (bar, now) => {
      if (bar.end <= closed) return false;
      const index = symbols.indexOf(bar.symbol);
      if (index < 0) throw new Error(`a bar of ${bar.symbol}, which nobody reads`);
      openAt(bar.end, now).bars[index] = bar;
      seen[index] = Math.max(seen[index] ?? bar.end, bar.end);
      return true;
    },
    next: (now, tick) => {
      const [first] = open;
      const ticksFirst = tick < (first?.end ?? Number.POSITIVE_INFINITY) && tick > closed;
      if (!closesNow(now) && !(ticksFirst && tick + grace <= now)) return null;
      if (ticksFirst) {
        closed = tick;
        return { end: instant(tick), bars: [] };
      }
      if (first === undefined) return null;
      open.shift();
      closed = first.end;
      return { end: first.end, bars: first.bars.filter((bar) => bar !== undefined) };
    },
    rest: (tick) => (open.length === 0 ? null : assembled.next(instant(Number.POSITIVE_INFINITY), tick)),
    due: (tick) => instant(dueOf(tick > closed ? tick : Number.POSITIVE_INFINITY)),
    restart: (end) => {
      open.length = 0;
      closed = end;
    },
  };
  return assembled;
}
