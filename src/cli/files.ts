/** Reading what the user names and writing what the user asked for, with the reasons a person needs when it does not work. */
import {
  accessSync,
  chmodSync,
  closeSync,
  constants,
  openSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { makeFolder } from "../adapters/files/folder.ts";
import { closest } from "../diagnostics/closest.ts";
import { CommandFailure } from "./failure.ts";

/** A strategy file is text for people; nothing longer is one. */
export const SOURCE_BYTES_MAX = 1_048_576;

const LINES_A_WRITE = 4_096;

/** The text of a file that people write. Throws `CommandFailure` where there is none. */
export function readText(path: string, bytesMax = SOURCE_BYTES_MAX): string {
  const bytes = readBytes(path, bytesMax);
  if (bytes.includes(0)) throw notText(path);
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: false }).decode(bytes);
  } catch {
    throw notText(path);
  }
}

/** A file's bytes. Throws `CommandFailure` where there is none, or more than `bytesMax`. */
export function readBytes(path: string, bytesMax: number): Buffer {
  try {
    const { size } = statSync(path);
    if (size > bytesMax) throw new CommandFailure(1, "source_too_large", `${path} has ${size} bytes; such a file has at most ${bytesMax}.`);
    return readFileSync(path);
  } catch (error) {
    if (error instanceof CommandFailure) throw error;
    throw unreadable(path, error);
  }
}

function notText(path: string): CommandFailure {
  return new CommandFailure(1, "source_not_text", `${path} is not a text file in UTF-8.`);
}

function unreadable(path: string, error: unknown): CommandFailure {
  switch (systemCode(error)) {
    case "ENOENT":
    case "ENAMETOOLONG":
    case "ENOTDIR": {
      const meant = closest(basename(path), siblings(path));
      const help = meant === undefined ? [] : [`Did you mean \`${join(dirname(path), meant)}\`?`];
      return new CommandFailure(1, "source_missing", `There is no file ${path}.`, help);
    }
    case "EISDIR":
      return new CommandFailure(1, "source_unreadable", `${path} is a directory, not a file.`);
    case "EACCES":
    case "EPERM":
      return new CommandFailure(1, "source_unreadable", `${path} may not be read by this user.`);
    default:
      return new CommandFailure(3, "source_unreadable", `${path} could not be read: ${reason(error)}.`);
  }
}

function siblings(path: string): string[] {
  try {
    return readdirSync(dirname(path)).filter((name) => /\.(strat|toml)$/.test(name));
  } catch {
    return [];
  }
}

/** Whether something that is no folder lies there. */
export function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === false;
}

/** Makes a directory and those above it. */
export function makeDirectory(path: string): void {
  outside(path, () => makeFolder(path));
}

/** Writes a file whole or not at all. */
export function writeWhole(path: string, content: Uint8Array | string): void {
  writeParts(path, [content]);
}

/** Writes one JSON value a line, whole or not at all. */
export function writeJsonLines(path: string, values: readonly unknown[]): void {
  writeParts(path, jsonLines(values));
}

function* jsonLines(values: readonly unknown[]): Generator<string> {
  for (let from = 0; from < values.length; from += LINES_A_WRITE) {
    const lines = values.slice(from, from + LINES_A_WRITE).map((value) => JSON.stringify(value));
    yield `${lines.join("\n")}\n`;
  }
}

/** Beside the file, then renamed over it: whoever reads the path sees the old content or all of the new. Pipes and devices are written as they are. */
function writeParts(path: string, parts: Iterable<Uint8Array | string>): void {
  outside(path, () => {
    const known = statSync(path, { throwIfNoEntry: false });
    if (known !== undefined && !known.isFile()) return writeInto(path, parts);
    const target = known === undefined ? path : realpathSync(path);
    const partial = `${target}.partial-${process.pid}`;
    try {
      writeInto(partial, parts);
      if (known !== undefined) chmodSync(partial, known.mode);
      renameSync(partial, target);
    } catch (error) {
      rmSync(partial, { force: true });
      throw error;
    }
  });
}

function writeInto(path: string, parts: Iterable<Uint8Array | string>): void {
  const file = openSync(path, "w");
  try {
    for (const part of parts) writeFileSync(file, part);
  } finally {
    closeSync(file);
  }
}

function outside(path: string, work: () => void): void {
  try {
    work();
  } catch (error) {
    throw outputFailure(path, error);
  }
}

/** The outside world did not take what was to be written to `path`. */
export function outputFailure(path: string, error: unknown): CommandFailure {
  return new CommandFailure(3, "output_failed", `${path} could not be written: ${reason(error)}.`);
}

/** Fails now rather than after the work where a file cannot be made at `path`. */
export function expectWritable(path: string): void {
  outside(path, () => {
    if (statSync(path, { throwIfNoEntry: false })?.isDirectory() === true) throw new Error("it is a directory");
    accessSync(dirname(path), constants.W_OK);
  });
}

function systemCode(error: unknown): string | undefined {
  return error instanceof Error && "code" in error ? String(error.code) : undefined;
}

/** The system's words without the path and call that Node appends. */
function reason(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.split(", ")[0] ?? message;
}
