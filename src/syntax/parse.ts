/** The front door of the text side: source text in, syntax tree and diagnostics out. */
import { diagnose } from "../diagnostics/catalogue.ts";
import type { Diagnostic, Outcome } from "../diagnostics/diagnostic.ts";
import type { Expression, File, Item } from "./ast.ts";
import { gatherComments, looseComments } from "./comments.ts";
import { lex } from "./lexer.ts";
import { SYNTAX_MESSAGES } from "./messages.ts";
import { pairBrackets } from "./parser/brackets.ts";
import { DEPTH_MAX, hollow, isTooDeep } from "./parser/depth.ts";
import { FileParser } from "./parser/items.ts";

/** Building a Chevrotain parser analyses the grammar, so there is one; it holds nothing between two texts. */
const parser = new FileParser();

/** The tree of a whole file. `name` is what diagnostics call the text. Every mistake is a diagnostic; nothing is thrown. */
export function parse(source: string, name: string): Outcome<File> {
  const { tokens, comments, diagnostics, omitted } = lex(source, name);
  const gathered = gatherComments(source, name, tokens, comments);
  const paired = pairBrackets(source, name, tokens, diagnostics);
  const read = parser.readFile({ name, source, tokens: paired, diagnostics, omitted, docs: gathered.docs });
  const items = read.flatMap((item) => (isShallow(item, diagnostics) ? item : shallowRest(item)));
  return { value: { source: name, items, comments: looseComments(gathered, items) }, diagnostics: inOrder(diagnostics) };
}

/** The tree of one expression, as for `stratc eval`. */
export function parseExpression(source: string, name: string): Outcome<Expression> {
  const { tokens, diagnostics, omitted } = lex(source, name);
  const paired = pairBrackets(source, name, tokens, diagnostics);
  const read = parser.readExpression({ name, source, tokens: paired, diagnostics, omitted, docs: new Map() });
  const value = isShallow(read, diagnostics) ? read : undefined;
  return { value, diagnostics: inOrder(diagnostics) };
}

/** Refuses a tree that is deeper than the passes after the parser can walk. */
function isShallow(tree: Item | Expression, diagnostics: Diagnostic[]): boolean {
  const isShort = tree.span.end - tree.span.start < DEPTH_MAX;
  if (isShort || !isTooDeep(tree)) return true;
  diagnostics.push(diagnose(SYNTAX_MESSAGES, "E0117", tree.span, { limit: DEPTH_MAX }));
  return false;
}

/** What of an item that is too deep can be walked all the same. */
function shallowRest(item: Item): readonly Item[] {
  const rest = hollow(item);
  return rest === undefined || isTooDeep(rest) ? [] : [rest];
}

function inOrder(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  return [...diagnostics].sort((a, b) => a.span.start - b.span.start);
}
