/** Writes all that is made of the parser and its tokens: `npx node grammar/generate.ts`. A test fails where a file is stale. */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { grammarText } from "./ebnf.ts";
import { railroadPage } from "./railroad.ts";
import { textmateGrammar } from "./textmate.ts";

/** By path from the project's root. */
export const GENERATED: ReadonlyMap<string, () => string> = new Map([
  ["grammar/stratc.ebnf", grammarText],
  ["grammar/railroad.html", railroadPage],
  ["editors/vscode/syntaxes/stratc.tmLanguage.json", textmateGrammar],
]);

if (import.meta.main) {
  for (const [path, text] of GENERATED) {
    const file = join(import.meta.dirname, "..", path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text());
  }
}
