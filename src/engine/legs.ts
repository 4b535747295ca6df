/** Rules with legs (semantics 11.10): targets for several symbols that go through the gate together, and what happens where a leg does not fill. */
import type { Rule } from "../graph/nodes.ts";
import { removeAt } from "../values/list.ts";
import type { Instant } from "../values/quantity.ts";
import { flatten } from "./execution/closing.ts";
import { conclude, fired } from "./execution/orders.ts";
import { type Application, examineLegs, type LegsFiring } from "./risk/gate.ts";
import { standing } from "./risk/standing.ts";
import { changeTo } from "./rules.ts";
import { bookIn, type Engine } from "./state.ts";

type LegsRule = Extract<Rule, { kind: "legs" }>;

/** Orders that went out together. */
export interface LegGroup {
  readonly rule: number;
  /** Ids of those that have not filled to the last lot: they work still, or have ended before. */
  readonly unfilled: number[];
  /** Null before anything has filled. */
  firstFill: Instant | null;
}

/** Whether a rule with legs is listened to: it does not wait after a rejection. */
export function mayHoldLegs({ waitingLegs }: Engine, rule: number): boolean {
  return waitingLegs[rule] === false;
}

/** Orders what is missing to the targets of all legs, or nothing. A leg whose size has no value leaves the others where they are too. */
export function holdLegs(engine: Engine, { rule, amounts, inWindow }: LegsFiring): void {
  const { name, legs } = legsOf(engine.graph.rules[rule]);
  if (!mayHoldLegs(engine, rule) || amounts.includes(null)) return;
  const proposals = legs
    .map(({ symbol, size }, leg) => changeTo(engine, bookIn(engine, symbol), { name, size, amount: amounts[leg] ?? null, inWindow }))
    .filter((proposal) => proposal !== null);
  if (proposals.length === 0) return;
  fired(engine, rule);
  const applications = proposals.map((proposal, index): Application => {
    return { id: engine.orders + 1 + index, proposal, money: bookIn(engine, proposal.symbol).money };
  });
  engine.orders += proposals.length;
  const verdicts = examineLegs(engine.gate, applications, (proposal, others) => standing(engine, proposal, others));
  for (const verdict of verdicts) conclude(engine, verdict);
  if (verdicts.some(({ status }) => status === "rejected")) engine.waitingLegs[rule] = true;
  else if (verdicts.length > 1) beginGroup(engine, { rule, unfilled: verdicts.map(({ id }) => id), firstFill: null });
}

/** Takes the place of groups of the rule of which nothing has filled and nothing works any more. */
function beginGroup(engine: Engine, group: LegGroup): void {
  const { groups, books } = engine;
  const works = (id: number): boolean => books.some(({ working }) => working.some((order) => order.id === id));
  const isOver = ({ rule, firstFill, unfilled }: LegGroup): boolean => rule === group.rule && firstFill === null && !unfilled.some(works);
  for (const over of groups.filter(isOver)) removeAt(groups, groups.indexOf(over));
  groups.push(group);
}

/** Takes note of a fill, of all that an order was for or of a part; a group is over when all its legs have filled. */
export function noteLegFill({ groups }: Engine, order: number, time: Instant, whole: boolean): void {
  for (let index = 0; index < groups.length; index++) {
    const group = groups[index];
    const place = group?.unfilled.indexOf(order) ?? -1;
    if (group === undefined || place < 0) continue;
    group.firstFill ??= time;
    if (whole) removeAt(group.unfilled, place);
    if (group.unfilled.length === 0) removeAt(groups, index);
    return;
  }
}

/** After this instant `deadline` has something to do; infinite where no leg waits for another. */
export function legsDeadline({ groups, graph }: Engine): number {
  let first = Number.POSITIVE_INFINITY;
  for (const { rule, firstFill } of groups) {
    if (firstFill !== null) first = Math.min(first, firstFill + legsOf(graph.rules[rule]).within);
  }
  return first;
}

/** Flattens all symbols of the rules whose legs have not all filled in time. */
export function endLateGroups(engine: Engine): void {
  const { graph, groups, books, mark } = engine;
  for (const group of [...groups]) {
    const rule = legsOf(graph.rules[group.rule]);
    if (group.firstFill === null || mark.time <= group.firstFill + rule.within) continue;
    removeAt(groups, groups.indexOf(group));
    for (const book of books) if (rule.legs.some(({ symbol }) => symbol === book.symbol)) flatten(engine, book, rule.name);
  }
}

function legsOf(rule: Rule | undefined): LegsRule {
  if (rule?.kind !== "legs") throw new Error("legs of a rule that has none");
  return rule;
}
