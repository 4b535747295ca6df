/**
 * A disk with a page cache, as the system has one: what was written but not flushed may be lost when the machine stops, whole or page by page and
 * in any order; a page that is lost before one that is kept reads as zeros. Names that were not flushed may be lost, too. Faults can be planted.
 */
import type { Disk, DiskFile } from "../../src/journal/disk.ts";

const PAGE_BYTES = 64;

interface Stored {
  bytes: number[];
  /** As on the medium. */
  durable: number[];
}

export interface MemoryDisk extends Disk {
  readonly files: Map<string, Stored>;
  /** Calls so far that change something. */
  calls(): number;
  /** What is left when the machine stops now. `chance` gives numbers in [0, 1). */
  afterPowerLoss(chance: () => number): MemoryDisk;
  /** What is left when only the process stops. */
  afterKill(): MemoryDisk;
}

export interface Fault {
  /** Call, counted from 1, that fails. */
  readonly at: number;
  readonly call?: "write" | "sync";
  /** ENOSPC, EIO; `stop`: nothing is ever answered from then on. */
  readonly code: "ENOSPC" | "EIO" | "stop";
}

export function memoryDisk(fault: Fault | null = null, start: Iterable<readonly [string, readonly number[]]> = []): MemoryDisk {
  const files = new Map<string, Stored>([...start].map(([name, bytes]) => [name, { bytes: [...bytes], durable: [...bytes] }]));
  let names = new Map(files);
  let calls = 0;
  let isStopped = false;
  const never = new Promise<never>(() => {});

  /** Counts a call; `torn` is done in place of the whole when it fails. */
  const change = async (kind: string, whole: () => void, torn: () => void = () => {}): Promise<void> => {
    if (isStopped) return never;
    if (fault?.call === undefined || fault.call === kind) calls += 1;
    if (fault === null || calls !== fault.at || (fault.call !== undefined && fault.call !== kind)) return whole();
    torn();
    if (fault.code !== "stop") throw Object.assign(new Error(`${fault.code}: planted, ${kind}`), { code: fault.code });
    isStopped = true;
    return never;
  };
  const found = (name: string): Stored => {
    const file = files.get(name);
    if (file === undefined) throw Object.assign(new Error(`ENOENT: ${name}`), { code: "ENOENT" });
    return file;
  };
  const handle = (file: Stored): DiskFile => ({
    write: (bytes) => {
      const copy = [...bytes];
      return change(
        "write",
        () => void file.bytes.push(...copy),
        () => void file.bytes.push(...copy.slice(0, copy.length / 2)),
      );
    },
    sync: () =>
      change("sync", () => {
        file.durable = [...file.bytes];
      }),
    close: async () => {},
  });
  return {
    folder: "memory",
    files,
    calls: () => calls,
    list: async () => [...files.keys()],
    read: async (name) => Uint8Array.from(found(name).bytes),
    size: async (name) => found(name).bytes.length,
    create: async (name) => {
      if (files.has(name)) throw Object.assign(new Error(`EEXIST: ${name}`), { code: "EEXIST" });
      const file: Stored = { bytes: [], durable: [] };
      await change("create", () => void files.set(name, file));
      return handle(file);
    },
    open: async (name) => handle(found(name)),
    truncate: (name, length) => {
      const file = found(name);
      return change("truncate", () => {
        file.bytes.length = length;
        file.durable = [...file.bytes];
      });
    },
    rename: (from, to) => {
      const file = found(from);
      return change("rename", () => {
        files.delete(from);
        files.set(to, file);
      });
    },
    remove: (name) => change("remove", () => void files.delete(name)),
    syncFolder: () =>
      change("syncFolder", () => {
        names = new Map(files);
      }),
    afterKill: () =>
      memoryDisk(
        null,
        [...files].map(([name, { bytes }]) => [name, bytes] as const),
      ),
    afterPowerLoss: (chance) => {
      const left = new Map([...names, ...[...files].filter(() => chance() < 0.5)]);
      // A name that was taken away or changed may still be the old one.
      for (const name of names.keys()) if (!files.has(name) && chance() < 0.5) left.delete(name);
      return memoryDisk(
        null,
        [...left].map(([name, file]) => [name, survivors(file, chance)] as const),
      );
    },
  };
}

/** The bytes of a file after a loss of power. */
function survivors({ bytes, durable }: Stored, chance: () => number): number[] {
  const kept = [...durable];
  for (let page = Math.floor(durable.length / PAGE_BYTES); page * PAGE_BYTES < bytes.length; page++) {
    if (chance() < 0.5) continue;
    const from = Math.max(durable.length, page * PAGE_BYTES);
    const to = Math.min(bytes.length, (page + 1) * PAGE_BYTES);
    while (kept.length < from) kept.push(0);
    for (let at = from; at < to; at++) kept[at] = bytes[at]!;
  }
  return kept;
}
