/** `stratc data actions`: keeps splits and dividends beside the bars of their symbols. */
import { basename } from "node:path";
import type { Argv, CommandModule } from "yargs";
import { problem } from "../data/problems.ts";
import type { CorporateAction } from "../market/actions.ts";
import type { CalendarName } from "../market/calendars.ts";
import { type CommonFlags, writeJson } from "./command.ts";
import { configOptions } from "./config-flags.ts";
import { dataFailure } from "./data-flags.ts";
import { usageFailure } from "./failure.ts";
import type { Terminal } from "./terminal.ts";

interface ActionsFlags extends CommonFlags {
  readonly files: readonly string[];
  readonly symbol?: string;
  readonly calendar: CalendarName;
  readonly store: string;
  readonly replace: boolean;
}

export const importActions = (terminal: Terminal): CommandModule<object, ActionsFlags> => ({
  command: "actions <files..>",
  describe: "Read splits and dividends (CSV, or a factor file of LEAN) and keep them beside their symbols",
  builder: (yargs) =>
    yargs
      .positional("files", { type: "string", array: true, describe: "Tables: symbol,date,kind,value" })
      .option("symbol", { type: "string", requiresArg: true, describe: "Whose they are, where a table does not say it" })
      .options(configOptions(["calendar", "store"]))
      .option("replace", { type: "boolean", default: false, describe: "Take the place of what the store has" })
      .option("json", { type: "boolean", default: false, defaultDescription: "text", describe: "Print one JSON value" })
      .example("$0 data actions actions.csv", "rows such as AAPL,2014-06-09,split,7:1")
      .example("$0 data actions factor_files/aapl.csv --symbol AAPL", "a factor file of LEAN") as Argv<ActionsFlags>,
  handler: (flags) => runActions(flags, terminal),
});

async function runActions({ files, symbol, calendar, store, replace, json }: ActionsFlags, terminal: Terminal): Promise<void> {
  const { openActions, saveActions, actionsPath } = await import("../adapters/files/actions.ts");
  const { isSymbol } = await import("../adapters/parquet/store.ts");
  const all = new Map<string, readonly CorporateAction[]>();
  for (const file of files) {
    const read = await openActions(file, calendar);
    if (!read.ok) throw dataFailure(read.problems, false);
    for (const [named, actions] of read.value) {
      const owner = named === "" ? (symbol ?? nameOf(file)) : named;
      if (!isSymbol(owner)) throw usageFailure(`${file} does not say whose actions these are.`, ["--symbol AAPL says it."]);
      all.set(owner, [...(all.get(owner) ?? []), ...actions]);
    }
  }
  for (const [owner, actions] of all) {
    if (await saveActions(store, owner, actions, replace)) continue;
    throw dataFailure([problem("D110", actionsPath(store, owner), 0, `the store has actions of ${owner} already`)], false);
  }
  const counts = Object.fromEntries([...all].map(([owner, actions]) => [owner, actions.length]));
  if (json) writeJson(terminal, { ok: true, store, actions: counts });
  else for (const [owner, count] of Object.entries(counts)) terminal.write(`${owner}: ${count} actions\n`);
}

/** "factor_files/aapl.csv" gives AAPL. */
function nameOf(file: string): string {
  return (basename(file).split(".")[0] ?? "").toUpperCase();
}
