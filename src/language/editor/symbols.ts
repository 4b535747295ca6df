/** What a file defines, and where each name of it may be read: for editors, which also ask of files with mistakes. */
import type { Span } from "../../diagnostics/span.ts";
import type { Block, File, Item, Name, RecStatement, Statement } from "../../syntax/ast.ts";

export type SymbolKind = "value" | "parameter" | "function" | "rule" | "clock" | "symbol" | "group" | "enum" | "member" | "model" | "local";

export interface FileSymbol {
  readonly name: string;
  readonly kind: SymbolKind;
  /** What stands before the name where it is read from elsewhere: the clock of `on day { … }`, the enum of a member; null for all others. */
  readonly qualifier: string | null;
  /** Of its name where it is defined. */
  readonly span: Span;
  /** Where alone it may be read; null for the whole file. */
  readonly scope: Span | null;
  /** How it is defined, on one line. */
  readonly declaration: string;
  readonly doc: string | null;
}

const DECLARATION_MAX = 240;

/** All names that a file with this text defines. */
export function symbolsOf({ items }: File, text: string): readonly FileSymbol[] {
  return items.flatMap((item) => ofItem(item, text, null));
}

function ofItem(item: Item, text: string, clock: string | null): readonly FileSymbol[] {
  const doc = item.doc ?? null;
  const whole = (name: Name, kind: SymbolKind, declaration = textOf(text, name.span.start, item.span.end)): FileSymbol => {
    return { name: name.text, kind, qualifier: clock, span: name.span, scope: null, declaration, doc };
  };
  switch (item.kind) {
    case "value":
      return [whole(item.name, "value")];
    case "rec":
      return [whole(item.name, "value", `rec ${textOf(text, item.name.span.start, item.span.end)}`), ...ofRecursion(item, text)];
    case "param":
      return [whole(item.name, "parameter", `param ${textOf(text, item.name.span.start, item.span.end)}`)];
    case "on":
      return item.values.flatMap((value) => ofItem(value, text, item.clock.text));
    case "clock":
      return [whole(item.name, "clock", `clock ${textOf(text, item.name.span.start, item.span.end)}`)];
    case "trade":
    case "context":
      return item.symbols.map((name) => whole(name, "symbol", `${item.kind} ${name.text}`));
    case "group":
      return [whole(item.name, "group", `group ${textOf(text, item.name.span.start, item.span.end)}`)];
    case "model":
      return [whole(item.name, "model", `model ${item.name.text} = ${item.branch.text} "${item.file}"`)];
    case "label":
      return [whole(item.name, "value", `label ${textOf(text, item.name.span.start, item.span.end)}`)];
    case "enum":
      return [
        whole(item.name, "enum", `enum ${textOf(text, item.name.span.start, item.span.end)}`),
        ...item.members.map((name) => ({ ...whole(name, "member", `${item.name.text}.${name.text}`), qualifier: item.name.text })),
      ];
    case "fn":
      return [whole(item.name, "function", `fn ${textOf(text, item.name.span.start, item.result.span.end)}`), ...ofFunction(item, text)];
    case "rule":
      return [whole(item.name, "rule", `rule ${item.name.text}`), ...ofRule(item, text)];
    case "strategy":
    case "module":
    case "import":
    case "calendar":
    case "require":
    case "risk":
    case "session":
    case "simulate":
    case "study":
    case "plot":
    case "test":
      return [];
  }
}

type ItemOf<K extends Item["kind"]> = Extract<Item, { kind: K }>;

function local(name: Name, scope: Span, declaration: string): FileSymbol {
  return { name: name.text, kind: "local", qualifier: null, span: name.span, scope, declaration, doc: null };
}

function ofFunction({ parameters, body, span }: ItemOf<"fn">, text: string): readonly FileSymbol[] {
  const named = parameters.map(({ name, type }) => local(name, span, textOf(text, name.span.start, type.span.end)));
  return [...named, ...ofBlock(body, text)];
}

function ofRule({ clauses, each, span }: ItemOf<"rule">, text: string): readonly FileSymbol[] {
  const lets = clauses.flatMap((clause) =>
    clause.kind === "let" ? [local(clause.name, span, `let ${textOf(text, clause.name.span.start, clause.span.end)}`)] : [],
  );
  return each === undefined ? lets : [local(each.name, span, `each ${textOf(text, each.name.span.start, each.range.span.end)}`), ...lets];
}

function ofBlock({ statements, span }: Block, text: string): readonly FileSymbol[] {
  return statements.flatMap((statement: Statement) => {
    const name = local(statement.name, span, `${statement.kind} ${textOf(text, statement.name.span.start, statement.span.end)}`);
    return statement.kind === "rec" ? [name, ...ofRecursion(statement, text)] : [name];
  });
}

function ofRecursion({ seed, then }: RecStatement, text: string): readonly FileSymbol[] {
  return [...(seed === undefined ? [] : ofBlock(seed, text)), ...ofBlock(then, text)];
}

function textOf(text: string, start: number, end: number): string {
  const line = text
    .slice(start, end)
    .replace(/\/\/.*$/gm, "")
    .replace(/\s+/g, " ")
    .trim();
  return line.length > DECLARATION_MAX ? `${line.slice(0, DECLARATION_MAX)}…` : line;
}
