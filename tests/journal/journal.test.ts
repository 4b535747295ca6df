/** A journal on a disk in memory: what is read back, what is refused, and in which words. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { continueJournal, createJournal } from "../../src/journal/open.ts";
import { journalEntries, readJournal } from "../../src/journal/reading.ts";
import { JOURNAL_BOUNDS, type Journal, type JournalBounds } from "../../src/journal/writer.ts";
import { answered } from "../support/answer.ts";
import { type Fault, type MemoryDisk, memoryDisk } from "./memory-disk.ts";

const HEADER = { kind: "test", of: "größer" };
const SMALL: JournalBounds = { segmentBytes: 400, retainedBytes: 0, backlogBytes: 1 << 20 };

async function appendAll(journal: Journal, from: number, to: number, together = 1): Promise<void> {
  for (let n = from; n <= to; n++) {
    expect(journal.append({ n, text: "x".repeat(n % 7) })).toBe(n);
    if (n % together === 0) answered(await journal.whenDurable(n));
  }
}

/** A journal of `count` entries. */
async function written(count: number, { bounds = SMALL, together = 1 } = {}): Promise<MemoryDisk> {
  const disk = memoryDisk();
  const journal = answered(await createJournal(disk, HEADER, bounds));
  await appendAll(journal, 1, count, together);
  answered(await journal.close());
  return disk;
}

async function numbersIn(disk: MemoryDisk): Promise<readonly unknown[]> {
  const reading = answered(await readJournal(disk, "oldest"));
  const numbers: unknown[] = [];
  for await (const { sequence, entry } of journalEntries(disk, reading, reading.snapshot?.end.sequence ?? 0)) {
    expect(entry).toMatchObject({ n: sequence });
    numbers.push(sequence);
  }
  return numbers;
}

const upTo = (count: number, from = 1): readonly number[] => Array.from({ length: count - from + 1 }, (_, index) => from + index);

describe("a journal", () => {
  it("is read back as it was appended, however it fell into frames and segments", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 50, max: 2_000 }),
        async (count, together, segmentBytes) => {
          const disk = await written(count, { together, bounds: { ...SMALL, segmentBytes } });
          expect(await numbersIn(disk)).toEqual(upTo(count));
          expect(answered(await readJournal(disk, "newest"))).toMatchObject({
            header: HEADER,
            end: { sequence: count },
            torn: null,
            notes: [],
          });
        },
      ),
      { numRuns: 50 },
    );
  });

  it("makes what is appended together durable with one flush", async () => {
    const disk = memoryDisk();
    const journal = answered(await createJournal(disk, HEADER, JOURNAL_BOUNDS));
    const before = disk.calls();
    for (const n of upTo(64)) journal.append({ n });
    expect(journal.durable()).toBe(0);
    answered(await journal.whenDurable(64));
    expect(disk.calls() - before).toBe(2);
  });

  it("goes on where it ended", async () => {
    const disk = await written(10);
    const { journal, reading } = answered(await continueJournal(disk, SMALL));
    expect(reading.end.sequence).toBe(10);
    await appendAll(journal, 11, 25, 3);
    answered(await journal.close());
    expect(await numbersIn(disk)).toEqual(upTo(25));
  });

  it("is never written over", async () => {
    expect(await createJournal(await written(1), HEADER, SMALL)).toMatchObject({ ok: false, failure: { code: "journal_not_empty" } });
  });

  it("is missing where there is none", async () => {
    expect(await readJournal(memoryDisk(), "oldest")).toMatchObject({ ok: false, failure: { code: "journal_missing" } });
  });

  it("halts when more is appended than the disk takes", async () => {
    const journal = answered(await createJournal(memoryDisk(), HEADER, { ...SMALL, backlogBytes: 100 }));
    for (const n of upTo(20)) journal.append({ n });
    expect(await journal.whenDurable(20)).toMatchObject({ ok: false, failure: { code: "journal_stalled", class: "fatal" } });
  });
});

describe("snapshots", () => {
  const state = (n: number): Uint8Array => new Uint8Array(300).fill(n);

  async function withSnapshots(bounds = SMALL): Promise<MemoryDisk> {
    const disk = memoryDisk();
    const journal = answered(await createJournal(disk, HEADER, bounds));
    for (const at of [10, 20, 30]) {
      await appendAll(journal, at - 9, at, 4);
      answered(await journal.keep({ sequence: at, state: state(at) }));
    }
    await appendAll(journal, 31, 35, 2);
    answered(await journal.close());
    return disk;
  }

  it("are what reading begins with, the newest good one first", async () => {
    const disk = await withSnapshots();
    const newest = answered(await readJournal(disk, "newest"));
    expect(newest.snapshot).toEqual({ end: expect.objectContaining({ sequence: 30 }), state: state(30) });
    disk.files.get("000000000030.snapshot")!.bytes[60]! ^= 1;
    const older = answered(await readJournal(disk, "newest"));
    expect(older.snapshot).toMatchObject({ state: state(20) });
    expect(older.notes).toEqual(["memory/000000000030.snapshot is damaged and is not used"]);
    const sequences: number[] = [];
    for await (const { sequence } of journalEntries(disk, older, 20)) sequences.push(sequence);
    expect(sequences).toEqual(upTo(35, 21));
  });

  it("are two, and segments that neither needs go when there is too much", async () => {
    const names = [...(await withSnapshots()).files.keys()].toSorted();
    expect(names.filter((name) => name.endsWith(".snapshot"))).toEqual(["000000000020.snapshot", "000000000030.snapshot"]);
    expect(names).not.toContain("000000000001.journal");
    expect([...(await withSnapshots({ ...SMALL, retainedBytes: 1e6 })).files.keys()]).toContain("000000000001.journal");
  });

  it("of another journal, or newer than the last entry, are refused", async () => {
    const [disk, other] = [await withSnapshots(), await withSnapshots({ ...SMALL, segmentBytes: 100 })];
    const name = "000000000030.snapshot";
    disk.files.set(name, other.files.get(name)!);
    expect(await readJournal(disk, "newest")).toMatchObject({ ok: false, failure: { code: "journal_damaged" } });
    const cut = await withSnapshots({ ...SMALL, retainedBytes: 1e6, segmentBytes: 1e6 });
    cut.files.get("000000000001.journal")!.bytes.length = 700;
    expect(await continueJournal(cut, SMALL)).toMatchObject({
      ok: false,
      failure: { code: "journal_gap", message: /entries \d+ to 30 are missing/ },
    });
  });
});

describe("a journal that was hurt", () => {
  it("loses of its last frame every byte or none, and goes on", async () => {
    const whole = await written(8, { bounds: JOURNAL_BOUNDS });
    const name = "000000000001.journal";
    const { bytes } = whole.files.get(name)!;
    const shorter = (await written(7, { bounds: JOURNAL_BOUNDS })).files.get(name)!.bytes.length;
    for (let length = shorter; length < bytes.length; length++) {
      const disk = memoryDisk(null, [[name, bytes.slice(0, length)]]);
      const { journal, reading } = answered(await continueJournal(disk, SMALL));
      expect(reading.end.sequence).toBe(7);
      expect(reading.notes).toHaveLength(length === shorter ? 0 : 1);
      await appendAll(journal, 8, 9);
      expect(await numbersIn(disk)).toEqual(upTo(9));
    }
  });

  it("anywhere but at its end is refused, with segment, byte and what to do", async () => {
    const whole = await written(30);
    const names = [...whole.files.keys()];
    for (const [index, name] of names.entries()) {
      const { length } = whole.files.get(name)!.bytes;
      // Behind the last frame's first byte there is nothing that could tell.
      const last = index === names.length - 1 ? 100 : length;
      for (let at = 0; at < last; at += 7) {
        const disk = whole.afterKill();
        disk.files.get(name)!.bytes[at]! ^= 0x10;
        const answer = await continueJournal(disk, SMALL);
        expect(answer).toMatchObject({ ok: false, failure: { message: expect.stringContaining(`memory/${name}`) } });
        if (!answer.ok && answer.failure.code === "journal_damaged")
          expect(answer.failure.message).toMatch(/byte \d+.*restore|begin as.*restore/);
      }
    }
  });

  it("with a segment missing, or one of another time in its place, is refused", async () => {
    const whole = await written(30);
    const names = [...whole.files.keys()].toSorted();
    const disk = whole.afterKill();
    disk.files.delete(names[1]!);
    expect(await readJournal(disk, "newest")).toMatchObject({
      ok: false,
      failure: { code: "journal_gap", message: /entries \d+ to \d+ are missing/ },
    });
    const first = whole.afterKill();
    first.files.delete(names[0]!);
    expect(await readJournal(first, "newest")).toMatchObject({ ok: false, failure: { code: "journal_gap" } });
    const other = memoryDisk();
    const journal = answered(await createJournal(other, { kind: "other" }, SMALL));
    await appendAll(journal, 1, 30);
    const mixed = whole.afterKill();
    const twin = [...other.files.keys()].find((name) => name !== names[0] && names.includes(name))!;
    mixed.files.set(twin, other.files.get(twin)!);
    expect(await readJournal(mixed, "newest")).toMatchObject({ ok: false, failure: { code: "journal_damaged" } });
  });

  it("of a newer format is refused", async () => {
    const disk = await written(3);
    disk.files.get("000000000001.journal")!.bytes[7] = "2".charCodeAt(0);
    expect(await readJournal(disk, "newest")).toMatchObject({
      ok: false,
      failure: { code: "journal_version", message: /format 2.*reads 1/ },
    });
  });
});

describe("a disk that fails", () => {
  it.each<[Fault["call"] & string, Fault["code"], string]>([
    ["write", "ENOSPC", "journal_full"],
    ["write", "EIO", "journal_unavailable"],
    ["sync", "EIO", "journal_unavailable"],
  ])("in a %s with %s halts the journal for good", async (call, code, expected) => {
    const disk = memoryDisk({ at: 4, call, code });
    const journal = answered(await createJournal(disk, HEADER, JOURNAL_BOUNDS));
    await appendAll(journal, 1, 2);
    journal.append({ n: 3 });
    expect(await journal.whenDurable(3)).toMatchObject({
      ok: false,
      failure: { code: expected, message: /start again: what was acknowledged is kept/ },
    });
    const calls = disk.calls();
    journal.append({ n: 4 });
    expect(await journal.whenDurable(4)).toMatchObject({ ok: false, failure: { code: expected } });
    expect(await journal.close()).toMatchObject({ ok: false });
    expect([disk.calls(), journal.durable()]).toEqual([calls, 2]);
    expect((await numbersIn(disk.afterKill())).slice(0, 2)).toEqual([1, 2]);
  });
});
