/** From a strategy's path to its graph, with the diagnostics where the user looks for them. */
import type { CheckedStrategy } from "../check/program.ts";
import { check, compileParts, compileStudy, type GraphParts } from "../compile.ts";
import { type Diagnostic, hasErrors } from "../diagnostics/diagnostic.ts";
import { lineStarts, positionAt } from "../diagnostics/position.ts";
import { renderDiagnostics } from "../diagnostics/render.ts";
import type { Span } from "../diagnostics/span.ts";
import type { Graph } from "../graph/nodes.ts";
import type { StudyDeclaration } from "../graph/study.ts";
import { lower } from "../lower/lower.ts";
import type { BrokerName } from "../market/broker-capabilities.ts";
import type { File } from "../syntax/ast.ts";
import { parse } from "../syntax/parse.ts";
import { writeJson } from "./command.ts";
import { CommandFailure } from "./failure.ts";
import { readText } from "./files.ts";
import { modelReader, moduleReader } from "./modules.ts";
import type { Terminal } from "./terminal.ts";

/** So many diagnostics of one file are shown to people: a mistake can have thousands of others for consequence. */
const SHOWN_MAX = 50;

export interface DiagnosedSource {
  readonly path: string;
  readonly text: string;
  readonly diagnostics: readonly Diagnostic[];
}

export interface CheckedSource extends DiagnosedSource {
  readonly ok: boolean;
  /** Undefined where there are errors, and of a module. */
  readonly program: CheckedStrategy | undefined;
}

/** Checks the strategy at `path`. Throws `CommandFailure` where it cannot be read. */
export function checkSource(path: string, target?: BrokerName): CheckedSource {
  return checkText(path, readText(path), target);
}

/** Checks `text` as what stands at `path`, for a broker if one is named. */
export function checkText(path: string, text: string, target?: BrokerName): CheckedSource {
  const outside = { readModule: moduleReader(path), readModel: modelReader(path) };
  const { value, diagnostics } = check(text, { name: path, ...outside, ...(target && { target }) });
  return { path, text, ok: !hasErrors(diagnostics), program: value, diagnostics };
}

/** The graph of the strategy at `path`; where there is none, its diagnostics have been presented, as JSON if so asked. */
export function compiledGraph(path: string, json: boolean, terminal: Terminal, target?: BrokerName): Graph | undefined {
  const source = checkSource(path, target);
  presentDiagnostics(source, !source.ok && json, terminal);
  if (source.program !== undefined) return lower(source.program);
  if (source.ok) throw moduleFailure(path);
  return undefined;
}

function moduleFailure(path: string): CommandFailure {
  return new CommandFailure(1, "source_is_module", `${path} is a module: a strategy was expected.`);
}

/** The same with the conditions of its rules, part by part. */
export function compiledParts(path: string, json: boolean, terminal: Terminal): GraphParts | undefined {
  const text = readText(path);
  const { value, diagnostics } = compileParts(text, { name: path, readModule: moduleReader(path), readModel: modelReader(path) });
  const ok = !hasErrors(diagnostics);
  presentDiagnostics({ path, text, diagnostics }, !ok && json, terminal);
  if (ok && value === undefined) throw moduleFailure(path);
  return value;
}

/** How the strategy at `path`, which compiles, wants to be studied. */
export function studyDeclaration(path: string): StudyDeclaration {
  const declaration = compileStudy(readText(path), { name: path, readModule: moduleReader(path), readModel: modelReader(path) });
  if (declaration === null) throw new Error(`${path} does not compile`);
  return declaration;
}

/** The tree of the strategy at `path`, which compiles. */
export function fileAt(path: string): File {
  const { value } = parse(readText(path), path);
  if (value === undefined) throw new Error(`${path} does not compile`);
  return value;
}

function errorsFirst(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  return [...diagnostics.filter(({ severity }) => severity === "error"), ...diagnostics.filter(({ severity }) => severity !== "error")];
}

/** Prints diagnostics: for people, or as the one JSON value of a command that ends here. */
export function presentDiagnostics(source: DiagnosedSource, json: boolean, terminal: Terminal): void {
  const { diagnostics } = source;
  if (json) {
    writeJson(terminal, { ok: false, diagnostics: diagnostics.map((diagnostic) => diagnosticJson(diagnostic, source)) });
    return;
  }
  if (diagnostics.length === 0) return;
  const shown = diagnostics.length <= SHOWN_MAX ? diagnostics : errorsFirst(diagnostics).slice(0, SHOWN_MAX);
  const more = diagnostics.length - shown.length;
  terminal.note(`${renderDiagnostics(shown, source.text, { color: terminal.colour.notes })}\n`);
  if (more > 0) terminal.note(`\n… and ${more} more in ${source.path}: put these right first, or see all with --json.\n`);
}

/** A diagnostic for programs; lines and columns count from 1, columns in UTF-16 units. */
export function diagnosticJson({ code, severity, message, label, span, labels, help }: Diagnostic, { text }: DiagnosedSource) {
  const starts = lineStarts(text);
  const place = (at: Span) => ({ file: at.source, start: positionAt(starts, at.start), end: positionAt(starts, at.end) });
  return {
    code,
    severity,
    message,
    label,
    ...place(span),
    labels: labels.map((other) => ({ ...place(other.span), text: other.text })),
    help: help.map(({ text: advice, edits, certain = false }) => ({
      text: advice,
      certain,
      edits: edits.map((edit) => ({ ...place(edit.span), text: edit.text })),
    })),
  };
}
