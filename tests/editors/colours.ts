/** The engine that Visual Studio Code colours with, on this project's grammar. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import oniguruma from "vscode-oniguruma";
import textmate from "vscode-textmate";

export interface Piece {
  readonly text: string;
  /** The innermost scope, without the language's name at its end. */
  readonly scope: string;
}

/** Gives, for a text, its lines as pieces with their scopes. */
export async function colours(): Promise<(text: string) => readonly (readonly Piece[])[]> {
  const path = "editors/vscode/syntaxes/stratc.tmLanguage.json";
  await oniguruma.loadWASM(
    readFileSync(createRequire(import.meta.url).resolve("vscode-oniguruma/release/onig.wasm")).buffer as ArrayBuffer,
  );
  const registry = new textmate.Registry({
    onigLib: Promise.resolve({
      createOnigScanner: (patterns) => new oniguruma.OnigScanner(patterns),
      createOnigString: (text) => new oniguruma.OnigString(text),
    }),
    loadGrammar: () => Promise.resolve(textmate.parseRawGrammar(readFileSync(path, "utf8"), path)),
  });
  const grammar = await registry.loadGrammar("source.stratc");
  if (grammar === null) throw new Error("the grammar does not load");
  return (text) => {
    let state = textmate.INITIAL;
    return text.split("\n").map((line) => {
      const { tokens, ruleStack } = grammar.tokenizeLine(line, state);
      state = ruleStack;
      return tokens.map(({ startIndex, endIndex, scopes }) => ({
        text: line.slice(startIndex, endIndex),
        scope: (scopes.at(-1) ?? "").replace(/\.stratc$/, ""),
      }));
    });
  };
}
