import { expect, it } from "vitest";
import { inPreference } from "../../src/engine/preference.ts";

it("the best comes first, equal ones as listed, those without a value last", () => {
  const values = [2, null, 5, -1, null, 5];
  expect(inPreference("highest", values)).toEqual([2, 5, 0, 3, 1, 4]);
  expect(inPreference("lowest", values)).toEqual([3, 0, 2, 5, 1, 4]);
});
