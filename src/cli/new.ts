/** `stratc new`: a strategy to begin with, which backtests at once on data that comes with the install. */
import { existsSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { closest } from "../diagnostics/closest.ts";
import { type Command, type CommonFlags, writeJson } from "./command.ts";
import { type CommandFailure, usageFailure } from "./failure.ts";
import { packageFolder } from "./package-folder.ts";

interface NewFlags extends CommonFlags {
  readonly name?: string;
  readonly template: string;
  readonly list: boolean;
}

interface Template {
  readonly name: string;
  readonly about: string;
  /** The data that it trades. */
  readonly data: string;
}

const TEMPLATES: readonly Template[] = [
  { name: "cross", about: "two averages that cross, on days of the S&P 500", data: "sample:sp500" },
  { name: "reversion", about: "buys falls inside a rise, on days of the S&P 500", data: "sample:sp500" },
  { name: "breakout", about: "a stop order at the highest price, with stop and target", data: "sample:sp500" },
  { name: "volatility", about: "a holding sized by how calm the market is", data: "sample:sp500" },
  { name: "intraday", about: "minute bars, an entry window, flat at night", data: "sample:demo" },
  { name: "rotation", about: "the strongest two of six stocks, once a month", data: "sample:days" },
  { name: "pairs", about: "two stocks against each other, long and short", data: "sample:days" },
  { name: "clocks", about: "minutes that read quarter-hours and days", data: "sample:demo" },
  { name: "scaling", about: "limit entries, a target for half, a trailing stop", data: "sample:demo" },
];

export const newCommand: Command<NewFlags> = {
  command: "new [name]",
  describe: "Write a strategy to begin with",
  flags: (yargs) =>
    yargs
      .positional("name", { type: "string", describe: "What it is called; the file is NAME.strat" })
      .options({
        template: { type: "string", alias: "t", requiresArg: true, default: "cross", describe: "What it does at first" },
        list: { type: "boolean", default: false, defaultDescription: "write", describe: "List the templates" },
      })
      .example("$0 new my_first --template reversion", "# writes my_first.strat and says how to run it"),
  run: async ({ name, template: wanted, list, json }, terminal) => {
    if (list) {
      if (json) writeJson(terminal, { ok: true, templates: TEMPLATES });
      else terminal.write(TEMPLATES.map(({ name, about }) => `${name.padEnd(12)}${about}\n`).join(""));
      return 0;
    }
    const template = templateNamed(wanted);
    const { file, strategy } = targetOf(name ?? template.name);
    const { makeDirectory, readText, writeWhole } = await import("./files.ts");
    const { format } = await import("../language/format.ts");
    const shipped = readText(join(packageFolder(), "templates", `${template.name}.strat`));
    const text = format(shipped.replace(`strategy ${template.name}\n`, `strategy ${strategy}\n`), file).value;
    if (text === undefined) throw unnameable(strategy);
    makeDirectory(dirname(file));
    writeWhole(file, text);
    const next = `npx stratc backtest ${file} --data ${template.data}`;
    if (json) writeJson(terminal, { ok: true, file, strategy, template: template.name, next });
    else terminal.write(`${file}: ${template.about}\nNext: ${next}\n`);
    return 0;
  },
};

function templateNamed(name: string): Template {
  const template = TEMPLATES.find((one) => one.name === name);
  if (template !== undefined) return template;
  const near = closest(
    name,
    TEMPLATES.map((one) => one.name),
  );
  const help = near === undefined ? [] : [`Did you mean \`${near}\`?`];
  throw usageFailure(`There is no template ${name}.`, [...help, "`stratc new --list` lists them."]);
}

/** "my_first", "my_first.strat" and "folder/my_first" name files. Throws where one is there, or the name is none of the language. */
function targetOf(name: string): { file: string; strategy: string } {
  const bare = name.replace(/\.strat$/, "");
  const strategy = basename(bare);
  if (!/^[a-z][a-z0-9_]*$/i.test(strategy)) throw unnameable(strategy);
  const file = `${bare}.strat`;
  if (existsSync(file)) throw usageFailure(`${file} is there already; it is left as it is.`, ["Take another name: `stratc new NAME`."]);
  return { file, strategy };
}

function unnameable(strategy: string): CommandFailure {
  const help = "A name has letters, digits and `_`, begins with a letter and is no word of the language.";
  return usageFailure(`\`${strategy}\` cannot name a strategy.`, [help]);
}
