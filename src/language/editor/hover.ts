/** What an editor shows of the name under the pointer: how it is defined, its unit and range, when it is ready, and its doc comment. */
import type { Feature } from "../../backends/drawing/features.ts";
import { grouped, rangeText, settlingText } from "../../backends/drawing/words.ts";
import { counted } from "../explanation/words.ts";
import type { Analysis, Known, ProgramFeatures } from "./analysis.ts";
import { builtInText } from "./built-in.ts";
import type { LibraryFunction } from "./library.ts";
import type { FileSymbol } from "./symbols.ts";
import { symbolOf, type Word, wordAt } from "./words.ts";

export interface Hover {
  readonly word: Word;
  /** Markdown. */
  readonly text: string;
}

/** Null where nothing is known of what stands there. */
export function hoverAt(analysis: Analysis, offset: number, library: () => ReadonlyMap<string, LibraryFunction>): Hover | null {
  const word = wordAt(analysis.text, offset);
  if (word === null) return null;
  const symbol = symbolOf(analysis.symbols, word) ?? library().get(word.text);
  if (symbol === undefined) {
    const text = builtInText(word);
    return text === null ? null : { word, text };
  }
  const facts = symbol.kind === "value" && symbol.scope === null ? factsOf(analysis.program, symbol) : [];
  return {
    word,
    text: [`\`\`\`strat\n${symbol.declaration}\n\`\`\``, ...facts, ...(symbol.doc === null ? [] : [symbol.doc])].join("\n\n"),
  };
}

function factsOf(program: Known | null, { name, qualifier }: FileSymbol): readonly string[] {
  if (program === null) return [];
  const key = qualifier === null ? name : `${qualifier}.${name}`;
  const features = program.features();
  const feature = features.features.get(key);
  const named = program.names.get(key);
  if (named === undefined) return [];
  return [feature === undefined ? `\`${named.unit}\`` : featureText(features, feature)];
}

function featureText({ graph }: ProgramFeatures, { unit, range, isBool, clock, warmup, settling, decides }: Feature): string {
  const ticks = clock === null ? "" : ` of \`${graph.clocks[clock]?.name}\``;
  const words = [
    `\`${unit}\``,
    ...(isBool ? [] : [rangeText(range, false)]),
    warmup <= 1 ? "ready at once" : `ready after ${counted(warmup, "tick")}${ticks}`,
    ...(settling === 0
      ? []
      : [typeof settling === "number" ? `settled ${grouped(String(settling))} bars later` : `settling ${settlingText(settling)}`]),
    ...(decides ? [] : ["no rule reads it"]),
  ];
  return words.join(" · ");
}
