/** `stratc verify`: checks a compiled strategy's promises from its files, by code that shares nothing with the compiler, and prints the certificate. */
import { existsSync } from "node:fs";
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
      .positional("file", { type: "string", describe: "NAME.graph.json; NAME.manifest.json and NAME.wasm beside it are checked too" })
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
  const beside = (suffix: string): string | null => {
    const path = `${file.slice(0, -SUFFIX.length)}${suffix}`;
    return existsSync(path) ? path : null;
  };
  const [module, manifest] = [beside(".wasm"), beside(".manifest.json")];
  return {
    graph: readText(file, BYTES_MAX),
    module: module === null ? null : readBytes(module, BYTES_MAX),
    manifest: manifest === null ? null : readText(manifest, BYTES_MAX),
  };
}

function writeText(lines: readonly string[], { graph }: Certificate, terminal: Terminal): void {
  terminal.write(`${[`${graph?.strategy ?? "not a graph"}`, ...lines].join("\n")}\n`);
}
