/** Spellings that other languages have taught: what each stands for here. The lexer reports them and reads on as if they were right. */
import type { TokenType } from "chevrotain";
import {
  Colon,
  Comma,
  EqualEqual,
  Equals,
  GreaterEqual,
  LessEqual,
  Minus,
  NotEqual,
  reserved,
  Slash,
  Star,
  StringLiteral,
} from "./tokens.ts";

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
  "=>": { type: Colon, write: undefined, advice: "A function is written `fn f(x: series U): series U { return … }`" },
  "**": { type: Star, write: undefined, advice: "Powers are written `pow(x, 3)`, the second also `square(x)`" },
  ":=": {
    type: Equals,
    write: "=",
    advice: "A name gets its value with `=`, once; what goes on from bar to bar is `rec NAME = seed … then …`",
  },
  "+=": { type: Equals, write: undefined, advice: reassignment },
  "-=": { type: Equals, write: undefined, advice: reassignment },
  "*=": { type: Equals, write: undefined, advice: reassignment },
  "/=": { type: Equals, write: undefined, advice: reassignment },
  ";": { type: undefined, write: "", advice: "No `;` is needed: a new line or a space is enough" },
};

/** `;` between arguments. */
export const foreignSeparator: ForeignSpelling = spelled(";", Comma, ",");

/** What a token of type `Foreign` stands for. */
export function foreignSpelling(image: string): ForeignSpelling {
  const known = table[image];
  if (known !== undefined) return known;
  return { type: StringLiteral, write: `"${image.slice(1, -1)}"`, advice: 'A text stands in straight double quotes: `"…"`' };
}

/** Whether a spelling can only have meant one thing: `:=` may begin a second value, quotes may stand inside of others. */
export function isCertain(image: string): boolean {
  return image !== ":=" && !image.includes('"');
}

interface ValueWord {
  readonly advice: string;
  /** Whether the value is meant as it stands: the word may be left out. */
  readonly certain: boolean;
  /** Whether a type may stand between the word and the name. */
  readonly typed: boolean;
}

const plainValue: ValueWord = { advice: "A value of the file needs no word before it: `NAME = …`", certain: true, typed: false };
const kept = "A value is computed anew on each bar, `NAME = …`; what goes on from bar to bar is `rec NAME = seed … then …`";

/** Words before the name of a value: `let x = …`. */
export const valueWords: ReadonlyMap<string, ValueWord> = new Map([
  ["let", { ...plainValue, advice: "A value of the file needs no `let`: `NAME = …`" }],
  ...["def", "const", "val", "float", "int", "bool"].map((word) => [word, plainValue] as const),
  ...["var", "varip"].map((word) => [word, { advice: kept, certain: false, typed: true }] as const),
  ["input", { advice: "A parameter is written `param length = 14 in 2..50 step 1`", certain: false, typed: true }],
  ["plot", { advice: "A value gets its name first, `NAME = …`, and is then shown: `plot NAME`", certain: false, typed: false }],
]);

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
