/** What stands around a live run: its journal, the ways in for people at other terminals, and what watches it. */
import type { Control } from "../adapters/control/socket.ts";
import type { OpenLiveJournal } from "../adapters/files/live-journal.ts";
import { asRead, type Difference, firstDifference } from "../journal/difference.ts";
import type { JournalBounds } from "../journal/writer.ts";
import { forgetful, type LiveBeginning, type LiveEntry, type LiveJournal, type LiveJournalReading } from "../run/live/journal.ts";
import type { Runner } from "../run/live/runner.ts";
import { type StandingWatch, watchStanding } from "../run/live/standing.ts";
import { type CommandFailure, journalFailure, usageFailure } from "./failure.ts";
import { journalBounds, type LiveFlags } from "./live-settings.ts";
import { openTelemetry } from "./telemetry.ts";
import type { Terminal } from "./terminal.ts";

export interface Operations {
  readonly journal: LiveJournal;
  /** What the journal holds of the run, where it goes on; null where it begins. */
  readonly reading: LiveJournalReading | null;
  readonly goOn: StandingWatch["goOn"];
  readonly see: (entry: LiveEntry) => void;
  /** Lets people and machines reach the run, and ends it where its journal can take no more. */
  readonly attend: (runner: Runner) => Promise<void>;
  readonly end: () => void;
}

export interface OperationsInput {
  /** The journal's folder. Without one nothing is kept, and the run is reached by signals alone. */
  readonly journal: string | undefined;
  readonly configuration: LiveFlags;
}

export async function openOperations(input: OperationsInput, beginning: LiveBeginning, terminal: Terminal): Promise<Operations> {
  const { journal: folder, configuration } = input;
  const kept = folder === undefined ? null : await journalIn(folder, journalBounds(configuration), beginning, terminal);
  const journal = kept?.journal ?? forgetful();
  const telemetry = await openTelemetry(configuration, beginning, journal, terminal);
  const standing = watchStanding();
  let control: Control | null = null;
  return {
    journal,
    reading: kept?.reading ?? null,
    goOn: standing.goOn,
    see: (entry) => {
      standing.see(entry);
      telemetry.see(entry);
    },
    attend: async (runner) => {
      void kept?.failed.then(() => runner.stop());
      if (folder !== undefined) control = await controlIn(folder, runner, standing, terminal);
      await telemetry.serve(runner);
    },
    end: () => {
      control?.close();
      telemetry.end();
      kept?.release();
    },
  };
}

async function journalIn(folder: string, bounds: JournalBounds, beginning: LiveBeginning, terminal: Terminal): Promise<OpenLiveJournal> {
  const { openLiveJournal } = await import("../adapters/files/live-journal.ts");
  const opened = await openLiveJournal(folder, beginning, bounds);
  if (!opened.ok) throw journalFailure(opened.failure);
  const { journal, reading, notes, release } = opened.value;
  const other = reading === null ? null : firstDifference(identityOf(reading.beginning), identityOf(beginning));
  if (other !== null) {
    await journal.close();
    release();
    throw otherRun(folder, other);
  }
  for (const note of notes) terminal.note(`note: ${note}\n`);
  return opened.value;
}

/** All of a beginning that must be the same where a run goes on. The hash stands for the graph. */
function identityOf({ run: _, started: __, strategies, ...rest }: LiveBeginning): unknown {
  return asRead({ ...rest, strategies: strategies.map(({ graph: _, ...strategy }) => strategy) });
}

function otherRun(folder: string, { field, journal, now }: Difference): CommandFailure {
  const [before, asked] = [journal, now].map((value) => JSON.stringify(value) ?? "nothing");
  return usageFailure(`--journal: ${folder} holds another run: its \`${field}\` is ${before}, now it is ${asked}.`, [
    "Name another folder, or give the command and configuration that it was begun with.",
  ]);
}

async function controlIn(folder: string, runner: Runner, standing: StandingWatch, terminal: Terminal): Promise<Control | null> {
  const { openControl } = await import("../adapters/control/socket.ts");
  const opened = await openControl(folder, (request) => {
    if (request.ask === "command") runner.command({ command: request.command, reason: request.reason });
    return standing.now();
  });
  if (opened.ok) return opened.value;
  terminal.note(`warning: \`stratc kill\` cannot reach this run: ${opened.failure.message}\n`);
  return null;
}
