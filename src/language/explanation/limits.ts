/** Which limits can bind: what rules order, between which bounds, beside what the gate lets pass. */
import { boundText, percent } from "../../backends/drawing/words.ts";
import { familyOf } from "../../backends/drawing/written.ts";
import { type Interval, intervals } from "../../graph/intervals.ts";
import type { Graph, HaltAction, NodeId, RiskLimit, Rule, Size } from "../../graph/nodes.ts";
import { nodeAt } from "../../graph/traverse.ts";
import { counted, dollars } from "./words.ts";

type Binding = "never" | "can" | "always";

export interface LimitExplanation {
  /** "order_value <= 500,000usd". */
  readonly line: string;
  readonly binds: Binding;
  readonly sentence: string;
}

/** Each risk line of the graph, whatever the parameters are; `cash` (usd) is the equity at the start. */
export function limitExplanations(graph: Graph, cash: number): readonly LimitExplanation[] {
  const ranges = intervals(graph);
  return graph.risk.map((risk) => ({ line: `${risk.measure} <= ${boundText(risk)}`, ...explained(graph, ranges, risk, cash) }));
}

export function limitSentences(limits: readonly LimitExplanation[]): readonly string[] {
  const words = { never: "cannot bind", can: "can bind", always: "always binds" };
  return limits.map(({ line, binds, sentence }) => `\`${line}\` ${words[binds]}: ${sentence}`);
}

type Verdict = Omit<LimitExplanation, "line">;

function explained(graph: Graph, ranges: readonly Interval[], risk: RiskLimit, cash: number): Verdict {
  const { measure, monitor } = risk;
  if (measure === "feed_age") return { binds: "can", sentence: feedSentence(monitor) };
  if (monitor !== null) return { binds: "can", sentence: monitorSentence(risk, monitor) };
  switch (measure) {
    case "day_loss":
    case "drawdown":
    case "drift":
      return { binds: "can", sentence: `while ${WATCHED[measure]} is above it, nothing new is opened; what is held stays.` };
    case "order_rate":
      return { binds: "can", sentence: "further orders that open something are refused until enough time has gone by." };
    case "open_trades":
      return { binds: "can", sentence: `no more than ${boundText(risk)} trades are open at once; further entries are refused.` };
    case "open_positions":
      return countVerdict(graph, risk);
    case "order_value":
    case "position_value":
    case "gross_exposure":
    case "net_exposure":
      return valueVerdict(graph, ranges, risk, cash);
  }
}

const WATCHED = {
  day_loss: "what the session has lost",
  drawdown: "the fall from the highest equity",
  drift: "the drift of a model's inputs",
} as const;

const DEEDS: Readonly<Record<HaltAction, string>> = {
  no_entries: "nothing new is opened",
  cancel: "orders that open are taken back and nothing new is opened",
  flatten: "all orders are taken back, everything is closed by market orders, and nothing new is opened",
};

function feedSentence(monitor: RiskLimit["monitor"]): string {
  const deed = DEEDS[monitor?.action ?? "no_entries"];
  return `while nothing, signs of life included, has come from the feed for longer, ${deed}. In a backtest it never binds: there the feed's age is 0.`;
}

function monitorSentence({ measure }: RiskLimit, { action, until }: NonNullable<RiskLimit["monitor"]>): string {
  const isWatched = measure === "day_loss" || measure === "drawdown" || measure === "drift";
  const what = isWatched ? WATCHED[measure] : measure;
  const end = until === "manual" ? "until someone lifts it (in a backtest: to the end)" : "until the next session";
  return `when ${what} is above it at a close, ${DEEDS[action]} ${end}.${measure === "drift" ? "" : " It acts after the loss: a gap can lose more."}`;
}

/** There are at most as many positions as symbols. */
function countVerdict({ symbols }: Graph, { limit }: RiskLimit): Verdict {
  const traded = symbols.filter(({ trades }) => trades).length;
  if (limit.kind === "constant" && Number(limit.value) >= traded)
    return { binds: "never", sentence: `it trades ${counted(traded, "symbol")}.` };
  return { binds: "can", sentence: `it trades ${counted(traded, "symbol")}; further entries are refused.` };
}

/** What one order asks for at its worst price: of equity, or in usd. */
interface Demand {
  readonly rule: string;
  readonly of: "equity" | "money";
  readonly low: number;
  readonly high: number;
  readonly trim: boolean;
}

function valueVerdict(graph: Graph, ranges: readonly Interval[], risk: RiskLimit, cash: number): Verdict {
  const { limit, measure } = risk;
  if (limit.kind === "ratio" && limit.of === "equity" && Number(limit.ratio) >= 1 && measure !== "net_exposure")
    return { binds: "never", sentence: "the gate lets nobody open more than the equity that is free, so that comes first." };
  const verdicts = graph.rules.flatMap((rule) =>
    sizesOf(rule).map((size) => {
      const demand = demandOf(graph, ranges, rule, size);
      return demand === null ? unknownSize(rule, size) : compared(demand, risk, cash);
    }),
  );
  const binds = verdicts.every((one) => one.binds === "never")
    ? "never"
    : verdicts.every((one) => one.binds === "always")
      ? "always"
      : "can";
  return {
    binds,
    sentence: `${[...new Set(verdicts.filter((one) => binds !== "can" || one.binds !== "never").map(({ sentence }) => sentence))].join("; ")}.`,
  };
}

function sizesOf(rule: Rule): readonly Size[] {
  if (rule.kind === "exit") return [];
  return rule.kind === "legs" ? rule.legs.map(({ size }) => size) : [rule.size];
}

function unknownSize({ name: rule }: Rule, { kind, trim }: Size): Verdict {
  const why =
    kind === "risk" ? "a near stop makes a large order" : kind === "shares" ? "its value follows the price" : "its size has no bound";
  return { binds: "can", sentence: `of \`${familyOf(rule)}\`, ${why}, and what is above it is ${refusal(trim)}` };
}

function refusal(trim: boolean): string {
  return trim ? "cut off" : "refused";
}

/** Null where the value has no known bounds. Where there are adds, or what is held already counts, one order alone does not say. */
function demandOf(graph: Graph, ranges: readonly Interval[], rule: Rule, { kind, amount, trim }: Size): Demand | null {
  const part = partOfEquity(graph, ranges, amount);
  const isNothing = part?.low === 0 && part.high === 0;
  if ((kind !== "value" && !isNothing) || (rule.kind === "enter" && rule.add !== null)) return null;
  const range = part ?? ranges[amount];
  if (range === undefined || range.high > FAR) return null;
  const isLimited = rule.kind === "enter" && rule.side === "long" && (rule.order.type === "limit" || rule.order.type === "stop_limit");
  const factor = isLimited ? 1 : 1 + Number(graph.collar);
  const high = Math.max(Math.abs(range.low), Math.abs(range.high)) * factor;
  const low = rule.kind === "enter" ? Math.max(0, range.low) * factor : 0;
  return { rule: familyOf(rule.name), of: part === null ? "money" : "equity", low, high, trim };
}

const FAR = 1e15;
/** More than the float64 arithmetic of a size and its collar is off by. */
const ROUNDING = 1e-9;

type Part = Pick<Interval, "low" | "high">;

/** The part of equity that an amount is; null where it is none. A single symbol enters without a position, so its cash is equity. */
function partOfEquity(graph: Graph, ranges: readonly Interval[], amount: NodeId): Part | null {
  const isAlone = graph.symbols.filter(({ trades }) => trades).length === 1;
  const isEquity = (id: NodeId): boolean => {
    const node = nodeAt(graph, id);
    return node.op === "account" && (node.field === "equity" || (isAlone && node.field === "cash"));
  };
  const of = (id: NodeId): Part | null => {
    if (isEquity(id)) return { low: 1, high: 1 };
    const node = nodeAt(graph, id);
    if (node.op === "constant") return node.value === 0 ? { low: 0, high: 0 } : null;
    if (node.op === "unary" && node.fn === "neg") return scaled(of(node.x), { low: -1, high: -1 });
    if (node.op === "select") return joined(of(node.then), of(node.otherwise));
    if (node.op !== "binary" || node.fn !== "mul") return null;
    return scaled(of(node.a), ranges[node.b]) ?? scaled(of(node.b), ranges[node.a]);
  };
  return of(amount);
}

function scaled(part: Part | null, by: Part | undefined): Part | null {
  if (part === null || by === undefined || Math.abs(by.low) > FAR || Math.abs(by.high) > FAR) return null;
  const corners = [part.low * by.low, part.low * by.high, part.high * by.low, part.high * by.high];
  return { low: Math.min(...corners), high: Math.max(...corners) };
}

function joined(a: Part | null, b: Part | null): Part | null {
  return a === null || b === null ? null : { low: Math.min(a.low, b.low), high: Math.max(a.high, b.high) };
}

function compared({ rule, of, low, high, trim }: Demand, { limit }: RiskLimit, cash: number): Verdict {
  const asked =
    of === "equity" ? `\`${rule}\` asks for at most ${percent(String(high))} of equity` : `\`${rule}\` asks for at most ${dollars(high)}`;
  const worst = `${asked} at the worst price`;
  if (limit.kind === "rate" || (limit.kind === "ratio" && limit.of === "cash")) return { binds: "can", sentence: worst };
  const bound = Number(limit.kind === "constant" ? limit.value : limit.ratio);
  const isSame = (of === "equity") === (limit.kind === "ratio");
  const room = bound * (1 + ROUNDING);
  if (isSame && high <= room) return { binds: "never", sentence: worst };
  if (isSame && low > room) return { binds: "always", sentence: `\`${rule}\` always asks for more, and what is above is ${refusal(trim)}` };
  if (isSame) return { binds: "can", sentence: `${worst}, and what is above it is ${refusal(trim)}` };
  const turn = of === "equity" ? bound / high : high / bound;
  const isNow = of === "equity" ? cash > turn : cash < turn;
  const where = of === "equity" ? `above an equity of ${dollars(turn)}` : `below an equity of ${dollars(turn)}`;
  return {
    binds: "can",
    sentence: `${worst}, so it binds ${where}${isNow ? ", which is so from the start" : ""}, and what is above it is ${refusal(trim)}`,
  };
}
