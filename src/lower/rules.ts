/** The nodes that rules name, to replace. */
import type { EnterRule, NodeId, OrderForm, Rule, Size } from "../graph/nodes.ts";

type Map = (id: NodeId) => NodeId;

function mapOrder(order: OrderForm, map: Map): OrderForm {
  switch (order.type) {
    case "market":
      return order;
    case "limit":
      return { ...order, limit: map(order.limit) };
    case "stop":
      return { ...order, stop: map(order.stop) };
    case "stop_limit":
      return { ...order, stop: map(order.stop), limit: map(order.limit) };
  }
}

function mapSize(size: Size, map: Map): Size {
  return { ...size, amount: map(size.amount) };
}

function mapEntry(rule: EnterRule, map: Map): EnterRule {
  const perhaps = (id: NodeId | null): NodeId | null => (id === null ? null : map(id));
  const { when, size, order, stop, trail, targets, add, brakes, prefer } = rule;
  return {
    ...rule,
    when: map(when),
    size: mapSize(size, map),
    order: mapOrder(order, map),
    stop: perhaps(stop),
    trail: perhaps(trail),
    targets: targets.map((target) => ({ ...target, at: map(target.at), thenStop: perhaps(target.thenStop) })),
    add: add === null ? null : { upTo: map(add.upTo), when: map(add.when) },
    brakes: { perSession: perhaps(brakes.perSession), cooldown: perhaps(brakes.cooldown) },
    prefer: prefer === null ? null : { ...prefer, by: map(prefer.by) },
  };
}

/** `rule` with every node that it names replaced by what `map` makes of it. */
export function mapRule(rule: Rule, map: Map): Rule {
  const perhaps = (id: NodeId | null): NodeId | null => (id === null ? null : map(id));
  switch (rule.kind) {
    case "enter":
      return mapEntry(rule, map);
    case "exit":
      return { ...rule, when: map(rule.when), order: mapOrder(rule.order, map) };
    case "hold":
      return { ...rule, when: map(rule.when), size: mapSize(rule.size, map), entries: perhaps(rule.entries) };
    case "legs":
      return {
        ...rule,
        when: map(rule.when),
        legs: rule.legs.map(({ symbol, size }) => ({ symbol, size: mapSize(size, map) })),
        entries: perhaps(rule.entries),
      };
    case "quote":
      return { ...rule, when: map(rule.when), at: map(rule.at), size: mapSize(rule.size, map), entries: perhaps(rule.entries) };
  }
}
