/**
 * `npx node bench/portfolio.ts [--symbols 1,10,100,1000] [--rows N]`: one strategy over many symbols on one account, each symbol's bars made as they are
 * read, so that what memory holds is the run's alone. Time is per bar and symbol; the resident set is the largest of the process, one process a count.
 */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { wasmLanes } from "../src/backends/wasm/kernel.ts";
import { moduleReader } from "../src/cli/modules.ts";
import { compile } from "../src/compile.ts";
import type { Graph } from "../src/graph/nodes.ts";
import type { BarSource } from "../src/market/bars.ts";
import { backtest } from "../src/run/backtest.ts";
import { prng } from "../src/values/prng.ts";

const { values: flags } = parseArgs({
  options: { symbols: { type: "string", default: "1,10,100,1000" }, rows: { type: "string", default: "20000" }, one: { type: "string" } },
});

const MINUTE = 60_000_000;

/** Ranked by nobody, each symbol for itself: what grows with their number is the engine's. */
function strategy(symbols: number): string {
  const names = Array.from({ length: symbols }, (_, index) => `S${index}`);
  return `strategy portfolio
trade [${names.join(", ")}]
calendar always
clock bar = 1m
risk { order_value <= 60_000usd  gross_exposure <= 400% * equity  day_loss <= 50% * equity else flatten until next_session }
rule buy { when cross_up(ema(close, 20), sma(close, 200)) and rsi(close, 14) < 60  enter long { size 10shares stop at fill * 0.98 target at fill * 1.03 } }
rule sell { when cross_down(ema(close, 20), sma(close, 200)) exit buy }
`;
}

function compiled(source: string): Graph {
  const { value, diagnostics } = compile(source, { name: "portfolio.strat", readModule: moduleReader("portfolio.strat") });
  if (value === undefined) throw new Error(diagnostics.map(({ message }) => message).join("\n"));
  return value;
}

/** A walk in cents, made chunk by chunk. */
function walk(symbol: number, rows: number): BarSource {
  const [from, to] = [MINUTE, rows * MINUTE];
  return {
    info: { symbol: `S${symbol}`, rows, width: MINUTE, priceDecimals: 2, from, to, hash: `${symbol}` },
    async *chunks(capacity) {
      const random = prng(symbol + 1);
      const column = (): Float64Array => new Float64Array(capacity);
      const [time, open, high, low, close, volume] = [column(), column(), column(), column(), column(), column()];
      let price = 10_000;
      for (let first = 0; first < rows; first += capacity) {
        const count = Math.min(capacity, rows - first);
        for (let row = 0; row < count; row++) {
          const next = Math.max(1_000, price + random.below(41) - 20 + Math.round((10_000 - price) / 2_000));
          time[row] = (first + row + 1) * MINUTE;
          open[row] = price;
          high[row] = Math.max(price, next) + random.below(8);
          low[row] = Math.min(price, next) - random.below(8);
          close[row] = next;
          volume[row] = 1_000;
          price = next;
        }
        yield { rows: count, time, columns: { open, high, low, close, volume } };
      }
    },
  };
}

interface Measured {
  readonly symbols: number;
  readonly rows: number;
  readonly seconds: number;
  readonly nanoseconds_per_bar: number;
  readonly memory_mib: number;
  readonly orders: number;
}

async function measured(symbols: number, rows: number): Promise<Measured> {
  const graph = compiled(strategy(symbols));
  const sources = Array.from({ length: symbols }, (_, symbol) => walk(symbol, rows));
  const began = process.cpuUsage();
  const result = await backtest({ graph, parameters: [], backend: wasmLanes, sources, cash: "100000000" });
  const { user, system } = process.cpuUsage(began);
  const seconds = (user + system) / 1e6;
  if (!result.ok) throw new Error(result.failure.message);
  return {
    symbols,
    rows,
    seconds,
    nanoseconds_per_bar: (seconds * 1e9) / (symbols * rows),
    memory_mib: process.resourceUsage().maxRSS / 1024,
    orders: result.outcome.end.orders,
  };
}

if (flags.one !== undefined) process.stdout.write(`${JSON.stringify(await measured(Number(flags.one), Number(flags.rows)))}\n`);
else {
  for (const symbols of flags.symbols.split(",")) {
    const args = [fileURLToPath(import.meta.url), "--one", symbols, "--rows", flags.rows];
    const { stdout, stderr, status } = spawnSync(process.execPath, args, { encoding: "utf8" });
    if (status !== 0) throw new Error(stderr);
    process.stdout.write(stdout);
  }
}
