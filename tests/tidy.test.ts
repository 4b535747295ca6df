/**
 * Keeps the tree tidy: layers, bans, sizes, and a case for every diagnostic code. Each check is a pure function over source texts, so that the
 * test can plant a violation and see it found.
 */
import { globSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { describe, expect, it } from "vitest";

interface Source {
  readonly path: string;
  readonly text: string;
}

/** A folder (or file) imports only those before it. */
const LAYERS = [
  "values",
  "market",
  "diagnostics",
  "graph",
  "models",
  "certify",
  "syntax",
  "check",
  "lower",
  "compile.ts",
  "backends",
  "ledger",
  "engine",
  "journal",
  "venue",
  "data",
  "run",
  "report",
  "research",
  "language",
  "config",
  "adapters",
  "cli",
];
const COMPILER = new Set(["syntax", "check", "lower"]);
const MAY_READ_COMPILER = new Set(["syntax", "check", "lower", "compile.ts", "language", "cli"]);
/** What checks the compiler's work shares nothing with it. */
const CERTIFIER_READS = new Set(["certify", "values", "market"]);
const OUTSIDE_CORE = new Set(["adapters", "cli"]);

const BANS: readonly (readonly [RegExp, string])[] = [
  [/\bnew Date\b|\bDate\.(now|parse|UTC)\b/, "Date"],
  [
    /\bMath\.(random|exp|expm1|log|log10|log1p|log2|pow|sin|cos|tan|asin|acos|atan|atan2|sinh|cosh|tanh|cbrt|hypot)\b/,
    "Math function whose bits differ between engines",
  ],
  [/\bIntl\.|toLocale(String|DateString|TimeString)\b/, "Intl"],
  [/\bprocess\.|\bBuffer\b|\bconsole\./, "Node or console"],
  [/from "node:/, "Node module"],
  [
    /(?<!(?:^|[^\w.])\d+ )\*\*(?![/*])|\*\*(?! -?\d+(?![\w.]))(?![/*])/,
    "the ** operator, other than between integers as written (its bits differ between engines)",
  ],
];

const FILE_LINES_MAX = 400;
const FUNCTION_LINES_MAX = 70;
const FUNCTION_LINES_95TH = 40;

function layerOf(path: string): string {
  return path.split("/")[1] ?? "";
}

/** The files of src/ that `source` imports. */
function importsOf(source: Source): string[] {
  const found = source.text.matchAll(/(?:from|import)\s*\(?"(\.[^"]+)"/g);
  return [...found].map((match) => normalize(join(dirname(source.path), match[1]!)));
}

function layerViolations(sources: readonly Source[]): string[] {
  const violations: string[] = [];
  for (const source of sources) {
    const layer = layerOf(source.path);
    const rank = LAYERS.indexOf(layer);
    if (rank < 0) violations.push(`${source.path}: src/${layer} is not a layer`);
    for (const target of importsOf(source)) {
      const other = layerOf(target);
      if (LAYERS.indexOf(other) > rank) violations.push(`${source.path} imports ${target}, which stands after it`);
      if (layer === "certify" && !CERTIFIER_READS.has(other)) violations.push(`${source.path} imports ${target}: it must not trust that`);
      if (COMPILER.has(other) && !MAY_READ_COMPILER.has(layer)) violations.push(`${source.path} imports ${target}: only the compiler may`);
    }
  }
  return violations;
}

/** Code without comments and string contents, line for line. */
function codeOf(text: string): string[] {
  return text
    .replace(/\/\*[\s\S]*?\*\//g, (comment) => comment.replace(/[^\n]/g, " "))
    .split("\n")
    .map((line) =>
      (/^\s*(import|export)\b.*from/.test(line) ? line : line.replace(/"(?:[^"\\]|\\.)*"/g, '""').replace(/`[^`$]*`/g, "``")).replace(
        /(^|[^:])\/\/.*$/,
        "$1",
      ),
    );
}

function banViolations(sources: readonly Source[]): string[] {
  const violations: string[] = [];
  for (const source of sources.filter((s) => !OUTSIDE_CORE.has(layerOf(s.path)))) {
    codeOf(source.text).forEach((line, index) => {
      for (const [pattern, what] of BANS) if (pattern.test(line)) violations.push(`${source.path}:${index + 1}: ${what}`);
    });
  }
  return violations;
}

function exportViolations(sources: readonly Source[]): string[] {
  return sources
    .filter((s) => /^export default\b/m.test(s.text) || /^export \* from/m.test(s.text))
    .map((s) => `${s.path}: default export or barrel`);
}

/** Line counts of the functions of a formatted file: from a line that opens one to the closing brace of the same indentation. */
function functionLengths(source: Source): { readonly line: number; readonly length: number }[] {
  const lines = source.text.split("\n");
  const found: { line: number; length: number }[] = [];
  lines.forEach((line, start) => {
    const opening =
      /^(\s*)(?:export )?(?:async )?(?:function\b.*|(?:const|let) \w+.*=>.*|(?:static |private |public )?(?:async )?\w+\(.*\).*)\{$/.exec(
        line,
      );
    if (!opening || /^\s*(if|for|while|switch|else|\} else)\b/.test(line)) return;
    const end = lines.findIndex((other, index) => index > start && other.startsWith(`${opening[1]}}`));
    if (end > start) found.push({ line: start + 1, length: end - start + 1 });
  });
  return found;
}

function sizeViolations(sources: readonly Source[]): string[] {
  const violations: string[] = [];
  const lengths: number[] = [];
  for (const source of sources) {
    const lines = source.text.split("\n").length;
    const excused = /^\/\*\*[\s\S]*?\b(long|large) because\b[\s\S]*?\*\//.test(source.text);
    if (lines > FILE_LINES_MAX + 1 && !excused) violations.push(`${source.path}: ${lines} lines, at most ${FILE_LINES_MAX}`);
    for (const { line, length } of functionLengths(source)) {
      lengths.push(length);
      if (length > FUNCTION_LINES_MAX)
        violations.push(`${source.path}:${line}: function of ${length} lines, at most ${FUNCTION_LINES_MAX}`);
    }
  }
  lengths.sort((a, b) => a - b);
  const percentile = lengths[Math.floor(lengths.length * 0.95)] ?? 0;
  if (percentile > FUNCTION_LINES_95TH) violations.push(`95% of functions are under ${percentile} lines, aim at ${FUNCTION_LINES_95TH}`);
  return violations;
}

/** Codes that message tables define and no case of tests/cases shows. */
function codesWithoutCase(sources: readonly Source[], cases: readonly Source[]): string[] {
  const defined = sources
    .filter((s) => /\/messages(\/\w+)?\.ts$/.test(s.path))
    .flatMap((s) => [...s.text.matchAll(/^\s*"?([EW]\d{4})"?:/gm)].map((m) => m[1]!));
  const shown = new Set(cases.flatMap((c) => [...c.text.matchAll(/(?:error|warning)\[([EW]\d{4})\]/g)].map((m) => m[1]!)));
  return [...new Set(defined)].filter((code) => !shown.has(code));
}

function read(pattern: string): Source[] {
  return globSync(pattern)
    .filter((path) => !path.includes("generated"))
    .map((path) => ({ path: path.replaceAll("\\", "/"), text: readFileSync(path, "utf8") }));
}

const sources = read("src/**/*.ts");

describe("the tree is tidy", () => {
  it("finds the sources", () => expect(sources.length).toBeGreaterThan(20));
  it("imports only upwards", () => expect(layerViolations(sources)).toEqual([]));
  it("uses nothing banned in the core", () => expect(banViolations(sources)).toEqual([]));
  it("has no default exports and no barrels", () => expect(exportViolations(sources)).toEqual([]));
  it("keeps files and functions small", () => expect(sizeViolations(sources)).toEqual([]));
  it("has a case for every diagnostic code", () => expect(codesWithoutCase(sources, read("tests/cases/**/*.md"))).toEqual([]));
  it("names no path of a machine", () => {
    const everywhere = [
      ...sources,
      ...read("tests/**/*.ts"),
      ...read("bench/**/*.ts"),
      ...read("bin/*.js"),
      ...read("*.md"),
      ...read("docs/**/*.md"),
    ];
    expect(everywhere.filter((s) => /["'`( ]\/(home|root|work|Users)\//.test(s.text)).map((s) => s.path)).toEqual([]);
  });
});

describe("a planted violation is found", () => {
  const plant = (path: string, text: string): Source[] => [{ path, text }];
  it("an import downwards", () =>
    expect(layerViolations(plant("src/graph/a.ts", 'import { x } from "../engine/step.ts";'))).toHaveLength(1));
  it("a dynamic import downwards", () =>
    expect(layerViolations(plant("src/graph/a.ts", 'await import("../engine/step.ts");'))).toHaveLength(1));
  it("the engine reading syntax", () =>
    expect(layerViolations(plant("src/engine/a.ts", 'import type { File } from "../syntax/ast.ts";'))).toHaveLength(1));
  it("a certifier that trusts the compiler", () =>
    expect(layerViolations(plant("src/certify/a.ts", 'import type { Node } from "../graph/nodes.ts";'))).toHaveLength(1));
  it("a clock in the core", () => expect(banViolations(plant("src/engine/a.ts", "const now = Date.now();"))).toHaveLength(1));
  it("a power with other bits", () => expect(banViolations(plant("src/graph/a.ts", "const y = x ** 0.5;"))).toHaveLength(1));
  it("but not a power of integers as written", () => expect(banViolations(plant("src/graph/a.ts", "const y = 2 ** -53;"))).toEqual([]));
  it("a Node module in the core", () =>
    expect(banViolations(plant("src/run/a.ts", 'import { readFileSync } from "node:fs";'))).toHaveLength(1));
  it("a long function", () => {
    const body = "  x += 1;\n".repeat(80);
    expect(sizeViolations(plant("src/run/a.ts", `export function f(): void {\n${body}}\n`)).length).toBeGreaterThan(0);
  });
  it("a long file", () => expect(sizeViolations(plant("src/run/a.ts", "const a = 1;\n".repeat(500)))).toHaveLength(1));
  it("a code without a case", () => expect(codesWithoutCase(plant("src/check/messages/names.ts", "  E0999: {"), [])).toEqual(["E0999"]));
  it("a barrel", () => expect(exportViolations(plant("src/run/index.ts", 'export * from "./a.ts";\n'))).toHaveLength(1));
});
