/** From what the user names to bytes: plain, gzipped and zipped text files, Parquet files, and the samples that come with the program. */
import { existsSync, readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { type DataResult, failure } from "../../data/problems.ts";
import { unzip } from "./zip.ts";

/** One text of rows; a zip gives several. */
export interface TextInput {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** A file as it lies on disk. */
export interface InputFile {
  readonly path: string;
  /** What messages call it. */
  readonly name: string;
  readonly content: Uint8Array;
}

/** Most bytes a compressed file may unpack to. */
const UNPACKED_BYTES_MAX = 2 ** 31;

const SAMPLES: Readonly<Record<string, () => string>> = {
  sp500: () => join(dependencyFolder("vega-datasets"), "data", "sp500-2000.csv"),
  demo: () => join(packageFolder(), "data", "demo-minutes.csv.gz"),
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
  try {
    return { ok: true, value: { path, name: sample === undefined ? location : basename(path), content: await readFile(path) } };
  } catch (error) {
    return failure("D101", location, systemMessage(error));
  }
}

function systemMessage(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === "ENOENT") return "there is no such file, nor such a symbol in the store";
  if (code === "EISDIR") return "this is a folder; name the files in it";
  return error instanceof Error ? error.message : String(error);
}

export function isParquet(file: InputFile): boolean {
  return asciiPrefix(file.content, 4) === "PAR1";
}

function asciiPrefix(content: Uint8Array, length: number): string {
  return String.fromCharCode(...content.subarray(0, length));
}

/** The texts in a file that is no Parquet: its own, unzipped if need be, or the entries of a zip in the order of their names. */
export async function unpack(file: InputFile): Promise<DataResult<readonly TextInput[]>> {
  const { content, name } = file;
  try {
    if (content[0] === 0x1f && content[1] === 0x8b) {
      const bytes = await promisify(gunzip)(content, { maxOutputLength: UNPACKED_BYTES_MAX });
      return { ok: true, value: [{ name: name.replace(/\.gz$/i, ""), bytes }] };
    }
    if (asciiPrefix(content, 4) === "PK\u0003\u0004") return { ok: true, value: unzip(content, UNPACKED_BYTES_MAX) };
    return { ok: true, value: [{ name, bytes: content }] };
  } catch (error) {
    return failure("D101", name, `cannot unpack: ${error instanceof Error ? error.message : String(error)}`);
  }
}
