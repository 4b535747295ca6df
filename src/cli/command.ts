/** The shape of a command: what it is called, the flags it takes, and the work, which loads what it needs when it runs. */
import type { Argv } from "yargs";
import type { ExitCode } from "./failure.ts";
import type { Terminal } from "./terminal.ts";

export interface Command<Flags> {
  /** In yargs' form: "check <files..>". */
  readonly command: string;
  readonly describe: string;
  readonly flags: (yargs: Argv) => Argv;
  readonly run: (flags: Flags, terminal: Terminal) => Promise<ExitCode>;
}

/** `--json`, which every command has. */
export interface CommonFlags {
  readonly json: boolean;
}

/** The one JSON value a command prints under `--json`. */
export function writeJson(terminal: Terminal, value: unknown): void {
  terminal.write(`${JSON.stringify(value, null, 2)}\n`);
}
