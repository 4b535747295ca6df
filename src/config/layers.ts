/** The layers of the configuration, from the shipped files to the flags, and what comes out where they lie on one another. */
import { closest } from "../diagnostics/closest.ts";
import { CONFIG_KEYS, type ConfigKey, type ConfigValue } from "./schema.ts";
import { isTable, type TomlFile } from "./toml.ts";

/** Where a value comes from. */
export type Origin =
  | { readonly kind: "file"; readonly file: string; readonly line: number }
  | { readonly kind: "environment"; readonly name: string }
  | { readonly kind: "flag"; readonly name: string };

/** Some values by path ("data.store"). */
export interface Layer {
  readonly values: Readonly<Record<string, ConfigValue>>;
  readonly origin: (path: string) => Origin;
}

/** Something in a layer that cannot be meant. */
export interface ConfigProblem {
  /** A file's name, or that of a variable. */
  readonly place: string;
  /** From 1; 0 where there is none. */
  readonly line: number;
  readonly message: string;
}

/** The layer of a file that holds to the schema. */
export function fileLayer(name: string, { table, lineOf }: TomlFile): Layer {
  const values = CONFIG_KEYS.flatMap(({ section, name: key, path }) => {
    const keys = table[section];
    const value = isTable(keys) ? keys[key] : undefined;
    return typeof value === "string" || typeof value === "number" || typeof value === "boolean" ? [[path, value] as const] : [];
  });
  return { values: Object.fromEntries(values), origin: (path) => ({ kind: "file", file: name, line: lineOf(path) }) };
}

type Variables = Readonly<Record<string, string | undefined>>;

/** The layer of the environment, values not judged yet: STRATC_ and the key's name in capitals. An empty variable counts as none. */
export function environmentLayer(variables: Variables): Layer {
  const values = CONFIG_KEYS.flatMap(({ path, environment, schema }) => {
    const text = variables[environment] ?? "";
    return text === "" ? [] : [[path, asType(schema.type, text)] as const];
  });
  return { values: Object.fromEntries(values), origin: (path) => ({ kind: "environment", name: keyAt(path).environment }) };
}

/** Text as a value of the type, or as it stands where it is none: judging it will say so. */
function asType(type: ConfigKey["schema"]["type"], text: string): ConfigValue {
  switch (type) {
    case "boolean":
      return text === "true" || (text === "false" ? false : text);
    case "integer":
      return /^\d+(_\d+)*$/.test(text) ? Number(text.replaceAll("_", "")) : text;
    case "string":
      return text;
  }
}

/** Variables that look like a key's and are none; others of that prefix are somebody else's. */
export function misspeltVariables(variables: Variables): readonly ConfigProblem[] {
  const names = CONFIG_KEYS.map((key) => key.name);
  return Object.keys(variables)
    .filter((name) => name.startsWith("STRATC_"))
    .flatMap((place) => {
      const meant = closest(place.slice("STRATC_".length), names);
      if (meant === undefined || meant.toUpperCase() === place.slice("STRATC_".length)) return [];
      return [{ place, line: 0, message: `there is no such variable; did you mean \`STRATC_${meant.toUpperCase()}\`?` }];
    });
}

/** The layer of the flags that were given. */
export function flagLayer(flags: Readonly<Record<string, unknown>>): Layer {
  const values = CONFIG_KEYS.flatMap(({ name, path }) => {
    const value = flags[name];
    return typeof value === "string" || typeof value === "boolean" ? [[path, value] as const] : [];
  });
  return {
    values: Object.fromEntries(values),
    origin: (path) => ({ kind: "flag", name: `--${keyAt(path).name}` }),
  };
}

function keyAt(path: string): ConfigKey {
  const key = CONFIG_KEYS.find((one) => one.path === path);
  if (key === undefined) throw new Error(`no key ${path}`);
  return key;
}

export interface Setting {
  readonly key: ConfigKey;
  readonly value: ConfigValue;
  readonly origin: () => Origin;
}

/** The value of every key: that of the last layer which has one. The shipped layers have all. */
export function settingsOf(layers: readonly Layer[]): readonly Setting[] {
  return CONFIG_KEYS.map((key) => {
    const layer = layers.findLast((one) => Object.hasOwn(one.values, key.path));
    const value = layer?.values[key.path];
    if (layer === undefined || value === undefined) throw new Error(`no layer has ${key.path}`);
    return { key, value, origin: () => layer.origin(key.path) };
  });
}
