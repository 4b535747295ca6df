/**
 * Bundles the command line into dist/: one small file at start, the rest in chunks that the command which needs them loads. Packages with native
 * parts or data files stay outside the bundle. Runs on `npm ci` (the `prepare` script); without development dependencies there is nothing to do.
 *
 * The command is then linked into node_modules/.bin, where `npx stratc` finds it at once and beside the project's own Node. (A `bin` entry in
 * package.json would send npx through its cache in the home folder, which is slower, needs the registry, and keeps a half-made entry for ever.)
 */
import { mkdirSync, rmSync, symlinkSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));

const { build } = await import("esbuild").catch(() => {
  process.stderr.write("esbuild is not installed (no development dependencies): nothing is built.\n");
  process.exit(0);
});

rmSync(`${root}dist`, { recursive: true, force: true });
await build({
  absWorkingDir: root,
  entryPoints: { stratc: "src/cli/main.ts", "search-worker": "src/adapters/threads/search-worker.ts" },
  outdir: "dist",
  bundle: true,
  splitting: true,
  format: "esm",
  platform: "node",
  target: "node22.12",
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: "linked",
  sourcemap: false,
  external: [
    "@alpacahq/alpaca-trade-api",
    "@duckdb/node-api",
    "onnxruntime-node",
    "pino",
    "prom-client",
    "vega-datasets",
    "vscode-languageserver",
    "ws",
    "yauzl",
    "zeromq",
  ],
  logLevel: "warning",
});

const commands = `${root}node_modules/.bin`;
mkdirSync(commands, { recursive: true });
rmSync(`${commands}/stratc`, { force: true });
symlinkSync("../../bin/stratc.js", `${commands}/stratc`);
