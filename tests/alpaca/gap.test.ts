/** A data stream that is lost for minutes: nothing is opened meanwhile, the bars that were missed are read from history, and then the run trades on. */
import { expect, it } from "vitest";
import { MINUTE } from "../../src/market/calendars.ts";
import { minutesOf } from "../support/alpaca-simulator.ts";
import { modesIn, rehearse } from "./rehearsal.ts";

const STRATEGY = `strategy gap
trade [AAPL]
clock bar = 1m
risk { order_value <= 100_000usd   day_loss <= 50_000usd   feed_age <= 90s else no_entries until recovered }
rule go { when close > close[1] or close <= close[1]  enter long { size 20shares } }
rule leave { when close > close[1] or close <= close[1]  exit go }
`;

it("is repaired by REST before trading goes on", { timeout: 60_000 }, async () => {
  const { simulator, entries, pass, end } = await rehearse(STRATEGY, [minutesOf("AAPL", 100, 3)]);
  for (let minute = 0; minute < 4; minute++) await pass(MINUTE);
  const before = entries.length;
  const { prints } = simulator.world.listeners;
  const connected = [...prints];
  prints.clear();
  for (let minute = 0; minute < 3; minute++) await pass(MINUTE);
  for (const listener of connected) prints.add(listener);
  expect(modesIn(entries.slice(before))).toEqual([]);
  await end();
});
