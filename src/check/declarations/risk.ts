/** Risk lines: `day_loss <= 3% * equity else flatten until next_session`. Their limits stay exact decimals; monitors become conditions of the graph. */
import { closest } from "../../diagnostics/closest.ts";
import type { Span } from "../../diagnostics/span.ts";
import type { HaltAction, HaltEnd, Limit, Measure, RiskLimit } from "../../graph/nodes.ts";
import type { Expression, Item, RiskLine } from "../../syntax/ast.ts";
import { type Context, report, textAt } from "../context.ts";
import { reportUnknown } from "../names/names.ts";
import { account, binary, dayLoss, drawdown, equity } from "../terms/operations.ts";
import { constant, type Scalar } from "../terms/terms.ts";
import { literalOf } from "../types/literals.ts";
import { unitText } from "../types/units.ts";

export interface CheckedRisk {
  readonly limits: readonly RiskLimit[];
  /** Exact; a market order's worst price is its reference × (1 + collar). */
  readonly collar: string;
}

const COLLAR_DEFAULT = "0.05";

/** What each measure is limited by: money, or a ratio without a quantity. */
const MEASURES: Readonly<Partial<Record<Measure, "usd" | "ratio">>> = {
  order_value: "usd",
  position_value: "usd",
  day_loss: "usd",
  drawdown: "ratio",
};

const KNOWN_MEASURES: readonly string[] = [...Object.keys(MEASURES), "price_collar"];

/** Measures of later versions. */
const LATER: readonly string[] = [
  "order_rate",
  "gross_exposure",
  "net_exposure",
  "concentration",
  "open_positions",
  "open_trades",
  "feed_age",
  "model_drift",
];

const ACTIONS: readonly HaltAction[] = ["no_entries", "cancel", "flatten"];
const ENDS: readonly HaltEnd[] = ["next_session", "manual"];

function isMeasure(name: string): name is Measure {
  return name in MEASURES;
}

function complain(context: Context, line: RiskLine, problem: string, at?: Expression, replacement?: string): undefined {
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
function ratioOf(expression: Expression): Limit | undefined {
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
  if (isRatio)
    return complain(
      context,
      line,
      `\`${measure}\` lies between 0% and 100%: at ${textAt(context, line.limit.span)} it limits nothing, or everything.`,
      line.limit,
    );
  const meant = meantLimit(context, line, "ratio");
  return complain(context, line, `\`${measure}\` is limited by a ratio: \`${measure} <= 8%\`.`, line.limit, meant);
}

function amountLimit(context: Context, line: RiskLine): Limit | undefined {
  const literal = literalOf(line.limit);
  const isAmount = literal !== undefined && unitText(literal.unit) === "usd" && literal.value > 0;
  const limit: Limit | undefined = isAmount ? { kind: "constant", value: literal.exact } : ratioOf(line.limit);
  if (limit !== undefined) return limit;
  const problem = `\`${line.measure.text}\` is limited by an amount above 0 or a part of the account: \`50_000usd\`, \`20% * equity\`.`;
  return complain(context, line, problem, line.limit, meantLimit(context, line, "usd"));
}

function nameIn<T extends string>(known: readonly T[], text: string): T | undefined {
  return known.find((name) => name === text);
}

/** The limit as the monitor sees it, in float64. */
function limitValue(context: Context, limit: Limit): Scalar {
  const { terms } = context.program;
  if (limit.kind === "constant") return constant(terms, Number(limit.value));
  if (limit.kind === "rate") throw new Error("a rate is no value");
  const quantity = limit.of === "equity" ? equity(terms) : account(terms, "cash");
  return binary(terms, "mul", constant(terms, Number(limit.ratio)), quantity);
}

function monitorOf(context: Context, line: RiskLine, measure: Measure, limit: Limit): RiskLimit["monitor"] | undefined {
  if (line.otherwise === undefined) return null;
  if (measure === "order_value" || measure === "position_value") {
    return complain(context, line, `\`${measure}\` rejects an order: there is nothing to watch, so leave out the \`else\`.`);
  }
  const { terms } = context.program;
  const { action: actionName, until: untilName } = line.otherwise;
  if (actionName.text === "" || untilName.text === "") return undefined;
  const action = nameIn(ACTIONS, actionName.text);
  const until = nameIn(ENDS, untilName.text);
  if (until === undefined && untilName.text === "recovered") report(context, "E0901", untilName.span, { what: "until recovered" });
  else if (until === undefined)
    report(context, "E0109", untilName.span, {
      key: "until",
      value: untilName.text,
      known: ENDS.map((name) => `\`${name}\``).join(" or "),
    });
  if (action === undefined)
    report(context, "E0109", actionName.span, {
      key: "else",
      value: actionName.text,
      known: ACTIONS.map((name) => `\`${name}\``).join(", "),
    });
  if (action === undefined || until === undefined) return undefined;
  const left = measure === "day_loss" ? dayLoss(terms) : drawdown(terms);
  return { excess: binary(terms, "lt", limitValue(context, limit), left).term, action, until };
}

/** Whether the line's form is of this version. */
function isSupported(context: Context, line: RiskLine): boolean {
  const name = line.measure.text;
  if (LATER.includes(name) || line.per !== undefined) {
    report(context, "E0901", line.measure.span, { what: name });
    return false;
  }
  if (line.perSymbol && name !== "position_value") {
    complain(context, line, `\`${name}\` has no \`per symbol\`: it is one for the account.`);
    return false;
  }
  return true;
}

function collarOf(context: Context, line: RiskLine): string | undefined {
  const literal = literalOf(line.limit);
  const isRatio = literal !== undefined && unitText(literal.unit) === "ratio" && literal.value >= 0;
  if (isRatio && line.otherwise === undefined) return literal.exact;
  return complain(context, line, "`price_collar` is a ratio: `price_collar <= 2%`.", line.limit);
}

function lineOf(context: Context, line: RiskLine): RiskLimit | undefined {
  const name = line.measure.text;
  if (!isMeasure(name)) {
    reportUnknown(context, line.measure, () => KNOWN_MEASURES);
    return undefined;
  }
  const limit = MEASURES[name] === "ratio" ? ratioLimit(context, line) : amountLimit(context, line);
  const monitor = limit && monitorOf(context, line, name, limit);
  return limit === undefined || monitor === undefined ? undefined : { measure: name, limit, monitor };
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
  const limits = lines.filter((line) => !collars.includes(line)).flatMap((line) => lineOf(context, line) ?? []);
  return { limits, collar: collar ?? COLLAR_DEFAULT };
}
