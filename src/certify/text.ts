/** The certificate for people and for programs: what holds, why, and what does not. */
import { type Certificate, isCertified, type Verdict } from "./certificate.ts";
import type { FormGraph } from "./form.ts";
import { type DerivedBounds, settlingText, ticksByClock } from "./manifest.ts";
import { checksOf, limitTexts, type OrderPlace, orderPlaces } from "./places.ts";
import type { PromiseName } from "./problem.ts";

const TITLES: Readonly<Record<PromiseName, string>> = {
  form: "Form: every node, type and missing value is as the contract says",
  gate: "Gate: every path to an order passes it",
  future: "Future: no edge reads it",
  bounds: "Bounds: warm-up, memory, work and settling are known",
  identity: "Identity: these files belong together",
};

/** Lines for people: each promise, what was found to hold or the first counterexamples. */
export function certificateText(certificate: Certificate): readonly string[] {
  const lines = certificate.verdicts.flatMap((verdict) => {
    const mark = verdict.holds === null ? "not examined" : verdict.holds ? "holds" : "BROKEN";
    const found = verdict.holds === true ? statements(certificate, verdict.promise) : findings(verdict);
    return [`${TITLES[verdict.promise]}: ${mark}`, ...found.map((line) => `  ${line}`)];
  });
  return [...lines, isCertified(certificate) ? "Certified." : "Not certified."];
}

function findings(verdict: Verdict): readonly string[] {
  return verdict.findings.flatMap(({ text, route }) => [text, ...(route === null ? [] : [`  read by: ${route}`])]);
}

function statements(certificate: Certificate, promise: PromiseName): readonly string[] {
  const { graph, bounds } = certificate;
  if (graph === null) return [];
  switch (promise) {
    case "form":
      return [
        `${graph.nodes.length} nodes, ${graph.states.length} recursions, ${graph.rules.length} rules, ${graph.risk.length} risk lines`,
      ];
    case "gate":
      return gateStatements(graph);
    case "future":
      return [
        ...edgeStatements(graph),
        ...orderPlaces(graph)
          .filter(({ fillsAtDecision }) => fillsAtDecision)
          .map(optimism),
      ];
    case "bounds":
      return bounds === null ? [] : boundStatements(graph, bounds);
    case "identity":
      return identityStatements(certificate);
  }
}

function gateStatements(graph: FormGraph): readonly string[] {
  const checked = (place: OrderPlace): string => `${place.opens ? "" : "only reduces, "}checked for ${checksOf(graph, place).join(", ")}`;
  return [`limits: ${limitTexts(graph).join(", ")}`, ...orderPlaces(graph).map((place) => `${place.what}: ${checked(place)}`)];
}

function edgeStatements(graph: FormGraph): readonly string[] {
  const count = (...ops: readonly string[]): number => graph.nodes.filter(({ op }) => ops.includes(op)).length;
  const crossings = count("sample", "gather", "across", "begins");
  const models = count("onnx", "native");
  const fills =
    graph.simulate.market === "close" ? [] : ["every order fills from the row after its decision on, at the earliest at its open"];
  const looks = count("delay") + count("window");
  return [
    ...(looks === 0
      ? []
      : [`${counted(looks, "offset or window", "offsets and windows")}: each reaches back 0 ticks or more under every parameter set`]),
    ...(graph.states.length === 0
      ? []
      : [`${counted(graph.states.length, "recursion")}: each reads its own previous value, and nothing else does`]),
    ...(crossings === 0 ? [] : [`${counted(crossings, "read")} across clocks or symbols: each waits for the tick that it reads`]),
    ...(models === 0 ? [] : [`${counted(models, "model")}: each reads this tick of the market, and nothing of the account`]),
    ...fills,
  ];
}

function optimism({ what }: OrderPlace): string {
  return `the ${what} fills at the close that decides it: declared by \`simulate { market: close }\``;
}

function boundStatements(graph: FormGraph, bounds: DerivedBounds): readonly string[] {
  const warmUps = ticksByClock(graph, bounds).map(({ clock, ticks }) => `${ticks} of ${clock}`);
  return [
    `warm-up: ticks of each clock, ${warmUps.join(", ")}; first decision on row ${bounds.firstDecisionRow} or later`,
    `settling: ${settlingText(bounds.settling)} rows to within 1e-9 of any start`,
    `memory: ${bounds.stateBytes ?? "unknown"} bytes from row to row, work: ${bounds.operationsPerRow ?? "unknown"} operations a row at the most`,
  ];
}

function identityStatements({ graphHash, modules, isCompared }: Certificate): readonly string[] {
  const examined = modules.map(({ file, hash, memoryMax }) => `${file} ${hash}: imports nothing, at most ${memoryMax} bytes of memory`);
  return [
    `graph ${graphHash}`,
    ...(modules.length === 0 ? ["no module beside it"] : examined),
    isCompared ? "the manifest says the same" : "no manifest beside it: nothing to compare with",
  ];
}

function counted(count: number, noun: string, plural = `${noun}s`): string {
  return `${count} ${count === 1 ? noun : plural}`;
}

/** The same for programs (docs/cli.md). */
export function certificateJson(certificate: Certificate) {
  const { graph, bounds, verdicts, graphHash, modules } = certificate;
  return {
    ok: isCertified(certificate),
    strategy: graph?.strategy ?? null,
    graph_hash: graphHash,
    modules: modules.map(({ file, hash, memoryMax }) => ({ module: file, module_hash: hash, memory_bytes: memoryMax })),
    promises: verdicts.map(({ promise, holds, findings: found }) => ({ promise, holds, findings: found })),
    limits: graph === null ? [] : limitTexts(graph),
    orders: graph === null ? [] : orderPlaces(graph).map((place) => orderJson(graph, place)),
    bounds: graph === null || bounds === null ? null : boundsJson(graph, bounds),
  };
}

function orderJson(graph: FormGraph, place: OrderPlace) {
  return { from: place.what, opens: place.opens, checks: checksOf(graph, place), fills_at_decision: place.fillsAtDecision };
}

function boundsJson(graph: FormGraph, bounds: DerivedBounds) {
  return {
    warm_up_ticks: ticksByClock(graph, bounds),
    first_decision_row: bounds.firstDecisionRow,
    settling_rows:
      typeof bounds.settling === "string" ? bounds.settling : bounds.settling.to === Number.POSITIVE_INFINITY ? null : bounds.settling.to,
    state_bytes: bounds.stateBytes,
    operations_per_row: bounds.operationsPerRow,
  };
}
