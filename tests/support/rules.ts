/** What rules have that say no more than they must. */
import type { EnterRule, OrderForm } from "../../src/graph/nodes.ts";

/** A market order, as a file has where it says nothing. */
export const MARKET: OrderForm = { type: "market", tif: { kind: "day" } };

/** An entry that says nothing but its size. */
export const PLAIN: Pick<EnterRule, "order" | "stop" | "trail" | "targets" | "add" | "brakes" | "prefer" | "reverse"> = {
  order: MARKET,
  stop: null,
  trail: null,
  targets: [],
  add: null,
  brakes: { perSession: null, cooldown: null },
  prefer: null,
  reverse: false,
};
