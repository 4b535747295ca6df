/** `stratc verify`: checks a compiled strategy's promises from its files, by code that shares nothing with the compiler, and prints the certificate. */
import { existsSync, readdirSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { Certificate, Evidence } from "../certify/certificate.ts";
import { type Command, type CommonFlags, writeJson } from "./command.ts";
import { usageFailure } from "./failure.ts";
import type { Terminal } from "./terminal.ts";

interface VerifyFlags extends CommonFlags {
  readonly file: string;
}

const SUFFIX = ".graph.json";
/** No strategy's graph is larger; a module or manifest of one is not either. */
const BYTES_MAX = 67_108_864;

export const verifyCommand: Command<VerifyFlags> = {
  command: "verify <file>",
  describe: "Check a compiled strategy's promises and print its certificate",
  flags: (yargs) =>
    yargs
      .positional("file", { type: "string", describe: "NAME.graph.json; the manifest and the modules beside it are checked too" })
      .example("$0 verify build/sma_cross.graph.json", "# after stratc compile strategies/sma_cross.strat -o build"),
  run: async ({ file, json }, terminal) => {
    if (!file.endsWith(SUFFIX)) throw usageFailure(`${file} is no NAME${SUFFIX}.`, ["`stratc compile` writes one."]);
    const { certify, isCertified } = await import("../certify/certificate.ts");
    const { certificateJson, certificateText } = await import("../certify/text.ts");
    const certificate = certify(await evidenceAt(file));
    if (json) writeJson(terminal, certificateJson(certificate));
    else writeText(certificateText(certificate), certificate, terminal);
    return isCertified(certificate) ? 0 : 1;
  },
};

async function evidenceAt(file: string): Promise<Evidence> {
  const { readBytes, readText } = await import("./files.ts");
  const graph = readText(file, BYTES_MAX);
  const stem = file.slice(0, -SUFFIX.length);
  const manifest = `${stem}.manifest.json`;
  const isModule = (name: string): boolean => name.startsWith(`${basename(stem)}.`) && name.endsWith(".wasm");
  const modules = readdirSync(dirname(file)).filter(isModule).toSorted();
  return {
    graph,
    modules: new Map(modules.map((name) => [name, readBytes(join(dirname(file), name), BYTES_MAX)])),
    manifest: existsSync(manifest) ? readText(manifest, BYTES_MAX) : null,
  };
}

function writeText(lines: readonly string[], { graph }: Certificate, terminal: Terminal): void {
  terminal.write(`${[`${graph?.strategy ?? "not a graph"}`, ...lines].join("\n")}\n`);
}
