/** Whether the broker that a file is compiled for can hold its orders; what it cannot a rule may leave to the run, `emulated`. */

import type { EnterRule, OrderForm, Rule } from "../../graph/nodes.ts";
import { BROKERS, type BrokerCapabilities, type BrokerName } from "../../market/broker-capabilities.ts";
import { DAY } from "../../market/calendars.ts";
import { type Context, report } from "../context.ts";
import type { CheckedRule } from "./rules.ts";

/** What a broker cannot do, and what to write; null where only `emulated` helps. */
interface Lack {
  readonly what: string;
  readonly instead: string | null;
}

function isProtected({ stop, trail, targets }: EnterRule): boolean {
  return stop !== null || trail !== null || targets.length > 0;
}

/** Whether an order rests at the broker until its price or its hour comes. */
function waits({ type, tif }: OrderForm): boolean {
  return type !== "market" || tif.kind === "opg" || tif.kind === "cls";
}

function lacksOfEntry({ stop, trail, targets, add }: EnterRule, broker: BrokerCapabilities): readonly Lack[] {
  const stops = stop !== null || trail !== null;
  const ofParts = targets.length > 1 || targets.some(({ part }) => part !== null && part < 1);
  const lacks: Lack[] = [];
  if (!broker.scaleOut && stops && ofParts)
    lacks.push({ what: "sell parts of a position at targets while a stop covers all of it", instead: null });
  if (!broker.trailingBracket && trail !== null && targets.length > 0)
    lacks.push({ what: "move a stop that works beside a target", instead: null });
  if (!broker.oppositeOrders && add !== null && (stops || targets.length > 0))
    lacks.push({ what: "take an add while an order against it protects the position", instead: null });
  return lacks;
}

function lacksOfOrder(context: Context, order: OrderForm, broker: BrokerCapabilities): readonly Lack[] {
  const [clock] = context.program.header.clocks;
  const allHours = clock !== undefined && clock.width < DAY && !clock.regularOnly && context.program.header.calendar === "nyse";
  const { type, tif } = order;
  const lives = broker.lives[type];
  const lacks: Lack[] = [];
  if (!("count" in tif) && !lives.includes(tif.kind)) {
    lacks.push({ what: `hold a ${type} order with \`tif ${tif.kind}\``, instead: `\`tif ${lives.join("`, `")}\`` });
  }
  if (allHours && !broker.extendedHours.includes(type))
    lacks.push({
      what: `trade a ${type.replace("_", "-")} order outside regular hours, where this clock ticks too`,
      instead: "`in regular` at the clock, or limit orders",
    });
  return lacks;
}

function lacksOf(context: Context, rule: Rule, rules: readonly CheckedRule[], broker: BrokerCapabilities): readonly Lack[] {
  switch (rule.kind) {
    case "enter":
      return [...lacksOfOrder(context, rule.order, broker), ...lacksOfEntry(rule, broker)];
    case "exit": {
      const entry = rules[rule.trade]?.rule;
      const twice = entry?.kind === "enter" && isProtected(entry) && waits(rule.order) && !broker.closedTwice;
      const what = "let an exit wait while a stop or target holds the same shares";
      return [...lacksOfOrder(context, rule.order, broker), ...(twice ? [{ what, instead: null }] : [])];
    }
    case "hold":
    case "legs":
      return lacksOfOrder(context, { type: "market", tif: { kind: "day" } }, broker);
    case "quote":
      return rule.postOnly && !broker.postOnly
        ? [{ what: "refuse an order that would trade at once", instead: "the quote without `post_only`" }]
        : [];
  }
}

/** Reports what `target` cannot do, once for each rule of the file. */
export function checkTarget(context: Context, rules: readonly CheckedRule[], target: BrokerName): void {
  const broker = BROKERS[target];
  const seen = new Set<CheckedRule["item"]>();
  for (const { rule, item, verb } of rules) {
    if (seen.has(item)) continue;
    seen.add(item);
    const emulated = item.clauses.some(({ kind }) => kind === "emulated");
    const end = { ...item.span, start: item.span.end - 1, end: item.span.end - 1 };
    const help = [
      {
        text: "add `emulated`: the run holds the orders of this rule itself, and they work only while it does",
        edits: [{ span: end, text: "  emulated " }],
      },
    ];
    for (const { what, instead } of lacksOf(context, rule, rules, broker)) {
      if (instead === null && emulated) continue;
      report(context, "E0702", verb.span, { broker: broker.title, what, instead }, instead === null ? { help } : {});
    }
  }
}
