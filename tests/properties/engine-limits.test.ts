/**
 * No sequence of targets, bars and limits ever lets an approved order open more than a limit admits. An auditor that shares nothing with the gate
 * follows the records and recomputes every approval with whole cents.
 */
import fc from "fast-check";
import { expect, it } from "vitest";
import type { Graph, RiskLimit, Rule } from "../../src/graph/nodes.ts";
import type { RunRecord } from "../../src/run/outcome.ts";
import { graphBuilder } from "../run/graph-builder.ts";
import { type Row, simulate } from "../run/simulate.ts";

interface World {
  readonly closes: readonly number[];
  /** A hold aims at (close mod `divisor` − `shift`) × `step` shares while close mod `every` is below `phase`. */
  readonly holds: readonly { divisor: number; shift: number; step: number; every: number; phase: number; trim: boolean }[];
  readonly orderLimit: number;
  readonly positionPercent: number;
  readonly collarPercent: number;
  readonly atClose: boolean;
}

const worlds: fc.Arbitrary<World> = fc.record({
  closes: fc.array(fc.integer({ min: 500, max: 2000 }), { minLength: 3, maxLength: 40 }),
  holds: fc.array(
    fc.record({
      divisor: fc.integer({ min: 2, max: 9 }),
      shift: fc.integer({ min: 0, max: 9 }),
      step: fc.integer({ min: 1, max: 60 }),
      every: fc.integer({ min: 1, max: 5 }),
      phase: fc.integer({ min: 1, max: 5 }),
      trim: fc.boolean(),
    }),
    { minLength: 1, maxLength: 3 },
  ),
  orderLimit: fc.integer({ min: 500, max: 8000 }),
  positionPercent: fc.integer({ min: 5, max: 120 }),
  collarPercent: fc.integer({ min: 0, max: 20 }),
  atClose: fc.boolean(),
});

const CASH = 1_000_000;

function graphOf(world: World): Graph {
  const b = graphBuilder();
  const cents = b.binary("mul", b.input("close"), b.constant(100));
  const modulo = (divisor: number) => b.binary("mod", b.unary("floor", b.binary("add", cents, b.constant(0.5))), b.constant(divisor));
  const rules = world.holds.map((hold, index): Rule => {
    const amount = b.binary("mul", b.binary("sub", modulo(hold.divisor), b.constant(hold.shift)), b.constant(hold.step));
    const when = b.binary("lt", modulo(hold.every), b.constant(hold.phase));
    return {
      kind: "hold",
      name: `hold${index}`,
      clock: 0,
      when,
      size: { kind: "shares", amount, trim: hold.trim },
      short: true,
      entries: null,
    };
  });
  const risk: RiskLimit[] = [
    { measure: "order_value", limit: { kind: "constant", value: String(world.orderLimit) }, monitor: null },
    { measure: "position_value", limit: { kind: "ratio", ratio: (world.positionPercent / 100).toFixed(2), of: "equity" }, monitor: null },
  ];
  const collar = (world.collarPercent / 100).toFixed(2);
  return b.graph({ rules, risk, collar, simulate: { market: world.atClose ? "close" : "next_open" } });
}

/** Follows the records; expects every approval to fit what was left when it was given. */
function audit(world: World, records: readonly RunRecord[]): number {
  let [cash, position, approvals] = [CASH, 0, 0];
  const working = new Map<number, { readonly change: number; readonly reserved: number }>();
  for (const record of records) {
    if (record.event === "fill") {
      cash = Math.round(Number(record.cash) * 100);
      position = Number(record.position);
      working.delete(record.order);
    }
    if (record.event !== "order" || record.status !== "approved") continue;
    approvals += 1;
    const close = world.closes[record.row]!;
    const change = Number(record.quantity) * (record.side === "buy" ? 1 : -1);
    const before = [...working.values()].reduce((sum, order) => sum + order.change, position);
    const reducing = before * change < 0 ? Math.min(Math.abs(before), Math.abs(change)) : 0;
    const opening = Math.abs(change) - reducing;
    const reserved = opening * Math.ceil((close * (100 + world.collarPercent)) / 100);
    if (opening > 0) {
      const equity = cash + position * close;
      const held = (reducing > 0 ? 0 : Math.abs(position) * close) + [...working.values()].reduce((sum, order) => sum + order.reserved, 0);
      expect(reserved).toBeLessThanOrEqual(world.orderLimit * 100);
      expect(held + reserved).toBeLessThanOrEqual((equity * world.positionPercent) / 100);
      expect(reserved).toBeLessThanOrEqual(equity - held);
    }
    working.set(record.id, { change, reserved });
  }
  return approvals;
}

it("an approved order never opens more than the limits admit", async () => {
  let approvals = 0;
  await fc.assert(
    fc.asyncProperty(worlds, async (world) => {
      const rows = world.closes.map((close, row): Row => {
        const open = world.closes[row - 1] ?? close;
        return [open, Math.max(open, close), Math.min(open, close), close];
      });
      const { records } = await simulate(graphOf(world), { rows, cash: "10000" });
      approvals += audit(world, records);
    }),
    { numRuns: 120 },
  );
  expect(approvals).toBeGreaterThan(200);
});
