/** Random edits of strategy texts, from a seed: what a keyboard, a merge or a malicious file may do to them. */
import type { Prng } from "../../src/values/prng.ts";

const PIECES = [
  ..."(){}[]<>=+-*/,:;.?\"'`@#\\\n\t \u0000\u00a0\ud800\u{1f600}é",
  ...[
    "=>",
    "??",
    "//",
    "///",
    "[-1]",
    "[1]",
    "5 %",
    "1e309",
    "999999999999999999999",
    "0.1usd",
    "3bars",
    "none",
    "true",
    "if",
    "then",
    "else",
  ],
  ...[
    "rec y = seed 1 then prev(y) + 1",
    "fn f(x: series U): series U { return f(x) }",
    "and not or",
    "sum(i in 0..9: close[i])",
    "import std.trend { sma }",
  ],
  ...[
    "strategy",
    "trade [",
    "clock bar = 1m",
    "risk {",
    "rule",
    "enter long {",
    "exit",
    "hold",
    "stop at",
    "size",
    "when",
    "simulate {",
    "session {",
  ],
];

/** One to four edits of `text`; some paste from `other`. */
export function mutated(text: string, other: string, random: Prng): string {
  let result = text;
  for (let edits = 1 + random.below(4); edits > 0; edits--) result = edited(result, other, random);
  return result;
}

function edited(text: string, other: string, random: Prng): string {
  const at = random.below(text.length + 1);
  const end = Math.min(text.length, at + 1 + random.below(random.below(4) === 0 ? 200 : 8));
  const piece = PIECES[random.below(PIECES.length)] ?? "";
  const tokens = text.split(/(\s+)/);
  switch (random.below(8)) {
    case 0:
      return text.slice(0, at) + text.slice(end);
    case 1:
      return text.slice(0, at) + piece + text.slice(at);
    case 2:
      return text.slice(0, at) + piece + text.slice(end);
    case 3:
      return text.slice(0, end) + text.slice(at, end) + text.slice(end);
    case 4: {
      const from = random.below(other.length + 1);
      return text.slice(0, at) + other.slice(from, from + random.below(120)) + text.slice(at);
    }
    case 5: {
      const [a, b] = [random.below(tokens.length), random.below(tokens.length)];
      return tokens.map((token, index) => (index === a ? tokens[b] : index === b ? tokens[a] : token)).join("");
    }
    case 6:
      return text.slice(0, at);
    default:
      return text.slice(0, at) + piece.repeat(1 + random.below(100)) + text.slice(at);
  }
}
