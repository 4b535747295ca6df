/** All that the engine knows between two events: of the account, and of each symbol in its book. step.ts alone changes it. */
import type { Graph, HaltEnd, SymbolId } from "../graph/nodes.ts";
import { type Ledger, openLedger, type Position, positionIn } from "../ledger/ledger.ts";
import type { AccountMoney, Money, MoneyArithmetic } from "../values/money.ts";
import { type Instant, instant, type Price, ticks } from "../values/quantity.ts";
import type { EntryLimits } from "./brakes.ts";
import type { Command } from "./event.ts";
import type { LegGroup } from "./legs.ts";
import { type RecordLog, recordLog } from "./log.ts";
import type { Proposed } from "./quoting.ts";
import type { Gate } from "./risk/checks.ts";
import { createGate, type LiveGate, type Signal } from "./risk/gate.ts";
import type { Proposal } from "./risk/proposal.ts";
import type { Trade } from "./trade.ts";

/** What is of one symbol. */
export interface Book {
  readonly graph: Graph;
  readonly symbol: SymbolId;
  readonly money: MoneyArithmetic;
  readonly position: Position;
  /** The trades that are not idle, in the order of their rules: at most `tradesMax`, of one side. */
  readonly trades: Trade[];
  /** An entry that waits for the trades of the other side to end (semantics 3.20). */
  reversal: Proposal | null;
  /** Approved orders without an end, in order of approval. */
  readonly working: Signal<"approved">[];
  /** By rule: a rejected entry whose condition has not been false since (semantics 3.4). */
  readonly waiting: boolean[];
  /** By rule: what the file allows. */
  readonly limits: readonly (EntryLimits | null)[];
  /** By rule with `quote`: what it has proposed last. */
  readonly proposed: (Proposed | null)[];
  /** By rule: entries approved in this session, and the row on which its last trade ended. */
  readonly sessionEntries: number[];
  readonly endedRow: number[];
  /** How many trades have become idle that were not when the exits of this instant began, and by rule the round in which its trade did: what they leave free is taken later (3.3). */
  freed: number;
  readonly idleRound: number[];
  /** The last row that was told, −1 before the first, and its close. */
  row: number;
  close: Price;
}

/** The account as it was marked last. */
interface Mark {
  time: Instant;
  /** Equity at the mark, before any fill at that instant's close. */
  equity: Money;
  peak: Money;
  /** Equity as the kernel marks it, in float64. */
  marked: number;
}

export interface Engine {
  readonly graph: Graph;
  readonly money: AccountMoney;
  readonly gate: Gate;
  readonly ledger: Ledger;
  /** Of the traded symbols, in universe order. */
  readonly books: readonly Book[];
  /** How many trades of a symbol may be open at once. */
  readonly tradesMax: number;
  /** By rule: legs that were rejected and whose condition has not been false since. */
  readonly waitingLegs: boolean[];
  /** Legs that went out together and have not all filled. */
  readonly groups: LegGroup[];
  /** Counts the instants at which exits and entries were decided. */
  round: number;
  /** By risk line: until when it halts; null where it does not. */
  readonly halts: (HaltEnd | null)[];
  /** By rule: how often it acted. */
  readonly firings: number[];
  /** Times of approved opening orders, oldest first, where the file has a rate for them. */
  readonly approvals: Instant[];
  /** The day's starting equity: exact, and as monitors see it (semantics 4.5, 4.7). */
  dayStart: Money;
  dayStartMarked: number;
  readonly mark: Mark;
  /** Sum over fills of |price − price before slippage| × quantity. */
  slippage: Money;
  orders: number;
  rejected: number;
  readonly log: RecordLog;
  /** Not carried out yet. */
  readonly commands: Command[];
}

/** What the engine must be told of a symbol: its arithmetic, over the account's money, and what the file allows its rules. */
export interface SymbolTerms {
  readonly money: MoneyArithmetic;
  readonly limits: Book["limits"];
}

/** An engine before its first event. `symbols` are the traded ones, in universe order. */
export function createEngine(
  graph: Graph,
  cash: Money,
  symbols: readonly [SymbolTerms, ...SymbolTerms[]],
  live: LiveGate | null = null,
): Engine {
  const [first, ...others] = symbols;
  const { money } = first;
  const ledger = openLedger([money, ...others.map((symbol) => symbol.money)], cash);
  const gate = createGate(graph, money, live);
  return {
    graph,
    money,
    gate,
    ledger,
    books: symbols.map((terms, symbol) => bookOf(graph, terms, positionIn(ledger, symbol))),
    tradesMax: gate.limits.open_trades,
    waitingLegs: graph.rules.map(() => false),
    groups: [],
    round: 0,
    halts: graph.risk.map(() => null),
    firings: graph.rules.map(() => 0),
    approvals: [],
    dayStart: cash,
    dayStartMarked: money.toNumber(cash),
    mark: { time: instant(Number.NEGATIVE_INFINITY), equity: cash, marked: money.toNumber(cash), peak: cash },
    slippage: money.zero,
    orders: 0,
    rejected: 0,
    log: recordLog(),
    commands: [],
  };
}

function bookOf(graph: Graph, { money, limits }: SymbolTerms, position: Position): Book {
  const { rules } = graph;
  return {
    graph,
    symbol: position.symbol,
    money,
    position,
    trades: [],
    reversal: null,
    working: [],
    waiting: rules.map(() => false),
    limits,
    proposed: rules.map(() => null),
    sessionEntries: rules.map(() => 0),
    endedRow: rules.map(() => Number.NEGATIVE_INFINITY),
    freed: 0,
    idleRound: rules.map(() => -1),
    row: -1,
    close: ticks(0),
  };
}

/** The book of a traded symbol. */
export function bookIn({ books }: Engine, symbol: SymbolId): Book {
  const book = books[symbol];
  if (book === undefined) throw new Error(`symbol ${symbol} is not traded`);
  return book;
}

/** The trade of a rule that is not idle. */
export function tradeOf({ trades }: Book, rule: number): Trade | undefined {
  for (const trade of trades) if (trade.rule === rule) return trade;
  return undefined;
}

/** Cash and all positions at the last closes. */
export function equityNow({ money, ledger, books }: Engine): Money {
  let equity = ledger.cash;
  for (const { position, close } of books) {
    if (position.quantity !== 0) equity = money.add(equity, position.money.value(position.quantity, close));
  }
  return equity;
}
