/** What stands around a live run: its journal, and the ways in for people at other terminals. */
import type { Control } from "../adapters/control/socket.ts";
import type { JournalBounds } from "../journal/writer.ts";
import { forgetful, type LiveBeginning, type LiveEntry, type LiveJournal } from "../run/live/journal.ts";
import type { Runner } from "../run/live/runner.ts";
import { watchStanding } from "../run/live/standing.ts";
import { journalFailure, usageFailure } from "./failure.ts";
import type { Terminal } from "./terminal.ts";

export interface Operations {
  readonly journal: LiveJournal;
  readonly see: (entry: LiveEntry) => void;
  /** Lets people reach the run, and ends it where its journal can take no more. */
  readonly attend: (runner: Runner) => Promise<void>;
  readonly end: () => void;
}

export interface OperationsInput {
  /** The journal's folder. Without one nothing is kept, and the run is reached by signals alone. */
  readonly journal: string | undefined;
  readonly bounds: JournalBounds;
}

export async function openOperations(input: OperationsInput, beginning: LiveBeginning, terminal: Terminal): Promise<Operations> {
  const { journal: folder, bounds } = input;
  if (folder === undefined) {
    return { journal: forgetful(), see: () => undefined, attend: () => Promise.resolve(), end: () => undefined };
  }
  const { openLiveJournal } = await import("../adapters/files/live-journal.ts");
  const { openControl } = await import("../adapters/control/socket.ts");
  const opened = await openLiveJournal(folder, beginning, bounds);
  if (!opened.ok) throw journalFailure(opened.failure);
  const { journal, reading, release, failed } = opened.value;
  if (reading !== null) throw usageFailure(`--journal: ${folder} is not empty: a journal is never written over.`);
  const standing = watchStanding();
  let control: Control | null = null;
  return {
    journal,
    see: standing.see,
    attend: async (runner) => {
      void failed.then(() => runner.stop());
      const listening = await openControl(folder, (request) => {
        if (request.ask === "command") runner.command({ command: request.command, reason: request.reason });
        return standing.now();
      });
      if (listening.ok) control = listening.value;
      else terminal.note(`warning: \`stratc kill\` cannot reach this run: ${listening.failure.message}\n`);
    },
    end: () => {
      control?.close();
      release();
    },
  };
}
