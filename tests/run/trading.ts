/** One entry rule on one symbol, told in prices, over bars in cents: the frame of the tests of orders. It enters where the close is 10.00. */
import type { EnterRule, Graph, NodeId, OrderForm, Rule, Simulation, TimeInForce } from "../../src/graph/nodes.ts";
import { MARKET, PLAIN } from "../support/rules.ts";
import { type GraphBuilder, type GraphParts, graphBuilder } from "./graph-builder.ts";
import { flat, lines, type Row, simulate } from "./simulate.ts";

export const HOUR = 3_600_000_000;

/** Everything that an entry may say, given a builder. */
export type Says = (b: GraphBuilder) => Partial<EnterRule>;

export interface World {
  readonly exits?: (b: GraphBuilder) => readonly { readonly when: NodeId; readonly order?: OrderForm }[];
  /** When the session's block flattens. */
  readonly flatten?: (b: GraphBuilder) => NodeId;
  readonly simulate?: Partial<Simulation>;
  readonly parts?: Partial<GraphParts>;
  readonly width?: number;
  /** With them `volume_cap` is 10 %. */
  readonly volumes?: readonly number[];
  readonly begin?: number;
  readonly capacity?: number;
}

export const DAY: TimeInForce = { kind: "day" };
export const GTC: TimeInForce = { kind: "gtc" };

export function bars(count: number): TimeInForce {
  return { kind: "bars", count };
}

/** Whether the close is this price. */
export function closeIs(b: GraphBuilder, price: number): NodeId {
  return b.binary("eq", b.input("close"), b.constant(price));
}

/** `fill + offset` */
export function fromFill(b: GraphBuilder, offset: number): NodeId {
  return b.binary("add", b.fill(), b.constant(offset));
}

function graphOf(says: Says, world: World = {}): Graph {
  const b = graphBuilder();
  const size = { kind: "shares", amount: b.constant(100), trim: false } as const;
  const entry: Rule = { kind: "enter", name: "go", clock: 0, when: closeIs(b, 10), side: "long", size, ...PLAIN, ...says(b) };
  const exits = (world.exits?.(b) ?? []).map(
    ({ when, order = MARKET }, index): Rule => ({ kind: "exit", name: `leave${index}`, clock: 0, when, trade: 0, order }),
  );
  return b.graph({
    rules: [entry, ...exits],
    ...(world.width === undefined ? {} : { width: world.width }),
    simulate: { ...(world.volumes === undefined ? {} : { volumeCap: "0.1" }), ...world.simulate },
    ...(world.flatten === undefined ? {} : { session: { flatten: world.flatten(b) } }),
    ...world.parts,
  });
}

/** The records of the run; a number among the rows is a bar at one price. */
export async function trade(says: Says, rows: readonly (Row | number)[], world: World = {}): Promise<readonly string[]> {
  const { width, begin, capacity, volumes } = world;
  const market = {
    rows: rows.map((row) => (typeof row === "number" ? flat(row) : row)),
    ...(width === undefined ? {} : { width }),
    ...(volumes === undefined ? {} : { volumes }),
    ...(begin === undefined ? {} : { begin }),
    ...(capacity === undefined ? {} : { capacity }),
  };
  return lines(await simulate(graphOf(says, world), market)).map((line) => line.replace(" fee 0.00", ""));
}
