/**
 * Writes docs/library.md from the library and what its goldens measure: `npx node tests/golden/page.ts`. A test fails where the page is stale.
 */
import { globSync, readFileSync, writeFileSync } from "node:fs";
import { basename } from "node:path";
import type { Bounds } from "../../src/graph/bounds.ts";
import { SLOT_COUNT } from "../../src/graph/kernel.ts";
import type { Item } from "../../src/syntax/ast.ts";
import { parse } from "../../src/syntax/parse.ts";
import { boundsOf, compiledExpression } from "./evaluate.ts";
import { type Measured, measure, type OwnGolden, ownGoldens } from "./own.ts";

type FunctionItem = Extract<Item, { kind: "fn" }>;

interface Family {
  readonly name: string;
  readonly doc: string;
  readonly text: string;
  readonly functions: readonly FunctionItem[];
}

/** A golden over one of the series. */
interface Measurement extends Measured {
  readonly golden: OwnGolden;
  readonly series: string;
}

/** The goldens of one expression. */
export interface MeasuredExpression {
  readonly family: string;
  readonly expression: string;
  readonly bounds: Bounds;
  /** Rows up to and including the first on which all outputs have a value. */
  readonly warmup: number;
  readonly measurements: readonly Measurement[];
}

export function libraryFamilies(): readonly Family[] {
  return globSync("stdlib/*.strat")
    .sort()
    .map((path) => {
      const text = readFileSync(path, "utf8");
      const items = parse(text, path).value?.items ?? [];
      const doc = items.find((item) => item.kind === "module")?.doc ?? "";
      return { name: basename(path, ".strat"), doc, text, functions: items.filter((item) => item.kind === "fn") };
    });
}

/** Whether the expression calls the function. */
export function calls(expression: string, name: string): boolean {
  return new RegExp(`\\b${name}\\(`).test(expression);
}

function measuredExpression(family: string, expression: string, goldens: readonly OwnGolden[]): MeasuredExpression {
  const compiled = compiledExpression(expression);
  const nodes = compiled.outputs.map(({ node }) => node);
  const bounds = boundsOf(compiled.graph, nodes);
  const measurements = goldens.flatMap((golden) =>
    Object.keys(golden.values).map((series) => ({ golden, series, ...measure(golden, compiled, series) })),
  );
  return { family, expression, bounds, warmup: Math.max(...nodes.map((node) => bounds.warmup[node] ?? 1)), measurements };
}

/** All goldens of our own, measured. */
export function measureLibrary(): readonly MeasuredExpression[] {
  return [...ownGoldens()].flatMap(([family, entries]) =>
    [...Map.groupBy(entries, ({ expression }) => expression)].map(([expression, goldens]) =>
      measuredExpression(family, expression, goldens),
    ),
  );
}

function signature(text: string, { span, body }: FunctionItem): string {
  const begin = text.indexOf("fn ", span.start);
  return text
    .slice(begin + 3, body.span.start)
    .replace(/\s+/g, " ")
    .trim();
}

/** To one digit; conditions have no difference. */
function differenceText(measurements: readonly Measurement[]): string {
  if (measurements.every(({ golden, series }) => "holds" in (golden.values[series] ?? {}))) return "none";
  const largest = Math.max(...measurements.map(({ difference }) => difference));
  return largest === 0 ? "0" : largest.toExponential(0);
}

function row(text: string, item: FunctionItem, measured: readonly MeasuredExpression[]): string {
  const own = measured.find(({ expression }) => expression.startsWith(`${item.name.text}(`));
  const found = own ?? measured.find(({ expression }) => calls(expression, item.name.text));
  if (found === undefined) throw new Error(`${item.name.text} has no golden`);
  const { bounds, warmup, measurements, expression } = found;
  const sources = [...new Set(measurements.map(({ golden }) => golden.source))].join(", ");
  const cells = [
    `\`${signature(text, item)}\``,
    `\`${expression}\``,
    warmup,
    bounds.settling,
    bounds.operationsPerRow,
    bounds.stateBytes,
    sources,
    differenceText(measurements),
  ];
  return `| ${cells.join(" | ")} |`;
}

function section({ name, doc, text, functions }: Family, measured: readonly MeasuredExpression[]): string {
  const own = measured.filter(({ family }) => family === name);
  const rows = functions.map((item) => row(text, item, own));
  const docs = functions.map((item) => `- **${item.name.text}**: ${(item.doc ?? "").replace(/\s+/g, " ")}`);
  const head =
    "| function | as measured | warm-up | settling | operations | bytes | golden | difference |\n|---|---|---|---|---|---|---|---|";
  return `## std.${name}\n\n${doc.replace(/\s+/g, " ")}\n\n${head}\n${rows.join("\n")}\n\n${docs.join("\n")}\n`;
}

/** The page. */
export function libraryPage(measured: readonly MeasuredExpression[]): string {
  const families = libraryFamilies();
  const count = families.reduce((total, { functions }) => total + functions.length, 0);
  return `# The standard library

<!-- Generated by tests/golden/page.ts: do not edit. -->

${count} functions in ${families.length} modules, written in the language itself: stdlib/ has their text, and every file sees them without an import. A function that a file does not call costs
no more than its parsing.

- *warm-up*: rows up to and including the first value; *settling*: rows after that until the start is forgotten to within 1e-9 ("never": a running total, which a
  rule may not read; "unknown": since a condition that nobody knows when to hold). Both, like *operations* a row and *bytes* kept from row to row (with the ${SLOT_COUNT * 8} of the account), are of
  the call in the second column, all its outputs together.
- *golden*: where the expected values come from: TA-Lib 0.8, or a definition in plain Python (tests/golden/plain.py). *difference*: the largest one over three series of our own
  (a random walk, a trend, and bars of few ticks with stretches on which nothing moves and bars without volume), of the value, or where that is a small difference of large numbers
  of the price, the largest value or the oscillator's range (tests/golden/definitions.py says which). "none" is of conditions: they hold on the same rows.
- On shared data the library is compared with TA-Lib and Stock.Indicators besides (tests/golden/indicators.test.ts).

${families.map((family) => section(family, measured)).join("\n")}`;
}

if (import.meta.main) writeFileSync(new URL("../../docs/library.md", import.meta.url), libraryPage(measureLibrary()));
