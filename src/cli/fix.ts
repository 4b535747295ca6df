/** Applies the certain fixes of a strategy file, look by look, until none is left. */
import { statSync } from "node:fs";
import { type Change, certainFixes, changesOf, fixed } from "../diagnostics/fixes.ts";
import type { BrokerName } from "../market/broker-capabilities.ts";
import { usageFailure } from "./failure.ts";
import { readBytes, SOURCE_BYTES_MAX, writeWhole } from "./files.ts";
import { type CheckedSource, checkSource, checkText } from "./source.ts";

/** A fix may uncover another. More looks than this no file has needed; what is left is reported. */
const LOOKS_MAX = 10;

const BYTE_ORDER_MARK = "\uFEFF";

interface FixedSource {
  readonly before: CheckedSource;
  readonly source: CheckedSource;
  readonly changes: readonly Change[];
}

/** The source after every fix that adds no error; written unless it is a dry run. Throws `CommandFailure` where the file cannot be read or written. */
export function fixSource(path: string, dryRun: boolean, target?: BrokerName): FixedSource {
  const before = checkSource(path, target);
  if (!statSync(path).isFile()) throw usageFailure(`--fix takes files, and ${path} is none.`);
  const { source, changes } = withFixes(before, target);
  if (!dryRun && source.text !== before.text) {
    const marked = readBytes(path, SOURCE_BYTES_MAX).subarray(0, 3).equals(Buffer.from(BYTE_ORDER_MARK));
    writeWhole(path, `${marked ? BYTE_ORDER_MARK : ""}${source.text}`);
  }
  return { before, source, changes };
}

/** `source` after every fix that adds no error. */
function withFixes(before: CheckedSource, target: BrokerName | undefined): Omit<FixedSource, "before"> {
  const changes: Change[] = [];
  let source = before;
  for (let look = 0; look < LOOKS_MAX; look++) {
    const fixes = certainFixes(source.diagnostics, source.path);
    if (fixes.length === 0) break;
    const next = checkText(source.path, fixed(source.text, fixes), target);
    if (errorsOf(next) > errorsOf(source)) break;
    changes.push(...changesOf(source.text, fixes));
    source = next;
  }
  return { source, changes };
}

function errorsOf({ diagnostics }: CheckedSource): number {
  return diagnostics.filter(({ severity }) => severity === "error").length;
}
