/**
 * A process that writes a journal is killed (SIGKILL) at calls on the real disk, and another goes on. No acknowledged entry is lost, none is twice.
 * A sample by default; STRATC_KILL_POINTS=all for every call, and again at every call of the recovery (`npm run crash`).
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { folderDisk } from "../../src/adapters/files/disk.ts";
import { journalEntries, readJournal } from "../../src/journal/reading.ts";
import { answered } from "../support/answer.ts";
import { entryAt } from "./killed-entries.ts";

const ENTRIES = 40;
const ALL = process.env.STRATC_KILL_POINTS === "all";
/** Calls of the recovery at which the second writer is killed. */
const SECOND = ALL ? 5 : 1;

interface Written {
  readonly acknowledged: number;
  /** Calls until its end; null where it was killed. */
  readonly calls: number | null;
}

function write(folder: string, killAt: number): Written {
  const { stdout, stderr, signal, status } = spawnSync(
    process.execPath,
    ["tests/journal/killed-writer.ts", folder, String(killAt), String(ENTRIES)],
    {
      encoding: "utf8",
    },
  );
  const lines = stdout.trim().split("\n");
  const last = lines.at(-1) ?? "";
  expect([signal, status, stderr]).toEqual(killAt === 0 || last.startsWith("done") ? [null, 0, ""] : ["SIGKILL", null, ""]);
  const done = /^done (\d+)$/.exec(last)?.[1];
  return { acknowledged: Math.max(0, ...lines.map(Number).filter(Number.isFinite)), calls: done === undefined ? null : Number(done) };
}

/** The last entry, all before it being what they must be. */
async function lastIn(folder: string): Promise<number> {
  const disk = folderDisk(folder);
  const answer = await readJournal(disk, "newest");
  if (!answer.ok && answer.failure.code === "journal_missing") return 0;
  const reading = answered(answer);
  let next = (reading.snapshot?.end.sequence ?? 0) + 1;
  for await (const { sequence, entry } of journalEntries(disk, reading, next - 1)) {
    expect([sequence, entry]).toEqual([next, entryAt(next)]);
    next += 1;
  }
  expect(reading.end.sequence).toBe(next - 1);
  return next - 1;
}

async function killedAt(first: number, second: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "stratc-killed-"));
  let acknowledged = 0;
  for (const at of [first, second]) {
    acknowledged = Math.max(acknowledged, write(folder, at).acknowledged);
    expect(await lastIn(folder)).toBeGreaterThanOrEqual(acknowledged);
  }
  expect(write(folder, 0).calls).not.toBeNull();
  expect(await lastIn(folder)).toBe(ENTRIES);
  rmSync(folder, { recursive: true });
}

describe("a writer that is killed", () => {
  it("at a call on the disk, and again while it recovers, loses nothing", { timeout: 3_600_000 }, async () => {
    const calm = mkdtempSync(join(tmpdir(), "stratc-calm-"));
    const { calls } = write(calm, 0);
    rmSync(calm, { recursive: true });
    expect(calls).toBeGreaterThan(60);
    const step = ALL ? 1 : Math.floor((calls ?? 0) / 2);
    let points = 0;
    for (let first = ALL ? 1 : 2; first <= (calls ?? 0); first += step) {
      for (let second = 1; second <= SECOND; second++) {
        await killedAt(first, second);
        points += 2;
      }
    }
    expect(points).toBeGreaterThanOrEqual(ALL ? 500 : 4);
  });
});
