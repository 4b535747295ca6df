/**
 * What a run leaves behind: its records in order, and what the report needs. Records are the user's view of the journal, one JSON object a line in
 * `--orders FILE`: exact numbers are decimal text with as many decimals as their scale; `row` counts the first clock's rows of the symbol from 0; `time` is the row's end, ISO 8601 UTC.
 */

export type OrderKind = "entry" | "add" | "exit" | "stop" | "target" | "hold" | "flatten" | "quote";

export interface OrderRecord {
  readonly event: "order";
  /** Counts approved and rejected orders from 1, in the order they were decided. */
  readonly id: number;
  readonly symbol: string;
  readonly row: number;
  readonly time: string;
  /** The rule; for a flatten the risk measure that fired, or "session". */
  readonly rule: string;
  readonly kind: OrderKind;
  readonly side: "buy" | "sell";
  readonly quantity: string;
  readonly type: "market" | "limit" | "stop" | "stop_limit";
  /** The limit of a limit order, the stop of the others. */
  readonly price: string | null;
  /** The limit of a stop_limit; absent from all others. */
  readonly limit?: string;
  readonly status: "approved" | "rejected";
  /** Names of the checks that failed (semantics 4.1, 11.11), in their order; "legs" where another leg failed. */
  readonly reasons: readonly string[];
}

export interface FillRecord {
  readonly event: "fill";
  readonly order: number;
  readonly symbol: string;
  readonly row: number;
  readonly time: string;
  readonly side: "buy" | "sell";
  readonly quantity: string;
  readonly price: string;
  readonly fee: string;
  /** Cash and position after the fill. */
  readonly cash: string;
  readonly position: string;
}

/** A stop or target that works is to fill `quantity` from now on: what it closes has changed with a part that filled (semantics 3.19). */
interface ResizeRecord {
  readonly event: "resize";
  readonly order: number;
  readonly symbol: string;
  readonly row: number;
  readonly time: string;
  readonly quantity: string;
}

/** What borrowing the shares of a short position has cost since the session before (semantics 11.12). */
export interface BorrowRecord {
  readonly event: "borrow";
  readonly symbol: string;
  /** The symbol's last row; `time` is that at which the session begins. */
  readonly row: number;
  readonly time: string;
  readonly amount: string;
  /** What it leaves. */
  readonly cash: string;
}

/** Where a corporate action happens: the symbol's first row after it, and its end. */
interface ActionPlace {
  readonly symbol: string;
  readonly row: number;
  readonly time: string;
}

/** `shares` new ones for `per` old ones (semantics 13). */
export interface SplitRecord extends ActionPlace {
  readonly event: "split";
  readonly shares: number;
  readonly per: number;
}

/** What no whole new share stands for; below 0 where it is paid. */
export interface CashInLieuRecord extends ActionPlace {
  readonly event: "cash_in_lieu";
  readonly amount: string;
  /** What it leaves. */
  readonly cash: string;
}

export interface DividendRecord extends ActionPlace {
  readonly event: "dividend";
  readonly per_share: string;
  /** Below 0 where it is paid. */
  readonly amount: string;
  /** What it leaves. */
  readonly cash: string;
}

/** A working order in new shares. */
export interface RescaleRecord extends ActionPlace {
  readonly event: "rescale";
  readonly order: number;
  readonly quantity: string;
  readonly price: string | null;
  /** The limit of a stop_limit; absent from all others. */
  readonly limit?: string;
}

export type RunRecord =
  | OrderRecord
  | FillRecord
  | BorrowRecord
  | SplitRecord
  | CashInLieuRecord
  | DividendRecord
  | RescaleRecord
  | {
      readonly event: "cancel" | "expire";
      readonly order: number;
      readonly symbol: string;
      readonly row: number;
      readonly time: string;
    }
  | ResizeRecord
  | { readonly event: "halt"; readonly row: number; readonly time: string; readonly limit: string; readonly action: string }
  | EndRecord;

export interface EndRecord {
  readonly event: "end";
  readonly final_equity: string;
  readonly cash: string;
  /** Of the only traded symbol. */
  readonly position?: string;
  /** By name, where several are traded. */
  readonly positions?: Readonly<Record<string, string>>;
  readonly round_trips: number;
  /** What borrowing has cost among them. */
  readonly fees: string;
  readonly orders: number;
  readonly fills: number;
  readonly rejected: number;
}

/** One trip of a symbol's position from flat to flat (or across zero). Money in currency, exact text. */
export interface RoundTrip {
  readonly symbol: string;
  readonly side: "long" | "short";
  readonly openRow: number;
  readonly closeRow: number;
  readonly profit: string;
}

/** What became of one traded symbol. */
export interface SymbolOutcome {
  readonly symbol: string;
  /** Rows the first clock ticked on for it, and those at whose close it was held. */
  readonly bars: number;
  readonly exposedRows: number;
  /** Rows that finer bars stood for (semantics 5.8); null where none were given. */
  readonly coveredRows: number | null;
  /** End of the first row with decisions, UTC microseconds; null where there was none. */
  readonly start: number | null;
  readonly roundTrips: number;
  /** What it has brought, net of its fees: round trips, and what is held at its last close. */
  readonly profit: string;
  readonly position: string;
}

/** What `run/backtest` gives back besides the records. */
export interface BacktestOutcome {
  readonly records: readonly RunRecord[];
  /** The rejected orders and the halts among the records, so that a report need not read all of them. */
  readonly incidents: readonly RunRecord[];
  readonly end: EndRecord;
  readonly roundTrips: readonly RoundTrip[];
  /** Those that are traded, in universe order. */
  readonly symbols: readonly SymbolOutcome[];
  /** Rows the first clock ticked on, of all symbols together, and the instants at which the account was marked. */
  readonly bars: number;
  readonly instants: number;
  /** Of the only symbol on the only clock the first row with decisions, also where the data ends before; null otherwise. */
  readonly startRow: number | null;
  readonly from: number;
  readonly to: number;
  /** Equity marked at each session's last row, in currency. */
  readonly sessionEquity: { readonly time: readonly number[]; readonly equity: readonly number[] };
  /** Fraction 0..1, over row closes. */
  readonly maxDrawdown: number;
  /** Instants at whose mark a position was held. */
  readonly exposedInstants: number;
  /** Times each rule acted (proposed an order, or took back an entry), by name, every rule of the file. */
  readonly firings: Readonly<Record<string, number>>;
  /** Sum over fills of |fill price − price before slippage| × quantity, exact text. */
  readonly slippage: string;
  /** Buy and hold over the same rows (semantics 7, 11.13), return as a fraction; null where no symbol has a row after its start. */
  readonly buyAndHold: number | null;
  /** Host wakes, for performance work. */
  readonly wakes: number;
  readonly hash: string;
}
