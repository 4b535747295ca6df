/**
 * Writes `stratc.ebnf` from the parser itself, so that the grammar people read is the grammar that is used: `npx node grammar/generate.ts`.
 * A test fails where the file is stale.
 */
import { writeFileSync } from "node:fs";
import type { IProduction, TokenType } from "chevrotain";
import {
  Alternation,
  type Alternative,
  NonTerminal,
  Option,
  Repetition,
  RepetitionMandatoryWithSeparator,
  RepetitionWithSeparator,
  type Rule,
  Terminal,
} from "chevrotain";
import { suffixes } from "../src/syntax/literals.ts";
import { FileParser } from "../src/syntax/parser/items.ts";
import { EOF, Name, NumberLiteral, reserved, StringLiteral, soft } from "../src/syntax/tokens.ts";

const WIDTH = 120;

const classes: ReadonlyMap<TokenType, string> = new Map([
  [Name, "NAME"],
  [NumberLiteral, "NUMBER"],
  [StringLiteral, "STRING"],
  [EOF, "END"],
]);

function terminal(type: TokenType): string {
  return classes.get(type) ?? `"${(type.LABEL ?? type.name).replaceAll("`", "")}"`;
}

/** Productions one after the other; a choice among several stands in parentheses. */
function sequence(productions: readonly IProduction[]): string {
  if (productions.length === 1) return productions.map(production).join("");
  return productions.map((one) => (one instanceof Alternation ? `( ${production(one)} )` : production(one))).join(" ");
}

function production(one: IProduction): string {
  if (one instanceof Terminal) return terminal(one.terminalType);
  if (one instanceof NonTerminal) return one.nonTerminalName;
  if (one instanceof Alternation) return one.definition.map((alternative) => sequence((alternative as Alternative).definition)).join(" | ");
  if (one instanceof Option) return `[ ${sequence(one.definition)} ]`;
  if (one instanceof Repetition) return `{ ${sequence(one.definition)} }`;
  if (one instanceof RepetitionWithSeparator) return `[ ${listOf(one)} ]`;
  if (one instanceof RepetitionMandatoryWithSeparator) return listOf(one);
  throw new Error(`no notation for ${one.constructor.name}`);
}

function listOf({ definition, separator }: RepetitionWithSeparator | RepetitionMandatoryWithSeparator): string {
  return `${sequence(definition)} { ${terminal(separator)} ${sequence(definition)} }`;
}

/** `text` broken at spaces, continued with `indent`. */
function wrapped(text: string, indent: string): string {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      line = `${indent}${word}`;
    } else {
      line = line === "" ? word : `${line} ${word}`;
    }
  }
  return [...lines, line].join("\n");
}

function words(list: Iterable<string>): string {
  return wrapped(`  ${[...list].join(" ")}`, "  ");
}

type Compound = Alternation | Alternative | Option | Repetition | RepetitionMandatoryWithSeparator | RepetitionWithSeparator;

/** Names of the rules that a production refers to, in its order. */
function references(one: IProduction): readonly string[] {
  if (one instanceof NonTerminal) return [one.nonTerminalName];
  return one instanceof Terminal ? [] : (one as Compound).definition.flatMap(references);
}

/** The rules from `file` on, each after the first that refers to it. */
function rulesInOrder(rules: Readonly<Record<string, Rule>>): readonly Rule[] {
  const names = ["file"];
  for (const name of names) {
    for (const reference of rules[name]?.definition.flatMap(references) ?? []) if (!names.includes(reference)) names.push(reference);
  }
  return names.flatMap((name) => rules[name] ?? []);
}

/** The grammar as text. */
export function grammarText(): string {
  const rules = rulesInOrder(new FileParser(true).getGAstProductions());
  const lines = rules.map((rule) => wrapped(`${rule.name} = ${sequence(rule.definition)} ;`, "    "));
  return `(* The grammar of .strat files. Generated from the parser by grammar/generate.ts: do not edit.

   [ x ] is x or nothing, { x } any number of x, x | y either. Space, new lines and comments (// to the end of the line) may stand
   between any two tokens and mean nothing; a comment of three slashes documents the item after it.

   A condition is one comparison at most, and \`and\` beside \`or\` needs parentheses: the parser reads more and says so.

   Tokens:
     NAME    a letter or _, then letters, digits and _; no reserved word
     NUMBER  digits with _ between them, perhaps a point and digits, and perhaps at once a unit: ${[...suffixes.keys()].join(" ")}
     STRING  "…" on one line

   Reserved words:
${words(Object.keys(reserved)).replace(/^/gm, "   ")}

   Words of the grammar that may also name things:
${words(Object.keys(soft)).replace(/^/gm, "   ")}
*)

${lines.join("\n")}
`;
}

if (import.meta.main) writeFileSync(new URL("stratc.ebnf", import.meta.url), grammarText());
