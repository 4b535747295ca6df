/**
 * Snapshots: what a journal's reader had become after an entry, so that the entries before need not be read again. A file holds one frame, whose
 * `previous` is the hash of the journal's frame that ends with that entry; what its bytes mean is the reader's matter. It is written beside its
 * place and renamed into it, and the one before is kept.
 */
import type { Disk } from "./disk.ts";
import { encodeFrame, FRAME_HEADER_BYTES, frameAt } from "./frame.ts";
import { snapshotName, snapshotsAmong } from "./names.ts";
import type { ChainEnd } from "./segment.ts";

export interface Snapshot {
  /** The chain at the last entry that is in it. */
  readonly end: ChainEnd;
  readonly state: Uint8Array;
}

const SNAPSHOTS_KEPT = 2;
const PARTIAL = "snapshot.partial";

/** Resolves when the snapshot is durable and all but the last two are gone. */
export async function writeSnapshot(disk: Disk, { end, state }: Snapshot): Promise<void> {
  if ((await disk.list()).includes(PARTIAL)) await disk.remove(PARTIAL);
  const file = await disk.create(PARTIAL);
  await file.write(encodeFrame({ sequence: end.sequence, previous: end.hash, payload: state }));
  await file.sync();
  await file.close();
  await disk.rename(PARTIAL, snapshotName(end.sequence));
  await disk.syncFolder();
  for (const { name } of snapshotsAmong(await disk.list()).slice(SNAPSHOTS_KEPT)) await disk.remove(name);
}

/** Null where the file is not whole. */
export async function readSnapshot(disk: Disk, name: string): Promise<Snapshot | null> {
  const bytes = await disk.read(name);
  const frame = frameAt(bytes, 0);
  if (frame === null || FRAME_HEADER_BYTES + frame.payload.length !== bytes.length || snapshotName(frame.sequence) !== name) return null;
  return { end: { sequence: frame.sequence, hash: frame.previous }, state: frame.payload };
}
