/** A run over bars that someone waits for: it shows how far it is, hears Ctrl-C, and notices a reader that went away. */
import { performance } from "node:perf_hooks";
import { setImmediate } from "node:timers/promises";
import type { BarChunk, BarSource } from "../market/bars.ts";
import { progressOf } from "./progress.ts";
import { interruption } from "./signals.ts";
import type { Terminal } from "./terminal.ts";

/** Between pauses in which the process hears signals. */
const DEAF_MILLISECONDS = 50;

/**
 * Does `work` with the datasets. SIGINT or SIGTERM ends it between two chunks with a `CommandFailure`, so that what was begun can be taken back;
 * a second one kills at once.
 */
export async function watched<Result>(
  sources: readonly BarSource[],
  terminal: Terminal,
  work: (sources: readonly BarSource[]) => Promise<Result>,
): Promise<Result> {
  const rows = sources.reduce((sum, { info }) => sum + info.rows, 0);
  const progress = progressOf(terminal, rows, "bars");
  const interrupted = interruption();
  const pace = { rows: 0, paused: performance.now() };
  const pause = async (): Promise<void> => {
    progress.advance(pace.rows);
    await setImmediate();
    if (interrupted.signal.aborted) throw interrupted.failure("Interrupted; nothing was written.");
  };
  try {
    return await work(
      sources.map((source) => ({ ...source, chunks: (capacity, fields) => paced(source.chunks(capacity, fields), pace, pause) })),
    );
  } finally {
    interrupted.end();
    progress.end();
  }
}

/** How far all datasets have come together, and when the process last paused. */
interface Pace {
  rows: number;
  paused: number;
}

async function* paced(chunks: AsyncIterable<BarChunk>, pace: Pace, pause: () => Promise<void>): AsyncGenerator<BarChunk> {
  for await (const chunk of chunks) {
    if (performance.now() - pace.paused >= DEAF_MILLISECONDS) {
      await pause();
      pace.paused = performance.now();
    }
    yield chunk;
    pace.rows += chunk.rows;
  }
}
