/**
 * Where tests find the shared market data. It is not part of the repository: without it tests on it are skipped and listed,
 * with STRATC_REQUIRE_SHARED_DATA=1 they fail.
 */
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { describe, it } from "vitest";

const root = process.env.STRATC_SHARED_DATA ?? resolve(import.meta.dirname, "../../../shared/data");

/** The path of a file below the shared data's root, whether or not it is there. */
export function sharedPath(relative: string): string {
  return resolve(root, relative);
}

/** A `describe` whose tests need `files` of the shared data. */
export function describeWithSharedData(title: string, files: readonly string[], tests: () => void): void {
  const missing = files.filter((file) => !existsSync(sharedPath(file)));
  if (missing.length === 0) describe(title, tests);
  else if (process.env.STRATC_REQUIRE_SHARED_DATA === "1") {
    describe(title, () => {
      it("finds the shared data", () => {
        throw new Error(`missing below ${root}: ${missing.join(", ")}; set STRATC_SHARED_DATA`);
      });
    });
  } else describe.skip(`${title} (set STRATC_SHARED_DATA to a folder with ${missing[0]} to run)`, tests);
}
