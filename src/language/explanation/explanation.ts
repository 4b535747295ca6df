/** A strategy read back in plain English: what a trader wants to know of a file before trusting it. */
import { widthText } from "../../data/conventions.ts";
import type { Graph } from "../../graph/nodes.ts";

export interface Section {
  readonly title: string;
  readonly sentences: readonly string[];
}

export interface Explanation {
  readonly strategy: string;
  readonly sections: readonly Section[];
}

/** What the graph does, in the order in which one asks. */
export function explanationOf(graph: Graph): Explanation {
  return { strategy: graph.strategy, sections: [market(graph)] };
}

function market({ symbols, clocks, calendar }: Graph): Section {
  const traded = symbols.filter(({ trades }) => trades).map(({ name }) => name);
  return {
    title: "Market",
    sentences: [
      `It trades ${traded.join(", ")}, on the ${calendar} calendar.`,
      ...clocks.map(({ name, width }) => `The clock ${name} ticks when a bar of ${widthText(width)} closes.`),
    ],
  };
}

/** The explanation for people: a heading and its sentences, one a line. */
export function explanationText({ strategy, sections }: Explanation): string {
  const parts = sections.map(({ title, sentences }) => [title, ...sentences.map((sentence) => `  ${sentence}`)].join("\n"));
  return `${[strategy, ...parts].join("\n\n")}\n`;
}
