/** What rules and limits say, in a few words each: for drawings and explanations. */

import type { Interval } from "../../graph/intervals.ts";
import type { Clock, Graph, RiskLimit, TimeInForce } from "../../graph/nodes.ts";
import type { Settling } from "../../graph/settling.ts";
import { DAY, HOUR, MINUTE, SECOND } from "../../market/calendars.ts";
import { MONTH, WEEK } from "../../market/widths.ts";

/** More than any quantity of a market has: beyond it a range has no end that says anything. */
const FAR = 1e9;

/** "0.05" as "5%", "0.0002" as "2bps". */
export function percent(ratio: string): string {
  const value = Number(ratio);
  return Math.abs(value) < 0.001 && value !== 0 ? `${numberText(value * 10_000)}bps` : `${numberText(value * 100)}%`;
}

/** "5m in regular", "1d of bar". */
export function clockText(graph: Graph, { width, of, regularOnly, events }: Clock): string {
  const source = of === null ? "" : ` of ${graph.clocks[of]?.name}`;
  return `${events ?? timeText(width)}${source}${regularOnly && of === null ? " in regular hours" : ""}`;
}

/** The right side of a risk line: "25000usd", "2% of equity", "6 per 1m". */
export function boundText({ measure, limit }: RiskLimit): string {
  switch (limit.kind) {
    case "rate":
      return `${limit.count} per ${timeText(limit.per)}`;
    case "ratio":
      return `${percent(limit.ratio)} of ${limit.of}`;
    case "constant":
      if (measure === "drawdown") return percent(limit.value);
      if (measure === "drift") return `${limit.value} deviations`;
      if (measure === "feed_age") return timeText(Number(limit.value));
      return measure === "open_positions" || measure === "open_trades" ? limit.value : `${grouped(limit.value)}usd`;
  }
}

/** "flatten until next_session". */
export function haltText({ action, until }: NonNullable<RiskLimit["monitor"]>): string {
  return `${action} until ${until}`;
}

/** How long an order works: "day", "3 bars". */
export function lifeText(tif: TimeInForce): string {
  if (tif.kind === "microseconds") return `${tif.count / SECOND} s`;
  if (tif.kind !== "bars") return tif.kind;
  return `${tif.count} bar${tif.count === 1 ? "" : "s"}`;
}

/** "0 … 100", "≥ 0", "any". */
export function rangeText({ low, high }: Pick<Interval, "low" | "high">, isBool: boolean): string {
  if (isBool) return low === high ? String(low === 1) : "yes or no";
  const [isOpenBelow, isOpenAbove] = [low < -FAR, high > FAR];
  if (isOpenBelow && isOpenAbove) return "any";
  if (isOpenAbove) return low > 0 && low < 1e-6 ? "> 0" : `≥ ${numberText(low)}`;
  if (isOpenBelow) return `≤ ${numberText(high)}`;
  return low === high ? numberText(low) : `${numberText(low)} … ${numberText(high)}`;
}

export function settlingText(settling: Settling): string {
  return typeof settling === "number" ? grouped(String(settling)) : settling;
}

/** "25000.5" as "25,000.5". */
export function grouped(text: string): string {
  const [whole = "", fraction] = text.split(".");
  const spaced = whole.replace(/\B(?=(\d{3})+$)/g, ",");
  return fraction === undefined ? spaced : `${spaced}.${fraction}`;
}

/** At most six significant digits, without an exponent where it can be had: "0.005", "25000", "2.5e+12". */
function numberText(value: number): string {
  return String(Number(value.toPrecision(6)));
}

/** Microseconds as a length of time: "5m", "1d". */
export function timeText(microseconds: number): string {
  const units = [
    [MONTH, "mo"],
    [WEEK, "w"],
    [DAY, "d"],
    [HOUR, "h"],
    [MINUTE, "m"],
    [SECOND, "s"],
    [1_000, "ms"],
  ] as const;
  for (const [length, unit] of units) if (microseconds !== 0 && microseconds % length === 0) return `${microseconds / length}${unit}`;
  return `${microseconds}us`;
}
