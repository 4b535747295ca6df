/** Orders and their time in force (semantics 3.13, 5.1), their prices (6.2) and what the gate reckons with (4.1, 4.2). All numbers by hand. */
import { describe, expect, it } from "vitest";
import type { OrderForm, TimeInForce } from "../../src/graph/nodes.ts";
import type { GraphBuilder } from "./graph-builder.ts";
import { bars, DAY, fromFill, GTC, HOUR, type Says, trade, type World } from "./trading.ts";

type Make = (b: GraphBuilder) => OrderForm;

const limit =
  (price: number, tif: TimeInForce = GTC): Make =>
  (b) => ({ type: "limit", tif, limit: b.constant(price) });
const stop =
  (price: number, tif: TimeInForce = GTC): Make =>
  (b) => ({ type: "stop", tif, stop: b.constant(price) });
const stopLimit =
  (at: number, bound: number, tif: TimeInForce = GTC): Make =>
  (b) => ({ type: "stop_limit", tif, stop: b.constant(at), limit: b.constant(bound) });

const long =
  (order: Make): Says =>
  (b) => ({ order: order(b) });
const short =
  (order: Make): Says =>
  (b) => ({ order: order(b), side: "short" });

async function fills(says: Says, rows: Parameters<typeof trade>[1], world: World = {}) {
  return (await trade(says, rows, world)).filter((line) => line.includes("fill"));
}

describe("a limit order (semantics 5.1)", () => {
  it("buys at its limit when the row trades below it, not when it touches it", async () => {
    expect(await trade(long(limit(9.5)), [1000, [980, 990, 950, 980], [970, 980, 949, 960]])).toEqual([
      "0 order 1 buy 100 entry go at 9.50",
      "2 fill 1 buy 100 @ 9.50",
    ]);
  });

  it("buys at the open where that is at or below it", async () => {
    expect(await fills(long(limit(9.5)), [1000, [950, 990, 950, 980]])).toEqual(["1 fill 1 buy 100 @ 9.50"]);
    expect(await fills(long(limit(9.5)), [1000, [930, 990, 900, 980]])).toEqual(["1 fill 1 buy 100 @ 9.30"]);
  });

  it("sells mirrored", async () => {
    expect(await fills(short(limit(10.5)), [1000, [1020, 1050, 1010, 1020], [1020, 1051, 1010, 1020]])).toEqual([
      "2 fill 1 sell 100 @ 10.50",
    ]);
    expect(await fills(short(limit(10.5)), [1000, [1060, 1070, 1050, 1050]])).toEqual(["1 fill 1 sell 100 @ 10.60"]);
  });

  it("has no slippage", async () => {
    const world = { simulate: { slippage: "0.01" } };
    expect(await fills(long(limit(9.5)), [1000, [980, 990, 900, 980]], world)).toEqual(["1 fill 1 buy 100 @ 9.50"]);
    expect(await fills(long(limit(9.5)), [1000, [940, 990, 900, 980]], world)).toEqual(["1 fill 1 buy 100 @ 9.40"]);
  });

  it("is rounded in its own favour (semantics 6.2)", async () => {
    expect((await trade(long(limit(9.509)), [1000]))[0]).toBe("0 order 1 buy 100 entry go at 9.50");
    expect((await trade(short(limit(10.501)), [1000]))[0]).toBe("0 order 1 sell 100 entry go at 10.51");
  });
});

describe("a stop order that enters", () => {
  it("buys at its stop when the row reaches it, at the open where that is beyond", async () => {
    expect(await fills(long(stop(10.5)), [1000, [1010, 1049, 1000, 1020], [1020, 1050, 1010, 1040]])).toEqual(["2 fill 1 buy 100 @ 10.50"]);
    expect(await fills(long(stop(10.5)), [1000, [1060, 1080, 1050, 1070]])).toEqual(["1 fill 1 buy 100 @ 10.60"]);
  });

  it("sells mirrored, with slippage", async () => {
    const world = { simulate: { slippage: "0.01" } };
    expect(await fills(short(stop(9.5)), [1000, [980, 990, 950, 960]], world)).toEqual(["1 fill 1 sell 100 @ 9.40"]);
  });

  it("is never earlier than asked", async () => {
    expect((await trade(long(stop(10.501)), [1000]))[0]).toBe("0 order 1 buy 100 entry go at 10.51");
    expect((await trade(short(stop(9.509)), [1000]))[0]).toBe("0 order 1 sell 100 entry go at 9.50");
  });
});

describe("a stop_limit", () => {
  it("fills where it triggers if that is within its limit, without slippage", async () => {
    const world = { simulate: { slippage: "0.01" } };
    expect(await fills(long(stopLimit(10.2, 10.3)), [1000, [1010, 1050, 1000, 1040]], world)).toEqual(["1 fill 1 buy 100 @ 10.20"]);
    expect(await fills(long(stopLimit(10.2, 10.3)), [1000, [1030, 1050, 1000, 1040]], world)).toEqual(["1 fill 1 buy 100 @ 10.30"]);
    expect(await fills(short(stopLimit(9.8, 9.7)), [1000, [990, 990, 960, 965]], world)).toEqual(["1 fill 1 sell 100 @ 9.80"]);
  });

  it("triggered beyond its limit is a limit order from the next row on", async () => {
    const rows = [1000, [1040, 1060, 1000, 1050], [1050, 1060, 1030, 1040], [1050, 1060, 1029, 1040]] as const;
    expect(await fills(long(stopLimit(10.2, 10.3)), rows)).toEqual(["3 fill 1 buy 100 @ 10.30"]);
    expect(await fills(long(stopLimit(10.2, 10.1)), [1000, [1010, 1030, 1000, 1020], [1005, 1020, 1000, 1010]])).toEqual([
      "2 fill 1 buy 100 @ 10.05",
    ]);
  });

  it("shows both prices in its record", async () => {
    expect((await trade(long(stopLimit(10.2, 10.3)), [1000]))[0]).toBe("0 order 1 buy 100 entry go at 10.20 limit 10.30");
  });
});

describe("time in force (semantics 3.13)", () => {
  it("day: until the session of the next row is over, then the entry may come again at once", async () => {
    const hourly = { width: 6 * HOUR };
    // Sessions of four bars; decided on the second bar, over with the first bar of the next session.
    const rows = [1100, 1000, 1100, 1100, 1000, 1100];
    expect(await trade(long(limit(9.9, DAY)), rows, hourly)).toEqual([
      "1 order 1 buy 100 entry go at 9.90",
      "4 expire 1",
      "4 order 2 buy 100 entry go at 9.90",
      "5 expire 2",
    ]);
    // Decided on the last bar of a session it belongs to the next one.
    expect(await trade(long(limit(9.9, DAY)), [1100, 1100, 1100, 1000, 1100, 1100, 1100, [1100, 1100, 900, 1100]], hourly)).toEqual([
      "3 order 1 buy 100 entry go at 9.90",
      "7 fill 1 buy 100 @ 9.90",
    ]);
  });

  it("a day order may not fill at the open on which it expires", async () => {
    expect(await trade(long(limit(9.9, DAY)), [1000, 1100, 900, 1100])).toEqual(["0 order 1 buy 100 entry go at 9.90", "2 expire 1"]);
  });

  it("gtc: until it is cancelled, or the data ends", async () => {
    expect(await trade(long(limit(9.9)), [1000, 1100, 1100, 1100])).toEqual(["0 order 1 buy 100 entry go at 9.90", "3 expire 1"]);
  });

  it.each(["ioc", "fok"] as const)("%s: at the next open alone", async (kind) => {
    expect(await trade(long(limit(9.9, { kind })), [1000, [1000, 1000, 900, 950]])).toEqual([
      "0 order 1 buy 100 entry go at 9.90",
      "1 expire 1",
    ]);
    expect(await fills(long(limit(9.9, { kind })), [1000, [980, 1000, 900, 950]])).toEqual(["1 fill 1 buy 100 @ 9.80"]);
  });

  it("opg: at the open of the next session's first bar", async () => {
    const world = { width: 6 * HOUR };
    const market: Make = () => ({ type: "market", tif: { kind: "opg" } });
    expect(await fills(long(market), [1000, 1100, 1110, 1120, [1130, 1140, 1100, 1120], 1100], world)).toEqual([
      "4 fill 1 buy 100 @ 11.30",
    ]);
    expect(await trade(long(limit(9.9, { kind: "opg" })), [1100, 1100, 1100, 1000, [1000, 1000, 900, 1100]], world)).toEqual([
      "3 order 1 buy 100 entry go at 9.90",
      "4 expire 1",
    ]);
  });

  it("cls: at the close of the row that ends its session, before that row's decisions", async () => {
    const world = { width: 6 * HOUR };
    const market: Make = () => ({ type: "market", tif: { kind: "cls" } });
    const slipping = { ...world, simulate: { slippage: "0.01" } };
    expect(await fills(long(market), [1000, 1100, 1110, [1120, 1130, 1100, 1200], 1300], slipping)).toEqual(["3 fill 1 buy 100 @ 12.12"]);
    expect(
      await fills(long(limit(12, { kind: "cls" })), [1000, 1100, 1110, [1120, 1130, 1100, 1200], 1300], {
        ...slipping,
        parts: { collar: "1" },
      }),
    ).toEqual(["3 fill 1 buy 100 @ 12.00"]);
    // Decided on the closing row it is for the next session's close; there it may leave room for the next entry at once.
    expect(await trade(long(limit(9, { kind: "cls" })), [1100, 1100, 1100, 1000, 800, 800, 800, 1000], world)).toEqual([
      "3 order 1 buy 100 entry go at 9.00",
      "7 expire 1",
      "7 order 2 buy 100 entry go at 9.00",
      "7 expire 2",
    ]);
  });

  it("bars: on so many rows", async () => {
    expect(await trade(long(limit(9.9, bars(2))), [1000, 1100, 1000, 1100])).toEqual([
      "0 order 1 buy 100 entry go at 9.90",
      "2 expire 1",
      "2 order 2 buy 100 entry go at 9.90",
      "3 expire 2",
    ]);
    expect(await fills(long(limit(9.9, bars(2))), [1000, 1100, [1000, 1100, 980, 1000]])).toEqual(["2 fill 1 buy 100 @ 9.90"]);
  });

  it("does not make a market order wait, and with `market: close` it fills at once", async () => {
    for (const tif of [DAY, GTC, bars(3), { kind: "ioc" } as const]) {
      expect(
        await fills(
          long(() => ({ type: "market", tif })),
          [1000, 1100, 1100],
        ),
      ).toEqual(["1 fill 1 buy 100 @ 11.00"]);
      expect(
        await fills(
          long(() => ({ type: "market", tif })),
          [1000, 1100],
          { simulate: { market: "close" } },
        ),
      ).toEqual(["0 fill 1 buy 100 @ 10.00"]);
    }
    const waits: Make = () => ({ type: "market", tif: { kind: "opg" } });
    expect(await fills(long(waits), [1000, 1100], { simulate: { market: "close" } })).toEqual(["1 fill 1 buy 100 @ 11.00"]);
  });
});

describe("while an entry works (semantics 3.3, 3.5)", () => {
  it("its condition is not asked again, and an exit takes it back; that row has no entry", async () => {
    const world: World = { exits: (b) => [{ when: b.binary("le", b.input("close"), b.constant(10)) }] };
    expect(await trade(long(limit(9)), [1000, 1100, 1000, 1000], world)).toEqual([
      "0 order 1 buy 100 entry go at 9.00",
      "2 cancel 1",
      "3 order 2 buy 100 entry go at 9.00",
      "3 expire 2",
    ]);
  });
});

describe("the gate's prices (semantics 3.8, 4.1, 4.2)", () => {
  const sized =
    (order: Make, side: "long" | "short", value: number): Says =>
    (b) => ({ order: order(b), side, size: { kind: "value", amount: b.constant(value), trim: false } });
  const capped = (value: string): World => ({
    parts: { risk: [{ measure: "order_value", limit: { kind: "constant", value }, monitor: null }] },
  });

  it("sizes are at the limit, the stop, the limit of a stop_limit", async () => {
    expect((await trade(sized(limit(9.5), "long", 1000), [1000]))[0]).toContain("buy 105 ");
    expect((await trade(sized(stop(10.5), "long", 1000), [1000]))[0]).toContain("buy 95 ");
    expect((await trade(sized(stopLimit(10.2, 10.4), "long", 1000), [1000]))[0]).toContain("buy 96 ");
  });

  it("a buy with a limit is worth that, any other order its price and the collar", async () => {
    const verdict = async (says: Says, value: string) => (await trade(says, [1000], capped(value)))[0]!.includes("order_value") === false;
    for (const [says, worst] of [
      [long(limit(9.5)), "950.00"],
      [long(stopLimit(10.2, 10.4)), "1040.00"],
      [long(stop(10.5)), "1103.00"],
      [short(limit(10.5)), "1103.00"],
      [short(stop(9.5)), "1050.00"],
    ] as const) {
      expect(await verdict(says, worst)).toBe(true);
      expect(await verdict(says, (Number(worst) - 0.01).toFixed(2))).toBe(false);
    }
  });

  it("a limit beyond the collar is refused", async () => {
    expect((await trade(long(limit(10.51)), [1000]))[0]).toBe("0 order 1 buy 100 entry go at 10.51 rejected: collar");
    expect((await trade(long(limit(10.5)), [1000]))[0]).toBe("0 order 1 buy 100 entry go at 10.50");
  });

  it("a stop of the trade is judged at the reference", async () => {
    const below: Says = (b) => ({ ...long(limit(9))(b), stop: b.constant(9.2) });
    expect((await trade(below, [1000]))[0]).toBe("0 order 1 buy 100 entry go at 9.00 rejected: stop_side");
    const target: Says = (b) => ({ ...long(stop(11))(b), targets: [{ part: null, at: b.constant(10.9), thenStop: null }] });
    expect((await trade(target, [1000]))[0]).toBe("0 order 1 buy 100 entry go at 11.00 rejected: target_side");
    const relative: Says = (b) => ({ ...long(limit(9))(b), stop: fromFill(b, -1) });
    expect((await trade(relative, [1000]))[0]).toBe("0 order 1 buy 100 entry go at 9.00");
  });
});

describe("an order for a time (semantics 3.13)", () => {
  const seconds = (count: number): TimeInForce => ({ kind: "microseconds", count: count * 1_000_000 });
  const rows = [1000, [1000, 1010, 990, 1000], [1000, 1010, 940, 950]] as const;

  it("works on rows that end within it, and at the open of the row that it ends in", async () => {
    expect(await trade(long(limit(9.5, seconds(7_200))), rows, { width: HOUR })).toEqual([
      "0 order 1 buy 100 entry go at 9.50",
      "2 fill 1 buy 100 @ 9.50",
    ]);
    expect(await trade(long(limit(9.5, seconds(7_199))), rows, { width: HOUR })).toEqual([
      "0 order 1 buy 100 entry go at 9.50",
      "2 expire 1",
    ]);
    expect(await trade(long(limit(9.5, seconds(3_600))), [1000, 1000, [940, 950, 930, 940]], { width: HOUR })).toEqual([
      "0 order 1 buy 100 entry go at 9.50",
      "2 fill 1 buy 100 @ 9.40",
    ]);
  });

  it("meets the open of the first row that ends later, and no more", async () => {
    expect(await trade(long(limit(9.5, seconds(3_599))), [1000, [1000, 1010, 940, 990], 940], { width: HOUR })).toEqual([
      "0 order 1 buy 100 entry go at 9.50",
      "1 expire 1",
    ]);
    expect(
      await trade(
        long(() => ({ type: "market", tif: seconds(1) })),
        [1000, 1010],
        { width: HOUR },
      ),
    ).toEqual(["0 order 1 buy 100 entry go", "1 fill 1 buy 100 @ 10.10"]);
  });
});

describe("simulate { limit: touch }", () => {
  it("fills a limit that the row only touches, and one that it opens beyond at the open", async () => {
    const world: World = { simulate: { limit: "touch" } };
    expect(await fills(long(limit(9.5)), [1000, [980, 990, 951, 980], [970, 980, 950, 960]], world)).toEqual(["2 fill 1 buy 100 @ 9.50"]);
    expect(await fills(short(limit(10.5)), [1000, [1020, 1050, 1010, 1020]], world)).toEqual(["1 fill 1 sell 100 @ 10.50"]);
  });
});
