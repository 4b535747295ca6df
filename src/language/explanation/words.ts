/** Joining words and figures into sentences. */
import { grouped } from "../../backends/drawing/words.ts";

/** "a", "a and b", "a, b and c". */
export function listed(words: readonly string[]): string {
  const last = words.at(-1) ?? "";
  return words.length < 2 ? last : `${words.slice(0, -1).join(", ")} and ${last}`;
}

/** "1 bar", "20 bars". */
export function counted(count: number, noun: string): string {
  return `${grouped(String(count))} ${noun}${count === 1 ? "" : "s"}`;
}

/** Money to the dollar: "501,253usd". */
export function dollars(amount: number): string {
  return `${grouped(amount.toFixed(0))}usd`;
}
