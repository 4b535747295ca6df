/**
 * The words and marks of the language as Chevrotain token types. Reserved words are always words of the language; every other keyword is
 * soft: it belongs to the category `Name` and may name a value, so `risk`, `open`, `day` or `order` are free outside the places that use them.
 * Keywords have no patterns: they are lexed as identifiers and looked up, which keeps the lexer's table small.
 */
import { createToken, EOF as EndOfFile, Lexer, type TokenType } from "chevrotain";

export const EOF: TokenType = EndOfFile;

/** Any word that may name something: an identifier or a soft keyword. */
export const Name: TokenType = createToken({ name: "Name", label: "a name", pattern: Lexer.NA });
export const Identifier: TokenType = createToken({ name: "Identifier", label: "a name", pattern: /[A-Za-z_]\w*/, categories: [Name] });

/** `25_000usd`, `2.5%`: a number and its unit are one token; what follows the digits, or is a `$` before them, is judged by the lexer. */
export const NumberLiteral: TokenType = createToken({
  name: "Number",
  label: "a number",
  pattern: /(?:\$\d[\d_,]*|\d[\d_]*)(?:\.\d[\d_]*)*(?:%|usd\/share\b|[A-Za-z]\w*)?/,
});
export const StringLiteral: TokenType = createToken({ name: "String", label: "a text in quotes", pattern: /"[^"\n\r]*"/ });
export const UnterminatedString: TokenType = createToken({ name: "UnterminatedString", pattern: /"[^"\n\r]*/ });

/** Spellings of other languages: the lexer reports each and reads it as the word it stands for. */
export const Foreign: TokenType = createToken({
  name: "Foreign",
  pattern: /&&|\|\||:=|!==|===|=>|->|<>|\*\*|[-+*/]=|!(?!=)|;|&|\||'[^'\n\r]*'|“[^”\n\r]*”|[≤≥≠×÷−]/,
  start_chars_hint: [..."&|:!=-<*+/;'≤≥≠×÷−“"],
});
/** A comment of another language, reported and skipped. */
const ForeignComment: TokenType = createToken({
  name: "ForeignComment",
  pattern: /#[^\n\r]*|\/\*(?:[^*]|\*(?!\/))*(?:\*\/)?/,
  line_breaks: true,
  start_chars_hint: ["#", "/"],
  group: "foreignComments",
});
const Comment: TokenType = createToken({ name: "Comment", pattern: /\/\/[^\n\r]*/, group: "comments" });
const Space: TokenType = createToken({ name: "Space", pattern: /\s+/, line_breaks: true, group: Lexer.SKIPPED });

function mark(name: string, pattern: string): TokenType {
  return createToken({ name, label: `\`${pattern}\``, pattern });
}

export const Coalesce = mark("Coalesce", "??");
export const Question = mark("Question", "?");
export const Dots = mark("Dots", "..");
export const Dot = mark("Dot", ".");
export const Comma = mark("Comma", ",");
export const Colon = mark("Colon", ":");
export const LessEqual = mark("LessEqual", "<=");
export const Less = mark("Less", "<");
export const GreaterEqual = mark("GreaterEqual", ">=");
export const Greater = mark("Greater", ">");
export const EqualEqual = mark("EqualEqual", "==");
export const NotEqual = mark("NotEqual", "!=");
export const Equals = mark("Equals", "=");
export const Plus = mark("Plus", "+");
export const Minus = mark("Minus", "-");
export const Star = mark("Star", "*");
export const Slash = mark("Slash", "/");
export const Caret = mark("Caret", "^");
/** A `%` that stands alone: always a mistake (E0106). */
export const Percent = mark("Percent", "%");
export const LParen = mark("LParen", "(");
export const RParen = mark("RParen", ")");
export const LSquare = mark("LSquare", "[");
export const RSquare = mark("RSquare", "]");
export const LCurly = mark("LCurly", "{");
export const RCurly = mark("RCurly", "}");

export const opening: ReadonlySet<TokenType> = new Set([LParen, LSquare, LCurly]);
export const closing: ReadonlySet<TokenType> = new Set([RParen, RSquare, RCurly]);

const marks: readonly TokenType[] = [
  Coalesce,
  Question,
  Dots,
  Dot,
  Comma,
  Colon,
  LessEqual,
  Less,
  GreaterEqual,
  Greater,
  EqualEqual,
  NotEqual,
  Equals,
  Plus,
  Minus,
  Star,
  Slash,
  Caret,
  Percent,
  LParen,
  RParen,
  LSquare,
  RSquare,
  LCurly,
  RCurly,
];

type Words<W extends string> = Readonly<Record<W, TokenType>>;

function words<W extends string>(list: readonly W[], categories: TokenType[]): Words<W> {
  const entries = list.map((word) => [
    word,
    createToken({ name: word.toUpperCase(), label: `\`${word}\``, pattern: Lexer.NA, categories }),
  ]);
  return Object.fromEntries(entries) as Words<W>;
}

/** Reserved: these can name nothing. */
export const reserved = words(
  ["and", "or", "not", "if", "then", "else", "match", "true", "false", "none", "let", "rec", "seed", "return", "when", "in"],
  [],
);

/** Soft: words of the language only where the grammar asks for them. */
export const soft = words(
  [
    // the beginnings of items
    "strategy",
    "module",
    "import",
    "calendar",
    "trade",
    "context",
    "group",
    "clock",
    "param",
    "require",
    "on",
    "enum",
    "fn",
    "model",
    "label",
    "risk",
    "session",
    "rule",
    "simulate",
    "study",
    "plot",
    "test",
    // inside them
    "of",
    "regular",
    "short_last",
    "step",
    "series",
    "input",
    "output",
    "timeout",
    "per",
    "symbol",
    "until",
    "entries",
    "from",
    "to",
    "after",
    "before",
    "open",
    "close",
    "flatten",
    "across",
    "universe",
    "each",
    "start",
    "walk_forward",
    "train",
    "validate",
    "objective",
    "given",
    "expect",
    "gives",
    // clauses of rules
    "enter",
    "long",
    "short",
    "exit",
    "reverse",
    "emulated",
    "hold",
    "legs",
    "within",
    "quote",
    "buy",
    "sell",
    "post_only",
    "replace",
    "at",
    "most",
    "cooldown",
    "notify",
    "size",
    "trim",
    "order",
    "market",
    "limit",
    "stop",
    "stop_limit",
    "tif",
    "target",
    "trail",
    "add",
    "up",
    "prefer",
    "highest",
    "lowest",
    // inside expressions
    "max",
    "reset",
    "settles",
  ],
  [Name],
);

/** The keyword a word is, if it is one. */
export const keywords: ReadonlyMap<string, TokenType> = new Map<string, TokenType>([...Object.entries(reserved), ...Object.entries(soft)]);

/** In the order in which the lexer tries them. */
export const lexed: readonly TokenType[] = [
  Space,
  Comment,
  ForeignComment,
  Identifier,
  NumberLiteral,
  StringLiteral,
  UnterminatedString,
  Foreign,
  ...marks,
];

export const vocabulary: readonly TokenType[] = [...lexed, Name, ...keywords.values()];
