/** Writes small ONNX files for tests: messages of onnx.proto by their field numbers. */

type Part = Uint8Array;

function varint(value: number): number[] {
  let rest = BigInt.asUintN(64, BigInt(value));
  const bytes: number[] = [];
  for (; rest >= 0x80n; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80);
  return [...bytes, Number(rest)];
}

function joined(parts: readonly Part[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}

function integer(field: number, value: number): Part {
  return new Uint8Array([...varint(field * 8), ...varint(value)]);
}

function bytes(field: number, content: Uint8Array | string): Part {
  const held = typeof content === "string" ? new TextEncoder().encode(content) : content;
  return joined([new Uint8Array([...varint(field * 8 + 2), ...varint(held.length)]), held]);
}

function message(field: number, ...parts: readonly Part[]): Part {
  return bytes(field, joined(parts));
}

function packed(field: number, values: readonly number[]): Part {
  return bytes(field, new Uint8Array(new Float32Array(values).buffer));
}

type AttributeValue = number | string | readonly number[] | readonly string[] | { readonly floats: readonly number[] };

/** Whole numbers are ints, `{ floats }` floats. */
function attribute(name: string, value: AttributeValue): Part {
  const typed = (type: number, ...parts: readonly Part[]): Part => message(5, bytes(1, name), ...parts, integer(20, type));
  if (typeof value === "number") return typed(2, integer(3, value));
  if (typeof value === "string") return typed(3, bytes(4, value));
  if ("floats" in value) return typed(6, packed(7, value.floats));
  const [first] = value;
  if (typeof first === "string") return typed(8, ...value.map((text) => bytes(9, String(text))));
  return typed(7, ...value.map((each) => integer(8, Number(each))));
}

export interface OperatorText {
  readonly type: string;
  readonly domain?: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes?: Readonly<Record<string, AttributeValue>>;
}

function operator({ type, domain = "", inputs, outputs, attributes = {} }: OperatorText): Part {
  return message(
    1,
    ...inputs.map((name) => bytes(1, name)),
    ...outputs.map((name) => bytes(2, name)),
    bytes(4, type),
    ...Object.entries(attributes).map(([name, value]) => attribute(name, value)),
    bytes(7, domain),
  );
}

interface PortText {
  readonly name: string;
  /** 1 is float32. */
  readonly type?: number;
  /** 0: left open. */
  readonly shape: readonly number[];
}

function port(field: number, { name, type = 1, shape }: PortText): Part {
  const dimensions = shape.map((length) => (length === 0 ? message(1) : message(1, integer(1, length))));
  return message(field, bytes(1, name), message(2, message(1, integer(1, type), message(2, ...dimensions))));
}

export interface OnnxText {
  readonly operators: readonly OperatorText[];
  readonly constants?: Readonly<Record<string, { readonly shape: readonly number[]; readonly values: readonly number[] }>>;
  readonly inputs: readonly PortText[];
  readonly outputs: readonly PortText[];
  readonly opsets?: Readonly<Record<string, number>>;
}

/** The file of a model. */
export function onnxBytes({ operators, constants = {}, inputs, outputs, opsets = { "": 21, "ai.onnx.ml": 3 } }: OnnxText): Uint8Array {
  const tensors = Object.entries(constants).map(([name, { shape, values }]) =>
    message(5, ...shape.map((length) => integer(1, length)), integer(2, 1), packed(4, values), bytes(8, name)),
  );
  const graph = [
    ...operators.map(operator),
    bytes(2, "graph"),
    ...tensors,
    ...inputs.map((input) => port(11, input)),
    ...outputs.map((output) => port(12, output)),
  ];
  const versions = Object.entries(opsets).map(([domain, version]) => message(8, bytes(1, domain), integer(2, version)));
  return joined([integer(1, 8), bytes(2, "tests"), message(7, ...graph), ...versions]);
}
