/** Lowering: the checked program as a graph in normal form. Fold, rank, number; then everything that named a term names its node. */
import type { CheckedProgram, NamedTerm } from "../check/program.ts";
import type { TermId } from "../check/terms/terms.ts";
import type { Graph, NodeId, RiskLimit } from "../graph/nodes.ts";
import { entryCounts, ruleExpressions } from "../graph/traverse.ts";
import { fold, liveNodes } from "./fold.ts";
import { number } from "./number.ts";
import { rank } from "./rank.ts";
import { mapRule } from "./rules.ts";

type NodeOf = (term: TermId) => NodeId;

/** Everything that acts: without names and plots. */
function executableTerms({ outline }: CheckedProgram): readonly TermId[] {
  const { rules, risk, requirements, session } = outline;
  return [
    ...rules.flatMap((rule) => [rule.when, ...ruleExpressions(rule), ...(rule.kind === "enter" ? entryCounts(rule) : [])]),
    ...risk.flatMap(({ monitor }) => (monitor === null ? [] : [monitor.excess])),
    ...requirements,
    ...(session.flatten === null ? [] : [session.flatten]),
  ];
}

function lowerRisk(line: RiskLimit, nodeOf: NodeOf): RiskLimit {
  return line.monitor === null ? line : { ...line, monitor: { ...line.monitor, excess: nodeOf(line.monitor.excess) } };
}

/** The names of live nodes; those of plots come after those that the file gives. */
function lowerNames(named: readonly NamedTerm[], isLive: (term: TermId) => boolean, nodeOf: NodeOf): Graph["names"] {
  const entries = named
    .filter(({ term }) => isLive(term))
    .map(({ name, term, unit, doc }) => [name, { node: nodeOf(term), unit, doc }] as const);
  const first = new Map<string, Graph["names"][string]>();
  for (const [name, entry] of entries) if (!first.has(name)) first.set(name, entry);
  return Object.fromEntries(first);
}

export interface Lowering {
  readonly graph: Graph;
  /** The node of a term; null of one that the graph can do without. */
  readonly nodeOf: (term: TermId) => NodeId | null;
}

/** The graph of a program. */
export function lower(program: CheckedProgram): Graph {
  return lowering(program).graph;
}

/** The graph of a program, with what became of its terms. */
export function lowering(program: CheckedProgram): Lowering {
  const { terms, outline, names, plots } = program;
  const acting = executableTerms(program);
  const all = [...acting, ...plots.map(({ term }) => term)];
  const form = fold(terms, all);
  const { ranked, rankOf } = rank(form, liveNodes(form, acting), liveNodes(form, all));
  const { nodes, states, idOf } = number({ ranked });
  const nodeOf: NodeOf = (term) => idOf(rankOf.get(form.ids.get(term) ?? -1) ?? -1);
  const isLive = (term: TermId): boolean => rankOf.has(form.ids.get(term) ?? -1);
  const graph: Graph = {
    schema: "stratc-graph/2.1",
    ...outline,
    requirements: outline.requirements.map(nodeOf),
    nodes,
    states,
    rules: outline.rules.map((rule) => mapRule(rule, nodeOf)),
    risk: outline.risk.map((line) => lowerRisk(line, nodeOf)),
    session: { flatten: outline.session.flatten === null ? null : nodeOf(outline.session.flatten) },
    names: lowerNames([...names, ...plots], isLive, nodeOf),
    plots: plots.map(({ name }) => name),
  };
  return { graph, nodeOf: (term) => (isLive(term) ? nodeOf(term) : null) };
}
