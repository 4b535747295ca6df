import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createJournal, readJournal } from "../../src/adapters/files/journal.ts";
import { encodeFrame } from "../../src/journal/frame.ts";

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "journal-"));
});

afterEach(() => rmSync(directory, { recursive: true }));

const frame = (sequence: number, bytes: number): Uint8Array => encodeFrame({ sequence, payload: new Uint8Array(bytes).fill(sequence) });

async function write(frames: readonly Uint8Array[]): Promise<string> {
  const path = join(directory, "run");
  const created = createJournal(path);
  if (!created.ok) throw new Error(created.problem.message);
  for (const bytes of frames) {
    created.value.append(bytes);
    bytes.fill(0);
  }
  await created.value.close();
  return path;
}

describe("a journal in a directory", () => {
  it("is read back as it was written, small frames and large", async () => {
    const path = await write([frame(1, 10), frame(2, 500_000), frame(3, 0), frame(4, 200_000), frame(5, 100_000)]);
    const read = readJournal(path);
    if (!read.ok) throw new Error(read.problem.message);
    expect(read.value.map(({ sequence, payload }) => [sequence, payload.length, payload.every((byte) => byte === sequence)])).toEqual([
      [1, 10, true],
      [2, 500_000, true],
      [3, 0, true],
      [4, 200_000, true],
      [5, 100_000, true],
    ]);
  });

  it("is never written over", async () => {
    const path = await write([frame(1, 1)]);
    expect(createJournal(path)).toMatchObject({ ok: false, problem: { kind: "not_empty" } });
  });

  it("says whether its writer was interrupted or its bytes were damaged", async () => {
    const path = await write([frame(1, 10), frame(2, 10)]);
    const file = join(path, readdirSync(path)[0]!);
    const bytes = readFileSync(file);
    writeFileSync(file, bytes.subarray(0, bytes.length - 3));
    expect(readJournal(path)).toMatchObject({
      ok: false,
      problem: { kind: "truncated", frames: [{ sequence: 1 }], message: /byte 26, entry 2/ },
    });
    bytes[20]! ^= 1;
    writeFileSync(file, bytes);
    expect(readJournal(path)).toMatchObject({ ok: false, problem: { kind: "corrupt", frames: [], message: /byte 0, entry 1/ } });
  });

  it("says what is not there", () => {
    expect(readJournal(join(directory, "nothing"))).toMatchObject({ ok: false, problem: { kind: "missing" } });
    writeFileSync(join(directory, "file"), "");
    expect(createJournal(join(directory, "file"))).toMatchObject({ ok: false, problem: { kind: "unavailable" } });
  });
});
