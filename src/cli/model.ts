/** `stratc model`: what a model's files say, whether a batch gives what single rows give, pinning, and its two branches side by side. */
import { performance } from "node:perf_hooks";
import type { ModelSession } from "../adapters/onnx/session.ts";
import { type Command, type CommonFlags, writeJson } from "./command.ts";
import { configOptions } from "./config-flags.ts";
import type { ExitCode } from "./failure.ts";
import { drawnInputs, load, modelFailure, sessionOf } from "./model-loading.ts";
import { modelBytes } from "./modules.ts";
import type { Terminal } from "./terminal.ts";

interface ModelFlags extends CommonFlags {
  readonly action: "inspect" | "verify" | "pin" | "compare";
  readonly file: string;
  readonly store: string;
}

export const modelCommand: Command<ModelFlags> = {
  command: "model <action> <file>",
  describe: "Inspect, verify, pin or compare a model",
  flags: (yargs) =>
    yargs
      .positional("action", { choices: ["inspect", "verify", "pin", "compare"] as const, describe: "What to do with it" })
      .positional("file", { type: "string", describe: "ONNX file, with its sidecar FILE.json beside it" })
      .options(configOptions(["store"]))
      .example("$0 model inspect strategies/models/trend.onnx", "# its features, its answer, and when it was trained"),
  run: async (flags, terminal) => {
    switch (flags.action) {
      case "inspect":
        return inspect(flags, terminal);
      case "verify":
        return verify(flags, terminal);
      case "pin":
        return pin(flags, terminal);
      case "compare": {
        const { compareModel } = await import("./model-compare.ts");
        const loaded = await load(flags.file);
        return compareModel(loaded, flags.json, terminal);
      }
    }
  },
};

async function inspect({ file: path, json }: ModelFlags, terminal: Terminal): Promise<ExitCode> {
  const { nativeSteps } = await import("../models/native.ts");
  const { file, bytes } = await load(path);
  const { onnx, sidecar, hash } = file;
  const steps = nativeSteps(onnx, sidecar.features.length, sidecar.output);
  const native = "problem" in steps ? `no: ${steps.problem}` : steps.steps.map(({ op }) => op).join(", ");
  const opsets = [...onnx.opsets].map(([domain, version]) => `${domain === "" ? "ai.onnx" : domain} ${version}`);
  if (json) {
    writeJson(terminal, { ok: true, file: path, sha256: hash, bytes: bytes.length, producer: onnx.producer, opsets, native, sidecar });
    return 0;
  }
  const lines = [
    `${path}  ${sidecar.version}`,
    `  sha256    ${hash}`,
    `  size      ${bytes.length} bytes`,
    `  made by   ${onnx.producer}; ${Object.entries(sidecar.libraries)
      .map(([name, version]) => `${name} ${version}`)
      .join(", ")}`,
    `  opsets    ${opsets.join(", ")}`,
    `  trained   ${sidecar.trained.from} to ${sidecar.trained.to}`,
    `  answer    ${sidecar.output.name}: ${sidecar.output.meaning} (${sidecar.output.tensor}, component ${sidecar.output.component})`,
    `  native    ${native}`,
    "  features",
    ...sidecar.features.map(({ name, mean, deviation }) => `    ${name.padEnd(16)} mean ${mean}, deviation ${deviation}`),
  ];
  terminal.write(`${lines.join("\n")}\n`);
  return 0;
}

/** Rows that are compared, drawn around what training saw. */
const VERIFIED_ROWS = 4_000;

async function verify({ file: path, json, store }: ModelFlags, terminal: Terminal): Promise<ExitCode> {
  const loaded = await load(path);
  const { keepProof } = await import("../adapters/onnx/proofs.ts");
  const session = await sessionOf(loaded);
  const inputs = await drawnInputs(loaded.file, VERIFIED_ROWS);
  const started = performance.now();
  const different = await differences(session, loaded.file.sidecar.features.length, inputs);
  const seconds = (performance.now() - started) / 1_000;
  await session.close();
  if (different === 0) await keepProof(store, loaded.file.hash, VERIFIED_ROWS);
  if (json) writeJson(terminal, { ok: true, file: path, rows: VERIFIED_ROWS, different, batches: different === 0, seconds });
  else {
    const verdict = different === 0 ? "backtests on this machine run it in batches" : "backtests run it row by row";
    terminal.write(`${path}: ${different} of ${VERIFIED_ROWS} rows differ between a batch and single rows: ${verdict}.\n`);
  }
  return 0;
}

/** In how many rows a batch differs from single rows. */
async function differences(session: ModelSession, features: number, inputs: Float32Array): Promise<number> {
  const rows = inputs.length / features;
  const batch = await session.run(rows, inputs);
  let different = 0;
  for (let row = 0; row < rows; row++) {
    const [single] = await session.run(1, inputs.subarray(row * features, (row + 1) * features));
    if (!Object.is(single, batch[row])) different += 1;
  }
  return different;
}

/** Writes the file's hash into its sidecar; all else must fit already. */
async function pin({ file: path, json }: ModelFlags, terminal: Terminal): Promise<ExitCode> {
  const { fileHash, readModelFile } = await import("../models/model-file.ts");
  const { writeWhole } = await import("./files.ts");
  const { model, sidecar } = modelBytes(path);
  if (model === undefined) throw await modelFailure(path, { kind: "unreadable", reason: "there is no such file" });
  if (sidecar === undefined) throw await modelFailure(path, { kind: "sidecar", reason: "there is none" });
  const sha256 = fileHash(model);
  const pinned = sidecar.replace(/("sha256"\s*:\s*)"[^"]*"/, `$1"${sha256}"`);
  const read = readModelFile({ model, sidecar: pinned });
  if (!read.ok) throw await modelFailure(path, read.problem);
  writeWhole(`${path}.json`, pinned);
  if (json) writeJson(terminal, { ok: true, file: path, sha256 });
  else terminal.write(`${path}.json: pinned ${sha256}\n`);
  return 0;
}
