/**
 * Events a second of a strategy that quotes both sides with ten features: it follows every move of the mid by a tick, at most each 100 ms. The quotes are a seeded
 * random walk in memory, about a thousand a second; the run is the public one, with its gate and ledger; seconds are those of the processor. `npm run bench:events -- 2000000`
 */
import { eventSource } from "../src/adapters/files/events.ts";
import { wasmLanes } from "../src/backends/wasm/kernel.ts";
import { moduleReader } from "../src/cli/modules.ts";
import { compile } from "../src/compile.ts";
import type { NormalEvents } from "../src/data/events/normal.ts";
import { EVENT_WIDTH } from "../src/market/bars.ts";
import { backtest } from "../src/run/backtest.ts";
import { prng } from "../src/values/prng.ts";

const SOURCE = `
strategy followed
calendar always
trade [X]
clock tick = quotes
risk { order_value <= 90_000usd  position_value <= 500_000usd  day_loss <= 50_000usd  drawdown <= 50% }
fast   = ema(mid, 20)
slow   = ema(mid, 200)
level  = mean(mid, 100)
spread_mean = mean(spread, 50)
pressure = (bid_size - ask_size) / (bid_size + ask_size) ?? 0
smooth = ema(pressure, 30)
top    = highest(mid, 500)
bottom = lowest(mid, 500)
moved  = mid - mid[50]
wide   = max(spread, spread_mean)
calm   = fast - slow < 1usd / 1share and top - bottom < 5usd / 1share and moved < 2usd / 1share and smooth < 0.9 and level > 1usd / 1share and wide < 1usd / 1share
rule bid   { when calm and position < 500shares   quote buy  { at mid - 2 * tick_size  size 100shares  post_only  replace after 100ms } }
rule offer { when calm and position > -500shares  quote sell { at mid + 2 * tick_size  size 100shares  post_only  replace after 100ms } }
`;

/** A mid that moves by a tick once in a hundred quotes; sizes that change with each. */
function quotes(rows: number): NormalEvents {
  const random = prng(3);
  const column = (): Float64Array => new Float64Array(rows);
  const table = { time: column(), bid: column(), bid_size: column(), ask: column(), ask_size: column() };
  let [time, bid] = [1_704_200_000_000_000, 10_000];
  for (let row = 0; row < rows; row++) {
    time += 1 + random.below(2_000);
    if (random.below(100) === 0) bid += random.uniform() < 0.5 ? 1 : -1;
    table.time[row] = time;
    table.bid[row] = bid;
    table.ask[row] = bid + 2;
    table.bid_size[row] = 1 + random.below(50);
    table.ask_size[row] = 1 + random.below(50);
  }
  return { kind: "quotes", rows, table, priceDecimals: 2, notes: [], repairs: [] };
}

const ROUNDS = 5;
const rows = Number(process.argv[2] ?? 1_000_000);
const { value: graph, diagnostics } = compile(SOURCE, { name: "followed.strat", readModule: moduleReader("followed.strat") });
if (graph === undefined) throw new Error(diagnostics.map(({ message }) => message).join("; "));
const events = quotes(rows);
const { time } = events.table;
const info = {
  symbol: "X",
  rows,
  events: "quotes",
  width: EVENT_WIDTH,
  priceDecimals: 2,
  from: time[0] ?? 0,
  to: time.at(-1) ?? 0,
  hash: "",
} as const;
const rates: number[] = [];
for (let round = 0; round <= ROUNDS; round++) {
  const start = process.cpuUsage();
  const result = await backtest({ graph, parameters: [], backend: wasmLanes, sources: [eventSource(info, events)], cash: "1000000" });
  if (!result.ok) throw new Error(result.failure.message);
  const { user, system } = process.cpuUsage(start);
  const seconds = (user + system) / 1_000_000;
  if (round > 0) rates.push(rows / seconds);
  const { orders, fills } = result.outcome.end;
  if (round === ROUNDS)
    console.log(
      JSON.stringify({
        rows,
        wakes: result.outcome.wakes,
        orders,
        fills,
        events_per_second: Math.round(rates.sort((a, b) => a - b)[Math.floor(ROUNDS / 2)] ?? 0),
      }),
    );
}
