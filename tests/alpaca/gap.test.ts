/** A data stream that breaks at every bar: what was missed is read from history before trading goes on, nothing is decided on it, and no minute is missing or twice. */
import { expect, it } from "vitest";
import { plan } from "../../src/adapters/alpaca-simulator/faults.ts";
import { MINUTE } from "../../src/market/calendars.ts";
import type { LiveEntry } from "../../src/run/live/journal.ts";
import { minutesOf } from "../support/alpaca-simulator.ts";
import { modesIn, rehearse } from "./rehearsal.ts";

const STRATEGY = `strategy gap
trade [AAPL]
clock bar = 1m
risk { order_value <= 100_000usd   day_loss <= 50_000usd   feed_age <= 90s else no_entries until recovered }
rule go { when close > close[1] or close <= close[1]  enter long { size 20shares } }
rule leave { when close > close[1] or close <= close[1]  exit go }
`;

function instantsIn(entries: readonly LiveEntry[]): readonly { readonly end: number; readonly origin: string }[] {
  return entries.flatMap((entry) => (entry.entry === "input" && entry.input.kind === "instant" ? [entry.input] : []));
}

function ordersIn(entries: readonly LiveEntry[]): readonly string[] {
  return entries.flatMap((entry) =>
    entry.entry === "record" && entry.record.kind === "engine" && entry.record.record.event === "order" ? [entry.record.record.kind] : [],
  );
}

it("is repaired by REST before trading goes on", { timeout: 60_000 }, async () => {
  const { simulator, entries, pass, end } = await rehearse(STRATEGY, [minutesOf("AAPL", 100, 3)]);
  for (let minute = 0; minute < 4; minute++) await pass(MINUTE);
  expect(ordersIn(entries).length).toBeGreaterThan(1);
  const lost = entries.length;
  plan(simulator.faults, "stream_disconnect", "data", Number.POSITIVE_INFINITY);
  for (let minute = 0; minute < 4; minute++) await pass(MINUTE);
  const during = entries.slice(lost);
  expect(instantsIn(during).length).toBeGreaterThan(2);
  expect(new Set(instantsIn(during).map(({ origin }) => origin))).toEqual(new Set(["repair"]));
  expect(ordersIn(during)).toEqual([]);
  expect(modesIn(during).map(({ mode }) => mode)).toContain("paused");
  simulator.faults.planned.length = 0;
  const back = entries.length;
  for (let minute = 0; minute < 4; minute++) await pass(MINUTE);
  expect(instantsIn(entries.slice(back)).some(({ origin }) => origin === "live")).toBe(true);
  expect(modesIn(entries).at(-1)?.mode).toBe("trading");
  expect(ordersIn(entries.slice(back)).length).toBeGreaterThan(1);
  const ends = instantsIn(entries).map((one) => one.end);
  expect(ends).toEqual(ends.map((_, index) => (ends[0] ?? 0) + index * MINUTE));
  await end();
});
