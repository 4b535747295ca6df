/** An explanation for people: headings and sentences, in lines that fit a terminal. */
import type { Explanation } from "./explanation.ts";

const WIDTH = 100;

/** The explanation as text. */
export function explanationText({ strategy, doc, sections }: Explanation): string {
  const parts = sections.map(({ title, sentences }) => [title, ...sentences.flatMap(bulleted)].join("\n"));
  const head = doc === null ? strategy : `${strategy}\n${folded(doc.replace(/\n/g, " "), "  ", "  ")}`;
  return `${[head, ...parts].join("\n\n")}\n`;
}

function bulleted(sentence: string): readonly string[] {
  return [folded(sentence, "  - ", "    ")];
}

/** Words in lines of at most `WIDTH`, unless one word is longer. */
function folded(text: string, first: string, rest: string): string {
  const lines: string[] = [];
  let line = first;
  for (const word of text.split(" ")) {
    if (line.trim() !== "" && line.trim() !== "-" && line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      line = rest;
    }
    line += line.endsWith(" ") || line === "" ? word : ` ${word}`;
  }
  return [...lines, line].join("\n");
}
