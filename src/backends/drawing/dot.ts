/** A picture in the DOT language, for Graphviz and what reads it. The same picture gives the same text. */
import { colourOf } from "./palette.ts";
import type { Picture } from "./picture.ts";

/** The picture as a DOT document. */
export function pictureDot({ title, totals, boxes, arrows }: Picture): string {
  const nodes = boxes.map((box) => {
    const { fill, stroke } = colourOf(box);
    const label = quoted([box.title, ...box.lines].join("\n"), "\\l");
    return `  ${quoted(box.id)} [label=${label} fillcolor=${quoted(fill)} color=${quoted(stroke)}${box.isIdle ? ' style="filled,rounded,dashed"' : ""}]`;
  });
  const edges = arrows.map(({ from, to, label }) => `  ${quoted(from)} -> ${quoted(to)}${label === "" ? "" : ` [label=${quoted(label)}]`}`);
  return `${[
    `digraph ${quoted(title)} {`,
    `  graph [rankdir=LR label=${quoted([title, ...totals].join("\n"), "\\l")} labelloc=t fontname=monospace bgcolor=white]`,
    `  node [shape=box style="filled,rounded" fontname=monospace fontsize=11]`,
    `  edge [color="#64748b" fontname=monospace fontsize=10]`,
    ...nodes,
    ...edges,
    "}",
  ].join("\n")}\n`;
}

/** A quoted string; each of several lines ends with `end`. */
function quoted(text: string, end = "\\n"): string {
  const escaped = text.replace(/\\/g, "\\\\").replace(/"/g, '\\"');
  return `"${escaped.includes("\n") ? `${escaped.replace(/\n/g, end)}${end === "\\l" ? end : ""}` : escaped}"`;
}
