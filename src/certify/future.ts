/** The second promise: every edge reads the present or the past, whatever the parameters are. */
import type { Anatomy } from "./anatomy.ts";
import { type Dependence, isOfRun } from "./dependence.ts";
import type { FormNode } from "./form.ts";
import type { Root } from "./places.ts";
import type { Report } from "./problem.ts";
import type { Range, Ranges } from "./ranges.ts";

/** Offsets, lengths and counts, over all parameter sets: none looks ahead, none is longer than what is kept. */
export function checkOffsets({ graph }: Anatomy, depends: readonly Dependence[], ranges: Ranges, report: Report): void {
  graph.nodes.forEach((node, id) => {
    const say = (text: string): void => report(`node ${id} (${node.op}) ${text}`, id);
    const expectRun = (read: number, what: string): void => {
      if (!isOfRun(depends[read] ?? NO_RUN)) say(`has a ${what}, node ${read}, that is not known before the run`);
    };
    if (node.op === "delay") checkDelay(node, depends[node.by] ?? NO_RUN, ranges.of(node.by), say);
    if (node.op === "window") checkWindow(node, ranges, expectRun, say);
    if (node.op === "reduce") checkReduction(node, ranges, expectRun, say);
    if (node.op === "power" && node.exponent > 64) say(`has the exponent ${node.exponent}, more than 64`);
  });
  for (const [index, state] of graph.states.entries()) {
    const { settlesIn } = state;
    if (settlesIn !== null && !(isOfRun(depends[settlesIn] ?? NO_RUN) && ranges.of(settlesIn).low >= 0))
      report(`state ${index} settles in a number of ticks, node ${settlesIn}, that is not known to be 0 or more`, settlesIn);
  }
}

const NO_RUN: Dependence = { market: true, account: false, trade: new Set(), loop: null, state: null };

type Say = (text: string) => void;

function checkDelay(node: Extract<FormNode, { op: "delay" }>, by: Dependence, { low, high, whole }: Range, say: Say): void {
  if (by.market || by.account || by.state !== null) say(`looks back by node ${node.by}, which is not known before the run`);
  if (low < 0) say(`reads the future: its offset, node ${node.by}, is ${shown(low)} at the least`);
  if (high > node.max) say(`looks back ${shown(high)} ticks at the most, and ${node.max} are kept`);
  if (!whole) say(`looks back by node ${node.by}, which is not known to be a whole number`);
}

function checkWindow(
  node: Extract<FormNode, { op: "window" }>,
  ranges: Ranges,
  expectRun: (read: number, what: string) => void,
  say: Say,
): void {
  const { low, high, whole } = ranges.of(node.length);
  expectRun(node.length, "length");
  if (low < 1) say(`has a length, node ${node.length}, of ${shown(low)} at the least`);
  if (high > node.max) say(`has a length of ${shown(high)} at the most, and ${node.max} are kept`);
  if (!whole) say(`has a length, node ${node.length}, that is not known to be a whole number`);
  if ((node.fn === "quantile") !== (node.q !== null)) say("has a q and is no quantile, or the other way round");
  if (node.q === null) return;
  expectRun(node.q, "q");
  const q = ranges.of(node.q);
  if (q.low < 0 || q.high > 1) say("has a q outside 0..1");
}

function checkReduction(
  node: Extract<FormNode, { op: "reduce" }>,
  ranges: Ranges,
  expectRun: (read: number, what: string) => void,
  say: Say,
): void {
  expectRun(node.from, "begin");
  expectRun(node.to, "end");
  const terms = ranges.difference(node.to, node.from).high + 1;
  if (terms > node.maxTerms) say(`has ${shown(terms)} terms at the most, and ${node.maxTerms} are allowed`);
  if (!ranges.of(node.from).whole || !ranges.of(node.to).whole) say("runs over what are not known to be whole numbers");
}

/** What rules, monitors and the session read exists where they read it. */
export function checkRoots(depends: readonly Dependence[], ranges: Ranges, roots: readonly Root[], report: Report): void {
  for (const { what, node, stratum, reads, type } of roots) {
    const found = depends[node] ?? NO_RUN;
    if (found.loop !== null) report(`the ${what} reads an index outside of its reduction`, node);
    if (found.state !== null) report(`the ${what} reads a previous value outside of its state`, node);
    if (stratum !== "account" && found.account) report(`the ${what} reads the account`, node);
    if (stratum === "run" && found.market) report(`the ${what} is not known before the run`, node);
    for (const read of found.trade) if (!reads.includes(read)) report(`the ${what} reads ${read}, which does not exist there`, node);
    if (stratum === "run" && type === "number" && !(ranges.of(node).low >= 1 && ranges.of(node).whole))
      report(`the ${what} is not known to be a whole number of 1 or more`, node);
  }
}

function shown(value: number): string {
  return Number.isFinite(value) ? String(value).replace("-", "−") : "unbounded";
}
