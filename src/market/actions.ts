/** What a company does to its shares (semantics 13.1): plain data, as imports give it and runs carry it out. */
import { type Ratio, ratio } from "../values/ratio.ts";

/** An ex-date: days since 1970-01-01, as calendars count sessions. */
interface Dated {
  readonly day: number;
}

/** `shares` new ones for `per` old ones, both whole and above 0. */
export interface Split extends Dated {
  readonly kind: "split";
  readonly shares: number;
  readonly per: number;
}

/** An amount for each share, in currency, as exact decimal text. */
export interface Dividend extends Dated {
  readonly kind: "dividend";
  readonly amount: string;
}

export type CorporateAction = Split | Dividend;

/** How many new shares there are for each old one. */
export function newShares({ shares, per }: Split): Ratio {
  return ratio(BigInt(shares), BigInt(per));
}

/** The least factor by which dividends may leave an earlier price (semantics 13.11). */
export const DIVIDEND_FACTOR_MIN = 1e-9;

/** By what prices before a dividend are adjusted for it: (C − D) ÷ C, both in currency, C the last close before. */
export function dividendFactor({ amount }: Dividend, close: number): number {
  return (close - Number(amount)) / close;
}

/** In the order in which they happen: by date, of one date splits first, then as listed. */
export function inOrder(actions: readonly CorporateAction[]): readonly CorporateAction[] {
  return actions.toSorted((a, b) => a.day - b.day || Number(a.kind === "dividend") - Number(b.kind === "dividend"));
}
