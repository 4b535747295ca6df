/** What a strategy trades and reads, and when it looks. */
import { timeText } from "../../backends/drawing/words.ts";
import type { Clock, Graph } from "../../graph/nodes.ts";
import type { EventKind } from "../../market/bars.ts";
import { DAY } from "../../market/calendars.ts";
import { MONTH, WEEK } from "../../market/widths.ts";
import { listed } from "./words.ts";

export function market(graph: Graph): readonly string[] {
  const { symbols, clocks, parameters } = graph;
  const names = (trades: boolean) => symbols.filter((symbol) => symbol.trades === trades).map(({ name }) => name);
  const read = names(false);
  return [
    `It trades ${listed(names(true))}${names(true).length > 1 ? ", each by itself unless a rule says otherwise" : ""}.`,
    ...(read.length === 0 ? [] : [`It reads ${listed(read)}, and never trades ${read.length === 1 ? "it" : "them"}.`]),
    ...clocks.map((clock) => clockSentence(graph, clock)),
    graph.calendar === "nyse"
      ? "Its sessions are those of the New York Stock Exchange, with its holidays and early closes."
      : "Its sessions are days in UTC: the market never closes.",
    ...parameters.map(({ name, default: value, min, max, unit }) => {
      const [shown, low, high] = [value, min, max].map((number) => parameterText(number, unit));
      return `Parameter \`${name}\` is ${shown}${min === max ? "" : `; it may be ${low} to ${high}`}.`;
    }),
  ];
}

function clockSentence(graph: Graph, clock: Clock): string {
  const { name, of, regularOnly, shortLast, events } = clock;
  const source = of === null ? "" : `, put together from \`${graph.clocks[of]?.name}\``;
  const hours = regularOnly && of === null ? " within regular trading hours; other rows are left out" : "";
  return `\`${name}\` ticks ${events === undefined ? `when ${widthWords(clock)} closes` : `with every ${EVENT_WORDS[events]}`}${source}${hours}${shortLast ? "; the last of a session may be shorter" : ""}.`;
}

const EVENT_WORDS: Readonly<Record<EventKind, string>> = { quotes: "quote", trades: "trade", book: "update of the order book" };

function widthWords({ width, of }: Clock): string {
  if (width === DAY) return of === null ? "the bar of a session" : "a session";
  if (width === WEEK) return "a week";
  if (width === MONTH) return "a month";
  return `a bar of ${timeText(width)}`;
}

function parameterText(value: number, unit: string): string {
  return unit === "ratio" ? `${Number((value * 100).toPrecision(9))}%` : `${Number(value.toPrecision(9))}`;
}
