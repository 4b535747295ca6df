/** Which form money takes at a scale: checked safe integers, the path of every fill, where a large account fits them, else BigInt. */
import type { MoneyArithmetic } from "./money.ts";
import { bigintMoney } from "./money-bigint.ts";
import { integerMoney } from "./money-integer.ts";
import type { Scale } from "./quantity.ts";

/** Units of currency that must fit for the faster form. */
const LARGEST_ACCOUNT = 1e9;

export function moneyArithmetic(scale: Scale): MoneyArithmetic {
  return LARGEST_ACCOUNT * scale.moneyPerUnit <= Number.MAX_SAFE_INTEGER ? integerMoney(scale) : bigintMoney(scale);
}
