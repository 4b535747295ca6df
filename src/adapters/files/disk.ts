/** The disk port (journal/disk.ts) on a folder of this machine. */
import { open, readdir, readFile, rename, stat, truncate, unlink } from "node:fs/promises";
import { join } from "node:path";
import type { Disk, DiskFile } from "../../journal/disk.ts";

export function folderDisk(folder: string): Disk {
  const at = (name: string): string => join(folder, name);
  return {
    folder,
    list: () => namesIn(folder),
    read: (name) => readFile(at(name)),
    size: async (name) => (await stat(at(name))).size,
    create: (name) => appending(at(name), "ax"),
    open: (name) => appending(at(name), "a"),
    truncate: async (name, length) => {
      await truncate(at(name), length);
      await synced(at(name), "r+");
    },
    rename: (from, to) => rename(at(from), at(to)),
    remove: (name) => unlink(at(name)),
    syncFolder: () => synced(folder, "r"),
  };
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return [];
    throw error;
  }
}

async function appending(path: string, flags: "a" | "ax"): Promise<DiskFile> {
  const file = await open(path, flags);
  return {
    write: async (bytes) => {
      for (let at = 0; at < bytes.length; ) at += (await file.write(bytes, at)).bytesWritten;
    },
    sync: () => file.datasync(),
    close: () => file.close(),
  };
}

async function synced(path: string, flags: "r" | "r+"): Promise<void> {
  const file = await open(path, flags);
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}
