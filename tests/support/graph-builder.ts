/** Builds graphs node by node in tests: hash-consed, with types and optionality filled in by the rules of nodes.ts. */
import type {
  AccountField,
  AcrossFunction,
  BinaryFunction,
  ClockId,
  GatherFunction,
  Graph,
  GroupId,
  ModelId,
  Node,
  NodeId,
  Parameter,
  ReduceFunction,
  State,
  StateId,
  SymbolId,
  UnaryFunction,
  WindowFunction,
} from "../../src/graph/nodes.ts";
import type { InputField } from "../../src/market/bars.ts";

/** Everything of a graph but its nodes and states. */
export type GraphParts = Partial<Omit<Graph, "nodes" | "states">>;

type Anchored = Extract<Node, { op: "anchored" }>;

const COMPARISONS: ReadonlySet<BinaryFunction> = new Set(["lt", "le", "eq", "ne", "and", "or"]);

export type GraphBuilder = ReturnType<typeof graphBuilder>;

export function graphBuilder() {
  const nodes: Node[] = [];
  const states: State[] = [];
  const ids = new Map<string, NodeId>();

  const node = (id: NodeId): Node => nodes[id]!;
  const add = (made: Node): NodeId => {
    const key = JSON.stringify(made);
    const known = ids.get(key);
    if (known !== undefined) return known;
    ids.set(key, nodes.length);
    return nodes.push(made) - 1;
  };
  const anyOptional = (...of: NodeId[]): boolean => of.some((id) => node(id).optional);
  const number = (value: number): NodeId => add({ op: "constant", value, type: "number", optional: false });

  return {
    nodes,
    states,
    node,
    number,
    bool: (value: boolean): NodeId => add({ op: "constant", value, type: "bool", optional: false }),
    none: (type: Node["type"]): NodeId => add({ op: "none", type, optional: true }),
    parameter: (index: number): NodeId => add({ op: "parameter", index, type: "number", optional: false }),
    input: (field: InputField, clock: ClockId = 0): NodeId => add({ op: "input", field, clock, type: "number", optional: false }),
    member: (group: GroupId): NodeId => add({ op: "member", group, type: "bool", optional: false }),
    sample: (x: NodeId, symbol: SymbolId | null, clock: ClockId): NodeId =>
      add({ op: "sample", x, symbol, clock, type: node(x).type, optional: node(x).optional }),
    gather: (fn: GatherFunction, x: NodeId, clock: ClockId): NodeId => {
      const { type, optional } = fn === "first" || fn === "last" ? node(x) : ({ type: "number", optional: false } as const);
      return add({ op: "gather", fn, x, clock, type, optional });
    },
    across: (fn: AcrossFunction, x: NodeId, group: GroupId): NodeId =>
      add({ op: "across", fn, x, group, type: "number", optional: fn !== "sum" && fn !== "count" }),
    native: (model: ModelId, inputs: readonly NodeId[]): NodeId => add({ op: "native", model, inputs, type: "number", optional: true }),
    begins: (of: ClockId, clock: ClockId): NodeId => add({ op: "begins", of, clock, type: "bool", optional: false }),
    account: (field: AccountField): NodeId =>
      add({ op: "account", field, type: "number", optional: field === "entry_price" || field === "bars_held" }),
    fill: (): NodeId => add({ op: "fill", type: "number", optional: false }),
    peak: (): NodeId => add({ op: "peak", type: "number", optional: false }),
    lastFill: (): NodeId => add({ op: "last_fill", type: "number", optional: false }),
    atEntry: (x: NodeId): NodeId => add({ op: "at_entry", x, shares: 0, type: node(x).type, optional: node(x).optional }),
    unary: (fn: UnaryFunction, x: NodeId): NodeId =>
      add({ op: "unary", fn, x, type: fn === "not" ? "bool" : "number", optional: anyOptional(x) || fn === "sqrt" || fn === "log" }),
    /** `sure`: a division whose right side is known not to be 0. */
    binary: (fn: BinaryFunction, a: NodeId, b: NodeId, sure = false): NodeId => {
      const partial = (fn === "div" || fn === "mod") && !sure;
      return add({ op: "binary", fn, a, b, type: COMPARISONS.has(fn) ? "bool" : "number", optional: anyOptional(a, b) || partial });
    },
    power: (x: NodeId, exponent: number): NodeId =>
      add({ op: "power", x, exponent, type: "number", optional: anyOptional(x) || exponent < 0 }),
    select: (condition: NodeId, then: NodeId, otherwise: NodeId): NodeId =>
      add({ op: "select", condition, then, otherwise, type: node(then).type, optional: anyOptional(condition, then, otherwise) }),
    fallback: (x: NodeId, fallback: NodeId): NodeId =>
      add({ op: "default", x, fallback, type: node(x).type, optional: anyOptional(fallback) }),
    delay: (x: NodeId, by: NodeId, max: number): NodeId => add({ op: "delay", x, by, max, type: node(x).type, optional: anyOptional(x) }),
    window: (fn: WindowFunction, x: NodeId, length: NodeId, max: number, q: NodeId | null = null): NodeId =>
      add({ op: "window", fn, x, length, max, q, type: "number", optional: false }),
    anchored: (fn: Anchored["fn"], x: NodeId, since: Anchored["since"], where: NodeId | null = null): NodeId => {
      const perhapsEmpty = where !== null || since !== "session";
      return add({ op: "anchored", fn, x, since, where, type: "number", optional: perhapsEmpty && fn !== "sum" && fn !== "count" });
    },
    index: (loop: number): NodeId => add({ op: "index", loop, type: "number", optional: false }),
    /** `perhapsEmpty`: some parameter set leaves it without terms. */
    reduce: (
      fn: ReduceFunction,
      loop: number,
      range: readonly [from: NodeId, to: NodeId],
      maxTerms: number,
      body: NodeId,
      perhapsEmpty = false,
    ): NodeId => {
      const [from, to] = range;
      const optional = anyOptional(body) || (perhapsEmpty && fn !== "sum" && fn !== "count");
      return add({ op: "reduce", fn, loop, from, to, maxTerms, body, type: "number", optional });
    },
    /** The id that the next state will have. */
    nextState: (): StateId => states.length,
    previous: (state: StateId, field: number, type: Node["type"] = "number"): NodeId =>
      add({ op: "previous", state, field, type, optional: false }),
    addState: (state: State): StateId => states.push(state) - 1,
    field: (state: StateId, field: number): NodeId => {
      const { seed } = states[state]!.fields[field]!;
      return add({ op: "state", state, field, type: node(seed).type, optional: false });
    },
    graph: (parts: GraphParts = {}): Graph => ({
      schema: "stratc-graph/2.1",
      strategy: "test",
      calendar: "nyse",
      symbols: [{ name: "TEST", trades: true }],
      groups: [{ name: "universe", symbols: [0] }],
      clocks: [{ name: "bar", width: 300_000_000, of: null, regularOnly: false, shortLast: false }],
      parameters: [],
      models: [],
      requirements: [],
      rules: [],
      risk: [],
      collar: "0.05",
      session: { flatten: null },
      simulate: {
        market: "next_open",
        slippage: "0",
        fees: { kind: "none" },
        borrow: "0",
        limit: "through",
        volumeCap: null,
        startAfter: 0,
      },
      names: {},
      plots: [],
      emulated: [],
      ...parts,
      nodes: [...nodes],
      states: [...states],
    }),
  };
}

/** A parameter for tests. */
export function parameter(name: string, kind: Parameter["kind"], min: number, max: number): Parameter {
  return { name, kind, unit: "number", default: min, min, max, step: kind === "int" ? 1 : null, overrides: [] };
}

/** A field of a state. */
export function stateField(seed: NodeId, then: NodeId): State["fields"][number] {
  return { seed, then };
}
