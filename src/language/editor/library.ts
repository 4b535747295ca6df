/** The standard library as an editor shows it: each function with its header, its doc comment, and where it is written. */
import { type ReadModule, STANDARD_MODULES } from "../../check/names/definitions.ts";
import { parse } from "../../syntax/parse.ts";
import { type FileSymbol, symbolsOf } from "./symbols.ts";

export interface LibraryFunction extends FileSymbol {
  /** "std.trend". */
  readonly module: string;
}

/** By name. It reads all modules, so it is made once. */
export function libraryFunctions(readModule: ReadModule): ReadonlyMap<string, LibraryFunction> {
  const found = new Map<string, LibraryFunction>();
  for (const module of STANDARD_MODULES) {
    const text = readModule(module) ?? "";
    const { value } = parse(text, module);
    if (value === undefined) continue;
    for (const symbol of symbolsOf(value, text)) if (symbol.kind === "function") found.set(symbol.name, { ...symbol, module });
  }
  return found;
}
