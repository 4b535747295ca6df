/**
 * A process that writes the journal in a folder and kills itself (SIGKILL) at one call on the disk: before it, or when it has been half done. It says
 * on standard output what was acknowledged, and `done` when it came to its end. Arguments: folder, call, entries.
 */
import { writeSync } from "node:fs";
import { holdFolder, openJournal } from "../../src/adapters/files/journal.ts";
import type { Disk, DiskFile } from "../../src/journal/disk.ts";
import { answered } from "../support/answer.ts";
import { BOUNDS, entryAt, HEADER } from "./killed-entries.ts";

const [, , folder = "", at = "0", entries = "0"] = process.argv;
let calls = 0;

/** Counts a call; the one it is to die at is not answered. */
function reach(half: () => Promise<unknown> = async () => undefined): Promise<void> | void {
  calls += 1;
  if (calls !== Number(at)) return;
  return half().then(() => {
    process.kill(process.pid, "SIGKILL");
    return new Promise<never>(() => undefined);
  });
}

function mortalFile(file: DiskFile): DiskFile {
  return {
    write: async (bytes) => {
      await reach(() => file.write(bytes.subarray(0, bytes.length / 2)));
      await file.write(bytes);
    },
    sync: async () => {
      await reach();
      await file.sync();
    },
    close: () => file.close(),
  };
}

function mortal(disk: Disk): Disk {
  return {
    ...disk,
    create: async (name) => {
      await reach();
      return mortalFile(await disk.create(name));
    },
    open: async (name) => mortalFile(await disk.open(name)),
    truncate: async (name, length) => {
      await reach();
      await disk.truncate(name, length);
    },
    rename: async (from, to) => {
      await reach();
      await disk.rename(from, to);
    },
    remove: async (name) => {
      await reach();
      await disk.remove(name);
    },
    syncFolder: async () => {
      await reach();
      await disk.syncFolder();
    },
  };
}

const { disk, release } = answered(await holdFolder(folder));
const { journal, reading } = answered(await openJournal(mortal(disk), HEADER, BOUNDS));
for (let n = (reading?.end.sequence ?? 0) + 1; n <= Number(entries); n++) {
  journal.append(entryAt(n));
  if (n % 3 !== 0 && n !== Number(entries)) continue;
  answered(await journal.whenDurable(n));
  writeSync(1, `${n}\n`);
  if (n % 12 === 0) answered(await journal.keep({ sequence: n, state: Uint8Array.of(n) }));
}
answered(await journal.close());
release();
writeSync(1, `done ${calls}\n`);
