/** The columns of the market that a clock has: of bars, of quotes, of trades, of the book (semantics 12.3, 12.8). */
import type { Span } from "../../diagnostics/span.ts";
import type { EventKind, InputField } from "../../market/bars.ts";
import type { Expression, Name } from "../../syntax/ast.ts";
import { type Context, report } from "../context.ts";
import { input } from "../terms/operations.ts";
import { literalOf } from "../types/literals.ts";
import { NUMBER, PRICE, SHARE, type Unit, unitText } from "../types/units.ts";
import { numberValue, POISON, type Value } from "../types/values.ts";
import { isOfLane } from "./places.ts";

type RowKind = "bars" | EventKind;

interface Column {
  readonly field: InputField;
  readonly unit: Unit;
  readonly kinds: readonly RowKind[];
}

const OF_BARS: readonly RowKind[] = ["bars"];
const OF_TRADES: readonly RowKind[] = ["trades"];
const OF_QUOTES: readonly RowKind[] = ["quotes", "book"];

const COLUMNS: ReadonlyMap<string, Column> = new Map([
  ["open", { field: "open", unit: PRICE, kinds: OF_BARS }],
  ["high", { field: "high", unit: PRICE, kinds: OF_BARS }],
  ["low", { field: "low", unit: PRICE, kinds: OF_BARS }],
  ["close", { field: "close", unit: PRICE, kinds: OF_BARS }],
  ["volume", { field: "volume", unit: SHARE, kinds: OF_BARS }],
  ["bid", { field: "bid", unit: PRICE, kinds: OF_QUOTES }],
  ["ask", { field: "ask", unit: PRICE, kinds: OF_QUOTES }],
  ["bid_size", { field: "bid_size", unit: SHARE, kinds: OF_QUOTES }],
  ["ask_size", { field: "ask_size", unit: SHARE, kinds: OF_QUOTES }],
  ["mid", { field: "mid", unit: PRICE, kinds: OF_QUOTES }],
  ["spread", { field: "spread", unit: PRICE, kinds: OF_QUOTES }],
  ["tick_size", { field: "tick_size", unit: PRICE, kinds: OF_QUOTES }],
]);

/** Names that only a clock of trades gives a meaning: elsewhere a file may use them as it likes. */
const TRADE_COLUMNS: ReadonlyMap<string, Column> = new Map([
  ["price", { field: "close", unit: PRICE, kinds: OF_TRADES }],
  ["size", { field: "volume", unit: SHARE, kinds: OF_TRADES }],
]);

export const COLUMN_NAMES: readonly string[] = [...COLUMNS.keys()];

function rowKind({ program: { header }, clock }: Context): RowKind {
  return (clock === 0 ? header.clocks[0]?.events : undefined) ?? "bars";
}

/** The column that `name` is on this clock; undefined where the language calls none so. Reports one that another kind of clock has. */
export function columnNamed(context: Context, { text, span }: Name): Value | undefined {
  const kind = rowKind(context);
  const column = COLUMNS.get(text) ?? (kind === "trades" ? TRADE_COLUMNS.get(text) : undefined);
  if (column === undefined) return undefined;
  if (column.kinds.includes(kind)) return numberValue(input(context.program.terms, column.field, context.clock), column.unit);
  const has = [...COLUMNS, ...TRADE_COLUMNS].filter(([, { kinds }]) => kinds.includes(kind)).map(([name]) => `\`${name}\``);
  const clock = context.program.header.clocks[context.clock]?.name ?? "";
  report(context, "E0410", span, {
    problem: `\`${text}\` is a column of ${column.kinds.join(" and ")}: \`${clock}\` ticks with ${kind}, which have ${has.join(", ")}.`,
  });
  return POISON;
}

const LEVELS_MAX = 50;
const DEPTH_MAX = 0.1;

/** `book.imbalance(5)`, `book.depth(10bps)`; undefined for a call of anything else. */
export function bookCall(context: Context, { callee, arguments: given, span }: Extract<Expression, { kind: "call" }>): Value | undefined {
  if (callee.kind !== "member" || callee.object.kind !== "name" || callee.object.name.text !== "book") return undefined;
  if (context.locals.has("book")) return undefined;
  if (rowKind(context) !== "book") {
    report(context, "E0410", span, { problem: "`book` is read on a clock of the book: `clock change = book`." });
    return POISON;
  }
  const [argument, ...others] = given;
  const literal = argument === undefined || others.length > 0 ? undefined : literalOf(argument.value);
  const unit = literal && unitText(literal.unit);
  const value = literal?.value ?? Number.NaN;
  switch (callee.name.text) {
    case "imbalance":
      if (unit === "number" && Number.isInteger(value) && value >= 1 && value <= LEVELS_MAX)
        return bookColumn(context, `book_imbalance_${value}`, NUMBER, span);
      break;
    case "depth":
      if (unit === "ratio" && value > 0 && value <= DEPTH_MAX && literal !== undefined)
        return bookColumn(context, `book_depth_${literal.exact}` as InputField, SHARE, span);
      break;
  }
  const problem = `Of the book there are \`book.imbalance(5)\`, of 1 to ${LEVELS_MAX} levels, and \`book.depth(10bps)\`, within at most 10% of the mid.`;
  report(context, "E0410", span, { problem });
  return POISON;
}

function bookColumn(context: Context, field: InputField, unit: Unit, span: Span): Value {
  const value = numberValue(input(context.program.terms, field, context.clock), unit);
  return isOfLane(context, value, "book", span) ? value : POISON;
}
