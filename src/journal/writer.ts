/**
 * Writes a journal. Entries that are appended while the disk is busy go into one frame together and become durable at once (group commit); one
 * frame is durable before the next is written. After the first failure nothing is written any more and nothing is tried again: after a failed
 * flush the system counts pages as clean that never reached the disk.
 */
import type { Answer, OutsideFailure } from "../market/outside.ts";
import { addEntry, type Batch, emptyBatch, lastOf } from "./batch.ts";
import type { Disk, DiskFile } from "./disk.ts";
import { FRAME_HEADER_BYTES, sealFrame } from "./frame.ts";
import { segmentName } from "./names.ts";
import { payloadText } from "./payload.ts";
import { attempt, failureOf, JournalError } from "./problem.ts";
import { keepSnapshot } from "./retention.ts";
import { type ChainEnd, type JournalHeader, segmentStart } from "./segment.ts";

export interface JournalBounds {
  /** A segment that has reached it is followed by a new one. */
  readonly segmentBytes: number;
  /** Segments that no snapshot needs are removed while all segments together are larger. */
  readonly retainedBytes: number;
  /** More appended bytes than this that are not durable yet mean that the disk does not keep up. */
  readonly backlogBytes: number;
}

export const JOURNAL_BOUNDS: JournalBounds = { segmentBytes: 1 << 24, retainedBytes: 2 ** 33, backlogBytes: 1 << 26 };

export interface Journal {
  /** Takes an entry and gives its sequence number. Never throws for the disk: `whenDurable` tells. */
  append(entry: unknown): number;
  /** Sequence number of the last entry, 0 before the first. */
  appended(): number;
  /** That of the last entry that is durable. */
  durable(): number;
  /** Resolves when the entry and all before it are durable, or with why they never will be. */
  whenDurable(sequence: number): Promise<Answer<null>>;
  /** Resolves when nothing can become durable any more, with the reason. */
  readonly failed: Promise<OutsideFailure>;
  /** Resolves at once unless much is not durable yet: for writers that outrun the disk. */
  whenRoom(): Promise<Answer<null>>;
  /**
   * Keeps what the reader of all entries up to `sequence`, the last that was appended, has become. Then removes segments that no snapshot
   * needs. A snapshot that could not be kept costs time at the next recovery, nothing else.
   */
  keep(snapshot: { readonly sequence: number; readonly state: Uint8Array }): Promise<Answer<null>>;
  /** Resolves when all is durable and the file is closed; nothing is appended after. */
  close(): Promise<Answer<null>>;
}

/** Where writing goes on. */
export interface JournalTail {
  readonly header: JournalHeader;
  readonly end: ChainEnd;
  /** The hash of the last frame. */
  readonly link: Uint8Array;
  /** The open segment. */
  readonly segment: OpenSegment;
}

export interface OpenSegment {
  readonly file: DiskFile;
  readonly first: number;
  bytes: number;
}

interface Waiter {
  readonly sequence: number;
  readonly resolve: (result: Answer<ChainEnd>) => void;
}

interface Writer {
  readonly disk: Disk;
  readonly bounds: JournalBounds;
  readonly header: JournalHeader;
  segment: OpenSegment;
  /** The chain as far as it is durable. */
  end: ChainEnd;
  link: Uint8Array;
  /** Not begun to be written; only the last may grow. */
  batches: Batch[];
  backlogBytes: number;
  sequence: number;
  waiters: Waiter[];
  isWriting: boolean;
  failure: OutsideFailure | null;
  readonly tellFailure: (failure: OutsideFailure) => void;
}

const DONE: Answer<null> = { ok: true, value: null };

export function journalWriter(disk: Disk, bounds: JournalBounds, tail: JournalTail): Journal {
  const failed = Promise.withResolvers<OutsideFailure>();
  const writer: Writer = {
    disk,
    bounds,
    ...tail,
    batches: [],
    backlogBytes: 0,
    sequence: tail.end.sequence,
    waiters: [],
    isWriting: false,
    failure: null,
    tellFailure: failed.resolve,
  };
  return {
    append: (entry) => append(writer, entry),
    appended: () => writer.sequence,
    durable: () => writer.end.sequence,
    failed: failed.promise,
    whenDurable: (sequence) => whenDurable(writer, sequence),
    whenRoom: () => (writer.backlogBytes < bounds.backlogBytes / 2 ? Promise.resolve(DONE) : whenDurable(writer, writer.sequence)),
    keep: ({ sequence, state }) => keep(writer, sequence, state),
    close: () => close(writer),
  };
}

function append(writer: Writer, entry: unknown): number {
  writer.sequence += 1;
  if (writer.failure !== null) return writer.sequence;
  const text = payloadText(entry);
  let batch = writer.batches.at(-1);
  if (batch === undefined || batch.isClosed) {
    batch = emptyBatch(writer.sequence);
    writer.batches.push(batch);
  }
  addEntry(batch, text);
  writer.backlogBytes += text.length + 1;
  if (writer.backlogBytes > writer.bounds.backlogBytes) {
    fail(
      writer,
      new JournalError("stalled", `${writer.disk.folder}: the disk does not take what is appended; look at its load, then start again`),
    );
  }
  start(writer);
  return writer.sequence;
}

/** Begins to write, once the caller's turn is over, so that all that it appends goes together. */
function start(writer: Writer): void {
  if (writer.isWriting) return;
  writer.isWriting = true;
  void Promise.resolve().then(() => writeAll(writer));
}

async function writeAll(writer: Writer): Promise<void> {
  for (let batch = writer.batches.shift(); batch !== undefined && writer.failure === null; batch = writer.batches.shift()) {
    try {
      await writeBatch(writer, batch);
    } catch (error) {
      fail(writer, error);
    }
    if (writer.failure === null) settle(writer);
  }
  writer.isWriting = false;
}

async function writeBatch(writer: Writer, batch: Batch): Promise<void> {
  const { bounds, disk, header, segment } = writer;
  if (segment.bytes >= bounds.segmentBytes && segment.first < batch.first) {
    await segment.file.close();
    Object.assign(writer, await createSegment(disk, header, writer.end));
  }
  const bytes = batch.bytes.subarray(0, batch.used);
  const hash = sealFrame(bytes, batch.first, writer.link);
  await writer.segment.file.write(bytes);
  await writer.segment.file.sync();
  writer.segment.bytes += bytes.length;
  writer.backlogBytes -= batch.used - FRAME_HEADER_BYTES;
  writer.end = { sequence: lastOf(batch), hash };
  writer.link = hash;
}

/** A new segment, durable with its name, for the entries behind `end`. */
export async function createSegment(disk: Disk, header: JournalHeader, end: ChainEnd): Promise<JournalTail> {
  const { bytes, link } = segmentStart(header, end);
  const first = end.sequence + 1;
  const file = await disk.create(segmentName(first));
  await file.write(bytes);
  await file.sync();
  await disk.syncFolder();
  return { header, end, link, segment: { file, first, bytes: bytes.length } };
}

function settle(writer: Writer): void {
  const { waiters, end } = writer;
  writer.waiters = waiters.filter(({ sequence }) => sequence > end.sequence);
  for (const { sequence, resolve } of waiters) if (sequence <= end.sequence) resolve({ ok: true, value: end });
}

function fail(writer: Writer, error: unknown): void {
  const failure = failureOf(error, writer.disk.folder);
  writer.failure = failure;
  writer.tellFailure(failure);
  for (const { resolve } of writer.waiters) resolve({ ok: false, failure });
  writer.waiters = [];
  writer.batches = [];
}

async function whenDurable(writer: Writer, sequence: number): Promise<Answer<null>> {
  const end = await chainPast(writer, sequence);
  return end.ok ? DONE : end;
}

/** The chain when the entry and all before it have become durable. */
function chainPast(writer: Writer, sequence: number): Promise<Answer<ChainEnd>> {
  if (sequence > writer.sequence) throw new Error(`entry ${sequence} was never appended`);
  if (sequence <= writer.end.sequence) return Promise.resolve({ ok: true, value: writer.end });
  if (writer.failure !== null) return Promise.resolve({ ok: false, failure: writer.failure });
  return new Promise((resolve) => writer.waiters.push({ sequence, resolve }));
}

/** No entry that is appended later goes into the same frame as those before, so that the chain has an end here. */
async function keep(writer: Writer, sequence: number, state: Uint8Array): Promise<Answer<null>> {
  const { disk, bounds, batches } = writer;
  if (sequence !== writer.sequence) throw new Error(`a snapshot of entry ${sequence} after entry ${writer.sequence}`);
  const last = batches.at(-1);
  if (last !== undefined) last.isClosed = true;
  const end = await chainPast(writer, sequence);
  if (!end.ok) return end;
  const kept = await attempt(disk.folder, () => keepSnapshot(disk, bounds.retainedBytes, { end: end.value, state }));
  return kept.ok ? DONE : kept;
}

async function close(writer: Writer): Promise<Answer<null>> {
  const durable = await whenDurable(writer, writer.sequence);
  const closed = await attempt(writer.disk.folder, () => writer.segment.file.close());
  return durable.ok && !closed.ok ? closed : durable;
}
