/** Reads the layers of the configuration from where they are: the package, the working directory, the environment, the flags. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import {
  type ConfigProblem,
  environmentLayer,
  fileLayer,
  flagLayer,
  type Layer,
  misspeltVariables,
  type Setting,
  settingsOf,
} from "../config/layers.ts";
import { parseToml, type TomlFile } from "../config/toml.ts";
import { CommandFailure, liveRefused, usageFailure } from "./failure.ts";
import { readText } from "./files.ts";
import { packageFolder } from "./package-folder.ts";

/** What a command assumes beyond config/base.toml. */
const CONFIG_LAYERS = ["backtest", "paper", "dev"] as const;
const USER_FILE = "stratc.toml";
const USER_FILE_BYTES_MAX = 16_384;

/** The settings under these flags. Throws `CommandFailure` where a layer of the user's cannot be meant. */
export async function settingsUnder(flags: Readonly<Record<string, unknown>>): Promise<readonly Setting[]> {
  const { config, layer = "backtest" } = flags;
  return settingsOf([
    shippedLayer("base.toml"),
    shippedLayer(`${layerNamed(layer)}.toml`),
    ...(await userLayers(typeof config === "string" ? config : undefined)),
    ...(await environmentLayers(process.env)),
    flagLayer(flags),
  ]);
}

function layerNamed(name: unknown): (typeof CONFIG_LAYERS)[number] {
  if (name === "live") throw liveRefused();
  const layer = CONFIG_LAYERS.find((one) => one === name);
  if (layer === undefined) throw usageFailure(`--layer takes ${CONFIG_LAYERS.join(", ")}, not \`${name}\`.`);
  return layer;
}

/** Not judged here: a test does. */
function shippedLayer(name: string): Layer {
  const path = join(packageFolder(), "config", name);
  return fileLayer(path, tomlFile(path, readFileSync(path, "utf8")));
}

async function userLayers(stated: string | undefined): Promise<readonly Layer[]> {
  const path = stated ?? (existsSync(USER_FILE) ? USER_FILE : undefined);
  if (path === undefined) return [];
  const file = tomlFile(path, readText(path, USER_FILE_BYTES_MAX));
  const { fileProblems } = await import("../config/judge.ts");
  refuse(fileProblems(path, file));
  return [fileLayer(path, file)];
}

async function environmentLayers(variables: NodeJS.ProcessEnv): Promise<readonly Layer[]> {
  refuse(misspeltVariables(variables));
  const layer = environmentLayer(variables);
  if (Object.keys(layer.values).length === 0) return [];
  const { environmentProblems } = await import("../config/judge.ts");
  refuse(environmentProblems(layer));
  return [layer];
}

function tomlFile(path: string, text: string): TomlFile {
  const parsed = parseToml(text);
  if (parsed.ok) return parsed.file;
  const { line, column, message } = parsed;
  throw failure([{ place: path, line, column, message }]);
}

function refuse(problems: readonly ConfigProblem[]): void {
  if (problems.length > 0) throw failure(problems);
}

function failure(problems: readonly (ConfigProblem & { readonly column?: number })[]): CommandFailure {
  const lines = problems.map(({ place, line, column, message }) => {
    const at = [place, ...(line === 0 ? [] : [line]), ...(column === undefined ? [] : [column])].join(":");
    return `${at}: ${message}`;
  });
  const help = ["docs/configuration.md has every key, `stratc config` what is in force."];
  return new CommandFailure(1, "config_invalid", `The configuration cannot be used.\n  ${lines.join("\n  ")}`, help, { problems });
}
