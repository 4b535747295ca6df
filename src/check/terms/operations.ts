/** Arithmetic on terms: makes the node and derives its facts, both those that hold everywhere and those that hold here. */
import type { BinaryFunction, ClockId, Node, ReduceFunction, UnaryFunction, WindowFunction } from "../../graph/nodes.ts";
import { DIVIDEND_FACTOR_MIN } from "../../market/actions.ts";
import { type BookField, type InputField, isBookField } from "../../market/bars.ts";
import { isAtLeast } from "./ordering.ts";
import * as R from "./range.ts";
import { constant, type Facts, factsOf, intern, nodeOf, type Scalar, scalar, type TermId, type Terms, termOf } from "./terms.ts";

/** The term of `node` made by `derive` from its operands' facts: once from what holds everywhere, once from what holds here. */
function derived(
  terms: Terms,
  operands: readonly Scalar[],
  node: (facts: Facts) => Node,
  derive: (operands: readonly Facts[]) => Facts,
): Scalar {
  const general = operands.map((operand) => factsOf(terms, operand.term));
  const everywhere = derive(general);
  const term = intern(terms, node(everywhere), everywhere);
  const isGeneral = operands.every((operand, i) => operand.facts === general[i]);
  return { term, facts: isGeneral ? factsOf(terms, term) : derive(operands.map((operand) => operand.facts)) };
}

const NOTHING: Facts = { range: R.ANY_NUMBER, optional: false };

function unaryFacts(fn: UnaryFunction, [x = NOTHING]: readonly Facts[]): Facts {
  const { optional } = x;
  switch (fn) {
    case "neg":
      return { range: R.negate(x.range), optional };
    case "abs":
      return { range: R.absolute(x.range), optional };
    case "sqrt":
      return { range: R.squareRoot(x.range), optional: optional || x.range.low < 0 };
    case "exp":
      return { range: R.exponential(x.range), optional };
    case "log":
      return { range: R.logarithm(x.range), optional: optional || !R.isPositive(x.range) };
    case "floor":
      return { range: R.floor(x.range), optional };
    case "not":
      return { range: R.not(x.range), optional };
  }
}

export function unary(terms: Terms, fn: UnaryFunction, x: Scalar): Scalar {
  const type = fn === "not" ? "bool" : "number";
  return derived(
    terms,
    [x],
    ({ optional }) => ({ op: "unary", type, optional, fn, x: x.term }),
    (facts) => unaryFacts(fn, facts),
  );
}

const BINARY_RANGES: Readonly<Record<BinaryFunction, (a: R.Range, b: R.Range) => R.Range>> = {
  add: R.add,
  sub: R.subtract,
  mul: R.multiply,
  div: R.divide,
  min: R.minimum,
  max: R.maximum,
  mod: R.modulo,
  pow: R.realPower,
  lt: R.lessThan,
  le: R.atMost,
  eq: R.equals,
  ne: (a, b) => R.not(R.equals(a, b)),
  and: R.minimum,
  or: R.maximum,
};

const BOOL_RESULT: ReadonlySet<BinaryFunction> = new Set(["lt", "le", "eq", "ne", "and", "or"]);

export function binary(terms: Terms, fn: BinaryFunction, a: Scalar, b: Scalar): Scalar {
  const notNegative = fn === "sub" && isAtLeast(terms, a.term, b.term);
  const isSquare = fn === "mul" && a.term === b.term;
  return derived(
    terms,
    [a, b],
    ({ optional }) => ({ op: "binary", type: BOOL_RESULT.has(fn) ? "bool" : "number", optional, fn, a: a.term, b: b.term }),
    ([left = NOTHING, right = NOTHING]) => {
      const range = isSquare ? R.square(left.range) : BINARY_RANGES[fn](left.range, right.range);
      const divides = fn === "div" || fn === "mod";
      const optional = left.optional || right.optional || (divides && R.canBeZero(right.range));
      return { range: notNegative ? R.intersect(range, R.NOT_NEGATIVE) : range, optional };
    },
  );
}

export function power(terms: Terms, x: Scalar, exponent: number): Scalar {
  return derived(
    terms,
    [x],
    ({ optional }) => ({ op: "power", type: "number", optional, x: x.term, exponent }),
    ([base = NOTHING]) => ({
      range: R.power(base.range, exponent),
      optional: base.optional || (exponent < 0 && R.canBeZero(R.power(base.range, -exponent))),
    }),
  );
}

/**
 * `then` and `otherwise` carry what `condition` tells of them. Inside another `if` (`nested`) that may include what the outer condition tells, so
 * what holds everywhere is taken from the arms' terms.
 */
export function select(terms: Terms, condition: Scalar, then: Scalar, otherwise: Scalar, nested: boolean): Scalar {
  const join = (a: Facts, b: Facts, c: Facts): Facts => {
    const decided = R.pointOf(c.range);
    if (decided !== undefined) return { range: (decided === 1 ? a : b).range, optional: c.optional || (decided === 1 ? a : b).optional };
    return { range: R.hull(a.range, b.range), optional: c.optional || a.optional || b.optional };
  };
  const here = join(then.facts, otherwise.facts, condition.facts);
  const everywhere = nested
    ? join(factsOf(terms, then.term), factsOf(terms, otherwise.term), factsOf(terms, condition.term))
    : { ...here, optional: here.optional || factsOf(terms, condition.term).optional };
  const type = nodeOf(terms, then.term).type;
  const node: Node = {
    op: "select",
    type,
    optional: everywhere.optional,
    condition: condition.term,
    then: then.term,
    otherwise: otherwise.term,
  };
  const term = intern(terms, node, everywhere);
  return { term, facts: here };
}

/** `x ?? fallback`; x itself where it is never none, on no tick. */
export function withDefault(terms: Terms, x: Scalar, fallback: Scalar): Scalar {
  if (!factsOf(terms, x.term).optional) return x;
  return derived(
    terms,
    [x, fallback],
    ({ optional }) => ({ op: "default", type: nodeOf(terms, fallback.term).type, optional, x: x.term, fallback: fallback.term }),
    ([value = NOTHING, other = NOTHING]) => ({ range: R.hull(value.range, other.range), optional: value.optional && other.optional }),
  );
}

/** x, `by` ticks ago. What holds of x only here did not hold then. */
export function delay(terms: Terms, x: TermId, by: TermId, max: number): Scalar {
  const facts = factsOf(terms, x);
  return scalar(terms, { op: "delay", type: nodeOf(terms, x).type, optional: facts.optional, x, by, max }, facts);
}

/** The range of a window's value over `length` elements of range `x`. */
export function windowRange(fn: WindowFunction | ReduceFunction | "first" | "last", x: R.Range, length: R.Range): R.Range {
  switch (fn) {
    case "sum":
      return R.multiply({ ...R.summed(x), integer: x.integer }, length);
    case "mean":
      return R.summed(x);
    case "quantile":
      return R.range(x.low, R.blended(x).high, { nonzero: R.isPositive(x) });
    case "highest":
    case "lowest":
    case "min":
    case "max":
    case "first":
    case "last":
      return x;
    case "variance":
      return R.NOT_NEGATIVE;
    case "count":
      return R.range(0, length.high, { integer: true });
  }
}

export function window(terms: Terms, fn: WindowFunction, x: TermId, length: TermId, q: TermId | null): Scalar {
  const lengthRange = factsOf(terms, length).range;
  const range = windowRange(fn, factsOf(terms, x).range, lengthRange);
  const facts = { range, optional: false };
  return scalar(terms, { op: "window", type: "number", optional: false, fn, x, length, max: lengthRange.high, q }, facts);
}

/** Since when an anchored window holds values. */
export type Since = "session" | { readonly condition: TermId };

export function anchored(
  terms: Terms,
  fn: "sum" | "mean" | "highest" | "lowest" | "count",
  x: TermId,
  since: Since,
  where: TermId | null,
): Scalar {
  const mayBeEmpty = where !== null || (since !== "session" && nodeOf(terms, since.condition).op !== "begins");
  const length = R.range(mayBeEmpty ? 0 : 1, R.COUNT_MAX, { integer: true });
  const facts = {
    range: windowRange(fn, factsOf(terms, x).range, length),
    optional: mayBeEmpty && fn !== "sum" && fn !== "count",
  };
  return scalar(terms, { op: "anchored", type: "number", optional: facts.optional, fn, x, since, where }, facts);
}

/** The loop variable of the reduction that is being defined. */
export function index(terms: Terms, from: R.Range, to: R.Range): Scalar {
  const facts = { range: R.range(from.low, to.high, { integer: true }), optional: false };
  return scalar(terms, { op: "index", type: "number", optional: false, loop: -1 }, facts);
}

export function reduce(terms: Terms, fn: ReduceFunction, from: TermId, to: TermId, body: TermId): Scalar {
  const ends = R.subtract(factsOf(terms, to).range, factsOf(terms, from).range);
  const length = R.add(ends, R.point(1));
  const { range, optional } = factsOf(terms, body);
  const facts = { range: windowRange(fn, range, R.range(1, length.high, { integer: true })), optional };
  return scalar(terms, { op: "reduce", type: "number", optional, fn, loop: -1, from, to, maxTerms: length.high, body }, facts);
}

/** Equity as marked on this row. */
export function equity(terms: Terms): Scalar {
  return account(terms, "equity");
}

/** 1 − equity ÷ its peak. */
export function drawdown(terms: Terms): Scalar {
  const part = binary(terms, "div", equity(terms), account(terms, "equity_peak"));
  return binary(terms, "sub", constant(terms, 1), withDefault(terms, part, constant(terms, 0)));
}

/** The day's starting equity − equity. */
export function dayLoss(terms: Terms): Scalar {
  return binary(terms, "sub", account(terms, "day_start_equity"), equity(terms));
}

const INPUT_RANGES: Readonly<Record<Exclude<InputField, BookField>, R.Range>> = {
  bid: R.PRICE,
  ask: R.PRICE,
  mid: R.PRICE,
  spread: R.PRICE,
  tick_size: R.PRICE,
  bid_size: R.NOT_NEGATIVE,
  ask_size: R.NOT_NEGATIVE,
  open: R.PRICE,
  high: R.PRICE,
  low: R.PRICE,
  close: R.PRICE,
  volume: R.NOT_NEGATIVE,
  dividend_factor: R.range(DIVIDEND_FACTOR_MIN, 1),
  session_bar: R.range(1, R.COUNT_MAX, { integer: true }),
  session_elapsed: R.range(-R.COUNT_MAX, R.COUNT_MAX, { integer: true }),
  session_remaining: R.range(-R.COUNT_MAX, R.COUNT_MAX, { integer: true }),
  session_weekday: R.range(1, 7, { integer: true }),
  session_day_of_month: R.range(1, 31, { integer: true }),
  session_days_left_in_month: R.range(0, 30, { integer: true }),
};

function inputRange(field: InputField): R.Range {
  if (!isBookField(field)) return INPUT_RANGES[field];
  return field.startsWith("book_imbalance") ? R.range(-1, 1) : R.NOT_NEGATIVE;
}

export function input(terms: Terms, field: InputField, clock: ClockId): Scalar {
  return scalar(terms, { op: "input", type: "number", optional: false, field, clock }, { range: inputRange(field), optional: false });
}

const ACCOUNT_FACTS: Readonly<Record<Extract<Node, { op: "account" }>["field"], Facts>> = {
  cash: { range: R.ANY_NUMBER, optional: false },
  position: { range: R.ANY_NUMBER, optional: false },
  entry_price: { range: R.PRICE, optional: true },
  bars_held: { range: R.range(0, R.COUNT_MAX, { integer: true }), optional: true },
  equity: { range: R.ANY_NUMBER, optional: false },
  day_start_equity: { range: R.ANY_NUMBER, optional: false },
  equity_peak: { range: R.ANY_NUMBER, optional: false },
};

export function account(terms: Terms, field: keyof typeof ACCOUNT_FACTS): Scalar {
  const facts = ACCOUNT_FACTS[field];
  return scalar(terms, { op: "account", type: "number", optional: facts.optional, field }, facts);
}

/** A price of the trade: of its entry's fill, its best since, of its latest entry. */
export function tradePrice(terms: Terms, op: "fill" | "peak" | "last_fill"): Scalar {
  return scalar(terms, { op, type: "number", optional: false }, { range: R.PRICE, optional: false });
}

/** What x was on the row of the trade's first decision; `shares` is the power of share in its unit. */
export function atEntry(terms: Terms, x: TermId, shares: number): Scalar {
  const facts = factsOf(terms, x);
  const { type } = nodeOf(terms, x);
  return scalar(terms, { op: "at_entry", type, optional: facts.optional, x, shares }, facts);
}

/** Whether a value is the same on every tick of a run. */
export function isOfTheRun(terms: Terms, term: TermId): boolean {
  const { stratum, indexed } = termOf(terms, term);
  return stratum === "run" && !indexed;
}
