/** `hold { KO: -leg, PEP: leg } legs within 5s else flatten`: targets for several symbols that go out together or not at all. */
import type { Leg, Rule } from "../../graph/nodes.ts";
import type { Expression, RuleClause } from "../../syntax/ast.ts";
import { type Context, report, textAt } from "../context.ts";
import { symbolNamed } from "../declarations/header.ts";
import { replacement } from "../messages/suggestions.ts";
import { literalOf } from "../types/literals.ts";
import { unitText } from "../types/units.ts";
import { canBeNegative } from "./signs.ts";
import { sizeOf } from "./sizes.ts";

type LegsClause = Extract<RuleClause, { kind: "holdLegs" }>;

/** What a rule with legs says beside its condition. */
export type Legs = Pick<Extract<Rule, { kind: "legs" }>, "legs" | "short" | "within">;

/** How long legs may take, in microseconds; undefined with the mistake reported. */
function timeOf(context: Context, expression: Expression): number | undefined {
  const time = literalOf(expression);
  if (time !== undefined && unitText(time.unit) === "duration" && Number.isSafeInteger(time.value) && time.value > 0) return time.value;
  report(context, "E0409", expression.span, { what: "The time of legs", wanted: "a duration, `5s`", value: "no duration" });
  return undefined;
}

/** After how long a leg that has not filled flattens all; undefined with the mistake reported. */
function withinOf(context: Context, { within, otherwise, span }: LegsClause): number | undefined {
  if (within?.kind === "missing") return undefined;
  if (within === undefined || otherwise === undefined) {
    const missing = within === undefined ? " legs within 5s else flatten" : " else flatten";
    const edits = [{ span: { ...span, start: span.end }, text: missing }];
    report(context, "E0701", span, {}, { help: [{ text: `add \`${missing.trim()}\``, edits }] });
    return undefined;
  }
  if (otherwise.text !== "" && otherwise.text !== "flatten") {
    const help = [replacement(otherwise.span, "flatten")];
    report(context, "E0109", otherwise.span, { key: "else", value: otherwise.text, known: "`flatten`" }, { help });
    return undefined;
  }
  return timeOf(context, within);
}

function legOf(context: Context, { symbol, size }: LegsClause["legs"][number]): Leg | undefined {
  const id = symbolNamed(context, symbol);
  const amount = sizeOf(context, "hold", size, false);
  if (id === undefined || amount === undefined) return undefined;
  if (context.program.header.symbols[id]?.trades === true) return { symbol: id, size: amount };
  report(context, "E0707", symbol.span, { problem: `\`${symbol.text}\` is only read here: a leg is of a symbol of \`trade\`.` });
  return undefined;
}

/** The legs of a rule; undefined with the mistake reported. */
export function checkLegs(context: Context, clause: LegsClause): Legs | undefined {
  const within = withinOf(context, clause);
  const seen = new Set<string>();
  for (const { symbol } of clause.legs) {
    if (seen.has(symbol.text)) report(context, "E0102", symbol.span, { name: textAt(context, symbol.span), by: "as a leg of this rule" });
    seen.add(symbol.text);
  }
  const checked = clause.legs.map((leg) => legOf(context, leg));
  const legs = checked.filter((leg) => leg !== undefined);
  if (within === undefined || legs.length < checked.length || seen.size < checked.length) return undefined;
  return { legs, within, short: legs.some(({ size }) => canBeNegative(context.program.terms, size.amount)) };
}
