/** Which bars a strategy runs over: a dataset for each of its symbols, from what the command line names or from the store. */
import { statSync } from "node:fs";
import { basename } from "node:path";
import { widthText } from "../data/conventions.ts";
import { closest } from "../diagnostics/closest.ts";
import type { Graph } from "../graph/nodes.ts";
import { firstClock } from "../graph/traverse.ts";
import type { BarSource } from "../market/bars.ts";
import { type DataFlags, openWanted, type WantedBars } from "./data-flags.ts";
import { CommandFailure, usageFailure } from "./failure.ts";
import type { Terminal } from "./terminal.ts";

/**
 * One dataset for each symbol of the graph, in its order. `named` is what the user names: `SYMBOL=LOCATION`, locations whose name says the symbol, or one
 * location that has them all.
 */
export async function openAll(graph: Graph, named: readonly string[], flags: DataFlags, terminal: Terminal): Promise<readonly BarSource[]> {
  const sources: BarSource[] = [];
  const isOneOfMany = graph.symbols.length > 1;
  const { events } = firstClock(graph);
  for (const wanted of wantedBars(graph, named)) {
    const labelled = isOneOfMany ? { ...wanted, label: wanted.symbol } : wanted;
    sources.push(await openWanted({ ...labelled, events }, flags, terminal));
  }
  checkWidths(sources);
  const [only, ...others] = named;
  if (only !== undefined && others.length === 0 && isOneOfMany) checkColumn(graph, only, sources);
  return sources;
}

/** Finer bars inside the rows of each traded symbol, named as the rows are; null for the others. */
export async function openFiner(
  graph: Graph,
  named: readonly string[],
  { width: _, ...flags }: DataFlags,
  terminal: Terminal,
): Promise<readonly (BarSource | null)[]> {
  const { width, events } = firstClock(graph);
  if (events !== undefined) throw usageFailure(`--fills is for bars: nothing lies inside an event of ${events}.`);
  const finer = new Map<string, BarSource>();
  for (const wanted of wantedBars({ ...graph, symbols: graph.symbols.filter(({ trades }) => trades) }, named)) {
    const source = await openWanted({ ...wanted, label: "finer bars" }, { ...flags, actions: [] }, terminal);
    if (source.info.width >= width) {
      const widths = `${widthText(source.info.width)} for rows of ${widthText(width)}`;
      throw new CommandFailure(1, "width_mismatch", `The bars of --fills are not finer: ${widths}.`);
    }
    finer.set(wanted.symbol, source);
  }
  return graph.symbols.map(({ name }) => finer.get(name) ?? null);
}

/** What to open for each symbol. With one symbol all locations are parts of its dataset; with several each has one. */
function wantedBars(graph: Graph, named: readonly string[]): readonly (WantedBars & { readonly symbol: string })[] {
  const { calendar } = graph;
  const symbols = graph.symbols.map(({ name }) => name);
  const { width } = firstClock(graph);
  if (named.length === 0) return symbols.map((symbol) => ({ locations: [symbol], symbol, calendar, width }));
  const [only, ...others] = symbols;
  const parts = named.map((location) => partOf(location, symbols));
  if (only !== undefined && others.length === 0) return [{ locations: parts.map(({ location }) => location), symbol: only, calendar }];
  const [shared, ...rest] = parts;
  if (shared?.symbol === null && rest.length === 0) return symbols.map((symbol) => ({ locations: [shared.location], symbol, calendar }));
  const bySymbol = new Map<string, string>();
  for (const { symbol, location } of parts) {
    if (symbol === null) throw unclear(location, symbols);
    const before = bySymbol.get(symbol);
    if (before !== undefined) throw usageFailure(`Two datasets for ${symbol}: ${before} and ${location}.`);
    bySymbol.set(symbol, location);
  }
  const missing = symbols.filter((symbol) => !bySymbol.has(symbol));
  if (missing.length > 0) {
    const help = `Name one for each symbol, as in \`--data ${missing[0]}=FILE\`; without --data all come from the store.`;
    throw usageFailure(`No data for ${missing.join(", ")}.`, [help]);
  }
  return symbols.map((symbol) => ({ locations: [bySymbol.get(symbol) ?? symbol], symbol, calendar }));
}

/** A location, and the symbol it is of as far as its words say. */
interface Part {
  readonly symbol: string | null;
  readonly location: string;
}

/** `SYMBOL=LOCATION`, unless a file has that very name. */
function partOf(argument: string, symbols: readonly string[]): Part {
  const [, name, location] = /^([A-Za-z0-9._-]+)=(.+)$/.exec(argument) ?? [];
  if (name === undefined || location === undefined || statSync(argument, { throwIfNoEntry: false }) !== undefined) {
    return { symbol: symbolNamed(argument, symbols), location: argument };
  }
  if (symbols.includes(name)) return { symbol: name, location };
  const near = closest(name, symbols);
  const guess = near === undefined ? "" : ` Did you mean \`${near}\`?`;
  throw usageFailure(`The strategy has no symbol ${name}.${guess}`, [`It has ${symbols.join(", ")}.`]);
}

/** The symbol that a file's name begins with ("spy_1min.csv" is of SPY), the longest of several; null where none does. */
function symbolNamed(location: string, symbols: readonly string[]): string | null {
  const name = basename(location).toUpperCase();
  const fitting = symbols.filter((symbol) => name.startsWith(symbol.toUpperCase()) && !/[A-Z0-9]/.test(name.charAt(symbol.length)));
  return fitting.toSorted((a, b) => b.length - a.length)[0] ?? null;
}

function unclear(location: string, symbols: readonly string[]): CommandFailure {
  const near = closest(basename(location).split(/[._-]/)[0] ?? "", symbols) ?? symbols[0];
  return usageFailure(`${location} does not say which symbol it is of.`, [
    `Say it: \`--data ${near}=${location}\`.`,
    `The strategy has ${symbols.join(", ")}.`,
  ]);
}

/** Without a column of symbols, one location would give all of them the same rows. */
function checkColumn({ symbols }: Graph, location: string, sources: readonly BarSource[]): void {
  if (new Set(sources.map(({ info }) => info.hash)).size === sources.length) return;
  throw unclear(
    location,
    symbols.map(({ name }) => name),
  );
}

function checkWidths(sources: readonly BarSource[]): void {
  if (new Set(sources.map(({ info }) => info.width)).size < 2) return;
  const widths = sources.map(({ info }) => `${info.symbol} ${widthText(info.width)}`).join(", ");
  throw new CommandFailure(1, "width_mismatch", `The datasets have bars of different widths: ${widths}.`, [
    "All must be of the first clock's width.",
  ]);
}
