/** The engine's records as the user sees them: exact decimal text with as many decimals as the scale has (outcome.ts). */
import type { EngineRecord, OrderDecision } from "../engine/record.ts";
import type { Trip } from "../ledger/ledger.ts";
import { formatDecimal } from "../values/decimal.ts";
import { instantText } from "../values/instant.ts";
import type { MoneyArithmetic } from "../values/money.ts";
import type { OrderRecord, RoundTrip, RunRecord } from "./outcome.ts";

export function runRecord(record: EngineRecord, money: MoneyArithmetic): RunRecord {
  const { priceDecimals, quantityDecimals } = money.scale;
  switch (record.event) {
    case "order":
      return orderRecord(record, money);
    case "fill": {
      const { order, row, time, side, quantity, price, fee } = record.fill;
      return {
        event: "fill",
        order,
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
      return { event: record.event, order: record.order, row: record.row, time: instantText(record.time) };
    case "halt":
      return { event: "halt", row: record.row, time: instantText(record.time), limit: record.limit, action: record.action };
  }
}

function orderRecord(record: OrderDecision, money: MoneyArithmetic): OrderRecord {
  const { priceDecimals, quantityDecimals } = money.scale;
  const { id, row, time, source, kind, side, type, price, limit, quantity, reasons } = record;
  return {
    event: "order",
    id,
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

export function roundTrip({ side, openRow, closeRow, profit }: Trip, money: MoneyArithmetic): RoundTrip {
  return { side, openRow, closeRow, profit: money.format(profit) };
}
