/** The JSON Schema of a graph: nodes.ts for other programs. It is published as docs/schema/graph-2.1.json. */
import { BOOK_FIELD_PATTERN, INPUT_FIELDS, QUOTE_FIELDS } from "../market/bars.ts";

type Schema = Readonly<Record<string, unknown>>;

const ID: Schema = { type: "integer", minimum: 0 };
const COUNT: Schema = { type: "integer", minimum: 0 };
const NUMBER: Schema = { type: "number" };
const TEXT: Schema = { type: "string" };
const BOOLEAN: Schema = { type: "boolean" };
const DECIMAL: Schema = { type: "string", pattern: "^[0-9]+(\\.[0-9]+)?$" };

/** An object with all of `properties`, and perhaps those of `optional`. */
function object(properties: Schema, optional: Schema = {}): Schema {
  return { type: "object", properties: { ...properties, ...optional }, required: Object.keys(properties), additionalProperties: false };
}

function among(...values: readonly (string | number)[]): Schema {
  return { enum: values };
}

function list(items: Schema): Schema {
  return { type: "array", items };
}

function orNull(schema: Schema): Schema {
  return { anyOf: [schema, { type: "null" }] };
}

/** One of several objects, told apart by the value of `tag`. */
function tagged(
  tag: string,
  variants: Readonly<Record<string, Schema>>,
  shared: Schema = {},
  optional: Readonly<Record<string, Schema>> = {},
): Schema {
  const oneOf = Object.entries(variants).map(([name, properties]) =>
    object({ [tag]: { const: name }, ...shared, ...properties }, optional[name]),
  );
  return { type: "object", discriminator: { propertyName: tag }, required: [tag], oneOf };
}

const NODE = tagged(
  "op",
  {
    constant: { value: { type: ["number", "boolean"] } },
    none: {},
    parameter: { index: COUNT },
    input: { field: { anyOf: [among(...INPUT_FIELDS, ...QUOTE_FIELDS), { type: "string", pattern: BOOK_FIELD_PATTERN }] }, clock: ID },
    member: { group: ID },
    sample: { x: ID, symbol: orNull(ID), clock: ID },
    gather: { fn: among("first", "last", "sum", "mean", "highest", "lowest", "count"), x: ID, clock: ID },
    across: { fn: among("rank", "percent_rank", "sum", "mean", "highest", "lowest", "count"), x: ID, group: ID },
    begins: { of: ID, clock: ID },
    onnx: { model: ID, inputs: list(ID) },
    native: { model: ID, inputs: list(ID) },
    account: { field: among("cash", "position", "entry_price", "bars_held", "equity", "day_start_equity", "equity_peak") },
    fill: {},
    peak: {},
    last_fill: {},
    at_entry: { x: ID, shares: NUMBER },
    unary: { fn: among("neg", "abs", "sqrt", "exp", "log", "floor", "not"), x: ID },
    binary: { fn: among("add", "sub", "mul", "div", "min", "max", "mod", "pow", "lt", "le", "eq", "ne", "and", "or"), a: ID, b: ID },
    power: { x: ID, exponent: { type: "integer", minimum: -64, maximum: 64 } },
    select: Object.fromEntries(["condition", "then", "otherwise"].map((operand) => [operand, ID])),
    default: { x: ID, fallback: ID },
    delay: { x: ID, by: ID, max: COUNT },
    window: {
      fn: among("sum", "mean", "highest", "lowest", "variance", "count", "quantile"),
      x: ID,
      length: ID,
      max: { type: "integer", minimum: 1 },
      q: orNull(ID),
    },
    anchored: {
      fn: among("sum", "mean", "highest", "lowest", "count"),
      x: ID,
      since: { anyOf: [{ const: "session" }, object({ condition: ID })] },
      where: orNull(ID),
    },
    index: { loop: COUNT },
    reduce: { fn: among("sum", "mean", "min", "max", "count"), loop: COUNT, from: ID, to: ID, maxTerms: COUNT, body: ID },
    previous: { state: ID, field: COUNT },
    state: { state: ID, field: COUNT },
  },
  { type: among("number", "bool"), optional: BOOLEAN },
);

const STATE = object({
  fields: { ...list(object(Object.fromEntries(["seed", "then"].map((operand) => [operand, ID])))), minItems: 1 },
  reset: orNull(ID),
  settlesIn: orNull(ID),
});

const PARAMETER = object({
  name: TEXT,
  kind: among("int", "number"),
  unit: TEXT,
  default: NUMBER,
  min: NUMBER,
  max: NUMBER,
  step: orNull({ type: "number", exclusiveMinimum: 0 }),
  overrides: list(object({ symbol: ID, value: NUMBER })),
});

const SIZE = object({ kind: among("shares", "value", "risk"), amount: ID, trim: BOOLEAN });

const TIME_IN_FORCE = tagged("kind", {
  ...Object.fromEntries(["day", "gtc", "ioc", "fok", "opg", "cls"].map((kind) => [kind, {}])),
  bars: { count: { type: "integer", minimum: 1 } },
  microseconds: { count: { type: "integer", minimum: 1 } },
});

const ORDER = tagged(
  "type",
  { market: {}, limit: { limit: ID }, stop: { stop: ID }, stop_limit: { stop: ID, limit: ID } },
  { tif: TIME_IN_FORCE },
);

const TARGET = object({ part: orNull({ type: "number", exclusiveMinimum: 0, maximum: 1 }), at: ID, thenStop: orNull(ID) });

const ENTER: Schema = {
  side: among("long", "short"),
  size: SIZE,
  order: ORDER,
  stop: orNull(ID),
  trail: orNull(ID),
  targets: list(TARGET),
  add: orNull(object({ upTo: ID, when: ID })),
  brakes: object({ perSession: orNull(ID), cooldown: orNull(ID) }),
  prefer: orNull(object({ order: among("highest", "lowest"), by: ID })),
  reverse: BOOLEAN,
};

const RULE = tagged(
  "kind",
  {
    enter: ENTER,
    exit: { trade: COUNT, order: ORDER },
    hold: { size: SIZE, short: BOOLEAN, entries: orNull(ID) },
    legs: {
      legs: list(object({ symbol: ID, size: SIZE })),
      short: BOOLEAN,
      entries: orNull(ID),
      within: { type: "integer", exclusiveMinimum: 0 },
    },
    quote: {
      side: among("buy", "sell"),
      at: ID,
      size: SIZE,
      postOnly: BOOLEAN,
      replaceAfter: COUNT,
      entries: orNull(ID),
    },
  },
  { name: TEXT, clock: ID, when: ID },
  { enter: { ifPartial: among("close") } },
);

const CLOCK = object(
  { name: TEXT, width: { type: "integer", exclusiveMinimum: 0 }, of: orNull(ID), regularOnly: BOOLEAN, shortLast: BOOLEAN },
  { events: among("quotes", "trades", "book") },
);

const RISK_LIMIT = object({
  measure: among(
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
  limit: tagged("kind", {
    constant: { value: DECIMAL },
    ratio: { ratio: DECIMAL, of: among("equity", "cash") },
    rate: { count: { type: "integer", minimum: 1 }, per: { type: "integer", exclusiveMinimum: 0 } },
  }),
  monitor: orNull(
    object({ excess: ID, action: among("no_entries", "cancel", "flatten"), until: among("recovered", "next_session", "manual") }),
  ),
});

const NUMBERS = list(NUMBER);

const TREE = object({
  root: { type: "integer" },
  splits: list(object({ feature: ID, threshold: NUMBER, below: { type: "integer" }, above: { type: "integer" } })),
  leaves: list(NUMBERS),
});

const MODEL_STEP = tagged(
  "op",
  {
    affine: { weights: list(NUMBERS), offsets: NUMBERS },
    scale: { offsets: NUMBERS, factors: NUMBERS },
    activate: { fn: among("relu", "sigmoid", "tanh", "softmax") },
    normalize: { norm: among("l1", "l2", "max") },
    concat: { tail: ID },
    trees: { trees: list(TREE), offsets: NUMBERS },
  },
  { x: ID },
);

const MODEL = object({
  name: TEXT,
  hash: { type: "string", pattern: "^[0-9a-f]{64}$" },
  features: list(TEXT),
  low: NUMBER,
  high: NUMBER,
  timeout: orNull({ type: "integer", exclusiveMinimum: 0 }),
  trained: object({ from: { type: "integer" }, to: { type: "integer" } }),
  steps: orNull(object({ steps: { ...list(MODEL_STEP), minItems: 1 }, component: ID })),
});

const SIMULATION = object({
  market: among("next_open", "close"),
  slippage: DECIMAL,
  fees: tagged("kind", { none: {}, per_share: { amount: DECIMAL }, ratio: { ratio: DECIMAL }, table: { name: among("alpaca_equities") } }),
  limit: among("through", "touch"),
  borrow: DECIMAL,
  volumeCap: orNull(DECIMAL),
  startAfter: COUNT,
});

/** JSON Schema 2020-12 of `Graph`. */
export const graphSchema: Schema = {
  $schema: "https://json-schema.org/draft/2020-12/schema",
  title: "stratc graph 2.1",
  description: "A compiled strategy. Nodes are in topological order and name one another by their place in `nodes`.",
  ...object({
    schema: { const: "stratc-graph/2.1" },
    strategy: TEXT,
    calendar: among("nyse", "always"),
    symbols: { ...list(object({ name: TEXT, trades: BOOLEAN })), minItems: 1 },
    groups: { ...list(object({ name: TEXT, symbols: list(ID) })), minItems: 1 },
    clocks: { ...list(CLOCK), minItems: 1 },
    parameters: list(PARAMETER),
    models: list(MODEL),
    requirements: list(ID),
    nodes: list(NODE),
    states: list(STATE),
    rules: list(RULE),
    risk: list(RISK_LIMIT),
    collar: DECIMAL,
    session: object({ flatten: orNull(ID) }),
    simulate: SIMULATION,
    names: { type: "object", additionalProperties: object({ node: ID, unit: TEXT, doc: orNull(TEXT) }) },
    plots: list(TEXT),
    emulated: list(COUNT),
  }),
};
