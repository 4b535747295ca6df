/**
 * Whatever a file says of its orders and whatever the market does: no order fills twice or for more than was approved, nothing closes more than is
 * held, nothing of a trade works after its end, and neither the size of chunks nor the kernel behind the engine changes a record.
 */
import fc from "fast-check";
import { expect, it } from "vitest";
import { interpretedLanes } from "../../src/backends/interpreter/kernel.ts";
import { wasmLanes } from "../../src/backends/wasm/kernel.ts";
import type { LaneBackend } from "../../src/graph/kernel.ts";
import type { EnterRule, Graph, NodeId, OrderForm, Rule, TimeInForce } from "../../src/graph/nodes.ts";
import { shapeProblems } from "../../src/graph/verify.ts";
import { backtest } from "../../src/run/backtest.ts";
import type { OrderRecord, RunRecord } from "../../src/run/outcome.ts";
import { barSource, barsOf } from "../run/bars.ts";
import { type GraphBuilder, graphBuilder } from "../run/graph-builder.ts";
import type { Row } from "../run/simulate.ts";

const RUNS = Number(process.env.STRATC_RUNS ?? 150);
const HOUR = 3_600_000_000;

const tifs: fc.Arbitrary<TimeInForce> = fc.oneof(
  fc.constantFrom<TimeInForce>({ kind: "day" }, { kind: "gtc" }),
  fc.integer({ min: 1, max: 4 }).map((count): TimeInForce => ({ kind: "bars", count })),
);
const moments: fc.Arbitrary<TimeInForce> = fc.constantFrom<TimeInForce>({ kind: "ioc" }, { kind: "fok" }, { kind: "opg" }, { kind: "cls" });
const cents = (min: number, max: number) => fc.integer({ min, max }).map((value) => value / 100);

/** Offsets from the close, in favour of the trade. */
const orders = fc.oneof(
  fc.record({ type: fc.constant("market" as const), tif: fc.oneof(tifs, moments), offset: fc.constant(0) }),
  fc.record({ type: fc.constant("limit" as const), tif: fc.oneof(tifs, moments), offset: cents(-30, 20) }),
  fc.record({ type: fc.constantFrom("stop" as const, "stop_limit" as const), tif: tifs, offset: cents(-20, 30) }),
);

const worlds = fc.record({
  moves: fc.array(fc.tuple(fc.integer({ min: -25, max: 25 }), fc.nat(30), fc.nat(30), fc.integer({ min: -25, max: 25 })), {
    minLength: 5,
    maxLength: 60,
  }),
  side: fc.constantFrom("long" as const, "short" as const),
  phase: fc.integer({ min: 1, max: 4 }),
  order: orders,
  exit: orders,
  stop: fc.option(cents(5, 60)),
  trail: fc.option(cents(5, 60)),
  targets: fc.array(fc.record({ at: cents(5, 60), part: fc.option(fc.constantFrom(0.2, 0.3)), then: fc.option(cents(-20, 10)) }), {
    maxLength: 3,
  }),
  adds: fc.option(fc.integer({ min: 1, max: 3 })),
  perSession: fc.option(fc.integer({ min: 1, max: 2 })),
  cooldown: fc.option(fc.integer({ min: 1, max: 4 })),
  market: fc.constantFrom("next_open" as const, "close" as const),
});

type World = typeof worlds extends fc.Arbitrary<infer T> ? T : never;

function form(b: GraphBuilder, { type, tif, offset }: World["order"], sign: number): OrderForm {
  const at = (distance: number): NodeId => b.binary("add", b.input("close"), b.constant(sign * distance));
  switch (type) {
    case "market":
      return { type, tif };
    case "limit":
      return { type, tif, limit: at(offset) };
    case "stop":
      return { type, tif, stop: at(offset) };
    case "stop_limit":
      return { type, tif, stop: at(offset), limit: at(offset + 0.1) };
  }
}

function graphOf(world: World): Graph {
  const b = graphBuilder();
  const sign = world.side === "long" ? 1 : -1;
  const from = (price: NodeId, distance: number): NodeId => b.binary("add", price, b.constant(sign * distance));
  const cent = b.unary("floor", b.binary("add", b.binary("mul", b.input("close"), b.constant(100)), b.constant(0.5)));
  const phase = (divisor: number, below: number): NodeId => b.binary("lt", b.binary("mod", cent, b.constant(divisor)), b.constant(below));
  const remainder = world.targets.findIndex(({ part }) => part === null);
  const entry: EnterRule = {
    kind: "enter",
    name: "go",
    clock: 0,
    when: phase(5, world.phase),
    side: world.side,
    size: { kind: "shares", amount: b.constant(7), trim: false },
    order: form(b, world.order, sign),
    stop: world.stop === null ? null : from(b.fill(), -world.stop),
    trail: world.trail === null ? null : from(b.peak(), -world.trail),
    targets: world.targets
      .filter(({ part }, index) => part !== null || index === remainder)
      .map(({ at, part, then }) => ({ part, at: from(b.fill(), at), thenStop: then === null ? null : from(b.fill(), then) })),
    add:
      world.adds === null
        ? null
        : { upTo: b.constant(world.adds), when: b.binary("lt", b.lastFill(), from(b.atEntry(b.input("close")), 0.1)) },
    prefer: null,
    brakes: {
      perSession: world.perSession === null ? null : b.constant(world.perSession),
      cooldown: world.cooldown === null ? null : b.constant(world.cooldown),
    },
  };
  const leave: Rule = { kind: "exit", name: "leave", clock: 0, when: phase(7, 2), trade: 0, order: form(b, world.exit, -sign) };
  const bail: Rule = {
    kind: "exit",
    name: "bail",
    clock: 0,
    when: phase(23, 1),
    trade: 0,
    order: { type: "market", tif: { kind: "day" } },
  };
  return b.graph({ rules: [entry, leave, bail], width: 6 * HOUR, simulate: { market: world.market, slippage: "0.001" } });
}

function rowsOf({ moves }: World): readonly Row[] {
  let close = 1000;
  return moves.map(([gap, up, down, move]) => {
    const open = close + gap;
    close = open + move;
    return [open, Math.max(open, close) + up, Math.min(open, close) - down, close] as const;
  });
}

async function records(graph: Graph, rows: readonly Row[], backend: LaneBackend, capacity: number): Promise<readonly RunRecord[]> {
  const bars = barSource(barsOf(rows, 0, 6 * HOUR), { width: 6 * HOUR });
  const result = await backtest({ graph, parameters: [], backend, sources: [bars], cash: "100000", capacity });
  if (!result.ok) throw new Error(result.failure.message);
  return result.outcome.records;
}

const CLOSING: readonly string[] = ["stop", "target", "exit", "flatten"];

/** Follows the records; gives how many orders closed something. */
function audit(all: readonly RunRecord[]): number {
  const working = new Map<number, OrderRecord>();
  let [position, closings, ending] = [0, 0, false];
  for (const record of all) {
    if (ending && record.event !== "cancel") {
      expect([...working.keys()]).toEqual([]);
      ending = false;
    }
    if (record.event === "order" && record.status === "approved") {
      working.set(record.id, record);
      if (CLOSING.includes(record.kind)) expect(Number(record.quantity)).toBeLessThanOrEqual(Math.abs(position));
    } else if (record.event === "fill") {
      const order = working.get(record.order)!;
      working.delete(record.order);
      const before = position;
      position = Number(record.position);
      expect(Number(record.quantity)).toBeLessThanOrEqual(Number(order.quantity));
      expect(Math.abs(position - before)).toBe(Number(record.quantity));
      if (CLOSING.includes(order.kind)) {
        closings += 1;
        expect(Math.abs(position)).toBe(Math.abs(before) - Number(record.quantity));
        expect(position * before).toBeGreaterThanOrEqual(0);
        ending = position === 0;
      } else expect(Math.abs(position)).toBeGreaterThan(Math.abs(before));
    } else if (record.event === "cancel" || record.event === "expire") {
      expect(working.delete(record.order)).toBe(true);
    }
    const aims = [...working.values()].filter(({ kind }) => kind === "target").reduce((sum, { quantity }) => sum + Number(quantity), 0);
    expect([...working.values()].filter(({ kind }) => kind === "stop").length).toBeLessThanOrEqual(1);
    if (!ending) expect(aims).toBeLessThanOrEqual(Math.abs(position));
  }
  return closings;
}

it("orders keep to what is approved and held, and to their trade", async () => {
  let closings = 0;
  await fc.assert(
    fc.asyncProperty(worlds, fc.integer({ min: 1, max: 9 }), async (world, capacity) => {
      const graph = graphOf(world);
      expect(shapeProblems(graph)).toEqual([]);
      const rows = rowsOf(world);
      const whole = await records(graph, rows, interpretedLanes, 4096);
      closings += audit(whole);
      expect(await records(graph, rows, interpretedLanes, capacity)).toEqual(whole);
      expect(await records(graph, rows, wasmLanes, capacity)).toEqual(whole);
    }),
    { numRuns: RUNS },
  );
  expect(closings).toBeGreaterThan(RUNS);
});
