/** `clock bar = 5m in regular`, `clock hour = 1h of bar short_last`: what ticks when (semantics 10.1, 10.2). */
import type { Span } from "../../diagnostics/span.ts";
import type { Clock, ClockId, Graph } from "../../graph/nodes.ts";
import { EVENT_WIDTH, type EventKind } from "../../market/bars.ts";
import { DAY } from "../../market/calendars.ts";
import { MONTH, WEEK } from "../../market/widths.ts";
import type { Expression } from "../../syntax/ast.ts";
import { report } from "../context.ts";
import { replacement } from "../messages/suggestions.ts";
import { MINUTE, spanOfSession } from "../names/clocks.ts";
import { define } from "../names/definitions.ts";
import { literalOf } from "../types/literals.ts";
import { unitText } from "../types/units.ts";
import type { HeaderContext, ItemOf } from "./header.ts";

type ClockItem = ItemOf<"clock">;

const EVENTS: readonly EventKind[] = ["quotes", "trades", "book"];

/** The kind of events that a width names: `quotes`, `trades`, `book`. */
function eventsOf(width: Expression): EventKind | undefined {
  return width.kind === "name" ? EVENTS.find((kind) => kind === width.name.text) : undefined;
}

/** The nominal width; undefined where it is none. */
function nominal(width: Expression): number | undefined {
  if (width.kind === "number" && width.suffix === "mo") return width.text === "1" ? MONTH : undefined;
  const literal = literalOf(width);
  if (literal === undefined || unitText(literal.unit) !== "duration") return undefined;
  const { value } = literal;
  return Number.isInteger(value) && value > 0 && (value <= DAY || value === WEEK) ? value : undefined;
}

/** The width of a clock; undefined with the mistake reported. */
function widthOf(context: HeaderContext, { width, of, span }: ClockItem): number | undefined {
  const events = eventsOf(width);
  if (events !== undefined && of === undefined) {
    report(context, "E0410", span, { problem: `Only the first clock ticks with ${events}: they are the rows of the data.` });
    return undefined;
  }
  const found = nominal(width);
  if (found === undefined) {
    const wanted = "a duration, `5m`, `1h` or `1d`, or `1w` or `1mo`";
    report(context, "E0409", width.span, { what: "The width of a clock", wanted, value: "no such width" });
  }
  return found;
}

/** The clock that takes the rows. */
function firstClock(context: HeaderContext, item: ClockItem): Clock | undefined {
  const events = eventsOf(item.width);
  const width = events === undefined ? widthOf(context, item) : EVENT_WIDTH;
  if (width === undefined) return undefined;
  const { name, of, regular, shortLast, span } = item;
  if (of !== undefined) report(context, "E0410", of.span, { problem: "The first clock takes the rows as they come: it is `of` no other." });
  else if (shortLast)
    report(context, "E0410", span, { problem: "`short_last` is for a clock `of` another: the first takes the rows as they come." });
  else if (width > DAY) report(context, "E0901", span, { what: "rows wider than a day" });
  else return { name: name.text, width, of: null, regularOnly: regular, shortLast: false, ...(events === undefined ? {} : { events }) };
  return undefined;
}

/** The clock that `item` is of; undefined with the mistake reported. */
function baseOf(context: HeaderContext, { of, width }: ClockItem, clocks: readonly Clock[]): ClockId | undefined {
  const first = clocks[0];
  if (of === undefined) {
    const end = { source: width.span.source, start: width.span.end, end: width.span.end };
    const help = first && [{ text: `put bars of \`${first.name}\` together`, edits: [{ span: end, text: ` of ${first.name}` }] }];
    report(
      context,
      "E0410",
      width.span,
      { problem: "Only the first clock takes rows as they come: say which clock this one is `of`." },
      { help: help ?? [] },
    );
    return undefined;
  }
  const base = clocks.findIndex(({ name }) => name === of.text);
  if (base >= 0) return base;
  const problem = `\`${of.text}\` is no clock that is declared above.`;
  if (context.definitions.qualifiers.get(of.text)?.kind !== "unusable")
    report(context, "E0410", of.span, { problem }, { help: first === undefined ? [] : [replacement(of.span, first.name)] });
  return undefined;
}

/** Why a width makes no clock of `base`; undefined where it does. */
function misfit(width: number, base: Clock, rows: Clock): string | undefined {
  if (width <= base.width) return `A clock of \`${base.name}\` is wider than it.`;
  if (width < DAY && width % rows.width !== 0) return `The bars of \`${rows.name}\` do not fill this width: take a multiple of theirs.`;
  return undefined;
}

/** A clock that puts another's bars together. */
function widerClock(context: HeaderContext, item: ClockItem, clocks: readonly Clock[], calendar: Graph["calendar"]): Clock | undefined {
  const width = widthOf(context, item);
  const of = width === undefined ? undefined : baseOf(context, item, clocks);
  const [base, rows] = [clocks[of ?? -1], clocks[0]];
  if (width === undefined || of === undefined || base === undefined || rows === undefined) return undefined;
  const problem = misfit(width, base, rows);
  const span = spanOfSession(calendar, rows);
  if (rows.events === "quotes" || rows.events === "book") {
    const help = { text: "windows count events: `mean(mid, 500)`; bars are made of a clock of `trades`", edits: [] };
    report(context, "E0901", item.span, { what: `a clock of bars made of ${rows.events}` }, { help: [help] });
  } else if (problem !== undefined) report(context, "E0303", item.width.span, { problem });
  else if (item.regular)
    report(context, "E0410", item.span, { problem: "`in regular` belongs to the first clock: it says which rows there are." });
  else if (width < DAY && span % width !== 0 && !item.shortLast) {
    const text = context.definitions.text.slice(item.width.span.start, item.width.span.end);
    const end = { source: item.span.source, start: item.span.end, end: item.span.end };
    const help = [{ text: "let the last one of a session be shorter", edits: [{ span: end, text: " short_last" }] }];
    report(context, "E0303", item.width.span, { problem: `${text} does not divide a session of ${span / MINUTE} minutes.` }, { help });
  } else return { name: item.name.text, width, of, regularOnly: rows.regularOnly, shortLast: item.shortLast };
  return undefined;
}

/** The clocks of the file, the one of the rows first; those with mistakes are left out. */
export function checkClocks(
  context: HeaderContext,
  items: readonly ClockItem[],
  calendar: Graph["calendar"],
  start: Span,
): readonly Clock[] {
  const { definitions } = context;
  if (items.length === 0) report(context, "E0108", start, { what: "a clock: `clock day = 1d`" });
  const clocks: Clock[] = [];
  for (const [index, item] of items.entries()) {
    const isNew = define(context, definitions, item.name);
    if (index > 0 && clocks.length === 0) {
      definitions.qualifiers.set(item.name.text, { kind: "unusable" });
      continue;
    }
    const clock = index === 0 ? firstClock(context, item) : widerClock(context, item, clocks, calendar);
    if (!isNew) continue;
    definitions.qualifiers.set(item.name.text, clock === undefined ? { kind: "unusable" } : { kind: "clock", id: clocks.length });
    if (clock !== undefined) clocks.push(clock);
  }
  return clocks;
}
