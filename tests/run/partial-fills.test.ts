/** Fills of a part of an order under a cap on volume (semantics 3.19, 5.5). All numbers by hand: the cap is 10 % of the row's volume, rows are hours of one session. */
import { describe, expect, it } from "vitest";
import type { NodeId, OrderForm, TimeInForce } from "../../src/graph/nodes.ts";
import type { GraphBuilder } from "./graph-builder.ts";
import { failureIn } from "./simulate.ts";
import { bars, closeIs, DAY, fromFill, GTC, HOUR, type Says, trade, type World } from "./trading.ts";

const target = (at: NodeId, part: number | null = null, thenStop: NodeId | null = null) => ({ part, at, thenStop });
const market = (tif: TimeInForce): OrderForm => ({ type: "market", tif });
const capped = (volumes: readonly number[], world: World = {}): World => ({ width: HOUR, volumes, ...world });

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

  it("for the day ends with it, and the trade keeps what has filled", async () => {
    expect(await trade(() => ({}), [1000, 1010, 1020], { volumes: [0, 300, 5000] })).toEqual([
      "0 order 1 buy 100 entry go",
      "1 fill 1 buy 30 @ 10.10",
      "2 expire 1",
    ]);
  });
});
