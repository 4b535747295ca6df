/**
 * The picture of a graph: boxes with a few lines each, and what reads what. From left to right: market and account, the values of the file, its
 * rules and monitors, the gate that every order passes, and the orders that can leave it.
 */
import { bounds } from "../../graph/bounds.ts";
import type { ClockId, Graph, NodeId, Rule, SymbolId } from "../../graph/nodes.ts";
import type { Settling } from "../../graph/settling.ts";
import { opensOn } from "../../graph/traverse.ts";
import type { InputField } from "../../market/bars.ts";
import { type Feature, featuresOf, type NamedRanges, type Read, type RuleFeature } from "./features.ts";
import { boundText, clockText, grouped, haltText, lifeText, percent, rangeText, settlingText } from "./words.ts";
import { clausesOf, definition, familyOf, type Written } from "./written.ts";

export type BoxKind = "market" | "account" | "value" | "rule" | "monitor" | "gate" | "order";

export interface Box {
  readonly id: string;
  readonly kind: BoxKind;
  readonly title: string;
  readonly lines: readonly string[];
  /** What colours it; null for what belongs to no clock. */
  readonly clock: ClockId | null;
  /** Drawn faintly: no rule needs it. */
  readonly isIdle: boolean;
  /** Of values and rules. */
  readonly facts: Facts | null;
}

export interface Facts {
  readonly unit: string;
  readonly range: string;
  /** Ticks of its clock; 0 for what is evaluated once a run. */
  readonly warmup: number;
  /** Rows of the first clock. */
  readonly settling: Settling;
  /** What it adds for one symbol, beyond what the boxes before it keep and compute. */
  readonly bytes: number;
  readonly operations: number;
}

export interface Arrow {
  readonly from: string;
  readonly to: string;
  /** The other symbol that is read; empty for the reader's own. */
  readonly label: string;
  /** The columns that are read of the market. */
  readonly columns: readonly string[];
}

export interface Picture {
  readonly title: string;
  readonly totals: readonly string[];
  readonly clocks: readonly string[];
  readonly boxes: readonly Box[];
  readonly arrows: readonly Arrow[];
}

/** The picture under the default parameters, with the file's own words. Throws `KernelHalt` where a value of the run is not finite. */
export function pictureOf(graph: Graph, written: Written, known: NamedRanges): Picture {
  const parameters = graph.parameters.map((parameter) => parameter.default);
  const { features, rules } = featuresOf(graph, parameters, known);
  const arrows = new Map<string, Arrow>();
  const sources = new Map<string, Box>();
  const arrow = (from: string, to: string, label = "", column: readonly string[] = []): void => {
    const key = `${from} ${to} ${label}`;
    arrows.set(key, { from, to, label, columns: [...new Set([...(arrows.get(key)?.columns ?? []), ...column])] });
  };
  const connect = (reads: readonly Read[], to: string): void => {
    for (const read of reads) {
      const { from, label } = sourceOf(graph, read, sources);
      arrow(from, to, label, read.kind === "market" ? [columnOf(read.field)] : []);
    }
  };
  for (const { node, reads } of features) connect(reads, valueId(node));
  graph.rules.forEach(({ name }, index) => {
    connect(rules[index]?.reads ?? [], ruleId(name));
    arrow(ruleId(name), GATE);
    arrow(GATE, orderId(name));
  });
  const monitors = monitorBoxes(graph);
  for (const { id } of monitors) {
    connect([id === SESSION ? SESSION_TIME : EQUITY], id);
    arrow(id, GATE);
  }
  const families = [...new Set(graph.rules.map(({ name }) => familyOf(name)))];
  return {
    title: graph.strategy,
    totals: totalsOf(graph, parameters),
    clocks: graph.clocks.map((clock) => `${clock.name}: ${clockText(graph, clock)}`),
    boxes: [
      ...sources.values(),
      ...features.map((feature) => valueBox(feature, written)),
      ...families.map((family) => ruleBox(graph, family, rules, written)),
      ...monitors,
      gateBox(graph),
      ...families.map((family) => orderBox(graph, family, written)),
    ],
    arrows: [...arrows.values()],
  };
}

/** The part of a picture that one of its boxes is made from: it and all that it reads. Undefined where no value or rule has the name. */
export function partOf(picture: Picture, name: string): Picture | undefined {
  const root = picture.boxes.find(({ kind, title }) => (kind === "value" || kind === "rule") && title.split(", ").includes(name));
  if (root === undefined) return undefined;
  const kept = new Set([root.id]);
  for (const id of kept) for (const { from, to } of picture.arrows) if (to === id) kept.add(from);
  return {
    ...picture,
    title: `${picture.title}: ${name}`,
    boxes: picture.boxes.filter(({ id }) => kept.has(id)),
    arrows: picture.arrows.filter(({ to }) => kept.has(to)),
  };
}

const GATE = "gate";
const SESSION = "session";
const EQUITY: Read = { kind: "account", field: "equity" };
const SESSION_TIME: Read = { kind: "market", clock: 0, field: "session_remaining", symbol: null };

function valueId(node: NodeId): string {
  return `value${node}`;
}

/** The members of a family are one box. */
function ruleId(rule: string): string {
  return `rule_${familyOf(rule)}`;
}

function orderId(rule: string): string {
  return `order_${familyOf(rule)}`;
}

/** Where a read comes from; market and account get their boxes as they are met. */
function sourceOf(graph: Graph, read: Read, sources: Map<string, Box>): { from: string; label: string } {
  if (read.kind === "feature") return { from: valueId(read.node), label: read.symbol === null ? "" : symbolName(graph, read.symbol) };
  const box = read.kind === "account" ? accountBox(read.field, sources.get("account")) : marketBox(graph, read, sources);
  sources.set(box.id, box);
  return { from: box.id, label: "" };
}

/** In the order in which a market box lists them. */
const COLUMNS = ["open", "high", "low", "close", "volume", "dividend_factor", "session times"];

function accountBox(field: string, known: Box | undefined): Box {
  const lines = known?.lines ?? [];
  return {
    id: "account",
    kind: "account",
    title: "account",
    lines: lines.includes(field) ? lines : [...lines, field],
    clock: null,
    isIdle: false,
    facts: null,
  };
}

function columnOf(field: InputField): string {
  return field.startsWith("session_") ? "session times" : field;
}

/** A clock of the own symbols or of another, with the columns that are read. */
function marketBox(graph: Graph, { clock, field, symbol }: Extract<Read, { kind: "market" }>, sources: ReadonlyMap<string, Box>): Box {
  const id = `market${clock}${symbol === null ? "" : `_${symbol}`}`;
  const own = graph.symbols.filter(({ trades }) => trades).map(({ name }) => name);
  const described = graph.clocks[clock];
  if (described === undefined) throw new Error(`no clock ${clock}`);
  const [head = `${described.name}: ${clockText(graph, described)}`, ...known] = sources.get(id)?.lines ?? [];
  const column = columnOf(field);
  const columns = COLUMNS.filter((one) => one === column || known.includes(one));
  return {
    id,
    kind: "market",
    title: symbol === null ? own.join(", ") : symbolName(graph, symbol),
    lines: [head, ...columns],
    clock,
    isIdle: false,
    facts: null,
  };
}

function valueBox(feature: Feature, written: Written): Box {
  const { node, names, clock, isBool, stratum, warmup, settling, bytes, operations, decides } = feature;
  const said = definition(written, names[0] ?? "");
  const isOnce = stratum === "run";
  const facts = {
    unit: isBool ? "" : feature.unit,
    range: rangeText(feature.range, isBool),
    warmup: isOnce ? 0 : warmup,
    settling,
    bytes,
    operations,
  };
  const measure = [facts.unit, facts.range].filter((part) => part !== "").join("  ");
  const lines = [...(said === undefined ? [] : [said]), measure, ...(isOnce ? ["once a run"] : costLines(facts))];
  return { id: valueId(node), kind: "value", title: names.join(", "), lines, clock, isIdle: !decides, facts };
}

function costLines({ warmup, settling, bytes, operations }: Facts): readonly string[] {
  return [
    `warm-up ${grouped(String(warmup))}  settling ${settlingText(settling)}`,
    `${grouped(String(bytes))} bytes  ${grouped(String(operations))} op`,
  ];
}

/** A rule, or all members of a family. */
function ruleBox(graph: Graph, family: string, rules: readonly RuleFeature[], written: Written): Box {
  const members = graph.rules.flatMap((rule, index) => (familyOf(rule.name) === family ? [{ rule, feature: rules[index] }] : []));
  const [first] = members;
  if (first?.feature === undefined) throw new Error(`no rule ${family}`);
  const total = (of: (feature: RuleFeature) => number): number =>
    members.reduce((sum, { feature }) => sum + (feature === undefined ? 0 : of(feature)), 0);
  const { warmup, settling } = first.feature;
  const facts = {
    unit: "",
    range: "",
    warmup,
    settling,
    bytes: total(({ bytes }) => bytes),
    operations: total(({ operations }) => operations),
  };
  const conditions = clausesOf(written, family).filter((clause) => clause.startsWith("when "));
  const lines = [...conditions, deed(graph, first.rule), ...costLines(facts)];
  const title = members.length === 1 ? first.rule.name : `${family} (${members.length} rules)`;
  return { id: ruleId(family), kind: "rule", title, lines, clock: first.rule.clock, isIdle: false, facts };
}

/** What a rule does: "enter long", "exit buy", "hold". */
function deed(graph: Graph, rule: Rule): string {
  switch (rule.kind) {
    case "enter":
      return `enter ${rule.side}`;
    case "exit":
      return `exit ${graph.rules[rule.trade]?.name}`;
    case "hold":
      return rule.short ? "hold, long or short" : "hold";
    case "legs":
      return `hold ${rule.legs.map(({ symbol }) => symbolName(graph, symbol)).join(" and ")}`;
    case "quote":
      return `quote ${rule.side}`;
  }
}

function monitorBoxes(graph: Graph): readonly Box[] {
  const lines = graph.risk.flatMap((line, index) => {
    if (line.monitor === null) return [];
    const title = `${line.measure} > ${boundText(line)}`;
    return [
      { id: `monitor${index}`, kind: "monitor", title, lines: [haltText(line.monitor)], clock: null, isIdle: false, facts: null } as const,
    ];
  });
  const flatten =
    graph.session.flatten === null
      ? []
      : [
          {
            id: SESSION,
            kind: "monitor",
            title: "session",
            lines: ["flatten before close"],
            clock: 0,
            isIdle: false,
            facts: null,
          } as const,
        ];
  return [...lines, ...flatten];
}

function gateBox(graph: Graph): Box {
  const limits = graph.risk.flatMap((line) => (line.monitor === null ? [`${line.measure} ≤ ${boundText(line)}`] : []));
  const shorts = graph.rules.some((rule) => opensOn(rule, "short")) ? [] : ["no shorts"];
  return {
    id: GATE,
    kind: "gate",
    title: "risk gate",
    lines: [...limits, "buying power", `price collar ${percent(graph.collar)}`, ...shorts],
    clock: null,
    isIdle: false,
    facts: null,
  };
}

/** What leaves the gate for a rule, in the file's words: sizes, prices, stops and targets. */
function orderBox(graph: Graph, family: string, written: Written): Box {
  const rule = graph.rules.find(({ name }) => familyOf(name) === family);
  if (rule === undefined) throw new Error(`no rule ${family}`);
  const said = clausesOf(written, family).filter((clause) => !/^(when|enter|exit|let|notify) /.test(clause));
  const isSaid = said.some((clause) => clause.startsWith("order "));
  const order = rule.kind === "enter" || rule.kind === "exit" ? rule.order : undefined;
  const type = isSaid ? [] : [order === undefined ? "market order" : `${order.type} order, ${lifeText(order.tif)}`];
  return {
    id: orderId(family),
    kind: "order",
    title: `${orderVerb(rule)}: ${family}`,
    lines: [...said, ...type],
    clock: null,
    isIdle: false,
    facts: null,
  };
}

function orderVerb(rule: Rule): string {
  switch (rule.kind) {
    case "enter":
      return rule.side === "long" ? "buy" : "sell short";
    case "exit":
      return "close";
    case "hold":
    case "legs":
      return "buy or sell";
    case "quote":
      return rule.side;
  }
}

function totalsOf(graph: Graph, parameters: readonly number[]): readonly string[] {
  const { clockWarmups, settling, stateBytes, operationsPerRow } = bounds(graph, parameters);
  const ticks = [...clockWarmups].map(([clock, count]) => `${grouped(String(count))} ${graph.clocks[clock]?.name} ticks`);
  return [
    `warm-up ${ticks.join(", ")}`,
    `settling ${settlingText(settling)}${typeof settling === "number" ? " rows" : ""}`,
    `${grouped(String(stateBytes))} bytes of state`,
    `${grouped(String(operationsPerRow))} operations a row`,
    ...(graph.symbols.length > 1 ? [`over all ${graph.symbols.length} symbols`] : []),
  ];
}

function symbolName(graph: Graph, symbol: SymbolId): string {
  return graph.symbols[symbol]?.name ?? "";
}
