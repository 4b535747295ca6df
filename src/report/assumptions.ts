/** What a result rests on besides the rules: how orders fill, what they cost, when decisions begin. Every report says all of it. */

import { widthText } from "../data/conventions.ts";
import type { Fees, Graph } from "../graph/nodes.ts";
import { firstClock, opensOn } from "../graph/traverse.ts";
import type { BacktestOutcome, SymbolOutcome } from "../run/outcome.ts";

interface FinerBars {
  readonly bars: number;
  readonly covered: number;
}

export interface Assumptions {
  readonly fill: "next_open" | "close";
  /** Ratio of the price, exact text. */
  readonly slippage: string;
  readonly fees: string;
  readonly warm_up_bars: number;
  /** Row of the first decision, counted from 0; null with several symbols or clocks, where each symbol has its own. */
  readonly first_decision_row: number | null;
  readonly calendar: "nyse" | "always";
  readonly clock: string;
  readonly regular_hours_only: boolean;
  /** Ratio by which the worst price of a market order exceeds the reference, exact text. */
  readonly price_collar: string;
  readonly shorting: boolean;
  /** What a short position costs a year, as a ratio of its value, exact text. */
  readonly borrow: string;
  /** Whether a limit order needs the market to trade through its price inside a bar, or only to touch it. */
  readonly limit: "through" | "touch";
  /** The share of a bar's volume that all orders of a symbol may take together, exact text; null for all they want. */
  readonly volume_cap: string | null;
  readonly symbols: number;
  /** Of the bars of symbols that have finer ones, those that finer bars stood for; null where none were given. */
  readonly finer_bars: FinerBars | null;
  /** Models that were trained on bars of this run. */
  readonly in_sample: readonly string[];
  /** True where the result leans on something a live run cannot do. */
  readonly optimistic: boolean;
  readonly sentences: readonly string[];
}

/** The assumptions of a run. */
export function assumptionsOf(
  graph: Graph,
  { startRow, symbols }: BacktestOutcome,
  warmUpBars: number,
  inSample: readonly string[],
): Assumptions {
  const { simulate } = graph;
  const shorting = graph.rules.some((rule) => opensOn(rule, "short"));
  const facts = {
    fill: simulate.market,
    slippage: simulate.slippage,
    fees: feesText(simulate.fees),
    warm_up_bars: warmUpBars,
    first_decision_row: startRow,
    calendar: graph.calendar,
    clock: firstClock(graph).events ?? widthText(firstClock(graph).width),
    regular_hours_only: firstClock(graph).regularOnly,
    price_collar: graph.collar,
    shorting,
    borrow: simulate.borrow,
    limit: simulate.limit,
    volume_cap: simulate.volumeCap,
    symbols: graph.symbols.filter(({ trades }) => trades).length,
    finer_bars: finerBars(symbols),
    in_sample: inSample,
    optimistic: simulate.market === "close" || simulate.limit === "touch" || inSample.length > 0,
  } as const;
  return { ...facts, sentences: sentences(facts) };
}

function finerBars(symbols: readonly SymbolOutcome[]): FinerBars | null {
  const fine = symbols.flatMap(({ bars, coveredRows }) => (coveredRows === null ? [] : [{ bars, covered: coveredRows }]));
  if (fine.length === 0) return null;
  return fine.reduce((sum, { bars, covered }) => ({ bars: sum.bars + bars, covered: sum.covered + covered }));
}

function finerText({ bars, covered }: FinerBars): string {
  const other = bars - covered;
  const rest = other === 0 ? "" : `; on the other ${other}, whose finer bars are missing or do not add up to them, stops go before targets`;
  return `inside a bar finer bars say what came first, on ${covered} of ${bars}${rest}`;
}

function sentences(facts: Omit<Assumptions, "sentences">): string[] {
  const isOfEvents = /^[a-z]/.test(facts.clock);
  const bars = `${facts.clock}${isOfEvents ? "" : " bars"}${facts.regular_hours_only ? " in regular hours" : ""}, ${facts.calendar} calendar`;
  return [
    facts.fill === "close"
      ? "FILLS AT THE DECIDING CLOSE: orders trade at the price that decided them, which no live order can do"
      : isOfEvents
        ? "market orders fill on the next event, at its ask or bid, or the price of its trade; limits that wait where that crosses them: no queue, latency or impact"
        : `market orders fill at the next open, ${facts.limit === "touch" ? "stops and limits in the bar that touches them" : "stops in the bar that touches them, limits in one that trades through"}`,
    ...(facts.finer_bars === null ? [] : [finerText(facts.finer_bars)]),
    ...(facts.limit === "touch" ? ["LIMITS FILL AT A TOUCH: as if one were always the first in the queue at one's price"] : []),
    ...facts.in_sample.map((model) => `IN SAMPLE: model ${model} was trained on bars of this run, so it knows what it foretells`),
    ...(facts.volume_cap === null
      ? []
      : [`all orders of a symbol take at most ${ratioText(facts.volume_cap)} of a bar's volume; the rest works on while its time lasts`]),
    `slippage ${ratioText(facts.slippage)}, fees ${facts.fees}; no interest${facts.shorting ? `, ${borrowText(facts.borrow)}` : ""}`,
    facts.first_decision_row === null
      ? `each symbol decides from its own warm-up on; ${bars}`
      : `first decision on ${isOfEvents ? "event" : "bar"} ${facts.first_decision_row + 1}, after a warm-up of ${facts.warm_up_bars}; ${bars}`,
    `the gate counts a market order at up to ${ratioText(facts.price_collar)} above its reference price`,
    `${facts.symbols === 1 ? "one symbol" : `${facts.symbols} symbols on one account`}, prices as they stand in the data; an open position is marked at the last ${isOfEvents && facts.clock !== "trades" ? "mid" : "close"}`,
  ];
}

function borrowText(borrow: string): string {
  return Number(borrow) === 0 ? "no borrow cost for shorts" : `borrowing shares costs ${ratioText(borrow)} a year`;
}

function feesText(fees: Fees): string {
  switch (fees.kind) {
    case "none":
      return "none";
    case "per_share":
      return `${fees.amount}usd per share`;
    case "ratio":
      return ratioText(fees.ratio);
    case "table":
      return fees.name;
  }
}

/** "0.0002" as "2bps", "0.05" as "5%", exactly; "none" for zero. */
export function ratioText(ratio: string): string {
  const inBps = shiftLeft(ratio, 4);
  if (/^0*$/.test(inBps.replace(".", ""))) return "none";
  const inPercent = shiftLeft(ratio, 2);
  return inPercent.includes(".") || inPercent === "0" ? `${inBps}bps` : `${inPercent}%`;
}

/** A decimal text times 10^places, without trailing zeros. */
function shiftLeft(text: string, places: number): string {
  const [whole = "0", fraction = ""] = text.split(".");
  const digits = fraction.padEnd(places, "0");
  const shifted = `${whole}${digits.slice(0, places)}`.replace(/^0+(?=\d)/, "");
  const rest = digits.slice(places).replace(/0+$/, "");
  return rest === "" ? shifted : `${shifted}.${rest}`;
}
