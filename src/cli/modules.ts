/** Where `import` finds its files: `std.*` in the library that comes with stratc, everything else beside the strategy. */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The package's folder, seen from the bundle in dist/ as well as from the source tree. */
const PACKAGE = ["..", "../.."]
  .map((up) => fileURLToPath(new URL(up, import.meta.url)))
  .find((folder) => existsSync(join(folder, "stdlib")));

/** Reads the modules that the strategy at `path` imports. */
export function moduleReader(path: string): (module: string) => string | undefined {
  return (module) => {
    const parts = module.split(".");
    const [first, ...rest] = parts;
    if (first === "std") return PACKAGE === undefined ? undefined : textOf(`${join(PACKAGE, "stdlib", ...rest)}.strat`);
    return textOf(`${join(dirname(path), ...parts)}.strat`);
  };
}

function textOf(path: string): string | undefined {
  return existsSync(path) ? readFileSync(path, "utf8") : undefined;
}
