/** What the checker hands to lowering: the graph as it will be, still speaking of terms. */
import type { Graph } from "../graph/nodes.ts";
import type { StudyDeclaration } from "../graph/study.ts";
import type { ModelInputs } from "./context.ts";
import type { Label } from "./declarations/labels.ts";
import type { Range } from "./terms/range.ts";
import type { TermId, Terms } from "./terms/terms.ts";
import type { CheckedTest } from "./tests/tests.ts";

export interface NamedTerm {
  readonly name: string;
  readonly term: TermId;
  readonly unit: string;
  /** What it can be on any row, as far as that is declared or follows. */
  readonly range: Pick<Range, "low" | "high">;
  readonly doc: string | null;
}

/** Between what the named values of a program lie, by their names. */
export function namedRanges({ names }: Pick<CheckedProgram, "names">): ReadonlyMap<string, NamedTerm["range"]> {
  return new Map(names.map(({ name, range }) => [name, range]));
}

/** The tests of a file; what they expect are terms, each of a program with this outline. */
export interface TestedFile extends Pick<CheckedProgram, "terms" | "outline"> {
  readonly tests: readonly CheckedTest[];
}

export interface CheckedProgram {
  readonly terms: Terms;
  /** Everything of the graph but its nodes; every NodeId is a term. */
  readonly outline: Omit<Graph, "schema" | "nodes" | "states" | "names" | "plots">;
  readonly names: readonly NamedTerm[];
  readonly plots: readonly NamedTerm[];
}

/** A strategy, with what it says that is no part of its graph. */
export interface CheckedStrategy extends CheckedProgram {
  /** How the file wants to be studied. */
  readonly study: StudyDeclaration;
  /** What its models are given, and what there is to learn. */
  readonly training: { readonly models: readonly ModelInputs[]; readonly labels: readonly Label[] };
}
