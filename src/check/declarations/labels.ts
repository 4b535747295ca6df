/** `label NAME = E`: what a model shall learn to tell, the only place that reads the future. It is no part of the graph (semantics 15.10). */
import type { Item } from "../../syntax/ast.ts";
import { type Context, elaborate, type LearnedTerm, report } from "../context.ts";
import { asScalar } from "../expressions/demands.ts";
import { define } from "../names/definitions.ts";
import { horizons } from "../terms/future.ts";
import { select } from "../terms/operations.ts";
import { constant, termOf } from "../terms/terms.ts";
import { describe, valueUnit } from "../types/values.ts";
import type { ItemOf } from "./header.ts";

/** A label; `term` still reads ahead. */
export interface Label extends LearnedTerm {
  /** How many ticks later all it reads has happened. */
  readonly horizon: number;
}

/** Takes the names of labels. */
export function defineLabels(root: Context, items: readonly Item[]): void {
  for (const item of items)
    if (item.kind === "label" && define(root, root.definitions, item.name)) root.definitions.labels.add(item.name.text);
}

/** The labels of a file whose values have their meaning. Every mistake in them is reported. */
export function checkLabels(root: Context, items: readonly Item[]): readonly Label[] {
  return items.flatMap((item) => (item.kind === "label" ? (checkLabel({ ...root, isLabel: true }, item) ?? []) : []));
}

function checkLabel(context: Context, { name, value: expression }: ItemOf<"label">): Label | undefined {
  const { terms } = context.program;
  const value = asScalar(context, elaborate(context, expression), expression.span, "A label");
  if (value === undefined) return undefined;
  if (value.kind === "enum") {
    report(context, "E0409", expression.span, { what: "A label", wanted: "a number or a condition", value: describe(value) });
    return undefined;
  }
  if (termOf(terms, value.term).stratum === "account") {
    report(context, "E0409", expression.span, { what: "A label", wanted: "of the market", value: "of the account" });
    return undefined;
  }
  const horizon = horizons(terms, value.term)[value.term];
  if (horizon === undefined) {
    const problem =
      "`ahead` stands in arithmetic, conditions, windows and reductions: nothing with a memory of its own, and no other clock or symbol, reads what it gives.";
    report(context, "E0410", expression.span, { problem });
    return undefined;
  }
  const isCondition = value.kind === "bool";
  const number = isCondition ? select(terms, value, constant(terms, 1), constant(terms, 0), false) : value;
  return { name: name.text, term: number.term, type: isCondition ? "condition" : "number", unit: valueUnit(value), horizon };
}
