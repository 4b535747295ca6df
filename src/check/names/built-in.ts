/** The names that the language gives a meaning: columns of the market, values of the account, prices of a trade, fields of the session. */
import type { AccountField } from "../../graph/nodes.ts";
import type { Name } from "../../syntax/ast.ts";
import { type Context, report, type TradeScope } from "../context.ts";
import { account, dayLoss, drawdown, equity, tradePrice } from "../terms/operations.ts";
import type { Scalar, Terms } from "../terms/terms.ts";
import { BARS, DURATION, NUMBER, PRICE, RATIO, SHARE, type Unit, USD } from "../types/units.ts";
import { numberValue, POISON, type Value } from "../types/values.ts";
import { COLUMN_NAMES, columnNamed } from "./events.ts";

export const SESSION_FIELDS: ReadonlyMap<string, Unit> = new Map([
  ["elapsed", DURATION],
  ["remaining", DURATION],
  ["bar", NUMBER],
  ["weekday", NUMBER],
  ["day_of_month", NUMBER],
  ["days_left_in_month", NUMBER],
]);

const ACCOUNT_FIELDS: ReadonlyMap<string, Unit> = new Map([
  ["cash", USD],
  ["position", SHARE],
  ["entry_price", PRICE],
  ["bars_held", BARS],
]);

const MEASURES: ReadonlyMap<string, { readonly unit: Unit; readonly make: (terms: Terms) => Scalar }> = new Map([
  ["equity", { unit: USD, make: equity }],
  ["drawdown", { unit: RATIO, make: drawdown }],
  ["day_loss", { unit: USD, make: dayLoss }],
]);

export const BUILT_IN_VALUES: readonly string[] = [
  ...COLUMN_NAMES,
  ...ACCOUNT_FIELDS.keys(),
  ...MEASURES.keys(),
  "fill",
  "peak",
  "last_fill",
  "session",
  "universe",
  "book",
];

type TradePrice = "fill" | "peak" | "last_fill";

/** Where the prices of a trade are known. */
const TRADE_PRICES: Readonly<Record<TradePrice, { readonly scopes: readonly TradeScope[]; readonly where: string }>> = {
  fill: { scopes: ["child", "trail"], where: "`stop at`, `target at` and `trail at`" },
  peak: { scopes: ["trail"], where: "`trail at`" },
  last_fill: { scopes: ["trail", "add"], where: "`trail at` and in the condition of `add`" },
};

function isTradePrice(name: string): name is TradePrice {
  return name in TRADE_PRICES;
}

function isAccountField(name: string): name is AccountField {
  return ACCOUNT_FIELDS.has(name);
}

/** The value that the language calls `name`; undefined where it calls none so. */
export function builtIn(context: Context, { text, span }: Name): Value | undefined {
  const { terms } = context.program;
  const column = columnNamed(context, { text, span });
  if (column !== undefined) return column;
  if (isAccountField(text)) return numberValue(account(terms, text), ACCOUNT_FIELDS.get(text) ?? USD);
  const measure = MEASURES.get(text);
  if (measure !== undefined) return numberValue(measure.make(terms), measure.unit);
  if (isTradePrice(text)) {
    if (TRADE_PRICES[text].scopes.includes(context.trade)) return numberValue(tradePrice(terms, text), PRICE);
    report(context, "E0413", span, { name: text, where: TRADE_PRICES[text].where });
    return POISON;
  }
  if (text !== "book") return undefined;
  report(context, "E0410", span, { problem: "`book` is no value by itself: `book.imbalance(5)`, `book.depth(10bps)`." });
  return POISON;
}
