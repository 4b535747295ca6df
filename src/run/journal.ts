/** What a backtest writes into a journal: who it is, then its records as they are made, then its end (one entry a frame). */
import type { RecordLog } from "../engine/log.ts";
import { encodeFrame } from "../journal/frame.ts";
import { encodePayload } from "../journal/payload.ts";
import type { JournalSink } from "../journal/sink.ts";
import type { RunIdentity } from "./identity.ts";
import type { EndRecord } from "./outcome.ts";
import { runRecord, type Units } from "./records.ts";

export interface JournalWriter {
  /** Appends those of the run's records that have not been. */
  write(log: RecordLog): void;
  end(record: EndRecord): void;
}

export function journalWriter(sink: JournalSink, identity: RunIdentity, units: Units): JournalWriter {
  let sequence = 0;
  let written = 0;
  const append = (entry: unknown): void => {
    sequence += 1;
    sink.append(encodeFrame({ sequence, payload: encodePayload(entry) }));
  };
  append({ event: "begin", ...identity });
  return {
    write: (log) => {
      for (; written < log.length; written++) append(runRecord(log.at(written), units));
    },
    end: append,
  };
}
