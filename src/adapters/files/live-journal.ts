/** The journals of live runs, in folders of this machine. */
import type { Disk } from "../../journal/disk.ts";
import { type JournalReading, journalEntries, readJournal } from "../../journal/reading.ts";
import type { JournalBounds } from "../../journal/writer.ts";
import type { Answer, OutsideFailure } from "../../market/outside.ts";
import type { LiveBeginning, LiveEntry, LiveJournal, LiveJournalReading } from "../../run/live/journal.ts";
import { folderDisk } from "./disk.ts";
import { holdFolder, openJournal } from "./journal.ts";

/** What every segment says of a live run. */
interface LiveHeader {
  readonly kind: "live";
  readonly beginning: LiveBeginning;
}

interface Opened {
  readonly journal: LiveJournal;
  /** What was in it; null where it was begun. */
  readonly reading: LiveJournalReading | null;
  /** What people should know although the journal is good. */
  readonly notes: readonly string[];
  /** Resolves when the journal can take no more. */
  readonly failed: Promise<OutsideFailure>;
}

export interface OpenLiveJournal extends Opened {
  /** Lets others write it. */
  readonly release: () => void;
}

/** Continues the journal in `folder`, or begins one there, and holds it: no other process can write it meanwhile. */
export async function openLiveJournal(folder: string, beginning: LiveBeginning, bounds: JournalBounds): Promise<Answer<OpenLiveJournal>> {
  const held = await holdFolder(folder);
  if (!held.ok) return held;
  const { disk, release } = held.value;
  const opened = await open(disk, beginning, bounds);
  if (opened.ok) return { ok: true, value: { ...opened.value, release } };
  release();
  return opened;
}

async function open(disk: Disk, beginning: LiveBeginning, bounds: JournalBounds): Promise<Answer<Opened>> {
  const opened = await openJournal(disk, { kind: "live", beginning } satisfies LiveHeader, bounds);
  if (!opened.ok) return opened;
  const { journal, reading } = opened.value;
  if (reading === null) return { ok: true, value: { journal, reading, notes: [], failed: journal.failed } };
  const live = liveReading(disk, reading);
  if (live !== null) return { ok: true, value: { journal, reading: live, notes: reading.notes, failed: journal.failed } };
  await journal.close();
  return { ok: false, failure: notLive(disk) };
}

function notLive({ folder }: Disk): OutsideFailure {
  const message = `${folder} holds the journal of a backtest: name another folder`;
  return { class: "fatal", code: "journal_not_empty", message, retryAfter: null };
}

/** All that is left of a live run's journal: from its first entry on, or behind its first snapshot where that is gone. */
export async function wholeReading(folder: string): Promise<Answer<LiveJournalReading>> {
  const disk = folderDisk(folder);
  const read = await readJournal(disk, "oldest");
  if (!read.ok) return read;
  const live = liveReading(disk, read.value);
  return live === null ? { ok: false, failure: notLive(disk) } : { ok: true, value: live };
}

/** A journal as that of a live run; null where it is of something else. */
export function liveReading(disk: Disk, reading: JournalReading): LiveJournalReading | null {
  const { header, snapshot } = reading;
  if (header.kind !== "live") return null;
  return {
    beginning: (header as object as LiveHeader).beginning,
    snapshot: snapshot === null ? null : { sequence: snapshot.end.sequence, state: snapshot.state },
    // The checksums vouch for what `LiveJournal.append` took.
    entries: (sequence) => journalEntries(disk, reading, sequence) as AsyncIterable<{ sequence: number; entry: LiveEntry }>,
  };
}
