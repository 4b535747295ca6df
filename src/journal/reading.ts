/** Reads a journal: a snapshot if there is one, then the entries behind it, all along one chain. */
import type { Answer } from "../market/outside.ts";
import type { Disk } from "./disk.ts";
import { NO_HASH } from "./frame.ts";
import { type NumberedFile, segmentsAmong, snapshotsAmong } from "./names.ts";
import { attempt, JournalError } from "./problem.ts";
import { type ChainEnd, entriesIn, type JournalEntry, type JournalHeader, verifySegment } from "./segment.ts";
import { readSnapshot, type Snapshot } from "./snapshot.ts";

export interface JournalReading {
  readonly header: JournalHeader;
  /** Null where every entry since the first is read. */
  readonly snapshot: Snapshot | null;
  readonly end: ChainEnd;
  /** The hash of the last frame. */
  readonly link: Uint8Array;
  /** The segments from the snapshot on, and how many bytes of each are good. */
  readonly segments: readonly { readonly name: string; readonly first: number; readonly bytes: number }[];
  /** The file in which a writing was interrupted; the bytes from `at` on were never acknowledged. */
  readonly torn: { readonly name: string; readonly at: number } | null;
  /** What people should know although the journal is good. */
  readonly notes: readonly string[];
}

/** `newest`: from the last snapshot; `oldest`: from the first entry, or where that is gone from the first snapshot. */
export type ReadFrom = "newest" | "oldest";

/** Follows the chain from where it is read to its end. Changes nothing, and may be done while the journal is written. */
export function readJournal(disk: Disk, from: ReadFrom): Promise<Answer<JournalReading>> {
  return attempt(disk.folder, () => scan(disk, from));
}

/** The entries behind `after`, in order, where `after` is not before the reading's snapshot. Rejects with the disk's error. */
export async function* journalEntries(disk: Disk, { segments }: JournalReading, after: number): AsyncGenerator<JournalEntry> {
  for (const { name, bytes } of segments) yield* entriesIn((await disk.read(name)).subarray(0, bytes), after);
}

/** As `readJournal`, but throws. */
export async function scan(disk: Disk, from: ReadFrom): Promise<JournalReading> {
  const names = await disk.list();
  const segments = segmentsAmong(names);
  const [first] = segments;
  if (first === undefined) throw new JournalError("missing", `there is no journal in ${disk.folder}`);
  const { snapshot, notes } = await startOf(disk, names, from, first);
  const start = snapshot?.end ?? { sequence: 0, hash: NO_HASH };
  const needed = segments.filter((_, index) => (segments[index + 1]?.sequence ?? Number.POSITIVE_INFINITY) > start.sequence);
  const reading = await follow(disk, needed, start);
  const { torn, end } = reading;
  return { ...reading, snapshot, notes: torn === null ? notes : [...notes, tornNote(torn, end.sequence)] };
}

async function follow(
  disk: Disk,
  segments: readonly NumberedFile[],
  start: ChainEnd,
): Promise<Pick<JournalReading, "header" | "end" | "link" | "segments" | "torn">> {
  let header: JournalHeader | null = null;
  let end = start;
  let link = start.hash;
  let torn: JournalReading["torn"] = null;
  const read: { name: string; first: number; bytes: number }[] = [];
  for (const [index, { name, sequence }] of segments.entries()) {
    if (sequence > end.sequence + 1) throw missingEntries(disk, end.sequence + 1, sequence - 1);
    const bytes = await disk.read(name);
    const isLast = index === segments.length - 1;
    const reading = verifySegment(bytes, { path: `${disk.folder}/${name}`, first: sequence, isLast, known: end });
    if (reading.tornAt !== null) torn = { name, at: reading.tornAt };
    if (reading.header === null) break;
    header = reading.header;
    ({ end, link } = reading);
    read.push({ name, first: sequence, bytes: reading.tornAt ?? bytes.length });
  }
  if (end.sequence < start.sequence) throw missingEntries(disk, end.sequence + 1, start.sequence);
  if (header === null) throw new JournalError("missing", `the journal in ${disk.folder} was never begun: nothing was acknowledged in it`);
  return { header, end, link, segments: read, torn };
}

/** The snapshot to begin with; null for the first entry. */
async function startOf(
  disk: Disk,
  names: readonly string[],
  from: ReadFrom,
  first: NumberedFile,
): Promise<{ readonly snapshot: Snapshot | null; readonly notes: readonly string[] }> {
  const notes: string[] = [];
  const isWhole = first.sequence === 1;
  if (from === "oldest" && isWhole) return { snapshot: null, notes };
  const newestFirst = snapshotsAmong(names);
  for (const { name } of from === "newest" ? newestFirst : newestFirst.toReversed()) {
    const snapshot = await readSnapshot(disk, name);
    if (snapshot !== null) return { snapshot, notes };
    notes.push(`${disk.folder}/${name} is damaged and is not used`);
  }
  if (isWhole) return { snapshot: null, notes };
  throw new JournalError(
    "gap",
    `${disk.folder}: entries before ${first.sequence} are gone and no snapshot is good; restore the folder from a copy`,
  );
}

function missingEntries({ folder }: Disk, first: number, last: number): JournalError {
  return new JournalError("gap", `${folder}: entries ${first} to ${last} are missing; restore the segment that holds them from a copy`);
}

function tornNote({ name, at }: NonNullable<JournalReading["torn"]>, last: number): string {
  return `${name}: the writer was interrupted at byte ${at}; the last whole entry is ${last}, nothing after it was acknowledged`;
}
