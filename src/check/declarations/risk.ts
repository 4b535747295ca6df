/** Risk lines: `day_loss <= 3% * equity else flatten until next_session`. Monitors become conditions of the graph. */
import { closest } from "../../diagnostics/closest.ts";
import type { Span } from "../../diagnostics/span.ts";
import type { HaltAction, HaltEnd, Limit, Measure, RiskLimit } from "../../graph/nodes.ts";
import type { Item, RiskLine } from "../../syntax/ast.ts";
import { type Context, report, textAt } from "../context.ts";
import { reportUnknown } from "../names/names.ts";
import { account, binary, dayLoss, drawdown, equity } from "../terms/operations.ts";
import { constant, type Scalar } from "../terms/terms.ts";
import { literalOf } from "../types/literals.ts";
import { unitText } from "../types/units.ts";
import { drift } from "./drift.ts";
import { complain, isMeasure, isWatched, KNOWN_MEASURES, limitOf, type Watched } from "./measures.ts";

export interface CheckedRisk {
  readonly limits: readonly RiskLimit[];
  /** Exact; a market order's worst price is its reference × (1 + collar). */
  readonly collar: string;
}

const COLLAR_DEFAULT = "0.05";

/** Measures that need a market that runs: without one they would never fire. */
const LATER: readonly string[] = ["concentration"];

/** From the weakest on: each does what the ones before it do. */
const ACTIONS: readonly HaltAction[] = ["no_entries", "cancel", "flatten"];
/** From the shortest on. */
const ENDS: readonly HaltEnd[] = ["recovered", "next_session", "manual"];

function nameIn<T extends string>(known: readonly T[], text: string): T | undefined {
  return known.find((name) => name === text);
}

/** The limit as the monitor sees it, in float64. */
function limitValue(context: Context, limit: Exclude<Limit, { kind: "rate" }>): Scalar {
  const { terms } = context.program;
  if (limit.kind === "constant") return constant(terms, Number(limit.value));
  const quantity = limit.of === "equity" ? equity(terms) : account(terms, "cash");
  return binary(terms, "mul", constant(terms, Number(limit.ratio)), quantity);
}

/** What the line watches, in float64, or why there is nothing to watch; while there is no feed its age is 0. */
function watchedValue(context: Context, measure: Watched): Scalar | { readonly problem: string } {
  const { terms } = context.program;
  switch (measure) {
    case "day_loss":
      return dayLoss(terms);
    case "drawdown":
      return drawdown(terms);
    case "feed_age":
      return constant(terms, 0);
    case "drift":
      return drift(context);
  }
}

function monitorOf(context: Context, line: RiskLine, measure: Measure, limit: Limit): RiskLimit["monitor"] | undefined {
  if (line.otherwise === undefined) return null;
  if (!isWatched(measure) || limit.kind === "rate")
    return complain(context, line, `\`${measure}\` rejects an order: there is nothing to watch, so leave out the \`else\`.`);
  const { terms } = context.program;
  const { action: actionName, until: untilName } = line.otherwise;
  if (actionName.text === "" || untilName.text === "") return undefined;
  const action = nameIn(ACTIONS, actionName.text);
  const ends = ENDS.filter((end) => (end === "recovered") === (measure === "feed_age"));
  const until = nameIn(ends, untilName.text);
  if (until === undefined)
    report(context, "E0109", untilName.span, {
      key: "until",
      value: untilName.text,
      known: ends.map((name) => `\`${name}\``).join(" or "),
    });
  if (action === undefined)
    report(context, "E0109", actionName.span, {
      key: "else",
      value: actionName.text,
      known: ACTIONS.map((name) => `\`${name}\``).join(", "),
    });
  if (action === undefined || until === undefined) return undefined;
  const left = watchedValue(context, measure);
  if ("problem" in left) return complain(context, line, left.problem);
  return { excess: binary(terms, "lt", limitValue(context, limit), left).term, action, until };
}

/** Whether the line's measure is of this version. */
function isSupported(context: Context, line: RiskLine): boolean {
  const name = line.measure.text;
  if (LATER.includes(name)) report(context, "E0901", line.measure.span, { what: name });
  return !LATER.includes(name);
}

function collarOf(context: Context, line: RiskLine): string | undefined {
  const literal = literalOf(line.limit);
  const isRatio = literal !== undefined && unitText(literal.unit) === "ratio" && literal.value >= 0;
  if (isRatio && line.otherwise === undefined && !line.perSymbol && line.per === undefined) return literal.exact;
  return complain(context, line, "`price_collar` is a ratio: `price_collar <= 2%`.", { at: line.limit });
}

interface CheckedLine {
  readonly line: RiskLine;
  readonly limit: RiskLimit;
}

function lineOf(context: Context, line: RiskLine): CheckedLine | undefined {
  const name = line.measure.text;
  if (!isMeasure(name)) {
    reportUnknown(context, line.measure, () => KNOWN_MEASURES);
    return undefined;
  }
  const limit = limitOf(context, line, name);
  const monitor = limit && monitorOf(context, line, name, limit);
  return limit === undefined || monitor === undefined ? undefined : { line, limit: { measure: name, limit, monitor } };
}

/** Reports a second line that rejects by a measure; of lines with `else` there may be several, each with its own action. */
function checkRepeated(context: Context, lines: readonly RiskLine[]): void {
  const seen = new Map<string, Span>();
  for (const { measure, otherwise } of lines) {
    if (otherwise !== undefined) continue;
    const first = seen.get(measure.text);
    const labels = first === undefined ? [] : [{ span: first, text: "first here" }];
    if (first !== undefined) report(context, "E0102", measure.span, { name: measure.text, by: "as a limit" }, { labels });
    else seen.set(measure.text, measure.span);
  }
}

/** Whether `a` is at most `b` whatever the account is worth. */
function isAtMost(a: Limit, b: Limit): boolean {
  if (a.kind === "constant" && b.kind === "constant") return Number(a.value) <= Number(b.value);
  return a.kind === "ratio" && b.kind === "ratio" && a.of === b.of && Number(a.ratio) <= Number(b.ratio);
}

/** Whether `a` fires wherever `b` does, does as much, and for as long: then `b` adds nothing. */
function covers(a: RiskLimit, b: RiskLimit): boolean {
  if (a.monitor === null || b.monitor === null || a.measure !== b.measure || !isAtMost(a.limit, b.limit)) return false;
  const isAsStrong = ACTIONS.indexOf(a.monitor.action) >= ACTIONS.indexOf(b.monitor.action);
  return isAsStrong && ENDS.indexOf(a.monitor.until) >= ENDS.indexOf(b.monitor.until);
}

/** Reports halts that come too late to change anything. */
function checkReachable(context: Context, lines: readonly CheckedLine[]): void {
  for (const [index, { line, limit }] of lines.entries()) {
    const earlier = lines.find((other, at) => at !== index && covers(other.limit, limit) && (at < index || !covers(limit, other.limit)));
    if (earlier === undefined) continue;
    const [first, here] = [earlier.line, line].map((each) => textAt(context, each.limit.span));
    const labels = [{ span: earlier.line.span, text: "halts before" }];
    report(context, "E0604", line.span, { measure: limit.measure, first: first ?? "", here: here ?? "" }, { labels });
  }
}

/** What the risk lines of the file measure, as far as it can be known: a slip counts as what it is nearest to. */
export function measuresNamed(items: readonly Item[]): ReadonlySet<string> {
  const names = items.flatMap((item) => (item.kind === "risk" ? item.lines.map((line) => line.measure.text) : []));
  return new Set(names.flatMap((name) => [name, closest(name, KNOWN_MEASURES) ?? name]));
}

/** The risk lines of the file, in their order. */
export function checkRisk(context: Context, items: readonly Item[]): CheckedRisk {
  const lines = items.flatMap((item) => (item.kind === "risk" ? item.lines : [])).filter((line) => isSupported(context, line));
  checkRepeated(context, lines);
  const collars = lines.filter((line) => line.measure.text === "price_collar");
  const collar = collars.map((line) => collarOf(context, line)).find((exact) => exact !== undefined);
  const checked = lines.filter((line) => !collars.includes(line)).flatMap((line) => lineOf(context, line) ?? []);
  checkReachable(context, checked);
  return { limits: checked.map(({ limit }) => limit), collar: collar ?? COLLAR_DEFAULT };
}
