/** A progress bar for work that takes longer than a second and is watched. */
import { performance } from "node:perf_hooks";
import type { Terminal } from "./terminal.ts";

const QUIET_MILLISECONDS = 1_000;
const REDRAW_MILLISECONDS = 100;
const BAR_COLUMNS = 30;

export interface Progress {
  readonly advance: (done: number) => void;
  /** Wipes the bar. */
  readonly end: () => void;
}

/** Progress towards `total` of something called `noun` in the plural. */
export function progressOf(terminal: Terminal, total: number, noun: string): Progress {
  const started = performance.now();
  let drawn = started + QUIET_MILLISECONDS - REDRAW_MILLISECONDS;
  let visible = false;
  const draw = (done: number, now: number): void => {
    const share = total === 0 ? 1 : Math.min(1, done / total);
    const filled = Math.round(share * BAR_COLUMNS);
    const bar = `${"█".repeat(filled)}${"░".repeat(BAR_COLUMNS - filled)}`;
    const rate = Math.round((done / (now - started)) * 1_000);
    const left = leftText(((now - started) / 1_000) * (1 / share - 1));
    terminal.note(`\r${bar} ${String(Math.floor(share * 100)).padStart(3)} %  ${rate} ${noun}/s  ${left}\u001b[K`);
    visible = true;
    drawn = now;
  };
  return {
    advance: (done) => {
      if (!terminal.interactive) return;
      const now = performance.now();
      if (now - drawn >= REDRAW_MILLISECONDS) draw(done, now);
    },
    end: () => {
      if (visible) terminal.note("\r\u001b[K");
    },
  };
}

/** "1:05 left" of seconds; nothing before anything is done. */
function leftText(seconds: number): string {
  if (!Number.isFinite(seconds)) return "";
  const whole = Math.round(seconds);
  const [hours, minutes] = [Math.floor(whole / 3_600), Math.floor(whole / 60) % 60];
  const [clock, rest] = [String(minutes).padStart(hours > 0 ? 2 : 1, "0"), String(whole % 60).padStart(2, "0")];
  return `${hours > 0 ? `${hours}:` : ""}${clock}:${rest} left`;
}
