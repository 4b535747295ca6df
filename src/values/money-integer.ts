/** Money as checked safe integers. Every function that can leave them checks; products that pass them on the way go through BigInt. */
import { bigPowerOfTen, formatDecimal, parseDecimal } from "./decimal.ts";
import { type Money, type MoneyArithmetic, MoneyOutOfRange } from "./money.ts";
import { lots, type Scale } from "./quantity.ts";
import { ceilDivide, floorDivide, nearestQuotient, productDown, productUp } from "./ratio.ts";
import { powerOfTen } from "./wide.ts";

export function integerMoney(scale: Scale): MoneyArithmetic {
  const { priceDecimals, quantityDecimals, moneyDecimals, moneyPerUnit } = scale;
  /** Money of one lot at one tick. */
  const lotTick = powerOfTen(moneyDecimals - priceDecimals - quantityDecimals);
  const perLot = powerOfTen(moneyDecimals - quantityDecimals);

  const checked = (units: number): Money => {
    if (!(Math.abs(units) <= Number.MAX_SAFE_INTEGER)) throw new MoneyOutOfRange(scale);
    return units as Money & number;
  };
  const units = (a: Money): number => a as number;

  return {
    scale,
    zero: checked(0),
    add: (a, b) => checked(units(a) + units(b)),
    subtract: (a, b) => checked(units(a) - units(b)),
    compare: (a, b) => units(a) - units(b),
    value: (quantity, price) => checked(quantity * price * lotTick),
    lotsWithin: (a, price) => {
      const lot = price * lotTick;
      return lots(
        lot <= Number.MAX_SAFE_INTEGER
          ? Math.floor(units(a) / lot)
          : Number(floorDivide(BigInt(units(a)), BigInt(price) * BigInt(lotTick))),
      );
    },
    productDown: (a, ratio) => checked(productDown(units(a), ratio)),
    productUp: (a, ratio) => checked(productUp(units(a), ratio)),
    shareUp: (a, part, whole) => {
      const product = units(a) * part;
      if (Math.abs(product) < Number.MAX_SAFE_INTEGER) return checked(Math.ceil(product / whole));
      return checked(Number(ceilDivide(BigInt(units(a)) * BigInt(part), BigInt(whole))));
    },
    fromUnits: (count) => checked(count),
    parse: (text) => {
      const decimal = parseDecimal(text);
      if (decimal === null || decimal.decimals > moneyDecimals) return null;
      return checked(Number(decimal.coefficient * bigPowerOfTen(moneyDecimals - decimal.decimals)));
    },
    format: (a) => formatDecimal(units(a), moneyDecimals),
    toNumber: (a) => units(a) / moneyPerUnit,
    perShare: (cost, quantity) => {
      const divisor = quantity * perLot;
      if (Math.abs(divisor) <= Number.MAX_SAFE_INTEGER) return units(cost) / divisor;
      const sign = quantity < 0 ? -1n : 1n;
      return nearestQuotient(sign * BigInt(units(cost)), sign * BigInt(quantity) * BigInt(perLot));
    },
  };
}
