/** Two units that do not fit, and where that is because one is adjusted for dividends. */
import type { Help, Label } from "../../diagnostics/diagnostic.ts";
import type { Span } from "../../diagnostics/span.ts";
import { type Context, report, textAt } from "../context.ts";
import { isAdjustedAgainstTraded, type Unit, unitText } from "../types/units.ts";
import { replacement } from "./suggestions.ts";

interface Mismatch {
  readonly operation: string;
  readonly left: Unit;
  readonly right: Unit;
}

interface Advice {
  readonly labels?: readonly Label[];
  readonly help?: readonly Help[];
}

/** Reports at `span`, where `right` is. `columns` are where the other price may be a column, which can be adjusted as well. */
export function reportMismatch(
  context: Context,
  span: Span,
  { operation, left, right }: Mismatch,
  { labels = [], help = [] }: Advice = {},
  columns: readonly Span[] = [],
): void {
  const facts = { operation, left: unitText(left), right: unitText(right) };
  if (!isAdjustedAgainstTraded(left, right)) {
    report(context, "E0401", span, facts, { labels, help });
    return;
  }
  const adjusted = columns.flatMap((column) => {
    const text = textAt(context, column);
    return /^(open|high|low|close)$/.test(text) ? [replacement(column, `adjusted(${text})`)] : [];
  });
  report(context, "E0405", span, facts, { labels, help: adjusted });
}
