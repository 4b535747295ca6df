/** The flags that set keys of the configuration, described by its schema. Unless given they have no value here: the configuration gives one. */
import type { Options } from "yargs";
import { configKey, type KeyName } from "../config/schema.ts";

/** `--config` and a flag for each of the keys. */
export function configOptions(names: readonly KeyName[], group?: string): Record<string, Options> {
  const file: Options = { type: "string", requiresArg: true, defaultDescription: "stratc.toml", describe: "File of your configuration" };
  return {
    config: file,
    ...Object.fromEntries(names.map((name) => [name, { ...option(name), ...(group === undefined ? {} : { group }) }])),
  };
}

function option(name: KeyName): Options {
  const { type, enum: choices, examples, description } = configKey(name).schema;
  const describe = examples === undefined ? description : `${description}: ${examples[0]}`;
  const common = { describe, defaultDescription: "as configured" };
  if (type === "boolean") return { ...common, type: "boolean" };
  return { ...common, type: "string", requiresArg: true, ...(choices === undefined ? {} : { choices }) };
}
