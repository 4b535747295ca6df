/**
 * The certificate of a compiled strategy: what holds of a graph, derived from its JSON alone, or the counterexamples. Nothing here is shared with the
 * compiler, so that a mistake of the one is not made by the other. What is promised and how it is derived: docs/certificate.md.
 */
import { type Anatomy, anatomyOf, checkIds, danglingReferences } from "./anatomy.ts";
import { checkUniverse, clocksOf } from "./clocks.ts";
import { type Dependence, dependences } from "./dependence.ts";
import { type FormGraph, GRAPH_SHAPE } from "./form.ts";
import { checkOffsets, checkRoots } from "./future.ts";
import { checkGate } from "./gate.ts";
import { graphHashOf } from "./identity.ts";
import { boundsOf, checkClaims, checkNames, claims, type DerivedBounds } from "./manifest.ts";
import { checkModels } from "./models.ts";
import { checkModules, type ModuleFound } from "./modules.ts";
import { decisionRoots, requirementRoots } from "./places.ts";
import { type Problem, type PromiseName, problemsOf } from "./problem.ts";
import { parameterRanges, rangesOf } from "./ranges.ts";
import { routes } from "./route.ts";
import { fits, isRecord } from "./shape.ts";
import { checkTyping } from "./typing.ts";

/** What `stratc compile` wrote; modules and manifest where they are there. */
export interface Evidence {
  readonly graph: string;
  /** By file name. */
  readonly modules: ReadonlyMap<string, Uint8Array>;
  readonly manifest: string | null;
}

/** A counterexample, and the way by which a rule comes to the node at fault. */
export interface Finding {
  readonly text: string;
  readonly route: string | null;
}

/** `holds` is null where an earlier finding leaves nothing to examine. */
export interface Verdict {
  readonly promise: PromiseName;
  readonly holds: boolean | null;
  readonly findings: readonly Finding[];
}

export interface Certificate {
  readonly verdicts: readonly Verdict[];
  /** Null where the JSON has not the form of a graph; then nothing else is known. */
  readonly graph: FormGraph | null;
  readonly bounds: DerivedBounds | null;
  readonly graphHash: string | null;
  readonly modules: readonly ModuleFound[];
  /** Whether there was a manifest to hold against what was derived. */
  readonly isCompared: boolean;
}

export function isCertified({ verdicts }: Certificate): boolean {
  return verdicts.every(({ holds }) => holds === true);
}

/** Examines a compiled strategy. Never throws, whatever the texts hold; work grows with their length. */
export function certify(evidence: Evidence): Certificate {
  const [graph, misfits] = parsed(evidence.graph);
  const dangling = graph === null ? misfits : problemsOf((report) => danglingReferences(graph, report));
  if (graph === null || dangling.length > 0) return unreadable(dangling);
  let anatomy: Anatomy | null = null;
  const circles = problemsOf((report) => {
    anatomy = anatomyOf(graph, report);
  });
  const gate = problemsOf((report) => checkGate(graph, report));
  return examined(graph, gate, anatomy ?? circles, evidence);
}

function parsed(text: string): readonly [FormGraph | null, readonly Problem[]] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return [null, [{ text: `the graph is no JSON: ${error instanceof Error ? error.message : String(error)}`, node: null }]];
  }
  const misfits: string[] = [];
  if (fits(GRAPH_SHAPE, value, misfits))
    return value.clocks.length === 0 ? [null, [{ text: "clocks are empty", node: null }]] : [value, []];
  return [null, misfits.map((misfit) => ({ text: misfit, node: null }))];
}

const FINDINGS_MAX = 20;

function verdict(promise: PromiseName, problems: readonly Problem[] | null, route: (node: number) => string | null): Verdict {
  const findings = (problems ?? []).slice(0, FINDINGS_MAX).map(({ text, node }) => ({ text, route: node === null ? null : route(node) }));
  return { promise, holds: problems === null ? null : problems.length === 0, findings };
}

function unreadable(problems: readonly Problem[]): Certificate {
  const nowhere = (): null => null;
  const rest = (["gate", "future", "bounds", "identity"] as const).map((promise) => verdict(promise, null, nowhere));
  return {
    verdicts: [verdict("form", problems, nowhere), ...rest],
    graph: null,
    bounds: null,
    graphHash: null,
    modules: [],
    isCompared: false,
  };
}

/** `anatomy`: or the circles for which there is none. */
function examined(graph: FormGraph, gate: readonly Problem[], anatomy: Anatomy | readonly Problem[], evidence: Evidence): Certificate {
  if (!("sequence" in anatomy)) {
    const nowhere = (): null => null;
    const verdicts = [verdict("form", null, nowhere), verdict("gate", gate, nowhere), verdict("future", anatomy, nowhere)];
    const rest = (["bounds", "identity"] as const).map((promise) => verdict(promise, null, nowhere));
    return { verdicts: [...verdicts, ...rest], graph, bounds: null, graphHash: null, modules: [], isCompared: false };
  }
  const route = routes(anatomy);
  const form = problemsOf((report) => {
    checkModels(graph, report);
    checkIds(anatomy, report);
    checkTyping(anatomy, [...decisionRoots(graph), ...requirementRoots(graph)], report);
  });
  const [depends, future] = edges(anatomy);
  const isSound = form.length === 0 && future.length === 0;
  const manifest = manifestOf(evidence.manifest);
  const bounds = isSound ? boundsOf(anatomy, depends) : null;
  const claimed =
    bounds === null ? null : problemsOf((report) => void (isRecord(manifest) && checkClaims(graph, bounds, manifest, report)));
  const identity = identityOf(anatomy, evidence.modules, manifest);
  const verdicts = [
    verdict("form", form, route),
    verdict("gate", gate, route),
    verdict("future", future, route),
    verdict("bounds", claimed, route),
    verdict("identity", identity.problems, route),
  ];
  return {
    verdicts,
    graph,
    bounds,
    graphHash: identity.graphHash,
    modules: identity.modules,
    isCompared: isRecord(manifest),
  };
}

/** Every edge, under all parameter sets. */
function edges(anatomy: Anatomy): readonly [readonly Dependence[], readonly Problem[]] {
  const { graph } = anatomy;
  const roots = decisionRoots(graph);
  let depends: readonly Dependence[] = [];
  const problems = problemsOf((report) => {
    depends = dependences(anatomy, report);
    const ranges = rangesOf(anatomy, parameterRanges(graph, "all"));
    checkOffsets(anatomy, depends, ranges, report);
    checkRoots(depends, ranges, [...roots, ...requirementRoots(graph)], report);
    clocksOf(anatomy, roots, report);
    checkUniverse(anatomy, roots, report);
  });
  return [depends, problems];
}

/** The manifest as a record; a problem in words where it is none; null where there is no manifest. */
function manifestOf(text: string | null): Readonly<Record<string, unknown>> | string | null {
  if (text === null) return null;
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : "the manifest is no record";
  } catch (error) {
    return `the manifest is no JSON: ${error instanceof Error ? error.message : String(error)}`;
  }
}

interface Identity {
  readonly problems: readonly Problem[];
  readonly graphHash: string;
  readonly modules: readonly ModuleFound[];
}

function identityOf(anatomy: Anatomy, files: Evidence["modules"], manifest: ReturnType<typeof manifestOf>): Identity {
  const graphHash = graphHashOf(anatomy);
  let modules: readonly ModuleFound[] = [];
  const problems = problemsOf((report) => {
    modules = checkModules(files, isRecord(manifest) ? manifest : null, report);
    if (typeof manifest === "string") report(manifest);
    if (!isRecord(manifest)) return;
    checkNames(anatomy.graph, manifest, report);
    const compare = claims(manifest, report);
    compare("graph_hash", graphHash);
  });
  return { problems, graphHash, modules };
}
