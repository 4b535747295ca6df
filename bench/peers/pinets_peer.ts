/** PineTS: Pine Script run in Node. Called as `node pinets_peer.ts FOLDER FILE ROWS WORKLOAD`; FOLDER has it installed, the rest is as in common.py. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { performance } from "node:perf_hooks";

interface PineResult {
  readonly strategy: { readonly closedtrades: number | readonly unknown[]; readonly netprofit: number; readonly openprofit: number };
}
type PineRuntime = new (bars: readonly object[], symbol: string, timeframe: string) => { run(source: string): Promise<PineResult> };

const [folder = "", file = "", count = "", workload = ""] = process.argv.slice(2);
const { PineTS } = createRequire(join(folder, "package.json"))("pinets") as { readonly PineTS: PineRuntime };

const HEAD = `//@version=6
strategy("peer", overlay=true, initial_capital=100000, default_qty_type=strategy.fixed, default_qty_value=100)
`;
const SOURCES: Readonly<Record<string, string>> = {
  s1: `${HEAD}
fast = ta.sma(close, 10)
slow = ta.sma(close, 30)
if strategy.position_size == 0 and fast > slow
    strategy.entry("L", strategy.long)
if strategy.position_size > 0 and fast < slow
    strategy.close("L")
`,
  s2: `${HEAD}
strength = ta.rsi(close, 14)
[middle, upper, lower] = ta.bb(close, 20, 2)
range14 = ta.atr(14)
[macdLine, signalLine, histLine] = ta.macd(close, 12, 26, 9)
average = ta.ema(close, 50)
trend = ta.ema(close, 200)
if bar_index >= 2000
    if strategy.position_size == 0 and close > trend and strength < 35 and close < lower
        strategy.entry("L", strategy.long)
    if strategy.position_size > 0 and (strength > 60 or close < strategy.position_avg_price - 2 * range14)
        strategy.close("L")
`,
};

const rows = Number(count);
const bytes = readFileSync(file);
const numbers = new Float64Array(bytes.buffer, bytes.byteOffset, 6 * rows);
const at = (column: number, row: number): number => numbers[column * rows + row] ?? Number.NaN;
const bars = Array.from({ length: rows }, (_, row) => ({
  openTime: at(0, row) - 60_000,
  closeTime: at(0, row) - 1,
  open: at(1, row),
  high: at(2, row),
  low: at(3, row),
  close: at(4, row),
  volume: at(5, row),
}));

const source = SOURCES[workload];
if (source === undefined) throw new Error(`no workload ${workload}`);
const seconds: number[] = [];
let result: PineResult["strategy"] | null = null;
for (let round = 0; round < 2; round++) {
  const begun = performance.now();
  result = (await new PineTS(bars, "BENCH", "1").run(source)).strategy;
  seconds.push((performance.now() - begun) / 1_000);
}
if (result === null) throw new Error("no result");
const { closedtrades, netprofit, openprofit } = result;
const [first_seconds, warm_seconds] = seconds;
const round_trips = typeof closedtrades === "number" ? closedtrades : closedtrades.length;
const net_profit = Math.round((netprofit + openprofit) * 100) / 100;
const memory_mib = process.resourceUsage().maxRSS / 1_024;
process.stdout.write(`${JSON.stringify({ rows, first_seconds, warm_seconds, round_trips, net_profit, memory_mib })}\n`);
