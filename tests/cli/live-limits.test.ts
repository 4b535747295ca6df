/** Limits of the configuration in a live run: of these and the file's the stricter wins. */
import { afterEach, describe, expect, it, vi } from "vitest";
import { stratc } from "./run.ts";

afterEach(() => vi.unstubAllEnvs());

async function rejected(): Promise<number> {
  const { exit, output } = await stratc("run", "strategies/sma_cross.strat", "--paper", "--data", "sample:sp500", "--no-cache", "--json");
  expect(exit).toBe(0);
  return JSON.parse(output).strategies[0].rejected;
}

describe("a configured limit", () => {
  it("refuses what the file would allow", async () => {
    expect(await rejected()).toBe(0);
    vi.stubEnv("STRATC_ORDER_VALUE_MAX", "1_000usd");
    expect(await rejected()).toBeGreaterThan(0);
  });
  it("refuses symbols that are not allowed", async () => {
    vi.stubEnv("STRATC_ALLOWED_SYMBOLS", "KO,PEP");
    expect(await rejected()).toBeGreaterThan(0);
  });
});
