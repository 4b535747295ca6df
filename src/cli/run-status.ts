/** The line that says how a live run stands, where someone watches: when, what was ordered and filled, what it came to. */
import { performance } from "node:perf_hooks";
import type { LiveEntry } from "../run/live/journal.ts";
import { instantText } from "../values/instant.ts";
import type { Terminal } from "./terminal.ts";

const REDRAW_MILLISECONDS = 100;

export interface StatusLine {
  readonly see: (entry: LiveEntry) => void;
  /** Wipes the line. */
  readonly end: () => void;
}

export function statusLine(terminal: Terminal): StatusLine {
  if (!terminal.interactive) return { see: () => undefined, end: () => undefined };
  const counts = { order: 0, rejected: 0, fill: 0 };
  let [time, mode, drawn] = ["", "warming", 0];
  const draw = (): void => {
    terminal.note(`\r${time}  ${mode}  ${counts.order} orders  ${counts.fill} fills  ${counts.rejected} rejected\u001b[K`);
  };
  return {
    see: (entry) => {
      if (entry.entry === "input" && entry.input.kind === "instant") time = instantText(entry.input.end);
      if (entry.entry === "record" && entry.record.kind === "mode") mode = entry.record.mode;
      if (entry.entry === "record" && entry.record.kind === "engine") count(counts, entry.record.record);
      const now = performance.now();
      if (now - drawn < REDRAW_MILLISECONDS) return;
      drawn = now;
      draw();
    },
    end: () => terminal.note("\r\u001b[K"),
  };
}

function count(
  counts: { order: number; rejected: number; fill: number },
  record: { readonly event: string; readonly status?: string },
): void {
  if (record.event === "order") counts.order += 1;
  if (record.event === "order" && record.status === "rejected") counts.rejected += 1;
  if (record.event === "fill") counts.fill += 1;
}
