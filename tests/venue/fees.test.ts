import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { alpacaSellFee, FeeDateUncovered, SECTION_31_RATES, TRADING_ACTIVITY_RATES } from "../../src/market/fees.ts";
import { dayNumber } from "../../src/values/civil-date.ts";
import { bigintMoney } from "../../src/values/money-bigint.ts";
import { integerMoney } from "../../src/values/money-integer.ts";
import { lots, scaleOf } from "../../src/values/quantity.ts";

const table = (rows: readonly (readonly string[])[]): string => rows.map((row) => `| ${row.join(" | ")} |\n`).join("");

describe.each([
  ["cents", integerMoney(scaleOf(2, 0))],
  ["a finer scale", bigintMoney(scaleOf(8, 0))],
] as const)("Alpaca's fees (semantics 8) in %s", (_, money) => {
  const fee = alpacaSellFee(money);
  const charge = (day: number, shares: number, value: string): number => money.toNumber(fee(day, lots(shares), money.parse(value)!));
  const day = dayNumber(2019, 2, 4);

  it("round each part up to the cent", () => {
    // 13.00 per million of 10,000 is 0.13; 0.000119 a share for 100 is 0.0119.
    expect(charge(day, 100, "10000")).toBe(0.15);
    expect(charge(day, 100, "10000.01")).toBe(0.16);
    expect(charge(day, 84, "10000")).toBe(0.14);
    expect(charge(day, 85, "10000")).toBe(0.15);
  });

  it("cap the part by shares", () => {
    expect(charge(day, 50_000, "1000000")).toBe(18.95);
    expect(charge(day, 5_000_000, "1000000")).toBe(18.95);
  });

  it("change with the date", () => {
    const at = (year: number, month: number, date: number): number => charge(dayNumber(year, month, date), 1_000_000, "1000000");
    expect(at(2019, 4, 15)).toBe(18.95);
    expect(at(2019, 4, 16)).toBe(26.65);
    expect(at(2021, 12, 31)).toBe(11.05);
    expect(at(2022, 1, 1)).toBe(11.59);
    expect(at(2025, 12, 31)).toBe(8.3);
  });

  it("are unknown outside the table", () => {
    for (const unknown of [dayNumber(2012, 6, 30), dayNumber(2015, 6, 1), dayNumber(2026, 1, 1)]) {
      expect(() => charge(unknown, 1, "1")).toThrow(FeeDateUncovered);
    }
    expect(() => charge(dayNumber(2015, 6, 1), 1, "1")).toThrow("2015-06-01");
  });
});

describe("the table", () => {
  it("has rows in order that do not overlap", () => {
    for (const rows of [SECTION_31_RATES, TRADING_ACTIVITY_RATES]) {
      const dates = rows.flatMap(({ from, to }) => [from, to]);
      expect(dates).toEqual([...new Set(dates)].sort());
    }
  });

  it("is the one in docs/semantics.md", () => {
    const page = readFileSync(new URL("../../docs/semantics.md", import.meta.url), "utf8");
    expect(page).toContain(
      `| SEC fee from | to | dollars per million | source |\n|---|---|---|---|\n${table(SECTION_31_RATES.map(({ from, to, perMillion, source }) => [from, to, perMillion, source]))}\n`,
    );
    expect(page).toContain(
      `| TAF from | to | dollars per share | cap | source |\n|---|---|---|---|---|\n${table(TRADING_ACTIVITY_RATES.map(({ from, to, perShare, cap, source }) => [from, to, perShare, cap, source]))}\n`,
    );
  });
});
