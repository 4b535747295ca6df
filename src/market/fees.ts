/**
 * Alpaca's regulatory fees on US equities (semantics 8), dated: the SEC's fee under Section 31 of the Securities Exchange Act of 1934, and FINRA's
 * trading activity fee (TAF). Both are charged on sells, short sales included; dates are New York's, first and last included. A new Section 31
 * rate holds from 60 days after the act that makes the year's appropriation. There is no row without a source that names its rate.
 */
import { dateText, dayNumber } from "../values/civil-date.ts";
import type { Money, MoneyArithmetic } from "../values/money.ts";
import type { Quantity } from "../values/quantity.ts";
import { productUp, type Ratio, ratio, ratioOf, timesPowerOfTen } from "../values/ratio.ts";

interface Dated {
  readonly from: string;
  readonly to: string;
  /** FR: document number in the Federal Register; IN: FINRA information notice. */
  readonly source: string;
}

/** Dollars per million dollars sold. */
export const SECTION_31_RATES: readonly (Dated & { readonly perMillion: string })[] = [
  { from: "2012-04-01", to: "2013-05-24", perMillion: "22.40", source: "FR 2012-5453, SEC release 2012-232" },
  { from: "2013-05-25", to: "2014-03-17", perMillion: "17.40", source: "FR 2013-10194, IN 3/3/14" },
  { from: "2014-03-18", to: "2015-02-13", perMillion: "22.10", source: "IN 3/3/14, IN 10/7/14" },
  { from: "2016-02-16", to: "2017-07-03", perMillion: "21.80", source: "FR 2016-00406, IN 3/15/16" },
  { from: "2017-07-04", to: "2018-05-21", perMillion: "23.10", source: "FR 2017-11555" },
  { from: "2018-05-22", to: "2019-04-15", perMillion: "13.00", source: "IN 5/7/18" },
  { from: "2019-04-16", to: "2020-02-17", perMillion: "20.70", source: "SEC advisory 2 for 2019" },
  { from: "2020-02-18", to: "2021-02-24", perMillion: "22.10", source: "IN 2/3/20" },
  { from: "2021-02-25", to: "2022-05-13", perMillion: "5.10", source: "IN 2/16/21" },
  { from: "2022-05-14", to: "2023-02-26", perMillion: "22.90", source: "SEC advisory 2 for 2023" },
  { from: "2023-02-27", to: "2024-05-21", perMillion: "8.00", source: "FR 2023-01578" },
  { from: "2024-05-22", to: "2025-05-13", perMillion: "27.80", source: "FR 2024-08512" },
  { from: "2025-05-14", to: "2025-12-31", perMillion: "0.00", source: "FR 2025-06214, IN 4/24/25" },
];

/** Dollars per share sold, and the most for one order. */
export const TRADING_ACTIVITY_RATES: readonly (Dated & { readonly perShare: string; readonly cap: string })[] = [
  { from: "2012-07-01", to: "2021-12-31", perShare: "0.000119", cap: "5.95", source: "FR 2012-11246" },
  { from: "2022-01-01", to: "2022-12-31", perShare: "0.000130", cap: "6.49", source: "FR 2020-23141" },
  { from: "2023-01-01", to: "2023-12-31", perShare: "0.000145", cap: "7.27", source: "FR 2020-23141" },
  { from: "2024-01-01", to: "2025-12-31", perShare: "0.000166", cap: "8.30", source: "FR 2020-23141" },
];

/** No row of the table covers the date of a sell. */
export class FeeDateUncovered extends Error {
  /** "2009-03-02". */
  readonly date: string;
  constructor(day: number) {
    super(`the fee table alpaca_equities has no rates for a sell on ${dateText(day)}`);
    this.date = dateText(day);
  }
}

/** The fee of one sell order of `quantity` for `value` on a New York date (a day number). Throws `FeeDateUncovered`. */
export type SellFee = (day: number, quantity: Quantity, value: Money) => Money;

/** The table compiled for a money scale. */
export function alpacaSellFee(money: MoneyArithmetic): SellFee {
  const { moneyDecimals, quantityDecimals } = money.scale;
  const cent = timesPowerOfTen(ratio(1n, 1n), moneyDecimals - 2);
  const section31 = SECTION_31_RATES.map((row) => ({
    ...days(row),
    centsPerUnit: timesPowerOfTen(ratioOf(row.perMillion), -4 - moneyDecimals),
  }));
  const activity = TRADING_ACTIVITY_RATES.map((row) => ({
    ...days(row),
    centsPerLot: timesPowerOfTen(ratioOf(row.perShare), 2 - quantityDecimals),
    capCents: cents(ratioOf(row.cap)),
  }));
  return (day, quantity, value) => {
    const section31Cents = money.productUp(value, rowOf(section31, day).centsPerUnit);
    const { centsPerLot, capCents } = rowOf(activity, day);
    const activityCents = money.fromUnits(Math.min(productUp(quantity, centsPerLot), capCents));
    return money.productUp(money.add(section31Cents, activityCents), cent);
  };
}

function days(row: Dated): { readonly from: number; readonly to: number } {
  return { from: dayOf(row.from), to: dayOf(row.to) };
}

function dayOf(date: string): number {
  return dayNumber(Number(date.slice(0, 4)), Number(date.slice(5, 7)), Number(date.slice(8, 10)));
}

function cents(dollars: Ratio): number {
  return productUp(100, dollars);
}

function rowOf<Row extends { readonly from: number; readonly to: number }>(rows: readonly Row[], day: number): Row {
  const row = rows.find(({ from, to }) => day >= from && day <= to);
  if (row === undefined) throw new FeeDateUncovered(day);
  return row;
}
