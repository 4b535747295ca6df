/** `stratc explain`: reads a strategy back in plain English, or says what a diagnostic's code means. */
import { type Command, type CommonFlags, writeJson } from "./command.ts";
import { configOptions } from "./config-flags.ts";
import type { ExitCode } from "./failure.ts";
import { cashText } from "./settings.ts";
import type { Terminal } from "./terminal.ts";

interface ExplainFlags extends CommonFlags {
  readonly subject?: string;
  readonly cash: string;
}

/** As it is written, or pasted with what stands around it. */
const CODE = /^(?:error\[|warning\[)?[a-z]?\d+\]?$/i;

export const explainCommand: Command<ExplainFlags> = {
  command: "explain [subject]",
  describe: "Read a strategy back in plain English, or say what a diagnostic's code means",
  flags: (yargs) =>
    yargs
      .positional("subject", { type: "string", describe: "Strategy file, or a code such as E0301; without it all codes are listed" })
      .options(configOptions(["cash"]))
      .example("$0 explain strategies/sma_cross.strat", "# what it trades, when, and within which limits")
      .example("$0 explain E0301", "# what is wrong, why it matters, how to mend it"),
  run: async ({ subject, cash, json }, terminal) => {
    if (subject !== undefined && !CODE.test(subject)) return explainFile(subject, Number(cashText(cash)), json, terminal);
    const { explainCode, listCodes } = await import("./explain-code.ts");
    if (subject === undefined) listCodes(json, terminal);
    else explainCode(subject, json, terminal);
    return 0;
  },
};

async function explainFile(path: string, cash: number, json: boolean, terminal: Terminal): Promise<ExitCode> {
  const { compiledParts, fileAt } = await import("./source.ts");
  const compiled = compiledParts(path, json, terminal);
  if (compiled === undefined) return 1;
  const { explanationOf } = await import("../language/explanation/explanation.ts");
  const { explanationText } = await import("../language/explanation/text.ts");
  const explanation = explanationOf(compiled, fileAt(path), cash);
  if (json) writeJson(terminal, { ok: true, ...explanation });
  else terminal.write(explanationText(explanation));
  return 0;
}
