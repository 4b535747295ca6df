/** A simulator for tests: one generated session of minutes, time that stands still until it is told to pass, and hands on its controls. */
import { type Simulator, type SimulatorOptions, startSimulator } from "../../src/adapters/alpaca-simulator/simulator.ts";
import type { MarketBar, MarketData } from "../../src/adapters/alpaca-simulator/tape.ts";
import { MINUTE, nyse } from "../../src/market/calendars.ts";
import { dayNumber } from "../../src/values/civil-date.ts";
import { prng } from "../../src/values/prng.ts";
import { instant } from "../../src/values/quantity.ts";

export const KEYS = { keyId: "PKSIMULATED", secret: "simulated-secret" };
/** Tuesday 2024-01-02, 10:30 in New York. */
export const MIDDAY = instant(nyse.open(dayNumber(2024, 1, 2)) + 60 * MINUTE);

/** Minute bars around `price` of the session of 2024-01-02, for stocks; of the same hours for pairs. `deviation` is a minute's. */
export function minutesOf(symbol: string, price: number, seed = 1, sessions = 1, deviation = 0.0005): MarketData {
  const random = prng(seed);
  const bars: MarketBar[] = [];
  let close = price;
  for (let day = dayNumber(2024, 1, 2); day < dayNumber(2024, 1, 2) + sessions; day++) {
    if (!nyse.isSession(day)) continue;
    for (let start = nyse.open(day); start < nyse.close(day); start += MINUTE) {
      const open = close;
      close = Math.max(1, Math.round((open + random.normal() * price * deviation) * 100) / 100);
      const high = Math.round((Math.max(open, close) + 0.02) * 100) / 100;
      const low = Math.round((Math.min(open, close) - 0.02) * 100) / 100;
      bars.push({ start: instant(start), end: instant(start + MINUTE), open, high, low, close, volume: 400 + random.below(4_000) });
    }
  }
  return { symbol, priceDecimals: 2, width: MINUTE, bars };
}

function simulatorOptions(changes: Partial<SimulatorOptions> = {}): SimulatorOptions {
  return {
    market: [minutesOf("AAPL", 100)],
    start: MIDDAY,
    cash: "100000",
    seed: 1,
    halfSpread: "0",
    multiplier: 2,
    shorting: true,
    partialFills: 0,
    accountForm: "current",
    keys: KEYS,
    port: 0,
    speed: 0,
    requestsPerMinute: 0,
    rates: new Map(),
    latency: 0,
    compress: false,
    ...changes,
  };
}

export async function testSimulator(changes: Partial<SimulatorOptions> = {}): Promise<Simulator> {
  return startSimulator(simulatorOptions(changes));
}

/** A request to the simulator's own controls. */
export async function control({ url }: Simulator, path: string, body: unknown, method = "POST"): Promise<unknown> {
  const response = await fetch(`${url}/simulator/${path}`, { method, body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return response.json();
}
