/** The sidecar of a model, `FILE.json` beside it: what training knew and ONNX does not say. Published as docs/schema/model-1.0.json. */
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";

export interface Feature {
  readonly name: string;
  /** Over the training rows. */
  readonly mean: number;
  readonly deviation: number;
}

export interface Sidecar {
  readonly schema: "stratc-model/1.0";
  /** Semantic version of the model. */
  readonly version: string;
  /** Of the ONNX file, in hex. */
  readonly sha256: string;
  /** The inputs, in their order. */
  readonly features: readonly Feature[];
  /** The answer: component `component` of the output `tensor`. */
  readonly output: { readonly name: string; readonly tensor: string; readonly component: number; readonly meaning: string };
  /** First and last instant of the training rows: "2020-01-02T21:00:00Z". */
  readonly trained: { readonly from: string; readonly to: string };
  /** What it was made with, by version. */
  readonly libraries: Readonly<Record<string, string>>;
}

const TEXT = { type: "string", minLength: 1 };
const INSTANT = { type: "string", pattern: "^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(\\.\\d{1,6})?Z$" };

function object(properties: Readonly<Record<string, unknown>>) {
  return { type: "object", properties, required: Object.keys(properties), additionalProperties: false };
}

/** JSON Schema 2020-12 of `Sidecar`. */
export const sidecarSchema = {
  $schema: "https://json-schema.org/draft/2020-12/schema",
  title: "stratc model 1.0",
  description: "What training knew of an ONNX model: stands beside it as FILE.json.",
  ...object({
    schema: { const: "stratc-model/1.0" },
    version: { type: "string", pattern: "^\\d+\\.\\d+\\.\\d+(-[0-9A-Za-z.-]+)?$" },
    sha256: { type: "string", pattern: "^[0-9a-f]{64}$" },
    features: {
      type: "array",
      minItems: 1,
      items: object({ name: TEXT, mean: { type: "number" }, deviation: { type: "number", minimum: 0 } }),
    },
    output: object({ name: TEXT, tensor: TEXT, component: { type: "integer", minimum: 0 }, meaning: TEXT }),
    trained: object({ from: INSTANT, to: INSTANT }),
    libraries: { type: "object", additionalProperties: TEXT },
  }),
};

/** The sidecar that this text holds, or what is wrong with it. */
export function readSidecar(text: string): Sidecar | { readonly problem: string } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { problem: "it is no JSON" };
  }
  const validate: ValidateFunction<Sidecar> = new Ajv2020({ allErrors: false }).compile<Sidecar>(sidecarSchema);
  if (validate(value)) return value;
  const [error] = validate.errors ?? [];
  const place =
    error === undefined || error.instancePath === "" ? "the sidecar" : `\`${error.instancePath.slice(1).replaceAll("/", ".")}\``;
  return { problem: `${place} ${error?.message ?? "is wrong"}` };
}
