/** What only training may know, read where a strategy decides. */
import type { Span } from "../../diagnostics/span.ts";
import { type Context, report } from "../context.ts";
import { POISON, type Value } from "../types/values.ts";

/** Reports it; `what` says what reads the future: "The label `up`". */
export function futureOutside(context: Context, span: Span, what: string): Value {
  report(context, "E0210", span, { what });
  return POISON;
}
