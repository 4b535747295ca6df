/** What of a journal is removed: segments that the older of the two snapshots does not need, the oldest first, while all together are too large. */
import type { Disk } from "./disk.ts";
import { segmentsAmong, snapshotsAmong } from "./names.ts";
import { type Snapshot, writeSnapshot } from "./snapshot.ts";

/** Keeps a snapshot, then removes segments until those that are left have at most `retainedBytes`. */
export async function keepSnapshot(disk: Disk, retainedBytes: number, snapshot: Snapshot): Promise<void> {
  await writeSnapshot(disk, snapshot);
  const names = await disk.list();
  const oldest = snapshotsAmong(names).at(-1)?.sequence ?? 0;
  const segments = segmentsAmong(names);
  const sizes = await Promise.all(segments.map(({ name }) => disk.size(name)));
  let bytes = sizes.reduce((sum, size) => sum + size, 0);
  for (const [index, { name }] of segments.entries()) {
    const next = segments[index + 1];
    if (bytes <= retainedBytes || next === undefined || next.sequence > oldest) return;
    await disk.remove(name);
    bytes -= sizes[index] ?? 0;
  }
}
