/** What a risk line may measure, and the limits that fit each measure: money, a ratio, a number, or so many in a time. Limits stay exact decimals. */
import type { Limit, Measure } from "../../graph/nodes.ts";
import type { Expression, RiskLine } from "../../syntax/ast.ts";
import { type Context, report, textAt } from "../context.ts";
import { type Literal, literalOf } from "../types/literals.ts";
import { unitText } from "../types/units.ts";

interface MeasureForm {
  readonly limit: "usd" | "ratio" | "count" | "rate" | "time" | "deviations";
  /** Whether `per symbol` is said of it. */
  readonly perSymbol: "no" | "may" | "must";
  /** Whether there is something to watch between orders, so that a line may have `else`. */
  readonly watched: boolean;
}

const MEASURES: Readonly<Record<Measure, MeasureForm>> = {
  order_value: { limit: "usd", perSymbol: "no", watched: false },
  position_value: { limit: "usd", perSymbol: "may", watched: false },
  gross_exposure: { limit: "usd", perSymbol: "no", watched: false },
  net_exposure: { limit: "usd", perSymbol: "no", watched: false },
  open_positions: { limit: "count", perSymbol: "no", watched: false },
  open_trades: { limit: "count", perSymbol: "must", watched: false },
  order_rate: { limit: "rate", perSymbol: "no", watched: false },
  day_loss: { limit: "usd", perSymbol: "no", watched: true },
  drawdown: { limit: "ratio", perSymbol: "no", watched: true },
  feed_age: { limit: "time", perSymbol: "no", watched: true },
  drift: { limit: "deviations", perSymbol: "no", watched: true },
};

/** What a risk line may begin with. */
export const KNOWN_MEASURES: readonly string[] = [...Object.keys(MEASURES), "price_collar"];

export function isMeasure(name: string): name is Measure {
  return name in MEASURES;
}

export type Watched = "day_loss" | "drawdown" | "feed_age" | "drift";

/** Whether the line can have an `else`. */
export function isWatched(measure: Measure): measure is Watched {
  return MEASURES[measure].watched;
}

interface Complaint {
  /** What is wrong; without it the measure. */
  readonly at?: Expression | undefined;
  /** What to write in its place. */
  readonly replacement?: string | undefined;
}

/** Reports a line that limits nothing as it stands. */
export function complain(context: Context, line: RiskLine, problem: string, { at, replacement }: Complaint = {}): undefined {
  const span = at?.span ?? line.measure.span;
  const help = replacement === undefined ? [] : [{ text: `write \`${replacement}\``, edits: [{ span, text: replacement }] }];
  if (at?.kind !== "missing") report(context, "E0605", span, { problem }, { help });
  return undefined;
}

function quantityOf(expression: Expression): "equity" | "cash" | undefined {
  const name = expression.kind === "name" ? expression.name.text : undefined;
  return name === "equity" || name === "cash" ? name : undefined;
}

/** `3% * equity`, `equity * 3%`, `equity`. */
function partOfAccount(expression: Expression): Limit | undefined {
  const whole = quantityOf(expression);
  if (whole !== undefined) return { kind: "ratio", ratio: "1", of: whole };
  if (expression.kind !== "binary" || expression.operator !== "*") return undefined;
  const [ratio, quantity] = [
    literalOf(expression.left) ?? literalOf(expression.right),
    quantityOf(expression.right) ?? quantityOf(expression.left),
  ];
  const isRatio = ratio !== undefined && ["ratio", "number"].includes(unitText(ratio.unit)) && ratio.value > 0;
  return isRatio && quantity !== undefined ? { kind: "ratio", ratio: ratio.exact, of: quantity } : undefined;
}

/** What the user may have meant: a bare number with the unit, a ratio as a part of equity. */
function meantLimit(context: Context, line: RiskLine, unit: "usd" | "ratio"): string | undefined {
  const literal = literalOf(line.limit);
  if (literal === undefined || literal.value <= 0) return undefined;
  const text = textAt(context, line.limit.span);
  if (literal.unit.kind === "bare") return unit === "ratio" ? `${text}%` : `${text}usd`;
  return literal.unit.kind === "ratio" && unit === "usd" ? `${text} * equity` : undefined;
}

function ratioLimit(context: Context, line: RiskLine): Limit | undefined {
  const literal = literalOf(line.limit);
  const measure = line.measure.text;
  const isRatio = literal?.unit.kind === "ratio";
  if (isRatio && literal.value > 0 && literal.value < 1) return { kind: "constant", value: literal.exact };
  const at = line.limit;
  if (isRatio) {
    const problem = `\`${measure}\` lies between 0% and 100%: at ${textAt(context, at.span)} it limits nothing, or everything.`;
    return complain(context, line, problem, { at });
  }
  const replacement = meantLimit(context, line, "ratio");
  return complain(context, line, `\`${measure}\` is limited by a ratio: \`${measure} <= 8%\`.`, { at, replacement });
}

/** Whether a day's loss may be as much as what is left: such a limit fires when half of the day's equity is gone, or later. */
function isLossOfAll(line: RiskLine, limit: Limit): boolean {
  return line.measure.text === "day_loss" && limit.kind === "ratio" && Number(limit.ratio) >= 1;
}

function complainOfAll(context: Context, line: RiskLine): undefined {
  const text = textAt(context, line.limit.span);
  const problem = `\`day_loss\` stays below 100% of the account: \`${text}\` lets at least half of it go in a day. Lower it: \`3% * equity\`.`;
  return complain(context, line, problem, { at: line.limit });
}

function amountLimit(context: Context, line: RiskLine): Limit | undefined {
  const literal = literalOf(line.limit);
  const isAmount = literal !== undefined && unitText(literal.unit) === "usd" && literal.value > 0;
  const limit: Limit | undefined = isAmount ? { kind: "constant", value: literal.exact } : partOfAccount(line.limit);
  if (limit !== undefined) return isLossOfAll(line, limit) ? complainOfAll(context, line) : limit;
  const problem = `\`${line.measure.text}\` is limited by an amount above 0 or a part of the account: \`50_000usd\`, \`20% * equity\`.`;
  return complain(context, line, problem, { at: line.limit, replacement: meantLimit(context, line, "usd") });
}

/** A literal that counts something, from 1 on. */
function countOf(expression: Expression): Literal | undefined {
  const literal = literalOf(expression);
  return literal?.unit.kind === "bare" && Number.isSafeInteger(literal.value) && literal.value >= 1 ? literal : undefined;
}

function countLimit(context: Context, line: RiskLine): Limit | undefined {
  const count = countOf(line.limit);
  if (count !== undefined) return { kind: "constant", value: count.exact };
  return complain(context, line, `\`${line.measure.text}\` is limited by a whole number, 1 or more.`, { at: line.limit });
}

/** Deviations of training. Whether there is something to measure is seen with the models. */
function deviationsLimit(context: Context, line: RiskLine): Limit | undefined {
  const literal = literalOf(line.limit);
  const problem = "`drift` is limited by a number above 0, so many deviations of training: `drift <= 4 else no_entries until manual`.";
  if (literal?.unit.kind !== "bare" || literal.value <= 0) return complain(context, line, problem, { at: line.limit });
  if (line.otherwise === undefined)
    return complain(context, line, "`drift` rejects no order: say what happens beyond it, `else no_entries until manual`.");
  return { kind: "constant", value: literal.exact };
}

/** A literal of a duration: whole microseconds above 0. */
function timeOf(expression: Expression): number | undefined {
  const literal = literalOf(expression);
  const isTime = literal !== undefined && unitText(literal.unit) === "duration" && Number.isSafeInteger(literal.value) && literal.value > 0;
  return isTime ? literal.value : undefined;
}

function timeLimit(context: Context, line: RiskLine): Limit | undefined {
  const time = timeOf(line.limit);
  if (time !== undefined) return { kind: "constant", value: String(time) };
  return complain(context, line, `\`${line.measure.text}\` is limited by a time: \`${line.measure.text} <= 15s\`.`, { at: line.limit });
}

function rateLimit(context: Context, line: RiskLine): Limit | undefined {
  const count = countOf(line.limit);
  const problem = "`order_rate` is so many orders in a time: `order_rate <= 6 per 1m`.";
  if (count === undefined) return complain(context, line, problem, { at: line.limit });
  if (line.per === undefined) {
    const replacement = `${textAt(context, line.limit.span)} per 1m`;
    return complain(context, line, problem, { at: line.limit, replacement });
  }
  const per = timeOf(line.per);
  return per === undefined ? complain(context, line, problem, { at: line.per }) : { kind: "rate", count: count.value, per };
}

const LIMITS = {
  usd: amountLimit,
  ratio: ratioLimit,
  count: countLimit,
  rate: rateLimit,
  time: timeLimit,
  deviations: deviationsLimit,
} as const;

/** Whether the line says `per symbol` and `per 1m` where they belong; reports if not. */
function isQualified(context: Context, line: RiskLine, { perSymbol, limit }: MeasureForm): boolean {
  const name = line.measure.text;
  const problem =
    line.perSymbol && perSymbol === "no"
      ? `\`${name}\` has no \`per symbol\`: it is one for the account.`
      : !line.perSymbol && perSymbol === "must"
        ? `\`${name}\` is counted for each symbol: \`${name} per symbol <= ${textAt(context, line.limit.span)}\`.`
        : line.per !== undefined && limit !== "rate"
          ? `\`${name}\` is no rate: it has no \`per\` after its limit.`
          : undefined;
  if (problem !== undefined) complain(context, line, problem);
  return problem === undefined;
}

/** The limit of a line; undefined with the mistake reported. */
export function limitOf(context: Context, line: RiskLine, measure: Measure): Limit | undefined {
  const form = MEASURES[measure];
  return isQualified(context, line, form) ? LIMITS[form.limit](context, line) : undefined;
}
