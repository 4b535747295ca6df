/** Whether a value may be read where it is read: on the clock on which it lives, and of a symbol where there is one. */

import { closest } from "../../diagnostics/closest.ts";
import type { Span } from "../../diagnostics/span.ts";
import type { ClockId } from "../../graph/nodes.ts";
import type { Name } from "../../syntax/ast.ts";
import { type Context, report } from "../context.ts";
import { replacement } from "../messages/suggestions.ts";
import { nodeOf, termOf } from "../terms/terms.ts";
import { termWarmup } from "../terms/warmup.ts";
import { describe, scalarsOf, type Value } from "../types/values.ts";
import { clockOf, isSlower, ticksInside, tickWords } from "./clocks.ts";

/** The clock called `name`; undefined where there is none, which is reported. */
export function clockNamed(context: Context, { text, span }: Name): ClockId | undefined {
  const { qualifiers } = context.definitions;
  const found = qualifiers.get(text);
  if (found?.kind === "clock") return found.id;
  if (found?.kind === "unusable") return undefined;
  if (found !== undefined) {
    report(context, "E0410", span, { problem: `\`${text}\` is a ${found.kind}, no clock.` });
    return undefined;
  }
  const near = closest(
    text,
    context.program.header.clocks.map(({ name }) => name),
  );
  report(context, "E0101", span, { name: text, near }, { help: near === undefined ? [] : [replacement(span, near)] });
  return undefined;
}

/** A value that is read on a clock on which it does not live. */
interface Foreign {
  readonly span: Span;
  readonly text: string;
  readonly value: Value;
  /** Where it lives. */
  readonly clock: ClockId;
  /** Whether a qualifier may stand before it: locals have none. */
  readonly isLocal: boolean;
}

function warmupText(context: Context, { value, clock }: Foreign): string {
  const rows = Math.max(1, ...scalarsOf(value).map(([, { term }]) => termWarmup(context.program, term)));
  const { one, many } = tickWords(clockOf(context.program.header, clock));
  return `adds ${rows} ${rows === 1 ? one : many} of warm-up`;
}

function reportSlow(context: Context, foreign: Foreign): void {
  const { header } = context.program;
  const { span, text, value, clock, isLocal } = foreign;
  const [from, here] = [clockOf(header, clock), clockOf(header, context.clock)];
  const { one, completed } = tickWords(from);
  const written = `${from.name}.${text}`;
  const help = {
    text: `\`${written}\`, the last completed ${completed}; ${warmupText(context, foreign)}`,
    edits: [{ span, text: written }],
  };
  const what = `${describe(value)} on ${from.name}, changes once a ${one}`;
  report(context, "E0301", span, { name: text, from: from.name, here: here.name, what }, { help: isLocal ? [] : [help] });
}

/** Reports a value of a faster clock: it has several in one tick. */
export function reportFast(context: Context, { span, text, value, clock, isLocal }: Foreign): void {
  const { header } = context.program;
  const [from, here] = [clockOf(header, clock), clockOf(header, context.clock)];
  const read = clock === 0 || isLocal ? text : `${from.name}.${text}`;
  const isWhole = scalarsOf(value).every(([, { facts }]) => !facts.optional);
  const several = value.kind === "bool" ? ["count"] : value.kind === "number" ? ["max", "sum"] : [];
  const functions = ["last", ...(isWhole ? several : [])];
  const help = functions.map((fn) => replacement(span, `${fn}(${read})`));
  const facts = {
    name: text,
    from: from.name,
    here: here.name,
    each: tickWords(here).one,
    count: ticksInside(header, clock, context.clock),
  };
  report(context, "E0302", span, { ...facts, what: describe(value) }, { help });
}

/** Whether a value of `clock` may be read here: on that clock, or where it is the same on all; reports one of another clock. */
export function isOfClock(context: Context, foreign: Foreign): boolean {
  if (foreign.clock === context.clock) return true;
  const { terms } = context.program;
  if (!scalarsOf(foreign.value).some(([, { term }]) => termOf(terms, term).stratum === "market")) return true;
  reportForeign(context, foreign);
  return false;
}

function reportForeign(context: Context, foreign: Foreign): void {
  if (isSlower(context.program.header, foreign.clock, context.clock)) reportSlow(context, foreign);
  else reportFast(context, foreign);
}

/** Reports a value that differs from symbol to symbol where all of them are spoken of together. */
export function reportWhose(context: Context, text: string, value: Value, span: Span): void {
  const { symbols } = context.program.header;
  const isOfTrade = scalarsOf(value).some(([, { term }]) => nodeOf(context.program.terms, term).op === "account");
  const symbol = isOfTrade ? undefined : symbols.find(({ trades }) => trades)?.name;
  const isWhole = scalarsOf(value).every(([, { facts }]) => !facts.optional);
  const fn = value.kind === "bool" && isWhole ? "count" : value.kind === "number" && isWhole ? "mean" : undefined;
  const ways = symbol === undefined ? [] : [`${symbol}.${text}`, ...(fn === undefined ? [] : [`universe.${fn}(${text})`])];
  const help = ways.map((way) => replacement(span, way));
  report(context, "E0306", span, { text, ways }, { help });
}

/** Whether `value`, written `text`, may be read for this symbol, or for all of them together; reports why not. */
export function isOfLane(context: Context, value: Value, text: string, span: Span): boolean {
  const { terms } = context.program;
  if (context.lane === "symbol" || !scalarsOf(value).some(([, { term }]) => termOf(terms, term).own)) return true;
  reportWhose(context, text, value, span);
  return false;
}
