/** The checker, read from top to bottom: definitions, header, values, session, rules, limits; and the expression of `stratc eval`. */
import { type Diagnostic, hasErrors, type Outcome } from "../diagnostics/diagnostic.ts";
import type { Clock, ClockId, Graph } from "../graph/nodes.ts";
import type { BrokerName } from "../market/broker-capabilities.ts";
import type { Expression, File, Item } from "../syntax/ast.ts";
import {
  type Context,
  type Definitions,
  elaborate,
  type Header,
  type Program,
  type ReadModel,
  report,
  reportExhaustion,
  textAt,
  type ValueDefinition,
} from "./context.ts";
import { checkHeader } from "./declarations/header.ts";
import { checkLabels, defineLabels } from "./declarations/labels.ts";
import { elaborateModel } from "./declarations/models.ts";
import { checkParameter } from "./declarations/parameters.ts";
import { checkRequirement } from "./declarations/requirements.ts";
import { checkRisk } from "./declarations/risk.ts";
import { checkSession } from "./declarations/session.ts";
import { checkSimulate } from "./declarations/simulate.ts";
import { checkStudy } from "./declarations/study.ts";
import { elaborateBlock } from "./expressions/blocks.ts";
import { elaborateExpression } from "./expressions/expressions.ts";
import { checkDefinition } from "./expressions/functions.ts";
import { elaborateRecursion } from "./expressions/recursion.ts";
import { valueKey } from "./names/clocks.ts";
import { collectDefinitions, define, type ReadModule } from "./names/definitions.ts";
import { clockNamed } from "./names/places.ts";
import { createSchedule } from "./names/schedule.ts";
import type { CheckedProgram, CheckedStrategy, NamedTerm, TestedFile } from "./program.ts";
import { checkTarget } from "./rules/capabilities.ts";
import { checkLimits } from "./rules/limits.ts";
import { partsOf, type RuleParts } from "./rules/parts.ts";
import { type CheckedRule, checkRules } from "./rules/rules.ts";
import { checkWindows } from "./rules/windows.ts";
import { createTerms, type TermId, termOf } from "./terms/terms.ts";
import { type CheckedTest, checkTests } from "./tests/tests.ts";
import { scalarsOf, type Value, valueUnit } from "./types/values.ts";

/** Far more than any file needs that is not made to be large. */
const BODIES_MAX = 100_000;

/** More than anyone reads. */
const SUGGESTIONS_MAX = 100;

/** How a file's checker reads other files: imports, and the two files of each model. */
export interface Outside {
  readonly readModule: ReadModule;
  /** Without it there are no models. */
  readonly readModel?: ReadModel;
  /** The model that is to be trained: its files are not read. */
  readonly untrained?: string;
}

const noModel: ReadModel = () => ({ model: undefined, sidecar: undefined });

/** The context of a file's top level. */
function rootContext(definitions: Definitions, sink: Diagnostic[], header: Header, outside: Omit<Outside, "readModule">): Context {
  const program: Program = {
    header,
    terms: createTerms(),
    parameters: [],
    models: [],
    trainedInputs: [],
    modelInputs: [],
    readModel: outside.readModel ?? noModel,
    untrained: outside.untrained,
    recursionSpans: new Map(),
    budget: { bodies: BODIES_MAX, suggestions: SUGGESTIONS_MAX, isReported: false },
  };
  return {
    elaborate: elaborateExpression,
    elaborateBlock,
    program,
    definitions,
    sink,
    clock: 0,
    lane: "symbol",
    locals: new Map(),
    refinements: new Map(),
    present: new Set(),
    nested: false,
    depth: { recursions: 0, reductions: 0 },
    recursion: undefined,
    trade: "outside",
    isLabel: false,
    inlined: false,
  };
}

function meaningOf(context: Context, item: ValueDefinition["item"]): Value {
  switch (item.kind) {
    case "value":
      return elaborate(context, item.value);
    case "rec":
      return elaborateRecursion(context, item);
    case "model":
      return elaborateModel(context, item);
  }
}

function evaluateValue(root: Context, definition: ValueDefinition): void {
  const { item } = definition;
  const context: Context = { ...root, clock: definition.clock };
  definition.value = meaningOf(context, item);
  reportExhaustion(root, item.name.span);
}

/** Defines parameters and values by name, so that values may be written in any order. */
function defineTopLevel(root: Context, items: readonly Item[]): void {
  for (const item of items) if (item.kind === "param") checkParameter(root, item);
  defineLabels(root, items);
  for (const item of items) {
    if (item.kind === "value" || item.kind === "rec" || item.kind === "model") defineValue(root, 0, item);
    if (item.kind !== "on") continue;
    const clock = clockNamed(root, item.clock);
    if (clock === undefined) continue;
    for (const value of item.values) if (value.kind === "value" || value.kind === "rec") defineValue(root, clock, value);
  }
}

function defineValue(root: Context, clock: ClockId, item: ValueDefinition["item"]): void {
  const { definitions, program } = root;
  const key = valueKey(program.header, clock, item.name.text);
  if (define(root, definitions, item.name, key)) definitions.values.set(key, { clock, item, value: undefined });
}

/** Checks the functions of the file; of those it imports it says only that they have mistakes. */
function checkFunctions(root: Context, items: readonly Item[]): void {
  const { functions } = root.definitions;
  for (const definition of functions.values())
    if (definition.file === root.definitions) root.sink.push(...checkDefinition(root, definition));
  for (const item of items) {
    if (item.kind !== "import") continue;
    for (const { text, span } of item.names) {
      const definition = functions.get(text);
      if (definition !== undefined && definition.file !== root.definitions && hasErrors(checkDefinition(root, definition)))
        report(root, "E0107", span, { problem: `\`${text}\` has mistakes where it is defined: \`stratc check\` its module.` });
    }
  }
}

/** Gives every value its meaning, after what it reads, and checks the functions. */
function evaluateDefinitions(root: Context, items: readonly Item[]): void {
  const { values, functions } = root.definitions;
  const visit = createSchedule(root.definitions, root.program.header, root.sink, (definition) => evaluateValue(root, definition));
  for (const definition of values.values()) visit(definition);
  for (const definition of functions.values()) if (definition.diagnostics === undefined) visit(definition);
  checkFunctions(root, items);
}

/** The named values of the file, a record as its fields. */
function namedValues(root: Context): readonly NamedTerm[] {
  return [...root.definitions.values].flatMap(([name, definition]) => {
    return definition.value === undefined ? [] : namedTerms(name, definition.value, definition.item.doc ?? null);
  });
}

function namedTerms(name: string, value: Value, doc: string | null): readonly NamedTerm[] {
  return scalarsOf(value).map(([path, scalar]) => ({
    name: path === "" ? name : `${name}.${path}`,
    term: scalar.term,
    unit: valueUnit(scalar),
    range: scalar.facts.range,
    doc,
  }));
}

function checkPlots(root: Context, items: readonly Item[]): readonly NamedTerm[] {
  return items.flatMap((item) => {
    if (item.kind !== "plot") return [];
    return item.values.flatMap((value) => namedTerms(textAt(root, value.span), elaborate(root, value), null));
  });
}

function checkRequirements(root: Context, items: readonly Item[]): readonly number[] {
  return items.flatMap((item) => (item.kind === "require" ? (checkRequirement(root, item.condition) ?? []) : []));
}

/** In the order of the file, each mistake once. */
function inFileOrder(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const byKey = new Map(diagnostics.map((d) => [`${d.span.source} ${d.span.start} ${d.span.end} ${d.message}`, d]));
  return [...byKey.values()].sort((a, b) => a.span.start - b.span.start);
}

/** What a module runs on. */
const NOTHING: Header = { strategy: "", calendar: "nyse", symbols: [], groups: [], clocks: [] };

/** The top level of a file, every definition with its meaning. */
interface TopLevel {
  readonly root: Context;
  readonly sink: Diagnostic[];
  readonly isModule: boolean;
  readonly tests: readonly CheckedTest[];
}

function topLevelOf(file: File, text: string, outside: Outside): TopLevel {
  const sink: Diagnostic[] = [];
  const { items } = file;
  const definitions = collectDefinitions({ sink }, file, text, outside.readModule);
  const start = { source: file.source, start: 0, end: 0 };
  const isModule = items.some((item) => item.kind === "module");
  const header = isModule ? NOTHING : checkHeader({ definitions, sink }, items, start);
  const root = rootContext(definitions, sink, header, outside);
  defineTopLevel(root, items);
  evaluateDefinitions(root, items);
  return { root, sink, isModule, tests: checkTests(root, items) };
}

/** The tests of a strategy or a module, with the programs of what they expect. */
export function checkFileTests(file: File, text: string, outside: Outside): Outcome<TestedFile> {
  const { root, sink, tests } = topLevelOf(file, text, outside);
  const { terms, parameters, models } = root.program;
  const outline = { ...bareOutline(TEST_HEADER), parameters, models };
  return { value: hasErrors(sink) ? undefined : { terms, outline, tests }, diagnostics: inFileOrder(sink) };
}

/** Checks a strategy, for a broker if one is named, or the functions of a module (which has no program). */
export function checkStrategy(file: File, text: string, outside: Outside, target?: BrokerName): Outcome<CheckedStrategy> {
  const { value, diagnostics } = checkWithRules(file, text, outside, target);
  return { value: value?.program, diagnostics };
}

/** A program, and by rule the conditions of it as they are written. */
export interface ProgramParts {
  readonly program: CheckedStrategy;
  readonly parts: readonly RuleParts<TermId>[];
}

/** Checks a strategy that shall be told part by part. */
export function checkParts(file: File, text: string, outside: Outside): Outcome<ProgramParts> {
  const { value, diagnostics } = checkWithRules(file, text, outside);
  if (value === undefined) return { value, diagnostics };
  return { value: { program: value.program, parts: value.rules.map((rule) => partsOf(rule, file.items)) }, diagnostics };
}

interface ProgramRules {
  readonly program: CheckedStrategy;
  readonly rules: readonly CheckedRule[];
}

function checkWithRules(file: File, text: string, outside: Outside, target?: BrokerName): Outcome<ProgramRules> {
  const { root, sink, isModule } = topLevelOf(file, text, outside);
  const { items } = file;
  const { header } = root.program;
  if (isModule) return { value: undefined, diagnostics: inFileOrder(sink) };
  const names = namedValues(root);
  const requirements = checkRequirements(root, items);
  const session = checkSession(root, items, header.calendar);
  const rules = checkRules(root, items, session);
  checkWindows(root, items, rules);
  if (target !== undefined) checkTarget(root, rules, target);
  const risk = checkRisk(root, items);
  checkLimits(root, items, rules, risk);
  const plots = checkPlots(root, items);
  reportExhaustion(root, { source: file.source, start: 0, end: 0 });
  const outline = {
    ...header,
    parameters: root.program.parameters,
    models: root.program.models,
    requirements,
    rules: rules.map(({ rule }) => rule),
    emulated: rules.flatMap(({ item }, index) => (item.clauses.some(({ kind }) => kind === "emulated") ? [index] : [])),
    risk: risk.limits,
    collar: risk.collar,
    session: { flatten: session.flatten },
  };
  const simulate = checkSimulate(root, items);
  const training = { models: root.program.modelInputs, labels: checkLabels(root, items) };
  const study = checkStudy(root, items);
  const program = { terms: root.program.terms, outline: { ...outline, simulate }, names, plots, study, training };
  return { value: hasErrors(sink) ? undefined : { program, rules }, diagnostics: inFileOrder(sink) };
}

function soleHeader(strategy: string, calendar: Graph["calendar"], symbol: string, clock: Clock): Header {
  return { strategy, calendar, symbols: [{ name: symbol, trades: true }], groups: [{ name: "universe", symbols: [0] }], clocks: [clock] };
}

/** What the rows of a test are: bars of one minute. */
const TEST_CLOCK: Clock = { name: "bar", width: 60_000_000, of: null, regularOnly: false, shortLast: false };
const TEST_HEADER = soleHeader("test", "always", "TEST", TEST_CLOCK);

/** A program that trades nothing. */
function bareOutline(header: Header): CheckedProgram["outline"] {
  return {
    ...header,
    parameters: [],
    models: [],
    requirements: [],
    rules: [],
    emulated: [],
    risk: [],
    collar: "0",
    session: { flatten: null },
    simulate: { market: "next_open", slippage: "0", fees: { kind: "none" }, borrow: "0", limit: "through", volumeCap: null, startAfter: 0 },
  };
}

/** What an expression is evaluated on. */
export interface ExpressionPlace {
  readonly name: string;
  readonly readModule: ReadModule;
  readonly symbol: string;
  readonly calendar: Graph["calendar"];
  readonly clock: Clock;
}

/** Checks one expression over the market: a program of one plot, a record's fields each. */
export function checkExpression(expression: Expression, text: string, place: ExpressionPlace): Outcome<CheckedProgram> {
  const sink: Diagnostic[] = [];
  const file: File = { source: place.name, items: [], comments: [] };
  const { symbol, calendar, clock } = place;
  const header = soleHeader("expression", calendar, symbol, clock);
  const root = rootContext(collectDefinitions({ sink }, file, text, place.readModule), sink, header, {});
  const value = elaborate(root, expression);
  const isOne = value.kind === "number" || value.kind === "bool" || value.kind === "enum";
  const plots = scalarsOf(value).map(([path, scalar]) => ({
    name: isOne ? text : path,
    term: scalar.term,
    unit: valueUnit(scalar),
    range: scalar.facts.range,
    doc: null,
  }));
  if (value.kind === "none" || value.kind === "anchor")
    report(root, "E0409", expression.span, { what: "An expression", wanted: "a value", value: "nothing" });
  if (plots.some(({ term }) => termOf(root.program.terms, term).stratum === "account"))
    report(root, "E0409", expression.span, { what: "An expression without a run", wanted: "of the market", value: "of the account" });
  const program = { terms: root.program.terms, outline: bareOutline(header), names: [], plots };
  return { value: hasErrors(sink) ? undefined : program, diagnostics: sink };
}
