/** What the checker knows at a place: the file's definitions, the names in scope, what an `if` has established, and where to report. */
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { diagnose } from "../diagnostics/catalogue.ts";
import type { Span } from "../diagnostics/span.ts";
import type { Parameter } from "../graph/nodes.ts";
import type { Expression, Item } from "../syntax/ast.ts";
import { MESSAGES } from "./messages.ts";
import { intersect, type Range } from "./range.ts";
import type { Signature } from "./signatures.ts";
import { factsOf, type TermId, type Terms, termOf } from "./terms.ts";
import { type EnumType, mapScalars, type Value, withScalar } from "./values.ts";

export type FunctionItem = Extract<Item, { kind: "fn" }>;

export interface FunctionDefinition {
  readonly item: FunctionItem;
  readonly file: Definitions;
  readonly signature: Signature;
  /** What each argument list has given, by the terms of the arguments. */
  readonly calls: Map<string, { readonly value: Value; readonly diagnostics: readonly Diagnostic[] }>;
  /** Errors at the definition, once it has been checked; undefined before and while it is. */
  diagnostics: readonly Diagnostic[] | undefined;
  /** Whether its body is being elaborated. */
  open: boolean;
}

/** A value of the top level, elaborated when it is first read. */
export interface ValueDefinition {
  readonly item: Extract<Item, { kind: "value" | "rec" }>;
  value: Value | undefined;
  open: boolean;
}

/** The definitions that a file's expressions see: its own, and of functions those of the library too. */
export interface Definitions {
  readonly functions: Map<string, FunctionDefinition>;
  readonly enums: Map<string, EnumType>;
  readonly values: Map<string, ValueDefinition>;
  readonly parameters: Map<string, Value>;
  /** Where each name of the file was defined. */
  readonly spans: Map<string, Span>;
  /** Names that mean something in a version to come: other clocks, other symbols. */
  readonly unsupported: Map<string, string>;
}

export interface Program {
  readonly terms: Terms;
  readonly parameters: Parameter[];
  /** Where each recursion was written, by state, for messages. */
  readonly recursionSpans: Map<number, { readonly name: string; readonly span: Span }>;
}

export interface Binding {
  readonly name: string;
  readonly value: Value;
  readonly span: Span;
  /** How many recursions and reductions were open where it was bound. */
  readonly depth: Depth;
}

export interface Depth {
  readonly recursions: number;
  readonly reductions: number;
}

/** The recursion whose `then` is being elaborated. */
export interface OpenRecursion {
  readonly name: string;
  readonly previous: Value;
}

export interface Context {
  readonly program: Program;
  readonly definitions: Definitions;
  readonly sink: Diagnostic[];
  readonly locals: ReadonlyMap<string, Binding>;
  readonly refinements: ReadonlyMap<TermId, Range>;
  readonly depth: Depth;
  readonly recursion: OpenRecursion | undefined;
  /** Whether `fill` is known: in the price of a stop. */
  readonly afterFill: boolean;
  /** Whether this is the body of a call: what its arguments make always true is no mistake of its author. */
  readonly inlined: boolean;
}

export type Code = keyof typeof MESSAGES;
export type FactsFor<C extends Code> = Parameters<(typeof MESSAGES)[C]["text"]> extends [infer F] ? F : undefined;
export type More = NonNullable<Parameters<typeof diagnose>[4]>;

/** Reports a user's mistake. */
export function report<C extends Code>(context: Pick<Context, "sink">, code: C, span: Span, facts: FactsFor<C>, more?: More): void {
  context.sink.push(diagnose(MESSAGES, code, span, facts as never, more));
}

/** The context with one more local name. */
export function bind(context: Context, name: string, value: Value, span: Span): Context {
  const binding: Binding = { name, value, span, depth: context.depth };
  return { ...context, locals: new Map(context.locals).set(name, binding) };
}

/** `value` with what the `if`s around this place tell of it. */
export function refine(context: Context, value: Value): Value {
  if (context.refinements.size === 0 || (value.kind !== "number" && value.kind !== "bool")) return value;
  const known = context.refinements.get(value.term);
  if (known === undefined) return value;
  return { ...value, facts: { ...value.facts, range: intersect(value.facts.range, known) } };
}

/** `value` with no more than what holds of it on every tick. */
export function onEveryTick(context: Context, value: Value): Value {
  const { terms } = context.program;
  return mapScalars(value, (scalar) => withScalar(scalar, { term: scalar.term, facts: factsOf(terms, scalar.term) }));
}

/** Whether a value reads the placeholder of an open recursion or reduction. */
export function readsPlaceholder(context: Context, value: Value, placeholder: "recursive" | "indexed"): boolean {
  let found = false;
  mapScalars(value, (scalar) => {
    found ||= termOf(context.program.terms, scalar.term)[placeholder];
    return scalar;
  });
  return found;
}

/** The one function that every kind of expression needs of all others, handed down so that the files stay acyclic. */
export type Elaborate = (context: Context, expression: Expression) => Value;
