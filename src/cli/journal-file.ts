/** A journal in a folder: one file, written in large pieces, durable once closed. */
import { open } from "node:fs/promises";
import { join } from "node:path";
import type { JournalSink } from "../journal/sink.ts";
import { CommandFailure } from "./failure.ts";
import { makeDirectory } from "./files.ts";

const BUFFER_BYTES = 1_048_576;

/** Starts `FOLDER/run.journal` anew. Throws `CommandFailure` where it cannot. */
export async function journalFile(folder: string): Promise<JournalSink> {
  makeDirectory(folder);
  const path = join(folder, "run.journal");
  const failed = (error: unknown): CommandFailure =>
    new CommandFailure(3, "output_failed", `${path} could not be written: ${error instanceof Error ? error.message : String(error)}.`);
  const file = await open(path, "w").catch((error: unknown) => {
    throw failed(error);
  });
  let pending: Uint8Array[] = [];
  let bytes = 0;
  let written = Promise.resolve();
  const flush = (): void => {
    const pieces = pending;
    pending = [];
    bytes = 0;
    written = written.then(async () => void (await file.writev(pieces)));
  };
  return {
    append: (frame) => {
      pending.push(frame.slice());
      bytes += frame.byteLength;
      if (bytes >= BUFFER_BYTES) flush();
    },
    close: async () => {
      try {
        flush();
        await written;
        await file.sync();
      } catch (error) {
        throw failed(error);
      } finally {
        await file.close();
      }
    },
  };
}
