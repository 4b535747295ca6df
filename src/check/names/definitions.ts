/** Collects what files define: functions and enums of the library and of imports, and everything that the file itself names. */
import { closest } from "../../diagnostics/closest.ts";
import { type Diagnostic, hasErrors } from "../../diagnostics/diagnostic.ts";
import type { Span } from "../../diagnostics/span.ts";
import type { File, Item, Name } from "../../syntax/ast.ts";
import { parse } from "../../syntax/parse.ts";
import {
  type Definitions,
  type FunctionDefinition,
  type FunctionItem,
  functionNamed,
  functionNames,
  type Library,
  report,
} from "../context.ts";
import { BUILT_IN_FUNCTIONS } from "../expressions/expressions.ts";
import { type Complain, declaredType, freeVariables, type Signature, TYPE_NAMES } from "../types/signatures.ts";
import { BUILT_IN_VALUES } from "./built-in.ts";
import { reportRepeated } from "./names.ts";

/** The modules of the standard library, each a text of stdlib/: "std.trend" is stdlib/trend.strat. */
export const STANDARD_MODULES: readonly string[] = [
  "std.price",
  "std.trend",
  "std.direction",
  "std.momentum",
  "std.volatility",
  "std.volume",
  "std.statistics",
  "std.regression",
  "std.candles",
  "std.levels",
  "std.cycle",
  "std.mathematics",
  "std.events",
];

export type ReadModule = (path: string) => string | undefined;

interface Reporter {
  readonly sink: Diagnostic[];
}

function emptyDefinitions(text: string, library: Library, functions = new Map<string, FunctionDefinition>()): Definitions {
  const [enums, values, parameters] = [new Map(), new Map(), new Map()];
  return { text, functions, library, enums, values, parameters, labels: new Set(), spans: new Map(), qualifiers: new Map() };
}

/** Notes where a name of the file is defined, a value of `on CLOCK` by its key; reports a second definition. */
export function define(reporter: Reporter, definitions: Definitions, name: Name, key: string = name.text): boolean {
  const { spans, values } = definitions;
  const before = spans.get(key) ?? (values.has(name.text) ? undefined : spans.get(name.text));
  if (before === undefined && !BUILT_IN_VALUES.includes(name.text)) {
    spans.set(key, name.span);
    return true;
  }
  const by = before === undefined ? "by the language" : `at line ${lineOf(definitions.text, before)}`;
  const labels = before === undefined ? [] : [{ span: before, text: "first here" }];
  report(reporter, "E0102", name.span, { name: name.text, by }, { labels });
  return false;
}

function lineOf(text: string, { start }: Span): number {
  return text.slice(0, start).split("\n").length;
}

function complainer(reporter: Reporter, definitions: Definitions): Complain {
  return ({ kind, span, text }) => {
    if (kind === "unknown")
      report(reporter, "E0101", span, { name: text, near: closest(text, [...TYPE_NAMES, ...definitions.enums.keys()]) });
    else report(reporter, "E0409", span, { what: "The bounds of a type", wanted: "two numbers, the smaller first", value: "no interval" });
  };
}

function signatureOf(reporter: Reporter, definitions: Definitions, item: FunctionItem): Signature {
  const complain = complainer(reporter, definitions);
  reportRepeated(
    reporter,
    item.parameters.map((parameter) => parameter.name),
    "as a parameter",
  );
  const parameters = item.parameters.map((parameter) => ({
    name: parameter.name.text,
    span: parameter.name.span,
    type: declaredType(parameter.type, definitions.enums, complain),
    default: parameter.default,
  }));
  return { parameters, result: declaredType(item.result, definitions.enums, complain) };
}

/** Adds a function to a file's definitions. `isTrusted`: of the library, whose own mistakes are its tests' business. */
function defineFunction(reporter: Reporter, definitions: Definitions, item: FunctionItem, isTrusted: boolean): void {
  const name = item.name.text;
  const before = definitions.functions.get(name);
  const isImported = before !== undefined && before.file !== definitions && !before.isOfLibrary;
  if (BUILT_IN_FUNCTIONS.includes(name) || before?.file === definitions || isImported) {
    const at = before === undefined ? "by the language" : `at line ${lineOf(definitions.text, before.item.name.span)}`;
    const by = isImported ? "by an import" : at;
    report(reporter, "E0102", item.name.span, { name, by });
    return;
  }
  const signature = signatureOf(reporter, definitions, item);
  const [free] = freeVariables(signature);
  if (free !== undefined) report(reporter, "E0101", item.result.span, { name: free, near: undefined });
  const definition: FunctionDefinition = {
    item,
    file: definitions,
    signature: free === undefined ? signature : { ...signature, result: { kind: "poison" } },
    calls: new Map(),
    isOfLibrary: isTrusted,
    diagnostics: isTrusted || !item.isRead ? [] : undefined,
    unusable: !item.isRead,
  };
  definitions.functions.set(name, definition);
}

function defineEnums(reporter: Reporter, definitions: Definitions, items: readonly Item[]): void {
  for (const item of items) {
    if (item.kind !== "enum" || !define(reporter, definitions, item.name)) continue;
    reportRepeated(reporter, item.members, `in \`${item.name.text}\``);
    definitions.enums.set(item.name.text, { name: item.name.text, members: item.members.map((member) => member.text) });
  }
}

function defineFunctions(reporter: Reporter, definitions: Definitions, items: readonly Item[], isTrusted: boolean): void {
  for (const item of items) if (item.kind === "fn") defineFunction(reporter, definitions, item, isTrusted);
}

/** A function of the library with its name: it begins a line, and goes on to the next line that neither is indented nor closes it. */
const LIBRARY_FUNCTION = /^fn (\w+).*(?:\n(?:[ \r)}].*)?)*/gm;

/**
 * The functions of the standard library, which see each other. A file pays for those that it calls: the modules are searched for where functions begin,
 * and each is parsed, as a text of its own, when its name is asked for.
 */
function standardLibrary(readModule: ReadModule): Library {
  const written = new Map<string, { readonly path: string; readonly text: string }>();
  for (const path of STANDARD_MODULES)
    for (const [text, name = ""] of (readModule(path) ?? "").matchAll(LIBRARY_FUNCTION)) written.set(name, { path, text });
  const found = new Map<string, FunctionDefinition | undefined>();
  const make = (name: string): FunctionDefinition | undefined => {
    const place = written.get(name);
    if (place === undefined) return undefined;
    const definitions = emptyDefinitions(place.text, library);
    defineFunctions({ sink: [] }, definitions, parse(place.text, place.path).value?.items ?? [], true);
    return definitions.functions.get(name);
  };
  const find = (name: string): FunctionDefinition | undefined => {
    if (!found.has(name)) found.set(name, make(name));
    return found.get(name);
  };
  const library: Library = { names: [...written.keys()], find };
  return library;
}

/** The functions of a module, as far as they can be read. Those of the library are all known already. */
function moduleDefinitions(reporter: Reporter, definitions: Definitions, path: string, text: string): Definitions {
  const { library } = definitions;
  if (STANDARD_MODULES.includes(path)) return emptyDefinitions(text, library);
  const module = emptyDefinitions(text, library, new Map(definitions.functions));
  const parsed = parse(text, path);
  const items = parsed.value?.items ?? [];
  reporter.sink.push(...parsed.diagnostics);
  defineEnums(reporter, module, items);
  defineFunctions(reporter, module, items, false);
  return module;
}

function importFunctions(
  reporter: Reporter,
  definitions: Definitions,
  item: Extract<Item, { kind: "import" }>,
  readModule: ReadModule,
): void {
  const path = item.path.map((name) => name.text).join(".");
  const text = readModule(path);
  if (text === undefined) {
    report(reporter, "E0107", item.span, { problem: `There is no module \`${path}\`.` });
    return;
  }
  const sink: Diagnostic[] = [];
  const module = moduleDefinitions({ sink }, definitions, path, text);
  if (hasErrors(sink))
    report(reporter, "E0107", item.span, { problem: `The module \`${path}\` has mistakes of its own: \`stratc check\` it.` });
  for (const name of item.names) {
    const definition = functionNamed(module, name.text);
    if (definition !== undefined) definitions.functions.set(name.text, definition);
    else report(reporter, "E0101", name.span, { name: name.text, near: closest(name.text, functionNames(module)) });
  }
}

/** The definitions of a file: the library's functions, imports, and its own enums and functions. Values and parameters come later. */
export function collectDefinitions(reporter: Reporter, file: File, text: string, readModule: ReadModule): Definitions {
  const definitions = emptyDefinitions(text, standardLibrary(readModule));
  for (const item of file.items) if (item.kind === "import") importFunctions(reporter, definitions, item, readModule);
  defineEnums(reporter, definitions, file.items);
  defineFunctions(reporter, definitions, file.items, false);
  return definitions;
}
