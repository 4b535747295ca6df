/** What is wrong with a command line, better said than by yargs, and what was probably meant. */
import { closest } from "../diagnostics/closest.ts";
import { type CommandFailure, usageFailure } from "./failure.ts";

export interface Attempt {
  readonly args: readonly string[];
  /** In yargs' form, with the command they belong to: "check <files..>", "data import <files..>". */
  readonly commands: readonly string[];
  /** Names of the options in force and their short forms, without dashes. */
  readonly options: readonly string[];
}

/** yargs' sentence, or a better one, with what was probably meant. */
export function explained(message: string, { args, commands, options }: Attempt): CommandFailure {
  const written = args.filter((one) => !one.startsWith("-"));
  const command = commands.findLast((one) => wordsOf(one).every((word, index) => word === written[index]));
  const depth = command === undefined ? 0 : wordsOf(command).length;
  const name = written.slice(0, depth).join(" ");
  const help = [command === undefined ? "`stratc --help` lists the commands." : `\`stratc ${name} --help\` lists its options.`];
  const option = unknownOption(args, options);
  if (option !== undefined) return usageFailure(`Unknown option: ${option.written}.`, [...option.meant, ...help]);
  const valueless = /^Not enough arguments following: (.*)$/.exec(message)?.[1];
  if (valueless !== undefined) return usageFailure(`--${valueless} needs a value.`, help);
  const belonging = commands.filter((one) => wordsOf(one).length > depth && (command === undefined || one.startsWith(`${name} `)));
  if (message.startsWith("Unknown argument") && belonging.length > 0) {
    const meant = didYouMean(
      written[depth] ?? "",
      belonging.map((one) => wordsOf(one)[depth] ?? ""),
    );
    return usageFailure(`Unknown command: ${written.slice(0, depth + 1).join(" ")}.`, [...meant, ...help]);
  }
  if (command !== undefined && message.startsWith("Not enough non-option"))
    return usageFailure(`Something is missing: stratc ${command}.`, help);
  return usageFailure(/[.?]$/.test(message) ? message : `${message}.`, help);
}

/** Refuses words that yargs would lose without a sign. */
export function expectPlain(args: readonly string[]): void {
  if (args.includes("-")) {
    throw usageFailure("`-` is not taken for a file.", ["Standard input is /dev/stdin, standard output /dev/stdout."]);
  }
  if (args.includes("--")) throw usageFailure("`--` is not needed.", ["A file whose name begins with a dash is ./-name."]);
}

/** Refuses what yargs takes and no command does: an option given twice that has one value, and empty words (an unset variable of the shell). */
export function expectSingle(flags: Readonly<Record<string, unknown>>, lists: readonly string[]): void {
  for (const [name, value] of Object.entries(flags)) {
    if (Array.isArray(value) && name !== "_" && !lists.includes(name)) throw usageFailure(`--${name} is given twice.`);
    if (value === "" || (Array.isArray(value) && value.includes(""))) throw usageFailure(`An empty word is given for ${name}.`);
  }
}

/** The first option that no command in force has. */
function unknownOption(args: readonly string[], known: readonly string[]): { written: string; meant: readonly string[] } | undefined {
  for (const written of args.filter((one) => /^--?[a-z]/i.test(one))) {
    const name = written.replace(/^--?/, "").split("=")[0] ?? "";
    if (!known.includes(name) && !known.includes(name.replace(/^no-/, ""))) {
      const meant = didYouMean(
        `--${name}`,
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

/** "data import <files..>" gives data, import. */
function wordsOf(command: string): readonly string[] {
  return command.split(" ").filter((word) => /^[a-z]/.test(word));
}
