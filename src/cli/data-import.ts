/** `stratc data import`: reads files, says everything that is wrong with them, and keeps what is right in the store. */
import type { Argv, CommandModule } from "yargs";
import type { SaveResult, StoreEntry } from "../adapters/parquet/store.ts";
import { widthText } from "../data/conventions.ts";
import { utcText } from "../data/instants.ts";
import type { NormalBars } from "../data/normal.ts";
import { problem, type Repair } from "../data/problems.ts";
import { type CalendarName, DAY } from "../market/calendars.ts";
import { type CommonFlags, writeJson } from "./command.ts";
import { configOptions } from "./config-flags.ts";
import { addDataFlags, type DataFlags, dataFailure, openOptions } from "./data-flags.ts";
import { CommandFailure, usageFailure } from "./failure.ts";
import { writeWhole } from "./files.ts";
import type { Terminal } from "./terminal.ts";

interface ImportFlags extends CommonFlags, DataFlags {
  readonly files: readonly string[];
  readonly symbol: string;
  readonly calendar: CalendarName;
  readonly repairs?: string;
  readonly replace: boolean;
}

export const importData = (terminal: Terminal): CommandModule<object, ImportFlags> => ({
  command: "import <files..>",
  describe: "Read files of bars (CSV, .gz, .zip, Parquet), check them, and keep them in the store",
  builder: (yargs) =>
    addDataFlags(
      yargs
        .positional("files", { type: "string", array: true, describe: "Files; several are parts of one dataset" })
        .option("symbol", { type: "string", demandOption: true, requiresArg: true, describe: "Name in the store, such as SPY" })
        .options(configOptions(["calendar"]))
        .option("repairs", { type: "string", requiresArg: true, describe: "File to write every row that --repair changed to" })
        .option("replace", { type: "boolean", default: false, describe: "Take the place of a dataset of this symbol and width" })
        .option("json", { type: "boolean", default: false, defaultDescription: "text", describe: "Print one JSON value" })
        .example("$0 data import spy.csv.gz --symbol SPY", "bars of the exchange's time or UTC: found out, and said")
        .example("$0 data import btc.csv --symbol BTCUSD --calendar always --stamp start", "a market that never closes"),
    ) as Argv<ImportFlags>,
  handler: (flags) => runImport(flags, terminal),
});

async function runImport(flags: ImportFlags, terminal: Terminal): Promise<void> {
  const { readBars } = await import("../adapters/files/open.ts");
  const { isSymbol, saveDataset } = await import("../adapters/parquet/store.ts");
  const { rowsHash } = await import("../adapters/files/source.ts");
  if (!isSymbol(flags.symbol))
    throw usageFailure(`--symbol takes capitals, digits and . _ - such as SPY or BRK.B, not \`${flags.symbol}\`.`);
  const read = await readBars(flags.files, openOptions({ symbol: flags.symbol, calendar: flags.calendar }, flags));
  if (!read.ok) throw dataFailure(read.problems, flags.repair);
  const bars = read.value;
  if (flags.repairs !== undefined) writeRepairs(flags.repairs, bars.repairs);
  const entry = storeEntry(flags, bars, rowsHash(bars));
  const path = savedPath(await saveDataset(flags.store, entry, bars, flags.replace), entry, flags.store);
  if (flags.json) {
    writeJson(terminal, { ok: true, path, ...entry });
    return;
  }
  for (const note of bars.notes) terminal.note(`note: ${note}\n`);
  if (bars.repairs.length > 0 && flags.repairs === undefined) terminal.note("note: --repairs FILE writes every row that was changed\n");
  terminal.write(`${describeEntry(entry)}\nstored in ${path}\n`);
}

function savedPath(result: SaveResult, entry: StoreEntry, store: string): string {
  switch (result.kind) {
    case "saved":
      return result.path;
    case "exists":
      throw dataFailure([problem("D110", result.path, 0, `the store has ${entry.symbol} ${widthText(entry.width)} already`)], false);
    case "locked":
      throw new CommandFailure(3, "output_failed", `Another import is writing ${entry.symbol} ${widthText(entry.width)}.`, [
        `If none is, one was killed: remove ${result.lock}.`,
      ]);
    case "unwritable":
      throw new CommandFailure(3, "output_failed", `The store ${store} cannot be written: ${result.message}.`);
  }
}

function storeEntry(flags: ImportFlags, bars: NormalBars, hash: string): StoreEntry {
  const { columns, "rows-of": rowsOf, decimal, dates, quantum, "price-scale": priceScale, width } = flags;
  const { zone, stamp } = openOptions({ calendar: flags.calendar }, flags);
  const stated = Object.entries({
    zone,
    stamp,
    columns,
    "rows-of": rowsOf,
    decimal,
    dates,
    quantum,
    "price-scale": priceScale,
    width,
    repair: flags.repair ? true : undefined,
  });
  return {
    schema: "stratc-bars/1",
    symbol: flags.symbol,
    calendar: flags.calendar,
    width: bars.width,
    price_decimals: bars.priceDecimals,
    rows: bars.rows,
    hash,
    from: utcText(bars.time[0] ?? 0),
    to: utcText(bars.time[bars.rows - 1] ?? 0),
    provenance: {
      files: flags.files,
      notes: bars.notes,
      repairs: bars.repairs.length,
      flags: Object.fromEntries(stated.filter((pair): pair is [string, string | true] => pair[1] !== undefined)),
    },
  };
}

/** "SPY 1m: 14,180 bars, 2011-01-03T09:01:00Z to 2011-02-01T01:00:00Z, quantum 0.01, nyse". */
export function describeEntry(entry: StoreEntry): string {
  const quantum = entry.price_decimals === 0 ? "1" : `0.${"0".repeat(entry.price_decimals - 1)}1`;
  const rows = String(entry.rows).replace(/\B(?=(\d{3})+$)/g, ",");
  const span = entry.width === DAY ? `${entry.from.slice(0, 10)} to ${entry.to.slice(0, 10)}` : `${entry.from} to ${entry.to}`;
  return `${entry.symbol} ${widthText(entry.width)}: ${rows} bars, ${span}, quantum ${quantum}, ${entry.calendar}`;
}

/** One changed row a line: FILE:LINE: CODE what was wrong (how it was): what was done. */
function writeRepairs(path: string, repairs: readonly Repair[]): void {
  writeWhole(path, repairs.map(({ code, file, line, change }) => `${file}:${line}: ${code} ${change}\n`).join(""));
}
