/**
 * How messages are kept: one typed table a phase. A wrong code, or facts that do not fit the code, do not compile.
 */
import type { Diagnostic, Help, Label, Severity } from "./diagnostic.ts";
import type { Span } from "./span.ts";

/** How one code speaks. `Facts` are what it must be told. */
export interface Message<Facts> {
  readonly severity: Severity;
  /** The situation in a few words, for the index of codes: "unknown name". */
  readonly title: string;
  /** One plain sentence: what is wrong and, where short, what to do. */
  readonly text: (facts: Facts) => string;
  /** What the wrong place is, shown under it; empty for none. */
  readonly label: (facts: Facts) => string;
}

type Table = Readonly<Record<string, Message<never>>>;
type FactsOf<M> = M extends Message<infer Facts> ? Facts : never;

/** Makes the diagnostic `code` of `table` at `span`. */
export function diagnose<T extends Table, C extends keyof T & string>(
  table: T,
  code: C,
  span: Span,
  facts: FactsOf<T[C]>,
  more: { readonly labels?: readonly Label[]; readonly help?: readonly Help[] } = {},
): Diagnostic {
  const message = table[code] as Message<FactsOf<T[C]>>;
  return {
    code,
    severity: message.severity,
    message: message.text(facts),
    span,
    label: message.label(facts),
    labels: more.labels ?? [],
    help: more.help ?? [],
  };
}
