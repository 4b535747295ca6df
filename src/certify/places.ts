/**
 * Every place of a graph from which an order can come, with what it reads and the checks that the gate applies to it (docs/certificate.md, "The
 * gate"). The list is built from the form: a rule that is not in it cannot be read at all.
 */
import type { FormGraph, FormOrder, FormRule, RiskLine } from "./form.ts";

/** What only a trade has; each place may read some of it. */
export type TradeRead = "fill" | "peak" | "last_fill" | "at_entry";

/** A node named from outside the nodes, and on what it may depend at the most. */
export interface Root {
  readonly what: string;
  readonly node: number;
  readonly type: "number" | "bool";
  readonly stratum: "run" | "market" | "account";
  readonly clock: number;
  readonly reads: readonly TradeRead[];
  /** Of a rule with legs: decided once, for no symbol. */
  readonly ofUniverse: boolean;
}

export interface OrderPlace {
  readonly what: string;
  /** Whether the order may add to a position: then all checks are for it, else those that cannot trap a position. */
  readonly opens: boolean;
  /** Whether it may fill on the row it is decided on: `simulate { market: close }`. */
  readonly fillsAtDecision: boolean;
}

/** In the order of semantics 4.1 and 11.11; `limit`: only where the file has one that rejects. */
const CHECKS = [
  { name: "halted", for: "opening" },
  { name: "quantity", for: "all" },
  { name: "price", for: "all" },
  { name: "collar", for: "opening" },
  { name: "stop_side", for: "opening" },
  { name: "target_side", for: "opening" },
  { name: "order_value", for: "limit" },
  { name: "position_value", for: "limit" },
  { name: "gross_exposure", for: "limit" },
  { name: "net_exposure", for: "limit" },
  { name: "open_positions", for: "limit" },
  { name: "open_trades", for: "limit" },
  { name: "order_rate", for: "limit" },
  { name: "buying_power", for: "opening" },
  { name: "short_permission", for: "opening" },
  { name: "day_loss", for: "limit" },
  { name: "drawdown", for: "limit" },
  { name: "feed_age", for: "limit" },
] as const;

/** The names of the checks that an order from this place passes: the gate's own and the file's limits. */
export function checksOf(graph: FormGraph, { opens }: OrderPlace): readonly string[] {
  const rejects = new Set<string>(graph.risk.filter(({ monitor }) => monitor === null).map(({ measure }) => measure));
  const applies = (check: (typeof CHECKS)[number]): boolean =>
    check.for === "all" || (opens && (check.for === "opening" || rejects.has(check.name)));
  return CHECKS.filter(applies).map(({ name }) => name);
}

/** The risk lines in words: `day_loss <= 0.01 * equity else flatten until next_session`. */
export function limitTexts(graph: FormGraph): readonly string[] {
  const halt = ({ monitor }: RiskLine): string => (monitor === null ? "" : ` else ${monitor.action} until ${monitor.until}`);
  return graph.risk.map((line) => `${line.measure} <= ${limitText(line)}${halt(line)}`);
}

function limitText({ limit }: RiskLine): string {
  switch (limit.kind) {
    case "constant":
      return limit.value;
    case "ratio":
      return `${limit.ratio} * ${limit.of}`;
    case "rate":
      return `${limit.count} in ${limit.per} microseconds`;
  }
}

/** All of them, in the order of rules, monitors and session. */
export function orderPlaces(graph: FormGraph): readonly OrderPlace[] {
  const atClose = graph.simulate.market === "close";
  const place = (what: string, opens: boolean, order: FormOrder | null): OrderPlace => {
    const waits = order !== null && (order.type !== "market" || order.tif.kind === "opg" || order.tif.kind === "cls");
    return { what, opens, fillsAtDecision: atClose && !waits };
  };
  const flattens = graph.risk.flatMap(({ measure, monitor }) =>
    monitor?.action === "flatten" ? [place(`${measure} else flatten`, false, null)] : [],
  );
  const session = graph.session.flatten === null ? [] : [place("session flatten", false, null)];
  return [...graph.rules.flatMap((rule) => rulePlaces(rule, place)), ...flattens, ...session];
}

function rulePlaces(rule: FormRule, place: (what: string, opens: boolean, order: FormOrder | null) => OrderPlace): readonly OrderPlace[] {
  const of = (what: string): string => `${what} of rule \`${rule.name}\``;
  switch (rule.kind) {
    case "enter": {
      const waiting = (what: string): OrderPlace => ({ what: of(what), opens: false, fillsAtDecision: false });
      return [
        place(of("entry"), true, rule.order),
        ...(rule.ifPartial === undefined ? [] : [place(of("close of a part"), false, null)]),
        ...(rule.add === null ? [] : [place(of("add"), true, rule.order)]),
        ...(rule.stop === null ? [] : [waiting("stop")]),
        ...(rule.trail === null ? [] : [waiting("trail")]),
        ...rule.targets.flatMap(({ thenStop }, index) => [
          waiting(`target ${index + 1}`),
          ...(thenStop === null ? [] : [waiting(`stop after target ${index + 1}`)]),
        ]),
      ];
    }
    case "exit":
      return [place(of("exit"), false, rule.order)];
    case "hold":
      return [place(of("hold"), true, null)];
    case "legs":
      return [
        ...rule.legs.map((_, index) => place(of(`leg ${index + 1}`), true, null)),
        place(of("flatten after a failed leg"), false, null),
      ];
    case "quote":
      return [{ what: of("quote"), opens: true, fillsAtDecision: false }];
  }
}

type Stratum = Root["stratum"];

/** Everything outside the nodes that decides, with what it must be. */
export function decisionRoots(graph: FormGraph): readonly Root[] {
  return [
    ...graph.rules.flatMap(ruleRoots),
    ...graph.risk.flatMap(({ measure, monitor }) => one(`monitor of ${measure}`, monitor?.excess ?? null, "bool", "account", 0)),
    ...one("session flatten", graph.session.flatten, "bool", "market", 0),
  ];
}

export function requirementRoots(graph: FormGraph): readonly Root[] {
  return graph.requirements.flatMap((node, index) => one(`requirement ${index + 1}`, node, "bool", "run", 0));
}

function one(
  what: string,
  node: number | null,
  type: Root["type"],
  stratum: Stratum,
  clock: number,
  reads: readonly TradeRead[] = [],
): readonly Root[] {
  return node === null ? [] : [{ what, node, type, stratum, clock, reads, ofUniverse: false }];
}

/** What a rule reads: its condition first. */
export function ruleRoots(rule: FormRule): readonly Root[] {
  const { clock } = rule;
  const when = one(`condition of rule \`${rule.name}\``, rule.when, "bool", "account", clock);
  const size = (amount: number): readonly Root[] => one(`size of rule \`${rule.name}\``, amount, "number", "account", clock);
  const window = (node: number | null): readonly Root[] => one(`entry window of rule \`${rule.name}\``, node, "bool", "market", clock);
  switch (rule.kind) {
    case "enter":
      return [...when, ...entryRoots(rule)];
    case "exit":
      return [...when, ...priceRoots(rule.name, clock, rule.order, [])];
    case "hold":
      return [...when, ...size(rule.size.amount), ...window(rule.entries)];
    case "legs":
      return [...when, ...rule.legs.flatMap((leg) => size(leg.size.amount)), ...window(rule.entries)].map((root) => ({
        ...root,
        ofUniverse: true,
      }));
    case "quote": {
      const price = one(`price of rule \`${rule.name}\``, rule.at, "number", "account", clock);
      return [...when, ...price, ...size(rule.size.amount), ...window(rule.entries)];
    }
  }
}

function priceRoots(name: string, clock: number, order: FormOrder, reads: readonly TradeRead[]): readonly Root[] {
  const stop = order.type === "stop" || order.type === "stop_limit" ? order.stop : null;
  const limit = order.type === "limit" || order.type === "stop_limit" ? order.limit : null;
  return [
    ...one(`stop price of the order of rule \`${name}\``, stop, "number", "account", clock, reads),
    ...one(`limit of the order of rule \`${name}\``, limit, "number", "account", clock, reads),
  ];
}

function entryRoots(rule: Extract<FormRule, { kind: "enter" }>): readonly Root[] {
  const { name, clock, add, brakes } = rule;
  const price = (what: string, node: number | null, reads: readonly TradeRead[]): readonly Root[] =>
    one(`${what} of rule \`${name}\``, node, "number", "account", clock, reads);
  const count = (what: string, node: number | null): readonly Root[] => one(`${what} of rule \`${name}\``, node, "number", "run", clock);
  return [
    ...price("size", rule.size.amount, ["at_entry"]),
    ...priceRoots(name, clock, rule.order, ["at_entry"]),
    ...price("stop", rule.stop, ["at_entry", "fill"]),
    ...price("trail", rule.trail, ["at_entry", "fill", "peak", "last_fill"]),
    ...rule.targets.flatMap(({ at, thenStop }, index) => [
      ...price(`target ${index + 1}`, at, ["at_entry", "fill"]),
      ...price(`stop after target ${index + 1}`, thenStop, ["at_entry", "fill"]),
    ]),
    ...one(`add condition of rule \`${name}\``, add?.when ?? null, "bool", "account", clock, ["at_entry", "last_fill"]),
    ...price("preference", rule.prefer?.by ?? null, ["at_entry"]),
    ...count("most adds", add?.upTo ?? null),
    ...count("most entries", brakes.perSession),
    ...count("cooldown", brakes.cooldown),
  ];
}
