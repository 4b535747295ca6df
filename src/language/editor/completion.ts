/** What may be written at a place: the names that the file gives, those of the library and the language, its words; after a dot the members of what stands before it. */
import { SESSION_FIELDS } from "../../check/names/built-in.ts";
import { unitText } from "../../check/types/units.ts";
import { keywords } from "../../syntax/tokens.ts";
import type { Analysis } from "./analysis.ts";
import { BUILT_IN_TEXTS } from "./built-in.ts";
import type { LibraryFunction } from "./library.ts";
import type { FileSymbol, SymbolKind } from "./symbols.ts";
import { qualifierAt, wordAt } from "./words.ts";

export interface Completion {
  readonly name: string;
  readonly kind: SymbolKind | "keyword";
  readonly detail: string;
  readonly doc: string | null;
}

const AGAINST_GROUP: readonly string[] = ["rank", "percent_rank", "sum", "mean", "max", "min", "count"];

export function completionsAt(
  { text, symbols, program }: Analysis,
  offset: number,
  library: () => ReadonlyMap<string, LibraryFunction>,
): readonly Completion[] {
  const start = wordAt(text, offset)?.start ?? offset;
  const qualifier = qualifierAt(text, start);
  const functions = [...library().values()].map(ofSymbol);
  if (qualifier !== null) return membersOf(symbols, qualifier, functions);
  const visible = symbols.filter(
    ({ scope, kind }) => kind !== "member" && (scope === null || (scope.start <= offset && offset <= scope.end)),
  );
  const own = visible.map((symbol) => {
    const unit = symbol.kind === "value" ? program?.names.get(symbol.name)?.unit : undefined;
    return unit === undefined ? ofSymbol(symbol) : { ...ofSymbol(symbol), detail: `${unit} · ${symbol.declaration}` };
  });
  const builtIn = [...BUILT_IN_TEXTS].map(([name, { form, says }]): Completion => {
    return { name, kind: form.includes("(") ? "function" : "value", detail: form, doc: says };
  });
  const words = [...keywords.keys()].map((name): Completion => ({ name, kind: "keyword", detail: "", doc: null }));
  const byName = new Map([...words, ...functions, ...builtIn, ...own].map((one) => [one.name, one]));
  return [...byName.values()];
}

function ofSymbol({ name, kind, declaration, doc }: FileSymbol): Completion {
  return { name, kind, detail: declaration, doc };
}

function membersOf(symbols: readonly FileSymbol[], qualifier: string, functions: readonly Completion[]): readonly Completion[] {
  if (qualifier === "session")
    return [...SESSION_FIELDS].map(([name, unit]) => ({ name, kind: "member", detail: unitText(unit), doc: null }));
  const own = symbols.filter((symbol) => symbol.qualifier === qualifier).map(ofSymbol);
  const kind = symbols.find(({ name, scope }) => name === qualifier && scope === null)?.kind;
  if (qualifier === "universe" || kind === "group")
    return AGAINST_GROUP.map((name) => ({ name, kind: "function", detail: `${qualifier}.${name}(x)`, doc: null }));
  if (kind !== "clock" && kind !== "symbol") return own;
  const columns = ["open", "high", "low", "close", "volume"].map((name): Completion => {
    return { name, kind: "value", detail: BUILT_IN_TEXTS.get(name)?.form ?? "", doc: null };
  });
  const values = kind === "symbol" ? symbols.filter((symbol) => symbol.kind === "value" && symbol.qualifier === null).map(ofSymbol) : [];
  return [...own, ...values, ...columns, ...functions];
}
