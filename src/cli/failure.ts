/** How a command ends when it cannot do what it was asked: an exit code for scripts, a code for programs, words for people. */
import type { OutsideFailure } from "../market/outside.ts";
import type { BacktestFailure } from "../run/failure.ts";

/**
 * 0 done · 1 the user's file or data is wrong · 2 the command line is wrong · 3 the outside world failed · 4 halted by risk ·
 * 130 interrupted by Ctrl-C · 143 by SIGTERM.
 */
export type ExitCode = 0 | 1 | 2 | 3 | 4 | 130 | 143;

/** Stable names, part of every command's JSON (docs/cli.md). */
export type FailureCode =
  | "usage"
  | "source_missing"
  | "source_unreadable"
  | "source_not_text"
  | "source_too_large"
  | "source_is_module"
  | "config_invalid"
  | "data_invalid"
  | "output_failed"
  | "interrupted"
  | "search_changed"
  | "too_few_sessions"
  | "outside_data"
  | "live_refused"
  | "outside_failed"
  | "model_invalid"
  | "journal_invalid"
  | "run_unreachable"
  | BacktestFailure["kind"];

export class CommandFailure extends Error {
  readonly exit: ExitCode;
  readonly code: FailureCode;
  /** Ways out, one a line. */
  readonly help: readonly string[];
  /** More for programs: merged into the JSON of the error. */
  readonly facts: Readonly<Record<string, unknown>>;

  constructor(
    exit: ExitCode,
    code: FailureCode,
    message: string,
    help: readonly string[] = [],
    facts: Readonly<Record<string, unknown>> = {},
  ) {
    super(message);
    this.exit = exit;
    this.code = code;
    this.help = help;
    this.facts = facts;
  }
}

export function usageFailure(message: string, help: readonly string[] = []): CommandFailure {
  return new CommandFailure(2, "usage", message, help);
}

/** There is no way to real money, whichever was tried. */
export function liveRefused(): CommandFailure {
  return new CommandFailure(2, "live_refused", "This version of stratc never trades with real money.", [
    "Trade on paper: `stratc run FILE --paper`.",
  ]);
}

/** What went wrong in a run, as a command's end. */
export function runFailure(failure: BacktestFailure): CommandFailure {
  const { kind, message, ...facts } = failure;
  const usage = kind === "invalid_parameters" || kind === "invalid_cash";
  return new CommandFailure(usage ? 2 : 1, kind, sentence(message), [], facts);
}

/** What keeps a journal from being used: another folder may do, or the outside world must change. */
export function journalFailure({ code, message }: OutsideFailure): CommandFailure {
  const isOfFolder = code === "journal_missing" || code === "journal_not_empty" || code === "journal_in_use";
  return new CommandFailure(isOfFolder ? 2 : 3, "journal_invalid", sentence(message), [], { journal: code });
}

/** Words as a sentence. */
export function sentence(message: string): string {
  const capital = /^[a-z]/.test(message) ? message.charAt(0).toUpperCase() + message.slice(1) : message;
  return /[.!?]$/.test(capital) ? capital : `${capital}.`;
}
