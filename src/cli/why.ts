/** `stratc why`: for one bar, which sub-conditions of each rule held, with what values, and why it did or did not trade. */
import { statSync } from "node:fs";
import { lineStarts, positionAt } from "../diagnostics/position.ts";
import type { Answer } from "../language/why/answer.ts";
import type { InquiryResult } from "../run/why/inquiry.ts";
import { instantText } from "../values/instant.ts";
import { type BackendName, backendNamed } from "./backends.ts";
import { type Command, type CommonFlags, writeJson } from "./command.ts";
import { configOptions } from "./config-flags.ts";
import { ACTIONS_FLAG, addDataFlags, DATA_FLAG, type DataFlags, FILLS_FLAG, PARAM_FLAG } from "./data-flags.ts";
import { openAll, openFiner } from "./datasets.ts";
import { type ExitCode, runFailure } from "./failure.ts";
import { readText } from "./files.ts";
import { cashText, instantOf, parameterValues, periodOf } from "./settings.ts";
import type { Terminal } from "./terminal.ts";
import { covers, noteOther, outsideData } from "./why-time.ts";

interface WhyFlags extends CommonFlags, DataFlags {
  readonly subject: string;
  readonly bars?: readonly string[];
  readonly at: string;
  readonly data: readonly string[];
  readonly fills: readonly string[];
  readonly from?: string;
  readonly param: readonly string[];
  readonly cash: string;
  readonly backend: BackendName;
}

export const whyCommand: Command<WhyFlags> = {
  command: "why <subject> [bars..]",
  describe: "Say for one bar why each rule did or did not trade",
  flags: (yargs) =>
    addDataFlags(
      yargs
        .group(["at", "data", "fills", "from", "param", "cash", "backend"], "What to look at:")
        .positional("subject", { type: "string", describe: "Strategy file, or the journal's folder of a live run" })
        .positional("bars", { type: "string", array: true, describe: "More data, as with --data" })
        .options({
          at: {
            type: "string",
            requiresArg: true,
            demandOption: true,
            describe: "The last bar up to here: 2019-02-04, or an instant as 2019-02-04T15:00Z",
          },
          data: { ...DATA_FLAG, describe: "Bars, as for `backtest`; a live run's journal has its own" },
          from: { type: "string", requiresArg: true, describe: "First date or instant of the backtest: 2019-02-04" },
          param: PARAM_FLAG,
          fills: FILLS_FLAG,
          actions: ACTIONS_FLAG,
          ...configOptions(["cash", "backend"]),
        })
        .example("$0 why strategies/sma_cross.strat --data sample:sp500 --at 2019-02-04", "# what held on that day, and what did not"),
    ),
  run: async (flags, terminal) => {
    const isFolder = statSync(flags.subject, { throwIfNoEntry: false })?.isDirectory() === true;
    const answers = isFolder ? await (await import("./why-journal.ts")).journalAnswers(flags, terminal) : await fileAnswer(flags, terminal);
    return answers === undefined ? 1 : present(answers, flags.json, terminal);
  },
};

async function fileAnswer(flags: WhyFlags, terminal: Terminal): Promise<readonly Answer[] | undefined> {
  const text = readText(flags.subject);
  const { compiledParts } = await import("./source.ts");
  const compiled = compiledParts(flags.subject, flags.json, terminal);
  if (compiled === undefined) return undefined;
  const { graph, parts } = compiled;
  const { nodesOf } = await import("../language/why/conditions.ts");
  const { answerOf } = await import("../language/why/answer.ts");
  const { inquire } = await import("../run/why/inquiry.ts");
  const { hostedModels } = await import("./model-files.ts");
  const at = instantOf("--at", flags.at, graph.calendar);
  const sources = await openAll(graph, [...flags.data, ...(flags.bars ?? [])], flags, terminal);
  const result = await inquire({
    graph,
    at,
    sources,
    wanted: parts.map(nodesOf),
    parameters: parameterValues(graph, flags.param),
    cash: cashText(flags.cash),
    backend: await backendNamed(flags.backend),
    ...(flags.fills.length === 0 ? {} : { fills: await openFiner(graph, flags.fills, flags, terminal) }),
    ...periodOf(flags.from, undefined, graph.calendar),
    ...(await hostedModels(graph, flags.subject, flags.store)),
  });
  const findings = found(result, flags.at, terminal, at);
  const starts = lineStarts(text);
  return [answerOf(findings, parts, (span) => positionAt(starts, span.start).line)];
}

/** What was found out, with a note where no bar ends at the very time; a failure where the data has none there. */
function found(result: InquiryResult, said: string, terminal: Terminal, at: number) {
  if (!result.ok) {
    const { failure } = result;
    if (failure.kind !== "before_data") throw runFailure(failure);
    if (failure.first === null) throw runFailure({ kind: "no_rows", message: "no bar is left: check the dates, and regular hours" });
    throw outsideData(said, `the first bar ends at ${instantText(failure.first)}`);
  }
  const { place } = result.findings;
  if (place.next === null && at > place.last && !covers(said, place.last))
    throw outsideData(said, `the last bar ends at ${instantText(place.last)}`);
  noteOther(said, at, place, terminal);
  return result.findings;
}

async function present(answers: readonly Answer[], json: boolean, terminal: Terminal): Promise<ExitCode> {
  const { answerText } = await import("../language/why/text.ts");
  if (json) writeJson(terminal, { ok: true, strategies: answers });
  else terminal.write(answers.map(answerText).join("\n"));
  return 0;
}
