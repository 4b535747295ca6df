/** The rules of nodes.ts as a check: what is wrong with the shape of a graph, if anything. For graphs that come from outside, and for tests. */
import type { BinaryFunction, Graph, Node, NodeId, Rule, State } from "./nodes.ts";
import { type Stratum, strata } from "./strata.ts";
import { operands, reachable, readsPrevious, stateOperands } from "./traverse.ts";

type Report = (problem: string) => void;
type Type = Node["type"];

/** Every broken rule, in plain words; none for a graph that backends may run. */
export function shapeProblems(graph: Graph): readonly string[] {
  const references = referenceProblems(graph);
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
  return problems;
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
  for (const [what, id] of roots(graph)) if (!exists(id)) problems.push(`${what} is node ${id}`);
  for (const state of graph.states) for (const id of stateOperands(state)) if (!exists(id)) problems.push(`a state reads node ${id}`);
  for (const plot of graph.plots) if (graph.names[plot] === undefined) problems.push(`plot ${plot} has no name`);
  return problems;
}

function stateReads(graph: Graph, state: number): readonly NodeId[] {
  const found = graph.states[state];
  return found === undefined ? [] : stateOperands(found);
}

/** Everything outside the nodes that names one. */
function roots(graph: Graph): readonly (readonly [what: string, id: NodeId])[] {
  const ofRule = (rule: Rule): (readonly [string, NodeId])[] => {
    const when = [`when of ${rule.name}`, rule.when] as const;
    if (rule.kind === "exit") return [when];
    const size = [`size of ${rule.name}`, rule.size.amount] as const;
    return rule.kind === "enter" && rule.stop !== null ? [when, size, [`stop of ${rule.name}`, rule.stop]] : [when, size];
  };
  const { entries, flatten } = graph.session;
  return [
    ...graph.rules.flatMap(ofRule),
    ...graph.risk.flatMap((line) => (line.monitor === null ? [] : [[`monitor of ${line.measure}`, line.monitor.excess] as const])),
    ...(entries === null ? [] : [["session entries", entries] as const]),
    ...(flatten === null ? [] : [["session flatten", flatten] as const]),
    ...graph.requirements.map((id) => ["requirement", id] as const),
    ...Object.entries(graph.names).map(([name, { node }]) => [`name ${name}`, node] as const),
  ];
}

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
      return node.type;
    case "parameter":
    case "input":
    case "account":
    case "fill":
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
      return all(node.type);
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
    case "power":
    case "constant":
    case "none":
    case "parameter":
    case "input":
    case "account":
    case "fill":
    case "index":
    case "previous":
    case "state":
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
  if (node.op === "none" && !node.optional) report("must be optional");
  if (node.op === "window" || node.op === "anchored") {
    if (operands(node).some((id) => isOptional(graph, id))) report("reads an optional value");
  } else if (!node.optional && carried.some((id) => isOptional(graph, id))) report("reads an optional value, so it must be optional");
}

function checkStrata(graph: Graph, node: Node, stratum: readonly Stratum[], report: Report): void {
  const ofRun = (id: NodeId | null, what: string): void => {
    if (id !== null && stratum[id] !== "run") report(`${what} is not of the run`);
  };
  const elementwise = node.op === "unary" || node.op === "binary" || node.op === "power" || node.op === "select" || node.op === "default";
  const read = operands(node).map((id) => stratum[id]);
  if (!elementwise && read.includes("account")) report("reads the account, but is not elementwise");
  if (elementwise && read.includes("account") && read.includes("loop")) report("reads the account inside a reduction");
  if (node.op === "delay") {
    if (stratum[node.x] === "loop") report("x is inside a reduction");
    if (stratum[node.by] !== "loop") ofRun(node.by, "by");
    else if (reachable(graph, [node.by]).some((id) => stratum[id] === "market")) report("by is of the market");
  }
  if ((node.op === "window" || node.op === "anchored") && read.includes("loop")) report("is inside a reduction");
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
  if (node.op !== "unary" && node.op !== "binary" && node.op !== "power" && node.op !== "select" && node.op !== "default") {
    report("depends on a previous value, but is not elementwise");
  }
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

/** What rules, monitors and the session read. */
function checkRoots(graph: Graph, stratum: readonly Stratum[], within: readonly boolean[], report: Report): void {
  for (const [what, id] of roots(graph)) {
    if (stratum[id] === "loop") report(`${what} is inside a reduction`);
    if (within[id]) report(`${what} is inside a recursion`);
    if (/^(size|stop|name)/.test(what)) continue;
    if (typeOf(graph, id) !== "bool") report(`${what} is not a bool`);
    if (what.startsWith("session") && stratum[id] === "account") report(`${what} is of the account`);
    if (what === "requirement" && stratum[id] !== "run") report("a requirement is not of the run");
  }
  for (const [what, id] of roots(graph)) {
    if (!/^(stop|name)/.test(what) && reachable(graph, [id]).some((each) => graph.nodes[each]?.op === "fill")) report(`${what} reads fill`);
  }
  for (const rule of graph.rules) {
    if (rule.kind === "exit" && graph.rules[rule.trade]?.kind !== "enter")
      report(`${rule.name} exits rule ${rule.trade}, which does not enter`);
  }
}
