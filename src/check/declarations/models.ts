/** `model NAME = onnx|native "FILE" { … }`: the file against what the strategy gives it and takes from it (semantics 15). */
import type { Model, ModelId } from "../../graph/nodes.ts";
import { type ModelFile, type ModelProblem, readModelFile, trainedPeriod } from "../../models/model-file.ts";
import { nativeSteps } from "../../models/native.ts";
import type { Feature } from "../../models/sidecar.ts";
import type { RecordField } from "../../syntax/ast.ts";
import { type Context, elaborate, type LearnedTerm, report, textAt } from "../context.ts";
import { asNumber, isPresent } from "../expressions/demands.ts";
import { replacement } from "../messages/suggestions.ts";
import * as op from "../terms/operations.ts";
import { intersect, range } from "../terms/range.ts";
import { constant, type Scalar, scalar, termOf } from "../terms/terms.ts";
import { literalOf } from "../types/literals.ts";
import { declaredType } from "../types/signatures.ts";
import { DURATION, RATIO, type Unit, unitText } from "../types/units.ts";
import { boolValue, numberValue, POISON, type Value, valueUnit } from "../types/values.ts";
import type { ItemOf } from "./header.ts";

type ModelItem = ItemOf<"model">;

/** The value of a model: a record of its output. Every mistake in it, and in its files, is reported; without an output its block could not be read. */
export function elaborateModel(context: Context, item: ModelItem): Value {
  const [output, second] = item.outputs;
  if (output === undefined) return POISON;
  if (second !== undefined) report(context, "E0901", second.name.span, { what: "a second output" });
  const inputs = item.inputs.map((field) => inputTerm(context, field)).filter((input) => input !== undefined);
  context.program.modelInputs.push({ name: item.name.text, file: item.file, output: output.name.text, inputs });
  const timeout = timeoutOf(context, item);
  const answer = declaredOutput(context, output.type);
  const model = item.name.text === context.program.untrained ? untrained(inputs) : modelOf(context, item, timeout, answer);
  const isWhole = model !== undefined && answer !== undefined && inputs.length === item.inputs.length;
  const value = isWhole ? answerOf(context, item, { model, inputs, answer }) : POISON;
  return { kind: "record", fields: new Map([[output.name.text, value]]) };
}

/** A model as the checker goes on with it. */
interface KnownModel {
  readonly id: ModelId;
  readonly features: readonly Feature[];
}

/** One whose file nobody reads: its node is in no graph, so what its training will know does not matter. */
function untrained(inputs: readonly LearnedTerm[]): KnownModel {
  return { id: -1, features: inputs.map(({ name }) => ({ name, mean: 0, deviation: 1 })) };
}

/** What a model says for these inputs. */
function answerOf(
  context: Context,
  item: ModelItem,
  { model, inputs, answer }: { model: KnownModel; inputs: readonly LearnedTerm[]; answer: DeclaredOutput },
): Value {
  const { low, high, unit } = answer;
  const terms = inputs.map(({ term }) => term);
  model.features.forEach(({ name, mean, deviation }, index) => {
    const input = terms[index];
    if (input !== undefined) context.program.trainedInputs.push({ model: item.name.text, name, input, mean, deviation });
  });
  const node = {
    op: isNative(item) ? ("native" as const) : ("onnx" as const),
    type: "number" as const,
    optional: true,
    model: model.id,
    inputs: terms,
  };
  return numberValue(scalar(context.program.terms, node, { range: range(low, high), optional: true }), unit);
}

/** The model of the file, which fits what the strategy gives it and takes from it. */
function modelOf(
  context: Context,
  item: ModelItem,
  timeout: number | null | undefined,
  answer: DeclaredOutput | undefined,
): KnownModel | undefined {
  const file = fileOf(context, item);
  if (file === undefined || item.outputs.length === 0 || !fitsFeatures(context, item, file.sidecar.features)) return undefined;
  if (!fitsOutput(context, item, file)) return undefined;
  const steps = stepsOf(context, item, file);
  if (steps === undefined || answer === undefined || timeout === undefined) return undefined;
  const model: Model = {
    name: item.name.text,
    hash: file.hash,
    features: file.sidecar.features.map(({ name }) => name),
    low: answer.low,
    high: answer.high,
    timeout,
    trained: trainedPeriod(file.sidecar),
    steps,
  };
  return { id: context.program.models.push(model) - 1, features: file.sidecar.features };
}

function isNative({ branch }: ModelItem): boolean {
  return branch.text === "native";
}

/** One input: a number without a unit that is always there; a condition is 1 or 0. */
function inputTerm(context: Context, { name, value: expression }: RecordField): LearnedTerm | undefined {
  const value = elaborate(context, expression);
  const what = `The input \`${name.text}\` of a model`;
  const number = value.kind === "bool" ? asOneOrZero(context, value) : asNumber(context, value, expression.span, what);
  if (number === undefined) return undefined;
  if (number.unit.kind === "dimension") {
    const unit = unitText(number.unit);
    const text = textAt(context, expression.span);
    const divided = /^[\w.]+(\([^()]*\))?$/.test(text) ? `${text} / close` : `(${text}) / close`;
    const help = unit === "usd/share" && text !== "close" ? [replacement(expression.span, divided)] : [];
    report(context, "E0504", expression.span, { feature: name.text, unit }, { help });
    return undefined;
  }
  if (!isPresent(context, number, expression.span, what, false)) return undefined;
  const type = value.kind === "bool" ? "condition" : "number";
  if (termOf(context.program.terms, number.term).stratum !== "account")
    return { name: name.text, term: number.term, type, unit: valueUnit(number) };
  report(context, "E0409", expression.span, { what, wanted: "of the market", value: "of the account" });
  return undefined;
}

function asOneOrZero({ program: { terms } }: Context, value: Scalar) {
  return numberValue(op.select(terms, boolValue(value), constant(terms, 1), constant(terms, 0), false), RATIO);
}

/** Microseconds; null of a model that the kernel evaluates. */
function timeoutOf(context: Context, item: ModelItem): number | null | undefined {
  const { timeout, branch } = item;
  if (branch.text !== "onnx" && branch.text !== "native") {
    report(context, "E0109", branch.span, { key: "model", value: branch.text, known: "`onnx` or `native`" });
    return undefined;
  }
  const literal = timeout === undefined ? undefined : literalOf(timeout);
  if (timeout !== undefined && (literal?.unit !== DURATION || literal.value <= 0)) {
    report(context, "E0409", timeout.span, { what: "`timeout`", wanted: "a duration as written, `20ms`", value: "something else" });
    return undefined;
  }
  if (isNative(item)) return null;
  if (literal === undefined) report(context, "E0108", item.span, { what: "`timeout 20ms` where onnxruntime runs a model" });
  return literal?.value;
}

interface DeclaredOutput {
  readonly unit: Unit;
  readonly low: number;
  readonly high: number;
}

/** The largest finite interval where the type says none. */
function declaredOutput(context: Context, expression: ModelItem["outputs"][number]["type"]): DeclaredOutput | undefined {
  const { enums } = context.definitions;
  const type = declaredType(expression, enums, ({ span, text }) => report(context, "E0101", span, { name: text, near: undefined }));
  if (type.kind === "poison") return undefined;
  if (type.kind !== "number" || type.unit.kind === "dimension") {
    report(context, "E0409", expression.span, {
      what: "The output of a model",
      wanted: "a `ratio` or a `number`",
      value: "something else",
    });
    return undefined;
  }
  const { low, high } = intersect(type.range, range(-Number.MAX_VALUE, Number.MAX_VALUE));
  return { unit: type.unit, low, high };
}

function fileOf(context: Context, item: ModelItem): ModelFile | undefined {
  const { file } = item;
  const read = readModelFile(context.program.readModel(file));
  if (read.ok) return read.file;
  reportProblem(context, item, read.problem);
  return undefined;
}

function reportProblem(context: Context, { file, span: whole, name }: ModelItem, problem: ModelProblem): void {
  const span = { ...whole, start: name.span.start, end: name.span.end };
  const help = { text: `\`stratc model inspect ${file}\` shows what is in it`, edits: [] };
  switch (problem.kind) {
    case "unreadable":
      report(context, "E0506", span, { file, reason: problem.reason });
      break;
    case "sidecar":
      report(context, "E0507", span, { file, reason: problem.reason });
      break;
    case "operators":
      report(context, "E0508", span, { file, reason: problem.reason });
      break;
    case "shape":
      report(context, "E0501", span, { file, ...problem }, { help: [help] });
      break;
    case "type":
      report(context, "E0502", span, { file, ...problem }, { help: [help] });
      break;
    case "changed": {
      const pin = { text: `if the new file is meant: \`stratc model pin ${file}\``, edits: [] };
      report(context, "E0503", span, { file, ...problem }, { help: [pin] });
      break;
    }
  }
}

/** Whether the inputs are the model's features: as many, of the same names, in the same order. */
function fitsFeatures(context: Context, { file, inputs, name }: ModelItem, features: readonly Feature[]): boolean {
  const named = (names: readonly string[]): string => names.join(", ");
  const [wanted, given] = [features.map((feature) => feature.name), inputs.map((input) => input.name.text)];
  const list = { file, expected: named(wanted), actual: named(given) };
  if (wanted.length !== given.length) {
    const [missing] = wanted.filter((feature) => !given.includes(feature));
    const hint = missing === undefined ? [] : [{ text: `\`${missing}\` is missing`, edits: [] }];
    const sizes = { ...list, expected: `${wanted.length} (${list.expected})`, actual: `${given.length} (${list.actual})` };
    report(context, "E0501", name.span, { ...sizes, what: "inputs" }, { help: hint });
    return false;
  }
  const index = wanted.findIndex((feature, i) => feature !== given[i]);
  const [feature, input] = [wanted[index], inputs[index]];
  if (feature === undefined || input === undefined) return true;
  if (wanted.every((each) => given.includes(each))) report(context, "E0509", name.span, { ...list, what: "inputs" });
  else
    report(context, "E0502", input.name.span, {
      file,
      what: `input ${index + 1}`,
      expected: `\`${feature}\``,
      actual: `\`${input.name.text}\``,
    });
  return false;
}

function fitsOutput(context: Context, { file, outputs }: ModelItem, { sidecar }: ModelFile): boolean {
  const [output] = outputs;
  if (output === undefined || output.name.text === sidecar.output.name) return true;
  const { span, text } = output.name;
  const facts = { file, what: "the output", expected: `\`${sidecar.output.name}\``, actual: `\`${text}\`` };
  report(context, "E0502", span, facts, { help: [replacement(span, sidecar.output.name)] });
  return false;
}

/** Null for a model that the host runs; undefined, reported, where the kernel cannot evaluate one that it should. */
function stepsOf(context: Context, item: ModelItem, { onnx, sidecar }: ModelFile): Model["steps"] | undefined {
  if (!isNative(item)) return null;
  const steps = nativeSteps(onnx, sidecar.features.length, sidecar.output);
  if (!("problem" in steps)) return steps;
  const { file, branch, name } = item;
  const help = [replacement(branch.span, "onnx")];
  report(context, "E0508", name.span, { file, reason: `the kernel cannot evaluate ${steps.problem}; onnxruntime can` }, { help });
  return undefined;
}
