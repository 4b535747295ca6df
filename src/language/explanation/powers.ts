/** Which orders a strategy can send, and what the worst of them may do. */
import { boundText, percent } from "../../backends/drawing/words.ts";
import type { EnterRule, Fees, Graph, Measure, OrderForm, Rule, Simulation } from "../../graph/nodes.ts";
import { firstClock, opensOn } from "../../graph/traverse.ts";
import { DAY } from "../../market/calendars.ts";
import type { File, SessionTime } from "../../syntax/ast.ts";
import { expressionText } from "../../syntax/printing/expressions.ts";
import { listed } from "./words.ts";

export function powers(graph: Graph, file: File): readonly string[] {
  const types = [...new Set(graph.rules.flatMap(orderTypes))];
  return [
    types.length === 0 ? "It sends no orders." : `It can send ${listed(types)}, and nothing else. Every one passes the risk gate.`,
    graph.rules.some((rule) => opensOn(rule, "short"))
      ? `It can be short. Holding a short costs ${Number(graph.simulate.borrow) === 0 ? "nothing in a backtest" : `${percent(graph.simulate.borrow)} of its value a year`}, and its loss has no end.`
      : "It cannot be short: an order that would end short is refused.",
    "It cannot buy on credit: what it opens is never worth more than the equity that is free, at the worst price.",
    ...largest(graph),
    worstSentence(graph),
    ...costs(graph, file),
    ...hours(graph, file),
    ...graph.rules.flatMap((rule) => (rule.kind === "enter" ? lossSentences(rule) : [])),
  ];
}

function orderTypes(rule: Rule): readonly string[] {
  if (rule.kind === "hold" || rule.kind === "legs") return ["market orders"];
  if (rule.kind === "quote") return ["limit orders"];
  const own = typeText(rule.order);
  if (rule.kind === "exit") return [own];
  const stops = rule.stop !== null || rule.trail !== null ? ["protective stops"] : [];
  return [own, ...stops, ...(rule.targets.length > 0 ? ["limit orders that take profit"] : [])];
}

function typeText({ type }: OrderForm): string {
  return { market: "market orders", limit: "limit orders", stop: "stop orders", stop_limit: "stop-limit orders" }[type];
}

/** The price that the gate reckons with. */
function worstSentence({ collar, simulate }: Graph): string {
  const least = simulate.market === "close" ? "the close that decides" : "the next open";
  return `A market order has no price: it fills at ${least} whatever that is. The gate reckons with ${percent(collar)} above the last close; a gap beyond that can make an order larger than a limit allows.`;
}

/** What one order, and what one symbol, can come to. */
function largest({ risk }: Graph): readonly string[] {
  const bound = (measure: Measure): string | undefined => {
    const line = risk.find((one) => one.measure === measure && one.monitor === null);
    return line && boundText(line);
  };
  const [order, position] = [bound("order_value"), bound("position_value")];
  if (order === undefined) return [];
  return [
    `No order opens more than ${order} at the worst price${position === undefined ? "" : `, and none makes a position of more than ${position}`}.`,
  ];
}

/** The costs that the file states. */
function costs({ simulate }: Graph, file: File): readonly string[] {
  const settings = file.items.flatMap((item) => (item.kind === "simulate" ? item.settings.map(({ key }) => key.text) : []));
  return [
    ...(settings.includes("slippage")
      ? [`Market and stop orders fill ${percent(simulate.slippage)} worse than their price: slippage.`]
      : []),
    ...(settings.includes("limit") ? [LIMITS[simulate.limit]] : []),
    ...(simulate.volumeCap === null
      ? []
      : [
          `All orders of a symbol take at most ${percent(simulate.volumeCap)} of a bar's volume; the rest of an order works on while its time lasts.`,
        ]),
    ...(settings.includes("fees") ? [`Fees are ${feeWords(simulate.fees)}, at every fill.`] : []),
  ];
}

const LIMITS: Readonly<Record<Simulation["limit"], string>> = {
  through: "A limit order fills only where the market trades through its price.",
  touch: "A limit order fills where the market touches its price, as if it were always the first in the queue there.",
};

function feeWords(fees: Fees): string {
  switch (fees.kind) {
    case "none":
      return "none";
    case "per_share":
      return `${fees.amount}usd a share`;
    case "ratio":
      return `${percent(fees.ratio)} of the value`;
    case "table":
      return `those of the table \`${fees.name}\``;
  }
}

/** When it may enter, and what it holds overnight. */
function hours(graph: Graph, file: File): readonly string[] {
  const session = file.items.find((item) => item.kind === "session");
  const entries = session?.entries;
  return [
    ...(entries === undefined ? [] : [`It enters only from ${timeWords(entries.from)} to ${timeWords(entries.to)}.`]),
    overnight(graph, session?.flatten),
  ];
}

function timeWords({ offset, relation, anchor }: SessionTime): string {
  return offset === undefined ? anchor : `${expressionText(offset)} ${relation} the ${anchor}`;
}

function overnight(graph: Graph, flatten: SessionTime | undefined): string {
  if (flatten !== undefined) return `It is flat overnight: everything is closed from ${timeWords(flatten)} on, by market orders.`;
  return firstClock(graph).width >= DAY
    ? "It holds overnight, over weekends and holidays."
    : "Nothing closes before the session does: what is open is held overnight, over weekends and holidays.";
}

function lossSentences({ name, size, stop, trail }: EnterRule): readonly string[] {
  if (stop === null && trail === null) return [`\`${name}\` has no stop: what a trade of it can lose is what it is worth.`];
  const sized = size.kind === "risk" ? "is sized by what is lost at its stop" : "has a stop";
  return [`\`${name}\` ${sized}; a market that opens beyond the stop fills there, and the loss is larger.`];
}
