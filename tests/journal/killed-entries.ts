/** What killed-writer.ts writes. */
import type { JournalBounds } from "../../src/journal/writer.ts";

export const HEADER = { kind: "killed" };
export const BOUNDS: JournalBounds = { segmentBytes: 600, retainedBytes: 1_500, backlogBytes: 1 << 20 };

export function entryAt(n: number): { readonly n: number; readonly text: string } {
  return { n, text: "z".repeat((n * 13) % 50) };
}
