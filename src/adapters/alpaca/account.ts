/** The account and its positions. The fields on pattern day trading, which Alpaca removed in July 2026, may be there or not: none is used. */
import type { BrokerAccount, BrokerPosition } from "../../market/broker.ts";
import { AMOUNT, objectOf, shape, TEXT } from "./border.ts";

export interface WireAccount {
  readonly id: string;
  readonly status: string;
  readonly currency: string;
  readonly cash: string;
  readonly equity: string;
  readonly buying_power: string;
  readonly trading_blocked: boolean;
  readonly account_blocked: boolean;
  readonly trade_suspended_by_user: boolean;
  readonly shorting_enabled: boolean;
}

export interface WirePosition {
  readonly symbol: string;
  readonly asset_class: string;
  readonly qty: string;
  readonly avg_entry_price: string;
}

const FLAG = { type: "boolean" } as const;

export const ACCOUNT = shape<WireAccount>(
  "the account",
  objectOf({
    id: TEXT,
    status: TEXT,
    currency: TEXT,
    cash: AMOUNT,
    equity: AMOUNT,
    buying_power: AMOUNT,
    trading_blocked: FLAG,
    account_blocked: FLAG,
    trade_suspended_by_user: FLAG,
    shorting_enabled: FLAG,
  }),
);

export const POSITIONS = shape<readonly WirePosition[]>("the positions", {
  type: "array",
  items: objectOf({ symbol: TEXT, asset_class: TEXT, qty: AMOUNT, avg_entry_price: AMOUNT }),
});

export function accountOf(wire: WireAccount): BrokerAccount {
  return {
    id: wire.id,
    cash: wire.cash,
    equity: wire.equity,
    buyingPower: wire.buying_power,
    currency: wire.currency,
    isBlocked: wire.status !== "ACTIVE" || wire.trading_blocked || wire.account_blocked || wire.trade_suspended_by_user,
    mayShort: wire.shorting_enabled,
  };
}

export function positionOf({ symbol, asset_class, qty, avg_entry_price }: WirePosition): BrokerPosition {
  return { symbol: asset_class === "crypto" ? pairOf(symbol) : symbol, quantity: qty, averagePrice: avg_entry_price };
}

/** Positions name a pair BTCUSD, orders BTC/USD. */
function pairOf(symbol: string): string {
  return symbol.includes("/") ? symbol : symbol.replace(/^(.+?)(USDT|USDC|USD|BTC)$/, "$1/$2");
}
