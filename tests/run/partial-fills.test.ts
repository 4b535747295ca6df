/** Fills of a part of an order under a cap on volume (semantics 3.19, 5.5). All numbers by hand: the cap is 10 % of the row's volume, rows are hours of one day. */
import { describe, expect, it } from "vitest";
import { compile } from "../../src/compile.ts";
import type { NodeId, TimeInForce } from "../../src/graph/nodes.ts";
import { readModule } from "../check/support.ts";
import { graphBuilder } from "./graph-builder.ts";
import { failureIn, flat, lines, simulate } from "./simulate.ts";
import { bars, closeIs, DAY, fromFill, GTC, HOUR, type Says, trade, type World } from "./trading.ts";

const DAILY = `strategy test
trade [TEST]
calendar always
clock hour = 1h
clock day = 1d of hour
risk { order_value <= 1_000_000usd  day_loss <= 1_000_000usd }
rule go on day { when volume > 0shares  enter long { size 100shares } }
simulate { market: close  volume_cap: 10% }`;

const target = (at: NodeId, part: number | null = null, thenStop: NodeId | null = null) => ({ part, at, thenStop });
const capped = (volumes: readonly number[], world: World = {}): World => ({ width: HOUR, volumes, ...world });
const entering =
  (tif: TimeInForce): Says =>
  () => ({ order: { type: "market", tif } });

async function follows(says: Says, rows: Parameters<typeof trade>[1], world: World): Promise<readonly string[]> {
  return (await trade(says, rows, world)).slice(1);
}

describe("an order under a cap (semantics 5.5)", () => {
  it("at the market goes on at the opens of its day", async () => {
    expect(await trade(() => ({}), [1000, 1010, 1020, 1030, 1040], capped([0, 300, 400, 250, 900]))).toEqual([
      "0 order 1 buy 100 entry go",
      "1 fill 1 buy 30 @ 10.10",
      "2 fill 1 buy 40 @ 10.20",
      "3 fill 1 buy 25 @ 10.30",
      "4 fill 1 buy 5 @ 10.40",
    ]);
  });

  it("ends with its time, and the trade keeps what has filled", async () => {
    const rows = [1000, 1010, 1020, 1030];
    expect(await follows(entering(DAY), rows, { volumes: [0, 300, 5000, 0] })).toEqual(["1 fill 1 buy 30 @ 10.10", "2 expire 1"]);
    expect(await follows(entering({ kind: "ioc" }), rows, capped([0, 300, 5000, 0]))).toEqual(["1 fill 1 buy 30 @ 10.10", "1 expire 1"]);
    expect(await follows(entering({ kind: "fok" }), rows, capped([0, 999, 5000, 0]))).toEqual(["1 expire 1"]);
    expect(await follows(entering({ kind: "fok" }), rows, capped([0, 1000, 5000, 0]))).toEqual(["1 fill 1 buy 100 @ 10.10"]);
    expect(await follows(entering(bars(2)), rows, capped([0, 300, 400, 5000]))).toEqual([
      "1 fill 1 buy 30 @ 10.10",
      "2 fill 1 buy 40 @ 10.20",
      "2 expire 1",
    ]);
  });

  it("is closed with `else close` where its time ends with a part of it filled", async () => {
    const closing =
      (tif: TimeInForce, more: Says = () => ({})): Says =>
      (b) => ({ order: { type: "market", tif }, ifPartial: "close", ...more(b) });
    const rows = [1000, 1010, 1020, 1030];
    const out = ["1 fill 1 buy 30 @ 10.10", "1 expire 1", "1 order 2 sell 30 exit go", "2 fill 2 sell 30 @ 10.20"];
    expect(await follows(closing({ kind: "ioc" }), rows, capped([0, 300, 5000, 0]))).toEqual(out);
    const overnight = ["1 fill 1 buy 30 @ 10.10", "2 expire 1", "2 order 2 sell 30 exit go", "2 fill 2 sell 30 @ 10.20"];
    expect(await follows(closing(DAY), rows, { volumes: [0, 300, 5000, 0] })).toEqual(overnight);
    const stop: Says = (b) => ({ stop: fromFill(b, -1) });
    expect(await follows(closing(bars(2), stop), [...rows, 1040], capped([0, 300, 400, 500, 5000]))).toEqual([
      "1 fill 1 buy 30 @ 10.10",
      "1 order 2 sell 30 stop go at 9.10",
      "2 fill 1 buy 40 @ 10.20",
      "2 cancel 2",
      "2 order 3 sell 70 stop go at 9.16",
      "2 expire 1",
      "2 cancel 3",
      "2 order 4 sell 70 exit go",
      "3 fill 4 sell 50 @ 10.30",
      "4 fill 4 sell 20 @ 10.40",
    ]);
    expect(await follows(closing(bars(2)), rows, capped([0, 300, 5000, 0]))).toEqual([
      "1 fill 1 buy 30 @ 10.10",
      "2 fill 1 buy 70 @ 10.20",
    ]);
    expect(await follows(closing(bars(1)), rows, capped([0, 0, 5000, 0]))).toEqual(["1 expire 1"]);
    const kept: Says = (b) => ({ order: { type: "market", tif: bars(3) }, ifPartial: "close", stop: fromFill(b, -1) });
    expect((await follows(kept, [1000, 1010, [1010, 1010, 900, 950]], capped([0, 300, 0]))).at(-1)).toBe("2 expire 2");
  });

  it("with a limit goes on where that is traded through", async () => {
    const says: Says = (b) => ({ order: { type: "limit", tif: GTC, limit: b.constant(9.5) } });
    expect(
      await follows(says, [1000, [980, 990, 940, 980], [970, 980, 950, 960], [930, 960, 930, 960]], capped([0, 300, 900, 5000])),
    ).toEqual(["1 fill 1 buy 30 @ 9.50", "3 fill 1 buy 70 @ 9.30"]);
  });

  it("of a stop goes on at the market, of a stop_limit as a limit", async () => {
    const rows = [1000, [1000, 1060, 1000, 1040], [1020, 1030, 1010, 1020]] as const;
    const stop: Says = (b) => ({ order: { type: "stop", tif: GTC, stop: b.constant(10.5) } });
    expect(await follows(stop, rows, capped([0, 300, 5000], { simulate: { slippage: "0.01" } }))).toEqual([
      "1 fill 1 buy 30 @ 10.61",
      "2 fill 1 buy 70 @ 10.31",
    ]);
    const limited: Says = (b) => ({ order: { type: "stop_limit", tif: GTC, stop: b.constant(10.5), limit: b.constant(10.5) } });
    expect(await follows(limited, rows, capped([0, 300, 5000]))).toEqual(["1 fill 1 buy 30 @ 10.50", "2 fill 1 buy 70 @ 10.20"]);
  });

  it("counts a share of the volume as lots of 6.3, and fees once for an order and a day", async () => {
    // 29 % of 100 is 29, though not in float64. 0.0013 a share: 29 cost 0.0377, 100 cost 0.13; the parts together no more.
    const world = capped([0, 100, 5000], { simulate: { volumeCap: "0.29", fees: { kind: "per_share", amount: "0.0013" } } });
    expect(await follows(() => ({}), [1000, 1010, 1010], world)).toEqual([
      "1 fill 1 buy 29 @ 10.10 fee 0.04",
      "2 fill 1 buy 71 @ 10.10 fee 0.09",
    ]);
  });

  it("at the deciding close goes on at the next open", async () => {
    expect(await follows(() => ({}), [1000, 1010], capped([300, 5000], { simulate: { market: "close" } }))).toEqual([
      "0 fill 1 buy 30 @ 10.00",
      "1 fill 1 buy 70 @ 10.10",
    ]);
  });

  it("decided for the close where no row is goes on at the next open", async () => {
    const { value: graph } = compile(DAILY, { name: "test", readModule });
    const rows = [1000, 1010, 1020, 1030].map(flat);
    // Hours from 21:30 on: the day ends at midnight, between two of them.
    const market = { rows, volumes: [5000, 5000, 300, 5000], begin: 21.5 * HOUR, width: HOUR };
    expect(lines(await simulate(graph!, market)).slice(0, 3)).toEqual([
      "1 order 1 buy 100 entry go",
      "2 fill 1 buy 30 @ 10.20 fee 0.00",
      "3 fill 1 buy 70 @ 10.30 fee 0.00",
    ]);
  });

  it("is no result where the bars have no volume", async () => {
    const graph = graphBuilder().graph({ rules: [], simulate: { volumeCap: "0.1" } });
    expect(await failureIn(graph, { rows: [flat(1000)] })).toMatchObject({ kind: "no_volume", symbol: "TEST" });
  });
});

describe("an entry that fills in parts (semantics 3.19)", () => {
  const bracket: Says = (b) => ({ stop: fromFill(b, -1), targets: [target(fromFill(b, 2), 1 / 3), target(fromFill(b, 4))] });

  it("has its stop grow, and its targets at the average price", async () => {
    // 30 at 10.00; then 20 at 10.50: on average 10.20; then 50 at 10.50: 10.35.
    expect(await trade(bracket, [1000, 1000, 1050, 1050], capped([0, 300, 200, 900]))).toEqual([
      "0 order 1 buy 100 entry go",
      "1 fill 1 buy 30 @ 10.00",
      "1 order 2 sell 30 stop go at 9.00",
      "1 order 3 sell 10 target go at 12.00",
      "1 order 4 sell 20 target go at 14.00",
      "2 fill 1 buy 20 @ 10.50",
      "2 cancel 2",
      "2 order 5 sell 50 stop go at 9.20",
      "2 cancel 3",
      "2 order 6 sell 16 target go at 12.20",
      "2 cancel 4",
      "2 order 7 sell 34 target go at 14.20",
      "3 fill 1 buy 50 @ 10.50",
      "3 cancel 5",
      "3 order 8 sell 100 stop go at 9.35",
      "3 cancel 6",
      "3 order 9 sell 33 target go at 12.35",
      "3 cancel 7",
      "3 order 10 sell 67 target go at 14.35",
      "3 expire 8",
      "3 expire 9",
      "3 expire 10",
    ]);
  });

  it("at one price keeps them, and a target for nothing waits", async () => {
    const lines = await trade(bracket, [1000, 1000, 1000, 1000, 900], capped([0, 20, 110, 900, 5000]));
    expect(lines).toEqual([
      "0 order 1 buy 100 entry go",
      "1 fill 1 buy 2 @ 10.00",
      "1 order 2 sell 2 stop go at 9.00",
      "1 order 3 sell 2 target go at 14.00",
      "2 fill 1 buy 11 @ 10.00",
      "2 resize 2 to 13",
      "2 order 4 sell 4 target go at 12.00",
      "2 resize 3 to 9",
      "3 fill 1 buy 87 @ 10.00",
      "3 resize 2 to 100",
      "3 resize 4 to 33",
      "3 resize 3 to 67",
      "4 fill 2 sell 100 @ 9.00",
      "4 cancel 3",
      "4 cancel 4",
    ]);
  });

  it("is not bought on once something of it has closed", async () => {
    const says: Says = (b) => ({ ...bracket(b), order: { type: "limit", tif: GTC, limit: b.constant(10) } });
    expect(await follows(says, [1000, 1000, [1100, 1210, 1100, 1200], 900], capped([0, 300, 500, 5000]))).toEqual([
      "1 fill 1 buy 30 @ 10.00",
      "1 order 2 sell 30 stop go at 9.00",
      "1 order 3 sell 10 target go at 12.00",
      "1 order 4 sell 20 target go at 14.00",
      "2 fill 3 sell 10 @ 12.00",
      "2 cancel 1",
      "3 fill 2 sell 20 @ 9.00",
      "3 cancel 4",
    ]);
  });

  it("may be left by its exit, which takes back the rest", async () => {
    const world = capped([0, 300, 200, 5000], { exits: (b) => [{ when: closeIs(b, 11) }] });
    expect(await follows((b) => ({ stop: fromFill(b, -1) }), [1000, 1000, [1000, 1100, 1000, 1100], 1050], world)).toEqual([
      "1 fill 1 buy 30 @ 10.00",
      "1 order 2 sell 30 stop go at 9.00",
      "2 fill 1 buy 20 @ 10.00",
      "2 resize 2 to 50",
      "2 cancel 1",
      "2 cancel 2",
      "2 order 3 sell 50 exit leave0",
      "3 fill 3 sell 50 @ 10.50",
    ]);
  });
});

describe("what closes a trade in parts (semantics 3.19)", () => {
  it("a stop goes on, and takes the targets with it", async () => {
    const says: Says = (b) => ({ stop: fromFill(b, -1), targets: [target(fromFill(b, 3), 0.5), target(fromFill(b, 4))] });
    expect(
      (await follows(says, [1000, 1000, [950, 950, 880, 940], [960, 960, 940, 950], 950], capped([0, 5000, 300, 600, 5000]))).slice(4),
    ).toEqual([
      "2 fill 2 sell 30 @ 9.00",
      "2 resize 4 to 20",
      "3 fill 2 sell 60 @ 9.60",
      "3 cancel 4",
      "3 resize 3 to 10",
      "4 fill 2 sell 10 @ 9.50",
      "4 cancel 3",
    ]);
  });

  it("a target moves the stop when all of it has filled", async () => {
    const says: Says = (b) => ({ stop: fromFill(b, -1), targets: [target(fromFill(b, 1), 0.5, b.fill())] });
    expect((await follows(says, [1000, 1000, [1050, 1110, 1050, 1100], 1120, 1120], capped([0, 5000, 300, 5000, 0]))).slice(3, 7)).toEqual([
      "2 fill 3 sell 30 @ 11.00",
      "3 fill 3 sell 20 @ 11.20",
      "3 cancel 2",
      "3 order 4 sell 50 stop go at 10.00",
    ]);
  });

  it("an exit whose day is over leaves the trade with its stop", async () => {
    const world = { volumes: [0, 5000, 0, 300, 0, 5000], exits: (b: Parameters<Says>[0]) => [{ when: closeIs(b, 11) }] };
    expect(
      (await follows((b) => ({ stop: fromFill(b, -1) }), [1000, 1000, 1100, 1120, 1120, [1120, 1120, 890, 900]], world)).slice(2),
    ).toEqual([
      "2 cancel 2",
      "2 order 3 sell 100 exit leave0",
      "3 fill 3 sell 30 @ 11.20",
      "4 expire 3",
      "4 order 4 sell 70 stop go at 9.00",
      "5 fill 4 sell 70 @ 9.00",
    ]);
  });

  it("a flatten goes on until nothing is left", async () => {
    const world = { volumes: [0, 5000, 0, 300, 5000], flatten: (b: Parameters<Says>[0]) => closeIs(b, 11) };
    expect((await follows((b) => ({ stop: fromFill(b, -1) }), [1000, 1000, 1100, 1120, 1130], world)).slice(2)).toEqual([
      "2 cancel 2",
      "2 order 3 sell 100 flatten session",
      "3 fill 3 sell 30 @ 11.20",
      "4 fill 3 sell 70 @ 11.30",
    ]);
  });
});
