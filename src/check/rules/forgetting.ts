/** What decides may not rest on a recursion that never forgets its start: the same file would act differently on the same day. */
import type { Span } from "../../diagnostics/span.ts";
import { type Context, report } from "../context.ts";
import { termOf } from "../terms/terms.ts";
import type { ScalarValue } from "../types/values.ts";

/** Whether a value forgets; reports a decision that reads one which does not. */
export function forgets(context: Context, value: ScalarValue, span: Span): boolean {
  const { accumulator } = termOf(context.program.terms, value.term);
  const origin = accumulator === undefined ? undefined : context.program.recursionSpans.get(accumulator);
  if (origin === undefined) return true;
  const labels = origin.span.source === span.source ? [{ span: origin.span, text: "keeps its start for ever" }] : [];
  report(context, "E0206", span, { name: origin.name }, { labels });
  return false;
}
