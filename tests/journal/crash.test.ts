/**
 * The machine stops at every call on the disk in turn, in the middle of it, with what the page cache held kept or lost page by page. After the restart
 * no acknowledged entry is lost, and what is there is a beginning of what was appended, once each. STRATC_CRASH_SEEDS: how many losses a point.
 */
import { describe, expect, it } from "vitest";
import { continueJournal, createJournal } from "../../src/journal/open.ts";
import { journalEntries } from "../../src/journal/reading.ts";
import type { JournalBounds } from "../../src/journal/writer.ts";
import { answered } from "../support/answer.ts";
import { type MemoryDisk, memoryDisk } from "./memory-disk.ts";

const SEEDS = Number(process.env.STRATC_CRASH_SEEDS ?? 2);
const BOUNDS: JournalBounds = { segmentBytes: 500, retainedBytes: 1_500, backlogBytes: 1 << 20 };
const HEADER = { kind: "crash", of: "x".repeat(150) };
const ENTRIES = 60;

interface Witness {
  acknowledged: number;
  appended: number;
}

/** Opens what is there and appends up to `ENTRIES`, in bursts, with a snapshot now and then. A disk that stopped never lets it end. */
async function work(disk: MemoryDisk, witness: Witness): Promise<void> {
  const opened = await continueJournal(disk, BOUNDS);
  if (!opened.ok && opened.failure.code !== "journal_missing") throw new Error(opened.failure.message);
  const { journal, reading } = opened.ok ? opened.value : { journal: answered(await createJournal(disk, HEADER, BOUNDS)), reading: null };
  const first = (reading?.end.sequence ?? 0) + 1;
  if (reading?.snapshot) expect([...reading.snapshot.state]).toEqual([reading.snapshot.end.sequence]);
  for (let n = first; n <= ENTRIES; n++) {
    witness.appended = n;
    expect(journal.append({ n, text: "y".repeat((n * 13) % 50) })).toBe(n);
    if (n % 3 !== 0 && n !== ENTRIES) continue;
    answered(await journal.whenDurable(n));
    witness.acknowledged = n;
    if (n % 15 === 0) answered(await journal.keep({ sequence: n, state: Uint8Array.of(n) }));
  }
  answered(await journal.close());
}

/** Runs until it is done or the disk has stopped: then nothing is left that could go on. */
async function run(disk: MemoryDisk, witness: Witness): Promise<"done" | "stopped"> {
  const stopped = new Promise<"stopped">((resolve) => setImmediate(resolve, "stopped"));
  return Promise.race([work(disk, witness).then(() => "done" as const), stopped]);
}

async function expectNothingLost(disk: MemoryDisk, { acknowledged, appended }: Witness): Promise<number> {
  const opened = await continueJournal(disk, BOUNDS);
  if (!opened.ok && opened.failure.code === "journal_missing") {
    expect(acknowledged).toBe(0);
    return 0;
  }
  const { reading, journal } = answered(opened);
  const last = reading.end.sequence;
  expect(last).toBeGreaterThanOrEqual(acknowledged);
  expect(last).toBeLessThanOrEqual(appended);
  let next = (reading.snapshot?.end.sequence ?? 0) + 1;
  for await (const { sequence, entry } of journalEntries(disk, reading, next - 1)) {
    expect([sequence, entry]).toEqual([next, { n: next, text: "y".repeat((next * 13) % 50) }]);
    next += 1;
  }
  expect(next).toBe(last + 1);
  answered(await journal.close());
  return last;
}

function chances(seed: number): () => number {
  let state = seed + 1;
  return () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return (state >>> 8) / 2 ** 24;
  };
}

describe("a machine that stops", () => {
  it("at any call on the disk loses nothing that was acknowledged, and the journal goes on to its end", async () => {
    const calm = memoryDisk();
    expect(await run(calm, { acknowledged: 0, appended: 0 })).toBe("done");
    let points = 0;
    for (let at = 1; at <= calm.calls(); at++) {
      const disk = memoryDisk({ at, code: "stop" });
      const witness = { acknowledged: 0, appended: 0 };
      expect(await run(disk, witness)).toBe("stopped");
      const losses = Array.from({ length: SEEDS }, (_, seed) => disk.afterPowerLoss(chances(at * 1_000 + seed)));
      for (const left of [disk.afterKill(), ...losses]) {
        points += 1;
        await expectNothingLost(left, witness);
        expect(await run(left, { ...witness })).toBe("done");
        expect(await expectNothingLost(left, { acknowledged: ENTRIES, appended: ENTRIES })).toBe(ENTRIES);
      }
    }
    expect(points).toBeGreaterThan(200);
  });

  it("again while it recovers loses nothing either", async () => {
    for (let at = 3; at < 60; at += 4) {
      const disk = memoryDisk({ at, code: "stop" });
      const witness = { acknowledged: 0, appended: 0 };
      await run(disk, witness);
      for (let again = 1; again < 8; again++) {
        const left = disk.afterPowerLoss(chances(at));
        const second = memoryDisk(
          { at: again, code: "stop" },
          [...left.files].map(([name, { bytes }]) => [name, bytes] as const),
        );
        await run(second, witness);
        await expectNothingLost(second.afterPowerLoss(chances(again)), witness);
      }
    }
  });
});
