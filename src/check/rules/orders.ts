/** The order clause: `order limit at close * (1 + 5bps) tif 3bars`. Its prices as terms, and what goes with what. */
import type { Span } from "../../diagnostics/span.ts";
import type { OrderForm, TimeInForce } from "../../graph/nodes.ts";
import { DAY } from "../../market/calendars.ts";
import type { Expression, OrderClause } from "../../syntax/ast.ts";
import { type Context, elaborate, report, textAt } from "../context.ts";
import { absence, asNumber } from "../expressions/demands.ts";
import { reportMismatch } from "../messages/mismatch.ts";
import { literalHelp, replacement } from "../messages/suggestions.ts";
import { literalOf } from "../types/literals.ts";
import { PRICE, unitText } from "../types/units.ts";
import { describe, type NumberValue } from "../types/values.ts";
import { forgets } from "./forgetting.ts";

const MARKET: OrderForm = { type: "market", tif: { kind: "day" } };

const NAMES = ["day", "gtc", "ioc", "fok", "opg", "cls"] as const;

/** What a price is the price of, and where a ratio was meant: "fill * (1 - 2%)". */
interface PriceOf {
  readonly what: string;
  readonly ratioOf: string;
}

/** The price of an order as a value that is always there; undefined with the mistake reported. */
export function elaboratePrice(context: Context, at: Expression, { what, ratioOf }: PriceOf): NumberValue | undefined {
  const price = asNumber(context, elaborate(context, at), at.span, what);
  if (price === undefined) return undefined;
  if (unitText(price.unit) !== "usd/share") {
    const facts = { operation: `${what} is usd/share`, left: PRICE, right: price.unit };
    const distance = `${ratioOf} ${textAt(context, at.span)})`;
    const help = price.unit.kind === "ratio" ? [replacement(at.span, distance)] : literalHelp(context, at.span, PRICE);
    reportMismatch(context, at.span, facts, { help });
    return undefined;
  }
  return isThere(context, price, at.span, what) && forgets(context, price, at.span) ? price : undefined;
}

/** Whether a price exists: what the position has cost is not known before the fill, `fill` is where it can be read. */
function isThere(context: Context, price: NumberValue, span: Span, what: string): boolean {
  if (!price.facts.optional) return true;
  const text = textAt(context, span);
  const knowsFill = context.trade === "child" || context.trade === "trail";
  const help = knowsFill && /\bentry_price\b/.test(text) ? [replacement(span, text.replace(/\bentry_price\b/g, "fill"))] : [];
  report(context, "E0403", span, { what, reason: absence(context, price), value: describe(price) }, { help });
  return false;
}

function namedTif(name: string): TimeInForce | undefined {
  const kind = NAMES.find((known) => known === name);
  return kind && { kind };
}

/** How long the order works; undefined with the mistake reported. */
function tifOf(context: Context, { tif, type }: OrderClause): TimeInForce | undefined {
  if (tif === undefined) return { kind: "day" };
  const known = `${NAMES.map((name) => `\`${name}\``).join(", ")}, a number of bars, \`3bars\`, or a time, \`30s\``;
  const text = textAt(context, tif.span);
  const literal = "kind" in tif ? literalOf(tif) : undefined;
  const unit = literal && unitText(literal.unit);
  if (unit === "bars" && literal !== undefined && Number.isInteger(literal.value) && literal.value >= 1)
    return { kind: "bars", count: literal.value };
  const isTime = unit === "duration" && literal !== undefined && Number.isSafeInteger(literal.value) && literal.value > 0;
  if (isTime && context.program.header.clocks[0]?.width !== DAY) return { kind: "microseconds", count: literal.value };
  const found = "kind" in tif ? undefined : namedTif(tif.text);
  if (isTime)
    report(context, "E0707", tif.span, {
      problem: `A bar of a whole session does not say what happens within ${text}: \`day\` or \`3bars\`.`,
    });
  else if (found === undefined) report(context, "E0109", tif.span, { key: "tif", value: text, known });
  else if (found.kind === "day" || found.kind === "gtc" || type === "market" || type === "limit") return found;
  else report(context, "E0707", tif.span, { problem: `A stop waits for its price: with \`tif ${text}\` it could not.` });
  return undefined;
}

/** What the file says of an order, a market order of the day where it says nothing; undefined with the mistake reported. */
export function checkOrder(context: Context, clause: OrderClause | undefined): OrderForm | undefined {
  if (clause === undefined) return MARKET;
  const tif = tifOf(context, clause);
  const price = (at: Expression | undefined, what: string) =>
    at === undefined ? undefined : elaboratePrice(context, at, { what, ratioOf: "close * (1 +" })?.term;
  const { type, at, limit: bound } = clause;
  if (type === "market") return tif && { type, tif };
  const first = price(at, type === "limit" ? "The limit of an order" : "The stop of an order");
  if (type === "stop_limit") {
    const limit = price(bound, "The limit of an order");
    return tif && first !== undefined && limit !== undefined ? { type, tif, stop: first, limit } : undefined;
  }
  if (tif === undefined || first === undefined) return undefined;
  return type === "limit" ? { type, tif, limit: first } : { type, tif, stop: first };
}
