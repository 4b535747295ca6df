/** Why a journal cannot be begun, read or continued, as failures of the outside: each says what is wrong where, and what to do about it. */
import type { Answer, OutsideFailure } from "../market/outside.ts";

/**
 * - `missing`: there is no journal. `not_empty`: there is one, and a new one was asked for.
 * - `version`: a newer stratc wrote it. `damaged`: bytes were changed or lost after they were durable. `gap`: a segment is not there.
 * - `in_use`: another process writes it. `stalled`: the disk is too slow for what is appended.
 * - `full`: no space is left. `unavailable`: the system refused a call, such as a flush.
 */
export type JournalProblem = "missing" | "not_empty" | "in_use" | "version" | "damaged" | "gap" | "full" | "unavailable" | "stalled";

/** How work on a journal is broken off; who asked for the work is given the failure. */
export class JournalError extends Error {
  readonly problem: JournalProblem;

  constructor(problem: JournalProblem, message: string) {
    super(message);
    this.problem = problem;
  }
}

/** What an error of the disk, or one of the journal's own, says. Throws what is neither. */
export function failureOf(error: unknown, folder: string): OutsideFailure {
  if (error instanceof JournalError) return failure(error.problem, error.message);
  if (!(error instanceof Error) || !("code" in error)) throw error;
  if (error.code === "ENOSPC" || error.code === "EDQUOT") {
    return failure("full", `${folder}: no space is left on the disk; make room, then start again: what was acknowledged is kept`);
  }
  return failure("unavailable", `${folder}: ${error.message}; look at the disk, then start again: what was acknowledged is kept`);
}

function failure(problem: JournalProblem, message: string): OutsideFailure {
  return { class: "fatal", code: `journal_${problem}`, message, retryAfter: null };
}

/** Work on the disk, with what went wrong as a value. */
export async function attempt<T>(folder: string, work: () => Promise<T>): Promise<Answer<T>> {
  try {
    return { ok: true, value: await work() };
  } catch (error) {
    return { ok: false, failure: failureOf(error, folder) };
  }
}
