/** `stratc kill`, `resume` and `status`: what a person asks of a run at another terminal. */
import type { ControlRequest } from "../adapters/control/socket.ts";
import { instantText } from "../values/instant.ts";
import { type Command, type CommonFlags, writeJson } from "./command.ts";
import { CommandFailure, type ExitCode, sentence } from "./failure.ts";
import type { Terminal } from "./terminal.ts";

interface ControlFlags extends CommonFlags {
  readonly journal: string;
}

interface ReasonFlags extends ControlFlags {
  readonly reason: string;
}

const REASON = { type: "string", requiresArg: true, default: "asked at a terminal", describe: "Why, for the journal" } as const;
const JOURNAL = { type: "string", describe: "Folder of the run's journal" } as const;

export const killCommand: Command<ReasonFlags & { readonly flatten: boolean }> = {
  command: "kill <journal>",
  describe: "Stop a run from trading, at once",
  flags: (yargs) =>
    yargs
      .positional("journal", JOURNAL)
      .options({ flatten: { type: "boolean", default: false, describe: "Close what is held, too" }, reason: REASON })
      .example("$0 kill runs/today --flatten", "# cancel everything, sell everything"),
  run: ({ journal, flatten, reason, json }, terminal) =>
    ask(journal, { ask: "command", command: flatten ? "flatten" : "kill", reason }, json, terminal),
};

export const resumeCommand: Command<ReasonFlags> = {
  command: "resume <journal>",
  describe: "Let a run trade again that was killed or halted",
  flags: (yargs) => yargs.positional("journal", JOURNAL).options({ reason: REASON }),
  run: ({ journal, reason, json }, terminal) => ask(journal, { ask: "command", command: "resume", reason }, json, terminal),
};

export const statusCommand: Command<ControlFlags> = {
  command: "status <journal>",
  describe: "Say how a run stands",
  flags: (yargs) => yargs.positional("journal", JOURNAL),
  run: ({ journal, json }, terminal) => ask(journal, { ask: "status" }, json, terminal),
};

async function ask(journal: string, request: ControlRequest, json: boolean, terminal: Terminal): Promise<ExitCode> {
  const { askRun } = await import("../adapters/control/socket.ts");
  const answer = await askRun(journal, request);
  if (!answer.ok) {
    const help = answer.failure.code === "no_run" ? ["Name the folder that `stratc run --journal` was given."] : [];
    throw new CommandFailure(3, "run_unreachable", sentence(answer.failure.message), help);
  }
  const { mode, reason, instant, orders, rejected, fills } = answer.value;
  const time = instant === null ? null : instantText(instant);
  if (json) writeJson(terminal, { ok: true, mode, reason, instant: time, orders, rejected, fills });
  else {
    const why = reason === "" ? "" : ` (${reason})`;
    terminal.write(`${mode}${why}; ${time ?? "before the first bar"}; ${orders} orders, ${rejected} of them rejected, ${fills} fills\n`);
  }
  return 0;
}
