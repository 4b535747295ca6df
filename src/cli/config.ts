/** `stratc config`: every setting that is in force, and where it comes from. */
import { relative } from "node:path";
import type { Origin, Setting } from "../config/layers.ts";
import type { KeyName } from "../config/schema.ts";
import { type Command, type CommonFlags, writeJson } from "./command.ts";
import { configOptions } from "./config-flags.ts";

interface ConfigFlags extends CommonFlags {
  readonly settings: readonly Setting[];
}

const LAYER = { type: "string", requiresArg: true, default: "backtest", describe: "Of which commands: backtest, paper, dev" } as const;
const FLAGS: readonly KeyName[] = ["cash", "store", "cache", "calendar", "zone", "stamp", "backend"];

export const configCommand: Command<ConfigFlags> = {
  command: "config",
  describe: "Print every setting and where it comes from",
  flags: (yargs) => yargs.options({ ...configOptions(FLAGS), layer: LAYER }).example("$0 config", "# what commands assume here"),
  run: async ({ settings, json }, terminal) => {
    if (json) {
      const entries = settings.map(({ key, value, origin }) => [key.path, { value, origin: origin() }]);
      writeJson(terminal, { ok: true, settings: Object.fromEntries(entries) });
      return 0;
    }
    const lines = settings.map(({ key, value, origin }) => [key.path, String(value), originText(origin())] as const);
    const [paths, values] = [0, 1].map((column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
    for (const [path, value, from] of lines) terminal.write(`${path.padEnd(paths ?? 0)}  ${value.padEnd(values ?? 0)}  ${from}\n`);
    return 0;
  },
};

function originText(origin: Origin): string {
  switch (origin.kind) {
    case "file":
      return `${shorter(origin.file)}:${origin.line}`;
    case "environment":
    case "flag":
      return origin.name;
  }
}

/** A path as seen from here, where that is shorter. */
function shorter(path: string): string {
  const seen = relative(".", path);
  return seen.length < path.length ? seen : path;
}
