/** What a check reports: a counterexample to one of the promises. */

/** The promises in the order in which they are examined (docs/certificate.md). */
export type PromiseName = "form" | "gate" | "future" | "bounds" | "identity";

export interface Problem {
  readonly text: string;
  /** The node at fault, from which the way to a rule is shown; null where it is no node's. */
  readonly node: number | null;
}

export type Report = (text: string, node?: number) => void;

/** The problems that `check` reports. */
export function problemsOf(check: (report: Report) => void): readonly Problem[] {
  const problems: Problem[] = [];
  check((text, node) => void problems.push({ text, node: node ?? null }));
  return problems;
}
