/** The items that say what a strategy runs on: its name, calendar, symbol and clock. */
import type { Span } from "../../diagnostics/span.ts";
import type { Graph } from "../../graph/nodes.ts";
import type { Item } from "../../syntax/ast.ts";
import { type Context, report, textAt } from "../context.ts";
import { define } from "../names/definitions.ts";
import { literalOf } from "../types/literals.ts";
import { unitText } from "../types/units.ts";
import { POISON } from "../types/values.ts";

export type Header = Pick<Graph, "strategy" | "calendar" | "symbols" | "groups" | "clocks">;

type ItemOf<K extends Item["kind"]> = Item & { readonly kind: K };

const WEEK = 7 * 86_400_000_000;

function itemsOf<K extends Item["kind"]>(items: readonly Item[], kind: K): readonly ItemOf<K>[] {
  return items.filter((item): item is ItemOf<K> => item.kind === kind);
}

/** The one item of a kind; reports a second. */
function onlyOne<K extends "strategy" | "calendar" | "trade">(context: Context, items: readonly Item[], kind: K): ItemOf<K> | undefined {
  const [first, second] = itemsOf(items, kind);
  if (first !== undefined && second !== undefined)
    report(context, "E0102", second.span, { name: kind, by: "above" }, { labels: [{ span: first.span, text: "first here" }] });
  return first;
}

function calendarOf(context: Context, item: ItemOf<"calendar"> | undefined): Header["calendar"] {
  if (item === undefined || item.name.text === "nyse") return "nyse";
  if (item.name.text === "always") return "always";
  report(context, "E0109", item.name.span, { key: "calendar", value: item.name.text, known: "`nyse` or `always`" });
  return "nyse";
}

function symbolsOf(context: Context, item: ItemOf<"trade"> | undefined, start: Span): Header["symbols"] {
  const [symbol, ...others] = item?.symbols ?? [];
  if (symbol === undefined) {
    report(context, "E0108", item?.span ?? start, { what: "a symbol: `trade [SPY]`" });
    return [];
  }
  if (others.length > 0) report(context, "E0901", item?.span ?? start, { what: "trade of several symbols" });
  for (const other of others) context.definitions.parameters.set(other.text, POISON);
  context.definitions.unsupported.set(symbol.text, `${symbol.text}.…`);
  return [{ name: symbol.text, trades: true }];
}

/** Whether this clock runs in this version: of a fixed width, on the rows as they come. */
function isSupported(context: Context, clock: ItemOf<"clock">): boolean {
  const width = literalOf(clock.width);
  const isOther = clock.of !== undefined || clock.shortLast || width === undefined || width.value >= WEEK;
  if (isOther) report(context, "E0901", clock.span, { what: textAt(context, clock.span) });
  else if (unitText(width.unit) !== "duration" || !Number.isInteger(width.value) || width.value <= 0)
    report(context, "E0409", clock.width.span, { what: "The width of a clock", wanted: "a duration, `5m` or `1d`", value: "no duration" });
  else return true;
  return false;
}

function clocksOf(context: Context, clocks: readonly ItemOf<"clock">[], start: Span): Header["clocks"] {
  const [first, ...others] = clocks;
  for (const other of others) {
    report(context, "E0901", other.span, { what: `a second clock, ${other.name.text}` });
    context.definitions.parameters.set(other.name.text, POISON);
  }
  if (first === undefined) report(context, "E0108", start, { what: "a clock: `clock day = 1d`" });
  if (first === undefined || !isSupported(context, first)) return [];
  define(context, context.definitions, first.name);
  context.definitions.unsupported.set(first.name.text, `${first.name.text}.…`);
  return [{ name: first.name.text, width: literalOf(first.width)?.value ?? 0, of: null, regularOnly: first.regular, shortLast: false }];
}

/** Reads the header. What is missing or wrong is reported and left empty. */
export function checkHeader(context: Context, items: readonly Item[], start: Span): Header {
  const strategy = onlyOne(context, items, "strategy");
  if (strategy === undefined) report(context, "E0108", start, { what: "a name: `strategy my_first`" });
  return {
    strategy: strategy?.name.text ?? "",
    calendar: calendarOf(context, onlyOne(context, items, "calendar")),
    symbols: symbolsOf(context, onlyOne(context, items, "trade"), start),
    groups: [{ name: "universe", symbols: [0] }],
    clocks: clocksOf(context, itemsOf(items, "clock"), start),
  };
}

/** Reports the items that no version up to this one gives a meaning. */
export function checkUnsupported(context: Context, items: readonly Item[]): void {
  const { parameters } = context.definitions;
  for (const item of items) {
    if (item.kind === "context" || item.kind === "on" || item.kind === "test" || item.kind === "group" || item.kind === "model")
      report(context, "E0901", item.span, { what: item.kind });
    if (item.kind === "context") for (const symbol of item.symbols) parameters.set(symbol.text, POISON);
    if (item.kind === "group" || item.kind === "model") parameters.set(item.name.text, POISON);
  }
}
