/** Reversals (semantics 3.20): a trade of the other side is ended, and the entry made on the fill that ends it. All numbers by hand. */
import { expect, it } from "vitest";
import type { EnterRule, Graph, Rule, Simulation } from "../../src/graph/nodes.ts";
import { MARKET, PLAIN } from "../support/rules.ts";
import { type GraphBuilder, graphBuilder } from "./graph-builder.ts";
import { flat, lines, type Row, simulate } from "./simulate.ts";
import { closeIs, fromFill, GTC, HOUR } from "./trading.ts";

interface World {
  readonly up?: (b: GraphBuilder) => Partial<EnterRule>;
  readonly down?: (b: GraphBuilder) => Partial<EnterRule>;
  /** Closes at which `up` is left by a rule of its own. */
  readonly leave?: number;
  readonly flatten?: number;
  readonly simulate?: Partial<Simulation>;
  readonly volumes?: readonly number[];
}

/** A rule that enters so many shares at a close. */
function entry(b: GraphBuilder, name: string, side: "long" | "short", close: number, shares: number, says: Partial<EnterRule> = {}): Rule {
  const size = { kind: "shares", amount: b.constant(shares), trim: false } as const;
  return { kind: "enter", name, clock: 0, when: closeIs(b, close), side, size, ...PLAIN, ...says };
}

/** `up` enters 100 long at a close of 10.00, `down` 50 short at one of 11.00 and turns `up`. */
function graphOf({ up, down, leave, flatten, simulate: costs, volumes }: World): Graph {
  const b = graphBuilder();
  const rules: Rule[] = [entry(b, "up", "long", 10, 100, up?.(b)), entry(b, "down", "short", 11, 50, { reverse: true, ...down?.(b) })];
  if (leave !== undefined) rules.push({ kind: "exit", name: "leave", clock: 0, when: closeIs(b, leave), trade: 0, order: MARKET });
  return b.graph({
    rules,
    width: HOUR,
    simulate: { ...(volumes === undefined ? {} : { volumeCap: "0.1" }), ...costs },
    ...(flatten === undefined ? {} : { session: { flatten: closeIs(b, flatten) } }),
  });
}

async function run(world: World, rows: readonly (Row | number)[]): Promise<readonly string[]> {
  return runOf(graphOf(world), rows, world.volumes);
}

async function runOf(graph: Graph, rows: readonly (Row | number)[], volumes?: readonly number[]): Promise<readonly string[]> {
  const market = { rows: rows.map((row) => (typeof row === "number" ? flat(row) : row)), width: HOUR, ...(volumes && { volumes }) };
  return lines(await simulate(graph, market)).map((line) => line.replace(" fee 0.00", ""));
}

const long = ["0 order 1 buy 100 entry up", "1 fill 1 buy 100 @ 10.00"];

it("closes the trade at the next open and enters the other side there", async () => {
  expect(await run({}, [1000, 1000, 1100, 1120, 1130])).toEqual([
    ...long,
    "2 order 2 sell 100 exit down",
    "3 fill 2 sell 100 @ 11.20",
    "3 order 3 sell 50 entry down",
    "3 fill 3 sell 50 @ 11.20",
  ]);
});

it("takes its stop and its order from the deciding row, and protects the new trade", async () => {
  const down = (b: GraphBuilder): Partial<EnterRule> => ({
    order: { type: "limit", tif: GTC, limit: b.binary("add", b.input("close"), b.constant(0.5)) },
    stop: fromFill(b, 1),
  });
  expect(
    (await run({ up: (b) => ({ stop: fromFill(b, -1) }), down }, [1000, 1000, 1100, 1120, [1130, 1160, 1120, 1140]])).slice(2),
  ).toEqual([
    "1 order 2 sell 100 stop up at 9.00",
    "2 cancel 2",
    "2 order 3 sell 100 exit down",
    "3 fill 3 sell 100 @ 11.20",
    "3 order 4 sell 50 entry down at 11.50",
    "4 fill 4 sell 50 @ 11.50",
    "4 order 5 buy 50 stop down at 12.50",
    "4 expire 5",
  ]);
});

it("follows the exit of another rule too, at the same row", async () => {
  expect((await run({ leave: 11 }, [1000, 1000, 1100, 1120])).slice(2)).toEqual([
    "2 order 2 sell 100 exit leave",
    "3 fill 2 sell 100 @ 11.20",
    "3 order 3 sell 50 entry down",
    "3 fill 3 sell 50 @ 11.20",
  ]);
});

it("happens at the deciding close where orders fill there", async () => {
  expect(await run({ simulate: { market: "close" } }, [1000, 1000, 1100, 1120])).toEqual([
    "0 order 1 buy 100 entry up",
    "0 fill 1 buy 100 @ 10.00",
    "2 order 2 sell 100 exit down",
    "2 fill 2 sell 100 @ 11.00",
    "2 order 3 sell 50 entry down",
    "2 fill 3 sell 50 @ 11.00",
  ]);
});

it("takes back an entry that works, and enters at once", async () => {
  const up = (b: GraphBuilder): Partial<EnterRule> => ({ order: { type: "limit", tif: GTC, limit: b.constant(9) } });
  expect(await run({ up }, [1000, 1100, 1120])).toEqual([
    "0 order 1 buy 100 entry up at 9.00",
    "1 cancel 1",
    "1 order 2 sell 50 entry down",
    "2 fill 2 sell 50 @ 11.20",
  ]);
});

it("waits for the whole of the trade to be closed, and ends with an exit that does not", async () => {
  expect((await run({ volumes: [0, 5000, 0, 400, 900, 0] }, [1000, 1000, 1100, 1120, 1130, 1130])).slice(3)).toEqual([
    "3 fill 2 sell 40 @ 11.20",
    "4 fill 2 sell 60 @ 11.30",
    "4 order 3 sell 50 entry down",
    "4 fill 3 sell 30 @ 11.30",
    "5 expire 3",
  ]);
});

it("comes before the gate at the last close before the fill", async () => {
  const down = (b: GraphBuilder): Partial<EnterRule> => ({ order: { type: "limit", tif: GTC, limit: b.input("close") } });
  const rows = [1000, 1000, 1100, [1120, 1200, 1120, 1200] as const, 1200];
  expect((await run({ down, volumes: [0, 5000, 0, 400, 5000] }, rows)).slice(3)).toEqual([
    "3 fill 2 sell 40 @ 11.20",
    "4 fill 2 sell 60 @ 12.00",
    "4 order 3 sell 50 entry down at 11.00 rejected: collar",
  ]);
});

it("is dropped by a flatten", async () => {
  expect((await run({ flatten: 11.2, volumes: [0, 5000, 0, 400, 5000] }, [1000, 1000, 1100, 1120, 1130])).slice(3)).toEqual([
    "3 fill 2 sell 40 @ 11.20",
    "4 fill 2 sell 60 @ 11.30",
  ]);
});

it("does not turn round on the row on which the rule's own trade ended", async () => {
  const b = graphBuilder();
  const down = entry(b, "down", "short", 10, 50, { reverse: true, when: b.binary("lt", b.constant(9), b.input("close")) });
  const leave: Rule = { kind: "exit", name: "leave", clock: 0, when: closeIs(b, 12), trade: 1, order: MARKET };
  const rules = [entry(b, "up", "long", 12, 100, { reverse: true }), down, leave];
  expect(await runOf(b.graph({ rules, width: HOUR, simulate: { market: "close" } }), [800, 1000, 1200, 1100])).toEqual([
    "1 order 1 sell 50 entry down",
    "1 fill 1 sell 50 @ 10.00",
    "2 order 2 buy 50 exit leave",
    "2 fill 2 buy 50 @ 12.00",
    "2 order 3 buy 100 entry up",
    "2 fill 3 buy 100 @ 12.00",
    "3 order 4 sell 100 exit down",
    "3 fill 4 sell 100 @ 11.00",
    "3 order 5 sell 50 entry down",
    "3 fill 5 sell 50 @ 11.00",
  ]);
});

it("leaves room for another entry of the row where what it took back had begun there", async () => {
  const b = graphBuilder();
  const rules = [
    entry(b, "down", "short", 10, 100),
    entry(b, "turn", "long", 10, 20_000, { reverse: true }),
    entry(b, "up", "long", 10, 100),
  ];
  expect(await runOf(b.graph({ rules, width: HOUR }), [1000, 1000])).toEqual([
    "0 order 1 sell 100 entry down",
    "0 cancel 1",
    "0 order 2 buy 20000 entry turn rejected: buying_power",
    "0 order 3 buy 100 entry up",
    "1 fill 3 buy 100 @ 10.00",
  ]);
});
