/** Which column of a text of quotes, trades or book changes holds what: by its header, as stated, or by the LEAN engine's order. */
import type { EventKind } from "../../market/bars.ts";
import { type DataResult, failure } from "../problems.ts";

const ROLES = [
  ...["time", "bid", "bid_size", "ask", "ask_size", "price", "size", "side", "snapshot", "exchange", "condition", "suspicious"],
] as const;
export type EventRole =
  | "time"
  | "bid"
  | "bid_size"
  | "ask"
  | "ask_size"
  | "price"
  | "size"
  | "side"
  | "snapshot"
  | "exchange"
  | "condition"
  | "suspicious";

/** Position of each column. */
export type EventColumns = Readonly<Partial<Record<EventRole, number>>>;

const WORDS: Readonly<Record<string, EventRole>> = {
  timestamp: "time",
  datetime: "time",
  ts: "time",
  date: "time",
  bidprice: "bid",
  askprice: "ask",
  bidsize: "bid_size",
  bidqty: "bid_size",
  bidamount: "bid_size",
  asksize: "ask_size",
  askqty: "ask_size",
  askamount: "ask_size",
  px: "price",
  qty: "size",
  quantity: "size",
  amount: "size",
  volume: "size",
  issnapshot: "snapshot",
  conditions: "condition",
};

const NEEDED: Readonly<Record<EventKind, readonly EventRole[]>> = {
  quotes: ["time", "bid", "bid_size", "ask", "ask_size"],
  trades: ["time", "price", "size"],
  book: ["time", "side", "price", "size"],
};

/** The order of the LEAN engine's tick files, which have no header. */
const LEAN: Readonly<Partial<Record<EventKind, string>>> = {
  quotes: "time,bid,bid_size,ask,ask_size,exchange,condition,suspicious",
  trades: "time,price,size,exchange,condition,suspicious",
};

function roleOf(text: string): EventRole | undefined {
  const word = text.trim().toLowerCase();
  return ROLES.find((role) => role === word) ?? WORDS[word.replace(/[^a-z]/g, "")];
}

/** Whether cells name columns of this kind rather than hold values. */
export function isEventHeader(cells: readonly string[]): boolean {
  return cells.some((text) => roleOf(text) !== undefined) && cells.every((text) => !/^[+-]?\d/.test(text));
}

/** The columns of names in their order; of two with one meaning the first counts, `_` and what has no meaning here is left out. */
export function eventColumns(kind: EventKind, names: readonly string[], file: string): DataResult<EventColumns> {
  const columns: Partial<Record<EventRole, number>> = {};
  names.forEach((text, index) => {
    const role = roleOf(text);
    if (role !== undefined) columns[role] ??= index;
  });
  const missing = NEEDED[kind].filter((role) => columns[role] === undefined);
  if (missing.length === 0) return { ok: true, value: columns };
  return failure(
    "D103",
    file,
    `${kind} need ${NEEDED[kind].join(", ")}: no column for ${missing.join(", ")} in ${names.join(",").slice(0, 200)}`,
  );
}

/** The columns of a file without a header; null where it has another number of them. */
export function leanColumns(kind: EventKind, count: number, file: string): DataResult<EventColumns> | null {
  const names = LEAN[kind]?.split(",");
  return names?.length === count ? eventColumns(kind, names, file) : null;
}
