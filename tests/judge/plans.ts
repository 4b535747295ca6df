/**
 * Random strategies as a Python script writes them, over random data: `stratc backtest`, with both backends, against the judge, record by record.
 * `STRATC_RUNS` sets the number of cases, `STRATC_SEED` the first seed; with `STRATC_ALL` every disagreement is printed; `SCRIPT --show SEED` shows a case.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import type { RunRecord } from "../../src/run/outcome.ts";
import { backtested } from "./command-line.ts";
import { firstDifference, occurrences } from "./compare.ts";

const RUNS = Number(process.env.STRATC_RUNS ?? 60);
const FIRST = Number(process.env.STRATC_SEED ?? 0);
const BATCH = 100;

/** One line of the script. */
interface Plan {
  readonly seed: number;
  readonly strategy: string;
  readonly csv: Readonly<Record<string, string>>;
  /** The table of splits and dividends; empty where there are none. */
  readonly actions: string;
  readonly open: { readonly zone?: string; readonly stamp?: string; readonly width?: number };
  readonly cash: string;
  /** What `--param` sets. */
  readonly parameters: readonly string[];
  readonly features: readonly string[];
  readonly records: readonly RunRecord[];
}

function plansFrom(script: string, first: number, count: number): readonly Plan[] {
  const lines = execFileSync("python3", [join(import.meta.dirname, script), String(first), String(count)], {
    encoding: "utf8",
    maxBuffer: 2 ** 30,
  });
  return lines
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Plan);
}

/** What a random file may be refused for: a rule that reads only named symbols, a look back over what changes with a slower clock. */
const REFUSABLE = ["E0305", "E0705"];

/** Whether the compiler refused the file for one of those, or because no order of some rule could pass and the judge let none of that rule pass. */
function rightlyRefused(message: string, { strategy, records }: Plan): boolean {
  // E0707 follows where the rule of the other side is refused.
  const errors = [...message.matchAll(/^error\[(E\d+)\][\s\S]*?^\s*(\d+) \|/gm)].filter(([, code]) => code !== "E0707");
  return (
    errors.length > 0 &&
    errors.every(([, code = "", line]) => {
      if (REFUSABLE.includes(code)) return true;
      const before = strategy.split("\n").slice(0, Number(line)).join("\n");
      const rule = [...before.matchAll(/^rule (\w+)/gm)].at(-1)?.[1];
      const ofRule = records.filter((record) => record.event === "order" && (record.rule === rule || record.rule.startsWith(`${rule}[`)));
      return (
        ["E0602", "E0603"].includes(code) &&
        !ofRule.some((record) => record.event === "order" && record.kind !== "exit" && record.status === "approved")
      );
    })
  );
}

/** What is wrong with a plan; undefined where engine and judge agree. */
async function disagreement(plan: Plan, folder: string): Promise<unknown> {
  const file = join(folder, "s.strat");
  writeFileSync(file, plan.strategy);
  const data = Object.entries(plan.csv).map(([symbol, text]) => {
    writeFileSync(join(folder, `${symbol}.csv`), text);
    return `${symbol}=${join(folder, `${symbol}.csv`)}`;
  });
  const { zone, stamp, width } = plan.open;
  const times = width === undefined ? [] : ["--zone", zone ?? "utc", "--stamp", stamp ?? "end", "--width", `${width / 60e6}m`];
  const table = join(folder, "actions.csv");
  writeFileSync(table, plan.actions);
  const actions = plan.actions === "" ? [] : ["--actions", table];
  const more = [...times, ...actions, ...plan.parameters.flatMap((parameter) => ["--param", parameter])];
  try {
    for (const backend of ["wasm", "interpreter"]) {
      const difference = firstDifference(await backtested(file, data, `${plan.cash}usd`, [...more, "--backend", backend]), plan.records);
      if (difference !== undefined) return difference;
    }
    return undefined;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return rightlyRefused(message, plan) ? undefined : message;
  }
}

/** Declares the test that engine and judge agree on the cases of a script, and that all of `exercised` occurs in them. */
export function agreement(script: string, what: string, exercised: readonly string[]): void {
  it(`agrees with the engine on ${RUNS} random ${what} from seed ${FIRST}`, { timeout: 30_000 + RUNS * 2_000 }, async () => {
    const folder = mkdtempSync(join(tmpdir(), "stratc-judge-"));
    const coverage = new Map<string, number>();
    const disagreements: string[] = [];
    try {
      for (let first = FIRST; first < FIRST + RUNS; first += BATCH) {
        for (const plan of plansFrom(script, first, Math.min(BATCH, FIRST + RUNS - first))) {
          const found = await disagreement(plan, folder);
          if (found !== undefined)
            disagreements.push(`seed ${plan.seed}\n${plan.strategy}${typeof found === "string" ? found : JSON.stringify(found, null, 1)}`);
          for (const name of [...occurrences(plan.records), ...plan.features]) coverage.set(name, (coverage.get(name) ?? 0) + 1);
        }
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
    const table = [...coverage].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, count]) => `${name}: ${count}`);
    if (process.env.STRATC_COVERAGE !== undefined) process.stdout.write(`${table.join("\n")}\n`);
    if (process.env.STRATC_ALL !== undefined) process.stdout.write(`${disagreements.join("\n\n=====\n")}\n`);
    expect(disagreements.slice(0, 3).join("\n\n"), `${disagreements.length} disagreements`).toBe("");
    for (const feature of exercised) expect(coverage.get(feature) ?? 0, feature).toBeGreaterThan(0);
  });
}
