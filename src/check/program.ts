/** What the checker hands to lowering: the graph as it will be, still speaking of terms. */
import type { Graph } from "../graph/nodes.ts";
import type { TermId, Terms } from "./terms/terms.ts";

export interface NamedTerm {
  readonly name: string;
  readonly term: TermId;
  readonly unit: string;
  readonly doc: string | null;
}

export interface CheckedProgram {
  readonly terms: Terms;
  /** Everything of the graph but its nodes; every NodeId is a term. */
  readonly outline: Omit<Graph, "schema" | "nodes" | "states" | "names" | "plots">;
  readonly names: readonly NamedTerm[];
  readonly plots: readonly NamedTerm[];
}
