/**
 * Pairs the brackets of a text before it is parsed, so that one that is missing hides nothing: the parser only ever sees pairs. A text whose brackets
 * pair up is left alone. In any other the layout decides: an item that begins a line, or a `}` that stands left of where its partner's line begins,
 * shows that what was open before it was never closed.
 */
import type { IToken, TokenType } from "chevrotain";
import { diagnose } from "../../diagnostics/catalogue.ts";
import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import { type LineStarts, lineStarts, positionAt } from "../../diagnostics/position.ts";
import type { Span } from "../../diagnostics/span.ts";
import { SYNTAX_MESSAGES } from "../messages.ts";
import * as t from "../tokens.ts";
import { beginsClauseInBrackets, beginsDefinition, beginsKeywordItem, indentation } from "./landscape.ts";

const partners: ReadonlyMap<TokenType, TokenType> = new Map([
  [t.LParen, t.RParen],
  [t.LSquare, t.RSquare],
  [t.LCurly, t.RCurly],
]);

function partnerOf(bracket: IToken): TokenType {
  const partner = partners.get(bracket.tokenType);
  if (partner === undefined) throw new Error(`${bracket.image} opens nothing`);
  return partner;
}

/** An open bracket and how far the line it stands on is indented. */
interface Open {
  readonly token: IToken;
  readonly indent: number;
}

interface Pairing {
  readonly source: string;
  readonly name: string;
  readonly starts: LineStarts;
  readonly tokens: readonly IToken[];
  readonly paired: IToken[];
  readonly diagnostics: Diagnostic[];
  readonly stack: Open[];
  /** How many of each kind are open, by the bracket that would close them. */
  readonly open: Map<TokenType, number>;
  /** By closing bracket: how many more of them than of their partners the rest of the text has. */
  readonly surplus: Map<TokenType, number>;
}

/** `tokens` with all brackets in pairs; missing ones are tokens without text. */
export function pairBrackets(source: string, name: string, tokens: IToken[], diagnostics: Diagnostic[]): IToken[] {
  if (arePaired(tokens)) return tokens;
  const pairing: Pairing = {
    source,
    name,
    starts: lineStarts(source),
    tokens,
    paired: [],
    diagnostics,
    stack: [],
    open: new Map(),
    surplus: surpluses(tokens),
  };
  let indent = 0;
  for (const [index, token] of tokens.entries()) {
    const own = indentation(source, token);
    indent = own ?? indent;
    closeBefore(pairing, index, own);
    if (t.opening.has(token.tokenType)) push(pairing, { token, indent });
    else if (!t.closing.has(token.tokenType)) pairing.paired.push(token);
    else close(pairing, token, own);
  }
  while (pairing.stack.length > 0) supply(pairing, undefined);
  return pairing.paired;
}

function arePaired(tokens: readonly IToken[]): boolean {
  const stack: TokenType[] = [];
  for (const token of tokens) {
    if (t.opening.has(token.tokenType)) stack.push(partnerOf(token));
    else if (t.closing.has(token.tokenType) && stack.pop() !== token.tokenType) return false;
  }
  return stack.length === 0;
}

function surpluses(tokens: readonly IToken[]): Map<TokenType, number> {
  const surplus = new Map<TokenType, number>();
  for (const token of tokens) {
    if (t.opening.has(token.tokenType)) add(surplus, partnerOf(token), -1);
    else if (t.closing.has(token.tokenType)) add(surplus, token.tokenType, 1);
  }
  return surplus;
}

function add(counts: Map<TokenType, number>, type: TokenType, change: number): void {
  counts.set(type, (counts.get(type) ?? 0) + change);
}

function push(pairing: Pairing, open: Open): void {
  const partner = partnerOf(open.token);
  pairing.stack.push(open);
  add(pairing.open, partner, 1);
  pairing.paired.push(open.token);
}

function pop({ stack, open }: Pairing): Open | undefined {
  const top = stack.pop();
  if (top !== undefined) add(open, partnerOf(top.token), -1);
  return top;
}

/** Closes what cannot be open any more where the token at `index` begins. */
function closeBefore(pairing: Pairing, index: number, own: number | undefined): void {
  const { source, tokens, stack } = pairing;
  const token = tokens[index];
  const outermost = stack[0];
  if (outermost === undefined || token === undefined) return;
  const definition = own !== undefined && beginsDefinition(source, tokens, index);
  if (own !== undefined && own <= outermost.indent && (definition || beginsKeywordItem(tokens, index))) {
    while (stack.length > 0) supply(pairing, token);
  } else if (definition || beginsClauseInBrackets(tokens, index)) {
    while (stack.at(-1) !== undefined && stack.at(-1)?.token.tokenType !== t.LCurly) supply(pairing, token);
  }
}

function close(pairing: Pairing, token: IToken, own: number | undefined): void {
  const { stack, open, paired, diagnostics } = pairing;
  if (own !== undefined && token.tokenType === t.RCurly) {
    while (stack.length > 1 && (stack.at(-1)?.indent ?? 0) > own) supply(pairing, token);
  }
  const top = stack.at(-1)?.token;
  if (top !== undefined && isMistyped(pairing, top, token)) {
    mistyped(pairing, top, token);
  } else if ((open.get(token.tokenType) ?? 0) > 0 && !isSuperfluous(pairing, top, token)) {
    for (let inner = stack.at(-1); inner !== undefined && partnerOf(inner.token) !== token.tokenType; inner = stack.at(-1))
      supply(pairing, token);
    pop(pairing);
    paired.push(token);
  } else {
    add(pairing.surplus, token.tokenType, -1);
    const span = spanOf(pairing, token);
    const help = [{ text: "remove it", edits: [{ span, text: "" }] }];
    diagnostics.push(diagnose(SYNTAX_MESSAGES, "E0115", span, { bracket: token.image, other: "" }, { help }));
  }
}

/** Whether `token` closes `top` in the wrong kind: the text has one of the one kind too many and one of the other too few. */
function isMistyped({ surplus }: Pairing, top: IToken, token: IToken): boolean {
  const right = partnerOf(top);
  return right !== token.tokenType && (surplus.get(token.tokenType) ?? 0) > 0 && (surplus.get(right) ?? 0) < 0;
}

/** Whether `token` does not close `top` and the text has one of its kind too many. */
function isSuperfluous({ surplus }: Pairing, top: IToken | undefined, token: IToken): boolean {
  return top !== undefined && partnerOf(top) !== token.tokenType && (surplus.get(token.tokenType) ?? 0) > 0;
}

function mistyped(pairing: Pairing, top: IToken, token: IToken): void {
  const type = partnerOf(top);
  const right = textOf(type);
  const span = spanOf(pairing, token);
  const labels = [{ span, text: `instead of \`${right}\`` }];
  const help = [{ text: right, edits: [{ span, text: right }] }];
  const facts = { bracket: top.image, other: token.image };
  pairing.diagnostics.push(diagnose(SYNTAX_MESSAGES, "E0115", spanOf(pairing, top), facts, { labels, help }));
  add(pairing.surplus, token.tokenType, -1);
  add(pairing.surplus, type, 1);
  pop(pairing);
  pairing.paired.push(missing(type, token.startOffset));
}

function textOf(bracket: TokenType): string {
  return (bracket.LABEL ?? "").slice(1, -1);
}

/** Closes the innermost open bracket before `token` (undefined at the end of the text). */
function supply(pairing: Pairing, token: IToken | undefined): void {
  const top = pop(pairing);
  const last = pairing.paired.at(-1);
  if (top === undefined || last === undefined) return;
  const end = last.startOffset + last.image.length;
  const bracket = partnerOf(top.token);
  const closer = textOf(bracket);
  const line = positionAt(pairing.starts, end).line;
  const insertion = { span: { source: pairing.name, start: end, end }, text: closer === "}" ? " }" : closer };
  const labels = token === undefined ? [] : [{ span: spanOf(pairing, token), text: `\`${closer}\` is missing before this` }];
  const help = [{ text: `${closer}   at the end of line ${line}`, edits: [insertion] }];
  const facts = { bracket: top.token.image, other: "" };
  pairing.diagnostics.push(diagnose(SYNTAX_MESSAGES, "E0115", spanOf(pairing, top.token), facts, { labels, help }));
  pairing.paired.push(missing(bracket, end));
}

function missing(type: TokenType, startOffset: number): IToken {
  return { image: "", startOffset, tokenType: type, tokenTypeIdx: type.tokenTypeIdx ?? 0 };
}

function spanOf({ name }: Pairing, token: IToken): Span {
  return { source: name, start: token.startOffset, end: token.startOffset + token.image.length };
}
