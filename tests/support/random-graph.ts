/**
 * Random legal graphs of every node kind, for properties that hold for all graphs: interpreter = WebAssembly, any split into chunks gives the same,
 * the hash ignores numbering. A graph is made from a list of steps; each step takes its operands from the values made so far, so that a failing
 * case shrinks to few steps. Values are kept small enough that most runs do not halt.
 */
import fc from "fast-check";
import { clocksOf } from "../../src/graph/clocks.ts";
import { evaluateRun } from "../../src/graph/evaluate.ts";
import type { AccountField, Graph, Node, NodeId, OrderForm, Parameter, Rule, Size, WindowFunction } from "../../src/graph/nodes.ts";
import { strata } from "../../src/graph/strata.ts";
import { readsPrevious } from "../../src/graph/traverse.ts";
import { parameter, stateField } from "./graph-builder.ts";
import { crossing, LANE_PARTS } from "./random-crossings.ts";
import { RANDOM_MODELS } from "./random-models.ts";
import {
  anyBool,
  anyNumber,
  type Chooser,
  chooser,
  clamped,
  keep,
  keepClamped,
  type Maker,
  recent,
  start,
  WILD_SHARE,
} from "./random-pools.ts";

/** One step: which kind of node, and raw choices that its operands are taken from. */
interface Step {
  readonly kind: (typeof STEP_KINDS)[number] | "crossing";
  readonly picks: readonly number[];
}

const STEP_KINDS = [
  "constant",
  "unary",
  "arithmetic",
  "power",
  "compare",
  "logic",
  "select",
  "fallback",
  "delay",
  "window",
  "window",
  "window",
  "anchored",
  "anchored",
  "reduce",
  "recursion",
  "machine",
  "account",
  "none",
  "native",
] as const;

const CONSTANTS = [0, 1, -1, 2, 0.5, 0.1, 3, 100, -2.5, 1e-9, 1e6, 7];
const ACCOUNT_FIELDS: readonly AccountField[] = [
  "cash",
  "position",
  "entry_price",
  "bars_held",
  "equity",
  "day_start_equity",
  "equity_peak",
];
const WINDOWS: readonly WindowFunction[] = ["sum", "mean", "highest", "lowest", "variance", "count", "quantile"];
const MONITORED = ["order_value", "position_value", "day_loss", "drawdown"] as const;

/** The parameters of every random graph; their ranges begin at the smallest legal length, offset and term count. */
const PARAMETERS: readonly Parameter[] = [
  parameter("length", "int", 1, 6),
  parameter("offset", "int", 0, 4),
  parameter("weight", "number", 0, 1),
  parameter("terms", "int", 0, 5),
];
/** The same with values of their own for single symbols. */
const OVERRIDDEN: readonly Parameter[] = PARAMETERS.map((each, index) => ({
  ...each,
  overrides: [{ symbol: index % 2, value: each.max }],
}));
const LENGTH = 0;
const OFFSET = 1;
const WEIGHT = 2;
const TERMS = 3;

/** A length of the run and the largest it can be. */
function length({ build }: Maker, pick: Chooser): readonly [NodeId, number] {
  const constant = pick.of([1, 2, 3, 5, 14, 40]);
  return pick.chance(2) ? [build.parameter(LENGTH), 6] : [build.number(constant), constant];
}

function offset({ build }: Maker, pick: Chooser): readonly [NodeId, number] {
  const constant = pick.of([0, 1, 1, 2, 5, 30]);
  if (pick.chance(3)) return [build.binary("add", build.parameter(OFFSET), build.number(1)), 5];
  return pick.chance(2) ? [build.parameter(OFFSET), 4] : [build.number(constant), constant];
}

function window(maker: Maker, pick: Chooser): NodeId {
  const fn = pick.of(WINDOWS);
  const [n, max] = length(maker, pick);
  if (fn === "count") return maker.build.window(fn, recent(maker.pools.bools, pick), n, max);
  const x = pick.chance(2) ? price(maker, pick) : recent(maker.pools.numbers, pick);
  const q = fn === "quantile" ? (pick.chance(2) ? maker.build.parameter(WEIGHT) : maker.build.number(pick.of([0, 0.25, 0.5, 1]))) : null;
  return maker.build.window(fn, x, n, max, q);
}

/** A price, often shifted, so that exact windows are met. */
function price(maker: Maker, pick: Chooser): NodeId {
  const field = maker.build.input(pick.of(["open", "high", "low", "close"] as const));
  if (pick.chance(2)) return field;
  const [by, max] = offset(maker, pick);
  const shifted = maker.build.delay(field, by, max);
  return pick.chance(4) ? maker.build.delay(shifted, maker.build.number(1), 1) : shifted;
}

function anchored(maker: Maker, pick: Chooser): NodeId {
  const { build, pools } = maker;
  const fn = pick.of(["sum", "mean", "highest", "lowest", "count"] as const);
  const since = pick.chance(2) ? "session" : { condition: recent(pools.bools, pick) };
  const where = pick.chance(2) ? recent(pools.bools, pick) : null;
  const x = pick.chance(2) ? price(maker, pick) : recent(pools.numbers, pick);
  return build.anchored(fn, fn === "count" ? recent(pools.bools, pick) : x, since, where);
}

function reduce(maker: Maker, pick: Chooser): NodeId {
  const { build, pools } = maker;
  const loop = pick.below(3);
  const last = pick.chance(2) ? build.parameter(TERMS) : build.number(pick.of([0, 1, 3, 5]));
  const from = build.number(pick.of([0, 0, 1, 2]));
  const index = build.index(loop);
  const shift = pick.chance(2) ? index : build.binary("add", index, build.parameter(OFFSET));
  const x = pick.chance(6) ? pick.of(pools.optionalNumbers) : recent(pools.numbers, pick);
  const shifted = build.delay(x, shift, 9);
  const fn = pick.of(["sum", "mean", "min", "max", "count"] as const);
  const weighted = pick.of([
    () => shifted,
    () => build.binary("mul", shifted, build.binary("add", index, build.number(1))),
    () => build.binary("div", shifted, index),
    () => build.binary("mul", index, recent(pools.numbers, pick)),
    () => build.select(build.binary("lt", index, build.number(2)), shifted, build.number(0)),
    () => build.power(index, pick.of([2, -1])),
  ])();
  const body = fn === "count" ? build.binary("lt", weighted, recent(pools.numbers, pick)) : weighted;
  return build.reduce(fn, loop, [from, last], 6, body, true);
}

/** One field that moves toward a value, or keeps an extreme, a choice or a count. */
function recursion(maker: Maker, pick: Chooser): NodeId {
  const { build, pools } = maker;
  const x = recent(pools.numbers, pick);
  const id = build.nextState();
  const previous = build.previous(id, 0);
  const difference = build.binary("sub", x, previous);
  const [n] = length(maker, pick);
  const then = pick.of([
    () => build.binary("add", previous, build.binary("div", difference, n, true)),
    () => build.binary("add", previous, build.binary("mul", difference, build.parameter(WEIGHT))),
    () => build.binary("add", build.binary("mul", build.parameter(WEIGHT), difference), previous),
    () => build.binary(pick.of(["min", "max"] as const), previous, x),
    () => build.select(recent(pools.bools, pick), x, previous),
    () => clamped(build, build.binary("add", build.unary("neg", previous), x)),
    () => build.fallback(build.binary("div", build.power(clamped(build, previous), 2), clamped(build, x)), x),
    () => build.binary("mod", build.binary("add", previous, build.number(1)), build.number(7), true),
  ])();
  const reset = pick.of([() => null, () => recent(pools.bools, pick), () => build.binary("lt", x, previous)])();
  const seed = pick.of([() => x, () => build.number(0), () => recent(pools.numbers, pick)])();
  build.addState({ fields: [{ seed, then }], reset, settlesIn: pick.chance(4) ? build.number(50) : null });
  return build.field(id, 0);
}

/** Three fields that read one another, one of them a bool. */
function machine(maker: Maker, pick: Chooser): readonly NodeId[] {
  const { build, pools } = maker;
  const id = build.nextState();
  const [level, extreme, rising] = [build.previous(id, 0), build.previous(id, 1), build.previous(id, 2, "bool")];
  const x = recent(pools.numbers, pick);
  const y = recent(pools.numbers, pick);
  const flips = build.binary("lt", x, level);
  const half = build.binary("mul", build.binary("sub", extreme, level), build.number(0.5));
  const fields = [
    stateField(x, build.select(flips, extreme, build.binary("add", level, half))),
    stateField(y, build.select(rising, build.binary("max", extreme, y), build.binary("min", extreme, y))),
    stateField(recent(pools.bools, pick), build.select(flips, build.unary("not", rising), rising)),
  ];
  const reset = pick.chance(2) ? build.binary("and", rising, recent(pools.bools, pick)) : null;
  build.addState({ fields, reset, settlesIn: build.parameter(LENGTH) });
  return pick.chance(2) ? [build.field(id, 0), build.field(id, 2)] : [build.field(id, pick.below(3))];
}

/** The answer of one of the random models; it takes two inputs. */
function native({ build, pools }: Maker, pick: Chooser): NodeId {
  const inputs = [recent(pools.numbers, pick), recent(pools.numbers, pick)];
  return build.native(pick.below(RANDOM_MODELS.length), inputs);
}

function account(maker: Maker, pick: Chooser): void {
  const { build, pools } = maker;
  const held = recent(pools.accountNumbers, pick);
  const market = anyNumber(maker, pick);
  const value = pick.of([
    () => build.account(pick.of(ACCOUNT_FIELDS)),
    () => build.binary("add", build.account("cash"), build.binary("mul", build.account("position"), build.input("close"))),
    () => clamped(build, build.binary(pick.of(["add", "sub", "mul", "div", "max"] as const), held, clamped(build, market))),
    () => build.fallback(held, market),
    () => build.select(recent(pools.accountBools, pick), held, market),
  ])();
  pools.accountNumbers.push(value);
  const compared = build.binary(pick.of(["lt", "le", "eq"] as const), value, pick.chance(2) ? market : held);
  pools.accountBools.push(pick.chance(2) ? compared : build.binary(pick.of(["and", "or"] as const), compared, anyBool(maker, pick)));
}

function apply(maker: Maker, step: Step): void {
  const { build, pools } = maker;
  const pick = chooser(step.picks);
  switch (step.kind) {
    case "constant":
      keep(maker, pick.chance(3) ? build.parameter(pick.below(PARAMETERS.length)) : build.number(pick.of(CONSTANTS)));
      return;
    case "unary": {
      const fn = pick.of(["neg", "abs", "sqrt", "exp", "log", "floor"] as const);
      const x = anyNumber(maker, pick);
      keepClamped(maker, pick, build.unary(fn, fn === "exp" && !pick.chance(3) ? build.binary("min", x, build.number(20)) : x));
      return;
    }
    case "arithmetic": {
      const fn = pick.of(["add", "sub", "mul", "div", "min", "max", "mod"] as const);
      const [a, b] = [anyNumber(maker, pick), anyNumber(maker, pick)];
      const bySomething = (fn === "div" || fn === "mod") && pick.chance(2);
      keepClamped(maker, pick, bySomething ? build.binary(fn, a, build.input("close"), true) : build.binary(fn, a, b));
      return;
    }
    case "power": {
      const x = build.binary("max", anyNumber(maker, pick), build.number(0.001));
      const exponent = pick.of([0, 1, 2, 3, -1, -2, 64]);
      const small = pick.chance(WILD_SHARE) ? x : build.binary("min", x, build.number(1000));
      keepClamped(maker, pick, pick.chance(2) ? build.power(small, exponent) : build.binary("pow", small, build.parameter(WEIGHT)));
      return;
    }
    case "compare":
      keep(maker, build.binary(pick.of(["lt", "le", "eq", "ne"] as const), anyNumber(maker, pick), anyNumber(maker, pick)));
      return;
    case "logic": {
      const fn = pick.of(["and", "or", "eq", "ne", "not"] as const);
      keep(maker, fn === "not" ? build.unary(fn, anyBool(maker, pick)) : build.binary(fn, anyBool(maker, pick), anyBool(maker, pick)));
      return;
    }
    case "select": {
      const any = pick.chance(3) ? anyBool : anyNumber;
      keep(maker, build.select(anyBool(maker, pick), any(maker, pick), any(maker, pick)));
      return;
    }
    case "fallback": {
      const [x, or] = pick.chance(3) ? ([pools.optionalBools, anyBool] as const) : ([pools.optionalNumbers, anyNumber] as const);
      keep(maker, build.fallback(recent(x, pick), or(maker, pick)));
      return;
    }
    case "delay":
      keep(maker, build.delay((pick.chance(4) ? anyBool : anyNumber)(maker, pick), ...offset(maker, pick)));
      return;
    case "window":
      keepClamped(maker, pick, window(maker, pick));
      return;
    case "anchored":
      keepClamped(maker, pick, anchored(maker, pick));
      return;
    case "reduce":
      keepClamped(maker, pick, reduce(maker, pick));
      return;
    case "recursion":
      keepClamped(maker, pick, recursion(maker, pick));
      return;
    case "machine":
      for (const id of machine(maker, pick)) keep(maker, id);
      return;
    case "account":
      account(maker, pick);
      return;
    case "crossing":
      keep(maker, crossing(maker, pick));
      return;
    case "native":
      keep(maker, native(maker, pick));
      return;
    case "none": {
      const type = pick.of(["number", "bool"] as const);
      const value = (type === "bool" ? anyBool : anyNumber)(maker, pick);
      keep(maker, build.select(anyBool(maker, pick), value, build.none(type)));
      return;
    }
  }
}

function order(maker: Maker, pick: Chooser): OrderForm {
  const tif = pick.of([{ kind: "day" }, { kind: "gtc" }, { kind: "bars", count: 3 }] as const);
  const price = (): NodeId => anyNumber(maker, pick);
  return pick.of([
    () => ({ type: "market", tif }) as const,
    () => ({ type: "limit", tif, limit: price() }) as const,
    () => ({ type: "stop", tif, stop: price() }) as const,
    () => ({ type: "stop_limit", tif, stop: price(), limit: price() }) as const,
  ])();
}

function rules(maker: Maker, pick: Chooser): readonly Rule[] {
  const { build, pools } = maker;
  const when = (): NodeId => (pick.chance(2) ? anyBool(maker, pick) : recent(pools.accountBools, pick));
  const amount = (): NodeId => pick.of([recent(pools.accountNumbers, pick), anyNumber(maker, pick)]);
  const size = (kinds: readonly Size["kind"][]): Size => ({ kind: pick.of(kinds), amount: amount(), trim: pick.chance(2) });
  if (pick.chance(3)) {
    const entries = pick.chance(2) ? anyBool(maker, pick) : null;
    return [{ kind: "hold", name: "hold", clock: 0, when: when(), size: size(["shares", "value"]), short: pick.chance(2), entries }];
  }
  const from = (price: NodeId): NodeId => build.binary("sub", price, anyNumber(maker, pick));
  const perhaps = <T>(make: () => T): T | null => (pick.chance(2) ? make() : null);
  const half = { part: 0.5, at: from(build.fill()), thenStop: perhaps(() => build.fill()) };
  return [
    {
      kind: "enter",
      name: "enter",
      clock: 0,
      when: when(),
      side: pick.of(["long", "short"] as const),
      size: size(["shares", "value", "risk"]),
      order: order(maker, pick),
      stop: perhaps(() => from(build.fill())),
      trail: perhaps(() => from(build.peak())),
      targets: pick.chance(2) ? [half, { part: null, at: from(build.fill()), thenStop: null }] : [],
      add: perhaps(() => ({ upTo: build.number(2), when: build.binary("lt", build.lastFill(), build.atEntry(anyNumber(maker, pick))) })),
      brakes: { perSession: perhaps(() => build.number(3)), cooldown: perhaps(() => build.number(2)) },
      prefer: perhaps(() => ({ order: pick.of(["highest", "lowest"] as const), by: amount() })),
      reverse: pick.chance(4),
      ...(pick.chance(4) ? { ifPartial: "close" as const } : {}),
    },
    { kind: "exit", name: "leave", clock: 0, when: when(), trade: 0, order: order(maker, pick) },
    { kind: "exit", name: "leave again", clock: 0, when: when(), trade: 0, order: order(maker, pick) },
  ];
}

function finish(maker: Maker, picks: readonly number[]): Graph {
  const { build, pools } = maker;
  const pick = chooser(picks);
  const monitored = { excess: recent(pools.accountBools, pick), action: "no_entries", until: "next_session" } as const;
  const marketBool = (): NodeId | null => (pick.chance(2) ? anyBool(maker, pick) : null);
  return build.graph({
    parameters: PARAMETERS,
    models: RANDOM_MODELS,
    requirements: [build.binary("le", build.number(0), build.parameter(OFFSET))],
    rules: rules(maker, pick),
    risk: [
      { measure: "order_value", limit: { kind: "constant", value: "25000" }, monitor: null },
      { measure: pick.of(MONITORED), limit: { kind: "ratio", ratio: "0.02", of: "equity" }, monitor: monitored },
    ],
    session: { flatten: marketBool() },
    simulate: {
      market: "next_open",
      slippage: "0",
      fees: { kind: "none" },
      borrow: "0",
      limit: "through",
      volumeCap: null,
      startAfter: pick.of([0, 0, 7]),
    },
    names: { last: { node: recent(pools.numbers, pick), unit: "number", doc: null } },
    plots: ["last"],
    emulated: [],
  });
}

const picks = fc.array(fc.nat(0xffff), { minLength: 12, maxLength: 12 });

/** Legal graphs of up to `maxSteps` steps of these kinds beyond a few inputs. */
function grown(kinds: readonly Step["kind"][], maxSteps: number): fc.Arbitrary<Graph> {
  const step: fc.Arbitrary<Step> = fc.record({ kind: fc.constantFrom(...kinds), picks });
  return fc.tuple(fc.array(step, { maxLength: maxSteps, size: "max" }), picks).map(([steps, last]) => {
    const maker = start();
    for (const each of steps) apply(maker, each);
    return finish(maker, last);
  });
}

/** Legal graphs of one symbol and one clock. All have the same four parameters. */
export function randomGraph(maxSteps = 25): fc.Arbitrary<Graph> {
  return grown(STEP_KINDS, maxSteps);
}

/** Legal graphs of two symbols and two clocks, with rules on the first. */
export function randomLaneGraph(maxSteps = 25): fc.Arbitrary<Graph> {
  const crossings = Array.from({ length: 5 }, () => "crossing" as const);
  return grown([...STEP_KINDS, ...crossings], maxSteps).map((graph) => ({ ...graph, ...LANE_PARTS, parameters: OVERRIDDEN }));
}

/** A value for every parameter of a random graph, both ends of each range included. */
export const randomParameters: fc.Arbitrary<readonly number[]> = fc.tuple(
  ...PARAMETERS.map(({ kind, min, max }) =>
    kind === "int" ? fc.integer({ min, max }) : fc.integer({ min: 0, max: 1000 }).map((share) => min + ((max - min) * share) / 1000),
  ),
);

/** The nodes of the market that a host may observe on the first clock: all but those inside a recursion. */
export function observable(graph: Graph): readonly NodeId[] {
  const stratum = strata(graph);
  const inside = readsPrevious(graph);
  const clock = clocksOf(graph);
  return graph.nodes.flatMap((_, id) => (stratum[id] === "market" && !inside[id] && (clock[id] ?? 0) === 0 ? [id] : []));
}

/** What kinds of nodes graphs have, with function and, for windows, whether they are over prices: counts by name. */
export function coverage(graphs: readonly Graph[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const graph of graphs) {
    for (const node of graph.nodes) {
      const name = kindOf(graph, node);
      counts.set(name, (counts.get(name) ?? 0) + 1);
    }
  }
  return counts;
}

function kindOf(graph: Graph, node: Node): string {
  if (node.op === "window" || node.op === "anchored") {
    const over = graph.nodes[node.x]!;
    return `${node.op} ${node.fn}${over.op === "input" ? " of an input" : over.op === "delay" ? " of a delay" : ""}`;
  }
  return "fn" in node ? `${node.op} ${node.fn}` : "field" in node ? `${node.op} ${node.field}` : node.op;
}

/** Parameters whose values of the run are finite; others are refused before the first row. */
export function isLegal(graph: Graph, parameters: readonly number[], symbol: number | null): boolean {
  try {
    evaluateRun(graph, parameters, symbol);
    return true;
  } catch {
    return false;
  }
}
