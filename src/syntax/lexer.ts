/**
 * From text to tokens. Chevrotain's lexer splits; one pass over its tokens then looks up keywords, judges numbers and turns foreign spellings
 * into the words they stand for, so that the parser meets none of these mistakes.
 */
import { type IToken, Lexer, type TokenType } from "chevrotain";
import { diagnose } from "../diagnostics/catalogue.ts";
import { closest } from "../diagnostics/closest.ts";
import type { Diagnostic, Help } from "../diagnostics/diagnostic.ts";
import type { Span } from "../diagnostics/span.ts";
import { elseIfWords, foreignSeparator, foreignSpelling, foreignUnits, functionWords, isCertain } from "./foreign.ts";
import { numberParts, suffixes } from "./literals.ts";
import { SYNTAX_MESSAGES } from "./messages.ts";
import {
  Colon,
  Comma,
  closing,
  Dot,
  Equals,
  Foreign,
  Identifier,
  keywords,
  LParen,
  LSquare,
  lexed,
  Name,
  NumberLiteral,
  opening,
  Percent,
  reserved,
  Star,
  StringLiteral,
  soft,
  UnterminatedString,
} from "./tokens.ts";

export interface Lexed {
  readonly tokens: IToken[];
  /** `//` and `///` comments in order. */
  readonly comments: readonly IToken[];
  readonly diagnostics: Diagnostic[];
  /** Where characters were left out, in order. */
  readonly omitted: readonly number[];
}

const lexer = new Lexer([...lexed], { positionTracking: "onlyOffset", ensureOptimizations: true });

function retyped(token: IToken, type: TokenType, image = token.image): IToken {
  return { ...token, image, tokenType: type, tokenTypeIdx: type.tokenTypeIdx ?? 0 };
}

const characterHints: Readonly<Record<string, string>> = {
  $: "money is written `25_000usd`",
  "€": "money is written `25_000usd`",
  "~": "negation is written `not`",
  "@": "prices of orders are written `at close`",
};

/** How the lexer's second pass sees one source. */
interface Pass {
  readonly source: string;
  readonly name: string;
  readonly tokens: readonly IToken[];
  readonly out: IToken[];
  readonly diagnostics: Diagnostic[];
  /** Where tokens are that have been reported and mean nothing. */
  readonly omitted: number[];
  /** Brackets open before the token that is admitted. */
  readonly open: TokenType[];
}

function spanOf(pass: Pass, token: IToken): Span {
  return { source: pass.name, start: token.startOffset, end: token.startOffset + token.image.length };
}

/** The tokens of `source`; what cannot be a token is reported and left out. */
export function lex(source: string, name: string): Lexed {
  const result = lexer.tokenize(source);
  const pass: Pass = { source, name, tokens: result.tokens, out: [], diagnostics: [], omitted: [], open: [] };
  for (const { offset, length } of result.errors) {
    const characters = source.slice(offset, offset + length);
    const facts = { characters, hint: characterHints[characters] };
    pass.diagnostics.push(diagnose(SYNTAX_MESSAGES, "E0111", { source: name, start: offset, end: offset + length }, facts));
  }
  for (const comment of result.groups.foreignComments ?? []) reportForeignComment(pass, comment);
  for (let index = 0; index < pass.tokens.length; ) index += admit(pass, index);
  return {
    tokens: pass.out,
    comments: result.groups.comments ?? [],
    diagnostics: pass.diagnostics,
    omitted: [...result.errors.map(({ offset }) => offset), ...pass.omitted].sort((a, b) => a - b),
  };
}

function reportForeignComment(pass: Pass, comment: IToken): void {
  const span = spanOf(pass, comment);
  const marker = comment.image.startsWith("#") ? "#" : "/*";
  const edits = marker === "#" ? [{ span: { ...span, end: span.start + 1 }, text: "//" }] : [];
  const facts = { advice: `A comment begins with \`//\`, not with \`${marker}\`` };
  const help = edits.length === 0 ? [] : [{ text: "//", edits, certain: true }];
  pass.diagnostics.push(diagnose(SYNTAX_MESSAGES, "E0116", span, facts, { help }));
}

/** Passes one token on, as what it stands for; returns how many it has taken. */
function admit(pass: Pass, index: number): number {
  const token = pass.tokens[index];
  if (token === undefined) return 1;
  if (token.tokenType === Comma && admitDecimalComma(pass, token, pass.tokens[index + 1])) return 2;
  if (opening.has(token.tokenType)) pass.open.push(token.tokenType);
  else if (closing.has(token.tokenType)) pass.open.pop();
  switch (token.tokenType) {
    case Identifier:
      admitWord(pass, token, index);
      break;
    case NumberLiteral:
      judgeNumber(pass, token);
      pass.out.push(token);
      break;
    case UnterminatedString:
      pass.diagnostics.push(diagnose(SYNTAX_MESSAGES, "E0114", spanOf(pass, token), {}));
      pass.omitted.push(token.startOffset);
      pass.out.push(retyped(token, StringLiteral));
      break;
    case Percent:
      admitPercent(pass, token, pass.tokens[index + 1]);
      break;
    case Foreign:
      admitForeign(pass, token);
      break;
    // Every other type is a mark of the language.
    default:
      pass.out.push(token);
  }
  return 1;
}

function admitWord(pass: Pass, token: IToken, index: number): void {
  const keyword = keywords.get(token.image);
  const next = pass.tokens[index + 1]?.tokenType;
  if (next !== Equals && next !== Colon && (admitUnit(pass, token) || admitCapitals(pass, token, next))) return;
  if (keyword !== undefined) {
    token.tokenType = keyword;
    token.tokenTypeIdx = keyword.tokenTypeIdx ?? 0;
    pass.out.push(token);
  } else if (functionWords.has(token.image) && next === Identifier && pass.tokens[index + 2]?.tokenType === LParen) {
    if (pass.tokens[index + 3]?.image === "self") {
      reportMethod(pass, token);
    } else {
      reportSpelling(pass, token, "fn", `\`${token.image}\` is written \`fn\``);
      pass.out.push(retyped(token, soft.fn));
    }
  } else if (elseIfWords.has(token.image) && next !== Equals) {
    reportSpelling(pass, token, "else if", `\`${token.image}\` is written \`else if\``);
    pass.out.push(retyped(token, reserved.else), retyped(token, reserved.if));
  } else {
    pass.out.push(token);
  }
}

/** Words of the language that others write with capitals. */
const CAPITALS = new Map((["and", "or", "not", "true", "false", "none"] as const).map((word) => [word as string, word]));

/** `AND`, `Or`, `True`; in a list of symbols and before a point they are names, before parentheses functions of spreadsheets. */
function admitCapitals(pass: Pass, token: IToken, next: TokenType | undefined): boolean {
  const previous = pass.out.at(-1)?.tokenType;
  if (!/[A-Z]/.test(token.image)) return false;
  const word = CAPITALS.get(token.image.toLowerCase());
  if (word === undefined || pass.open.at(-1) === LSquare || previous === Dot || next === Dot) return false;
  if (next === LParen && word !== "not" && (previous === undefined || !endsValue(previous))) return false;
  reportSpelling(pass, token, word, `\`${token.image}\` is written \`${word}\``);
  pass.out.push(retyped(token, reserved[word]));
  return true;
}

/** `100 shares` becomes the number it means. */
function admitUnit(pass: Pass, token: IToken): boolean {
  const previous = pass.out.at(-1);
  const unit = suffixes.has(token.image) ? token.image : foreignUnits.get(token.image);
  if (unit === undefined || previous?.tokenType !== NumberLiteral || numberParts(previous.image).suffix !== "") return false;
  const span = { ...spanOf(pass, token), start: previous.startOffset };
  const written = pass.source.slice(span.start, span.end);
  if (/[\n\r]/.test(written)) return false;
  const whole = `${previous.image}${unit}`;
  const facts = { problem: `A number and its unit are one word: \`${whole}\`` };
  pass.diagnostics.push(
    diagnose(SYNTAX_MESSAGES, "E0113", span, facts, { help: [{ text: whole, edits: [{ span, text: whole }], certain: true }] }),
  );
  pass.out[pass.out.length - 1] = retyped(previous, NumberLiteral, written);
  return true;
}

/** `def next(self)`: the word stays, and what follows from it is not reported. */
function reportMethod(pass: Pass, token: IToken): void {
  const advice = "There are no methods: what is done on each bar stands in rules, `rule NAME { when …  enter long { … } }`";
  pass.diagnostics.push(diagnose(SYNTAX_MESSAGES, "E0116", spanOf(pass, token), { advice }));
  pass.omitted.push(token.startOffset);
  pass.out.push(token);
}

function endsValue(type: TokenType): boolean {
  return type === Identifier || type === NumberLiteral || closing.has(type) || type.CATEGORIES?.includes(Name) === true;
}

function admitForeign(pass: Pass, token: IToken): void {
  const separates = token.image === ";" && (pass.open.at(-1) === LParen || pass.open.at(-1) === LSquare);
  const { type, write, advice } = separates ? foreignSeparator : foreignSpelling(token.image);
  reportSpelling(pass, token, write, advice);
  if (type === StringLiteral) pass.out.push(retyped(token, type, `"${token.image.slice(1, -1)}"`));
  else if (type !== undefined) pass.out.push(retyped(token, type));
}

/** Replaces `token` by `write`, with the spaces that words need around them. */
function reportSpelling(pass: Pass, token: IToken, write: string | undefined, advice: string): void {
  const span = spanOf(pass, token);
  const isWord = write !== undefined && /\w$/.test(write);
  const before = isWord && /\w/.test(pass.source[span.start - 1] ?? "") ? " " : "";
  const after = isWord && /\S/.test(pass.source[span.end] ?? "") ? " " : "";
  const text = write === "" ? "remove it" : (write ?? "");
  const help: Help = { text, edits: [{ span, text: `${before}${write}${after}` }], certain: isCertain(token.image) };
  pass.diagnostics.push(diagnose(SYNTAX_MESSAGES, "E0116", span, { advice }, { help: write === undefined ? [] : [help] }));
}

/** `5 %` becomes the number it means; `a % b` goes on as a product, of which the parser takes the operands alone. */
function admitPercent(pass: Pass, token: IToken, next: IToken | undefined): void {
  const span = spanOf(pass, token);
  const previous = pass.out.at(-1);
  const amount = previous?.tokenType === NumberLiteral && numberParts(previous.image).suffix === "" ? previous : undefined;
  const operandFollows = next !== undefined && (next.tokenType === NumberLiteral || next.tokenType === LParen);
  if (amount === undefined || operandFollows) {
    pass.diagnostics.push(diagnose(SYNTAX_MESSAGES, "E0106", span, { percentage: amount === undefined ? "5%" : `${amount.image}%` }));
    pass.out.push(retyped(token, Star));
    return;
  }
  const whole = { ...span, start: amount.startOffset };
  const percentage = `${amount.image}%`;
  const help = [{ text: percentage, edits: [{ span: whole, text: percentage }], certain: true }];
  pass.diagnostics.push(diagnose(SYNTAX_MESSAGES, "E0106", whole, { percentage }, { help }));
  pass.out[pass.out.length - 1] = retyped(amount, NumberLiteral, pass.source.slice(whole.start, whole.end));
}

function judgeNumber(pass: Pass, token: IToken): void {
  const { digits, suffix } = numberParts(token.image);
  if (token.image.startsWith("$")) {
    reportDollar(pass, token);
  } else if (digits.split(".").length > 2) {
    const facts = { problem: `\`${token.image}\` is no number: it has more than one point` };
    pass.diagnostics.push(diagnose(SYNTAX_MESSAGES, "E0113", spanOf(pass, token), facts));
  } else if (suffix !== "" && !suffixes.has(suffix)) {
    reportSuffix(pass, token, suffix);
  }
}

/** `$60,000`: only groups of three are taken for a whole amount. */
function reportDollar(pass: Pass, token: IToken): void {
  const span = spanOf(pass, token);
  const isAmount = /^\$(?:[\d_]+|\d{1,3}(?:,\d{3})+)(?:\.\d+)?$/.test(token.image);
  const amount = `${token.image.slice(1).replaceAll(",", "_")}usd`;
  const help = isAmount ? [{ text: amount, edits: [{ span, text: amount }], certain: true }] : [];
  pass.diagnostics.push(diagnose(SYNTAX_MESSAGES, "E0111", span, { characters: "$", hint: characterHints.$ }, { help }));
}

/**
 * `0,5`, and `60,000` that may be meant either way and is not read. Between parentheses and in lists a comma separates.
 */
function admitDecimalComma(pass: Pass, token: IToken, next: IToken | undefined): boolean {
  const whole = pass.out.at(-1);
  const isList = pass.open.at(-1) === LParen || pass.open.at(-1) === LSquare;
  if (isList || whole?.tokenType !== NumberLiteral || next?.tokenType !== NumberLiteral || !/^\d+$/.test(whole.image)) return false;
  if (whole.startOffset + whole.image.length !== token.startOffset || token.startOffset + 1 !== next.startOffset) return false;
  const span = { ...spanOf(pass, next), start: whole.startOffset };
  const decimal = `${whole.image}.${next.image}`;
  const grouped = `${whole.image}_${next.image}`;
  const isGroup = whole.image.length <= 3 && /^\d{3}(?!\d)/.test(next.image);
  const problem = isGroup
    ? `Digits are grouped with \`_\`, \`${grouped}\`, and decimals written with a point, \`${decimal}\``
    : `Decimals are written with a point: \`${decimal}\``;
  const help = (isGroup ? [grouped, decimal] : [decimal]).map((text) => ({ text, edits: [{ span, text }], certain: true }));
  pass.diagnostics.push(diagnose(SYNTAX_MESSAGES, "E0113", span, { problem }, { help }));
  pass.out[pass.out.length - 1] = retyped(whole, NumberLiteral, isGroup ? pass.source.slice(span.start, span.end) : decimal);
  return true;
}

function reportSuffix(pass: Pass, token: IToken, suffix: string): void {
  const span = spanOf(pass, token);
  const amount = token.image.slice(0, -suffix.length);
  const unit = foreignUnits.get(suffix.toLowerCase()) ?? (suffix.length > 1 ? closest(suffix, suffixes.keys()) : undefined);
  if (/^e\d*$/i.test(suffix)) {
    const facts = { problem: `\`${token.image}\` is written with an exponent: write the number out` };
    pass.diagnostics.push(diagnose(SYNTAX_MESSAGES, "E0113", span, facts));
  } else if (unit !== undefined) {
    const text = `${amount}${unit}`;
    const help: Help = { text, edits: [{ span, text }], certain: foreignUnits.has(suffix.toLowerCase()) };
    pass.diagnostics.push(diagnose(SYNTAX_MESSAGES, "E0112", span, { suffix, advice: `write \`${text}\`` }, { help: [help] }));
  } else {
    const large = /^[kKM]$/.test(suffix) ? `write the zeros, as in \`${amount}_${suffix === "M" ? "000_000" : "000"}\`` : undefined;
    const facts = { suffix, advice: large ?? `for a product write \`${amount} * ${suffix}\`` };
    pass.diagnostics.push(diagnose(SYNTAX_MESSAGES, "E0112", span, facts));
  }
}
