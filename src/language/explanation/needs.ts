/** What each named value and each rule needs: ticks before it exists, memory, work, and how long it remembers where the data began. */
import type { Features } from "../../backends/drawing/features.ts";
import { grouped } from "../../backends/drawing/words.ts";
import type { ClockId, Graph } from "../../graph/nodes.ts";
import type { Settling } from "../../graph/settling.ts";
import { firstClock } from "../../graph/traverse.ts";
import { counted } from "./words.ts";

/** A sentence for each; what several need is counted at the first. */
export function needs(graph: Graph, { features, rules }: Features): readonly string[] {
  const text = (part: Part, clock: ClockId | null) =>
    `${readyText(graph, part, clock)}, ${costText(part)}${settlingText(graph, part.settling)}.`;
  return [
    ...features.map((feature) => `\`${feature.names.join("`, `")}\` is there ${text(feature, feature.clock)}`),
    ...graph.rules.flatMap((rule, index) => {
      const part = rules[index];
      return part === undefined ? [] : [`Rule \`${rule.name}\` can act ${text(part, rule.clock)}`];
    }),
  ];
}

interface Part {
  readonly warmup: number;
  readonly settling: Settling;
  readonly bytes: number;
  readonly operations: number;
}

function readyText(graph: Graph, { warmup }: Part, clock: ClockId | null): string {
  const name = clock === null ? undefined : graph.clocks[clock]?.name;
  return name === undefined ? "from the start" : `from tick ${grouped(String(warmup))} of \`${name}\` on`;
}

function costText({ bytes, operations }: Part): string {
  const kept = bytes === 0 ? "nothing" : counted(bytes, "byte");
  return `keeps ${kept} and does at most ${counted(operations, "operation")} a tick`;
}

function settlingText(graph: Graph, settling: Settling): string {
  if (settling === 0) return "";
  if (settling === "never") return "; it never forgets where the data began";
  if (settling === "unknown") return "; how long it remembers where the data began is not known";
  return `; it remembers where the data began for ${counted(settling, "bar")} of \`${firstClock(graph).name}\``;
}
