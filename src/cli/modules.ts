/** What strategies name beside themselves. Where `import` finds its files: `std.*` in the library that comes with stratc, everything else beside the strategy. */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { ModelBytes } from "../models/model-file.ts";
import { packageFolder } from "./package-folder.ts";

/** Reads the modules that the strategy at `path` imports. */
export function moduleReader(path: string): (module: string) => string | undefined {
  return (module) => textOf(module.startsWith("std.") ? standardPath(module) : `${join(dirname(path), ...module.split("."))}.strat`);
}

/** Where a module of the library is: "std.trend". */
export function standardPath(module: string): string {
  return `${join(packageFolder(), "stdlib", ...module.split(".").slice(1))}.strat`;
}

function textOf(path: string): string | undefined {
  return existsSync(path) ? readFileSync(path, "utf8") : undefined;
}

/** Reads the models of the strategy at `path`. */
export function modelReader(path: string): (file: string) => ModelBytes {
  return (file) => modelBytes(join(dirname(path), file));
}

/** A model and its sidecar. */
export function modelBytes(path: string): ModelBytes {
  const sidecar = `${path}.json`;
  return {
    model: existsSync(path) ? readFileSync(path) : undefined,
    sidecar: existsSync(sidecar) ? readFileSync(sidecar, "utf8") : undefined,
  };
}
