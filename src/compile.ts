/** The compiler, read from top to bottom: text, tree, typed program, graph. */

import { checkExpression, checkFileTests, checkParts, checkStrategy, type Outside } from "./check/check.ts";
import type { LearnedTerm } from "./check/context.ts";
import { type CheckedStrategy, type NamedTerm, namedRanges } from "./check/program.ts";
import type { RuleParts } from "./check/rules/parts.ts";
import { constant, nodeOf, type TermId, type Terms } from "./check/terms/terms.ts";
import type { CheckedExpectation, CheckedTest, FactSide } from "./check/tests/tests.ts";
import { hasErrors, type Outcome } from "./diagnostics/diagnostic.ts";
import { graphHash } from "./graph/hash.ts";
import type { Clock, Graph, NodeId, Rule } from "./graph/nodes.ts";
import type { StudyDeclaration } from "./graph/study.ts";
import { knownLater } from "./lower/labels.ts";
import { lower, lowering } from "./lower/lower.ts";
import type { BrokerName } from "./market/broker-capabilities.ts";
import { parse, parseExpression } from "./syntax/parse.ts";

/** `readModule`: the source of a module by its dotted path ("std.trend"), or undefined where there is none. */
export interface CompileOptions extends Outside {
  /** What diagnostics call the text, usually its path. */
  readonly name: string;
  /** The broker that must be able to hold its orders; any where none is named. */
  readonly target?: BrokerName;
}

export type Compile = (source: string, options: CompileOptions) => Outcome<Graph>;

/** All that can be wrong with one strategy file, without the work of a graph. There is a program to lower exactly where no diagnostic is an error. */
export function check(source: string, options: CompileOptions): Outcome<CheckedStrategy> {
  const parsed = parse(source, options.name);
  if (parsed.value === undefined) return { value: undefined, diagnostics: parsed.diagnostics };
  const checked = checkStrategy(parsed.value, source, options, options.target);
  const diagnostics = [...parsed.diagnostics, ...checked.diagnostics];
  return { value: hasErrors(diagnostics) ? undefined : checked.value, diagnostics };
}

/** Compiles one strategy file. There is a graph exactly where no diagnostic is an error. */
export const compile: Compile = (source, options) => {
  const { value, diagnostics } = check(source, options);
  return { value: value === undefined ? undefined : lower(value), diagnostics };
};

/** A graph, and by rule the conditions of it as they are written; what the graph can do without is left out of them. */
export interface GraphParts {
  readonly graph: Graph;
  readonly parts: readonly RuleParts<NodeId>[];
  /** Between what the named values of the file lie, whatever the data. */
  readonly ranges: ReadonlyMap<string, NamedTerm["range"]>;
}

/** Compiles a strategy that shall be told part by part; a module has no graph. */
export function compileParts(source: string, options: CompileOptions): Outcome<GraphParts> {
  const parsed = parse(source, options.name);
  if (parsed.value === undefined) return { value: undefined, diagnostics: parsed.diagnostics };
  const checked = checkParts(parsed.value, source, options);
  const diagnostics = [...parsed.diagnostics, ...checked.diagnostics];
  if (checked.value === undefined || hasErrors(diagnostics)) return { value: undefined, diagnostics };
  const { program, parts } = checked.value;
  const { graph, nodeOf } = lowering(program);
  const living = parts.map((conditions) => livingParts(conditions, nodeOf));
  return { value: { graph, parts: living, ranges: namedRanges(program) }, diagnostics };
}

function livingParts(parts: RuleParts<TermId>, nodeOf: (term: TermId) => NodeId | null): RuleParts<NodeId> {
  return parts.flatMap((part) => {
    const value = nodeOf(part.value);
    if (value === null) return [];
    const operands = part.operands.flatMap((operand) => {
      const node = nodeOf(operand.value);
      return node === null ? [] : [{ ...operand, value: node }];
    });
    return [{ ...part, value, parts: livingParts(part.parts, nodeOf), operands }];
  });
}

/** How a strategy that compiles wants to be studied; null for a module. */
export function compileStudy(source: string, options: CompileOptions): StudyDeclaration | null {
  const { value: file } = parse(source, options.name);
  return file === undefined ? null : (checkStrategy(file, source, options).value?.study ?? null);
}

/** What an expression is evaluated on: there is no file to say it. */
export interface ExpressionOptions extends CompileOptions {
  readonly symbol: string;
  readonly calendar: Graph["calendar"];
  readonly clock: Clock;
}

/** One number or bool of an expression: its field's name (of a record) or the expression's text. */
interface ExpressionOutput {
  readonly name: string;
  readonly node: NodeId;
  readonly unit: string;
}

export interface ExpressionGraph {
  /** Without rules and limits; its outputs are its plots. */
  readonly graph: Graph;
  readonly outputs: readonly ExpressionOutput[];
}

/** Compiles one expression over the market, as `stratc eval` reads it: `macd(close, 12, 26, 9)`. */
export function compileExpression(expression: string, options: ExpressionOptions): Outcome<ExpressionGraph> {
  const parsed = parseExpression(expression, options.name);
  if (parsed.value === undefined) return { value: undefined, diagnostics: parsed.diagnostics };
  const checked = checkExpression(parsed.value, expression, options);
  const diagnostics = [...parsed.diagnostics, ...checked.diagnostics];
  if (checked.value === undefined || hasErrors(diagnostics)) return { value: undefined, diagnostics };
  const graph = lower(checked.value);
  const outputs = Object.entries(graph.names).map(([name, { node, unit }]) => ({ name, node, unit }));
  return { value: { graph, outputs }, diagnostics };
}

/** A number or a condition (1 or 0) of training, and the node that says it. */
interface LearnedValue {
  readonly name: string;
  readonly type: "number" | "condition";
  readonly unit: string;
  readonly node: NodeId;
}

/** What a model learns from: a graph whose rules do nothing but read its inputs and the labels. */
export interface FeatureGraph {
  /** `file`: as the strategy names it. */
  readonly model: { readonly name: string; readonly file: string; readonly output: string };
  readonly graph: Graph;
  /** SHA-256 of what the inputs are, whatever the labels. */
  readonly inputsHash: string;
  /** The model's inputs, in their order. */
  readonly features: readonly LearnedValue[];
  /** In file order; they say on a row what they were `horizon` rows before. */
  readonly labels: readonly (LearnedValue & { readonly horizon: number })[];
  readonly horizon: number;
}

/** Compiles what the model `model` of a strategy learns from. Its own files need not be there. The diagnostics are those of the whole file. */
export function compileFeatures(source: string, model: string, options: CompileOptions): Outcome<FeatureGraph> {
  const { value: file, diagnostics: parsed } = parse(source, options.name);
  if (file === undefined) return { value: undefined, diagnostics: parsed };
  const checked = checkStrategy(file, source, { ...options, untrained: model });
  const diagnostics = [...parsed, ...checked.diagnostics];
  if (checked.value === undefined || hasErrors(diagnostics)) return { value: undefined, diagnostics };
  return { value: featureGraph(checked.value, model), diagnostics };
}

function featureGraph(checked: CheckedStrategy, model: string): FeatureGraph {
  const { terms, outline, training } = checked;
  const declared = training.models.find(({ name }) => name === model);
  if (declared === undefined) throw new Error(`no model ${model}`);
  const { inputs, file, output } = declared;
  const horizon = Math.max(0, ...training.labels.map((label) => label.horizon));
  const known = knownLater(
    terms,
    training.labels.map(({ term }) => term),
    horizon,
  );
  const graphOf = (read: readonly TermId[]): Graph =>
    lower({ ...checked, outline: { ...outline, ...NOTHING_ELSE, rules: read.map((term) => readerOf(terms, term)) }, names: [], plots: [] });
  const graph = graphOf([...inputs.map(({ term }) => term), ...known]);
  const learned = ({ name, type, unit }: LearnedTerm, index: number): LearnedValue => {
    const rule = graph.rules[index];
    if (rule?.kind !== "hold") throw new Error("the reader of a learned value");
    return { name, type, unit, node: rule.size.amount };
  };
  return {
    model: { name: model, file, output },
    graph,
    inputsHash: graphHash(graphOf(inputs.map(({ term }) => term))),
    features: inputs.map(learned),
    labels: training.labels.map((label, index) => ({ ...learned(label, inputs.length + index), horizon: label.horizon })),
    horizon,
  };
}

/** A graph that only reads has nothing that decides. */
const NOTHING_ELSE = { risk: [], requirements: [], emulated: [], session: { flatten: null } } as const;

/** A value that a test asks for: all that the only rule of a graph reads. */
export interface TestedValue {
  readonly graph: Graph;
  readonly node: NodeId;
}

/** With every term as a value. */
type Lowered<T> = T extends { readonly term: TermId } ? Omit<T, "term"> & { readonly value: TestedValue } : T;
export type TestedSide = Lowered<FactSide>;
export type Expectation =
  | Lowered<Exclude<CheckedExpectation, { kind: "fact" }>>
  | (Omit<Extract<CheckedExpectation, { kind: "fact" }>, "left" | "right"> & { readonly left: TestedSide; readonly right: TestedSide });

export interface Test extends Omit<CheckedTest, "expectations"> {
  readonly expectations: readonly Expectation[];
}

/** A rule that reads one value: its bounds are those of the graph. */
function readerOf(terms: Terms, term: TermId): Rule {
  const isBool = nodeOf(terms, term).type === "bool";
  const when = isBool ? term : constant(terms, true).term;
  const amount = isBool ? constant(terms, 0).term : term;
  return { kind: "hold", name: "reader", clock: 0, when, size: { kind: "shares", amount, trim: false }, short: true, entries: null };
}

/** Compiles the tests of a strategy or a module. The diagnostics are those of the whole file. */
export function compileTests(source: string, options: CompileOptions): Outcome<readonly Test[]> {
  const { value: file, diagnostics } = parse(source, options.name);
  if (file === undefined) return { value: undefined, diagnostics };
  const whole = [...diagnostics, ...checkStrategy(file, source, options).diagnostics];
  const { value: tested } = checkFileTests(file, source, options);
  if (tested === undefined || hasErrors(whole)) return { value: undefined, diagnostics: whole };
  const testedOf = (term: TermId): TestedValue => {
    const graph = lower({
      ...tested,
      outline: { ...tested.outline, rules: [readerOf(tested.terms, term)] },
      names: [],
      plots: [],
    });
    const [reader] = graph.rules;
    if (reader?.kind !== "hold") throw new Error("the reader of a tested value");
    return { graph, node: nodeOf(tested.terms, term).type === "bool" ? reader.when : reader.size.amount };
  };
  const sideOf = (side: FactSide): TestedSide =>
    side.kind === "number" ? side : { kind: side.kind, fact: side.fact, value: testedOf(side.term) };
  const lowered = (expectation: CheckedExpectation): Expectation => {
    if (expectation.kind === "fact") return { ...expectation, left: sideOf(expectation.left), right: sideOf(expectation.right) };
    const { term, ...said } = expectation;
    return { ...said, value: testedOf(term) };
  };
  return { value: tested.tests.map((test) => ({ ...test, expectations: test.expectations.map(lowered) })), diagnostics: whole };
}
