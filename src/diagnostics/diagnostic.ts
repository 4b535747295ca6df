/**
 * A user's mistake, as data: what is wrong, where, what each operand is, and how to mend it.
 * Text lives in the catalogue of the phase that found it; rendering knows nothing of the language.
 */
import type { Span } from "./span.ts";

export type Severity = "error" | "warning";

/** A labelled place: `text` says what the thing at `span` is ("usd/share on day"). */
export interface Label {
  readonly span: Span;
  readonly text: string;
}

/** Replace the text at `span` by `text`; an empty span inserts. */
export interface Edit {
  readonly span: Span;
  readonly text: string;
}

/** One way out. With `edits` an editor can apply it; without, it is advice. */
export interface Help {
  readonly text: string;
  readonly edits: readonly Edit[];
  /** Nothing else can be meant: the edits may be applied unseen. */
  readonly certain?: boolean;
}

export interface Diagnostic {
  /** "E0301", "W0704". */
  readonly code: string;
  readonly severity: Severity;
  /** One plain sentence, without the code. */
  readonly message: string;
  /** The place that is wrong; its label is `label`. */
  readonly span: Span;
  readonly label: string;
  /** The other operands. */
  readonly labels: readonly Label[];
  readonly help: readonly Help[];
}

/** What a phase gives back: a value where one could be made in spite of the diagnostics. */
export interface Outcome<T> {
  readonly value: T | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

export function hasErrors(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some((d) => d.severity === "error");
}
