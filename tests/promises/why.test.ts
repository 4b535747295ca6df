/**
 * What `stratc why` says of a row is what the run did there: looking changes no record, what a condition is said to be is what the run was told, a rule is asked where it
 * is said to be, and every condition follows from its parts.
 */
import { expect, it } from "vitest";
import { interpreter } from "../../src/backends/interpreter/kernel.ts";
import { wasmLanes } from "../../src/backends/wasm/kernel.ts";
import { compileParts, type GraphParts } from "../../src/compile.ts";
import type { LaneBackend } from "../../src/graph/kernel.ts";
import { type Answer, answerOf } from "../../src/language/why/answer.ts";
import { type Condition, nodesOf } from "../../src/language/why/conditions.ts";
import { graphParts } from "../../src/language/why/graph-parts.ts";
import type { BarSource } from "../../src/market/bars.ts";
import { type BacktestInput, backtest } from "../../src/run/backtest.ts";
import { type Findings, inquire } from "../../src/run/why/inquiry.ts";
import { instantText } from "../../src/values/instant.ts";
import { type Prng, prng } from "../../src/values/prng.ts";
import { readModule } from "../check/support.ts";
import { barSource } from "../run/bars.ts";
import { randomLaneProgram } from "../support/random-lane-program.ts";
import { randomProgram } from "../support/random-program.ts";
import { type Market, marketOf, runs } from "./support.ts";

const HALF_HOUR = 1_800_000_000;
const ROWS = 90;
const LOOKS = 4;

interface Case extends GraphParts {
  readonly source: string;
  readonly run: Omit<BacktestInput, "backend">;
  readonly markets: readonly Market[];
}

function single(seed: number): Case | null {
  const { source, calendar, width, parameters } = randomProgram(seed);
  return caseOf(source, parameters, [marketOf({ calendar, width }, seed, ROWS)], width);
}

function several(seed: number): Case | null {
  const { source, parameters, symbols } = randomLaneProgram(seed);
  const random = prng(seed + 77);
  const frame = { calendar: "nyse", width: HALF_HOUR } as const;
  const markets = Array.from({ length: symbols }, () => marketOf(frame, random.below(2 ** 30), ROWS - random.below(20)));
  return caseOf(source, parameters, markets, HALF_HOUR);
}

function caseOf(source: string, parameters: readonly number[], markets: readonly Market[], width: number): Case | null {
  const { value } = compileParts(source, { name: "random", readModule });
  if (value === undefined) return null;
  const sources: readonly BarSource[] = markets.map((market) => barSource(market, { width }));
  return { ...value, source, markets, run: { graph: value.graph, parameters, sources, cash: "100000" } };
}

/** What the run did at each time, without anyone looking, before its orders expired with the data; null where it halted. */
async function recordsOf({ run }: Case, backend: LaneBackend): Promise<readonly { readonly time: string; readonly text: string }[] | null> {
  const result = await backtest({ ...run, backend });
  if (!result.ok) return null;
  const { records } = result.outcome;
  const over = records.findLastIndex(({ event }) => event !== "end" && event !== "expire") + 1;
  return records.slice(0, over).flatMap((record) => (record.event === "end" ? [] : [{ time: record.time, text: JSON.stringify(record) }]));
}

/** What holds where a condition follows from its parts: of what is not there nothing does. */
function followsFrom({ joins, parts }: Condition): boolean | null | undefined {
  const held = parts.map((part) => part.held);
  if (held.includes(null)) return null;
  if (joins === "not") return !held[0];
  return joins === "or" ? held.includes(true) : held.every((one) => one === true);
}

function contradictions(conditions: readonly Condition[]): readonly string[] {
  return conditions.flatMap((condition) => {
    const { text, held, parts, joins } = condition;
    const below = contradictions(parts);
    const isKnown = held !== undefined && parts.length > 0 && !text.includes("??") && parts.every((part) => part.held !== undefined);
    return isKnown && held !== followsFrom(condition) ? [...below, `${text} is ${held}, its parts (${joins}) say otherwise`] : below;
  });
}

/** What of an answer is not so. */
function untrue({ readings, standing, graph, records }: Findings, answer: Answer): readonly string[] {
  const wrong = answer.rules.flatMap(({ conditions }) => contradictions(conditions));
  for (const [index, { rule: id, symbol, held, ticks, values }] of readings.entries()) {
    const rule = graph.rules[id]!;
    const said = answer.rules[index]!;
    const value = values.get(rule.when);
    if (ticks && value === undefined) wrong.push(`${rule.name}: its condition was not seen`);
    if (held !== null && held !== (value === true)) wrong.push(`${rule.name}: the run was told ${held}, why says ${value}`);
    const listening = standing.listening[symbol ?? 0]![id]!;
    const isSilent = said.state === "no_tick" || said.state === "warming_up" || said.state === "not_asked";
    const isAdd = listening.kind === "asked" && listening.of === "add";
    if (!isSilent && !isAdd && held === null && said.orders.length === 0) wrong.push(`${rule.name}: said to be asked, and was not`);
    // Room that this very row has freed is refused only after the condition was looked at.
    const frees = graph.simulate.market === "close" || records.some(({ event }) => event === "cancel");
    const looksAnyway = frees || listening.kind === "waits" || (rule.kind === "enter" && rule.prefer !== null) || symbol === null;
    if (isSilent && !looksAnyway && held !== null) wrong.push(`${rule.name}: said not to be asked, and was`);
    const acts = said.state === "ordered" || said.state === "rejected" || said.state === "took_back";
    if (acts && rule.kind !== "enter" && held !== true) wrong.push(`${rule.name}: ${said.state} without having held`);
  }
  return wrong;
}

async function lookAt(
  one: Case,
  random: Prng,
  backend: LaneBackend,
): Promise<{ readonly wrong: readonly string[]; readonly states: readonly string[] }> {
  const records = await recordsOf(one, backend);
  if (records === null) return { wrong: [], states: [] };
  const parts = random.below(3) === 0 ? graphParts(one.graph) : one.parts;
  const wrong: string[] = [];
  const states: string[] = [];
  for (let look = 0; look < LOOKS; look++) {
    const market = one.markets[random.below(one.markets.length)]!;
    const acting = random.below(2) === 0 ? records[random.below(Math.max(1, records.length))] : undefined;
    const at = acting === undefined ? market.time[random.below(market.time.length)]! : Date.parse(acting.time) * 1000;
    const result = await inquire({ ...one.run, backend, at, wanted: parts.map(nodesOf), capacity: [7, 4096][random.below(2)]! });
    if (!result.ok) throw new Error(JSON.stringify(result.failure));
    const { findings } = result;
    const answer = answerOf(findings, parts, ({ start }) => start);
    const time = instantText(findings.place.instant);
    const did = records.filter((record) => record.time === time).map(({ text }) => text);
    const seen = findings.records.map((record) => JSON.stringify(record));
    if (JSON.stringify(did) !== JSON.stringify(seen)) wrong.push(`${time}: the run did ${did.join()}, why says ${seen.join()}`);
    wrong.push(...untrue(findings, answer).map((text) => `${time}: ${text}`));
    states.push(...answer.rules.map(({ state }) => state));
  }
  return { wrong: wrong.length > 0 ? [...wrong, one.source] : [], states };
}

it.each([
  ["one symbol", single, wasmLanes, 40, ["ordered", "rejected", "did_not_hold", "not_asked"]],
  ["one symbol, interpreted", single, (() => interpreter) as LaneBackend, 15, ["ordered", "rejected", "did_not_hold", "not_asked"]],
  ["several symbols and clocks", several, wasmLanes, 25, ["ordered", "rejected", "did_not_hold", "no_tick"]],
] as const)("of %s", { timeout: 120_000 }, async (_, program, backend, usual, met) => {
  const states = new Map<string, number>();
  let taken = 0;
  for (let seed = 1; taken < runs(usual); seed++) {
    const one = program(seed);
    if (one === null) continue;
    taken++;
    const { wrong, states: seen } = await lookAt(one, prng(seed + 5_000), backend);
    for (const state of seen) states.set(state, (states.get(state) ?? 0) + 1);
    expect(wrong.join("\n"), `seed ${seed}`).toBe("");
  }
  for (const state of met) expect(states.get(state) ?? 0, state).toBeGreaterThan(0);
});
