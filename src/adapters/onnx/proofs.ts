/** What `stratc model verify` has shown on this machine: kept in the store, under the model's hash, the machine's processor and onnxruntime's version. */
import { createHash } from "node:crypto";
import { existsSync, writeFileSync } from "node:fs";
import { arch, cpus } from "node:os";
import { join } from "node:path";
import { makeFolder } from "../files/folder.ts";
import { runtimeVersion } from "./session.ts";

async function proofPath(store: string, hash: string): Promise<string> {
  const machine = [hash, arch(), cpus()[0]?.model ?? "", await runtimeVersion()].join("\n");
  return join(store, "models", `${createHash("sha256").update(machine).digest("hex")}.json`);
}

/** Whether a batch of this model is known to give the bits of single rows here. */
export async function isProved(store: string, hash: string): Promise<boolean> {
  return existsSync(await proofPath(store, hash));
}

/** Keeps that it does. `rows` is how many were compared. */
export async function keepProof(store: string, hash: string, rows: number): Promise<void> {
  makeFolder(join(store, "models"));
  writeFileSync(await proofPath(store, hash), `${JSON.stringify({ model: hash, onnxruntime: await runtimeVersion(), rows })}\n`);
}
