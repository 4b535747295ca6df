/** What protects and ends a trade (semantics 3.9, 3.14, 3.15), adds and brakes (3.16, 3.17), exits that wait (3.5). All numbers by hand. */
import { describe, expect, it } from "vitest";
import type { NodeId, OrderForm } from "../../src/graph/nodes.ts";
import type { GraphBuilder } from "./graph-builder.ts";
import { bars, closeIs, fromFill, GTC, HOUR, type Says, trade, type World } from "./trading.ts";

const target = (at: NodeId, part: number | null = null, thenStop: NodeId | null = null) => ({ part, at, thenStop });

const bracket: Says = (b) => ({ stop: fromFill(b, -1), targets: [target(fromFill(b, 2))] });

const opened = [
  "0 order 1 buy 100 entry go",
  "1 fill 1 buy 100 @ 10.10",
  "1 order 2 sell 100 stop go at 9.10",
  "1 order 3 sell 100 target go at 12.10",
];

describe("targets (semantics 3.14)", () => {
  it("are placed after the stop at the fill's actual price; their fill cancels the stop, and the stop's fill them", async () => {
    expect(await trade(bracket, [1000, 1010, [1100, 1211, 1050, 1100]])).toEqual([...opened, "2 fill 3 sell 100 @ 12.10", "2 cancel 2"]);
    expect(await trade(bracket, [1000, 1010, [950, 960, 900, 900]])).toEqual([...opened, "2 fill 2 sell 100 @ 9.10", "2 cancel 3"]);
  });

  it("fill at the open where that is at or beyond them; a touch inside the row does not fill", async () => {
    expect((await trade(bracket, [1000, 1010, [1220, 1230, 1200, 1210]]))[4]).toBe("2 fill 3 sell 100 @ 12.20");
    expect(await trade(bracket, [1000, 1010, [1100, 1210, 1050, 1100]])).toEqual([...opened, "2 expire 2", "2 expire 3"]);
  });

  it("come after the stop inside a row", async () => {
    expect((await trade(bracket, [1000, 1010, [1000, 1300, 900, 1100]]))[4]).toBe("2 fill 2 sell 100 @ 9.10");
  });

  it("may fill on the row of an entry filled at the open", async () => {
    expect((await trade(bracket, [1000, [1010, 1211, 1000, 1100]]))[4]).toBe("1 fill 3 sell 100 @ 12.10");
  });

  it("do not fill on the row of an entry filled inside it, but its stop does, at its price", async () => {
    const inside: Says = (b) => ({ ...bracket(b), order: { type: "limit", tif: GTC, limit: b.constant(9.5) } });
    const entered = [
      "0 order 1 buy 100 entry go at 9.50",
      "1 fill 1 buy 100 @ 9.50",
      "1 order 2 sell 100 stop go at 8.50",
      "1 order 3 sell 100 target go at 11.50",
    ];
    expect(await trade(inside, [1000, [1000, 1300, 940, 1250], [1160, 1170, 1100, 1110]])).toEqual([
      ...entered,
      "2 fill 3 sell 100 @ 11.60",
      "2 cancel 2",
    ]);
    expect(await trade(inside, [1000, [1000, 1300, 840, 1250]])).toEqual([...entered, "1 fill 2 sell 100 @ 8.50", "1 cancel 3"]);
  });

  it("of a short trade are mirrored", async () => {
    const short: Says = (b) => ({ side: "short", stop: fromFill(b, 1), targets: [target(fromFill(b, -2))] });
    expect(await trade(short, [1000, 1010, [900, 950, 809, 900]])).toEqual([
      "0 order 1 sell 100 entry go",
      "1 fill 1 sell 100 @ 10.10",
      "1 order 2 buy 100 stop go at 11.10",
      "1 order 3 buy 100 target go at 8.10",
      "2 fill 3 buy 100 @ 8.10",
      "2 cancel 2",
    ]);
  });

  it("share what was filled: parts toward zero, the rest for the one without; the stop covers what is left", async () => {
    const thirds: Says = (b) => ({
      stop: fromFill(b, -1),
      targets: [target(fromFill(b, 1), 1 / 3), target(fromFill(b, 3)), target(fromFill(b, 2), 1 / 3)],
    });
    expect(await trade(thirds, [1000, 1000, [1050, 1250, 1040, 1200], [1000, 1000, 890, 900]])).toEqual([
      "0 order 1 buy 100 entry go",
      "1 fill 1 buy 100 @ 10.00",
      "1 order 2 sell 100 stop go at 9.00",
      "1 order 3 sell 33 target go at 11.00",
      "1 order 4 sell 34 target go at 13.00",
      "1 order 5 sell 33 target go at 12.00",
      "2 fill 3 sell 33 @ 11.00",
      "2 fill 5 sell 33 @ 12.00",
      "3 fill 2 sell 34 @ 9.00",
      "3 cancel 4",
    ]);
  });

  it("of no whole lot are refused, and the trade goes on", async () => {
    const small: Says = (b) => ({
      size: { kind: "shares", amount: b.constant(1), trim: false },
      targets: [target(fromFill(b, 1), 0.5), target(fromFill(b, 2), 0.4)],
    });
    expect(await trade(small, [1000, 1010])).toEqual([
      "0 order 1 buy 1 entry go",
      "1 fill 1 buy 1 @ 10.10",
      "1 order 2 sell 0 target go at 11.10 rejected: quantity",
      "1 order 3 sell 0 target go at 12.10 rejected: quantity",
    ]);
  });

  it("move the stop: inside a row from the next row on, at the open at once, only if that is tighter", async () => {
    const moves =
      (then: number): Says =>
      (b) => ({ stop: fromFill(b, -1), targets: [target(fromFill(b, 1), 0.5, fromFill(b, then))] });
    const before = [
      "0 order 1 buy 100 entry go",
      "1 fill 1 buy 100 @ 10.10",
      "1 order 2 sell 100 stop go at 9.10",
      "1 order 3 sell 50 target go at 11.10",
    ];
    // The row's low is below the new stop, which works from the next row on.
    expect(await trade(moves(0), [1000, 1010, [1020, 1120, 1000, 1100], [1050, 1060, 1005, 1010]])).toEqual([
      ...before,
      "2 fill 3 sell 50 @ 11.10",
      "2 cancel 2",
      "2 order 4 sell 50 stop go at 10.10",
      "3 fill 4 sell 50 @ 10.10",
    ]);
    expect(await trade(moves(0), [1000, 1010, [1110, 1120, 1005, 1100]])).toEqual([
      ...before,
      "2 fill 3 sell 50 @ 11.10",
      "2 cancel 2",
      "2 order 4 sell 50 stop go at 10.10",
      "2 fill 4 sell 50 @ 10.10",
    ]);
    expect(await trade(moves(-1.5), [1000, 1010, [1020, 1120, 1015, 1100]])).toEqual([...before, "2 fill 3 sell 50 @ 11.10", "2 expire 2"]);
  });

  it("place a stop where there is none", async () => {
    const says: Says = (b) => ({ targets: [target(fromFill(b, 1), 0.5, b.fill())] });
    expect((await trade(says, [1000, 1010, [1020, 1120, 1015, 1100]])).slice(3)).toEqual([
      "2 fill 2 sell 50 @ 11.10",
      "2 order 3 sell 50 stop go at 10.10",
      "2 expire 3",
    ]);
  });
});

describe("a trailing stop (semantics 3.15)", () => {
  const trailing: Says = (b) => ({ trail: b.binary("sub", b.peak(), b.constant(1)) });

  it("begins at the fill, follows the highest high from close to close, works from the next row on, and never retreats", async () => {
    const rows = [1000, [1010, 1050, 1005, 1040], [1040, 1045, 1030, 1040], [1040, 1100, 990, 1060], [1020, 1030, 1000, 1010]] as const;
    expect(await trade(trailing, rows)).toEqual([
      "0 order 1 buy 100 entry go",
      "1 fill 1 buy 100 @ 10.10",
      "1 order 2 sell 100 stop go at 9.10",
      "1 cancel 2",
      "1 order 3 sell 100 stop go at 9.50",
      "3 cancel 3",
      "3 order 4 sell 100 stop go at 10.00",
      "4 fill 4 sell 100 @ 10.00",
    ]);
  });

  it("does not count the row at whose close the entry filled", async () => {
    const world = { simulate: { market: "close" } } as const;
    expect(await trade(trailing, [[1000, 1200, 990, 1000], 1010], world)).toEqual([
      "0 order 1 buy 100 entry go",
      "0 fill 1 buy 100 @ 10.00",
      "0 order 2 sell 100 stop go at 9.00",
      "1 cancel 2",
      "1 order 3 sell 100 stop go at 9.10",
      "1 expire 3",
    ]);
  });

  it("of a short trade follows the lowest low", async () => {
    const short: Says = (b) => ({ side: "short", trail: b.binary("add", b.peak(), b.constant(1)) });
    expect((await trade(short, [1000, [1010, 1050, 960, 1000]])).slice(2)).toEqual([
      "1 order 2 buy 100 stop go at 11.10",
      "1 cancel 2",
      "1 order 3 buy 100 stop go at 10.60",
      "1 expire 3",
    ]);
  });

  it("is one order with the stop, at the tighter price, with features of the deciding row", async () => {
    const range = (b: GraphBuilder) => b.binary("sub", b.input("high"), b.input("low"));
    const both: Says = (b) => ({ stop: fromFill(b, -0.5), trail: b.binary("sub", b.peak(), range(b)) });
    expect(await trade(both, [[1000, 1050, 950, 1000], [1010, 1200, 1010, 1100], 1100])).toEqual([
      "0 order 1 buy 100 entry go",
      "1 fill 1 buy 100 @ 10.10",
      "1 order 2 sell 100 stop go at 9.60",
      "1 cancel 2",
      "1 order 3 sell 100 stop go at 11.00",
      "2 fill 3 sell 100 @ 11.00",
    ]);
  });

  it("gives `risk` its distance, and stands still when an exit is on its way", async () => {
    const risky: Says = (b) => ({ ...trailing(b), size: { kind: "risk", amount: b.constant(50), trim: false } });
    const world: World = { exits: (b) => [{ when: closeIs(b, 11) }] };
    expect(await trade(risky, [1000, 1000, 1100, 1100], world)).toEqual([
      "0 order 1 buy 50 entry go",
      "1 fill 1 buy 50 @ 10.00",
      "1 order 2 sell 50 stop go at 9.00",
      "2 cancel 2",
      "2 order 3 sell 50 exit leave0",
      "3 fill 3 sell 50 @ 11.00",
    ]);
  });
});

describe("adds (semantics 3.16)", () => {
  const growing: Says = (b) => ({
    stop: fromFill(b, -1),
    targets: [target(fromFill(b, 5), 0.5), target(fromFill(b, 6))],
    add: { upTo: b.constant(1), when: b.binary("le", b.binary("add", b.lastFill(), b.constant(1)), b.input("close")) },
  });

  it("enter once more, move the stop for all that is held, grow the target of the rest, and are counted", async () => {
    expect(await trade(growing, [1000, 1010, 1109, 1110, 1120, 1300])).toEqual([
      "0 order 1 buy 100 entry go",
      "1 fill 1 buy 100 @ 10.10",
      "1 order 2 sell 100 stop go at 9.10",
      "1 order 3 sell 50 target go at 15.10",
      "1 order 4 sell 50 target go at 16.10",
      "3 order 5 buy 100 add go",
      "4 fill 5 buy 100 @ 11.20",
      "4 cancel 2",
      "4 order 6 sell 200 stop go at 10.20",
      "4 cancel 4",
      "4 order 7 sell 150 target go at 16.10",
      "5 expire 3",
      "5 expire 6",
      "5 expire 7",
    ]);
  });

  it("that works when the trade ends is cancelled; one that lapses may come again", async () => {
    const limited: Says = (b) => ({
      ...growing(b),
      targets: [],
      order: { type: "limit", tif: bars(1), limit: b.binary("sub", b.input("close"), b.constant(0.5)) },
    });
    expect(await trade(limited, [1000, 900, 1100, 1100, [1100, 1100, 840, 900]])).toEqual([
      "0 order 1 buy 100 entry go at 9.50",
      "1 fill 1 buy 100 @ 9.00",
      "1 order 2 sell 100 stop go at 8.00",
      "2 order 3 buy 100 add go at 10.50",
      "3 expire 3",
      "3 order 4 buy 100 add go at 10.50",
      "4 fill 4 buy 100 @ 10.50",
      "4 cancel 2",
      "4 order 5 sell 200 stop go at 9.50",
      "4 fill 5 sell 200 @ 9.50",
    ]);
    expect(await trade(limited, [1000, 900, 1100, [790, 800, 790, 800]])).toEqual([
      "0 order 1 buy 100 entry go at 9.50",
      "1 fill 1 buy 100 @ 9.00",
      "1 order 2 sell 100 stop go at 8.00",
      "2 order 3 buy 100 add go at 10.50",
      "3 fill 2 sell 100 @ 7.90",
      "3 cancel 3",
    ]);
  });

  it("refused are asked again only after their condition was false", async () => {
    const risk = [{ measure: "position_value", limit: { kind: "constant", value: "1500" }, monitor: null }] as const;
    const rows = [1000, 1010, 1110, 1120, 1100, 1110, 1110];
    const orders = (await trade(growing, rows, { parts: { risk } })).filter((line) => line.includes("add"));
    expect(orders).toEqual(["2 order 5 buy 100 add go rejected: position_value", "5 order 6 buy 100 add go rejected: position_value"]);
  });

  it("read what was at the first decision", async () => {
    const says: Says = (b) => ({
      add: { upTo: b.constant(2), when: b.binary("lt", b.binary("add", b.atEntry(b.input("close")), b.constant(1)), b.input("close")) },
    });
    expect((await trade(says, [1000, 1100, 1101, 1102, 1103])).filter((line) => line.includes("add"))).toEqual([
      "2 order 2 buy 100 add go",
      "3 order 3 buy 100 add go",
    ]);
  });
});

describe("brakes (semantics 3.17)", () => {
  const often =
    (perSession: number | null, cooldown: number | null): Says =>
    (b) => ({
      when: b.constant(true),
      brakes: {
        perSession: perSession === null ? null : b.constant(perSession),
        cooldown: cooldown === null ? null : b.constant(cooldown),
      },
    });
  const leaving: World = { width: 6 * HOUR, exits: (b) => [{ when: b.binary("le", b.constant(0), b.input("close")) }] };
  const entries = async (says: Says, count: number) =>
    (
      await trade(
        says,
        Array.from({ length: count }, (_, row) => 1000 + row),
        leaving,
      )
    )
      .filter((line) => line.includes("entry"))
      .map((line) => Number(line.split(" ")[0]));

  it("let a session have so many entries", async () => {
    expect(await entries(often(null, null), 9)).toEqual([0, 2, 4, 6, 8]);
    expect(await entries(often(1, null), 9)).toEqual([0, 4, 8]);
    expect(await entries(often(2, null), 9)).toEqual([0, 2, 4, 6, 8]);
  });

  it("keep away for some rows after the end of a trade, its row the first", async () => {
    expect(await entries(often(null, 1), 9)).toEqual([0, 3, 6]);
    expect(await entries(often(null, 2), 9)).toEqual([0, 4, 8]);
    expect(await entries(often(null, 3), 11)).toEqual([0, 5, 10]);
  });
});

describe("exits that may wait (semantics 3.5)", () => {
  const sellLimit =
    (price: number, tif: OrderForm["tif"] = GTC) =>
    (b: GraphBuilder): OrderForm => ({ type: "limit", tif, limit: b.constant(price) });
  const leaves = (order: (b: GraphBuilder) => OrderForm): World => ({
    exits: (b) => [{ when: closeIs(b, 11), order: order(b) }, { when: closeIs(b, 10.5) }],
  });

  it("leave stop and targets until they fill, which cancels them", async () => {
    expect(await trade(bracket, [1000, 1010, 1100, [1110, 1160, 1100, 1150]], leaves(sellLimit(11.5)))).toEqual([
      ...opened,
      "2 order 4 sell 100 exit leave0 at 11.50",
      "3 fill 4 sell 100 @ 11.50",
      "3 cancel 2",
      "3 cancel 3",
    ]);
  });

  it("are cancelled by the stop, and follow what a target leaves", async () => {
    expect((await trade(bracket, [1000, 1010, 1100, [1000, 1000, 900, 950]], leaves(sellLimit(11.5)))).slice(4)).toEqual([
      "2 order 4 sell 100 exit leave0 at 11.50",
      "3 fill 2 sell 100 @ 9.10",
      "3 cancel 3",
      "3 cancel 4",
    ]);
    const half: Says = (b) => ({ stop: fromFill(b, -1), targets: [target(fromFill(b, 1.2), 0.5)] });
    expect(
      (await trade(half, [1000, 1010, 1100, [1110, 1140, 1100, 1120], [1160, 1160, 1150, 1150]], leaves(sellLimit(11.5)))).slice(4),
    ).toEqual(["2 order 4 sell 100 exit leave0 at 11.50", "3 fill 3 sell 50 @ 11.30", "4 fill 4 sell 50 @ 11.60", "4 cancel 2"]);
  });

  it("give way to an exit that does not wait; one that ends leaves the trade open", async () => {
    expect((await trade(bracket, [1000, 1010, 1100, 1050, 1040], leaves(sellLimit(11.5)))).slice(4)).toEqual([
      "2 order 4 sell 100 exit leave0 at 11.50",
      "3 cancel 2",
      "3 cancel 3",
      "3 cancel 4",
      "3 order 5 sell 100 exit leave1",
      "4 fill 5 sell 100 @ 10.40",
    ]);
    expect((await trade(bracket, [1000, 1010, 1100, 1100, 1120], leaves(sellLimit(11.5, bars(1))))).slice(4)).toEqual([
      "2 order 4 sell 100 exit leave0 at 11.50",
      "3 expire 4",
      "3 order 5 sell 100 exit leave0 at 11.50",
      "4 expire 5",
      "4 expire 2",
      "4 expire 3",
    ]);
  });

  it("give way to a flatten", async () => {
    const world: World = { ...leaves(sellLimit(11.5)), flatten: (b) => closeIs(b, 10.7) };
    expect((await trade(bracket, [1000, 1010, 1100, 1070, 1070], world)).slice(4)).toEqual([
      "2 order 4 sell 100 exit leave0 at 11.50",
      "3 cancel 2",
      "3 cancel 3",
      "3 cancel 4",
      "3 order 5 sell 100 flatten session",
      "4 fill 5 sell 100 @ 10.70",
    ]);
  });

  it("by a stop are rounded toward the market", async () => {
    const world = leaves((b) => ({ type: "stop", tif: GTC, stop: b.constant(10.491) }));
    expect((await trade(bracket, [1000, 1010, 1100, [1060, 1060, 1050, 1055]], world)).slice(4, 6)).toEqual([
      "2 order 4 sell 100 exit leave0 at 10.50",
      "3 fill 4 sell 100 @ 10.50",
    ]);
  });
});
