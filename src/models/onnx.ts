/** What of an ONNX file matters here: operators with their attributes, constants, inputs and outputs. Field numbers are those of onnx.proto. */
import { asText, bytesOf, type Field, fieldsOf, floatsIn, floatsOf, integerOf, integersOf, MalformedMessage, textOf } from "./protobuf.ts";

export const FLOAT32 = 1;
const INT64 = 7;

/** Element types by their number in ONNX. */
const TYPE_NAMES: ReadonlyMap<number, string> = new Map([
  [1, "float32"],
  [6, "int32"],
  [7, "int64"],
  [8, "string"],
  [9, "bool"],
  [10, "float16"],
  [11, "float64"],
]);

/** A constant; `values` of float32 and integers only, else empty. */
export interface Tensor {
  readonly shape: readonly number[];
  readonly type: number;
  readonly values: readonly number[];
}

interface Attribute {
  readonly name: string;
  readonly integers: readonly number[];
  readonly floats: readonly number[];
  readonly texts: readonly string[];
  readonly tensor: Tensor | null;
}

export interface Operator {
  /** "" is ai.onnx. */
  readonly domain: string;
  readonly type: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: ReadonlyMap<string, Attribute>;
}

/** An input or output. A dimension that is left open is null; without a shape `shape` is. */
export interface Port {
  readonly name: string;
  /** "float32", or what else ONNX knows; "no tensor" for maps and sequences. */
  readonly type: string;
  readonly shape: readonly (number | null)[] | null;
}

export interface OnnxModel {
  readonly producer: string;
  /** Versions by domain; "" is ai.onnx. */
  readonly opsets: ReadonlyMap<string, number>;
  readonly operators: readonly Operator[];
  readonly constants: ReadonlyMap<string, Tensor>;
  readonly inputs: readonly Port[];
  readonly outputs: readonly Port[];
}

/** The model in these bytes, or why there is none. */
export function readOnnx(bytes: Uint8Array): OnnxModel | { readonly problem: string } {
  try {
    return modelOf(bytes);
  } catch (error) {
    if (error instanceof MalformedMessage) return { problem: error.message };
    throw error;
  }
}

function modelOf(bytes: Uint8Array): OnnxModel {
  const fields = fieldsOf(bytes);
  const [graph] = bytesOf(fields, 7);
  if (integerOf(fields, 1) === undefined || graph === undefined) throw new MalformedMessage("it holds no graph of operators");
  const parts = fieldsOf(graph);
  const constants = new Map(bytesOf(parts, 5).map((tensor) => [textOf(fieldsOf(tensor), 8), tensorOf(tensor)]));
  const opsets = bytesOf(fields, 8).map(fieldsOf);
  return {
    producer: `${textOf(fields, 2)} ${textOf(fields, 3)}`.trim(),
    opsets: new Map(opsets.map((opset) => [textOf(opset, 1), integerOf(opset, 2) ?? 0])),
    operators: bytesOf(parts, 1).map(operatorOf),
    constants,
    inputs: bytesOf(parts, 11)
      .map(portOf)
      .filter(({ name }) => !constants.has(name)),
    outputs: bytesOf(parts, 12).map(portOf),
  };
}

function operatorOf(bytes: Uint8Array): Operator {
  const fields = fieldsOf(bytes);
  const domain = textOf(fields, 7);
  const attributes = bytesOf(fields, 5).map(attributeOf);
  return {
    domain: domain === "ai.onnx" ? "" : domain,
    type: textOf(fields, 4),
    inputs: bytesOf(fields, 1).map(asText),
    outputs: bytesOf(fields, 2).map(asText),
    attributes: new Map(attributes.map((attribute) => [attribute.name, attribute])),
  };
}

function attributeOf(bytes: Uint8Array): Attribute {
  const fields = fieldsOf(bytes);
  const [tensor] = bytesOf(fields, 5);
  return {
    name: textOf(fields, 1),
    integers: [...integersOf(fields, 3), ...integersOf(fields, 8)],
    floats: [...floatsOf(fields, 2), ...floatsOf(fields, 7)],
    texts: [...bytesOf(fields, 4), ...bytesOf(fields, 9)].map(asText),
    tensor: tensor === undefined ? null : tensorOf(tensor),
  };
}

function tensorOf(bytes: Uint8Array): Tensor {
  const fields = fieldsOf(bytes);
  const shape = integersOf(fields, 1);
  const type = integerOf(fields, 2) ?? 0;
  const values = valuesOf(fields, type);
  const size = shape.reduce((product, length) => product * length, 1);
  if (type === FLOAT32 && values.length !== size) throw new MalformedMessage(`a constant of ${size} numbers holds ${values.length}`);
  return { shape, type, values };
}

function valuesOf(fields: readonly Field[], type: number): readonly number[] {
  const [raw] = bytesOf(fields, 9);
  if (type === FLOAT32) return raw === undefined ? floatsOf(fields, 4) : floatsIn(raw);
  return type === INT64 ? integersOf(fields, 7) : integersOf(fields, 5);
}

function portOf(bytes: Uint8Array): Port {
  const fields = fieldsOf(bytes);
  const name = textOf(fields, 1);
  const [type] = bytesOf(fields, 2);
  const [tensor] = type === undefined ? [] : bytesOf(fieldsOf(type), 1);
  if (tensor === undefined) return { name, type: "no tensor", shape: null };
  const parts = fieldsOf(tensor);
  const element = integerOf(parts, 1) ?? 0;
  const [shape] = bytesOf(parts, 2);
  return {
    name,
    type: TYPE_NAMES.get(element) ?? `type ${element}`,
    shape: shape === undefined ? null : bytesOf(fieldsOf(shape), 1).map((dimension) => integerOf(fieldsOf(dimension), 1) ?? null),
  };
}
