/** What a backtest writes into a journal: who it is, then its records as they are made, then its end. */
import type { RecordLog } from "../engine/log.ts";
import type { Graph } from "../graph/nodes.ts";
import type { Journal } from "../journal/writer.ts";
import type { RunIdentity } from "./identity.ts";
import type { EndRecord } from "./outcome.ts";
import { runRecord, type Units } from "./records.ts";

/** What a run needs of a journal. Its failures are told when it is closed. */
export type RunJournal = Pick<Journal, "append" | "whenRoom">;

/** What the journal of a backtest is of, so that it can be run again from the journal and the data alone. */
export interface BacktestHeader {
  readonly kind: "backtest";
  readonly graph: Graph;
}

export interface JournalWriter {
  /** Appends those of the run's records that have not been; resolves when there is room for more. */
  write(log: RecordLog): Promise<void>;
  end(record: EndRecord): void;
}

export function journalWriter(journal: RunJournal, identity: RunIdentity, units: Units): JournalWriter {
  let written = 0;
  journal.append({ event: "begin", ...identity });
  return {
    write: async (log) => {
      for (; written < log.length; written++) journal.append(runRecord(log.at(written), units));
      await journal.whenRoom();
    },
    end: (record) => {
      journal.append(record);
    },
  };
}
