/** Going through seeds: cases that a Python program draws with what the judge makes of them, what differs in the engine, and what has occurred. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "vitest";
import type { RunRecord } from "../../src/run/outcome.ts";

const BATCH = 100;
/** As E0602 says them. */
const SIZE_AND_LIMIT = /at least ([\d.]+).*limit is ([\d.]+)/;

/** What every case has. */
export interface Drawn {
  readonly seed: number;
  readonly strategy: string;
  readonly records: readonly RunRecord[];
}

/** The cases that `script` draws, one a line. */
function drawn<Case extends Drawn>(script: string, first: number, count: number): readonly Case[] {
  const path = join(import.meta.dirname, script);
  const lines = execFileSync("python3", [path, String(first), String(count)], { encoding: "utf8", maxBuffer: 2 ** 30 });
  return lines
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Case);
}

/** How a kind of case is drawn and judged. */
export interface Examination<Case extends Drawn> {
  readonly script: string;
  /** The first seed, and how many. */
  readonly first: number;
  readonly runs: number;
  /** What is wrong with a case; undefined where engine and judge agree. */
  readonly disagreement: (example: Case, folder: string) => Promise<unknown>;
  /** What occurred in a case, for the table of coverage. */
  readonly covered: (example: Case) => readonly string[];
}

/** Fails with the first disagreements; what has occurred, and how often. */
export async function examine<Case extends Drawn>(examination: Examination<Case>): Promise<ReadonlyMap<string, number>> {
  const { script, first, runs, disagreement, covered } = examination;
  const folder = mkdtempSync(join(tmpdir(), "stratc-judge-"));
  const coverage = new Map<string, number>();
  const disagreements: string[] = [];
  try {
    for (let seed = first; seed < first + runs; seed += BATCH) {
      for (const example of drawn<Case>(script, seed, Math.min(BATCH, first + runs - seed))) {
        const found = await disagreement(example, folder);
        const text = typeof found === "string" ? found : JSON.stringify(found, null, 1);
        if (found !== undefined) disagreements.push(`seed ${example.seed}\n${example.strategy}${text}`);
        for (const name of covered(example)) coverage.set(name, (coverage.get(name) ?? 0) + 1);
      }
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
  const table = [...coverage].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, count]) => `${name}: ${count}`);
  if (process.env.STRATC_COVERAGE !== undefined) process.stdout.write(`${table.join("\n")}\n`);
  if (process.env.STRATC_ALL !== undefined) process.stdout.write(`${disagreements.join("\n\n=====\n")}\n`);
  expect(disagreements.slice(0, 3).join("\n\n"), `${disagreements.length} disagreements`).toBe("");
  return coverage;
}

/**
 * Whether errors, as they are printed, say of rules that none of their orders could pass (E0602) or last (E0603), and the judge let none of them pass. Of n whole
 * shares an order passes all the same where rounding down to them leaves that little: n × size ÷ limit < n + 1.
 */
export function rightlyRefused(message: string, { strategy, records }: Drawn, others: readonly string[] = []): boolean {
  const errors = message.split(/^(?=(?:error|warning)\[)/m).flatMap((text) => {
    const [, code] = /^error\[(E\d+)\]/.exec(text) ?? [];
    return code === undefined ? [] : [{ code, text }];
  });
  const isRight = ({ code, text }: { readonly code: string; readonly text: string }) => {
    if (others.includes(code)) return true;
    const before = strategy
      .split("\n")
      .slice(0, Number(/^\s*(\d+) \|/m.exec(text)?.[1]))
      .join("\n");
    const rule = [...before.matchAll(/^rule (\w+)/gm)].at(-1)?.[1];
    const [, size, limit] = SIZE_AND_LIMIT.exec(text) ?? [];
    const isRounded = (shares: number) => code === "E0602" && (shares * Number(size)) / Number(limit) < shares + 1;
    const passed = records.some(
      (record) =>
        record.event === "order" &&
        (record.rule === rule || record.rule.startsWith(`${rule}[`)) &&
        record.status === "approved" &&
        !isRounded(Number(record.quantity)),
    );
    return ["E0602", "E0603"].includes(code) && !passed;
  };
  return errors.length > 0 && errors.every(isRight);
}
