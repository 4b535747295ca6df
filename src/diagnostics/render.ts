/**
 * Diagnostics as text, in the house form: code and sentence, the source with what each operand is, the ways out.
 *
 *     error[E0401]: These units do not add up.
 *      3 | z = close + 5%
 *        |     ----- ^^ ratio
 *        |     usd/share
 *     help: close * (1 + 5%)
 */
import type { Diagnostic } from "./diagnostic.ts";
import { type LineStarts, lineStarts, lineText, positionAt } from "./position.ts";
import type { Span } from "./span.ts";
import { layOut } from "./width.ts";

export interface RenderOptions {
  /** Whether to use the colours of a terminal (ANSI escapes). */
  readonly color: boolean;
}

type Style = "error" | "warning" | "label" | "gutter" | "help" | "strong";

const ansi: Readonly<Record<Style, string>> = {
  error: "\u001b[1;31m",
  warning: "\u001b[1;33m",
  label: "\u001b[1;34m",
  gutter: "\u001b[34m",
  help: "\u001b[1;32m",
  strong: "\u001b[1m",
};

type Paint = (text: string, style: Style) => string;

const plain: Paint = (text) => text;
const coloured: Paint = (text, style) => (text === "" ? "" : `${ansi[style]}${text}\u001b[0m`);

/** What is marked on one line: cells `from` up to `to`. */
interface Mark {
  readonly from: number;
  readonly to: number;
  readonly text: string;
  readonly style: Style;
  readonly sign: "^" | "-";
}

interface Page {
  readonly source: string;
  readonly starts: LineStarts;
  readonly paint: Paint;
}

/** One diagnostic, without a line end after it. */
export function renderDiagnostic(diagnostic: Diagnostic, sourceText: string, options: RenderOptions): string {
  return render(diagnostic, pageOf(sourceText, options));
}

/** All diagnostics of one source, with an empty line between two. */
export function renderDiagnostics(diagnostics: readonly Diagnostic[], sourceText: string, options: RenderOptions): string {
  const page = pageOf(sourceText, options);
  return diagnostics.map((diagnostic) => render(diagnostic, page)).join("\n\n");
}

function pageOf(source: string, { color }: RenderOptions): Page {
  return { source, starts: lineStarts(source), paint: color ? coloured : plain };
}

function render(diagnostic: Diagnostic, page: Page): string {
  const { code, severity, message } = diagnostic;
  const { paint } = page;
  const head = `${paint(`${severity}[${code}]`, severity)}${paint(`: ${message}`, "strong")}`;
  const elsewhere = diagnostic.labels.filter((label) => label.span.source !== diagnostic.span.source);
  return [
    head,
    ...renderLines(marksByLine(diagnostic, page), page),
    ...elsewhere.map((label) => `${paint(`in ${label.span.source}:`, "label")} ${label.text}`),
    ...diagnostic.help.map((help) => `${paint("help:", "help")} ${help.text}`),
  ].join("\n");
}

/** The marks of a diagnostic in its own source, by line. */
function marksByLine(diagnostic: Diagnostic, page: Page): ReadonlyMap<number, readonly Mark[]> {
  const lines = new Map<number, Mark[]>();
  const add = (span: Span, text: string, style: Style, sign: Mark["sign"]) => {
    for (const { line, from, to, isLast } of partsOf(span, page)) {
      const mark = { from, to, text: isLast ? text : "", style, sign };
      lines.set(line, [...(lines.get(line) ?? []), mark]);
    }
  };
  for (const label of diagnostic.labels) {
    if (label.span.source === diagnostic.span.source) add(label.span, label.text, "label", "-");
  }
  add(diagnostic.span, diagnostic.label, diagnostic.severity, "^");
  return lines;
}

interface Part {
  readonly line: number;
  readonly from: number;
  readonly to: number;
  readonly isLast: boolean;
}

/** Where a span is marked: on its line, or on the first and the last of several. */
function partsOf(span: Span, { source, starts }: Page): readonly Part[] {
  const first = positionAt(starts, span.start);
  const last = positionAt(starts, Math.max(span.start, span.end));
  const top = layOut(lineText(source, starts, first.line));
  const from = top.columns[first.column - 1] ?? top.columns.at(-1) ?? 0;
  if (first.line === last.line) {
    const to = top.columns[last.column - 1] ?? top.columns.at(-1) ?? 0;
    return [{ line: first.line, from, to: Math.max(to, from + 1), isLast: true }];
  }
  const bottomText = lineText(source, starts, last.line);
  const bottom = layOut(bottomText);
  const indent = bottom.columns[bottomText.search(/\S|$/)] ?? 0;
  const to = bottom.columns[last.column - 1] ?? bottom.columns.at(-1) ?? 0;
  return [
    { line: first.line, from, to: Math.max(top.columns.at(-1) ?? 0, from + 1), isLast: false },
    { line: last.line, from: Math.min(indent, to), to: Math.max(to, indent + 1), isLast: true },
  ];
}

function renderLines(lines: ReadonlyMap<number, readonly Mark[]>, page: Page): readonly string[] {
  const numbers = [...lines.keys()].sort((a, b) => a - b);
  const width = String(numbers.at(-1) ?? 0).length;
  const { paint } = page;
  const blank = paint(` ${" ".repeat(width)} | `, "gutter");
  const output: string[] = [];
  let previous = numbers[0] ?? 0;
  for (const number of numbers) {
    if (number > previous + 1) output.push(paint(` ${" ".repeat(width)} ...`, "gutter"));
    const { text } = layOut(lineText(page.source, page.starts, number));
    const shown = cropped(text, lines.get(number) ?? []);
    output.push(`${paint(` ${String(number).padStart(width)} | `, "gutter")}${shown.text}`.trimEnd());
    for (const row of markRows(shown.marks, paint)) output.push(`${blank}${row}`);
    previous = number;
  }
  return output;
}

/** Longest line shown whole, in cells, and what stays before the first mark of a longer one. */
const LINE_MAX = 160;
const LEAD = 40;

/** The part of a long line around its first mark. Cells are counted as characters here: in a long line of wide ones marks may be off. */
function cropped(text: string, marks: readonly Mark[]): { readonly text: string; readonly marks: readonly Mark[] } {
  if (text.length <= LINE_MAX) return { text, marks };
  const from = Math.max(0, Math.min(...marks.map((mark) => mark.from)) - LEAD);
  const to = from + LINE_MAX;
  const clamp = (cell: number) => Math.min(Math.max(cell, from), to) - from;
  const moved = marks.map((mark) => ({ ...mark, from: clamp(mark.from), to: Math.max(clamp(mark.to), clamp(mark.from) + 1) }));
  const start = from === 0 ? text[0] : "…";
  return { text: `${start}${text.slice(from + 1, to - 1)}${to < text.length ? "…" : text.slice(to - 1, to)}`, marks: moved };
}

/** A row of styled pieces by their first cell; a later piece covers what it overlaps. */
type Row = Map<number, { readonly character: string; readonly style: Style }>;

function put(row: Row, from: number, text: string, style: Style): void {
  let cell = from;
  for (const character of text) row.set(cell++, { character, style });
}

function last(cells: Iterable<number>): number {
  let end = -1;
  for (const cell of cells) end = Math.max(end, cell);
  return end;
}

function rowText(row: Row, paint: Paint): string {
  const end = last(row.keys());
  let text = "";
  let [run, runStyle]: [string, Style | undefined] = ["", undefined];
  for (let cell = 0; cell <= end + 1; cell++) {
    const piece = row.get(cell);
    if (piece?.style !== runStyle) {
      text += runStyle === undefined ? run : paint(run, runStyle);
      [run, runStyle] = ["", piece?.style];
    }
    run += piece?.character ?? (cell <= end ? " " : "");
  }
  return text;
}

/**
 * The rows under a source line: all marks and the rightmost label, then the other labels from right to left, each under its mark, with a bar under
 * every mark whose label is still to come.
 */
function markRows(unordered: readonly Mark[], paint: Paint): readonly string[] {
  const marks = [...unordered].sort((a, b) => a.from - b.from || b.to - a.to);
  const row: Row = new Map();
  const widestFirst = [...marks].sort((a, b) => b.to - b.from - (a.to - a.from));
  for (const mark of widestFirst) put(row, mark.from, mark.sign.repeat(mark.to - mark.from), mark.style);
  const labelled = marks.filter((mark) => mark.text !== "");
  const rightmost = labelled.pop();
  if (rightmost !== undefined) put(row, last(row.keys()) + 2, rightmost.text, rightmost.style);
  const rows = [rowText(row, paint)];
  for (let mark = labelled.pop(); mark !== undefined; mark = labelled.pop()) {
    const below: Row = new Map();
    for (const waiting of labelled) put(below, waiting.from, "|", waiting.style);
    put(below, mark.from, mark.text, mark.style);
    rows.push(rowText(below, paint));
  }
  return rows;
}
