/** Judges a layer by the schema. Every problem names its key, what it takes and what was found; an unknown key is guessed. */
import { Ajv2020, type ErrorObject } from "ajv/dist/2020.js";
import { closest } from "../diagnostics/closest.ts";
import type { ConfigProblem, Layer } from "./layers.ts";
import { CONFIG_KEYS, CONFIG_SCHEMA, expectation } from "./schema.ts";
import { isTable, type TomlFile } from "./toml.ts";

const validate = new Ajv2020({ allErrors: true, verbose: true }).compile(CONFIG_SCHEMA);

/** What is wrong in a file, by line. */
export function fileProblems(name: string, { table, lineOf }: TomlFile): readonly ConfigProblem[] {
  return problemsOf(table)
    .map(({ path, message }) => ({ place: name, line: lineOf(path), message }))
    .toSorted((a, b) => a.line - b.line);
}

/** What is wrong in the environment. */
export function environmentProblems({ values, origin }: Layer): readonly ConfigProblem[] {
  return Object.entries(values).flatMap(([path, value]) => {
    const [section = "", name = ""] = path.split(".");
    const from = origin(path);
    const place = from.kind === "environment" ? from.name : path;
    return problemsOf({ [section]: { [name]: value } }).map(({ message }) => ({ place, line: 0, message }));
  });
}

interface Problem {
  readonly path: string;
  readonly message: string;
}

function problemsOf(content: unknown): readonly Problem[] {
  if (validate(content)) return [];
  const problems = (validate.errors ?? []).map(problemOf);
  // One value may break several rules; what it takes is said once.
  return [...new Map(problems.map((problem) => [problem.path, problem])).values()];
}

function problemOf({ instancePath, keyword, params, data }: ErrorObject): Problem {
  const at = instancePath.slice(1).replaceAll("/", ".");
  if (keyword === "additionalProperties") return unknownKey(at, String(params.additionalProperty));
  const key = CONFIG_KEYS.find((one) => one.path === at);
  if (key === undefined) return { path: at, message: `\`${at}\` is a table: write \`[${at}]\` and its keys below` };
  return { path: at, message: `\`${at}\` takes ${expectation(key.schema)}, not ${isTable(data) ? "a table" : JSON.stringify(data)}` };
}

function unknownKey(section: string, name: string): Problem {
  const path = section === "" ? name : `${section}.${name}`;
  const elsewhere = CONFIG_KEYS.find((key) => key.name === name);
  const meant = elsewhere?.path ?? (section === "" ? closest(name, sectionNames()) : nearest(section, name));
  return { path, message: `there is no key \`${path}\`${meant === undefined ? "" : `; did you mean \`${meant}\`?`}` };
}

function sectionNames(): readonly string[] {
  return [...new Set(CONFIG_KEYS.map((key) => key.section))];
}

/** The key of the section, or else of any, whose name is nearest. */
function nearest(section: string, name: string): string | undefined {
  const within = CONFIG_KEYS.filter((key) => key.section === section);
  const found = closest(
    name,
    [...within, ...CONFIG_KEYS].map((key) => key.name),
  );
  return CONFIG_KEYS.find((key) => key.name === found)?.path;
}
