/** The value of an answer that must be good. */
import type { Answer } from "../../src/market/outside.ts";

export function answered<T>(answer: Answer<T>): T {
  if (!answer.ok) throw new Error(answer.failure.message);
  return answer.value;
}
