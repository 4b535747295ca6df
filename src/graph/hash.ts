/**
 * The graph hash: what identifies a strategy's meaning (semantics 9). It is taken over a normal form in which a node is named by the digest of what
 * it computes, so numbering does not matter; operands of commutative functions are sorted; names, docs, plots and `simulate` are left out, and so is
 * every node that no rule, limit, session window or requirement reads.
 */
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import type { ModelStep } from "./model-steps.ts";
import type { BinaryFunction, EnterRule, Graph, Limit, Model, Node, NodeId, OrderForm, Parameter, Rule, Size, State } from "./nodes.ts";
import { decisionRoots, orderPrices, reachable, stateAt } from "./traverse.ts";

type Digest = string;
type Normal = readonly (string | number | boolean | null | Normal)[];

const COMMUTATIVE: ReadonlySet<BinaryFunction> = new Set(["add", "mul", "min", "max", "eq", "ne", "and", "or"]);

function digest(normal: Normal): Digest {
  return bytesToHex(sha256(utf8ToBytes(JSON.stringify(normal))));
}

/** SHA-256 of the normal form, in hex. */
export function graphHash(graph: Graph): string {
  const digests = nodeDigests(graph);
  const of = (id: NodeId): Digest => known(digests, id);
  return digest([
    graph.schema,
    graph.calendar,
    graph.symbols.map(({ name, trades }) => [name, trades]),
    graph.groups.map(({ symbols }) => [...symbols]),
    graph.clocks.map(({ width, of: base, regularOnly, shortLast, events }) => [
      width,
      base,
      regularOnly,
      shortLast,
      ...(events === undefined ? [] : [events]),
    ]),
    graph.parameters.map(normalParameter),
    graph.models.map(normalModel),
    graph.requirements.map(of).sort(),
    graph.rules.map((rule) => normalRule(rule, of)),
    graph.risk.map(({ measure, limit, monitor }) => [
      measure,
      normalLimit(limit),
      monitor === null ? null : [of(monitor.excess), monitor.action, monitor.until],
    ]),
    graph.collar,
    graph.session.flatten === null ? null : of(graph.session.flatten),
  ]);
}

function normalParameter({ kind, unit, default: initial, min, max, step, overrides }: Parameter): Normal {
  return [kind, unit, initial, min, max, step, overrides.map(({ symbol, value }) => [symbol, value])];
}

function normalModel({ hash, features, low, high, timeout, trained, steps }: Model): Normal {
  const made = steps === null ? null : [steps.steps.map(normalStep), steps.component];
  return [hash, [...features], low, high, timeout, [trained.from, trained.to], made];
}

function normalStep(step: ModelStep): Normal {
  const { op, x } = step;
  switch (op) {
    case "affine":
      return [op, x, step.weights.map((row) => [...row]), [...step.offsets]];
    case "scale":
      return [op, x, [...step.offsets], [...step.factors]];
    case "activate":
      return [op, x, step.fn];
    case "normalize":
      return [op, x, step.norm];
    case "concat":
      return [op, x, step.tail];
    case "trees": {
      const trees = step.trees.map(({ root, splits, leaves }): Normal => {
        const nodes = splits.map(({ feature, threshold, below, above }) => [feature, threshold, below, above]);
        return [root, nodes, leaves.map((leaf) => [...leaf])];
      });
      return [op, x, trees, [...step.offsets]];
    }
  }
}

function normalLimit(limit: Limit): Normal {
  switch (limit.kind) {
    case "constant":
      return ["constant", limit.value];
    case "ratio":
      return ["ratio", limit.ratio, limit.of];
    case "rate":
      return ["rate", limit.count, limit.per];
  }
}

function known(digests: ReadonlyMap<NodeId, Digest>, id: NodeId): Digest {
  const found = digests.get(id);
  if (found === undefined) throw new Error(`node ${id} is read before it is made`);
  return found;
}

function normalRule(rule: Rule, of: (id: NodeId) => Digest): Normal {
  const perhaps = (id: NodeId | null): Digest | null => (id === null ? null : of(id));
  switch (rule.kind) {
    case "enter":
      return normalEntry(rule, of);
    case "exit":
      return ["exit", rule.clock, of(rule.when), rule.trade, normalOrder(rule.order, of)];
    case "hold":
      return ["hold", rule.clock, of(rule.when), normalSize(rule.size, of), rule.short, perhaps(rule.entries)];
    case "legs":
      return [
        "legs",
        rule.clock,
        of(rule.when),
        rule.legs.map(({ symbol, size }) => [symbol, normalSize(size, of)]),
        rule.short,
        perhaps(rule.entries),
        rule.within,
      ];
    case "quote": {
      const { clock, when, side, at, size, postOnly, replaceAfter, entries } = rule;
      return ["quote", clock, of(when), side, of(at), normalSize(size, of), postOnly, replaceAfter, perhaps(entries)];
    }
  }
}

function normalEntry(rule: EnterRule, of: (id: NodeId) => Digest): Normal {
  const perhaps = (id: NodeId | null): Digest | null => (id === null ? null : of(id));
  const { clock, when, side, size, order, stop, trail, targets, add, brakes, prefer, reverse, ifPartial } = rule;
  return [
    ...["enter", clock, of(when), side, normalSize(size, of), normalOrder(order, of), perhaps(stop), perhaps(trail)],
    targets.map(({ part, at, thenStop }) => [part, of(at), perhaps(thenStop)]),
    add === null ? null : [of(add.upTo), of(add.when)],
    [perhaps(brakes.perSession), perhaps(brakes.cooldown)],
    prefer === null ? null : [prefer.order, of(prefer.by)],
    reverse,
    ...(ifPartial === undefined ? [] : [ifPartial]),
  ];
}

function normalSize({ kind, amount, trim }: Size, of: (id: NodeId) => Digest): Normal {
  return [kind, of(amount), trim];
}

function normalOrder(order: OrderForm, of: (id: NodeId) => Digest): Normal {
  const { type, tif } = order;
  return [type, ...orderPrices(order).map(of), tif.kind, "count" in tif ? tif.count : null];
}

/** The digest of every node that decides. */
function nodeDigests(graph: Graph): ReadonlyMap<NodeId, Digest> {
  const digests = new Map<NodeId, Digest>();
  const of = (id: NodeId): Digest => known(digests, id);
  for (const id of reachable(graph, [...decisionRoots(graph), ...graph.requirements])) {
    const node = graph.nodes[id];
    if (node !== undefined) digests.set(id, digest([node.type, node.optional, ...normalNode(graph, node, of)]));
  }
  return digests;
}

/** A `previous` belongs to the one state that reads it and an `index` to the one reduction around it, so neither needs a number. */
function normalNode(graph: Graph, node: Node, of: (id: NodeId) => Digest): Normal {
  switch (node.op) {
    case "constant":
      return ["constant", node.value];
    case "none":
    case "fill":
    case "peak":
    case "last_fill":
    case "index":
      return [node.op];
    case "at_entry":
      return ["at_entry", of(node.x), node.shares];
    case "parameter":
      return ["parameter", node.index];
    case "input":
      return ["input", node.field, node.clock];
    case "member":
      return ["member", node.group];
    case "sample":
      return ["sample", of(node.x), node.symbol, node.clock];
    case "gather":
      return ["gather", node.fn, of(node.x), node.clock];
    case "across":
      return ["across", node.fn, of(node.x), node.group];
    case "begins":
      return ["begins", node.of, node.clock];
    case "onnx":
    case "native":
      return [node.op, node.model, node.inputs.map(of)];
    case "account":
    case "previous":
      return [node.op, node.field];
    case "unary":
      return ["unary", node.fn, of(node.x)];
    case "binary": {
      const both = [of(node.a), of(node.b)];
      return ["binary", node.fn, ...(COMMUTATIVE.has(node.fn) ? both.sort() : both)];
    }
    case "power":
      return ["power", of(node.x), node.exponent];
    case "select":
      return ["select", of(node.condition), of(node.then), of(node.otherwise)];
    case "default":
      return ["default", of(node.x), of(node.fallback)];
    case "delay":
      return ["delay", of(node.x), of(node.by), node.max];
    case "window":
      return ["window", node.fn, of(node.x), of(node.length), node.max, node.q === null ? null : of(node.q)];
    case "anchored": {
      const since = node.since === "session" ? "session" : of(node.since.condition);
      return ["anchored", node.fn, of(node.x), since, node.where === null ? null : of(node.where)];
    }
    case "reduce":
      return ["reduce", node.fn, of(node.from), of(node.to), node.maxTerms, of(node.body)];
    case "state":
      return ["state", node.field, normalState(stateAt(graph, node.state), of)];
  }
}

function normalState({ fields, reset, settlesIn }: State, of: (id: NodeId) => Digest): Normal {
  return [
    fields.map(({ seed, then }) => [of(seed), of(then)]),
    reset === null ? null : of(reset),
    settlesIn === null ? null : of(settlesIn),
  ];
}
