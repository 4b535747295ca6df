/** What the checker knows at a place: the file's definitions, the names in scope, what an `if` has established, and where to report. */
import { diagnose, type Message } from "../diagnostics/catalogue.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { Span } from "../diagnostics/span.ts";
import type { ClockId, Graph, GroupId, Model, Parameter, SymbolId } from "../graph/nodes.ts";
import type { ModelBytes } from "../models/model-file.ts";
import type { Block, Expression, Item, Name } from "../syntax/ast.ts";
import { MESSAGES } from "./messages/messages.ts";
import { intersect, type Range } from "./terms/range.ts";
import { factsOf, type TermId, type Terms, termOf } from "./terms/terms.ts";
import type { Signature } from "./types/signatures.ts";
import { type EnumType, mapScalars, type Value, withScalar } from "./types/values.ts";

export type FunctionItem = Extract<Item, { kind: "fn" }>;

export interface FunctionDefinition {
  readonly item: FunctionItem;
  readonly file: Definitions;
  readonly signature: Signature;
  /** What each argument list has given, by the terms of the arguments. */
  readonly calls: Map<string, { readonly value: Value; readonly diagnostics: readonly Diagnostic[] }>;
  /** Whether it comes with the language: a file may define a function of its own by this name. */
  readonly isOfLibrary: boolean;
  /** Errors at the definition, once it has been checked; undefined before. */
  diagnostics: readonly Diagnostic[] | undefined;
  /** Whether it calls itself, or so many others that it cannot be elaborated: already reported. */
  unusable: boolean;
}

/** A value of the file, elaborated before everything that reads it. */
export interface ValueDefinition {
  /** The clock on whose ticks it has its values. */
  readonly clock: ClockId;
  readonly item: Extract<Item, { kind: "value" | "rec" | "model" }>;
  value: Value | undefined;
}

/** The functions that come with the language, each made where it is first asked for. */
export interface Library {
  readonly names: readonly string[];
  readonly find: (name: string) => FunctionDefinition | undefined;
}

/** The definitions that a file's expressions see: its own, and of functions those of the library too. */
export interface Definitions {
  /** The text of the file. */
  readonly text: string;
  /** Of the file and its imports: they go before those of the library (`functionNamed`). */
  readonly functions: Map<string, FunctionDefinition>;
  readonly library: Library;
  readonly enums: Map<string, EnumType>;
  /** By name, those of `on CLOCK` as `day.trend`. */
  readonly values: Map<string, ValueDefinition>;
  readonly parameters: Map<string, Value>;
  /** The names of labels: known so that reading one can be refused. */
  readonly labels: Set<string>;
  /** Where each name of the file was defined. */
  readonly spans: Map<string, Span>;
  /** What may stand before a dot: clocks, symbols, groups. */
  readonly qualifiers: Map<string, Qualifier>;
}

export function functionNamed({ functions, library }: Definitions, name: string): FunctionDefinition | undefined {
  return functions.get(name) ?? library.find(name);
}

export function functionNames({ functions, library }: Definitions): readonly string[] {
  return [...new Set([...library.names, ...functions.keys()])];
}

/** `unusable`: one whose mistake is reported already. */
export type Qualifier =
  | { readonly kind: "clock"; readonly id: ClockId }
  | { readonly kind: "symbol"; readonly id: SymbolId }
  | { readonly kind: "group"; readonly id: GroupId }
  | { readonly kind: "unusable" };

/** What a strategy runs on. */
export type Header = Pick<Graph, "strategy" | "calendar" | "symbols" | "groups" | "clocks">;

/** What a file gives a model. */
export interface ModelInputs {
  readonly name: string;
  /** As the strategy names it. */
  readonly file: string;
  /** What its answer is called. */
  readonly output: string;
  readonly inputs: readonly LearnedTerm[];
}

/** A number or a condition (1 or 0) that training reads. */
export interface LearnedTerm {
  readonly name: string;
  readonly term: TermId;
  readonly type: "number" | "condition";
  readonly unit: string;
}

/** The two files of a model by the path that a strategy names. */
export type ReadModel = (path: string) => ModelBytes;

/** An input of a model, and what training knew of it. */
export interface TrainedInput {
  readonly model: string;
  readonly name: string;
  readonly input: TermId;
  readonly mean: number;
  readonly deviation: number;
}

export interface Program {
  readonly header: Header;
  readonly terms: Terms;
  readonly parameters: Parameter[];
  readonly models: Model[];
  /** What the file gives each of its models. */
  readonly modelInputs: ModelInputs[];
  /** Of all models, in the order in which they were met. */
  readonly trainedInputs: TrainedInput[];
  readonly readModel: ReadModel;
  /** The model whose files nobody reads, since it is to be trained. */
  readonly untrained: string | undefined;
  /** Where each recursion was written, by state, for messages. */
  readonly recursionSpans: Map<number, { readonly name: string; readonly span: Span }>;
  /** How many bodies of functions and recursions may still be elaborated, and how many unknown names compared with all that are known. */
  readonly budget: { bodies: number; suggestions: number; isReported: boolean };
}

export interface Binding {
  readonly name: string;
  readonly value: Value;
  readonly span: Span;
  /** The clock on which it has its values. */
  readonly clock: ClockId;
  /** How many recursions and reductions were open where it was bound. */
  readonly depth: Depth;
}

/** What of a trade can be read where (semantics 3.18). */
export type TradeScope = "outside" | "entry" | "child" | "trail" | "add";

interface Depth {
  readonly recursions: number;
  readonly reductions: number;
}

/** The recursion whose `then` is being elaborated. */
interface OpenRecursion {
  readonly name: string;
  readonly previous: Value;
}

/** Gives an expression its meaning. */
type Elaborate = (context: Context, expression: Expression) => Value;

export interface Context {
  /** Elaborates any expression: handed down, since every kind of expression is made of all others. */
  readonly elaborate: Elaborate;
  readonly elaborateBlock: (context: Context, block: Block) => Value;
  readonly program: Program;
  readonly definitions: Definitions;
  readonly sink: Diagnostic[];
  /** The clock on whose ticks the expression has its values. */
  readonly clock: ClockId;
  /** Whether an expression is one of every symbol, which may read its own, or one of all of them together (`across universe`). */
  readonly lane: "symbol" | "universe";
  readonly locals: ReadonlyMap<string, Binding>;
  readonly refinements: ReadonlyMap<TermId, Range>;
  /** Terms that have a value where the rule around this place acts. */
  readonly present: ReadonlySet<TermId>;
  /** Whether what is known of the parameters in scope holds only where an `if` around the call does. */
  readonly nested: boolean;
  readonly depth: Depth;
  readonly recursion: OpenRecursion | undefined;
  /** Whether this is inside an `enter`, where `at_entry` has a meaning, and which values of its trade are known. */
  readonly trade: TradeScope;
  /** Whether this is inside a `label`, where `ahead` has a meaning. */
  readonly isLabel: boolean;
  /** Whether what is always true here is no mistake of its own: in the body of a call its arguments make it so, in what could not be read nobody wrote it. */
  readonly inlined: boolean;
}

export type Code = keyof typeof MESSAGES;
type FactsFor<C extends Code> = (typeof MESSAGES)[C] extends Message<infer Facts> ? Facts : never;
type More = NonNullable<Parameters<typeof diagnose>[4]>;

/** Reports a user's mistake. */
export function report<C extends Code>(context: Pick<Context, "sink">, code: C, span: Span, facts: FactsFor<C>, more?: More): void {
  context.sink.push(diagnose(MESSAGES, code, span, facts as never, more));
}

/** Takes a body from the budget. Where none is left nothing more is elaborated. */
export function isAffordable({ program: { budget } }: Context): boolean {
  budget.bodies -= 1;
  return budget.bodies > 0;
}

/** Reports, once, that the budget is used up. */
export function reportExhaustion(context: Context, span: Span): void {
  const { budget } = context.program;
  if (budget.bodies > 0 || budget.isReported) return;
  budget.isReported = true;
  report(context, "E0414", span, { what: "With every function written out this is too large" });
}

/** `value` under a local name. */
export function bindingOf({ clock, depth }: Context, name: Name, value: Value): Binding {
  return { name: name.text, value, span: name.span, clock, depth };
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

/** The meaning of an expression at this place. */
export function elaborate(context: Context, expression: Expression): Value {
  return context.elaborate(context, expression);
}

/** The text of a place in the context's file. */
export function textAt(context: Pick<Context, "definitions">, span: Span): string {
  return context.definitions.text.slice(span.start, span.end);
}
