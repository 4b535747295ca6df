/** Begins and continues journals. */
import type { Answer } from "../market/outside.ts";
import type { Disk } from "./disk.ts";
import { NO_HASH } from "./frame.ts";
import { segmentsAmong, snapshotsAmong } from "./names.ts";
import { attempt, JournalError } from "./problem.ts";
import { type JournalReading, scan } from "./reading.ts";
import type { JournalHeader } from "./segment.ts";
import { createSegment, type Journal, type JournalBounds, journalWriter } from "./writer.ts";

/** Begins a journal where there is none. One whose beginning was interrupted is none. */
export function createJournal(disk: Disk, header: JournalHeader, bounds: JournalBounds): Promise<Answer<Journal>> {
  return attempt(disk.folder, async () => {
    await removeUnbegun(disk);
    return journalWriter(disk, bounds, await createSegment(disk, header, { sequence: 0, hash: NO_HASH }));
  });
}

async function removeUnbegun(disk: Disk): Promise<void> {
  const names = await disk.list();
  const [first, ...others] = segmentsAmong(names);
  if (first === undefined) return;
  const taken = new JournalError("not_empty", `${disk.folder} holds a journal: continue it, or name another folder`);
  if (others.length > 0 || first.sequence !== 1 || snapshotsAmong(names).length > 0) throw taken;
  const isBegun = await scan(disk, "oldest").then(
    () => true,
    (error: unknown) => !(error instanceof JournalError && error.problem === "missing"),
  );
  if (isBegun) throw taken;
  await disk.remove(first.name);
}

/** A journal that is continued: what was in it, from the last good snapshot on, and its writer. */
export interface ContinuedJournal {
  readonly reading: JournalReading;
  readonly journal: Journal;
}

/** Continues a journal behind its last whole entry; the bytes of an interrupted writing are cut off. */
export function continueJournal(disk: Disk, bounds: JournalBounds): Promise<Answer<ContinuedJournal>> {
  return attempt(disk.folder, async () => {
    const reading = await scan(disk, "newest");
    const { header, end, link, segments, torn } = reading;
    const tail = segments.at(-1);
    if (tail === undefined) throw new Error("a journal without segments");
    if (torn !== null && torn.at === 0) await disk.remove(torn.name);
    else if (torn !== null) await disk.truncate(torn.name, torn.at);
    const segment = { file: await disk.open(tail.name), first: tail.first, bytes: tail.bytes };
    return { reading, journal: journalWriter(disk, bounds, { header, end, link, segment }) };
  });
}
