/** What the reader of a text says: codes E0103 to E0106 and E0111 to E0117. */
import type { Message } from "../diagnostics/catalogue.ts";

export const SYNTAX_MESSAGES = {
  E0103: {
    severity: "error",
    title: "unexpected token",
    /** `expected` is a phrase ("`then`", "a value"); `began` names the open construct: "this `if` began at line 4". */
    text: (facts: { expected: string; found: string; began: string | undefined }) =>
      `I expected ${facts.expected} here${facts.began === undefined ? "" : `; ${facts.began}`}.`,
    label: (facts: { found: string }) => (facts.found === "" ? "" : `found ${facts.found}`),
  },
  E0104: {
    severity: "error",
    title: "mixed `and` and `or`",
    text: () => "Mixed `and`/`or`: add parentheses.",
    label: (facts: { operator: string; first: string }) => `\`${facts.operator}\` beside \`${facts.first}\``,
  },
  E0105: {
    severity: "error",
    title: "chained comparison",
    text: (facts: { rewritten: string }) => `Comparisons do not chain: \`${facts.rewritten}\`.`,
    label: () => "a second comparison",
  },
  E0106: {
    severity: "error",
    title: "`%` that stands alone",
    text: (facts: { percentage: string }) => `Write \`${facts.percentage}\` without a space; for the remainder use \`mod(a, b)\`.`,
    label: () => "",
  },
  E0111: {
    severity: "error",
    title: "unknown character",
    text: (facts: { characters: string; hint: string | undefined }) =>
      `\`${facts.characters}\` means nothing in this language${facts.hint === undefined ? "" : `: ${facts.hint}`}.`,
    label: () => "",
  },
  E0112: {
    severity: "error",
    title: "unknown unit",
    text: (facts: { suffix: string; advice: string }) => `\`${facts.suffix}\` is no unit: ${facts.advice}.`,
    label: (facts: { suffix: string }) => `a number and \`${facts.suffix}\``,
  },
  E0113: {
    severity: "error",
    title: "malformed number",
    text: (facts: { problem: string }) => `${facts.problem}.`,
    label: () => "",
  },
  E0114: {
    severity: "error",
    title: "unterminated text",
    text: () => 'This text has no closing `"` on its line.',
    label: () => "begins here",
  },
  E0115: {
    severity: "error",
    title: "unpaired bracket",
    /** `other` is the bracket that closes it instead, or "" where nothing does; a closing bracket closes nothing. */
    text: ({ bracket, other }: { bracket: string; other: string }) => {
      if (")]}".includes(bracket)) return `This \`${bracket}\` closes nothing.`;
      return other === "" ? `This \`${bracket}\` is never closed.` : `This \`${bracket}\` is closed by \`${other}\`.`;
    },
    label: ({ bracket }: { bracket: string }) => (")]}".includes(bracket) ? "" : "opened here"),
  },
  E0116: {
    severity: "error",
    title: "spelling of another language",
    text: (facts: { advice: string }) => `${facts.advice}.`,
    label: () => "",
  },
  E0117: {
    severity: "error",
    title: "nested too deep",
    text: (facts: { limit: number }) => `This is nested more than ${facts.limit} deep: give parts of it names.`,
    label: () => "",
  },
} satisfies Readonly<Record<string, Message<never>>>;
