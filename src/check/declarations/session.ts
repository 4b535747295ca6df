/** `session { entries from A after open to B before close  flatten C before close }`. */
import type { Graph } from "../../graph/nodes.ts";
import type { Expression, Item, SessionTime } from "../../syntax/ast.ts";
import { type Context, report } from "../context.ts";
import { binary, input } from "../terms/operations.ts";
import { constant, type Scalar, type TermId } from "../terms/terms.ts";
import { literalOf } from "../types/literals.ts";
import { unitText } from "../types/units.ts";

type SessionItem = Extract<Item, { kind: "session" }>;

/** An offset in microseconds; undefined with the mistake reported. */
function offsetOf(context: Context, offset: Expression | undefined): number | undefined {
  if (offset === undefined) return 0;
  const literal = literalOf(offset);
  if (literal !== undefined && unitText(literal.unit) === "duration" && literal.value >= 0) return literal.value;
  report(context, "E0409", offset.span, { what: "A time of the session", wanted: "a duration, `15m`", value: "no duration" });
  return undefined;
}

/** Whether the row's end is `offset` after the open or later, or still more than `offset` before the close. */
function isInside(context: Context, time: SessionTime, edge: "from" | "to"): Scalar | undefined {
  const { terms } = context.program;
  const offset = offsetOf(context, time.offset);
  if (offset === undefined) return undefined;
  const elapsed = input(terms, "session_elapsed", context.clock);
  const remaining = input(terms, "session_remaining", context.clock);
  const distance = constant(terms, offset);
  if (time.anchor === "open") return edge === "from" ? binary(terms, "le", distance, elapsed) : binary(terms, "lt", elapsed, distance);
  return edge === "from" ? binary(terms, "le", remaining, distance) : binary(terms, "lt", distance, remaining);
}

/** Reports a time that lies outside of the session: before its open, after its close. */
function isPlaced(context: Context, time: SessionTime): boolean {
  const fits = time.relation === undefined || (time.anchor === "open") === (time.relation === "after");
  if (!fits)
    report(context, "E0409", time.span, {
      what: "A time of the session",
      wanted: "`after open` or `before close`",
      value: "outside of the session",
    });
  return fits;
}

/** From open to close on a usual day, in microseconds. */
const LENGTHS: Readonly<Record<Graph["calendar"], number>> = { nyse: 390 * 60_000_000, always: 1_440 * 60_000_000 };

/** When a time comes on a usual day, after the open; undefined where it has a mistake. */
function placeOf(time: SessionTime, length: number): number | undefined {
  const offset = time.offset === undefined ? 0 : literalOf(time.offset)?.value;
  if (offset === undefined) return undefined;
  return time.anchor === "open" ? offset : length - offset;
}

/** Reports entries that no row admits, and entries that go on when everything is closed. */
function checkOrder(context: Context, { entries, flatten }: SessionItem, length: number): void {
  if (entries === undefined) return;
  const [from, to] = [placeOf(entries.from, length), placeOf(entries.to, length)];
  const closed = flatten && placeOf(flatten, length);
  if (from === undefined || to === undefined) return;
  if (from >= to)
    report(context, "E0703", entries.span, { problem: "These entries end before they begin: no row of a session lies between." });
  else if (closed !== undefined && to > closed && flatten !== undefined) {
    const labels = [{ span: flatten.span, text: "closes everything" }];
    const problem = "Entries go on after `flatten` has closed everything: end them where it begins, or before.";
    report(context, "E0703", entries.to.span, { problem }, { labels });
  }
}

export interface CheckedSession {
  readonly flatten: TermId | null;
  /** The entry window as a condition of a clock's ticks; null where none is declared. */
  readonly entriesOn: (context: Context) => TermId | null;
}

const UNDECLARED: CheckedSession = { flatten: null, entriesOn: () => null };

/** The windows of the session. */
export function checkSession(context: Context, items: readonly Item[], calendar: Graph["calendar"]): CheckedSession {
  const blocks = items.filter((item): item is SessionItem => item.kind === "session");
  const [block, second] = blocks;
  if (second !== undefined) report(context, "E0102", second.span, { name: "session", by: "above" });
  if (block === undefined) return UNDECLARED;
  const { entries, flatten } = block;
  const isWhole = entries === undefined || window(context, entries.from, entries.to) !== null;
  const closes = flatten === undefined || !isPlaced(context, flatten) ? null : (isInside(context, flatten, "from")?.term ?? null);
  if (isWhole) checkOrder(context, block, LENGTHS[calendar]);
  return {
    flatten: closes,
    entriesOn: (place) => (entries === undefined || !isWhole ? null : window(place, entries.from, entries.to)),
  };
}

function window(context: Context, from: SessionTime, to: SessionTime): TermId | null {
  if (!isPlaced(context, from) || !isPlaced(context, to)) return null;
  const begin = isInside(context, from, "from");
  const end = isInside(context, to, "to");
  return begin === undefined || end === undefined ? null : binary(context.program.terms, "and", begin, end).term;
}
