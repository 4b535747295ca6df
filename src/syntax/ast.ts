/**
 * The syntax tree: what a file says, nothing of what it means. Small readonly tagged nodes, each with its span.
 * Every construct of the language is here, also those that the checker does not admit yet.
 */
import type { Span } from "../diagnostics/span.ts";

export interface Name {
  readonly text: string;
  readonly span: Span;
}

// ---------------------------------------------------------------- expressions

export type Suffix = "usd" | "share" | "usd/share" | "%" | "bps" | "bar" | "us" | "ms" | "s" | "m" | "h" | "d" | "w" | "mo";

export type BinaryOperator = "+" | "-" | "*" | "/" | "<" | "<=" | ">" | ">=" | "==" | "!=" | "and" | "or" | "??";

export interface Argument {
  /** Undefined for a positional argument. */
  readonly name: Name | undefined;
  readonly value: Expression;
}

export interface RecordField {
  readonly name: Name;
  /** `{ line }` is short for `{ line: line }`. */
  readonly shorthand: boolean;
  readonly value: Expression;
}

export interface MatchArm {
  readonly pattern: Name;
  readonly value: Expression;
}

/** `let`s, then one `return`. A body written as a bare expression has no lets. */
export interface Block {
  readonly statements: readonly Statement[];
  readonly result: Expression;
  readonly span: Span;
}

export type Statement = LetStatement | RecStatement;

export interface LetStatement {
  readonly kind: "let";
  readonly name: Name;
  readonly value: Expression;
  readonly span: Span;
}

/** `rec s = seed {…} then {…} [reset when C] [settles in N]`. */
export interface RecStatement {
  readonly kind: "rec";
  readonly name: Name;
  /** Undefined where the user forgot it: the checker reports E0205. */
  readonly seed: Block | undefined;
  readonly then: Block;
  readonly reset: Expression | undefined;
  readonly settles: Expression | undefined;
  readonly span: Span;
}

export type Expression =
  /** `text` is the digits as written, without `_` and suffix: "25000", "0.5". */
  | { readonly kind: "number"; readonly text: string; readonly suffix: Suffix | undefined; readonly span: Span }
  | { readonly kind: "boolean"; readonly value: boolean; readonly span: Span }
  | { readonly kind: "none"; readonly span: Span }
  | { readonly kind: "string"; readonly value: string; readonly span: Span }
  | { readonly kind: "name"; readonly name: Name; readonly span: Span }
  /** `day.up`, `band.lower`, `side.up`. */
  | { readonly kind: "member"; readonly object: Expression; readonly name: Name; readonly span: Span }
  /** `x[k]`, `x[k max 50]`. */
  | {
      readonly kind: "offset";
      readonly value: Expression;
      readonly by: Expression;
      readonly max: Expression | undefined;
      readonly span: Span;
    }
  /** `f(a, b, n: 3)`, `SPY.atr(14)`, `universe.rank(x)`; `prev(y)` is a call too. */
  | { readonly kind: "call"; readonly callee: Expression; readonly arguments: readonly Argument[]; readonly span: Span }
  /** `sum(i in 0..n-1: EXPR)`. */
  | {
      readonly kind: "reduce";
      readonly callee: Name;
      readonly index: Name;
      readonly from: Expression;
      readonly to: Expression;
      readonly body: Expression;
      readonly span: Span;
    }
  | { readonly kind: "unary"; readonly operator: "-" | "not"; readonly operand: Expression; readonly span: Span }
  | {
      readonly kind: "binary";
      readonly operator: BinaryOperator;
      readonly left: Expression;
      readonly right: Expression;
      readonly span: Span;
    }
  | { readonly kind: "if"; readonly condition: Expression; readonly then: Expression; readonly otherwise: Expression; readonly span: Span }
  | { readonly kind: "match"; readonly subject: Expression; readonly arms: readonly MatchArm[]; readonly span: Span }
  | { readonly kind: "record"; readonly fields: readonly RecordField[]; readonly span: Span }
  /** A hole left by error recovery, already reported; `parts` are what could be read of it. */
  | { readonly kind: "missing"; readonly parts: readonly Expression[]; readonly span: Span };

// ---------------------------------------------------------------- types of parameters and results

export type UnitExpression =
  | { readonly kind: "unitName"; readonly name: Name; readonly span: Span }
  | { readonly kind: "unitPower"; readonly base: UnitExpression; readonly exponent: number; readonly span: Span }
  | {
      readonly kind: "unitProduct";
      readonly operator: "*" | "/";
      readonly left: UnitExpression;
      readonly right: UnitExpression;
      readonly span: Span;
    };

/** `series U in 0..100`, `int in 2..500`, `{ line: series U }`, `series bool`, `anchor`, `side`; `?` after it makes it optional. */
export type TypeExpression =
  | {
      readonly kind: "scalar";
      readonly series: boolean;
      readonly unit: UnitExpression;
      readonly optional: boolean;
      readonly range: Range | undefined;
      readonly span: Span;
    }
  | {
      readonly kind: "recordType";
      readonly fields: readonly { readonly name: Name; readonly type: TypeExpression }[];
      readonly span: Span;
    };

export interface Range {
  readonly from: Expression;
  readonly to: Expression;
  readonly span: Span;
}

// ---------------------------------------------------------------- rules

export interface OrderClause {
  readonly type: "market" | "limit" | "stop" | "stop_limit";
  /** `limit at E`, `stop at E`; stop_limit has both: `stop_limit at STOP limit LIMIT`. */
  readonly at: Expression | undefined;
  readonly limit: Expression | undefined;
  /** "day", "gtc", "ioc", "fok", "opg", "cls", or `3bars`, `30s`. */
  readonly tif: Name | Expression | undefined;
  /** Whether `else close` stands after the time in force. */
  readonly elseClose: boolean;
  readonly span: Span;
}

export type EnterClause =
  | { readonly kind: "size"; readonly value: Expression; readonly trim: boolean; readonly span: Span }
  | { readonly kind: "risk"; readonly value: Expression; readonly trim: boolean; readonly span: Span }
  | { readonly kind: "order"; readonly order: OrderClause; readonly span: Span }
  | { readonly kind: "stop"; readonly at: Expression; readonly span: Span }
  | {
      readonly kind: "target";
      readonly part: Expression | undefined;
      readonly at: Expression;
      readonly thenStop: Expression | undefined;
      readonly span: Span;
    }
  | { readonly kind: "trail"; readonly at: Expression; readonly span: Span }
  | { readonly kind: "add"; readonly upTo: Expression; readonly when: Expression; readonly span: Span }
  | { readonly kind: "prefer"; readonly order: "highest" | "lowest"; readonly by: Expression; readonly span: Span };

export interface Leg {
  readonly symbol: Name;
  readonly size: Expression;
}

export type RuleClause =
  | { readonly kind: "let"; readonly name: Name; readonly value: Expression; readonly span: Span }
  | { readonly kind: "when"; readonly condition: Expression; readonly span: Span }
  | { readonly kind: "enter"; readonly side: "long" | "short"; readonly clauses: readonly EnterClause[]; readonly span: Span }
  | { readonly kind: "exit"; readonly trade: Name; readonly order: OrderClause | undefined; readonly span: Span }
  | { readonly kind: "reverse"; readonly span: Span }
  | { readonly kind: "emulated"; readonly span: Span }
  | { readonly kind: "hold"; readonly size: Expression; readonly trim: boolean; readonly span: Span }
  | {
      readonly kind: "holdLegs";
      readonly legs: readonly Leg[];
      readonly within: Expression | undefined;
      readonly otherwise: Name | undefined;
      readonly span: Span;
    }
  | {
      readonly kind: "quote";
      readonly side: "buy" | "sell";
      readonly at: Expression;
      readonly size: Expression;
      readonly postOnly: boolean;
      readonly replaceAfter: Expression | undefined;
      readonly span: Span;
    }
  | { readonly kind: "atMost"; readonly count: Expression; readonly per: Name; readonly span: Span }
  | { readonly kind: "cooldown"; readonly length: Expression; readonly span: Span }
  | { readonly kind: "notify"; readonly text: string; readonly span: Span };

// ---------------------------------------------------------------- items

export interface RiskLine {
  /** "order_value", "day_loss", …: any name parses, the checker knows the list. */
  readonly measure: Name;
  readonly perSymbol: boolean;
  readonly limit: Expression;
  /** `6 per 1m`. */
  readonly per: Expression | undefined;
  readonly otherwise: { readonly action: Name; readonly until: Name; readonly span: Span } | undefined;
  readonly span: Span;
}

/** `KEY: VALUE` of `simulate`; a value is a name, a number, or `AMOUNT per share`; `start after N` has the key "start". */
export interface Setting {
  readonly key: Name;
  readonly value: Expression;
  readonly per: Name | undefined;
  readonly span: Span;
}

export interface FunctionParameter {
  readonly name: Name;
  readonly type: TypeExpression;
  readonly default: Expression | undefined;
}

interface Documented {
  /** The text of the `///` lines above, without the slashes. */
  readonly doc: string | undefined;
  readonly span: Span;
}

export type Item =
  | (Documented & { readonly kind: "strategy"; readonly name: Name })
  | (Documented & { readonly kind: "module"; readonly path: readonly Name[] })
  | (Documented & { readonly kind: "import"; readonly path: readonly Name[]; readonly names: readonly Name[] })
  | (Documented & { readonly kind: "calendar"; readonly name: Name })
  | (Documented & { readonly kind: "trade" | "context"; readonly symbols: readonly Name[] })
  | (Documented & { readonly kind: "group"; readonly name: Name; readonly symbols: readonly Name[] })
  | (Documented & {
      readonly kind: "clock";
      readonly name: Name;
      /** `1d`, or the name `quotes`, `trades`, `book`. */
      readonly width: Expression;
      readonly of: Name | undefined;
      readonly regular: boolean;
      readonly shortLast: boolean;
    })
  | (Documented & {
      readonly kind: "param";
      readonly name: Name;
      readonly default: Expression;
      readonly range: Range | undefined;
      readonly step: Expression | undefined;
      readonly overrides: readonly { readonly symbol: Name; readonly value: Expression }[];
    })
  | (Documented & { readonly kind: "require"; readonly condition: Expression })
  /** `fast = sma(close, 10)`. */
  | (Documented & { readonly kind: "value"; readonly name: Name; readonly value: Expression })
  | (Documented & RecStatement)
  | (Documented & { readonly kind: "on"; readonly clock: Name; readonly values: readonly Item[] })
  | (Documented & { readonly kind: "enum"; readonly name: Name; readonly members: readonly Name[] })
  | (Documented & {
      readonly kind: "fn";
      readonly name: Name;
      /** Whether all before its body could be read; else only its name counts, so that its callers are not reported too. */
      readonly isRead: boolean;
      readonly parameters: readonly FunctionParameter[];
      readonly result: TypeExpression;
      readonly body: Block;
    })
  | (Documented & {
      readonly kind: "model";
      readonly name: Name;
      readonly branch: Name;
      readonly file: string;
      readonly inputs: readonly RecordField[];
      readonly outputs: readonly { readonly name: Name; readonly type: TypeExpression }[];
      readonly timeout: Expression | undefined;
    })
  /** `label up = ahead(close, 5) > close`. */
  | (Documented & { readonly kind: "label"; readonly name: Name; readonly value: Expression })
  | (Documented & { readonly kind: "risk"; readonly lines: readonly RiskLine[] })
  | (Documented & {
      readonly kind: "session";
      /** `from A after open to B before close`; `from open` has offset undefined. */
      readonly entries: { readonly from: SessionTime; readonly to: SessionTime; readonly span: Span } | undefined;
      readonly flatten: SessionTime | undefined;
    })
  | (Documented & {
      readonly kind: "rule";
      readonly name: Name;
      readonly clock: Name | undefined;
      readonly across: boolean;
      readonly each: { readonly name: Name; readonly range: Range } | undefined;
      readonly clauses: readonly RuleClause[];
    })
  | (Documented & { readonly kind: "simulate"; readonly settings: readonly Setting[] })
  | (Documented & {
      readonly kind: "study";
      /** `walk_forward train 12mo validate 3mo`. */
      readonly walkForward: { readonly train: Expression; readonly validate: Expression; readonly span: Span } | undefined;
      readonly objective: Name | undefined;
    })
  | (Documented & { readonly kind: "plot"; readonly values: readonly Expression[] })
  | (Documented & { readonly kind: "test"; readonly name: Name; readonly clauses: readonly TestClause[] });

export type TestClause =
  /** Values of a column of the market, one a row: `given close [1, 2, 3]`. */
  | { readonly kind: "given"; readonly column: Name; readonly values: readonly Expression[]; readonly span: Span }
  /** A condition; or, with `gives`, a value and what it is on each row. */
  | {
      readonly kind: "expect";
      readonly value: Expression;
      readonly gives: readonly Expression[] | undefined;
      readonly within: Expression | undefined;
      readonly span: Span;
    };

/** `15m after open`, `5m before close`, `open`. */
export interface SessionTime {
  readonly offset: Expression | undefined;
  readonly relation: "after" | "before" | undefined;
  readonly anchor: "open" | "close";
  readonly span: Span;
}

/** A comment that documents nothing; `text` with its slashes. For the printer only. */
export interface Comment {
  readonly text: string;
  /** Whether it stands on a line of its own. */
  readonly alone: boolean;
  readonly span: Span;
}

export interface File {
  /** What the text is called, as in its spans. */
  readonly source: string;
  readonly items: readonly Item[];
  /** In the order of the text. */
  readonly comments: readonly Comment[];
}
