/** A run over bars that someone waits for: it shows how far it is, hears Ctrl-C, and notices a reader that went away. */
import { performance } from "node:perf_hooks";
import { setImmediate } from "node:timers/promises";
import type { BarChunk, BarSource } from "../market/bars.ts";
import { CommandFailure } from "./failure.ts";
import { progressOf } from "./progress.ts";
import type { Terminal } from "./terminal.ts";

/** Between pauses in which the process hears signals. */
const DEAF_MILLISECONDS = 50;

const SIGNALS = { SIGINT: 130, SIGTERM: 143 } as const;
type Signal = keyof typeof SIGNALS;

/**
 * Does `work` with `bars`. SIGINT or SIGTERM ends it between two chunks with a `CommandFailure`, so that what was begun can be taken back;
 * a second one kills at once.
 */
export async function watched<Result>(bars: BarSource, terminal: Terminal, work: (bars: BarSource) => Promise<Result>): Promise<Result> {
  const progress = progressOf(terminal, bars.info.rows, "bars");
  let received: Signal | undefined;
  const listener = (signal: NodeJS.Signals): void => {
    received = signal === "SIGTERM" ? signal : "SIGINT";
  };
  const pause = async (rows: number): Promise<void> => {
    progress.advance(rows);
    await setImmediate();
    if (received !== undefined) throw new CommandFailure(SIGNALS[received], "interrupted", "Interrupted; nothing was written.");
  };
  process.once("SIGINT", listener).once("SIGTERM", listener);
  try {
    return await work({ info: bars.info, chunks: (capacity) => paced(bars.chunks(capacity), pause) });
  } finally {
    process.off("SIGINT", listener).off("SIGTERM", listener);
    progress.end();
  }
}

async function* paced(chunks: AsyncIterable<BarChunk>, pause: (rows: number) => Promise<void>): AsyncGenerator<BarChunk> {
  let paused = performance.now();
  let rows = 0;
  for await (const chunk of chunks) {
    if (performance.now() - paused >= DEAF_MILLISECONDS) {
      await pause(rows);
      paused = performance.now();
    }
    yield chunk;
    rows += chunk.rows;
  }
}
