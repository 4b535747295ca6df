/**
 * Real market data that lies beside the repository and is not part of it. Tests on it are skipped with a reason where it is absent, and fail where
 * STRATC_REQUIRE_SHARED_DATA=1 says that it must be there.
 */
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";

const ROOT = process.env.STRATC_SHARED_DATA ?? resolve(import.meta.dirname, "../../../shared/data");

/** The path of a shared file, or null where it is absent and may be. */
export function sharedFile(path: string): string | null {
  const file = join(ROOT, path);
  if (existsSync(file)) return file;
  if (process.env.STRATC_REQUIRE_SHARED_DATA === "1") throw new Error(`shared data required and absent: ${file}`);
  return null;
}
