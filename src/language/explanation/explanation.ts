/** A strategy read back in plain English: what a trader wants to know of a file before trusting it. */
import { featuresOf } from "../../backends/drawing/features.ts";
import type { GraphParts } from "../../compile.ts";
import type { File } from "../../syntax/ast.ts";
import { outlineOf } from "../outline.ts";
import { defaults } from "./defaults.ts";
import { type LimitExplanation, limitExplanations, limitSentences } from "./limits.ts";
import { market } from "./market.ts";
import { needs } from "./needs.ts";
import { powers } from "./powers.ts";
import { ruleSections } from "./rules.ts";
import { start } from "./start.ts";

export interface Section {
  readonly title: string;
  readonly sentences: readonly string[];
}

export interface Explanation {
  readonly strategy: string;
  /** What the file says of itself; null where it says nothing. */
  readonly doc: string | null;
  readonly sections: readonly Section[];
  readonly limits: readonly LimitExplanation[];
}

/** What the strategy does, in the order in which one asks, under its default parameters and with `cash` (usd) at the start. */
export function explanationOf({ graph, parts }: GraphParts, file: File, cash: number): Explanation {
  const parameters = graph.parameters.map((parameter) => parameter.default);
  const written = outlineOf(file);
  const features = featuresOf(graph, parameters);
  const limits = limitExplanations(graph, cash);
  return {
    strategy: graph.strategy,
    doc: file.items.find(({ kind }) => kind === "strategy")?.doc ?? null,
    sections: [
      { title: "What it trades, and when it looks", sentences: market(graph) },
      ...ruleSections(graph, features, written, parts),
      { title: "When it starts", sentences: start(graph, parameters) },
      { title: "What its values and rules need", sentences: needs(graph, features) },
      { title: "What it can and cannot do", sentences: powers(graph, file) },
      { title: "Limits", sentences: limitSentences(limits) },
      { title: "Taken for granted: the file does not say otherwise", sentences: defaults(graph, file, cash) },
    ],
    limits,
  };
}
