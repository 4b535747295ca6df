/** Planted faults: a compiled strategy with one thing wrong. Each is found, under the promise that it breaks and with the reason. */
import { describe, expect, it } from "vitest";
import { certify } from "../../src/certify/certificate.ts";
import { graphOf } from "../check/support.ts";
import { artifactsOf, findingsIn, findingsOf } from "./support.ts";

const SOURCE = `strategy guarded
trade [SPX]
clock day = 1d
param length = 20 in 5..60 step 5
param back = 3 in 1..10 step 1
slow = ema(close, length)
risk { order_value <= 60_000usd  day_loss <= 3% * equity else flatten until next_session }
rule buy  { when close[back] > slow  enter long { size 100shares  stop at fill * 95%  target at fill * 110% } cooldown 5bars after exit }
rule sell { when close < highest(low, 5)  exit buy }
`;

const artifacts = artifactsOf(graphOf(SOURCE));

/** JSON that a test may change at will. */
// biome-ignore lint/suspicious/noExplicitAny: a hostile file has no type.
type Loose = any;

function changed(change: (graph: Loose) => void): Loose {
  const graph = JSON.parse(artifacts.graph);
  change(graph);
  return graph;
}

/** The place of the only node with these fields. */
function nodeId(graph: Loose, fields: Readonly<Record<string, unknown>>): number {
  const matches = (node: Loose): boolean => Object.entries(fields).every(([key, value]) => node[key] === value);
  const ids = graph.nodes.flatMap((node: Loose, id: number) => (matches(node) ? [id] : []));
  expect(ids).toHaveLength(1);
  return ids[0];
}

function nodeOf(graph: Loose, fields: Readonly<Record<string, unknown>>): Loose {
  return graph.nodes[nodeId(graph, fields)];
}

/** Adds a node at the end and gives its place. */
function added(graph: Loose, node: object): number {
  return graph.nodes.push({ type: "number", optional: false, ...node }) - 1;
}

/** The findings in a graph, whatever the numbers of its nodes are. */
function found(graph: Loose): readonly string[] {
  return findingsIn(graph).map((finding) => finding.replace(/node \d+/g, "node _"));
}

describe("a planted fault in the graph", () => {
  it("is not there before it is planted", () => {
    expect(findingsOf(certify(artifacts))).toEqual([]);
  });

  const faults: readonly (readonly [name: string, change: (graph: Loose) => void, finding: string])[] = [
    [
      "a rule without a limit of value",
      (g) => g.risk.splice(0, 1),
      "gate: an unguarded path: the entry of rule `buy` can open a position and no order_value limits it",
    ],
    [
      "a rule without a limit of loss",
      (g) => g.risk.splice(1, 1),
      "gate: an unguarded path: the entry of rule `buy` can open a position and neither day_loss nor drawdown stops it",
    ],
    [
      "a limit that only watches",
      (g) => Object.assign(g.risk[0], { monitor: g.risk[1].monitor }),
      "gate: an unguarded path: the entry of rule `buy` can open a position and no order_value limits it",
    ],
    [
      "a day's loss of the whole account",
      (g) => {
        Object.assign(g.risk[1].limit, { ratio: "1" });
        Object.assign(nodeOf(g, { value: 0.03 }), { value: 1 });
      },
      "gate: risk line 2 (day_loss) at 1 × equity limits nothing",
    ],
    [
      "a monitor that never fires",
      (g) => Object.assign(g.risk[1].monitor, { excess: added(g, { op: "constant", type: "bool", value: false }) }),
      "gate: risk line 2 (day_loss) does not fire where the limit is exceeded",
    ],
    [
      "a monitor of ten times the limit",
      (g) => Object.assign(nodeOf(g, { value: 0.03 }), { value: 0.3 }),
      "gate: risk line 2 (day_loss) does not fire where the limit is exceeded",
    ],
    ["a way around the gate", (g) => Object.assign(g.rules[0], { bypass: true }), "form: rules[0].bypass is nothing that is known here"],
    [
      "a rule of an unknown kind",
      (g) => Object.assign(g.rules[1], { kind: "submit" }),
      'form: rules[1].kind is "submit", which nothing here knows',
    ],
    [
      "an operation that no gate knows",
      (g) => Object.assign(g.nodes[0], { op: "send" }),
      'form: nodes[0].op is "send", which nothing here knows',
    ],
    [
      "an exit of what does not enter",
      (g) => Object.assign(g.rules[1], { trade: 1 }),
      "gate: rule `sell` exits rule 1, which does not enter",
    ],
    [
      "targets that sell more than is held",
      (g) => g.rules[0].targets.push({ ...g.rules[0].targets[0], part: 0.7 }, { ...g.rules[0].targets[0], part: 0.7 }),
      "gate: the targets of rule `buy` sell more than is held",
    ],
    [
      "a stop order for a moment",
      (g) => Object.assign(g.rules[1], { order: { type: "stop", stop: g.rules[0].size.amount, tif: { kind: "ioc" } } }),
      "gate: rule `sell` has a stop order with tif ioc",
    ],
    [
      "an offset of −1",
      (g) => Object.assign(nodeOf(g, { op: "delay" }), { by: added(g, { op: "constant", value: -1 }) }),
      "future: node _ (delay) reads the future: its offset, node _, is −1 at the least",
    ],
    [
      "an offset that a parameter can make negative",
      (g) => Object.assign(g.parameters[1], { min: -2 }),
      "future: node _ (delay) reads the future: its offset, node _, is −2 at the least",
    ],
    [
      "an offset that one symbol's override makes negative",
      (g) => g.parameters[1].overrides.push({ symbol: 0, value: -4 }),
      "future: node _ (delay) reads the future: its offset, node _, is −4 at the least",
    ],
    [
      "an offset beyond what is kept",
      (g) => Object.assign(nodeOf(g, { op: "delay" }), { max: 9 }),
      "future: node _ (delay) looks back 10 ticks at the most, and 9 are kept",
    ],
    [
      "an offset of the market",
      (g) => Object.assign(nodeOf(g, { op: "delay" }), { by: nodeId(g, { op: "input", field: "low" }) }),
      "future: node _ (delay) looks back by node _, which is not known before the run",
    ],
    [
      "a window of no length",
      (g) => Object.assign(g.parameters[0], { min: 0 }),
      "future: node _ (window) has a length, node _, of 0 at the least",
    ],
    [
      "a node that reads itself",
      (g) => Object.assign(nodeOf(g, { op: "delay" }), { x: nodeId(g, { op: "delay" }) }),
      "future: a circle with no `previous` in it, each reading the next on the same tick: node _ (delay) → node _ (delay)",
    ],
    [
      "a recursion without a delay",
      (g) => Object.assign(g.states[0].fields[0], { seed: nodeId(g, { op: "state" }) }),
      "future: a circle with no `previous` in it, each reading the next on the same tick: ",
    ],
    [
      "a previous value outside of its state",
      (g) => Object.assign(g.rules[0], { stop: nodeId(g, { op: "previous" }) }),
      "future: the stop of rule `buy` reads a previous value outside of its state",
    ],
    [
      "a window over a previous value",
      (g) => Object.assign(nodeOf(g, { fn: "mean" }), { x: nodeId(g, { op: "previous" }) }),
      "future: node _ (window) reads a previous value, but is not elementwise",
    ],
    [
      "an indicator of the account",
      (g) => Object.assign(nodeOf(g, { fn: "highest" }), { x: nodeId(g, { op: "account", field: "equity" }) }),
      "future: node _ (window) reads the account, but is not elementwise",
    ],
    [
      "a price that does not exist yet",
      (g) => Object.assign(g.rules[0].size, { amount: nodeId(g, { op: "fill" }) }),
      "future: the size of rule `buy` reads fill, which does not exist there",
    ],
    ["a node before what it reads", (g) => g.nodes.splice(0, 0, ...g.nodes.splice(-1)), "form: node "],
    [
      "a number for a condition",
      (g) => Object.assign(g.rules[0], { when: nodeId(g, { op: "state" }) }),
      "form: the condition of rule `buy` is no bool",
    ],
    [
      "a wrong type",
      (g) => Object.assign(nodeOf(g, { op: "delay" }), { type: "bool" }),
      "form: node _ (delay) takes a bool; node _ is none",
    ],
    [
      "a missing value that does not say so",
      (g) => Object.assign(nodeOf(g, { op: "account", field: "equity" }), { field: "entry_price" }),
      "form: node _ (account) may have no value, and says that it always has one",
    ],
    [
      "a value that hides that it may be missing",
      (g) => Object.assign(nodeOf(g, { op: "delay" }), { optional: true }),
      "form: node _ (binary) reads node _, which may have no value, and says that it always has one",
    ],
    [
      "a window over what may be missing",
      (g) => Object.assign(nodeOf(g, { op: "input", field: "low" }), { optional: true }),
      "form: node _ (window) reads node _, which may have no value",
    ],
    ["one node twice", (g) => g.nodes.push(g.nodes[0]), "form: node _ (account) is node _ once more"],
    ["a node that is not there", (g) => Object.assign(g.rules[0], { stop: 999 }), "form: rules[0].stop names nodes[999]"],
  ];

  it.each(faults)("%s", (_, change, finding) => {
    expect(found(changed(change))).toContainEqual(expect.stringContaining(finding));
  });
});

/** The same with a second clock, and a rule that compares what `node` reads with the close of its own clock. */
function crossing(node: Readonly<Record<string, unknown>>, ruleClock = 0): Loose {
  return changed((graph) => {
    graph.clocks.push({ name: "week", width: 604_800_000_000, of: 0, regularOnly: false, shortLast: false });
    const weekly = added(graph, { op: "input", field: "close", clock: 1 });
    const daily = nodeId(graph, { op: "input", field: "close", clock: 0 });
    const read = added(graph, { optional: true, x: node.op === "gather" ? daily : node.clock === 0 ? daily : weekly, ...node });
    const compared = ruleClock === 0 ? daily : weekly;
    const when = added(graph, { op: "binary", type: "bool", optional: true, fn: "lt", a: read, b: compared });
    Object.assign(graph.rules[0], { when, clock: ruleClock });
    Object.assign(graph.risk[1], { monitor: null });
  });
}

describe("a planted fault between clocks", () => {
  it("none: a slower clock's last completed tick, and a faster one put together", () => {
    expect(found(crossing({ op: "sample", symbol: null, clock: 1 }))).toEqual([]);
    expect(found(crossing({ op: "gather", fn: "last", clock: 1 }, 1))).toEqual([]);
  });

  it.each([
    [
      "a faster clock as if its tick had completed",
      { op: "sample", symbol: null, clock: 0 },
      1,
      "future: node _ (sample) reads clock day on clock week, which is slower",
    ],
    ["its own clock and symbol", { op: "sample", symbol: null, clock: 0 }, 0, "future: node _ (sample) reads its own clock and symbol"],
    [
      "a clock gathered on itself",
      { op: "gather", fn: "last", clock: 0 },
      0,
      "future: node _ (gather) takes clock day for slower than clock day",
    ],
    [
      "two clocks on one tick",
      { op: "unary", fn: "neg", optional: false },
      0,
      "future: node _ (binary) reads clock week and clock day on one tick",
    ],
  ])("%s", (_, node, ruleClock, finding) => {
    expect(found(crossing(node, ruleClock))).toContainEqual(expect.stringContaining(finding));
  });
});

describe("a manifest that is not of the graph", () => {
  const manifest = JSON.parse(artifacts.manifest);
  it.each([
    ["strategy", "other"],
    ["graph_hash", "00"],
    ["warm_up_rows", 19],
    ["first_decision_row", 5],
    ["settling_rows", 207],
    ["settling_rows", "unknown"],
    ["state_bytes", 592],
    ["operations_per_row", 27],
    ["rules", [manifest.rules[0]]],
    ["warm_up_ticks", [{ clock: "day", ticks: 19 }]],
    ["values", [{ ...manifest.values[0], warm_up_rows: 1 }]],
    ["values", [{ ...manifest.values[0], state_bytes: 8 }]],
    ["values", [{ ...manifest.values[0], operations: 0 }]],
    ["values", [{ ...manifest.values[0], settling_rows: 1 }]],
    ["rules", [{ ...manifest.rules[0], operations: 99 }, manifest.rules[1]]],
    ["lanes", [manifest.lanes[0], { ...manifest.lanes[0], symbols: ["OTHER"] }]],
    ["parameters", []],
  ])("in %s: %j", (name, value) => {
    const findings = findingsOf(certify({ ...artifacts, manifest: JSON.stringify({ ...manifest, [name]: value }) }));
    expect(findings).toEqual([expect.stringMatching(new RegExp(`^(bounds|identity): ${name}`))]);
  });

  it("in text", () => {
    expect(findingsOf(certify({ ...artifacts, manifest: "{" }))).toEqual([expect.stringContaining("identity: the manifest is no JSON")]);
  });
});

describe("lanes that are not those of the graph", () => {
  const { lanes, ...rest } = JSON.parse(artifacts.manifest);
  const withLanes = (claimed: unknown): readonly string[] =>
    findingsOf(certify({ ...artifacts, manifest: JSON.stringify({ ...rest, lanes: claimed }) }));

  it("because one has no module", () => {
    expect(withLanes([{ ...lanes[0], clock: "week" }])).toEqual([
      "bounds: lanes have no module for SPX on day",
      "bounds: lanes have a module for SPX on week, which nothing needs",
    ]);
  });
  it("because a module is not beside them", () => {
    expect(withLanes([...lanes, { ...lanes[0], module: "guarded.week.wasm" }])).toEqual([
      "identity: lanes name guarded.week.wasm, which is not beside the graph",
    ]);
  });
  it("because they are no lanes", () => {
    expect(withLanes("guarded.wasm")).toContain("identity: lanes are no list of modules with their clocks and symbols");
  });
});

describe("a module that is not the manifest's", () => {
  const withModule = (module: readonly number[]): string =>
    findingsOf(certify({ ...artifacts, modules: new Map([[file, new Uint8Array(module)]]) })).join("\n");
  const [file, whole] = [...artifacts.modules][0]!;
  const bytes = [...whole];
  const HEADER = bytes.slice(0, 8);

  it("by a byte", () => {
    expect(withModule([...bytes.slice(0, -1), 0xff])).toContain(`identity: module_hash of ${file} is`);
  });
  it("because it imports", () => {
    const text = (name: string) => [name.length, ...[...name].map((character) => character.charCodeAt(0))];
    const imported = [1, ...text("env"), ...text("send"), 0, 0];
    expect(withModule([...HEADER, 2, imported.length, ...imported])).toContain("the module imports 1 thing, the first `env.send`");
  });
  it("because its memory may grow without end", () => {
    expect(withModule([...HEADER, 5, 3, 1, 0, 1])).toContain("the module's memory has no largest size");
  });
  it("because it runs when it is loaded", () => {
    expect(withModule([...HEADER, 8, 1, 0])).toContain("the module runs a function when it is loaded");
  });
  it.each([
    ["nothing", []],
    ["cut", bytes.slice(0, 40)],
    ["a size beyond 32 bits", [...HEADER, 5, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]],
    ["a section that is none", [...HEADER, 99, 0]],
  ])("because it is no module: %s", (_, module) => {
    expect(withModule(module)).toContain(`identity: ${file}: the module is no WebAssembly`);
  });
});
