/** Orders against quotes and trades, fill by fill (semantics 12.6, 12.7). */
import { describe, expect, it } from "vitest";
import { eventSource } from "../../src/adapters/files/events.ts";
import { interpretedLanes } from "../../src/backends/interpreter/kernel.ts";
import { compile } from "../../src/compile.ts";
import type { EventTable, NormalEvents } from "../../src/data/events/normal.ts";
import { EVENT_WIDTH, type EventKind } from "../../src/market/bars.ts";
import { backtest } from "../../src/run/backtest.ts";
import type { RunRecord } from "../../src/run/outcome.ts";

const SECOND = 1_000_000;
const START = Date.UTC(2024, 0, 2, 12) * 1_000;

/** Bid and ask in cents, one quote a second. */
function quotes(rows: readonly (readonly [bid: number, ask: number])[]): NormalEvents {
  const column = (of: (row: readonly [number, number], index: number) => number): Float64Array => Float64Array.from(rows, of);
  const one = column(() => 1);
  const table = {
    time: column((_, index) => START + index * SECOND + 1),
    bid: column(([bid]) => bid),
    bid_size: one,
    ask: column(([, ask]) => ask),
    ask_size: one,
  };
  return eventsOf("quotes", table);
}

function trades(prices: readonly number[]): NormalEvents {
  const column = (of: (price: number, index: number) => number): Float64Array => Float64Array.from(prices, of);
  return eventsOf("trades", {
    time: column((_, index) => START + index * SECOND + 1),
    price: column((price) => price),
    size: column(() => 1),
    flags: column(() => 0),
  });
}

function eventsOf(kind: EventKind, table: EventTable): NormalEvents {
  return { kind, rows: table.time.length, table, priceDecimals: 2, notes: [], repairs: [] };
}

const HEAD = (kind: EventKind): string => `
strategy test
calendar always
trade [X]
clock tick = ${kind}
risk { order_value <= 60_000usd  day_loss <= 50_000usd }
`;

/** What happened, each as a line: "1 fill buy 100 @ 10.02". */
async function told(events: NormalEvents, rules: string): Promise<readonly string[]> {
  const compiled = compile(`${HEAD(events.kind)}${rules}`, { name: "test.strat", readModule: () => undefined });
  if (compiled.value === undefined) throw new Error(compiled.diagnostics.map(({ message }) => message).join("; "));
  const { time } = events.table;
  const info = {
    symbol: "X",
    rows: events.rows,
    events: events.kind,
    width: EVENT_WIDTH,
    priceDecimals: 2,
    from: time[0] ?? 0,
    to: time.at(-1) ?? 0,
    hash: "",
  };
  const result = await backtest({
    graph: compiled.value,
    parameters: compiled.value.parameters.map(({ default: value }) => value),
    backend: interpretedLanes,
    sources: [eventSource(info, events)],
    cash: "100000",
    capacity: 3,
  });
  if (!result.ok) throw new Error(result.failure.message);
  return result.outcome.records.flatMap(line);
}

function line(record: RunRecord): readonly string[] {
  switch (record.event) {
    case "order":
      return [
        `${record.row} ${record.status === "approved" ? "order" : "refused"} ${record.side} ${record.quantity}${record.price === null ? "" : ` at ${record.price}`}`,
      ];
    case "fill":
      return [`${record.row} fill ${record.side} ${record.quantity} @ ${record.price}`];
    case "cancel":
    case "expire":
      return [`${record.row} ${record.event} ${record.order}`];
    default:
      return [];
  }
}

describe("quotes", () => {
  it("fill market orders from the next event on: buys at the ask, sells at the bid", async () => {
    const rows = await told(
      quotes([
        [999, 1001],
        [1000, 1003],
        [1001, 1002],
        [1000, 1004],
      ]),
      "rule go { when bid == 9.99usd / 1share  enter long { size 10shares } }\nrule leave { when bid == 10.01usd / 1share  exit go }",
    );
    expect(rows).toEqual(["0 order buy 10", "1 fill buy 10 @ 10.03", "2 order sell 10", "3 fill sell 10 @ 10.00"]);
  });

  it("fill a limit on arrival at the event's price, and one that waits at its own", async () => {
    const rule = (limit: string): string =>
      `rule go { when bid == 9.99usd / 1share  enter long { size 10shares  order limit at ${limit} tif gtc } }`;
    const market = quotes([
      [999, 1001],
      [1000, 1002],
      [998, 1000],
      [990, 992],
    ]);
    expect(await told(market, rule("10.05usd / 1share"))).toEqual(["0 order buy 10 at 10.05", "1 fill buy 10 @ 10.02"]);
    expect(await told(market, rule("10usd / 1share"))).toEqual(["0 order buy 10 at 10.00", "2 fill buy 10 @ 10.00"]);
    expect(await told(market, rule("9.95usd / 1share"))).toEqual(["0 order buy 10 at 9.95", "3 fill buy 10 @ 9.95"]);
  });

  it("trigger a stop with the side that it would sell to", async () => {
    const rows = await told(
      quotes([
        [999, 1001],
        [1000, 1002],
        [999, 1010],
        [995, 1010],
      ]),
      "rule go { when bid == 9.99usd / 1share and ask < 10.05usd / 1share  enter long { size 10shares  stop at 9.96usd / 1share } }",
    );
    expect(rows).toEqual(["0 order buy 10", "1 fill buy 10 @ 10.02", "1 order sell 10 at 9.96", "3 fill sell 10 @ 9.95"]);
  });
});

describe("trades", () => {
  it("go through a limit that waits, and do not fill it by touching it", async () => {
    const rows = await told(
      trades([1000, 1001, 990, 989]),
      "rule go { when price == 10usd / 1share  enter long { size 10shares  order limit at 9.90usd / 1share tif gtc } }",
    );
    expect(rows).toEqual(["0 order buy 10 at 9.90", "3 fill buy 10 @ 9.90"]);
  });
});

describe("quote", () => {
  it("is asked after a fill at the close, which its rule has not seen yet", async () => {
    const rules = `risk { drawdown <= 0.0005% else flatten until manual }
rule bid { when position < 5shares  quote buy { at price + 0.05usd / 1share  size 10shares } }
simulate { market: close }`;
    expect(await told(trades([1000, 1000, 1000, 990, 990, 990]), rules)).toEqual([
      "0 order buy 10 at 10.05",
      "1 fill buy 10 @ 10.00",
      "3 order sell 10",
      "3 fill sell 10 @ 9.90",
      "4 refused buy 10 at 9.95",
    ]);
  });

  const BID = "rule bid { quote buy { at bid  size 10shares  post_only";

  it("follows its price, not faster than it may", async () => {
    const market = quotes([
      [999, 1001],
      [1000, 1002],
      [1001, 1003],
      [1001, 1003],
      [1001, 1003],
    ]);
    expect(await told(market, `${BID} } }`)).toEqual([
      ...["0 order buy 10 at 9.99", "1 cancel 1", "1 order buy 10 at 10.00", "2 cancel 2", "2 order buy 10 at 10.01", "4 expire 3"],
    ]);
    expect(await told(market, `${BID} replace after 3s } }`)).toEqual([
      "0 order buy 10 at 9.99",
      "3 cancel 1",
      "3 order buy 10 at 10.01",
      "4 expire 2",
    ]);
  });

  it("is withdrawn while `when` does not hold, and never takes where it may only wait", async () => {
    const market = quotes([
      [999, 1001],
      [1000, 1002],
      [980, 985],
      [980, 985],
      [985, 990],
    ]);
    expect(await told(market, `rule bid { when bid > 9.85usd / 1share  quote buy { at bid  size 10shares  post_only } }`)).toEqual([
      ...["0 order buy 10 at 9.99", "1 cancel 1", "1 order buy 10 at 10.00", "2 expire 2"],
    ]);
  });

  it("that fills stands again, and what would open unexamined is cancelled", async () => {
    const market = quotes([
      [999, 1001],
      [995, 999],
      [995, 999],
      [1001, 1003],
      [1001, 1003],
    ]);
    const rows = await told(
      market,
      "rule bid { when position <= 0shares  quote buy { at bid  size 10shares } }\nrule offer { when position > 0shares  quote sell { at 10usd / 1share  size 10shares } }",
    );
    expect(rows).toEqual([
      "0 order buy 10 at 9.99",
      "1 fill buy 10 @ 9.99",
      "1 order sell 10 at 10.00",
      "3 fill sell 10 @ 10.00",
      "3 order buy 10 at 10.01",
      "4 expire 3",
    ]);
  });

  it("that the gate refuses is not proposed again before it is another", async () => {
    const market = quotes([
      [999, 1001],
      [999, 1001],
      [1000, 1002],
      [1000, 1002],
    ]);
    expect(await told(market, "rule bid { quote buy { at bid  size 9_000shares } }")).toEqual([
      "0 refused buy 9000 at 9.99",
      "2 refused buy 9000 at 10.00",
    ]);
  });
});
