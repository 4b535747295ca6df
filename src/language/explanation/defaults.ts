/** What a file leaves to the language, and the language decides. */
import { grouped, percent } from "../../backends/drawing/words.ts";
import type { Graph } from "../../graph/nodes.ts";
import type { File } from "../../syntax/ast.ts";

/** Sentences about what the file does not say; `cash` in usd. */
export function defaults(graph: Graph, file: File, cash: number): readonly string[] {
  const { simulate, rules } = graph;
  const settings = new Set(file.items.flatMap((item) => (item.kind === "simulate" ? item.settings.map(({ key }) => key.text) : [])));
  const risk = new Set(file.items.flatMap((item) => (item.kind === "risk" ? item.lines.map(({ measure }) => measure.text) : [])));
  const clauses = file.items.flatMap((item) => (item.kind === "rule" ? item.clauses : []));
  const orders = clauses.flatMap((clause) => (clause.kind === "enter" ? clause.clauses : [])).filter(({ kind }) => kind === "order");
  const entries = rules.filter(({ kind }) => kind === "enter");
  const unless = (isSaid: boolean, sentence: string): readonly string[] => (isSaid ? [] : [sentence]);
  return [
    `The account begins with ${grouped(String(cash))}usd (\`--cash\`, or the configuration).`,
    ...unless(settings.has("fees"), "There are no fees."),
    ...unless(settings.has("slippage"), "There is no slippage: orders fill at the very price."),
    ...unless(settings.has("market"), "A market order fills at the open of the next bar."),
    ...unless(orders.length >= entries.length, "An order is a market order of the day where nothing else is said."),
    ...unless(settings.has("limit"), "A limit order fills only where the market trades through its price."),
    "Of a stop and a target that one bar touches, the stop comes first.",
    ...unless(settings.has("volume_cap"), "Fills are always complete, whatever the volume."),
    ...unless(
      risk.has("price_collar"),
      `The price collar is ${percent(graph.collar)}: a limit price further from the last close is refused.`,
    ),
    ...unless(simulate.market === "close", "What is decided at a close cannot fill at it: look-ahead cannot be written."),
    "Quantities are whole shares, rounded down.",
    ...unless(
      file.items.some(({ kind }) => kind === "calendar"),
      "The calendar is that of the New York Stock Exchange.",
    ),
    ...unless(entries.length === 0, "Each symbol has one trade at a time; an exit closes all of it; exits come before entries."),
    "A condition without a value, such as a division by zero, never enters.",
  ];
}
