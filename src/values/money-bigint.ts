/** Money as BigInt, for scales at which large accounts leave the safe integers. */
import { bigPowerOfTen, formatDecimal, parseDecimal } from "./decimal.ts";
import { type Money, type MoneyArithmetic, MoneyOutOfRange } from "./money.ts";
import { lots, type Scale } from "./quantity.ts";
import { ceilDivide, floorDivide, nearestQuotient } from "./ratio.ts";

export function bigintMoney(scale: Scale): MoneyArithmetic {
  const { priceDecimals, quantityDecimals, moneyDecimals } = scale;
  const one = bigPowerOfTen(moneyDecimals);
  /** Money of one lot at one tick. */
  const lotTick = bigPowerOfTen(moneyDecimals - priceDecimals - quantityDecimals);
  const perLot = bigPowerOfTen(moneyDecimals - quantityDecimals);

  const money = (units: bigint): Money => units as Money & bigint;
  const units = (a: Money): bigint => a as bigint;

  return {
    scale,
    zero: money(0n),
    add: (a, b) => money(units(a) + units(b)),
    subtract: (a, b) => money(units(a) - units(b)),
    compare: (a, b) => (units(a) < units(b) ? -1 : units(a) > units(b) ? 1 : 0),
    value: (quantity, price) => money(BigInt(quantity) * BigInt(price) * lotTick),
    lotsWithin: (a, price) => lots(Number(floorDivide(units(a), BigInt(price) * lotTick))),
    productDown: (a, ratio) => money(floorDivide(units(a) * ratio.numerator, ratio.denominator)),
    productUp: (a, ratio) => money(ceilDivide(units(a) * ratio.numerator, ratio.denominator)),
    shareUp: (a, part, whole) => money(ceilDivide(units(a) * BigInt(part), BigInt(whole))),
    fromUnits: (count) => {
      if (!Number.isFinite(count)) throw new MoneyOutOfRange(scale);
      return money(BigInt(count));
    },
    parse: (text) => {
      const decimal = parseDecimal(text);
      if (decimal === null || decimal.decimals > moneyDecimals) return null;
      return money(decimal.coefficient * bigPowerOfTen(moneyDecimals - decimal.decimals));
    },
    format: (a) => formatDecimal(units(a), moneyDecimals),
    toNumber: (a) => nearestQuotient(units(a), one),
    perShare: (cost, quantity) => {
      const sign = quantity < 0 ? -1n : 1n;
      return nearestQuotient(sign * units(cost), sign * BigInt(quantity) * perLot);
    },
  };
}
