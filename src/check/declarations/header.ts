/** The items that say what a strategy runs on: its name, calendar, symbols, groups and clocks. */
import { closest } from "../../diagnostics/closest.ts";
import type { Span } from "../../diagnostics/span.ts";
import type { Graph, Group, SymbolEntry } from "../../graph/nodes.ts";
import type { Item, Name } from "../../syntax/ast.ts";
import { type Definitions, type Header, report } from "../context.ts";
import { replacement } from "../messages/suggestions.ts";
import { define } from "../names/definitions.ts";
import { checkClocks } from "./clocks.ts";

/** What the header is read with: nothing has a meaning yet. */
export type HeaderContext = Parameters<typeof report>[0] & { readonly definitions: Definitions };

export type ItemOf<K extends Item["kind"]> = Item & { readonly kind: K };

function itemsOf<K extends Item["kind"]>(items: readonly Item[], kind: K): readonly ItemOf<K>[] {
  return items.filter((item): item is ItemOf<K> => item.kind === kind);
}

/** The one item of a kind; reports a second. */
function onlyOne<K extends "strategy" | "calendar" | "trade" | "context">(
  context: HeaderContext,
  items: readonly Item[],
  kind: K,
): ItemOf<K> | undefined {
  const [first, second] = itemsOf(items, kind);
  if (first !== undefined && second !== undefined)
    report(context, "E0102", second.span, { name: kind, by: "above" }, { labels: [{ span: first.span, text: "first here" }] });
  return first;
}

function calendarOf(context: HeaderContext, item: ItemOf<"calendar"> | undefined): Graph["calendar"] {
  if (item === undefined || item.name.text === "nyse") return "nyse";
  if (item.name.text === "always") return "always";
  report(context, "E0109", item.name.span, { key: "calendar", value: item.name.text, known: "`nyse` or `always`" });
  return "nyse";
}

function symbolsOf(context: HeaderContext, items: readonly Item[], start: Span): readonly SymbolEntry[] {
  const trade = onlyOne(context, items, "trade");
  const others = onlyOne(context, items, "context");
  if (trade?.symbols[0] === undefined) report(context, "E0108", trade?.span ?? start, { what: "a symbol: `trade [SPY]`" });
  const entries: SymbolEntry[] = [];
  const add = (name: Name, trades: boolean): void => {
    if (!define(context, context.definitions, name)) return;
    context.definitions.qualifiers.set(name.text, { kind: "symbol", id: entries.length });
    entries.push({ name: name.text, trades });
  };
  for (const name of trade?.symbols ?? []) add(name, true);
  for (const name of others?.symbols ?? []) add(name, false);
  return entries;
}

/** The symbol called `name`; reports where the file trades and reads no such one. */
export function symbolNamed(context: HeaderContext, { text, span }: Name): number | undefined {
  const { qualifiers } = context.definitions;
  const found = qualifiers.get(text);
  if (found?.kind === "symbol") return found.id;
  const near = closest(
    text,
    [...qualifiers].flatMap(([name, { kind }]) => (kind === "symbol" ? [name] : [])),
  );
  report(context, "E0101", span, { name: text, near }, { help: near === undefined ? [] : [replacement(span, near)] });
  return undefined;
}

function groupOf(context: HeaderContext, { name, symbols }: ItemOf<"group">): Group {
  const ids = new Set<number>();
  for (const symbol of symbols) {
    const id = symbolNamed(context, symbol);
    if (id !== undefined && ids.has(id)) report(context, "E0102", symbol.span, { name: symbol.text, by: `in \`${name.text}\`` });
    if (id !== undefined) ids.add(id);
  }
  return { name: name.text, symbols: [...ids].sort((a, b) => a - b) };
}

function groupsOf(context: HeaderContext, items: readonly Item[], symbols: readonly SymbolEntry[]): readonly Group[] {
  const groups: Group[] = [{ name: "universe", symbols: [...symbols.keys()].filter((id) => symbols[id]?.trades) }];
  context.definitions.qualifiers.set("universe", { kind: "group", id: 0 });
  for (const item of itemsOf(items, "group")) {
    if (!define(context, context.definitions, item.name)) continue;
    context.definitions.qualifiers.set(item.name.text, { kind: "group", id: groups.length });
    groups.push(groupOf(context, item));
  }
  return groups;
}

/** Reads the header. What is missing or wrong is reported and left empty; names of symbols, groups and clocks are defined. */
export function checkHeader(context: HeaderContext, items: readonly Item[], start: Span): Header {
  const strategy = onlyOne(context, items, "strategy");
  if (strategy === undefined) report(context, "E0108", start, { what: "a name: `strategy my_first`" });
  const calendar = calendarOf(context, onlyOne(context, items, "calendar"));
  const symbols = symbolsOf(context, items, start);
  const groups = groupsOf(context, items, symbols);
  const clocks = checkClocks(context, itemsOf(items, "clock"), calendar, start);
  const events = clocks[0]?.events;
  const second = [...(itemsOf(items, "trade")[0]?.symbols ?? []), ...(itemsOf(items, "context")[0]?.symbols ?? [])][1];
  if ((events === "quotes" || events === "book") && second !== undefined) {
    const help = { text: "a clock of bars or of trades takes several symbols; or make a file for each", edits: [] };
    report(context, "E0901", second.span, { what: `a second symbol on a clock of ${events}` }, { help: [help] });
  }
  return { strategy: strategy?.name.text ?? "", calendar, symbols, groups, clocks };
}
