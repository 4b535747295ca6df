/** `stratc data import`: reads files of bars or events, says everything that is wrong with them, and keeps what is right in the store. */
import type { Argv, CommandModule } from "yargs";
import type { SaveResult, StoreEntry } from "../adapters/parquet/store.ts";
import type { BarsFooter, EventsFooter } from "../adapters/parquet/stored.ts";
import { widthText } from "../data/conventions.ts";
import type { NormalEvents } from "../data/events/normal.ts";
import { utcText } from "../data/instants.ts";
import type { NormalBars } from "../data/normal.ts";
import { type DataResult, problem, type Repair } from "../data/problems.ts";
import type { EventKind } from "../market/bars.ts";
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
  readonly kind: "bars" | EventKind;
}

export const importData = (terminal: Terminal): CommandModule<object, ImportFlags> => ({
  command: "import <files..>",
  describe: "Read files of bars, quotes, trades or a book (CSV, .gz, .zip, Parquet), check them, and keep them in the store",
  builder: (yargs) =>
    addDataFlags(
      yargs
        .positional("files", { type: "string", array: true, describe: "Files; several are parts of one dataset" })
        .option("symbol", { type: "string", demandOption: true, requiresArg: true, describe: "Name in the store, such as SPY" })
        .option("kind", { choices: ["bars", "quotes", "trades", "book"], default: "bars", describe: "What the rows are" })
        .options(configOptions(["calendar"]))
        .option("repairs", { type: "string", requiresArg: true, describe: "File to write every row that --repair changed to" })
        .option("replace", { type: "boolean", default: false, describe: "Take the place of a dataset of this symbol and width, or kind" })
        .option("json", { type: "boolean", default: false, defaultDescription: "text", describe: "Print one JSON value" })
        .example("$0 data import spy.csv.gz --symbol SPY", "bars of the exchange's time or UTC: found out, and said")
        .example("$0 data import btc.csv --symbol BTCUSD --calendar always --stamp start", "a market that never closes")
        .example("$0 data import ibm_trade.zip --symbol IBM --kind trades", "ticks: `clock tick = trades` reads them"),
    ) as Argv<ImportFlags>,
  handler: (flags) => runImport(flags, terminal),
});

async function runImport(flags: ImportFlags, terminal: Terminal): Promise<void> {
  const { isSymbol, saveDataset } = await import("../adapters/parquet/store.ts");
  if (!isSymbol(flags.symbol))
    throw usageFailure(`--symbol takes capitals, digits and . _ - such as SPY or BRK.B, not \`${flags.symbol}\`.`);
  const read = await readRows(flags);
  if (!read.ok) throw dataFailure(read.problems, flags.repair);
  const { rows, facts } = read.value;
  if (flags.repairs !== undefined) writeRepairs(flags.repairs, rows.repairs);
  const entry = storeEntry(flags, rows, facts);
  const path = savedPath(await saveDataset(flags.store, entry, rows, flags.replace), entry, flags.store);
  if (flags.json) {
    writeJson(terminal, { ok: true, path, ...entry });
    return;
  }
  for (const note of rows.notes) terminal.note(`note: ${note}\n`);
  if (rows.repairs.length > 0 && flags.repairs === undefined) terminal.note("note: --repairs FILE writes every row that was changed\n");
  terminal.write(`${describeEntry(entry)}\nstored in ${path}\n`);
}

interface Read {
  readonly rows: NormalBars | NormalEvents;
  /** What its description begins with. */
  readonly facts: Pick<BarsFooter, "schema" | "width" | "hash"> | Pick<EventsFooter, "schema" | "kind" | "hash">;
}

async function readRows(flags: ImportFlags): Promise<DataResult<Read>> {
  const { kind, files } = flags;
  const options = openOptions({ symbol: flags.symbol, calendar: flags.calendar }, flags);
  if (kind === "bars") {
    const { readBars } = await import("../adapters/files/open.ts");
    const { rowsHash } = await import("../adapters/files/source.ts");
    const read = await readBars(files, options);
    if (!read.ok) return read;
    const rows = read.value;
    return { ok: true, value: { rows, facts: { schema: "stratc-bars/1", width: rows.width, hash: rowsHash(rows) } } };
  }
  const { eventsHash, readEventFiles } = await import("../adapters/files/events.ts");
  const read = await readEventFiles(kind, files, options);
  if (!read.ok) return read;
  const rows = read.value;
  return { ok: true, value: { rows, facts: { schema: "stratc-events/1", kind, hash: eventsHash(rows) } } };
}

function savedPath(result: SaveResult, entry: StoreEntry, store: string): string {
  switch (result.kind) {
    case "saved":
      return result.path;
    case "exists":
      throw dataFailure([problem("D110", result.path, 0, `the store has ${describeName(entry)} already`)], false);
    case "locked":
      throw new CommandFailure(3, "output_failed", `Another import is writing ${describeName(entry)}.`, [
        `If none is, one was killed: remove ${result.lock}.`,
      ]);
    case "unwritable":
      throw new CommandFailure(3, "output_failed", `The store ${store} cannot be written: ${result.message}.`);
  }
}

function storeEntry(flags: ImportFlags, read: Read["rows"], facts: Read["facts"]): StoreEntry {
  const { columns, "rows-of": rowsOf, decimal, dates, quantum, "price-scale": priceScale, width } = flags;
  const { zone, stamp } = openOptions({ calendar: flags.calendar }, flags);
  const { time } = "table" in read ? read.table : read;
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
    ...facts,
    symbol: flags.symbol,
    calendar: flags.calendar,
    price_decimals: read.priceDecimals,
    rows: read.rows,
    from: utcText(time[0] ?? 0),
    to: utcText(time[read.rows - 1] ?? 0),
    provenance: {
      files: flags.files,
      notes: read.notes,
      repairs: read.repairs.length,
      flags: Object.fromEntries(stated.filter((pair): pair is [string, string | true] => pair[1] !== undefined)),
    },
  };
}

/** "SPY 1m: 14,180 bars, 2011-01-03T09:01:00Z to 2011-02-01T01:00:00Z, quantum 0.01, nyse". */
export function describeEntry(entry: StoreEntry): string {
  const quantum = entry.price_decimals === 0 ? "1" : `0.${"0".repeat(entry.price_decimals - 1)}1`;
  const rows = String(entry.rows).replace(/\B(?=(\d{3})+$)/g, ",");
  const span =
    "width" in entry && entry.width === DAY ? `${entry.from.slice(0, 10)} to ${entry.to.slice(0, 10)}` : `${entry.from} to ${entry.to}`;
  return `${describeName(entry)}: ${rows} ${ROWS[entry.schema === "stratc-bars/1" ? "bars" : entry.kind]}, ${span}, quantum ${quantum}, ${entry.calendar}`;
}

const ROWS = { bars: "bars", quotes: "quotes", trades: "trades", book: "changes of the book" } as const;

/** "SPY 1m", "IBM trades". */
function describeName(entry: StoreEntry): string {
  return `${entry.symbol} ${entry.schema === "stratc-bars/1" ? widthText(entry.width) : entry.kind}`;
}

/** One changed row a line: FILE:LINE: CODE what was wrong (how it was): what was done. */
function writeRepairs(path: string, repairs: readonly Repair[]): void {
  writeWhole(path, repairs.map(({ code, file, line, change }) => `${file}:${line}: ${code} ${change}\n`).join(""));
}
