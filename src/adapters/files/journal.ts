/**
 * A journal in a directory of its own: one segment that is only ever appended to. Bytes go to the file in large pieces and are durable once the
 * sink is closed; reading back tells an interrupted writer from damaged bytes.
 */
import { closeSync, existsSync, fsyncSync, openSync, readdirSync, readFileSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import { type Frame, type FrameProblem, readFrames } from "../../journal/frame.ts";
import type { JournalSink } from "../../journal/sink.ts";
import { makeFolder } from "./folder.ts";

const SEGMENT = "00000001.journal";
const BUFFER_BYTES = 1 << 18;

type JournalProblem =
  | { readonly kind: "not_empty"; readonly message: string }
  | { readonly kind: "missing"; readonly message: string }
  | { readonly kind: "unavailable"; readonly message: string }
  /** The frames before the problem are good. */
  | { readonly kind: FrameProblem["kind"]; readonly frames: readonly Frame[]; readonly message: string };

export type JournalResult<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: JournalProblem };

export interface JournalFile extends JournalSink {
  /** Takes back what was begun, in place of `close` or where that failed: the directory is empty again. */
  discard(): void;
}

/** Begins a journal in `directory`, which is made if it does not exist and must be empty. */
export function createJournal(directory: string): JournalResult<JournalFile> {
  try {
    makeFolder(directory);
    if (readdirSync(directory).length > 0) {
      return { ok: false, problem: { kind: "not_empty", message: `${directory} is not empty: a journal is never written over` } };
    }
    const path = join(directory, SEGMENT);
    return { ok: true, value: segmentSink(path, openSync(path, "ax")) };
  } catch (error) {
    return { ok: false, problem: { kind: "unavailable", message: `${directory}: ${textOf(error)}` } };
  }
}

/** All frames of the journal in `directory`. */
export function readJournal(directory: string): JournalResult<readonly Frame[]> {
  const path = join(directory, SEGMENT);
  if (!existsSync(path)) return { ok: false, problem: { kind: "missing", message: `there is no journal in ${directory}` } };
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    return { ok: false, problem: { kind: "unavailable", message: `${path}: ${textOf(error)}` } };
  }
  const { frames, problem } = readFrames(bytes);
  return problem === null ? { ok: true, value: frames } : { ok: false, problem: frameProblem(path, frames, problem) };
}

function frameProblem(path: string, frames: readonly Frame[], { kind, offset, sequence }: FrameProblem): JournalProblem {
  const place = `${path}, byte ${offset}, entry ${sequence}`;
  switch (kind) {
    case "truncated":
      return {
        kind,
        frames,
        message: `${place}: the last entry is not whole, its writer was interrupted; the ${frames.length} before it are good`,
      };
    case "corrupt":
      return { kind, frames, message: `${place}: damaged, although good entries follow; restore the file from a copy` };
  }
}

/** Errors of the medium are kept for `close`, so that appending never throws in the middle of a run. */
function segmentSink(path: string, file: number): JournalFile {
  const buffer = new Uint8Array(BUFFER_BYTES);
  let used = 0;
  let failure: unknown;
  const write = (bytes: Uint8Array): void => {
    if (failure !== undefined) return;
    try {
      for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
    } catch (error) {
      failure = error;
    }
  };
  const flush = (): void => {
    write(buffer.subarray(0, used));
    used = 0;
  };
  return {
    append: (frame) => {
      if (used + frame.length > buffer.length) flush();
      if (frame.length > buffer.length) {
        write(frame);
        return;
      }
      buffer.set(frame, used);
      used += frame.length;
    },
    close: async () => {
      flush();
      if (failure !== undefined) throw failure;
      fsyncSync(file);
      closeSync(file);
    },
    discard: () => {
      closeSync(file);
      rmSync(path);
    },
  };
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
