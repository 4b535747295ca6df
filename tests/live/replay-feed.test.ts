/** A replay of stored bars passes the contract of feeds. */

import { MINUTE } from "../../src/market/calendars.ts";
import type { FeedBar } from "../../src/market/feed.ts";
import { replayMarket } from "../../src/run/live/replay.ts";
import { instant } from "../../src/values/quantity.ts";
import { type FeedWorld, feedContract } from "../contracts/feed.ts";
import { minutesOf } from "../support/alpaca-simulator.ts";

feedContract("A replay", async (): Promise<FeedWorld> => {
  const { bars, width, priceDecimals } = minutesOf("AAPL", 100);
  const past = 60;
  const column = (pick: (bar: (typeof bars)[number]) => number): Float64Array => Float64Array.from(bars, pick);
  const ticks = (price: number): number => Math.round(price * 10 ** priceDecimals);
  const chunk = {
    rows: bars.length,
    time: column(({ end }) => end),
    columns: {
      open: column(({ open }) => ticks(open)),
      high: column(({ high }) => ticks(high)),
      low: column(({ low }) => ticks(low)),
      close: column(({ close }) => ticks(close)),
      volume: column(({ volume }) => volume),
    },
  };
  const first = bars[0]!.end;
  const last = bars.at(-1)!.end;
  let allowed = 0;
  let resume = (): void => undefined;
  const { feed } = replayMarket({
    sources: new Map([
      [
        "AAPL",
        {
          info: { symbol: "AAPL", rows: bars.length, width, priceDecimals, from: first, to: last, hash: "" },
          async *chunks() {
            yield chunk;
          },
        },
      ],
    ]),
    from: bars[past]!.end,
    to: last,
    pace: async () => {
      while (allowed === 0) {
        await new Promise<void>((resolve) => {
          resume = resolve;
        });
      }
      allowed--;
    },
  });
  return {
    feed,
    bars: bars.map((bar): FeedBar => ({ symbol: "AAPL", ...bar, start: instant(bar.end - MINUTE) })),
    past,
    advance: async (count) => {
      allowed += count;
      resume();
    },
    wire: null,
    close: async () => undefined,
  };
});
