/** How a command ends when it cannot do what it was asked: an exit code for scripts, a code for programs, words for people. */

/** 0 done · 1 the user's file or data is wrong · 2 the command line is wrong · 3 the outside world failed · 4 halted by risk. */
export type ExitCode = 0 | 1 | 2 | 3 | 4;

/** Stable names, part of every command's JSON (docs/cli.md). */
export type FailureCode =
  | "usage"
  | "source_missing"
  | "source_unreadable"
  | "source_not_text"
  | "source_too_large"
  | "data_invalid"
  | "data_unavailable"
  | "parameter_invalid"
  | "cash_invalid"
  | "run_failed"
  | "output_failed";

export class CommandFailure extends Error {
  readonly exit: ExitCode;
  readonly code: FailureCode;
  /** Ways out, one a line. */
  readonly help: readonly string[];

  constructor(exit: ExitCode, code: FailureCode, message: string, help: readonly string[] = []) {
    super(message);
    this.exit = exit;
    this.code = code;
    this.help = help;
  }
}

export function usageFailure(message: string, help: readonly string[] = []): CommandFailure {
  return new CommandFailure(2, "usage", message, help);
}
