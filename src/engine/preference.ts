/** Which symbol's entry comes first where several may enter at one instant (semantics 11.6). */
import type { EnterRule } from "../graph/nodes.ts";

/** The places of `values`, one for each symbol in universe order, best first: those without a value last, equal ones as they stand. */
export function inPreference(order: NonNullable<EnterRule["prefer"]>["order"], values: readonly (number | null)[]): readonly number[] {
  const sign = order === "highest" ? -1 : 1;
  return [...values.keys()].sort((a, b) => {
    const [first, second] = [values[a] ?? null, values[b] ?? null];
    if (first === null || second === null) return Number(first === null) - Number(second === null);
    return sign * (first - second);
  });
}
