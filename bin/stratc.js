#!/usr/bin/env node
/**
 * The installed command. Plain JavaScript that any Node understands, so that an old one is told what to do instead of failing on syntax.
 * The compile cache keeps V8's bytecode of the bundle between starts.
 */
import { existsSync } from "node:fs";
import * as nodeModule from "node:module";

const bundle = new URL("../dist/stratc.js", import.meta.url);
const [major, minor] = process.versions.node.split(".").map(Number);
const supported = major === 24 || major >= 26 || (major === 22 && minor >= 12);

if (!supported) {
  process.stderr.write(
    `stratc needs Node 22.12, 24 or 26; this is Node ${process.versions.node}.\n` +
      "The project brings its own: start it as `npx stratc` in the project's folder, after `npm ci`.\n",
  );
  process.exitCode = 3;
} else if (!existsSync(bundle)) {
  process.stderr.write("stratc is not built yet: run `npm ci`, or `npm run build`, in the project's folder.\n");
  process.exitCode = 3;
} else {
  nodeModule.enableCompileCache();
  await import(bundle.href);
}
