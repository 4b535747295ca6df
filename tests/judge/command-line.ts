/** Backtests as a user runs them, and the records that they write. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { RunRecord } from "../../src/run/outcome.ts";
import { stratc } from "../cli/run.ts";

export function recordsOf(path: string): RunRecord[] {
  return readFileSync(path, "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as RunRecord);
}

/** The records of `stratc backtest`; throws what it says where it refuses. */
export async function backtested(strategy: string, data: readonly string[], cash: string, more: readonly string[]): Promise<RunRecord[]> {
  const folder = mkdtempSync(join(tmpdir(), "stratc-orders-"));
  try {
    const orders = join(folder, "orders.jsonl");
    const datasets = data.flatMap((dataset) => ["--data", dataset]);
    const { exit, notes, output } = await stratc(
      "backtest",
      strategy,
      ...datasets,
      "--cash",
      cash,
      "--orders",
      orders,
      "--no-cache",
      ...more,
    );
    // 4: halted by risk, which is a result too.
    if (exit !== 0 && exit !== 4) throw new Error(`${notes}${output}`);
    return recordsOf(orders);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
