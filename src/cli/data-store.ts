/** `stratc data list` and `stratc data info`: what the store has, and where it came from. */
import type { Argv, CommandModule } from "yargs";
import type { StoreEntry } from "../adapters/parquet/store.ts";
import type { DataProblem } from "../data/problems.ts";
import { type CommonFlags, writeJson } from "./command.ts";
import { configOptions } from "./config-flags.ts";
import { describeEntry } from "./data-import.ts";
import { CommandFailure } from "./failure.ts";
import type { Terminal } from "./terminal.ts";

interface ListFlags extends CommonFlags {
  readonly store: string;
}

interface InfoFlags extends ListFlags {
  readonly symbol: string;
}

export const listData = (terminal: Terminal): CommandModule<object, ListFlags> => ({
  command: "list",
  describe: "List the datasets of the store",
  builder: (yargs) => storeFlags(yargs).example("$0 data list", "one line a symbol and width") as Argv<ListFlags>,
  handler: (flags) => runList(flags, terminal),
});

export const showData = (terminal: Terminal): CommandModule<object, InfoFlags> => ({
  command: "info <symbol>",
  describe: "Show a symbol's datasets: span, quantum, hash, and where they came from",
  builder: (yargs) =>
    storeFlags(yargs)
      .positional("symbol", { type: "string", describe: "A symbol of the store" })
      .example("$0 data info SPY", "every dataset of SPY") as Argv<InfoFlags>,
  handler: (flags) => runInfo(flags, terminal),
});

function storeFlags(yargs: Argv): Argv {
  return yargs
    .options(configOptions(["store"]))
    .option("json", { type: "boolean", default: false, defaultDescription: "text", describe: "Print one JSON value" });
}

async function runList({ store, json }: ListFlags, terminal: Terminal): Promise<void> {
  const { listStore } = await import("../adapters/parquet/store.ts");
  const { entries, problems } = await listStore(store);
  noteProblems(problems, terminal);
  if (json) writeJson(terminal, { ok: true, store, datasets: entries });
  else if (entries.length === 0) terminal.note(`The store ${store} is empty: \`stratc data import FILE --symbol NAME\` fills it.\n`);
  else terminal.write(entries.map((entry) => `${describeEntry(entry)}\n`).join(""));
}

async function runInfo({ store, symbol, json }: InfoFlags, terminal: Terminal): Promise<void> {
  const { listSymbol } = await import("../adapters/parquet/store.ts");
  const { entries, problems } = await listSymbol(store, symbol);
  noteProblems(problems, terminal);
  if (entries.length === 0) {
    throw new CommandFailure(1, "data_invalid", `The store ${store} has nothing of ${symbol}.`, ["`stratc data list` shows what it has."]);
  }
  if (json) writeJson(terminal, { ok: true, store, datasets: entries });
  else terminal.write(entries.map(describeDataset).join("\n"));
}

/** Damaged datasets do not hide the others. */
function noteProblems(problems: readonly DataProblem[], terminal: Terminal): void {
  for (const { file, title, message, cure, code } of problems) terminal.note(`warning: ${file}: ${title}: ${message} [${code}]; ${cure}\n`);
}

function describeDataset(entry: StoreEntry): string {
  const { files, flags, notes, repairs } = entry.provenance;
  const stated = Object.entries(flags).map(([name, value]) => `--${name} ${value}`);
  const lines = [
    describeEntry(entry),
    `  hash     ${entry.hash}`,
    `  files    ${files.join(", ")}`,
    `  stated   ${stated.length === 0 ? "nothing" : stated.join(" ")}`,
    `  repairs  ${repairs}`,
    ...notes.map((note) => `  note     ${note}`),
  ];
  return `${lines.join("\n")}\n`;
}
