/**
 * The ledger of trials in the store: how many combinations were ever tried of a strategy on some data, whoever asked. A line for each search, appended; a search that
 * went on, or was asked for again, counts once, as far as it came.
 */
import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { SearchIdentity } from "../../research/identity.ts";
import { makeFolder } from "./folder.ts";

interface Entry {
  readonly strategy: string;
  /** By symbol. */
  readonly data: Readonly<Record<string, string>>;
  /** The hash of the search. */
  readonly search: string;
  readonly trials: number;
}

/** Notes that a search has come to so many trials, and gives how many there are of its strategy on its data, all searches together. Throws the system's error. */
export function noteTrials(
  store: string,
  { strategy, data }: Pick<SearchIdentity, "strategy" | "data">,
  search: string,
  trials: number,
): number {
  const path = join(store, "trials.jsonl");
  const known = existsSync(path) ? readFileSync(path, "utf8").split("\n").flatMap(entryOf) : [];
  const bySearch = new Map<string, number>();
  for (const entry of known) {
    if (entry.strategy !== strategy || JSON.stringify(entry.data) !== JSON.stringify(data)) continue;
    bySearch.set(entry.search, Math.max(entry.trials, bySearch.get(entry.search) ?? 0));
  }
  if (trials > (bySearch.get(search) ?? 0)) {
    makeFolder(store);
    appendFileSync(path, `${JSON.stringify({ strategy, data, search, trials } satisfies Entry)}\n`);
    bySearch.set(search, trials);
  }
  return [...bySearch.values()].reduce((sum, count) => sum + count, 0);
}

/** A line that is not whole says nothing. */
function entryOf(line: string): readonly Entry[] {
  try {
    const entry = JSON.parse(line) as Partial<Entry> | null;
    const { strategy, data, search, trials } = entry ?? {};
    return strategy !== undefined && data !== undefined && search !== undefined && trials !== undefined
      ? [{ strategy, data, search, trials }]
      : [];
  } catch {
    return [];
  }
}
