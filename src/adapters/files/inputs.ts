/** From what the user names to a file that can be read: a path, or a sample that comes with the program. */
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { type DataResult, failure } from "../../data/problems.ts";
import { prefixOf } from "./archives.ts";

/** A file as it lies on disk. Of a Parquet file, which DuckDB reads by itself, only the digest is taken. */
export interface InputFile {
  readonly path: string;
  /** What messages call it. */
  readonly name: string;
  /** SHA-256 of the content. */
  readonly digest: Uint8Array;
  readonly content: Uint8Array | "parquet";
}

const DIGEST_BUFFER_BYTES = 1_048_576;

const SAMPLES: Readonly<Record<string, () => string>> = {
  sp500: () => join(dependencyFolder("vega-datasets"), "data", "sp500-2000.csv"),
  demo: () => join(packageFolder(), "data", "demo-minutes.csv.gz"),
  days: () => join(packageFolder(), "data", "demo-days.csv.gz"),
  book: () => join(packageFolder(), "data", "demo-book.csv.gz"),
};

/** The folder of an installed dependency. Its entry point is resolved, since a package may hide its other files from resolution. */
function dependencyFolder(name: string): string {
  const entry = createRequire(import.meta.url).resolve(name);
  return entry.slice(0, entry.lastIndexOf(join("node_modules", name)) + join("node_modules", name).length);
}

/** The folder of the installed package: the nearest one up from here with its package.json. */
function packageFolder(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!isOurPackage(join(folder, "package.json"))) {
    const parent = dirname(folder);
    if (parent === folder) throw new Error("the package's own package.json is missing");
    folder = parent;
  }
  return folder;
}

function isOurPackage(path: string): boolean {
  return existsSync(path) && (JSON.parse(readFileSync(path, "utf8")) as { name?: string }).name === "stratc";
}

/** Reads the file that `location` names: a path, or "sample:NAME". */
export async function readInput(location: string): Promise<DataResult<InputFile>> {
  const sample = /^sample:(.*)$/.exec(location)?.[1];
  const known = sample === undefined ? undefined : SAMPLES[sample];
  if (sample !== undefined && known === undefined) {
    return failure(
      "D101",
      location,
      `there is no such sample; there are ${Object.keys(SAMPLES)
        .map((name) => `sample:${name}`)
        .join(", ")}`,
    );
  }
  const path = known?.() ?? location;
  const name = sample === undefined ? location : basename(path);
  try {
    const file = await open(path);
    try {
      return await readFile(file, path, name);
    } finally {
      await file.close();
    }
  } catch (error) {
    return failure("D101", location, systemMessage(error));
  }
}

async function readFile(file: FileHandle, path: string, name: string): Promise<DataResult<InputFile>> {
  const facts = await file.stat();
  if (facts.isDirectory()) return failure("D101", name, "this is a folder; name the files in it");
  if (!facts.isFile() && !facts.isFIFO()) return failure("D101", name, "this is a device, not a file");
  if (facts.isFile()) {
    const magic = new Uint8Array(4);
    await file.read(magic, 0, magic.length, 0);
    if (prefixOf(magic, 4) === "PAR1") return { ok: true, value: { path, name, digest: await digestOf(file), content: "parquet" } };
  }
  const content = await file.readFile();
  return { ok: true, value: { path, name, digest: createHash("sha256").update(content).digest(), content } };
}

/** The digest of a file through one buffer, however large the file is. */
async function digestOf(file: FileHandle): Promise<Uint8Array> {
  const hash = createHash("sha256");
  const chunk = new Uint8Array(DIGEST_BUFFER_BYTES);
  for (let position = 0; ; ) {
    const { bytesRead } = await file.read(chunk, 0, chunk.length, position);
    if (bytesRead === 0) return hash.digest();
    hash.update(chunk.subarray(0, bytesRead));
    position += bytesRead;
  }
}

function systemMessage(error: unknown): string {
  switch ((error as NodeJS.ErrnoException).code) {
    case "ENOENT":
      return "there is no such file, nor such a symbol in the store";
    case "EACCES":
    case "EPERM":
      return "this user may not read it";
    default:
      return error instanceof Error ? error.message : String(error);
  }
}
