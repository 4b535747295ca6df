/** The assets that the simulated broker knows: the symbols of its data. */
import { createHash } from "node:crypto";

export interface Asset {
  readonly id: string;
  readonly symbol: string;
  readonly class: "us_equity" | "crypto";
}

/** A pair such as BTC/USD is of the crypto market; all others are US stocks. */
export function assetOf(symbol: string): Asset {
  return { id: nameUuid(`asset ${symbol}`), symbol, class: symbol.includes("/") ? "crypto" : "us_equity" };
}

/** An identifier in the form of a UUID that depends on nothing but the name. */
export function nameUuid(name: string): string {
  const hex = createHash("sha256").update(name).digest("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

export function assetJson({ id, symbol, class: assetClass }: Asset): Readonly<Record<string, unknown>> {
  const isStock = assetClass === "us_equity";
  return {
    id,
    class: assetClass,
    exchange: isStock ? "NASDAQ" : "CRYPTO",
    symbol,
    name: `${symbol} (simulated)`,
    status: "active",
    tradable: true,
    marginable: isStock,
    shortable: isStock,
    easy_to_borrow: isStock,
    fractionable: true,
    attributes: [],
    ...(isStock
      ? { maintenance_margin_requirement: 30 }
      : { min_order_size: "0.0001", min_trade_increment: "0.000000001", price_increment: "0.01" }),
  };
}
