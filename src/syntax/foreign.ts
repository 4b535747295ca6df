/** Spellings that other languages have taught: what each stands for here. The lexer reports them and reads on as if they were right. */
import type { TokenType } from "chevrotain";
import { Colon, EqualEqual, Equals, GreaterEqual, LessEqual, Minus, NotEqual, reserved, Slash, Star, StringLiteral } from "./tokens.ts";

export interface ForeignSpelling {
  /** What the parser shall see; undefined to leave it out. */
  readonly type: TokenType | undefined;
  /** What to write instead, where that is certain. */
  readonly write: string | undefined;
  readonly advice: string;
}

function spelled(image: string, type: TokenType, write: string): ForeignSpelling {
  return { type, write, advice: `\`${image}\` is written \`${write}\`` };
}

const reassignment = "A name has one value for good: give the new value a name of its own";

const table: Readonly<Record<string, ForeignSpelling>> = {
  "&&": spelled("&&", reserved.and, "and"),
  "&": spelled("&", reserved.and, "and"),
  "||": spelled("||", reserved.or, "or"),
  "|": spelled("|", reserved.or, "or"),
  "!": spelled("!", reserved.not, "not"),
  "===": spelled("===", EqualEqual, "=="),
  "!==": spelled("!==", NotEqual, "!="),
  "<>": spelled("<>", NotEqual, "!="),
  "≠": spelled("≠", NotEqual, "!="),
  "≤": spelled("≤", LessEqual, "<="),
  "≥": spelled("≥", GreaterEqual, ">="),
  "×": spelled("×", Star, "*"),
  "÷": spelled("÷", Slash, "/"),
  "−": spelled("−", Minus, "-"),
  "->": spelled("->", Colon, ":"),
  "=>": spelled("=>", Colon, ":"),
  "**": { type: Star, write: undefined, advice: "Powers are written `pow(x, 3)`, the second also `square(x)`" },
  ":=": { type: Equals, write: "=", advice: "A name gets its value with `=`, once: nothing is assigned again" },
  "+=": { type: Equals, write: undefined, advice: reassignment },
  "-=": { type: Equals, write: undefined, advice: reassignment },
  "*=": { type: Equals, write: undefined, advice: reassignment },
  "/=": { type: Equals, write: undefined, advice: reassignment },
  ";": { type: undefined, write: "", advice: "No `;` is needed: a new line or a space is enough" },
};

/** What a token of type `Foreign` stands for. */
export function foreignSpelling(image: string): ForeignSpelling {
  const known = table[image];
  if (known !== undefined) return known;
  return { type: StringLiteral, write: `"${image.slice(1, -1)}"`, advice: 'A text stands in straight double quotes: `"…"`' };
}

/** Whether a spelling can only have meant one thing: `:=` may begin a second value, `=>` a body; quotes may stand inside of others. */
export function isCertain(image: string): boolean {
  return image !== ":=" && image !== "=>" && !image.includes('"');
}

/** Words for `fn` in other languages, where a name and `(` follow. */
export const functionWords: ReadonlySet<string> = new Set(["def", "func", "function", "fun"]);
/** Words for `else if`. */
export const elseIfWords: ReadonlySet<string> = new Set(["elif", "elsif", "elseif"]);

/** Units as other people spell them. */
export const foreignUnits: ReadonlyMap<string, string> = new Map([
  ["usdt", "usd"],
  ["dollar", "usd"],
  ["dollars", "usd"],
  ["pct", "%"],
  ["percent", "%"],
  ["bp", "bps"],
  ["stock", "share"],
  ["stocks", "shares"],
  ["sec", "s"],
  ["second", "s"],
  ["seconds", "s"],
  ["min", "m"],
  ["minute", "m"],
  ["minutes", "m"],
  ["hour", "h"],
  ["hours", "h"],
  ["hr", "h"],
  ["day", "d"],
  ["days", "d"],
  ["week", "w"],
  ["weeks", "w"],
  ["mon", "mo"],
  ["month", "mo"],
  ["months", "mo"],
]);
