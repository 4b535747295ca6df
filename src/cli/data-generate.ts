/** `stratc data generate`: minute bars of a stock that does not exist, the same for the same seed, for trying things out. */
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import type { Argv, CommandModule } from "yargs";
import { barsCsv, generateBars } from "../data/generate.ts";
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
  readonly seed: string;
  readonly sessions: string;
  readonly from: string;
  readonly output: string;
}

const SESSIONS_MAX = 5_000;
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
  const symbols = flags.symbols === undefined ? null : symbolNames(flags.symbols);
  const lines = [...(symbols === null ? barsCsv(generateBars(nyse, options)) : daysCsv(nyse, symbols, options))];
  const rows = lines.length - 1;
  const text = Buffer.from(lines.join(""));
  writeWhole(flags.output, flags.output.endsWith(".gz") ? await promisify(gzip)(text, { level: 9 }) : text);
  if (flags.json)
    writeJson(terminal, {
      ok: true,
      path: flags.output,
      ...(symbols === null ? { symbol: flags.symbol } : { symbols }),
      seed,
      sessions,
      rows,
    });
  else if (symbols === null)
    terminal.write(`${flags.output}: ${rows} bars of 1m; \`stratc data import ${flags.output} --symbol ${flags.symbol}\` keeps it\n`);
  else terminal.write(`${flags.output}: ${rows} bars of 1d; \`--data ${flags.output}\` gives a strategy each of its symbols\n`);
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
