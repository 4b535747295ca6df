/**
 * The graph: everything a strategy file says, with nothing of how it was written. It is the contract between the compiler and
 * everything that runs: backends, engine, verifier. `stratc compile` writes it as JSON, field for field as declared here.
 *
 * Nodes are hash-consed: two nodes of one graph are never equal. Operands have smaller ids than their node (`nodes` is in topological
 * order); the only way round is a state: `previous` reads what `state` had on the tick before.
 *
 * Strata: a node that depends on nothing but constants and parameters is of the *run* (evaluated once, by the host); one that depends on an
 * `account` node or on what a trade brings (`fill`, `peak`, `last_fill`, `at_entry`) is of the *account*; one that depends on an `index` is inside its reduction; all others are of the *market*, and so is
 * whatever looks back in time (delays, windows, states). What is of the account is made of elementwise nodes (unary, binary, power, select, default)
 * and `at_entry` only; what is inside a reduction of those and of delays whose `x` is outside it.
 */

import type { EventKind, InputField } from "../market/bars.ts";
import type { ModelSteps } from "./model-steps.ts";

export type NodeId = number;
export type StateId = number;
/** Indices into `symbols`, `clocks`, `groups` and `models`. */
export type SymbolId = number;
export type ClockId = number;
export type GroupId = number;
export type ModelId = number;

/** What the engine writes for the kernel to read; `position`, `entry_price` and `bars_held` are of the symbol, the last two none while flat (semantics 3.10). */
export type AccountField = "cash" | "position" | "entry_price" | "bars_held" | "equity" | "day_start_equity" | "equity_peak";

export type UnaryFunction = "neg" | "abs" | "sqrt" | "exp" | "log" | "floor" | "not";
/** Comparisons give bool; `and`/`or` take bools; `eq`/`ne` take two numbers or two bools. `gt`, `ge` do not exist: operands are swapped. */
export type BinaryFunction = "add" | "sub" | "mul" | "div" | "min" | "max" | "mod" | "pow" | "lt" | "le" | "eq" | "ne" | "and" | "or";
export type WindowFunction = "sum" | "mean" | "highest" | "lowest" | "variance" | "count" | "quantile";
export type ReduceFunction = "sum" | "mean" | "min" | "max" | "count";
/** Over the ticks of a faster clock inside one tick of a slower one. `count` reads a bool. */
export type GatherFunction = "first" | "last" | "sum" | "mean" | "highest" | "lowest" | "count";
/** Over the symbols of a group at one instant. `count` reads a bool. */
export type AcrossFunction = "rank" | "percent_rank" | "sum" | "mean" | "highest" | "lowest" | "count";

/**
 * `optional`: the value may be none. None propagates through every operation except `default`; a `select` whose condition is none is none,
 * else it is the chosen arm. What a window, a state or an anchored window reads is never optional, except in a `delay`.
 */
interface Typed {
  readonly type: "number" | "bool";
  readonly optional: boolean;
}

export type Node = Typed &
  (
    | { readonly op: "constant"; readonly value: number | boolean }
    | { readonly op: "none" }
    /** The value of `parameters[index]`. */
    | { readonly op: "parameter"; readonly index: number }
    | { readonly op: "input"; readonly field: InputField; readonly clock: ClockId }
    /** Whether the symbol belongs to the group: of the run, for each symbol. */
    | { readonly op: "member"; readonly group: GroupId }
    /**
     * x of `clock` (semantics 10): `symbol`'s, or where that is null the reader's own: the symbol's, the universe's. Read on another clock its value at the last tick of
     * `clock` strictly before this instant; on the same (then `symbol` is given) its value at this instant, else its last.
     */
    | { readonly op: "sample"; readonly x: NodeId; readonly symbol: SymbolId | null; readonly clock: ClockId }
    /** x over its ticks after the last tick of the slower `clock`, up to this instant (semantics 10). x is optional only in `first` and `last`. */
    | { readonly op: "gather"; readonly fn: GatherFunction; readonly x: NodeId; readonly clock: ClockId }
    /** x over the symbols of the group for which it is ready and which tick at this instant (semantics 10.9); x is not optional. Ranks are none for a symbol outside the group. */
    | { readonly op: "across"; readonly fn: AcrossFunction; readonly x: NodeId; readonly group: GroupId }
    /** True on the first tick of `clock` after a tick of the slower clock `of`, and on its first. */
    | { readonly op: "begins"; readonly of: ClockId; readonly clock: ClockId }
    /** The answer of `models[model]` for these inputs (semantics 15), one for each of its features: run by the host, so it comes as a column; always optional. */
    | { readonly op: "onnx"; readonly model: ModelId; readonly inputs: readonly NodeId[] }
    /** The same of a model that the kernel evaluates itself: one with `steps`. */
    | { readonly op: "native"; readonly model: ModelId; readonly inputs: readonly NodeId[] }
    | { readonly op: "account"; readonly field: AccountField }
    /** The price of the entry's fill; only in the prices of stops, targets and trails. The kernel knows neither it nor the next three. */
    | { readonly op: "fill" }
    /** The best price since the entry's fill (semantics 3.15); only in trails. */
    | { readonly op: "peak" }
    /** The price of the trade's latest entry fill; only in trails and in the conditions of adds. */
    | { readonly op: "last_fill" }
    /** What x was on the row of the trade's first decision; only in what an `enter` rule says beside its `when`. x depends on nothing else of a trade. `shares` is the power of share in its unit: splits rescale it. */
    | { readonly op: "at_entry"; readonly x: NodeId; readonly shares: number }
    | { readonly op: "unary"; readonly fn: UnaryFunction; readonly x: NodeId }
    | { readonly op: "binary"; readonly fn: BinaryFunction; readonly a: NodeId; readonly b: NodeId }
    /** x to an integer power, −64 to 64, by repeated squaring (semantics 6.11); a negative power of 0 is none. */
    | { readonly op: "power"; readonly x: NodeId; readonly exponent: number }
    | { readonly op: "select"; readonly condition: NodeId; readonly then: NodeId; readonly otherwise: NodeId }
    | { readonly op: "default"; readonly x: NodeId; readonly fallback: NodeId }
    /** x, `by` ticks ago. `by` is of the run, or of the reduction the node is in; always an integer in 0..max. */
    | { readonly op: "delay"; readonly x: NodeId; readonly by: NodeId; readonly max: number }
    /** Over the last `length` ticks, this one included. `length` is of the run, an integer in 1..max. `count` reads a bool. `quantile` has `q` (of the run, 0..1; type 7: of the sorted v and h = (length − 1) × q, v[⌊h⌋] + (h − ⌊h⌋) × (v[⌊h⌋ + 1] − v[⌊h⌋]), the last where there is no next). */
    | {
        readonly op: "window";
        readonly fn: WindowFunction;
        readonly x: NodeId;
        readonly length: NodeId;
        readonly max: number;
        readonly q: NodeId | null;
      }
    /**
     * Over the ticks since the session began (`since: "session"`), or since the condition was last true, that tick included; only those where `where` is true.
     * With no tick in it, sum and count are 0, the others none (so `optional` where `where` or a condition is given, but that of a clock's `begins`). It is
     * evaluated from the first row on which all it reads is ready; since a session, or a clock's `begins`, it begins there at the latest. A session begins where `session_bar` is 1.
     */
    | {
        readonly op: "anchored";
        readonly fn: "sum" | "mean" | "highest" | "lowest" | "count";
        readonly x: NodeId;
        readonly since: "session" | { readonly condition: NodeId };
        readonly where: NodeId | null;
      }
    /** The loop variable of reduction `loop`. */
    | { readonly op: "index"; readonly loop: number }
    /** `body` for index = from, from + 1 … to (both of the run), combined in that order in float64, beginning with the first term; `mean` divides by the number of terms. Of no terms sum and count are 0, the others none. Reductions do not nest. */
    | {
        readonly op: "reduce";
        readonly fn: ReduceFunction;
        readonly loop: number;
        readonly from: NodeId;
        readonly to: NodeId;
        readonly maxTerms: number;
        readonly body: NodeId;
      }
    /** What field `field` of state `state` was on the tick before. Only inside that state's `then`s and `reset`. */
    | { readonly op: "previous"; readonly state: StateId; readonly field: number }
    | { readonly op: "state"; readonly state: StateId; readonly field: number }
  );

/**
 * A recursion (semantics 6.10): all fields are seeded on one tick; from then on each is its `then`, or its `seed` again on a tick where `reset` is true.
 * A value that depends on `previous` of this state is made of unary, binary, power, select and default nodes only.
 */
export interface State {
  readonly fields: readonly { readonly seed: NodeId; readonly then: NodeId }[];
  readonly reset: NodeId | null;
  /** Declared ticks to forget the seed, for machines that are not affine. */
  readonly settlesIn: NodeId | null;
}

export interface Parameter {
  readonly name: string;
  readonly kind: "int" | "number";
  readonly unit: string;
  readonly default: number;
  readonly min: number;
  readonly max: number;
  readonly step: number | null;
  /** Its value for single symbols, whatever the parameter set says. */
  readonly overrides: readonly { readonly symbol: SymbolId; readonly value: number }[];
}

/** Rows of `width` microseconds of a dataset as they come, or, with `of`, of another clock put together. Nominal widths: see `DAY`, `WEEK`, `MONTH` in market/widths.ts. */
export interface Clock {
  readonly name: string;
  readonly width: number;
  readonly of: ClockId | null;
  readonly regularOnly: boolean;
  /** Whether the last one of a session may be shorter. */
  readonly shortLast: boolean;
  /** What ticks, where that is no bars (semantics 12); of the first clock only, whose width is then `EVENT_WIDTH`. */
  readonly events?: EventKind;
}

/** One that is traded, or one that is only read. */
export interface SymbolEntry {
  readonly name: string;
  readonly trades: boolean;
}

export interface Group {
  readonly name: string;
  /** Ascending. */
  readonly symbols: readonly SymbolId[];
}

/** A trained model (semantics 15). */
export interface Model {
  readonly name: string;
  /** SHA-256 of its file, in hex. */
  readonly hash: string;
  /** Its inputs' names, in their order. */
  readonly features: readonly string[];
  /** Where an answer must lie to count. */
  readonly low: number;
  readonly high: number;
  /** Microseconds of the wall clock after which a live run abstains; null where the kernel evaluates it. */
  readonly timeout: number | null;
  /** The first and last instant it was trained on. */
  readonly trained: { readonly from: number; readonly to: number };
  /** How the kernel evaluates it; null where the host runs it. */
  readonly steps: ModelSteps | null;
}

/** Exact decimal text, as written: "0.02", "25000". */
export type ExactDecimal = string;

/** A limit's right side: a constant in the measure's unit (usd, ratio or a count), a ratio of an account quantity, or so many in a sliding window of `per` microseconds. */
export type Limit =
  | { readonly kind: "rate"; readonly count: number; readonly per: number }
  | { readonly kind: "constant"; readonly value: ExactDecimal }
  | { readonly kind: "ratio"; readonly ratio: ExactDecimal; readonly of: "equity" | "cash" };

export type Measure =
  | "order_value"
  | "position_value"
  | "gross_exposure"
  | "net_exposure"
  | "open_positions"
  | "open_trades"
  | "order_rate"
  | "day_loss"
  | "drawdown"
  /** How long nothing has come from the feed; a constant of whole microseconds limits it. In a backtest it is 0. */
  | "feed_age"
  /** Of models' inputs, in deviations of training. */
  | "drift";
export type HaltAction = "no_entries" | "cancel" | "flatten";
/** `recovered`, of `feed_age` alone: until something comes again. */
export type HaltEnd = "recovered" | "next_session" | "manual";

/** With `monitor`, the line fires where `excess` (a bool of the account, of `drift` of the market: left > right, of `feed_age` false) is true; without, it rejects. */
export interface RiskLimit {
  readonly measure: Measure;
  readonly limit: Limit;
  readonly monitor: { readonly excess: NodeId; readonly action: HaltAction; readonly until: HaltEnd } | null;
}

/** How much. `shares` and `value` (usd) are signed only in a `hold`; `risk` is the loss at the stop in usd. */
export interface Size {
  readonly kind: "shares" | "value" | "risk";
  readonly amount: NodeId;
  readonly trim: boolean;
}

/** How long an order works (semantics 3.13). `bars` counts rows, `microseconds` time from the decision on; 1 or more. */
export type TimeInForce =
  | { readonly kind: "day" | "gtc" | "ioc" | "fok" | "opg" | "cls" }
  | { readonly kind: "bars" | "microseconds"; readonly count: number };

/** What kind of order, and its prices in currency, evaluated where the rule acts. */
export type OrderForm = { readonly tif: TimeInForce } & (
  | { readonly type: "market" }
  | { readonly type: "limit"; readonly limit: NodeId }
  | { readonly type: "stop"; readonly stop: NodeId }
  | { readonly type: "stop_limit"; readonly stop: NodeId; readonly limit: NodeId }
);

/** A limit order that takes profit. `part` (above 0, at most 1) is of the first fill's quantity; null: what the others leave. */
export interface Target {
  readonly part: number | null;
  readonly at: NodeId;
  /** Where the stop moves when it fills. */
  readonly thenStop: NodeId | null;
}

export interface EnterRule {
  readonly kind: "enter";
  readonly name: string;
  /** The clock on whose ticks the rule acts; so of all rules. */
  readonly clock: ClockId;
  readonly when: NodeId;
  readonly side: "long" | "short";
  readonly size: Size;
  readonly order: OrderForm;
  readonly stop: NodeId | null;
  readonly trail: NodeId | null;
  /** In file order. */
  readonly targets: readonly Target[];
  /** `upTo` is of the run, an integer of 1 or more; `when` a bool, perhaps optional, that the host evaluates. */
  readonly add: { readonly upTo: NodeId; readonly when: NodeId } | null;
  /** Entries a session, and rows after a trade's end; of the run, integers of 1 or more. */
  readonly brakes: { readonly perSession: NodeId | null; readonly cooldown: NodeId | null };
  /** Which of several symbols that may enter at one instant comes first: by this number, perhaps optional; null: as listed. */
  readonly prefer: { readonly order: "highest" | "lowest"; readonly by: NodeId } | null;
  /** Whether it ends a trade of the other side and enters on the fill that does (semantics 3.20). */
  readonly reverse: boolean;
  /** What becomes of an entry whose time is over after a part of it has filled: left out, the trade goes on with that part (semantics 3.21). */
  readonly ifPartial?: "close";
}

/** What one symbol of a rule with legs shall hold. */
export interface Leg {
  readonly symbol: SymbolId;
  readonly size: Size;
}

/** One limit order kept at a price (semantics 12.7). */
export interface QuoteRule {
  readonly kind: "quote";
  readonly name: string;
  readonly clock: ClockId;
  readonly when: NodeId;
  readonly side: "buy" | "sell";
  /** A price, perhaps optional; so may the size's amount be. */
  readonly at: NodeId;
  readonly size: Size;
  readonly postOnly: boolean;
  /** Least time between two proposals, microseconds. */
  readonly replaceAfter: number;
  readonly entries: NodeId | null;
}

/**
 * `when` is a bool, perhaps optional; of the market or the account. All but `legs` act for each traded symbol by itself. `entries`, a bool of the market,
 * is the session's entry window on the rule's clock: outside of it only reducing parts go out (semantics 3.12); of an `enter` it is part of `when`.
 */
export type Rule =
  | EnterRule
  | {
      readonly kind: "exit";
      readonly name: string;
      readonly clock: ClockId;
      readonly when: NodeId;
      /** Index of the `enter` rule in `rules`. */
      readonly trade: number;
      readonly order: OrderForm;
    }
  | {
      readonly kind: "hold";
      readonly name: string;
      readonly clock: ClockId;
      readonly when: NodeId;
      readonly size: Size;
      readonly short: boolean;
      readonly entries: NodeId | null;
    }
  /** Targets for several symbols that go through the gate together or not at all. `when` and the sizes are of the universe. */
  | {
      readonly kind: "legs";
      readonly name: string;
      readonly clock: ClockId;
      readonly when: NodeId;
      readonly legs: readonly Leg[];
      readonly short: boolean;
      readonly entries: NodeId | null;
      /** Microseconds after which a leg that has not filled flattens all. */
      readonly within: number;
    }
  | QuoteRule;

export type Fees =
  | { readonly kind: "none" }
  | { readonly kind: "per_share"; readonly amount: ExactDecimal }
  | { readonly kind: "ratio"; readonly ratio: ExactDecimal }
  | { readonly kind: "table"; readonly name: "alpaca_equities" };

export interface Simulation {
  readonly market: "next_open" | "close";
  readonly slippage: ExactDecimal;
  readonly fees: Fees;
  /** Whether a limit inside a row must be traded through or only touched (semantics 5.1). */
  readonly limit: "through" | "touch";
  /** What a short position costs a year, as a ratio of its value (semantics 11.12). */
  readonly borrow: ExactDecimal;
  /** The share of a row's volume that orders may take together (semantics 5.5); null for all they want. */
  readonly volumeCap: ExactDecimal | null;
  readonly startAfter: number;
}

export interface Graph {
  readonly schema: "stratc-graph/2.1";
  readonly strategy: string;
  readonly calendar: "nyse" | "always";
  /** The traded ones as listed, then the others. */
  readonly symbols: readonly SymbolEntry[];
  /** The first is the universe: all that are traded. */
  readonly groups: readonly Group[];
  /** The first is that of the top level. */
  readonly clocks: readonly Clock[];
  readonly parameters: readonly Parameter[];
  /** In file order. */
  readonly models: readonly Model[];
  /** Bools of the run that a parameter set must satisfy. */
  readonly requirements: readonly NodeId[];
  readonly nodes: readonly Node[];
  readonly states: readonly State[];
  /** In file order. */
  readonly rules: readonly Rule[];
  readonly risk: readonly RiskLimit[];
  readonly collar: ExactDecimal;
  /** A bool of the market on the first clock: where everything is closed; null where not declared. */
  readonly session: { readonly flatten: NodeId | null };
  readonly simulate: Simulation;
  /** Outside the hash: what the file calls things, for people and reports. */
  readonly names: Readonly<Record<string, { readonly node: NodeId; readonly unit: string; readonly doc: string | null }>>;
  readonly plots: readonly string[];
  /** Rules whose orders a live run holds itself where the broker cannot (docs/brokers.md); ascending. */
  readonly emulated: readonly number[];
}
