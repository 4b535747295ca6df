/** The form of a graph, stratc-graph/2.1, written a second time from docs/certificate.md: every operation, rule and limit that exists, with its fields in the order in which they are hashed. */
import { INPUT_FIELDS, type InputField, isBookField, QUOTE_FIELDS } from "../market/bars.ts";
import { aside, id, integer, list, nullable, optional, record, type Value, variants, word } from "./shape.ts";

const NUMBER = { is: "number" } as const;
const BOOLEAN = { is: "boolean" } as const;
const TEXT = { is: "text" } as const;
const DECIMAL = { is: "decimal" } as const;
const COLUMN: { readonly is: "word"; readonly among: readonly InputField[]; readonly or: (word: string) => boolean } = {
  is: "word",
  among: [...INPUT_FIELDS, ...QUOTE_FIELDS],
  or: isBookField,
};
const NODE = id("nodes");
const OPTIONAL_NODE = nullable(NODE);
const FEATURES_MAX = 10_000;

export const NODE_SHAPE = variants(
  "op",
  { type: word("number", "bool"), optional: BOOLEAN },
  {
    constant: { value: { is: "scalar" } },
    none: {},
    parameter: { index: id("parameters") },
    input: { field: COLUMN, clock: id("clocks") },
    member: { group: id("groups") },
    sample: { x: NODE, symbol: nullable(id("symbols")), clock: id("clocks") },
    gather: { fn: word("first", "last", "sum", "mean", "highest", "lowest", "count"), x: NODE, clock: id("clocks") },
    across: { fn: word("rank", "percent_rank", "sum", "mean", "highest", "lowest", "count"), x: NODE, group: id("groups") },
    begins: { of: id("clocks"), clock: id("clocks") },
    onnx: { model: id("models"), inputs: list(NODE, FEATURES_MAX) },
    native: { model: id("models"), inputs: list(NODE, FEATURES_MAX) },
    account: { field: word("cash", "position", "entry_price", "bars_held", "equity", "day_start_equity", "equity_peak") },
    fill: {},
    peak: {},
    last_fill: {},
    at_entry: { x: NODE, shares: NUMBER },
    unary: { fn: word("neg", "abs", "sqrt", "exp", "log", "floor", "not"), x: NODE },
    binary: { fn: word("add", "sub", "mul", "div", "min", "max", "mod", "pow", "lt", "le", "eq", "ne", "and", "or"), a: NODE, b: NODE },
    power: { x: NODE, exponent: integer(-64) },
    select: { condition: NODE, then: NODE, otherwise: NODE },
    default: { x: NODE, fallback: NODE },
    delay: { x: NODE, by: NODE, max: integer(0) },
    window: {
      fn: word("sum", "mean", "highest", "lowest", "variance", "count", "quantile"),
      x: NODE,
      length: NODE,
      max: integer(1),
      q: OPTIONAL_NODE,
    },
    anchored: {
      fn: word("sum", "mean", "highest", "lowest", "count"),
      x: NODE,
      since: { is: "either", word: "session", fields: { condition: NODE } },
      where: OPTIONAL_NODE,
    },
    index: { loop: aside(integer(0)) },
    reduce: {
      fn: word("sum", "mean", "min", "max", "count"),
      loop: aside(integer(0)),
      from: NODE,
      to: NODE,
      maxTerms: integer(0),
      body: NODE,
    },
    previous: { state: aside(id("states")), field: integer(0) },
    state: { state: id("states"), field: integer(0) },
  },
);

const STATE_FIELDS_MAX = 64;
export const STATE_SHAPE = record({
  fields: list(record({ seed: NODE, then: NODE }), STATE_FIELDS_MAX),
  reset: OPTIONAL_NODE,
  settlesIn: OPTIONAL_NODE,
});

const PARAMETER = record({
  name: aside(TEXT),
  kind: word("int", "number"),
  unit: TEXT,
  default: NUMBER,
  min: NUMBER,
  max: NUMBER,
  step: nullable(NUMBER),
  overrides: list(record({ symbol: id("symbols"), value: NUMBER }), 1_000),
});

const SIZE = record({ kind: word("shares", "value", "risk"), amount: NODE, trim: BOOLEAN });

const TIME_IN_FORCE = variants(
  "kind",
  {},
  { day: {}, gtc: {}, ioc: {}, fok: {}, opg: {}, cls: {}, bars: { count: integer(1) }, microseconds: { count: integer(1) } },
);

export const ORDER_SHAPE = variants(
  "type",
  { tif: TIME_IN_FORCE },
  {
    market: {},
    limit: { limit: NODE },
    stop: { stop: NODE },
    stop_limit: { stop: NODE, limit: NODE },
  },
);

const TARGET = record({ part: nullable(NUMBER), at: NODE, thenStop: OPTIONAL_NODE });

const RULE = variants(
  "kind",
  { name: aside(TEXT), clock: id("clocks"), when: NODE },
  {
    enter: {
      side: word("long", "short"),
      size: SIZE,
      order: ORDER_SHAPE,
      stop: OPTIONAL_NODE,
      trail: OPTIONAL_NODE,
      targets: list(TARGET, 1_000),
      add: nullable(record({ upTo: NODE, when: NODE })),
      brakes: record({ perSession: OPTIONAL_NODE, cooldown: OPTIONAL_NODE }),
      prefer: nullable(record({ order: word("highest", "lowest"), by: NODE })),
      reverse: BOOLEAN,
      ifPartial: optional(word("close")),
    },
    exit: { trade: id("rules"), order: ORDER_SHAPE },
    hold: { size: SIZE, short: BOOLEAN, entries: OPTIONAL_NODE },
    legs: { legs: list(record({ symbol: id("symbols"), size: SIZE }), 1_000), short: BOOLEAN, entries: OPTIONAL_NODE, within: integer(1) },
    quote: { side: word("buy", "sell"), at: NODE, size: SIZE, postOnly: BOOLEAN, replaceAfter: integer(0), entries: OPTIONAL_NODE },
  },
);

const CLOCK = record({
  name: aside(TEXT),
  width: integer(1),
  of: nullable(id("clocks")),
  regularOnly: BOOLEAN,
  shortLast: BOOLEAN,
  events: optional(word("quotes", "trades", "book")),
});

const LIMIT = variants(
  "kind",
  {},
  {
    rate: { count: integer(1), per: integer(1) },
    constant: { value: DECIMAL },
    ratio: { ratio: DECIMAL, of: word("equity", "cash") },
  },
);

const RISK_LINE = record({
  measure: word(
    "order_value",
    "position_value",
    "gross_exposure",
    "net_exposure",
    "open_positions",
    "open_trades",
    "order_rate",
    "day_loss",
    "drawdown",
    "feed_age",
    "drift",
  ),
  limit: LIMIT,
  monitor: nullable(
    record({ excess: NODE, action: word("no_entries", "cancel", "flatten"), until: word("recovered", "next_session", "manual") }),
  ),
});

const SIMULATION = record({
  market: word("next_open", "close"),
  slippage: DECIMAL,
  fees: variants(
    "kind",
    {},
    { none: {}, per_share: { amount: DECIMAL }, ratio: { ratio: DECIMAL }, table: { name: word("alpaca_equities") } },
  ),
  limit: word("through", "touch"),
  borrow: DECIMAL,
  volumeCap: nullable(DECIMAL),
  startAfter: integer(0),
});

const WEIGHTS_MAX = 1_000_000;
const NUMBERS = list(NUMBER, WEIGHTS_MAX);
const PLACE = integer(Number.MIN_SAFE_INTEGER);

const TREE = record({
  root: PLACE,
  splits: list(record({ feature: integer(0), threshold: NUMBER, below: PLACE, above: PLACE }), WEIGHTS_MAX),
  leaves: list(NUMBERS, WEIGHTS_MAX),
});

const MODEL_STEP = variants(
  "op",
  { x: integer(0) },
  {
    affine: { weights: list(NUMBERS, WEIGHTS_MAX), offsets: NUMBERS },
    scale: { offsets: NUMBERS, factors: NUMBERS },
    activate: { fn: word("relu", "sigmoid", "tanh", "softmax") },
    normalize: { norm: word("l1", "l2", "max") },
    concat: { tail: integer(0) },
    trees: { trees: list(TREE), offsets: NUMBERS },
  },
);

const MODEL = record({
  name: aside(TEXT),
  hash: TEXT,
  features: list(TEXT, FEATURES_MAX),
  low: NUMBER,
  high: NUMBER,
  timeout: nullable(integer(1)),
  trained: record({ from: PLACE, to: PLACE }),
  steps: nullable(record({ steps: list(MODEL_STEP, 1_000), component: integer(0) })),
});

const NODES_MAX = 100_000;
const CLOCKS_MAX = 16;
const PARAMETERS_MAX = 256;
const MODELS_MAX = 256;

export const GRAPH_SHAPE = record({
  schema: word("stratc-graph/2.1"),
  strategy: aside(TEXT),
  calendar: word("nyse", "always"),
  symbols: list(record({ name: TEXT, trades: BOOLEAN })),
  groups: list(record({ name: aside(TEXT), symbols: list(id("symbols")) }), 1_000),
  clocks: list(CLOCK, CLOCKS_MAX),
  parameters: list(PARAMETER, PARAMETERS_MAX),
  models: list(MODEL, MODELS_MAX),
  requirements: list(NODE),
  nodes: list(NODE_SHAPE, NODES_MAX),
  states: list(STATE_SHAPE, NODES_MAX),
  rules: list(RULE),
  risk: list(RISK_LINE),
  collar: DECIMAL,
  session: record({ flatten: OPTIONAL_NODE }),
  simulate: aside(SIMULATION),
  names: aside({ is: "map", of: record({ node: NODE, unit: TEXT, doc: nullable(TEXT) }) } as const),
  plots: aside(list(TEXT)),
  emulated: aside(list(id("rules"))),
});

export type FormGraph = Value<typeof GRAPH_SHAPE>;
export type FormModel = Value<typeof MODEL>;
export type FormStep = Value<typeof MODEL_STEP>;
export type FormNode = Value<typeof NODE_SHAPE>;
export type FormRule = Value<typeof RULE>;
export type FormOrder = Value<typeof ORDER_SHAPE>;
export type RiskLine = Value<typeof RISK_LINE>;
