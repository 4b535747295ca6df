/** The rules of nodes.ts as a check: what is wrong with the shape of a graph, if anything. For graphs that come from outside, and for tests. */
import { isElementwise, isLeaf } from "./kinds.ts";
import type { BinaryFunction, EnterRule, Graph, Node, NodeId, OrderForm, Rule, State } from "./nodes.ts";
import { type Stratum, strata } from "./strata.ts";
import { operands, reachable, readsPrevious, stateOperands } from "./traverse.ts";
import { laneProblems, laneReferenceProblems } from "./verify-lanes.ts";
import { modelProblems } from "./verify-models.ts";

type Report = (problem: string) => void;
type Type = Node["type"];

/** Every broken rule, in plain words; none for a graph that backends may run. */
export function shapeProblems(graph: Graph): readonly string[] {
  const references = [...referenceProblems(graph), ...laneReferenceProblems(graph)];
  if (references.length > 0) return references;
  const problems: string[] = [];
  const stratum = strata(graph);
  const within = readsPrevious(graph);
  const seen = new Map<string, NodeId>();
  graph.nodes.forEach((node, id) => {
    const report: Report = (problem) => problems.push(`node ${id} (${node.op}): ${problem}`);
    const twin = seen.get(JSON.stringify(node));
    if (twin !== undefined) report(`the same as node ${twin}`);
    seen.set(JSON.stringify(node), id);
    checkTypes(graph, node, report);
    checkOptional(graph, node, report);
    checkStrata(graph, node, stratum, report);
    checkRecursion(graph, node, id, within, report);
  });
  graph.states.forEach((state, id) => {
    checkState(graph, state, (problem) => problems.push(`state ${id}: ${problem}`));
  });
  checkRoots(graph, stratum, within, (problem) => problems.push(problem));
  return [...problems, ...laneProblems(graph, stratum), ...modelProblems(graph)];
}

/** Ids that name nothing, or something later. */
function referenceProblems(graph: Graph): readonly string[] {
  const problems: string[] = [];
  const exists = (id: NodeId): boolean => Number.isInteger(id) && id >= 0 && id < graph.nodes.length;
  graph.nodes.forEach((node, id) => {
    const read = node.op === "state" ? stateReads(graph, node.state) : operands(node);
    for (const operand of read) if (!exists(operand) || operand >= id) problems.push(`node ${id} (${node.op}) reads node ${operand}`);
    if ((node.op === "state" || node.op === "previous") && graph.states[node.state]?.fields[node.field] === undefined) {
      problems.push(`node ${id} (${node.op}) reads field ${node.field} of state ${node.state}`);
    }
    if (node.op === "parameter" && graph.parameters[node.index] === undefined) problems.push(`node ${id} reads parameter ${node.index}`);
  });
  for (const { what, id } of roots(graph)) if (!exists(id)) problems.push(`${what} is node ${id}`);
  for (const state of graph.states) for (const id of stateOperands(state)) if (!exists(id)) problems.push(`a state reads node ${id}`);
  for (const plot of graph.plots) if (graph.names[plot] === undefined) problems.push(`plot ${plot} has no name`);
  return problems;
}

function stateReads(graph: Graph, state: number): readonly NodeId[] {
  const found = graph.states[state];
  return found === undefined ? [] : stateOperands(found);
}

/** What of a trade a place may read (nodes.ts). */
type TradeOp = "fill" | "peak" | "last_fill" | "at_entry";

/** A place outside the nodes that names one. */
interface Root {
  readonly what: string;
  readonly id: NodeId;
  readonly type: Type | "any";
  readonly reads: readonly TradeOp[];
}

function root(what: string, id: NodeId | null, type: Root["type"], reads: readonly TradeOp[] = []): readonly Root[] {
  return id === null ? [] : [{ what, id, type, reads }];
}

function orderRoots(name: string, order: OrderForm, reads: readonly TradeOp[]): readonly Root[] {
  const stop = order.type === "stop" || order.type === "stop_limit" ? order.stop : null;
  const limit = order.type === "limit" || order.type === "stop_limit" ? order.limit : null;
  return [...root(`order stop of ${name}`, stop, "number", reads), ...root(`order limit of ${name}`, limit, "number", reads)];
}

function entryRoots(rule: EnterRule): readonly Root[] {
  const { name, when, size, order, stop, trail, targets, add, brakes, prefer } = rule;
  return [
    ...root(`when of ${name}`, when, "bool"),
    ...root(`size of ${name}`, size.amount, "number", ["at_entry"]),
    ...orderRoots(name, order, ["at_entry"]),
    ...root(`stop of ${name}`, stop, "number", ["at_entry", "fill"]),
    ...root(`trail of ${name}`, trail, "number", ["at_entry", "fill", "peak", "last_fill"]),
    ...targets.flatMap(({ at, thenStop }) => [
      ...root(`target of ${name}`, at, "number", ["at_entry", "fill"]),
      ...root(`stop after a target of ${name}`, thenStop, "number", ["at_entry", "fill"]),
    ]),
    ...root(`add of ${name}`, add?.when ?? null, "bool", ["at_entry", "last_fill"]),
    ...root(`most adds of ${name}`, add?.upTo ?? null, "number"),
    ...root(`most entries of ${name}`, brakes.perSession, "number"),
    ...root(`cooldown of ${name}`, brakes.cooldown, "number"),
    ...root(`preference of ${name}`, prefer?.by ?? null, "number"),
  ];
}

function ruleRoots(rule: Rule): readonly Root[] {
  const when = root(`when of ${rule.name}`, rule.when, "bool");
  switch (rule.kind) {
    case "enter":
      return entryRoots(rule);
    case "exit":
      return [...when, ...orderRoots(rule.name, rule.order, [])];
    case "hold":
      return [
        ...when,
        ...root(`size of ${rule.name}`, rule.size.amount, "number"),
        ...root(`entry window of ${rule.name}`, rule.entries, "bool"),
      ];
    case "legs":
      return [
        ...when,
        ...rule.legs.flatMap(({ size }) => root(`size of ${rule.name}`, size.amount, "number")),
        ...root(`entry window of ${rule.name}`, rule.entries, "bool"),
      ];
    case "quote":
      return [
        ...when,
        ...root(`price of ${rule.name}`, rule.at, "number"),
        ...root(`size of ${rule.name}`, rule.size.amount, "number"),
        ...root(`entry window of ${rule.name}`, rule.entries, "bool"),
      ];
  }
}

/** Everything outside the nodes that names one. */
function roots(graph: Graph): readonly Root[] {
  return [
    ...graph.rules.flatMap(ruleRoots),
    ...graph.risk.flatMap(({ measure, monitor }) => root(`monitor of ${measure}`, monitor?.excess ?? null, "bool")),
    ...root("session flatten", graph.session.flatten, "bool"),
    ...graph.requirements.flatMap((id) => root("requirement", id, "bool")),
    ...Object.entries(graph.names).flatMap(([name, { node }]) => root(`name ${name}`, node, "any", TRADE_OPS)),
  ];
}

const TRADE_OPS: readonly TradeOp[] = ["fill", "peak", "last_fill", "at_entry"];

const BOOL_RESULTS: ReadonlySet<BinaryFunction> = new Set(["lt", "le", "eq", "ne", "and", "or"]);

function checkTypes(graph: Graph, node: Node, report: Report): void {
  for (const [id, type] of operandTypes(graph, node)) if (typeOf(graph, id) !== type) report(`node ${id} is not a ${type}`);
  const type = resultType(graph, node);
  if (type !== node.type) report(`is a ${node.type}, not a ${type}`);
  if (node.op === "power" && (!Number.isInteger(node.exponent) || Math.abs(node.exponent) > 64)) report(`exponent ${node.exponent}`);
  if (node.op === "window" && (node.fn === "quantile") !== (node.q !== null)) report("q belongs to a quantile");
}

function resultType(graph: Graph, node: Node): Type | undefined {
  switch (node.op) {
    case "constant":
      return typeof node.value === "boolean" ? "bool" : "number";
    case "unary":
      return node.fn === "not" ? "bool" : "number";
    case "binary":
      return BOOL_RESULTS.has(node.fn) ? "bool" : "number";
    case "previous":
    case "state":
      return typeOf(graph, graph.states[node.state]?.fields[node.field]?.seed);
    case "none":
    case "select":
    case "default":
    case "delay":
    case "at_entry":
    case "sample":
      return node.type;
    case "member":
    case "begins":
      return "bool";
    case "gather":
      return node.fn === "first" || node.fn === "last" ? typeOf(graph, node.x) : "number";
    case "onnx":
    case "native":
    case "across":
    case "parameter":
    case "input":
    case "account":
    case "fill":
    case "peak":
    case "last_fill":
    case "index":
    case "power":
    case "window":
    case "anchored":
    case "reduce":
      return "number";
  }
}

type Expected = readonly (readonly [id: NodeId, type: Type])[];

function operandTypes(graph: Graph, node: Node): Expected {
  if (isLeaf(node)) return [];
  const all = (type: Type): Expected => operands(node).map((id) => [id, type]);
  switch (node.op) {
    case "unary":
      return all(node.fn === "not" ? "bool" : "number");
    case "binary":
      if (node.fn === "eq" || node.fn === "ne") return all(typeOf(graph, node.a) ?? "number");
      return all(node.fn === "and" || node.fn === "or" ? "bool" : "number");
    case "select":
      return [[node.condition, "bool"], ...[node.then, node.otherwise].map((id) => [id, node.type] as const)];
    case "default":
    case "at_entry":
    case "sample":
      return all(node.type);
    case "gather":
      if (node.fn === "first" || node.fn === "last") return all(node.type);
      return all(node.fn === "count" ? "bool" : "number");
    case "across":
      return all(node.fn === "count" ? "bool" : "number");
    case "delay":
      return [
        [node.x, node.type],
        [node.by, "number"],
      ];
    case "window":
    case "reduce": {
      const read = node.op === "window" ? node.x : node.body;
      return all("number").map(([id, type]) => [id, id === read && node.fn === "count" ? "bool" : type]);
    }
    case "anchored":
      return all("bool").map(([id, type]) => [id, id === node.x && node.fn !== "count" ? "number" : type]);
    case "onnx":
    case "native":
    case "power":
      return all("number");
  }
}

function typeOf(graph: Graph, id: NodeId | undefined): Type | undefined {
  return id === undefined ? undefined : graph.nodes[id]?.type;
}

function isOptional(graph: Graph, id: NodeId): boolean {
  return graph.nodes[id]?.optional ?? false;
}

/** None propagates; windows and states read only what is always there. An arm that is none only where it is not chosen does no harm. */
function checkOptional(graph: Graph, node: Node, report: Report): void {
  const carried = node.op === "default" ? [node.fallback] : node.op === "select" ? [node.condition] : operands(node);
  const isModel = node.op === "onnx" || node.op === "native";
  if ((node.op === "none" || isModel) && !node.optional) report("must be optional");
  if (node.op === "window" || node.op === "anchored" || isModel) {
    if (operands(node).some((id) => isOptional(graph, id))) report("reads an optional value");
  } else if (!node.optional && carried.some((id) => isOptional(graph, id))) report("reads an optional value, so it must be optional");
}

function checkStrata(graph: Graph, node: Node, stratum: readonly Stratum[], report: Report): void {
  const ofRun = (id: NodeId | null, what: string): void => {
    if (id !== null && stratum[id] !== "run") report(`${what} is not of the run`);
  };
  const elementwise = isElementwise(node);
  const read = operands(node).map((id) => stratum[id]);
  if (node.op === "at_entry") {
    if (read.includes("loop")) report("x is inside a reduction");
    if (readsOfTrade(graph, node.x).length > 0) report("x depends on a trade");
  } else if (!elementwise && read.includes("account")) report("reads the account, but is not elementwise");
  if (elementwise && read.includes("account") && read.includes("loop")) report("reads the account inside a reduction");
  if (node.op === "delay") {
    if (stratum[node.x] === "loop") report("x is inside a reduction");
    if (stratum[node.by] !== "loop") ofRun(node.by, "by");
    else if (reachable(graph, [node.by]).some((id) => stratum[id] === "market")) report("by is of the market");
  }
  const isWhole = node.op === "window" || node.op === "anchored" || node.op === "onnx" || node.op === "native";
  if (isWhole && read.includes("loop")) report("is inside a reduction");
  if (node.op === "window") {
    ofRun(node.length, "length");
    ofRun(node.q, "q");
  }
  if (node.op === "reduce") {
    ofRun(node.from, "from");
    ofRun(node.to, "to");
  }
}

/** What depends on a previous value is elementwise, and of one state. */
function checkRecursion(graph: Graph, node: Node, id: NodeId, within: readonly boolean[], report: Report): void {
  if (!within[id] || node.op === "previous") return;
  if (!isElementwise(node)) report("depends on a previous value, but is not elementwise");
  if (new Set(previousStates(graph, id)).size > 1) report("depends on previous values of two states");
}

/** The states whose previous values a node depends on, on its own row. */
function previousStates(graph: Graph, id: NodeId): readonly number[] {
  return reachable(graph, [id], () => []).flatMap((each) => {
    const node = graph.nodes[each];
    return node?.op === "previous" ? [node.state] : [];
  });
}

function checkState(graph: Graph, state: State, report: Report): void {
  const own = graph.states.indexOf(state);
  for (const id of stateOperands(state)) {
    if (isOptional(graph, id)) report(`reads node ${id}, which is optional`);
    if (previousStates(graph, id).some((other) => other !== own)) report(`node ${id} depends on previous values of another state`);
  }
  for (const { seed, then } of state.fields) {
    if (typeOf(graph, seed) !== typeOf(graph, then)) report(`seed ${seed} and then ${then} differ in type`);
    if (previousStates(graph, seed).length > 0) report(`seed ${seed} depends on a previous value`);
  }
  if (state.reset !== null && typeOf(graph, state.reset) !== "bool") report("reset is not a bool");
}

/** What of a trade the value of a node depends on. */
function readsOfTrade(graph: Graph, id: NodeId): readonly TradeOp[] {
  return reachable(graph, [id]).flatMap((each) => TRADE_OPS.find((op) => graph.nodes[each]?.op === op) ?? []);
}

/** A stop waits for its price, so it works for more than a moment. */
function hasTime({ type, tif }: OrderForm): boolean {
  return type === "market" || type === "limit" || tif.kind === "day" || tif.kind === "gtc" || "count" in tif;
}

/** What rules, monitors and the session read. */
function checkRoots(graph: Graph, stratum: readonly Stratum[], within: readonly boolean[], report: Report): void {
  for (const { what, id, type, reads } of roots(graph)) {
    if (stratum[id] === "loop") report(`${what} is inside a reduction`);
    if (within[id]) report(`${what} is inside a recursion`);
    if (type !== "any" && typeOf(graph, id) !== type) report(`${what} is not a ${type}`);
    if (/^(session|entry window)/.test(what) && stratum[id] === "account") report(`${what} is of the account`);
    if (/^(requirement|most|cooldown)/.test(what) && stratum[id] !== "run") report(`${what} is not of the run`);
    for (const op of readsOfTrade(graph, id)) if (!reads.includes(op)) report(`${what} reads ${op}`);
  }
  for (const rule of graph.rules) {
    if ((rule.kind === "enter" || rule.kind === "exit") && !hasTime(rule.order))
      report(`${rule.name} has a stop order with tif ${rule.order.tif.kind}`);
    if (rule.kind === "exit" && graph.rules[rule.trade]?.kind !== "enter")
      report(`${rule.name} exits rule ${rule.trade}, which does not enter`);
  }
}
