/** The command line as a whole: yargs, the commands, and the one place where failures become text and exit codes. */
import yargs, { type Argv, type CommandModule } from "yargs";
import packageJson from "../../package.json" with { type: "json" };
import { abCommand } from "./ab.ts";
import { backtestCommand } from "./backtest.ts";
import { checkCommand } from "./check.ts";
import { type Command, type CommonFlags, writeJson } from "./command.ts";
import { compileCommand } from "./compile.ts";
import { configCommand } from "./config.ts";
import { killCommand, resumeCommand, statusCommand } from "./control.ts";
import { dataCommand } from "./data.ts";
import { doctorCommand } from "./doctor.ts";
import { evalCommand } from "./eval.ts";
import { explainCommand } from "./explain.ts";
import { CommandFailure, type ExitCode } from "./failure.ts";
import { featuresCommand } from "./features.ts";
import { fmtCommand } from "./fmt.ts";
import { graphCommand } from "./graph.ts";
import { lspCommand } from "./lsp.ts";
import { modelCommand } from "./model.ts";
import { newCommand } from "./new.ts";
import { replayCommand } from "./replay.ts";
import { runCommand } from "./run.ts";
import { simulateAlpacaCommand } from "./simulate-alpaca.ts";
import { studyCommand } from "./study.ts";
import { sweepCommand } from "./sweep.ts";
import type { Terminal } from "./terminal.ts";
import { testCommand } from "./test.ts";
import { trainCommand } from "./train.ts";
import { expectPlain, expectSingle, explained } from "./usage.ts";
import { verifyCommand } from "./verify.ts";
import { whyCommand } from "./why.ts";

const COMMANDS = [
  ...[
    newCommand,
    checkCommand,
    explainCommand,
    featuresCommand,
    fmtCommand,
    compileCommand,
    testCommand,
    trainCommand,
    verifyCommand,
    backtestCommand,
    whyCommand,
    sweepCommand,
    studyCommand,
    abCommand,
    runCommand,
    killCommand,
    resumeCommand,
    statusCommand,
    replayCommand,
    doctorCommand,
    simulateAlpacaCommand,
    evalCommand,
    modelCommand,
    configCommand,
    lspCommand,
  ].map(({ command }) => command),
  ...["data", "data import <files..>", "data list", "data info <symbol>", "data generate"],
];

/** Runs one command line (without the program's name) and gives its exit code. Throws only where stratc itself is wrong. */
export async function runProgram(args: readonly string[], terminal: Terminal): Promise<ExitCode> {
  let exit: ExitCode = 0;
  const finish = (code: ExitCode): void => {
    exit = code;
  };
  try {
    expectPlain(args);
    await program(args, terminal, finish).parseAsync(args);
  } catch (error) {
    if (!(error instanceof CommandFailure)) throw error;
    report(error, args.includes("--json"), terminal);
    exit = error.exit;
  }
  return exit;
}

function program(args: readonly string[], terminal: Terminal, finish: (code: ExitCode) => void): Argv {
  const add = <Flags extends CommonFlags>(command: Command<Flags>): CommandModule => ({
    command: command.command,
    describe: command.describe,
    builder: (y) =>
      command.flags(y).option("json", { type: "boolean", default: false, defaultDescription: "text", describe: "Print one JSON value" }),
    handler: async (flags) => finish(await command.run(flags as object as Flags, terminal)),
  });
  const parser = yargs() as Argv & Introspection;
  const options = (): readonly string[] => {
    const { key, alias } = parser.getOptions();
    return [...Object.keys(key), ...Object.values(alias).flat()];
  };
  return parser
    .scriptName("stratc")
    .usage("$0 <command>\n\nCompiles and backtests declarative trading strategies.")
    .command(add(newCommand))
    .command(add(checkCommand))
    .command(add(explainCommand))
    .command(add(graphCommand))
    .command(add(fmtCommand))
    .command(add(compileCommand))
    .command(add(testCommand))
    .command(add(verifyCommand))
    .command(add(backtestCommand))
    .command(add(whyCommand))
    .command(add(sweepCommand))
    .command(add(studyCommand))
    .command(add(abCommand))
    .command(add(runCommand))
    .command(add(killCommand))
    .command(add(resumeCommand))
    .command(add(statusCommand))
    .command(add(replayCommand))
    .command(add(simulateAlpacaCommand))
    .command(add(evalCommand))
    .command(add(featuresCommand))
    .command(add(trainCommand))
    .command(add(modelCommand))
    .command(dataCommand(terminal))
    .command(add(configCommand))
    .command(add(doctorCommand))
    .command(add(lspCommand))
    .example("$0 backtest strategies/sma_cross.strat --data sample:sp500", "# on the data that comes with stratc")
    .epilogue("Exit codes: 0 done, 1 the file or data is wrong, 2 usage, 3 the outside world failed, 4 halted by risk.")
    .version(packageJson.version)
    .alias("version", "v")
    .help()
    .alias("help", "h")
    .locale("en")
    .wrap(null)
    .parserConfiguration({ "camel-case-expansion": false, "dot-notation": false, "greedy-arrays": false, "parse-numbers": false })
    .middleware(async (flags) => {
      expectSingle(flags, parser.getOptions().array);
      if (options().includes("config")) Object.assign(flags, await configured(flags));
    })
    .demandCommand(1, "Which command?")
    .strict()
    .exitProcess(false)
    .fail((message, error) => {
      if (error !== undefined && error !== null && error.name !== "YError") throw error;
      throw explained(message ?? error?.message ?? "This command line makes no sense.", { args, commands: COMMANDS, options: options() });
    });
}

/** What yargs has and its types leave out: the options in force, their short forms, and those that may be given more than once. */
interface Introspection {
  getOptions(): {
    readonly key: Readonly<Record<string, unknown>>;
    readonly alias: Readonly<Record<string, readonly string[]>>;
    readonly array: readonly string[];
  };
}

/** The flags that set keys of the configuration, with the values in force, and the settings themselves. */
async function configured(flags: Readonly<Record<string, unknown>>): Promise<Readonly<Record<string, unknown>>> {
  const { settingsUnder } = await import("./configuration.ts");
  const settings = await settingsUnder(flags);
  return { ...Object.fromEntries(settings.map(({ key, value }) => [key.name, value])), settings };
}

function report(failure: CommandFailure, json: boolean, terminal: Terminal): void {
  if (json) {
    writeJson(terminal, { ok: false, error: { code: failure.code, message: failure.message, help: failure.help, ...failure.facts } });
    return;
  }
  const red = (text: string): string => (terminal.colour.notes ? `\u001b[1;31m${text}\u001b[0m` : text);
  terminal.note(`${red("error")}: ${failure.message}\n`);
  for (const line of failure.help) terminal.note(`help: ${line}\n`);
}
