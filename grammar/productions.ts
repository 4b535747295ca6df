/** What the drawings of the grammar share: its rules in the order of reading, and how a token is written. */
import {
  type Alternation,
  type Alternative,
  type IProduction,
  NonTerminal,
  type Option,
  type Repetition,
  type RepetitionMandatoryWithSeparator,
  type RepetitionWithSeparator,
  type Rule,
  Terminal,
  type TokenType,
} from "chevrotain";
import { FileParser } from "../src/syntax/parser/items.ts";
import { EOF, Name, NumberLiteral, StringLiteral } from "../src/syntax/tokens.ts";

const CLASSES: ReadonlyMap<TokenType, string> = new Map([
  [Name, "NAME"],
  [NumberLiteral, "NUMBER"],
  [StringLiteral, "STRING"],
  [EOF, "END"],
]);

/** A class of tokens by its name, a word or mark in quotes. */
export function terminalText(type: TokenType): string {
  return CLASSES.get(type) ?? `"${(type.LABEL ?? type.name).replaceAll("`", "")}"`;
}

type Compound = Alternation | Alternative | Option | Repetition | RepetitionMandatoryWithSeparator | RepetitionWithSeparator;

/** Names of the rules that a production refers to, in its order. */
function references(one: IProduction): readonly string[] {
  if (one instanceof NonTerminal) return [one.nonTerminalName];
  return one instanceof Terminal ? [] : (one as Compound).definition.flatMap(references);
}

/** The parser's rules from `file` on, each after the first that refers to it. */
export function grammarRules(): readonly Rule[] {
  const rules = new FileParser(true).getGAstProductions();
  const names = ["file"];
  for (const name of names) {
    for (const reference of rules[name]?.definition.flatMap(references) ?? []) if (!names.includes(reference)) names.push(reference);
  }
  return names.flatMap((name) => rules[name] ?? []);
}
