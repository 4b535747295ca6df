/**
 * One writer a folder. A lock is a numbered file that names a process by its id and, where the system tells it, its start: the id alone may have
 * gone to another. The highest number counts; who finds its process gone makes the next number, which only one can. Numbers are never used
 * again, so that nobody can take a lock away from its holder.
 */
import { linkSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

interface Holder {
  readonly pid: number;
  /** In the system's own measure; null where it is not told. */
  readonly started: string | null;
}

export type Lock = { readonly ok: true; readonly release: () => void } | { readonly ok: false; readonly pid: number };

/** Throws the system's error where no file can be made. */
export function lockFolder(folder: string): Lock {
  const own = join(folder, `lock.of-${process.pid}`);
  writeFileSync(own, holderText(process.pid));
  try {
    for (;;) {
      const last = lastLock(folder);
      const holder = last === 0 ? null : holderIn(join(folder, `lock.${last}`));
      if (holder !== null && isAlive(holder)) return { ok: false, pid: holder.pid };
      const path = join(folder, `lock.${last + 1}`);
      if (!linked(own, path)) continue;
      for (const number of lockNumbers(folder)) if (number <= last) rmSync(join(folder, `lock.${number}`), { force: true });
      return { ok: true, release: () => writeFileSync(path, "") };
    }
  } finally {
    rmSync(own);
  }
}

function linked(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
    throw error;
  }
}

function lockNumbers(folder: string): readonly number[] {
  return readdirSync(folder).flatMap((name) => {
    const digits = /^lock\.(\d+)$/.exec(name)?.[1];
    return digits === undefined ? [] : [Number(digits)];
  });
}

function lastLock(folder: string): number {
  return Math.max(0, ...lockNumbers(folder));
}

/** Null for a lock that was released. */
function holderIn(path: string): Holder | null {
  const [, pid, started = ""] = /^(\d+) (.*)\n$/.exec(readFileSync(path, "utf8")) ?? [];
  return pid === undefined ? null : { pid: Number(pid), started: started === "" ? null : started };
}

function holderText(pid: number): string {
  return `${pid} ${startOf(pid) ?? ""}\n`;
}

function isAlive({ pid, started }: Holder): boolean {
  if (started !== null) return startOf(pid) === started;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

/** When a process started: field 22 of /proc/PID/stat, in ticks since the system began (proc(5)); null for none, or where there is no /proc. */
function startOf(pid: number): string | null {
  try {
    return readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1)?.split(" ")[19] ?? null;
  } catch {
    return null;
  }
}
