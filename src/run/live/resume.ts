/** A run that was interrupted, as its journal has it: every input is consumed again, and must lead to what it led to before. */
import type { LaneBackend } from "../../graph/kernel.ts";
import type { Graph } from "../../graph/nodes.ts";
import type { EntryDifference } from "../../journal/difference.ts";
import type { LiveJournalReading } from "./journal.ts";
import { type LiveRun, liveRun } from "./live-run.ts";
import type { LiveRecord } from "./record.ts";
import { retrace } from "./retrace.ts";

export interface Resumed {
  /** The entry that its last snapshot stands for; 0 where there is none. */
  readonly snapshot: number;
  /** The end of the last instant that was consumed; null before the first. */
  readonly lastEnd: LiveRun["lastEnd"];
  /** What follows from the last input and did not come into the journal. */
  readonly unwritten: readonly LiveRecord[];
  /** The run; what follows from further inputs is told to `tell`. */
  readonly goOn: (tell: (record: LiveRecord) => void) => LiveRun;
}

export type Resumption =
  | { readonly ok: true; readonly resumed: Resumed }
  /** Something else follows than the journal says: by another version of stratc, say. */
  | { readonly ok: false; readonly difference: EntryDifference };

/** `graphs` are those of the journal's strategies, in their order. */
export async function resume(reading: LiveJournalReading, graphs: readonly Graph[], backend: LaneBackend): Promise<Resumption> {
  const { beginning } = reading;
  let listener: ((record: LiveRecord) => void) | null = null;
  const { run, unwritten, difference } = await retrace(reading, (told) =>
    liveRun(beginning, graphs, backend, (record) => (listener ?? told)(record)),
  );
  if (difference !== null) return { ok: false, difference };
  const goOn: Resumed["goOn"] = (tell) => {
    listener = tell;
    return run;
  };
  return { ok: true, resumed: { snapshot: reading.snapshot?.sequence ?? 0, lastEnd: run.lastEnd, unwritten, goOn } };
}
