/** Measurements of this machine and its way to the outside, for `stratc doctor`. */
import { mkdtempSync, rmSync } from "node:fs";
import { open } from "node:fs/promises";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import type { Answer } from "../../market/outside.ts";
import { makeFolder } from "../files/folder.ts";

const FLUSHES = 20;
const RECORD_BYTES = 256;
const ANSWER_MILLISECONDS_MAX = 5_000;

/** Milliseconds, the median, that a small record takes to be durable in a folder, which is made if it is missing. Rejects with the system's error. */
export async function flushMilliseconds(folder: string): Promise<number> {
  makeFolder(folder);
  const scratch = mkdtempSync(join(folder, ".doctor-"));
  try {
    const file = await open(join(scratch, "flush"), "ax");
    const taken: number[] = [];
    for (let count = 0; count < FLUSHES; count++) {
      const started = performance.now();
      await file.write(new Uint8Array(RECORD_BYTES));
      await file.datasync();
      taken.push(performance.now() - started);
    }
    await file.close();
    return taken.toSorted((a, b) => a - b)[FLUSHES / 2] ?? Number.NaN;
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

/** Seconds that this machine's clock is ahead of a server's, by the date in its answer, which has whole seconds. No keys are sent. */
export async function clockSkewSeconds(url: string): Promise<Answer<number>> {
  const sent = Date.now();
  try {
    const { headers } = await fetch(url, { signal: AbortSignal.timeout(ANSWER_MILLISECONDS_MAX), redirect: "manual" });
    const middle = (sent + Date.now()) / 2;
    const date = Date.parse(headers.get("date") ?? "");
    if (Number.isNaN(date)) return unreachable(`${url} answers without a date`);
    // The date was cut to a second: on average it is half of one ahead.
    return { ok: true, value: (middle - date - 500) / 1_000 };
  } catch {
    return unreachable(`${url} does not answer`);
  }
}

function unreachable(message: string): Answer<never> {
  return { ok: false, failure: { class: "retryable", code: "unreachable", message, retryAfter: null } };
}
