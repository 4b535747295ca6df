/** The line that says how a live run stands, where someone watches: when, what was ordered and filled, what it came to. */
import { performance } from "node:perf_hooks";
import type { LiveEntry } from "../run/live/journal.ts";
import { type StandingWatch, watchStanding } from "../run/live/standing.ts";
import { instantText } from "../values/instant.ts";
import type { Terminal } from "./terminal.ts";

const REDRAW_MILLISECONDS = 100;

export interface StatusLine extends Pick<StandingWatch, "goOn"> {
  readonly see: (entry: LiveEntry) => void;
  /** Wipes the line. */
  readonly end: () => void;
}

export function statusLine(terminal: Terminal): StatusLine {
  if (!terminal.interactive) return { goOn: () => undefined, see: () => undefined, end: () => undefined };
  const standing = watchStanding();
  let drawn = 0;
  return {
    goOn: standing.goOn,
    see: (entry) => {
      standing.see(entry);
      const now = performance.now();
      if (now - drawn < REDRAW_MILLISECONDS) return;
      drawn = now;
      const { mode, instant, orders, rejected, fills } = standing.now();
      const time = instant === null ? "" : instantText(instant);
      terminal.note(`\r${time}  ${mode}  ${orders} orders  ${fills} fills  ${rejected} rejected\u001b[K`);
    },
    end: () => terminal.note("\r\u001b[K"),
  };
}
