/** What is wrong with a command line, better said than by yargs, and what was probably meant. */
import { closest } from "../diagnostics/closest.ts";
import { type CommandFailure, usageFailure } from "./failure.ts";

export interface Attempt {
  readonly args: readonly string[];
  /** In yargs' form: "check <files..>". */
  readonly commands: readonly string[];
  /** Names of the options in force, without dashes. */
  readonly options: readonly string[];
}

/** yargs' sentence, or a better one, with what was probably meant. */
export function explained(message: string, { args, commands, options }: Attempt): CommandFailure {
  const [name = ""] = args;
  const command = commands.find((one) => nameOf(one) === name);
  const help = [command === undefined ? "`stratc --help` lists the commands." : `\`stratc ${name} --help\` lists its options.`];
  const option = unknownOption(args, options);
  if (option !== undefined) return usageFailure(`Unknown option: ${option.written}.`, [...option.meant, ...help]);
  if (command === undefined && message.startsWith("Unknown argument")) {
    return usageFailure(`Unknown command: ${name}.`, [...didYouMean(name, commands.map(nameOf)), ...help]);
  }
  if (command !== undefined && message.startsWith("Not enough non-option")) {
    return usageFailure(`Something is missing: stratc ${command}.`, help);
  }
  return usageFailure(/[.?]$/.test(message) ? message : `${message}.`, help);
}

/** The first option that no command in force has. */
function unknownOption(args: readonly string[], known: readonly string[]): { written: string; meant: readonly string[] } | undefined {
  for (const written of args.filter((one) => one.startsWith("--") && one !== "--")) {
    const name = written.slice(2).split("=")[0] ?? "";
    if (!known.includes(name) && !known.includes(name.replace(/^no-/, ""))) {
      const meant = didYouMean(
        written.split("=")[0] ?? "",
        known.map((one) => `--${one}`),
      );
      return { written, meant };
    }
  }
  return undefined;
}

function didYouMean(written: string, names: readonly string[]): readonly string[] {
  const meant = closest(written, names);
  return meant === undefined ? [] : [`Did you mean \`${meant}\`?`];
}

function nameOf(command: string): string {
  return command.split(" ")[0] ?? command;
}
