/** From the language's answers to those of the protocol. Offsets and the protocol's characters both count UTF-16 units. */
import { pathToFileURL } from "node:url";
import {
  type CodeAction,
  CodeActionKind,
  type CompletionItem,
  CompletionItemKind,
  DiagnosticSeverity,
  type Diagnostic as ProtocolDiagnostic,
  type Range,
} from "vscode-languageserver/node";
import type { TextDocument } from "vscode-languageserver-textdocument";
import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import type { Completion } from "../../language/editor/completion.ts";

/** Longer lists help nobody, and every one of them is sent at each keystroke. */
const DIAGNOSTICS_MAX = 200;

export function rangeIn(document: TextDocument, { start, end }: { readonly start: number; readonly end: number }): Range {
  return { start: document.positionAt(start), end: document.positionAt(end) };
}

/** `source` is what the document's own spans are called. */
export function protocolDiagnostics(document: TextDocument, source: string, diagnostics: readonly Diagnostic[]): ProtocolDiagnostic[] {
  return diagnostics.slice(0, DIAGNOSTICS_MAX).map(({ code, severity, message, label, span, labels, help }) => ({
    range: span.source === source ? rangeIn(document, span) : rangeIn(document, { start: 0, end: 0 }),
    severity: severity === "error" ? DiagnosticSeverity.Error : DiagnosticSeverity.Warning,
    code,
    source: "stratc",
    message: [label === "" ? message : `${message} (${label})`, ...help.map(({ text }) => `help: ${text}`)].join("\n"),
    relatedInformation: labels
      .filter((other) => other.span.source === source)
      .map((other) => ({ location: { uri: document.uri, range: rangeIn(document, other.span) }, message: other.text })),
  }));
}

/** The ways out that an editor can apply to what touches `wanted`; those that are certain come first. */
export function codeActions(
  document: TextDocument,
  source: string,
  diagnostics: readonly Diagnostic[],
  wanted: { readonly start: number; readonly end: number },
): CodeAction[] {
  const touched = diagnostics.filter(({ span }) => span.source === source && span.start <= wanted.end && wanted.start <= span.end);
  const actions = touched.flatMap((diagnostic) =>
    diagnostic.help.flatMap(({ text, edits, certain = false }): CodeAction[] => {
      if (edits.length === 0 || edits.some(({ span }) => span.source !== source)) return [];
      const changes = { [document.uri]: edits.map((edit) => ({ range: rangeIn(document, edit.span), newText: edit.text })) };
      const title = text.charAt(0).toUpperCase() + text.slice(1);
      const own = protocolDiagnostics(document, source, [diagnostic]);
      return [{ title, kind: CodeActionKind.QuickFix, diagnostics: own, isPreferred: certain, edit: { changes } }];
    }),
  );
  return actions.toSorted((a, b) => Number(b.isPreferred) - Number(a.isPreferred));
}

const KINDS: Readonly<Record<Completion["kind"], CompletionItemKind>> = {
  value: CompletionItemKind.Variable,
  parameter: CompletionItemKind.Constant,
  function: CompletionItemKind.Function,
  rule: CompletionItemKind.Event,
  clock: CompletionItemKind.Unit,
  symbol: CompletionItemKind.Reference,
  group: CompletionItemKind.Module,
  enum: CompletionItemKind.Enum,
  member: CompletionItemKind.EnumMember,
  model: CompletionItemKind.Class,
  local: CompletionItemKind.Variable,
  keyword: CompletionItemKind.Keyword,
};

export function completionItem({ name, kind, detail, doc }: Completion): CompletionItem {
  return {
    label: name,
    kind: KINDS[kind],
    ...(detail === "" ? {} : { detail }),
    ...(doc === null ? {} : { documentation: { kind: "markdown", value: doc } }),
  };
}

export function fileUri(path: string): string {
  return pathToFileURL(path).href;
}
