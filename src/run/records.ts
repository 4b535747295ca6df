/** The engine's records as the user sees them: exact decimal text with as many decimals as the scale has (outcome.ts). */
import type { EngineRecord, OrderDecision } from "../engine/record.ts";
import type { Engine } from "../engine/state.ts";
import type { Trip } from "../ledger/ledger.ts";
import { formatDecimal } from "../values/decimal.ts";
import { instantText } from "../values/instant.ts";
import type { AccountMoney } from "../values/money.ts";
import type { Instant, Scale } from "../values/quantity.ts";
import type { OrderRecord, RescaleRecord, RoundTrip, RunRecord } from "./outcome.ts";

/** What records are written in: the account's money, and by symbol its name and decimals. */
export interface Units {
  readonly money: AccountMoney;
  readonly symbols: readonly { readonly name: string; readonly scale: Scale }[];
}

export function unitsOf({ graph, money, books }: Engine): Units {
  return { money, symbols: books.map((book) => ({ name: graph.symbols[book.symbol]?.name ?? "", scale: book.money.scale })) };
}

/** What records say a traded symbol in. */
export function symbolIn({ symbols }: Units, symbol: number): Units["symbols"][number] {
  const found = symbols[symbol];
  if (found === undefined) throw new Error(`symbol ${symbol} is not traded`);
  return found;
}

export function runRecord(record: EngineRecord, units: Units): RunRecord {
  const { money } = units;
  switch (record.event) {
    case "order":
      return orderRecord(record, units);
    case "fill": {
      const { order, symbol, row, time, side, quantity, price, fee } = record.fill;
      const { name, scale } = symbolIn(units, symbol);
      const { priceDecimals, quantityDecimals } = scale;
      return {
        event: "fill",
        order,
        symbol: name,
        row,
        time: instantText(time),
        side,
        quantity: formatDecimal(quantity, quantityDecimals),
        price: formatDecimal(price, priceDecimals),
        fee: money.format(fee),
        cash: money.format(record.cash),
        position: formatDecimal(record.position, quantityDecimals),
      };
    }
    case "cancel":
    case "expire":
      return {
        event: record.event,
        order: record.order,
        symbol: symbolIn(units, record.symbol).name,
        row: record.row,
        time: instantText(record.time),
      };
    case "resize": {
      const { name, scale } = symbolIn(units, record.symbol);
      const { order, row, time, quantity } = record;
      const text = formatDecimal(quantity, scale.quantityDecimals);
      return { event: "resize", order, symbol: name, row, time: instantText(time), quantity: text };
    }
    case "borrow":
      return {
        event: "borrow",
        symbol: symbolIn(units, record.symbol).name,
        row: record.row,
        time: instantText(record.time),
        amount: money.format(record.amount),
        cash: money.format(record.cash),
      };
    case "split":
      return { event: "split", ...placeOf(record, units), shares: record.shares, per: record.per };
    case "cash_in_lieu":
      return { event: "cash_in_lieu", ...placeOf(record, units), amount: money.format(record.amount), cash: money.format(record.cash) };
    case "dividend":
      return {
        event: "dividend",
        ...placeOf(record, units),
        per_share: record.perShare,
        amount: money.format(record.amount),
        cash: money.format(record.cash),
      };
    case "rescale":
      return rescaleRecord(record, units);
    case "halt":
      return { event: "halt", row: record.row, time: instantText(record.time), limit: record.limit, action: record.action };
  }
}

/** Whose record it is, and of when. */
function placeOf({ symbol, row, time }: { readonly symbol: number; readonly row: number; readonly time: Instant }, units: Units) {
  return { symbol: symbolIn(units, symbol).name, row, time: instantText(time) };
}

function rescaleRecord(record: Extract<EngineRecord, { event: "rescale" }>, units: Units): RescaleRecord {
  const { priceDecimals, quantityDecimals } = symbolIn(units, record.symbol).scale;
  const { order, quantity, price, limit } = record;
  return {
    event: "rescale",
    order,
    ...placeOf(record, units),
    quantity: formatDecimal(quantity, quantityDecimals),
    price: price === null ? null : formatDecimal(price, priceDecimals),
    ...(limit === null ? {} : { limit: formatDecimal(limit, priceDecimals) }),
  };
}

function orderRecord(record: OrderDecision, units: Units): OrderRecord {
  const { name, scale } = symbolIn(units, record.symbol);
  const { priceDecimals, quantityDecimals } = scale;
  const { id, row, time, source, kind, side, type, price, limit, quantity, reasons } = record;
  return {
    event: "order",
    id,
    symbol: name,
    row,
    time: instantText(time),
    rule: source,
    kind,
    side,
    quantity: formatDecimal(quantity, quantityDecimals),
    type,
    price: price === null ? null : formatDecimal(price, priceDecimals),
    ...(limit === null ? {} : { limit: formatDecimal(limit, priceDecimals) }),
    status: reasons.length === 0 ? "approved" : "rejected",
    reasons,
  };
}

export function roundTrip({ symbol, side, openRow, closeRow, profit }: Trip, units: Units): RoundTrip {
  const { money } = units;
  return { symbol: symbolIn(units, symbol).name, side, openRow, closeRow, profit: money.format(profit) };
}
