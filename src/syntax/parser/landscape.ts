/**
 * The lie of a text for recovery: how deep in brackets each token stands, and where things of each kind begin. Made only when a mistake has been
 * found, once for a text; together with it recovery stays linear.
 */
import type { IToken, TokenType } from "chevrotain";
import * as t from "../tokens.ts";

/** What a skipped mistake may end before. */
export type Boundary = "item" | "statement" | "ruleClause" | "enterClause" | "riskLine" | "setting" | "expectation";

export interface Landscape {
  readonly source: string;
  /** The parser's own list: a word that is put right changes in it. */
  readonly tokens: IToken[];
  readonly positions: Map<IToken, number>;
  /** Brackets open before each token; a closing bracket has the depth of its opening one. */
  readonly depths: Int32Array;
}

export function survey(source: string, tokens: IToken[]): Landscape {
  const positions = new Map<IToken, number>();
  const depths = new Int32Array(tokens.length);
  let depth = 0;
  for (const [index, token] of tokens.entries()) {
    positions.set(token, index);
    if (t.closing.has(token.tokenType)) depth--;
    depths[index] = depth;
    if (t.opening.has(token.tokenType)) depth++;
  }
  return { source, tokens, positions, depths };
}

/** How far a token that begins its line is indented; undefined for any other. */
export function indentation(source: string, token: IToken): number | undefined {
  let offset = token.startOffset - 1;
  while (source[offset] === " " || source[offset] === "\t") offset--;
  return offset < 0 || source[offset] === "\n" || source[offset] === "\r" ? token.startOffset - 1 - offset : undefined;
}

/** Whether nothing but space stands before the token on its line. */
export function firstOnLine(source: string, token: IToken): boolean {
  return indentation(source, token) !== undefined;
}

type Shape = "name" | "value" | TokenType;

/** Which words begin an item, and what must follow each so that it is not just a name in an expression. */
const itemShapes: ReadonlyMap<TokenType, Shape> = new Map<TokenType, Shape>([
  ...(
    ["strategy", "module", "import", "calendar", "group", "clock", "param", "on", "enum", "fn", "model", "label", "rule", "test"] as const
  ).map((word): [TokenType, Shape] => [t.soft[word], "name"]),
  ...(["trade", "context"] as const).map((word): [TokenType, Shape] => [t.soft[word], t.LSquare]),
  ...(["risk", "session", "simulate", "study"] as const).map((word): [TokenType, Shape] => [t.soft[word], t.LCurly]),
  [t.reserved.rec, "name"],
  [t.soft.require, "value"],
  [t.soft.plot, "value"],
]);

export function isName(token: IToken | undefined): boolean {
  return token !== undefined && (token.tokenType === t.Identifier || token.tokenType.CATEGORIES?.includes(t.Name) === true);
}

function beginsValue(token: IToken): boolean {
  return isName(token) || token.tokenType === t.NumberLiteral || token.tokenType === t.LParen || token.tokenType === t.reserved.not;
}

function fits(shape: Shape, token: IToken | undefined): boolean {
  if (token === undefined) return false;
  if (shape === "name") return isName(token);
  return shape === "value" ? beginsValue(token) : token.tokenType === shape;
}

/** Whether an item that begins with a keyword begins here: the word alone does not say so. */
export function beginsKeywordItem(tokens: readonly IToken[], index: number): boolean {
  const token = tokens[index];
  const shape = token === undefined ? undefined : itemShapes.get(token.tokenType);
  return shape !== undefined && fits(shape, tokens[index + 1]);
}

/** Whether `token` cannot be a value: it begins a line and an item on it, or an entry. */
export function beginsAnew(source: string, token: IToken, next: IToken): boolean {
  if (token.tokenType === t.soft.enter && (next.tokenType === t.soft.long || next.tokenType === t.soft.short)) return true;
  const shape = next.tokenType === t.Equals ? t.Equals : itemShapes.get(token.tokenType);
  return shape !== undefined && fits(shape, next) && firstOnLine(source, token);
}

/** Whether a value is defined here: a name and `=` at the beginning of a line. */
export function beginsDefinition(source: string, tokens: readonly IToken[], index: number): boolean {
  const token = tokens[index];
  return token !== undefined && isName(token) && tokens[index + 1]?.tokenType === t.Equals && firstOnLine(source, token);
}

const statements: ReadonlySet<TokenType> = new Set([t.reserved.let, t.reserved.rec, t.reserved.return]);

export const ruleClauses: ReadonlySet<TokenType> = new Set<TokenType>([
  t.reserved.let,
  t.reserved.when,
  t.soft.enter,
  t.soft.exit,
  t.soft.reverse,
  t.soft.emulated,
  t.soft.hold,
  t.soft.quote,
  t.soft.cooldown,
  t.soft.notify,
]);

const expectations: ReadonlySet<TokenType> = new Set([t.soft.given, t.soft.expect]);

export const enterClauses: ReadonlySet<TokenType> = new Set<TokenType>([
  t.soft.size,
  t.soft.risk,
  t.soft.order,
  t.soft.stop,
  t.soft.target,
  t.soft.trail,
  t.soft.add,
  t.soft.prefer,
]);

function byWord(types: Iterable<TokenType>): ReadonlyMap<string, TokenType> {
  return new Map([...types].map((type) => [(type.LABEL ?? "").slice(1, -1), type]));
}

const none: ReadonlyMap<string, TokenType> = new Map();

/** The words that begin the things between boundaries, by their text. */
export const beginnings: Readonly<Record<Boundary, ReadonlyMap<string, TokenType>>> = {
  item: byWord(itemShapes.keys()),
  statement: byWord(statements),
  ruleClause: byWord(ruleClauses),
  enterClause: byWord(enterClauses),
  riskLine: none,
  setting: none,
  expectation: byWord(expectations),
};

/** Whether `next` may stand after the word `type` that begins something; what is no item is told by its word alone. */
export function mayFollow(boundary: Boundary, type: TokenType, next: IToken): boolean {
  const shape = itemShapes.get(type);
  return boundary === "item" && shape !== undefined ? fits(shape, next) : !continuing.has(next.tokenType);
}

/** Marks after which a word was a value after all: `size * 2`, `stop.x`. */
const continuing: ReadonlySet<TokenType> = new Set([
  t.Dot,
  t.Comma,
  t.Colon,
  t.Plus,
  t.Star,
  t.Slash,
  t.Less,
  t.LessEqual,
  t.Greater,
  t.GreaterEqual,
  t.EqualEqual,
  t.NotEqual,
  t.Equals,
  t.Coalesce,
  t.RParen,
  t.RSquare,
]);

function isClause(words: ReadonlySet<TokenType>, tokens: readonly IToken[], index: number): boolean {
  const token = tokens[index];
  const next = tokens[index + 1];
  return token !== undefined && words.has(token.tokenType) && !(next !== undefined && continuing.has(next.tokenType));
}

/**
 * Whether a clause of a rule, a statement or an expectation must begin here although a `(` or `[` is open: no expression has a word right before a
 * name, a number or a `{`.
 */
export function beginsClauseInBrackets(tokens: readonly IToken[], index: number): boolean {
  const type = tokens[index]?.tokenType;
  const next = tokens[index + 1];
  if (type === undefined || next === undefined) return false;
  if (![ruleClauses, enterClauses, statements, expectations].some((words) => words.has(type))) return false;
  return isName(next) || next.tokenType === t.NumberLiteral || next.tokenType === t.LCurly;
}

/** Words after which the word of a clause belongs to theirs: `then stop at`, and `add size` of those who expect it. */
const withinEnterClause: readonly TokenType[] = [t.reserved.then, t.soft.add];

function isBoundary({ source, tokens }: Landscape, boundary: Boundary, index: number): boolean {
  const type = tokens[index]?.tokenType;
  const next = tokens[index + 1]?.tokenType;
  switch (boundary) {
    case "item":
      return beginsKeywordItem(tokens, index) || beginsDefinition(source, tokens, index);
    case "statement":
      return isClause(statements, tokens, index) || beginsKeywordItem(tokens, index) || beginsDefinition(source, tokens, index);
    case "ruleClause":
      return isClause(ruleClauses, tokens, index) || (type === t.soft.at && next === t.soft.most);
    case "enterClause":
      return isClause(enterClauses, tokens, index) && !withinEnterClause.some((type) => type === tokens[index - 1]?.tokenType);
    case "riskLine":
      return (
        isName(tokens[index]) &&
        (next === t.LessEqual || next === t.Less || (next === t.soft.per && tokens[index + 2]?.tokenType === t.soft.symbol))
      );
    case "setting":
      return (isName(tokens[index]) && next === t.Colon) || (type === t.soft.start && next === t.soft.after);
    case "expectation":
      return isClause(expectations, tokens, index);
  }
}

/** How many tokens from `current` on belong to the mistake: up to the next `boundary` at the depth of `first`, or to the bracket that closes around it. */
export function tokensToSkip(landscape: Landscape, boundary: Boundary, first: IToken, current: IToken): number {
  const { tokens, positions, depths } = landscape;
  const from = positions.get(current) ?? tokens.length;
  const begin = positions.get(first) ?? tokens.length;
  const depth = (depths[begin] ?? 0) + (t.closing.has(first.tokenType) ? 1 : 0);
  let index = from;
  while (index < tokens.length) {
    const here = depths[index] ?? 0;
    if (here < depth || (here === depth && isBoundary(landscape, boundary, index))) break;
    index++;
  }
  return index - from;
}
