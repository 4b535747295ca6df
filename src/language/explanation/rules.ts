/** What each rule does, in the words of the file, and what it needs before it exists. */
import type { Features, Read } from "../../backends/drawing/features.ts";
import { grouped, lifeText, rangeText } from "../../backends/drawing/words.ts";
import { clausesOf, familyOf, type Written } from "../../backends/drawing/written.ts";
import type { RuleParts } from "../../check/rules/parts.ts";
import type { EnterRule, Graph, NodeId, OrderForm, Rule } from "../../graph/nodes.ts";
import type { Settling } from "../../graph/settling.ts";
import type { Section } from "./explanation.ts";
import { counted, listed } from "./words.ts";

/** A section for each rule; the members of a family share one. */
export function ruleSections(graph: Graph, features: Features, written: Written, parts: readonly RuleParts<NodeId>[]): readonly Section[] {
  const families = [...new Set(graph.rules.map(({ name }) => familyOf(name)))];
  return families.map((family) => {
    const members = graph.rules.flatMap((rule, index) => (familyOf(rule.name) === family ? [{ rule, index }] : []));
    const [first] = members;
    if (first === undefined) throw new Error(`no rule ${family}`);
    const clauses = clausesOf(written, family);
    const many = members.length > 1 ? [`It stands for ${members.length} rules, ${first.rule.name} to ${members.at(-1)?.rule.name}.`] : [];
    return {
      title: `Rule ${family}`,
      sentences: [
        ...many,
        ...deeds(graph, first.rule, clauses),
        ...ranges(parts[first.index] ?? []),
        ...needs(graph, features, first.index),
      ],
    };
  });
}

/** What follows a word in the clauses of a rule: "when", "size". */
function said(clauses: readonly string[], word: string): string | undefined {
  return clauses.find((clause) => clause.startsWith(`${word} `))?.slice(word.length + 1);
}

function deeds(graph: Graph, rule: Rule, clauses: readonly string[]): readonly string[] {
  const condition = said(clauses, "when");
  const clock = graph.clocks[rule.clock]?.name;
  const when = condition === undefined ? `On every tick of \`${clock}\`` : `On a tick of \`${clock}\` on which \`${condition}\``;
  switch (rule.kind) {
    case "enter":
      return entry(graph, rule, clauses, when);
    case "exit": {
      const trade = graph.rules[rule.trade]?.name;
      return [
        `${when}, it closes the trade of \`${familyOf(trade ?? "")}\`, or takes back its entry order, by ${orderWords(graph, rule.order, clauses)}.`,
      ];
    }
    case "hold": {
      const size = (said(clauses, "hold") ?? "").replace(/ trim$/, "");
      return [
        `${when}, it buys or sells what is missing to a holding of \`${size}\`${rule.size.kind === "shares" ? "" : ", at the last close"}, by a market order.`,
        ...trimmed(rule.size.trim),
        ...(rule.short ? ["The holding may be below zero: short."] : []),
      ];
    }
    case "quote": {
      const { side, postOnly, replaceAfter } = rule;
      const [, price = "", size = ""] =
        /\{ at (.*?) size (.*?)(?: post_only)?(?: replace after .*)? \}$/.exec(said(clauses, "quote") ?? "") ?? [];
      const pace = replaceAfter === 0 ? "" : `, at most once in ${replaceAfter / 1_000} ms`;
      return [
        `${when.replace(" on which", ", while")}, it keeps a limit order to ${side} \`${size}\` at \`${price}\`, which follows that price${pace}.`,
        ...(postOnly ? ["An order that would fill on arrival is taken back: it only ever waits."] : []),
      ];
    }
    case "legs":
      return [
        `${when}, it brings ${listed(rule.legs.map(({ symbol }) => graph.symbols[symbol]?.name ?? ""))} to \`${said(clauses, "hold") ?? ""}\`, all through the gate together or none.`,
      ];
  }
}

function entry(graph: Graph, rule: EnterRule, clauses: readonly string[], when: string): readonly string[] {
  const { side, size, stop, trail, targets, add } = rule;
  const words = said(clauses, size.kind === "risk" ? "risk" : "size")?.replace(/ trim$/, "") ?? "";
  const amount = size.kind === "risk" ? `as much as loses \`${words}\` at the stop` : `\`${words}\``;
  const exits = graph.rules.flatMap((other) =>
    other.kind === "exit" && familyOf(graph.rules[other.trade]?.name ?? "") === familyOf(rule.name) ? [other] : [],
  );
  const enders = [
    ...exits.map(({ name }) => `\`${name}\``),
    ...(stop === null && trail === null ? [] : ["its stop"]),
    ...(targets.length === 0 ? [] : ["its targets"]),
    ...(graph.session.flatten === null ? [] : ["the session's end"]),
  ];
  const details = clauses
    .filter((clause) => /^(stop|target|trail|add|prefer|at most|cooldown) /.test(clause))
    .map((clause) => `\`${clause}\``);
  return [
    `${when}, it ${side === "long" ? "buys" : "sells short"} ${amount}, by ${orderWords(graph, rule.order, clauses)}.`,
    ...trimmed(size.trim),
    ...(details.length === 0 ? [] : [`With it go ${listed(details)}.`]),
    enders.length === 0
      ? "Nothing but a limit that flattens ends its trade."
      : `Its trade is ended by ${listed(enders)}${exits.length === 0 ? "; by no rule" : ""}.`,
    ...(rule.ifPartial === undefined ? [] : ["If its time is over with a part of it filled, that part is closed at the market."]),
    ...(rule.reverse ? ["A trade of the other side it ends first, at the market, and enters on the fill that does."] : []),
    ...(graph.emulated.includes(graph.rules.indexOf(rule)) ? ["A live run holds its orders itself: they work only while it runs."] : []),
    ...(add === null ? [] : ["It adds to a trade that is open, through the gate like an entry."]),
  ];
}

function trimmed(trim: boolean): readonly string[] {
  return trim ? ["Where the limits leave less room, it takes what they leave."] : [];
}

function orderWords(graph: Graph, order: OrderForm, clauses: readonly string[]): string {
  const clause = said(clauses, "order");
  const life =
    order.tif.kind === "bars" || order.tif.kind === "microseconds"
      ? `for ${lifeText(order.tif)}`
      : {
          day: "for the day",
          gtc: "until cancelled",
          ioc: "at once or not at all",
          fok: "whole and at once or not at all",
          opg: "at the open of a session",
          cls: "at the close of a session",
        }[order.tif.kind];
  if (order.type !== "market") return `an order \`${clause?.replace(/ tif .*$/, "") ?? order.type}\`, which works ${life}`;
  const place = graph.simulate.market === "close" ? "this very close" : "the next open";
  return order.tif.kind === "opg" || order.tif.kind === "cls" ? `a market order ${life}` : `a market order, which fills at ${place}`;
}

/** Between which bounds the values lie that its condition looks at, of those that have both. */
function ranges(parts: RuleParts<NodeId>): readonly string[] {
  const bounded = operandsIn(parts).flatMap(({ text, range }) => {
    if (range === null || range.low === range.high || Math.max(-range.low, range.high) > FAR) return [];
    return [`\`${text}\` lies within ${rangeText(range, false)}`];
  });
  const [first] = bounded;
  return first === undefined ? [] : [`Whatever the data, ${listed([...new Set(bounded)])}.`];
}

/** A bound beyond it says nothing. */
const FAR = 1e9;

function operandsIn(parts: RuleParts<NodeId>): RuleParts<NodeId>[number]["operands"] {
  return parts.flatMap(({ operands, parts: inner }) => [...operands, ...operandsIn(inner)]);
}

/** What it reads, and from when on that is there. */
function needs(graph: Graph, { features, rules }: Features, index: number): readonly string[] {
  const rule = rules[index];
  if (rule === undefined) throw new Error(`no rule ${index}`);
  const byNode = new Map(features.map((feature) => [feature.node, feature]));
  const ticks = new Map<number, number>([[graph.rules[index]?.clock ?? 0, rule.warmup]]);
  const columns = new Set<string>();
  const seen = new Set<number>();
  const gather = (reads: readonly Read[]): void => {
    for (const read of reads) {
      if (read.kind === "market") columns.add(read.field.replace("session_", "session."));
      if (read.kind === "account") columns.add(`the account's ${read.field}`);
      const feature = read.kind === "feature" && !seen.has(read.node) ? byNode.get(read.node) : undefined;
      if (feature === undefined) continue;
      seen.add(feature.node);
      if (feature.clock !== null) ticks.set(feature.clock, Math.max(ticks.get(feature.clock) ?? 1, feature.warmup));
      gather(feature.reads);
    }
  };
  gather(rule.reads);
  const ready = [...ticks].map(([clock, count]) => `${counted(count, "tick")} of \`${graph.clocks[clock]?.name}\``);
  return [`It reads ${listed([...columns])}; it exists after ${listed(ready)}${settled(rule.settling)}.`];
}

function settled(settling: Settling): string {
  if (settling === 0) return "";
  return typeof settling === "number"
    ? `, and has settled ${grouped(String(settling))} bars later`
    : `, and when it has settled is ${settling === "never" ? "never" : "not known"}`;
}
