/** Checks answers against Alpaca's own descriptions of its interfaces, which lie beside the shared data. */
import { readFileSync } from "node:fs";
import { Ajv, type ValidateFunction } from "ajv";
import { sharedPath } from "./shared-data.ts";

export const OPENAPI_FILES = ["alpaca/openapi/trading-api.json", "alpaca/openapi/market-data-api.json"];

interface Description {
  readonly paths: Readonly<Record<string, Readonly<Record<string, { readonly responses?: Readonly<Record<string, unknown>> }>>>>;
}

export interface OpenApi {
  /** What is wrong with an answer, or null; `undefined` where the answer is not described. */
  problem(method: string, path: string, status: number, body: unknown): string | null | undefined;
  /** Operations of which at least one answer was checked. */
  readonly checked: Set<string>;
}

export function alpacaOpenApi(): OpenApi {
  const ajv = new Ajv({ strict: false, allErrors: true });
  ajv.addFormat("date-time", /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:\d{2})$/);
  ajv.addFormat("date", /^\d{4}-\d{2}-\d{2}$/);
  ajv.addFormat("uuid", /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  for (const format of ["decimal", "double", "int64", "uint32", "uint64", "int32", "uri"]) ajv.addFormat(format, true);
  const descriptions = OPENAPI_FILES.map((file) => ({
    file,
    description: readDescription(file),
  }));
  for (const { file, description } of descriptions) ajv.addSchema(description as object, file);
  const checked = new Set<string>();
  const compiled = new Map<string, ValidateFunction>();
  return {
    checked,
    problem: (method, path, status, body) => {
      const found = operationOf(descriptions, method, path, status);
      if (found === undefined) return undefined;
      checked.add(found.name);
      if (found.reference === null) return body === null || status >= 400 ? null : "an answer without a body has one";
      const validate = compiled.get(found.reference) ?? ajv.compile({ $ref: found.reference });
      compiled.set(found.reference, validate);
      return validate(body) ? null : ajv.errorsText(validate.errors);
    },
  };
}

/**
 * With two corrections: `oneOf` is read as `anyOf`, since Alpaca's forms of an activity require no field, so that every activity fits both; and
 * the exchanges have CRYPTO too, which Alpaca's own answers and clients know.
 */
function readDescription(file: string): Description {
  const text = readFileSync(sharedPath(file), "utf8").replaceAll('"oneOf"', '"anyOf"');
  return JSON.parse(text.replaceAll(/"NYSEARCA",(\s*)"OTC"/g, '"NYSEARCA",$1"OTC",$1"CRYPTO"')) as Description;
}

type Described = readonly { readonly file: string; readonly description: Description }[];

/** The operation that a path is of, the most literal of several, and where the schema of its answer is. */
function operationOf(descriptions: Described, method: string, path: string, status: number) {
  for (const { file, description } of descriptions) {
    const templates = Object.keys(description.paths).filter((template) => templatePattern(template).test(path));
    const [template] = templates.toSorted((a, b) => a.split("{").length - b.split("{").length);
    if (template === undefined) continue;
    const response = description.paths[template]?.[method.toLowerCase()]?.responses?.[String(status)] as
      | { readonly content?: Readonly<Record<string, unknown>> }
      | undefined;
    if (response === undefined) continue;
    const pointer = `paths/${escaped(template)}/${method.toLowerCase()}/responses/${status}/content/application~1json/schema`;
    const hasBody = response.content?.["application/json"] !== undefined;
    return { name: `${method} ${template} ${status}`, reference: hasBody ? `${file}#/${pointer}` : null };
  }
  return undefined;
}

function templatePattern(template: string): RegExp {
  return new RegExp(`^${template.replace(/[.:]/g, "\\$&").replace(/\{[^}]+\}/g, "[^/]+")}$`);
}

function escaped(pointer: string): string {
  return encodeURIComponent(pointer.replaceAll("~", "~0").replaceAll("/", "~1")).replaceAll("%7E", "~");
}
