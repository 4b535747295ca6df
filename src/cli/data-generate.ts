/** `stratc data generate`: minute bars of a stock that does not exist, the same for the same seed, for trying things out. */
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import type { Argv, CommandModule } from "yargs";
import { barsCsv, type GeneratorOptions, generateBars } from "../data/generate.ts";
import { bookCsv } from "../data/generate-book.ts";
import { daysCsv } from "../data/generate-days.ts";
import { nyse } from "../market/calendars.ts";
import { dayNumber } from "../values/civil-date.ts";
import { type CommonFlags, writeJson } from "./command.ts";
import { usageFailure } from "./failure.ts";
import { writeWhole } from "./files.ts";
import type { Terminal } from "./terminal.ts";

interface GenerateFlags extends CommonFlags {
  readonly symbol: string;
  readonly symbols?: string;
  readonly book?: string;
  readonly seed: string;
  readonly sessions: string;
  readonly from: string;
  readonly output: string;
}

const SESSIONS_MAX = 5_000;
const UPDATES_MAX = 1_000_000;
const FIRST_PRICE_CENTS = 10_000;

export const generateData = (terminal: Terminal): CommandModule<object, GenerateFlags> => ({
  command: "generate",
  describe: "Generate minute bars of a stock that does not exist, from a seed",
  builder: (yargs) =>
    yargs
      .option("symbol", { type: "string", default: "DEMO", describe: "Name to import it under, for the hint printed" })
      .option("symbols", {
        type: "string",
        requiresArg: true,
        describe: "Days of several stocks instead, in one file: ALFA,BRAVO; two and two are pairs",
      })
      .option("book", { type: "string", requiresArg: true, describe: `So many updates of an order book instead, at most ${UPDATES_MAX}` })
      .option("seed", { type: "string", default: "1", requiresArg: true, describe: "A whole number; the same seed gives the same bars" })
      .option("sessions", { type: "string", default: "20", requiresArg: true, describe: `Sessions of the NYSE, at most ${SESSIONS_MAX}` })
      .option("from", { type: "string", default: "2024-01-02", requiresArg: true, describe: "First date considered" })
      .option("output", { alias: "o", type: "string", demandOption: true, requiresArg: true, describe: "File to write: .csv or .csv.gz" })
      .option("json", { type: "boolean", default: false, defaultDescription: "text", describe: "Print one JSON value" })
      .example("$0 data generate --seed 7 --sessions 20 -o demo.csv", "twenty sessions of minutes") as Argv<GenerateFlags>,
  handler: (flags) => runGenerate(flags, terminal),
});

async function runGenerate(flags: GenerateFlags, terminal: Terminal): Promise<void> {
  const seed = wholeNumber("--seed", flags.seed, 0, 2 ** 32 - 1);
  const sessions = wholeNumber("--sessions", flags.sessions, 1, SESSIONS_MAX);
  const options = { seed, sessions, firstDay: firstDay(flags.from), firstPrice: FIRST_PRICE_CENTS };
  const { pieces, what, hint } = generated(flags, options);
  const lines = [...pieces];
  const rows = lines.length - 1;
  const text = Buffer.from(lines.join(""));
  writeWhole(flags.output, flags.output.endsWith(".gz") ? await promisify(gzip)(text, { level: 9 }) : text);
  if (flags.json) writeJson(terminal, { ok: true, path: flags.output, ...namedBy(flags), seed, sessions, rows });
  else terminal.write(`${flags.output}: ${rows} ${what}; ${hint}\n`);
}

interface Generated {
  /** The text, one piece a line. */
  readonly pieces: Iterable<string>;
  readonly what: string;
  readonly hint: string;
}

function generated({ symbol, symbols, book, output }: GenerateFlags, options: GeneratorOptions): Generated {
  if (book !== undefined) {
    const updates = wholeNumber("--book", book, 2, UPDATES_MAX);
    const pieces = bookCsv({ ...options, updates, start: nyse.open(options.firstDay) });
    return { pieces, what: "changes of a book", hint: `\`--data ${output}\` gives them to a strategy whose clock ticks with the \`book\`` };
  }
  if (symbols !== undefined)
    return {
      pieces: daysCsv(nyse, symbolNames(symbols), options),
      what: "bars of 1d",
      hint: `\`--data ${output}\` gives a strategy each of its symbols`,
    };
  const hint = `\`stratc data import ${output} --symbol ${symbol}\` keeps it`;
  return { pieces: barsCsv(generateBars(nyse, options)), what: "bars of 1m", hint };
}

function namedBy({ symbol, symbols }: GenerateFlags) {
  return symbols === undefined ? { symbol } : { symbols: symbolNames(symbols) };
}

function symbolNames(text: string): readonly string[] {
  const names = text.split(",");
  if (names.every((name) => /^[A-Z][A-Z0-9.]{0,11}$/.test(name)) && new Set(names).size === names.length) return names;
  throw usageFailure(`--symbols takes different names in capitals, ALFA,BRAVO, not \`${text}\`.`);
}

function wholeNumber(flag: string, text: string, lowest: number, highest: number): number {
  const value = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= lowest && value <= highest) return value;
  throw usageFailure(`${flag} takes a whole number from ${lowest} to ${highest}, not \`${text}\`.`);
}

function firstDay(text: string): number {
  const parts = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  const day = parts === null ? Number.NaN : dayNumber(Number(parts[1]), Number(parts[2]), Number(parts[3]));
  if (day >= nyse.firstDay && day <= nyse.lastDay) return day;
  throw usageFailure(`--from takes a date from 1990-01-01 to 2030-12-31, not \`${text}\`.`);
}
