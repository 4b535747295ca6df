/** Small graphs by hand, so that the engine is tested without the language: expressions are nested records, nodes are shared like the compiler's. */
import type {
  AccountField,
  BinaryFunction,
  Graph,
  Node,
  NodeId,
  RiskLimit,
  Rule,
  Simulation,
  UnaryFunction,
  WindowFunction,
} from "../../src/graph/nodes.ts";
import type { InputField } from "../../src/market/bars.ts";

const DAY = 86_400_000_000;

export interface GraphBuilder {
  constant(value: number | boolean): NodeId;
  input(field: InputField): NodeId;
  account(field: AccountField): NodeId;
  fill(): NodeId;
  peak(): NodeId;
  lastFill(): NodeId;
  atEntry(x: NodeId): NodeId;
  unary(fn: UnaryFunction, x: NodeId): NodeId;
  binary(fn: BinaryFunction, a: NodeId, b: NodeId): NodeId;
  window(fn: WindowFunction, x: NodeId, length: number): NodeId;
  delay(x: NodeId, by: number): NodeId;
  select(condition: NodeId, then: NodeId, otherwise: NodeId): NodeId;
  orElse(x: NodeId, fallback: NodeId): NodeId;
  /** Equity as the compiler writes it. */
  equity(): NodeId;
  graph(parts: GraphParts): Graph;
}

export interface GraphParts {
  readonly rules: readonly Rule[];
  readonly risk?: readonly RiskLimit[];
  readonly simulate?: Partial<Simulation>;
  readonly calendar?: "nyse" | "always";
  readonly width?: number;
  readonly regularOnly?: boolean;
  readonly collar?: string;
  readonly session?: Partial<Graph["session"]>;
  readonly names?: Graph["names"];
}

const BOOLS: readonly string[] = ["lt", "le", "eq", "ne", "and", "or", "not"];

export function graphBuilder(): GraphBuilder {
  const nodes: Node[] = [];
  const ids = new Map<string, NodeId>();
  const add = (node: Node): NodeId => {
    const key = JSON.stringify(node);
    const known = ids.get(key);
    if (known !== undefined) return known;
    ids.set(key, nodes.length);
    nodes.push(node);
    return nodes.length - 1;
  };
  const optional = (...operands: NodeId[]): boolean => operands.some((id) => nodes[id]!.optional);
  const builder: GraphBuilder = {
    constant: (value) => add({ op: "constant", value, type: typeof value === "boolean" ? "bool" : "number", optional: false }),
    input: (field) => add({ op: "input", field, clock: 0, type: "number", optional: false }),
    account: (field) => add({ op: "account", field, type: "number", optional: field === "entry_price" || field === "bars_held" }),
    fill: () => add({ op: "fill", type: "number", optional: false }),
    peak: () => add({ op: "peak", type: "number", optional: false }),
    lastFill: () => add({ op: "last_fill", type: "number", optional: false }),
    atEntry: (x) => add({ op: "at_entry", x, shares: 0, type: nodes[x]!.type, optional: nodes[x]!.optional }),
    unary: (fn, x) => add({ op: "unary", fn, x, type: fn === "not" ? "bool" : "number", optional: optional(x) }),
    binary: (fn, a, b) =>
      add({ op: "binary", fn, a, b, type: BOOLS.includes(fn) ? "bool" : "number", optional: optional(a, b) || fn === "div" }),
    window: (fn, x, length) =>
      add({ op: "window", fn, x, length: builder.constant(length), max: length, q: null, type: "number", optional: false }),
    delay: (x, by) => add({ op: "delay", x, by: builder.constant(by), max: by, type: nodes[x]!.type, optional: nodes[x]!.optional }),
    select: (condition, then, otherwise) =>
      add({ op: "select", condition, then, otherwise, type: nodes[then]!.type, optional: optional(condition, then, otherwise) }),
    orElse: (x, fallback) => add({ op: "default", x, fallback, type: nodes[x]!.type, optional: optional(fallback) }),
    equity: () => builder.account("equity"),
    graph: (parts) => ({
      schema: "stratc-graph/2.1",
      strategy: "test",
      calendar: parts.calendar ?? "always",
      symbols: [{ name: "TEST", trades: true }],
      groups: [{ name: "universe", symbols: [0] }],
      clocks: [{ name: "bar", width: parts.width ?? DAY, of: null, regularOnly: parts.regularOnly ?? false, shortLast: false }],
      parameters: [],
      models: [],
      requirements: [],
      nodes,
      states: [],
      rules: parts.rules,
      risk: parts.risk ?? [{ measure: "order_value", limit: { kind: "constant", value: "1000000000" }, monitor: null }],
      collar: parts.collar ?? "0.05",
      session: { flatten: null, ...parts.session },
      simulate: {
        market: "next_open",
        slippage: "0",
        fees: { kind: "none" },
        borrow: "0",
        limit: "through",
        volumeCap: null,
        startAfter: 0,
        ...parts.simulate,
      },
      names: parts.names ?? {},
      plots: [],
      emulated: [],
    }),
  };
  return builder;
}
