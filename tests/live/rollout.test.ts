/** Several strategies on one account (semantics 14.12, 14.13): a limit that they share, and capital that goes from one to the other in steps and comes back. */
import { expect, it } from "vitest";
import { compile } from "../../src/compile.ts";
import type { LiveEntry } from "../../src/run/live/journal.ts";
import type { LiveRecord } from "../../src/run/live/record.ts";
import { readModule } from "../check/support.ts";
import { barSource, barsOf, DAY } from "../run/bars.ts";
import { consumedAgain, engineRecords, play, recordsIn, type Traded } from "./support.ts";

/** Buys half of its cash on odd days and sells on even ones, so that capital is free every other day. */
function traded(name: string, cash: string, prices: readonly number[]): Traded {
  const text = `strategy ${name}
trade [SPY]
calendar always
clock day = 1d
risk { order_value <= 5_000_000usd  drawdown <= 90% else flatten until manual }
rule buy  { when mod(session.day_of_month, 2) == 1  enter long { size 50% * cash } }
rule sell { when mod(session.day_of_month, 2) == 0  exit buy }
`;
  const { value: graph, diagnostics } = compile(text, { name: "x.strat", readModule });
  expect(diagnostics).toEqual([]);
  return {
    graph: graph!,
    sources: [barSource(barsOf(prices.map((price) => [price, price, price, price])), { width: DAY, priceDecimals: 2 })],
    cash,
  };
}

const flat = (rows: number): number[] => Array.from({ length: rows }, () => 10_000);
const plan = { shares: [10, 50, 100], sessions: 5, lossMax: 0.03 };

function capitalIn(entries: readonly LiveEntry[]) {
  return recordsIn(entries).filter(
    (record): record is Extract<LiveRecord, { kind: "rollout" | "transfer" }> => record.kind === "rollout" || record.kind === "transfer",
  );
}

function endsIn(entries: readonly LiveEntry[]): readonly string[] {
  return recordsIn(entries).flatMap((record) =>
    record.kind === "engine" && record.record.event === "end" ? [record.record.final_equity] : [],
  );
}

it("the second takes over step by step as capital comes free, to the cent, and a replay from any state tells the same", async () => {
  const pair = [traded("old", "90000", flat(40)), traded("new", "10000", flat(40))];
  const { ended, entries } = await play(pair, { settings: { rollout: plan } });
  expect(ended).toEqual({ kind: "ended", reason: "data_over" });
  const told = capitalIn(entries);
  expect(told.flatMap((record) => (record.kind === "rollout" ? [record.share] : []))).toEqual([50, 100]);
  const moved = told.flatMap((record) => (record.kind === "transfer" ? [Number(record.amount)] : []));
  expect(moved.reduce((sum, amount) => sum + amount, 0)).toBeCloseTo(89_999, 6);
  expect(endsIn(entries)).toEqual(["1.00", "99999.00"]);
  for (const record of told)
    if (record.kind === "transfer") expect(record.before[0] + record.before[1]).toBeCloseTo(record.after[0] + record.after[1], 6);
  expect(consumedAgain(pair, entries, () => true)).toEqual(recordsIn(entries));
});

it("is rolled back when it has lost more than was declared, and not when it has lost as much", async () => {
  const losing = (low: number): number[] => [...flat(12), ...Array.from({ length: 28 }, () => low)];
  const sharesAt = async (low: number) => {
    const pair = [traded("old", "90000", losing(low)), traded("new", "10000", losing(low))];
    const { entries } = await play(pair, { settings: { rollout: { ...plan, shares: [10, 50], sessions: 20 } } });
    return { shares: capitalIn(entries).flatMap((record) => (record.kind === "rollout" ? [record.share] : [])), ends: endsIn(entries) };
  };
  const half = await sharesAt(9_400);
  expect(half.shares).toEqual([50]);
  const beyond = await sharesAt(9_300);
  expect(beyond.shares).toEqual([0]);
  expect(beyond.ends[1]).toBe("1.00");
});

it("a shared limit counts what all have together", async () => {
  const pair = [traded("first", "100000", flat(10)), traded("second", "100000", flat(10))];
  const rejected = async (limit: string | null) => {
    const { entries } = await play(pair, { settings: { sharedExposureMax: limit } });
    return ["first", "second"].map((name) =>
      engineRecords(entries, name).flatMap((record) =>
        record.event === "order" && record.status === "rejected" ? [record.reasons.join()] : [],
      ),
    );
  };
  // Each asks for 500 shares at 100.00, 105.00 at worst.
  expect(await rejected("105000")).toEqual([[], []]);
  expect((await rejected("102499.99"))[1]?.[0]).toBe("gross_exposure");
  expect((await rejected("102499.99"))[0]).toEqual([]);
  expect(await rejected(null)).toEqual([[], []]);
});
