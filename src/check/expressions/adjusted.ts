/** `adjusted(close)`: a column of prices adjusted for the dividends until now (semantics 13.11), each row's price times its factor. */
import type { GatherFunction } from "../../graph/nodes.ts";
import type { Expression } from "../../syntax/ast.ts";
import { type Context, report, textAt } from "../context.ts";
import { isOfLane } from "../names/places.ts";
import { gather } from "../terms/lanes.ts";
import { binary, input } from "../terms/operations.ts";
import { ADJUSTED, multiplyUnits, PRICE } from "../types/units.ts";
import { numberValue, POISON, type Value } from "../types/values.ts";

const PRICES = ["open", "high", "low", "close"] as const;

/** What a tick of a slower clock has of its rows. */
const GATHERED: Readonly<Record<(typeof PRICES)[number], GatherFunction>> = {
  open: "first",
  high: "highest",
  low: "lowest",
  close: "last",
};

export function elaborateAdjusted(context: Context, call: Extract<Expression, { kind: "call" }>): Value {
  const { program, clock, locals } = context;
  const [argument] = call.arguments;
  const named = argument?.name === undefined && argument?.value.kind === "name" ? argument.value.name.text : "";
  const field = call.arguments.length === 1 && !locals.has(named) ? PRICES.find((price) => price === named) : undefined;
  const { events } = program.header.clocks[0] ?? {};
  if (field === undefined || events !== undefined) {
    const problem =
      events === undefined
        ? "`adjusted` takes a column of prices, `open`, `high`, `low` or `close`: what is made of them is made of `adjusted(close)`, of another symbol `SPY.adjusted(close)`."
        : `\`adjusted\` is of bars: nobody says of ${events} what dividends they have seen.`;
    report(context, "E0410", call.span, { problem });
    return POISON;
  }
  const { terms } = program;
  const price = binary(terms, "mul", input(terms, field, 0), input(terms, "dividend_factor", 0));
  const here = clock === 0 ? price : gather(terms, GATHERED[field], price.term, clock);
  const value = numberValue(here, multiplyUnits(PRICE, ADJUSTED));
  return isOfLane(context, value, textAt(context, call.span), call.span) ? value : POISON;
}
