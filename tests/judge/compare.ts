/** Comparing the engine's records with the judge's: record by record, and what of the engine they exercise. */
import { expect } from "vitest";
import type { OrderKind, RunRecord } from "../../src/run/outcome.ts";

/** What occurs among records: an event, "rejected" for a rejected order, and the kind of every order that filled. */
export type Feature = RunRecord["event"] | "rejected" | OrderKind;

/** The features of `records`, once for each time they occur. */
export function occurrences(records: readonly RunRecord[]): readonly Feature[] {
  const filled = new Set(records.map((record) => (record.event === "fill" ? record.order : 0)));
  return records.flatMap((record): Feature[] => {
    if (record.event !== "order") return [record.event];
    if (record.status === "rejected") return [record.event, "rejected"];
    return filled.has(record.id) ? [record.event, record.kind] : [record.event];
  });
}

export function features(records: readonly RunRecord[]): ReadonlySet<Feature> {
  return new Set(occurrences(records));
}

/** A record as text; of a strategy of one symbol on one clock the judge does not name the symbol. */
function textOf(record: RunRecord | undefined, named: boolean): string {
  const fields = Object.entries(record ?? {}).filter(([key]) => named || key !== "symbol");
  return JSON.stringify(fields.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The first record that differs, with the three before it; undefined where all are the same. */
export function firstDifference(actual: readonly RunRecord[], expected: readonly RunRecord[]) {
  for (let index = 0; index < Math.max(actual.length, expected.length); index += 1) {
    const wanted = expected[index];
    const named = wanted !== undefined && "symbol" in wanted;
    if (textOf(actual[index], named) === textOf(wanted, named)) continue;
    return { index, before: expected.slice(Math.max(0, index - 3), index), actual: actual[index], expected: expected[index] };
  }
  return undefined;
}

/** Fails at the first record that differs. */
export function expectSame(actual: readonly RunRecord[], expected: readonly RunRecord[]): void {
  const difference = firstDifference(actual, expected);
  if (difference === undefined) return;
  const { index, before } = difference;
  expect({ index, before, record: difference.actual }).toEqual({ index, before, record: difference.expected });
}
