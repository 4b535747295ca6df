/** What protects and ends a trade: `stop at`, `trail at` and `target 1/2 at E then stop at F`. */
import type { EnterRule, Target } from "../../graph/nodes.ts";
import type { EnterClause, Expression } from "../../syntax/ast.ts";
import { type Context, report } from "../context.ts";
import { elaboratePlain } from "../expressions/demands.ts";
import { input, tradePrice } from "../terms/operations.ts";
import { isAtLeast } from "../terms/ordering.ts";
import { pointOf, rangeText } from "../terms/range.ts";
import type { TermId } from "../terms/terms.ts";
import { elaboratePrice } from "./orders.ts";

type Side = EnterRule["side"];
type TargetClause = Extract<EnterClause, { kind: "target" }>;

/** Parts that add up to the whole but for rounding do. */
const WHOLE_TOLERANCE = 1e-9;

/** Of which trade a child is. */
export interface Trade {
  readonly side: Side;
  /** Whether its entry is a market order: decided at the close of a row, filled at a price of its own. */
  readonly isMarket: boolean;
}

/** Whether a price can never be on the side of the trade's fill where it belongs; then reported. */
function isMisplaced(
  context: Context,
  price: TermId,
  at: Expression,
  { side, isMarket }: Trade,
  what: "stop" | "trailing stop" | "target",
): boolean {
  const { terms } = context.program;
  const below = (side === "long") !== (what === "target");
  const references = [
    tradePrice(terms, "fill").term,
    ...(isMarket ? [input(terms, "close", context.clock).term] : []),
    ...(what === "trailing stop" ? [tradePrice(terms, "peak").term] : []),
  ];
  const misplaced = references.some((reference) => (below ? isAtLeast(terms, price, reference) : isAtLeast(terms, reference, price)));
  if (misplaced) report(context, "E0603", at.span, { what, side, below });
  return misplaced;
}

function stopOf({ side }: Trade) {
  return { what: "The price of a stop", ratioOf: side === "long" ? "fill * (1 -" : "fill * (1 +" };
}

function targetOf({ side }: Trade) {
  return { what: "The price of a target", ratioOf: side === "long" ? "fill * (1 +" : "fill * (1 -" };
}

/** The price of a stop or a trail as a term; undefined with the mistake reported. */
export function checkStop(
  context: Context,
  trade: Trade,
  { kind, at }: Extract<EnterClause, { kind: "stop" | "trail" }>,
): TermId | undefined {
  const price = elaboratePrice({ ...context, trade: kind === "stop" ? "child" : "trail" }, at, stopOf(trade));
  if (price === undefined || isMisplaced(context, price.term, at, trade, kind === "stop" ? "stop" : "trailing stop")) return undefined;
  return price.term;
}

/** A target's part of the trade, above 0 and at most 1; undefined with the mistake reported. */
function partOf(context: Context, part: Expression): number | undefined {
  const what = "The part of a target";
  const value = elaboratePlain(context, part, what);
  const share = value && pointOf(value.facts.range);
  if (value === undefined || (share !== undefined && share > 0 && share <= 1)) return share;
  const range = "above 0 and at most 1, the same in every run: `1/2`";
  report(context, "E0408", part.span, { what, range, value: rangeText(value.facts.range) || "any number" });
  return undefined;
}

function checkTarget(context: Context, trade: Trade, clause: TargetClause): (Target & { readonly clause: TargetClause }) | undefined {
  const child: Context = { ...context, trade: "child" };
  const part = clause.part === undefined ? null : partOf(context, clause.part);
  const price = elaboratePrice(child, clause.at, targetOf(trade));
  const thenStop = clause.thenStop === undefined ? null : elaboratePrice(child, clause.thenStop, stopOf(trade));
  if (part === undefined || price === undefined || thenStop === undefined) return undefined;
  if (isMisplaced(context, price.term, clause.at, trade, "target")) return undefined;
  return { part, at: price.term, thenStop: thenStop?.term ?? null, clause };
}

/** The targets in their order: what the parts leave is for the one without a part, or for the last one where they add up to the whole. */
export function checkTargets(context: Context, trade: Trade, clauses: readonly TargetClause[]): readonly Target[] | undefined {
  const checked = clauses.map((clause) => checkTarget(context, trade, clause));
  const targets = checked.filter((target) => target !== undefined);
  if (targets.length < checked.length) return undefined;
  let [sum, remainders] = [0, 0];
  for (const { part, clause } of targets) {
    sum += part ?? 0;
    remainders += part === null ? 1 : 0;
    const isOver = sum > 1 + WHOLE_TOLERANCE || remainders > 1 || (remainders > 0 && sum > 1 - WHOLE_TOLERANCE);
    if (!isOver) continue;
    report(context, "E0606", clause.span, {
      problem:
        "The targets are for more than the whole trade: parts add up to 1 at most, and one target without a part takes what they leave.",
    });
    return undefined;
  }
  const isWhole = sum > 1 - WHOLE_TOLERANCE;
  return targets.map(({ part, at, thenStop }, index) => ({ part: isWhole && index === targets.length - 1 ? null : part, at, thenStop }));
}
