/** Where the package lies with the files that come with it: the standard library, the shipped configuration. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The package's folder, seen from the bundle in dist/ as well as from the source tree. */
export function packageFolder(): string {
  const folder = ["..", "../.."].map((up) => fileURLToPath(new URL(up, import.meta.url))).find((one) => existsSync(join(one, "stdlib")));
  if (folder === undefined) throw new Error("the package's own files are missing");
  return folder;
}
