/** The bounds of a graph as derived here, and a manifest's claims held against them, under the default parameters. */
import type { Anatomy } from "./anatomy.ts";
import { type Clocks, clocksOf } from "./clocks.ts";
import { type Dependence, isOfRun } from "./dependence.ts";
import type { FormGraph } from "./form.ts";
import { type Lane, lanesOf } from "./lanes.ts";
import { checkLanes } from "./modules.ts";
import { type PartBounds, type Parts, partsOf } from "./parts.ts";
import { decisionRoots } from "./places.ts";
import type { Report } from "./problem.ts";
import { parameterRanges, rangesOf } from "./ranges.ts";
import { ticksNeeded as ticksOf, warmUps } from "./readiness.ts";
import { latestSettling, type Settling, settlingsOf } from "./settling.ts";
import { isRecord } from "./shape.ts";
import { histories, operationsPerRow, stateBytes, workOf } from "./work.ts";

export interface DerivedBounds {
  /** Ticks of each clock that must have been before a decision, by clock. */
  readonly ticksNeeded: readonly number[];
  /** Rows up to and including each node's first value on its own clock, by id. */
  readonly warmUpRows: readonly number[];
  readonly historyRows: readonly number[];
  readonly largestWarmUp: number;
  readonly firstDecisionRow: number;
  readonly settling: Settling;
  /** Null where lanes hold, or reductions read, more than can be counted; so the next. */
  readonly stateBytes: number | null;
  readonly operationsPerRow: number | null;
  readonly lanes: readonly Lane[] | null;
  readonly parts: Parts;
}

/** Derives the bounds of a graph whose form and edges are right. */
export function boundsOf(anatomy: Anatomy, depends: readonly Dependence[]): DerivedBounds {
  const { graph } = anatomy;
  const roots = decisionRoots(graph);
  const ranges = rangesOf(anatomy, parameterRanges(graph, "default"));
  const clocks: Clocks = clocksOf(anatomy, [], () => undefined);
  const warmUp = warmUps(anatomy, clocks, ranges);
  const nodes = roots.map(({ node }) => node);
  const varies = (id: number): boolean => !isOfRun(depends[id] ?? NOWHERE);
  const lanes = lanesOf(anatomy, roots, varies);
  const historyRows = histories(anatomy);
  const largestWarmUp = nodes.reduce((most, id) => Math.max(most, warmUp[id]?.own ?? 1), 1);
  const ticks = ticksOf(warmUp, roots, graph.clocks.length);
  const settling = settlingsOf(anatomy, ranges, (id) => (depends[id]?.state ?? null) !== null, lanes ?? []);
  const work = workOf(anatomy, (id) => depends[id]?.loop != null, ranges);
  const warmUpRows = warmUp.map(({ own }) => own);
  return {
    ticksNeeded: ticks,
    warmUpRows,
    historyRows,
    largestWarmUp,
    firstDecisionRow: Math.max(graph.simulate.startAfter, (ticks[0] ?? 1) - 1),
    settling: latestSettling(nodes.map(settling)),
    stateBytes: lanes === null ? null : stateBytes(anatomy, lanes, historyRows),
    operationsPerRow: lanes === null ? null : operationsPerRow(lanes, work),
    lanes,
    parts: partsOf(anatomy, { varies, warmUp: warmUpRows, settling, history: historyRows, work }),
  };
}

const NOWHERE: Dependence = { market: false, account: false, trade: new Set(), loop: null, state: null };

/** What a manifest says of a graph and of what it costs, compared claim by claim. */
export function checkClaims(graph: FormGraph, bounds: DerivedBounds, manifest: Readonly<Record<string, unknown>>, report: Report): void {
  const compare = claims(manifest, report);
  const { settling } = bounds;
  compare("warm_up_rows", bounds.largestWarmUp);
  compare("warm_up_ticks", ticksByClock(graph, bounds));
  compare("first_decision_row", bounds.firstDecisionRow);
  if (bounds.stateBytes === null || bounds.operationsPerRow === null) report("the graph reads more than can be counted");
  else {
    compare("state_bytes", bounds.stateBytes);
    compare("operations_per_row", bounds.operationsPerRow);
  }
  if (!isSettled(manifest.settling_rows, settling))
    report(`settling_rows is ${shown(manifest.settling_rows)}; derived: ${settlingText(settling)}`);
  const value = (node: number) => ({ node, warm_up_rows: bounds.warmUpRows[node] ?? 1, history_rows: bounds.historyRows[node] ?? 0 });
  const rules = graph.rules.map(({ name, kind, when }, index) => claimOf({ name, kind, when: value(when) }, bounds.parts.rules[index]));
  compareLists(manifest.rules, rules, "rules", report);
  const values = Object.entries(graph.names).map(([name, { node, unit }]) =>
    claimOf({ name, unit, ...value(node) }, bounds.parts.values.get(node)),
  );
  compareLists(manifest.values, values, "values", report);
  if (bounds.lanes !== null) checkLanes(graph, bounds.lanes, manifest, report);
}

function isSettled(claimed: unknown, derived: Settling): boolean {
  if (typeof derived === "string") return claimed === derived;
  if (derived.to === Number.POSITIVE_INFINITY && claimed === "never") return true;
  return typeof claimed === "number" && claimed >= derived.from && claimed <= derived.to;
}

/** What a manifest must say of a value or a rule. */
interface PartClaim {
  readonly fields: Readonly<Record<string, unknown>>;
  readonly settling: Settling;
}

function claimOf(fields: Readonly<Record<string, unknown>>, part: PartBounds | undefined): PartClaim {
  if (part === undefined) throw new Error("a value or rule without bounds");
  const { warmUpRows, settling, stateBytes: state_bytes, operations } = part;
  const counted = operations === null ? {} : { operations };
  return { fields: { ...fields, warm_up_rows: warmUpRows, state_bytes, ...counted }, settling };
}

/** How many ticks of each clock must have been before a decision, by the clock's name. */
export function ticksByClock({ clocks }: FormGraph, { ticksNeeded }: DerivedBounds) {
  return ticksNeeded.map((ticks, clock) => ({ clock: clocks[clock]?.name ?? "", ticks }));
}

/** What a manifest says of whom it is. */
export function checkNames(graph: FormGraph, manifest: Readonly<Record<string, unknown>>, report: Report): void {
  const compare = claims(manifest, report);
  compare("schema", "stratc-manifest/2.0");
  compare("strategy", graph.strategy);
  compare("calendar", graph.calendar);
  compare("symbols", graph.symbols);
  compare("clocks", graph.clocks);
  compare("parameters", graph.parameters);
}

/** Tells where a claim is not what was derived. */
export function claims(manifest: Readonly<Record<string, unknown>>, report: Report): (name: string, derived: unknown) => void {
  return (name, derived) => {
    if (!isSame(manifest[name], derived)) report(`${name} is ${shown(manifest[name])}; derived: ${shown(derived)}`);
  };
}

const DIFFERENCES_SHOWN = 5;

function compareLists(claimed: unknown, derived: readonly PartClaim[], what: string, report: Report): void {
  if (!Array.isArray(claimed) || claimed.length !== derived.length) {
    report(`${what} are not the ${derived.length} of the graph`);
    return;
  }
  const wrong = [...derived.entries()].filter(([index, each]) => !isClaimed(claimed[index], each));
  for (const [index, { fields, settling }] of wrong.slice(0, DIFFERENCES_SHOWN))
    report(`${what}[${index}] is ${shown(claimed[index])}; derived: ${shown({ ...fields, settling_rows: settlingText(settling) })}`);
}

function isClaimed(claimed: unknown, { fields, settling }: PartClaim): boolean {
  return isRecord(claimed) && includes(claimed, fields) && isSettled(claimed.settling_rows, settling);
}

/** Whether a record has at least the fields of another, with the same values. */
function includes(claimed: unknown, derived: Readonly<Record<string, unknown>>): boolean {
  if (!isRecord(claimed)) return false;
  return Object.entries(derived).every(([key, value]) => (isRecord(value) ? includes(claimed[key], value) : claimed[key] === value));
}

function isSame(claimed: unknown, derived: unknown): boolean {
  return JSON.stringify(claimed) === JSON.stringify(derived);
}

export function settlingText(settling: Settling): string {
  if (typeof settling === "string") return settling;
  if (settling.to === Number.POSITIVE_INFINITY) return `${settling.from} or more`;
  return settling.from === settling.to ? `${settling.from}` : `${settling.from} to ${settling.to}`;
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? "missing";
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}
