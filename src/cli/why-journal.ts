/** `stratc why` of a live run's journal: it holds the inputs and the graphs, so neither data nor the strategy's file is asked for. */
import { type Answer, answerOf } from "../language/why/answer.ts";
import { nodesOf } from "../language/why/conditions.ts";
import { graphParts } from "../language/why/graph-parts.ts";
import { failureOf } from "../run/failure.ts";
import { inquireJournal, type JournalFindings, type JournalInquiry } from "../run/why/live.ts";
import { instantText } from "../values/instant.ts";
import { instant } from "../values/quantity.ts";
import { type BackendName, backendNamed } from "./backends.ts";
import { CommandFailure, journalFailure, runFailure, usageFailure } from "./failure.ts";
import { graphIn } from "./replay.ts";
import { instantOf } from "./settings.ts";
import type { Terminal } from "./terminal.ts";
import { noteOther, outsideData } from "./why-time.ts";

interface JournalFlags {
  readonly subject: string;
  readonly at: string;
  readonly backend: BackendName;
  readonly data: readonly string[];
  readonly param: readonly string[];
}

export async function journalAnswers(flags: JournalFlags, terminal: Terminal): Promise<readonly Answer[]> {
  if (flags.data.length > 0 || flags.param.length > 0)
    throw usageFailure("A journal has its own data and parameters: leave --data and --param out.");
  const { folderDisk } = await import("../adapters/files/disk.ts");
  const { liveReading } = await import("../adapters/files/live-journal.ts");
  const { readJournal } = await import("../journal/reading.ts");
  const disk = folderDisk(flags.subject);
  const read = await readJournal(disk, "oldest");
  if (!read.ok) throw journalFailure(read.failure);
  const reading = liveReading(disk, read.value);
  if (reading === null) {
    throw usageFailure(`${flags.subject} is the journal of a backtest.`, [
      "Ask of its strategy and data: `stratc why FILE --data … --at TIME`.",
    ]);
  }
  if (reading.snapshot !== null)
    terminal.note(`note: the entries up to ${reading.snapshot.sequence} are gone, and with them the values of conditions\n`);
  const graphs = reading.beginning.strategies.map(({ graph: text }) => {
    const graph = graphIn(text);
    const parts = graphParts(graph);
    return { graph, parts, wanted: parts.map(nodesOf) };
  });
  const at = instantOf("--at", flags.at, graphs[0]?.graph.calendar ?? "nyse");
  const result = await inquired({ reading, graphs, backend: await backendNamed(flags.backend), at });
  if (!result.ok) {
    if (result.first === null) throw new CommandFailure(1, "outside_data", `${flags.subject} has no bar yet.`);
    throw outsideData(flags.at, `the first bar of the run ends at ${instantText(instant(result.first))}`);
  }
  const [first] = result.findings;
  if (first !== undefined) noteOther(flags.at, at, first.place, terminal);
  return result.findings.map((findings, index) => answerOf(findings, graphs[index]?.parts ?? [], () => 0));
}

async function inquired(inquiry: JournalInquiry): Promise<JournalFindings> {
  try {
    return await inquireJournal(inquiry);
  } catch (error) {
    const [first] = inquiry.graphs;
    const failure = first === undefined ? null : failureOf(error, first.graph);
    throw failure === null ? error : runFailure(failure);
  }
}
