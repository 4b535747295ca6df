/** Where two JSON values part. */

export interface Difference {
  /** The field, from the outside in: `record.quantity`; empty for the values themselves. */
  readonly field: string;
  /** Undefined where there is none. */
  readonly journal: unknown;
  readonly now: unknown;
}

export interface EntryDifference extends Difference {
  /** The journal's entry, counted from 1. */
  readonly sequence: number;
}

/** The first field in which `journal` and `now` differ; null where they are the same. Fields have no order, lists have. */
export function firstDifference(journal: unknown, now: unknown, field = ""): Difference | null {
  if (Object.is(journal, now)) return null;
  if (!isObject(journal) || !isObject(now) || Array.isArray(journal) !== Array.isArray(now)) return { field, journal, now };
  for (const key of new Set([...Object.keys(journal), ...Object.keys(now)])) {
    const found = firstDifference(journal[key], now[key], field === "" ? key : `${field}.${key}`);
    if (found !== null) return found;
  }
  return null;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}

/** An entry as a journal gives it back. */
export function asRead(entry: unknown): unknown {
  return entry === undefined ? undefined : JSON.parse(JSON.stringify(entry));
}
