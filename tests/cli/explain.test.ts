/** `stratc explain FILE`: what it prints, and that a backtest bears it out. */
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { stratc } from "./run.ts";

const folder = mkdtempSync(join(tmpdir(), "stratc-explain-"));

function file(name: string, size: string, limit: string): string {
  const path = join(folder, `${name}.strat`);
  writeFileSync(
    path,
    `strategy ${name}\ntrade [SPX]\nclock day = 1d\nrisk { ${limit}  drawdown <= 90% }\nrule buy { when close > open  enter long { ${size} } }\nrule sell { when close < open  exit buy }\n`,
  );
  return path;
}

describe("stratc explain FILE", () => {
  it("reads a strategy back", async () => {
    const { exit, output } = await stratc("explain", "strategies/sma_cross.strat");
    expect(exit).toBe(0);
    expect(output).toContain("- On a tick of `day` on which `fast > slow`, it buys `95% * cash`, by a market order");
    expect(output).toContain("- It decides from bar 200 of `day` on");
  });

  it("takes the cash of the command line", async () => {
    const { output } = await stratc("explain", "strategies/sma_cross.strat", "--cash", "750_000usd");
    expect(output).toContain("The account begins with 750,000usd");
    expect(output.replace(/\s+/g, " ")).toContain("which is so from the start");
  });

  it("says the same as JSON", async () => {
    const { exit, output } = await stratc("explain", "strategies/sma_cross.strat", "--json");
    expect(exit).toBe(0);
    expect(JSON.parse(output)).toMatchObject({
      ok: true,
      strategy: "sma_cross",
      limits: [
        { line: "order_value <= 500,000usd", binds: "can" },
        { line: "day_loss <= 10% of equity", binds: "can" },
      ],
    });
  });

  it("ends with 1 where the file has errors", async () => {
    expect((await stratc("explain", file("wrong", "size 20% * equty", "order_value <= 1_000usd"))).exit).toBe(1);
  });

  it.each([
    ["never", "size 20% * equity", "order_value <= 21% * equity"],
    ["never", "size 95% * cash", "position_value <= 100% * equity  order_value <= 9_000_000usd"],
    ["can", "size 20% * equity", "order_value <= 21_000usd"],
  ])("a limit that %s binds rejects as said: %s under %s", async (binds, size, limit) => {
    const path = file("limited", size, limit);
    const explained = JSON.parse((await stratc("explain", path, "--json")).output) as { limits: { binds: string }[] };
    const backtest = JSON.parse((await stratc("backtest", path, "--data", "sample:sp500", "--json")).output) as {
      orders: number;
      rejections: { check: string }[];
    };
    const isRejected = backtest.rejections.some(({ check }) => limit.startsWith(check));
    expect([explained.limits[0]!.binds, backtest.orders > 100, isRejected]).toEqual([binds, true, binds === "can"]);
  });
});
