/**
 * Consumes the inputs of a journal again and compares what follows from them with what the journal says followed. The same serves `stratc replay`,
 * which wants to know the first difference, and recovery, which wants the run as it was.
 */
import { asRead, type Difference, type EntryDifference, firstDifference } from "../../journal/difference.ts";
import type { LiveEntry, LiveJournalReading } from "./journal.ts";
import type { LiveRun } from "./live-run.ts";
import type { LiveRecord } from "./record.ts";

/** A run that tells its records to whoever retraces it. */
export type RunOf = (tell: (record: LiveRecord) => void) => LiveRun;

export interface Retraced {
  readonly run: LiveRun;
  readonly inputs: number;
  readonly records: number;
  /** Records that follow from the last input and that an interruption kept out of the journal. */
  readonly unwritten: readonly LiveRecord[];
  /** Null where every record came again. Nothing behind the first was consumed. */
  readonly difference: EntryDifference | null;
}

/** Retraces the entries behind the reading's snapshot, or all. `open` gives the run before its first input. */
export async function retrace(reading: LiveJournalReading, open: RunOf): Promise<Retraced> {
  const { snapshot } = reading;
  const told: LiveRecord[] = [];
  const run = open((record) => told.push(record));
  if (snapshot !== null) run.restore(snapshot.state);
  let [inputs, records] = [0, 0];
  for await (const { sequence, entry } of reading.entries(snapshot?.sequence ?? 0)) {
    const difference = entry.entry === "begin" ? null : step(run, told, entry);
    if (difference !== null) return { run, inputs, records, unwritten: [], difference: { sequence, ...difference } };
    if (entry.entry === "input") inputs += 1;
    if (entry.entry === "record") records += 1;
  }
  return { run, inputs, records, unwritten: told, difference: null };
}

/** An input is consumed once all that followed from the one before was in the journal; a record must be the next of those. */
function step(run: LiveRun, told: LiveRecord[], entry: Exclude<LiveEntry, { entry: "begin" }>): Difference | null {
  const [next] = told;
  if (entry.entry === "record") {
    told.shift();
    return firstDifference(entry.record, asRead(next), "record");
  }
  if (next !== undefined) return { field: "", journal: undefined, now: asRead(next) };
  run.consume(entry.input);
  return null;
}
