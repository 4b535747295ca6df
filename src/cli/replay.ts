/** `stratc replay`: runs what a journal is of again, and says whether every decision comes out the same. */
import { graphFromJson } from "../graph/json.ts";
import type { LaneBackend } from "../graph/kernel.ts";
import type { Graph } from "../graph/nodes.ts";
import type { EntryDifference } from "../journal/difference.ts";
import type { Disk } from "../journal/disk.ts";
import type { JournalReading } from "../journal/reading.ts";
import type { JournalEntry } from "../journal/segment.ts";
import type { RunIdentity } from "../run/identity.ts";
import type { BacktestHeader } from "../run/journal.ts";
import type { LiveJournalReading } from "../run/live/journal.ts";
import { type BackendName, backendNamed } from "./backends.ts";
import { type Command, type CommonFlags, writeJson } from "./command.ts";
import { configOptions } from "./config-flags.ts";
import { addDataFlags, DATA_FLAG, type DataFlags, FILLS_FLAG } from "./data-flags.ts";
import { openAll, openFiner } from "./datasets.ts";
import { CommandFailure, type ExitCode, journalFailure, runFailure } from "./failure.ts";
import type { Terminal } from "./terminal.ts";

interface ReplayFlags extends CommonFlags, DataFlags {
  readonly journal: string;
  readonly data: readonly string[];
  readonly fills: readonly string[];
  readonly backend: BackendName;
}

export const replayCommand: Command<ReplayFlags> = {
  command: "replay <journal>",
  describe: "Run a journal's run again and compare every decision",
  flags: (yargs) =>
    addDataFlags(
      yargs
        .positional("journal", { type: "string", describe: "Folder of a journal" })
        .options({
          data: { ...DATA_FLAG, describe: "Of a backtest's journal: its bars, as for `backtest`; a live run's journal has its own" },
          fills: { ...FILLS_FLAG, describe: "Of a backtest's journal: its finer bars, as for `backtest`" },
          ...configOptions(["backend"]),
        })
        .example("$0 replay runs/today", "# does it come out the same?"),
    ),
  run: async (flags, terminal) => {
    const { folderDisk } = await import("../adapters/files/disk.ts");
    const { liveReading } = await import("../adapters/files/live-journal.ts");
    const { readJournal } = await import("../journal/reading.ts");
    const disk = folderDisk(flags.journal);
    const read = await readJournal(disk, "oldest");
    if (!read.ok) throw journalFailure(read.failure);
    const { notes, snapshot } = read.value;
    for (const note of notes) terminal.note(`note: ${note}\n`);
    if (snapshot !== null)
      terminal.note(`note: the entries up to ${snapshot.end.sequence} are gone; the run goes on from its state there\n`);
    const live = liveReading(disk, read.value);
    const outcome =
      live === null ? await again(disk, read.value, flags, terminal) : await retraced(live, await backendNamed(flags.backend));
    return present(outcome, flags.json, terminal);
  },
};

interface Outcome {
  readonly entries: number;
  readonly difference: EntryDifference | null;
}

async function retraced(reading: LiveJournalReading, backend: LaneBackend): Promise<Outcome> {
  const { liveRun } = await import("../run/live/live-run.ts");
  const { retrace } = await import("../run/live/retrace.ts");
  const { beginning } = reading;
  const graphs = beginning.strategies.map(({ graph }) => graphIn(graph));
  const { inputs, records, difference } = await retrace(reading, (tell) => liveRun(beginning, graphs, backend, tell));
  return { entries: inputs + records, difference };
}

async function again(disk: Disk, reading: JournalReading, flags: ReplayFlags, terminal: Terminal): Promise<Outcome> {
  const { journalEntries } = await import("../journal/reading.ts");
  const { backtestAgain } = await import("../run/again.ts");
  const { graph } = reading.header as object as BacktestHeader;
  const entries = () => journalEntries(disk, reading, 0);
  const identity = await firstEntry(entries());
  const sources = await openAll(graph, flags.data, flags, terminal);
  const fills = flags.fills.length === 0 ? {} : { fills: await openFiner(graph, flags.fills, flags, terminal) };
  const backend = await backendNamed(flags.backend);
  const result = await backtestAgain({ graph, identity, entries, sources, ...fills, backend });
  if (!result.ok) throw runFailure(result.failure);
  return result;
}

async function firstEntry(entries: AsyncIterable<JournalEntry>): Promise<RunIdentity> {
  for await (const { entry } of entries) return entry as RunIdentity;
  throw new CommandFailure(1, "journal_invalid", "The journal has no entry: its run ended before it began.");
}

/** The graph that a journal holds. */
export function graphIn(text: string): Graph {
  const { graph, problems } = graphFromJson(text);
  if (graph !== undefined) return graph;
  throw new CommandFailure(1, "journal_invalid", `The journal's graph is not one that this stratc knows: ${problems[0]}.`);
}

/** What is said of the `count` entries before the first that differs. */
function saidBefore(count: number): string {
  if (count === 0) return "";
  return count === 1 ? "; the entry before is the same" : `; the ${count} entries before are the same`;
}

function present({ entries, difference }: Outcome, json: boolean, terminal: Terminal): ExitCode {
  if (json) writeJson(terminal, { ok: difference === null, entries, ...(difference === null ? {} : { difference }) });
  else if (difference === null) terminal.write(`${entries === 1 ? "1 entry" : `${entries} entries, each`} the same again\n`);
  else {
    const { sequence, field, journal, now } = difference;
    const place = field === "" ? `entry ${sequence}` : `entry ${sequence}, ${field}`;
    terminal.write(`${place}: the journal has ${said(journal)}, now it is ${said(now)}${saidBefore(entries)}\n`);
  }
  return difference === null ? 0 : 1;
}

function said(value: unknown): string {
  return value === undefined ? "nothing" : JSON.stringify(value);
}
