/**
 * Whatever a file says of its orders and whatever the market and its volume do: no order fills for more than was approved, nothing closes more than is
 * held, all orders of a row keep to the cap on its volume, cash is what fills and fees leave of it, a stop that has been placed covers what is held until
 * an exit stands in its place, nothing of a trade works after its end, and neither the size of chunks nor the kernel behind the engine changes a record.
 */
import fc from "fast-check";
import { expect, it } from "vitest";
import { interpretedLanes } from "../../src/backends/interpreter/kernel.ts";
import { wasmLanes } from "../../src/backends/wasm/kernel.ts";
import type { LaneBackend } from "../../src/graph/kernel.ts";
import type { EnterRule, Fees, Graph, NodeId, OrderForm, Rule, TimeInForce } from "../../src/graph/nodes.ts";
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
const centsBetween = (min: number, max: number) => fc.integer({ min, max }).map((value) => value / 100);

/** Offsets from the close, in favour of the trade. */
const orders = fc.oneof(
  fc.record({ type: fc.constant("market" as const), tif: fc.oneof(tifs, moments), offset: fc.constant(0) }),
  fc.record({ type: fc.constant("limit" as const), tif: fc.oneof(tifs, moments), offset: centsBetween(-30, 20) }),
  fc.record({ type: fc.constantFrom("stop" as const, "stop_limit" as const), tif: tifs, offset: centsBetween(-20, 30) }),
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
  stop: fc.option(centsBetween(5, 60)),
  trail: fc.option(centsBetween(5, 60)),
  targets: fc.array(
    fc.record({ at: centsBetween(5, 60), part: fc.option(fc.constantFrom(0.2, 0.3)), then: fc.option(centsBetween(-20, 10)) }),
    {
      maxLength: 3,
    },
  ),
  adds: fc.option(fc.integer({ min: 1, max: 3 })),
  perSession: fc.option(fc.integer({ min: 1, max: 2 })),
  cooldown: fc.option(fc.integer({ min: 1, max: 4 })),
  /** Whether a second rule enters the other side and turns trades of this one. */
  against: fc.boolean(),
  market: fc.constantFrom("next_open" as const, "close" as const),
  limit: fc.constantFrom("through" as const, "touch" as const),
  /** Lots that may fill on a row, cycled; null without a cap. */
  rooms: fc.option(fc.array(fc.nat(9), { minLength: 1, maxLength: 7 }).filter((rooms) => rooms.slice(0, 5).some((room) => room > 0))),
  fees: fc.constantFrom<Fees>({ kind: "none" }, { kind: "per_share", amount: "0.0013" }, { kind: "ratio", ratio: "0.0007" }),
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
    reverse: false,
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
  const against: EnterRule = {
    ...entry,
    name: "turn",
    when: phase(11, 3),
    side: world.side === "long" ? "short" : "long",
    order: form(b, world.order, -sign),
    stop: world.stop === null ? null : from(b.fill(), world.stop),
    ...{ trail: null, targets: [], add: null, reverse: true },
  };
  const { market, limit, fees, rooms } = world;
  const simulate = { market, limit, fees, slippage: "0.001", volumeCap: rooms === null ? null : "0.1" };
  return b.graph({ rules: [entry, leave, bail, ...(world.against ? [against] : [])], width: 6 * HOUR, simulate });
}

function rowsOf({ moves }: World): readonly Row[] {
  let close = 1000;
  return moves.map(([gap, up, down, move]) => {
    const open = close + gap;
    close = open + move;
    return [open, Math.max(open, close) + up, Math.min(open, close) - down, close] as const;
  });
}

/** What may fill on a row. */
function roomOn({ rooms }: World, row: number): number {
  return rooms === null ? Number.POSITIVE_INFINITY : rooms[row % rooms.length]!;
}

async function records(world: World, graph: Graph, backend: LaneBackend, capacity: number): Promise<readonly RunRecord[]> {
  const rows = rowsOf(world);
  const volume = Float64Array.from(rows, (_, row) => (world.rooms === null ? 0 : 10 * roomOn(world, row)));
  const bars = barSource({ ...barsOf(rows, 0, 6 * HOUR), volume }, { width: 6 * HOUR });
  const result = await backtest({ graph, parameters: [], backend, sources: [bars], cash: "100000", capacity });
  if (!result.ok) throw new Error(result.failure.message);
  return result.outcome.records;
}

const CLOSING: readonly string[] = ["stop", "target", "exit", "flatten"];

interface Working {
  readonly order: OrderRecord;
  readonly left: number;
}

const PROTECTING: readonly string[] = ["stop", "exit", "flatten"];

/** What the order that closes most is for. */
function protection(working: ReadonlyMap<number, Working>): number {
  return Math.max(0, ...[...working.values()].filter(({ order }) => PROTECTING.includes(order.kind)).map(({ left }) => left));
}

/** Follows the records of a run; gives how many fills closed something, and how many were of a part. What closes follows what is held down without a record. */
function audit(world: World, all: readonly RunRecord[]): { closings: number; parts: number } {
  const working = new Map<number, Working>();
  let [position, closings, parts, protects, ending] = [0, 0, 0, false, false];
  let [cash, row, filledOnRow] = [100_000_00, -1, 0];
  for (const record of all) {
    if (ending && record.event !== "cancel") {
      expect([...working.keys()]).toEqual([]);
      [ending, protects] = [false, false];
    }
    switch (record.event) {
      case "order":
        if (record.status === "rejected") break;
        working.set(record.id, { order: record, left: Number(record.quantity) });
        protects ||= record.kind === "stop";
        break;
      case "resize": {
        const { order, left } = working.get(record.order)!;
        expect(Number(record.quantity)).not.toBe(left);
        working.set(record.order, { order, left: Number(record.quantity) });
        break;
      }
      case "cancel":
      case "expire":
        expect(working.delete(record.order)).toBe(true);
        break;
      case "fill": {
        const { order, left } = working.get(record.order)!;
        const [quantity, before] = [Number(record.quantity), position];
        const closes = CLOSING.includes(order.kind);
        if (protects) expect(protection(working)).toBe(Math.abs(before));
        expect(quantity).toBeGreaterThan(0);
        expect(quantity).toBeLessThanOrEqual(left);
        filledOnRow = record.row === row ? filledOnRow + quantity : quantity;
        row = record.row;
        expect(filledOnRow).toBeLessThanOrEqual(roomOn(world, row));
        cash -= (record.side === "buy" ? 1 : -1) * quantity * cents(record.price) + cents(record.fee);
        expect(cents(record.cash)).toBe(cash);
        position = Number(record.position);
        expect(Math.abs(position - before)).toBe(quantity);
        expect(Math.abs(position)).toBe(Math.abs(before) + (closes ? -quantity : quantity));
        closings += Number(closes);
        ending = closes && position === 0;
        if (quantity === left || ending) working.delete(record.order);
        else {
          parts += 1;
          working.set(record.order, { order, left: left - quantity });
        }
        break;
      }
      default:
        break;
    }
    if (ending) continue;
    for (const each of working.values()) {
      if (PROTECTING.includes(each.order.kind)) working.set(each.order.id, { ...each, left: Math.min(each.left, Math.abs(position)) });
    }
  }
  return { closings, parts };
}

function cents(text: string): number {
  return Math.round(Number(text) * 100);
}

it("orders keep to what is approved and held, and to their trade", async () => {
  let [closings, parts] = [0, 0];
  await fc.assert(
    fc.asyncProperty(worlds, fc.integer({ min: 1, max: 9 }), async (world, capacity) => {
      const graph = graphOf(world);
      expect(shapeProblems(graph)).toEqual([]);
      const whole = await records(world, graph, interpretedLanes, 4096);
      const found = audit(world, whole);
      closings += found.closings;
      parts += found.parts;
      expect(await records(world, graph, interpretedLanes, capacity)).toEqual(whole);
      expect(await records(world, graph, wasmLanes, capacity)).toEqual(whole);
    }),
    { numRuns: RUNS },
  );
  expect(closings).toBeGreaterThan(RUNS);
  expect(parts).toBeGreaterThan(RUNS);
});
