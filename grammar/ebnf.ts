/** The grammar as EBNF, made from the parser itself, so that the grammar people read is the grammar that is used. */
import type { IProduction } from "chevrotain";
import {
  Alternation,
  type Alternative,
  NonTerminal,
  Option,
  Repetition,
  RepetitionMandatoryWithSeparator,
  RepetitionWithSeparator,
  Terminal,
} from "chevrotain";
import { suffixes } from "../src/syntax/literals.ts";
import { reserved, soft } from "../src/syntax/tokens.ts";
import { grammarRules, terminalText } from "./productions.ts";

const WIDTH = 120;

/** Productions one after the other; a choice among several stands in parentheses. */
function sequence(productions: readonly IProduction[]): string {
  if (productions.length === 1) return productions.map(production).join("");
  return productions.map((one) => (one instanceof Alternation ? `( ${production(one)} )` : production(one))).join(" ");
}

function production(one: IProduction): string {
  if (one instanceof Terminal) return terminalText(one.terminalType);
  if (one instanceof NonTerminal) return one.nonTerminalName;
  if (one instanceof Alternation) return one.definition.map((alternative) => sequence((alternative as Alternative).definition)).join(" | ");
  if (one instanceof Option) return `[ ${sequence(one.definition)} ]`;
  if (one instanceof Repetition) return `{ ${sequence(one.definition)} }`;
  if (one instanceof RepetitionWithSeparator) return `[ ${listOf(one)} ]`;
  if (one instanceof RepetitionMandatoryWithSeparator) return listOf(one);
  throw new Error(`no notation for ${one.constructor.name}`);
}

function listOf({ definition, separator }: RepetitionWithSeparator | RepetitionMandatoryWithSeparator): string {
  return `${sequence(definition)} { ${terminalText(separator)} ${sequence(definition)} }`;
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

/** The grammar as text. */
export function grammarText(): string {
  const lines = grammarRules().map((rule) => wrapped(`${rule.name} = ${sequence(rule.definition)} ;`, "    "));
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
