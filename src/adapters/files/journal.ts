/** Journals in folders of this machine: begun, continued, and one writer at a time. */
import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Disk } from "../../journal/disk.ts";
import { type ContinuedJournal, continueJournal, createJournal } from "../../journal/open.ts";
import { attempt, JournalError } from "../../journal/problem.ts";
import type { JournalHeader } from "../../journal/segment.ts";
import { JOURNAL_BOUNDS, type Journal, type JournalBounds } from "../../journal/writer.ts";
import type { Answer } from "../../market/outside.ts";
import { folderDisk } from "./disk.ts";
import { makeFolder } from "./folder.ts";
import { lockFolder } from "./lock.ts";

/** Begins a journal in `folder`, which is made if it does not exist and must be empty. */
export async function beginJournal(folder: string, header: JournalHeader): Promise<Answer<Journal>> {
  const made = await attempt(folder, async () => {
    makeFolder(folder);
    if (readdirSync(folder).length > 0) throw new JournalError("not_empty", `${folder} is not empty: a journal is never written over`);
  });
  return made.ok ? createJournal(folderDisk(folder), header, JOURNAL_BOUNDS) : made;
}

/** Takes back what was begun: the folder is empty again. */
export function discardJournal(folder: string): void {
  for (const name of readdirSync(folder)) rmSync(join(folder, name));
}

/** A folder that this process alone writes until it lets go, or ends. */
export interface HeldFolder {
  readonly disk: Disk;
  readonly release: () => void;
}

/** Makes a folder if it is not there, and holds it. */
export function holdFolder(folder: string): Promise<Answer<HeldFolder>> {
  return attempt(folder, async () => {
    makeFolder(folder);
    const lock = lockFolder(folder);
    if (lock.ok) return { disk: folderDisk(folder), release: lock.release };
    throw new JournalError("in_use", `process ${lock.pid} writes the journal in ${folder}: stop it first, or name another folder`);
  });
}

/** Continues the journal of a folder that is held, or begins it where there is none. */
export async function openJournal(disk: Disk, header: JournalHeader, bounds: JournalBounds): Promise<Answer<OpenedJournal>> {
  const continued = await continueJournal(disk, bounds);
  if (continued.ok || continued.failure.code !== "journal_missing") return continued;
  const created = await createJournal(disk, header, bounds);
  return created.ok ? { ok: true, value: { journal: created.value, reading: null } } : created;
}

/** `reading` is null where the journal was begun. */
export type OpenedJournal = ContinuedJournal | { readonly journal: Journal; readonly reading: null };
