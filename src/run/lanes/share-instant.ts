/** The instant at which something happens to shares (semantics 13.1): all ticks of before come first, then the symbols' lanes begin anew. */
import { NO_ROWS } from "./lane-rows.ts";
import type { Placement, ShareChange, TimeStretch } from "./placement.ts";
import { beginsAnew, pastRows, type ShareActions, takeActions } from "./share-actions.ts";

export interface ShareInstant {
  /** The ticks of rows that have come; it may have no instant. */
  readonly before: TimeStretch;
  readonly changes: readonly ShareChange[];
}

/** What happens before the rows that end at `end`: to the symbols that are `changing`. */
export function shareInstant(
  placed: Placement,
  all: readonly ShareActions[],
  changing: readonly boolean[],
  end: number,
  capacity: number,
): ShareInstant {
  const none = all.map(() => NO_ROWS.bars);
  const before = placed.place(none, NO_ROWS.bars.time, end - 1);
  const changes = all.flatMap((shares, symbol): readonly ShareChange[] => {
    if (changing[symbol] !== true) return [];
    const actions = takeActions(shares, end);
    return [{ symbol, actions, replay: beginsAnew(shares, actions) ? placed.replay(symbol, pastRows(shares, capacity), end - 1) : [] }];
  });
  return { before, changes };
}
