/** A study as a page, and the same words for the screen. */
import type { Graph } from "../../graph/nodes.ts";
import { dateText } from "../../values/civil-date.ts";
import type { Spread } from "../statistics/resampling.ts";
import type { Study, StudyStep } from "../study.ts";
import type { Trial } from "../trial.ts";
import { aligned, type Part, pageText, short } from "./document.ts";
import { lineChart } from "./line-chart.ts";

export function studyPage(graph: Graph, study: Study, objective: string, perYear: number): string {
  return pageText(`${graph.strategy}: ${study.verdict.sentences[0] ?? ""}`, studyParts(graph, study, objective, perYear));
}

/** What a study says, in order. */
function studyParts(graph: Graph, study: Study, objective: string, perYear: number): readonly Part[] {
  const { verdict, outOfSample } = study;
  return [
    ...verdict.sentences.map((text): Part => ({ kind: "verdict", text })),
    { kind: "heading", text: "After each choice: what was chosen on the past, lived with" },
    { kind: "drawing", svg: growthChart(study) },
    { kind: "note", text: "Growth of 1 over the sessions that no choice could see; dashed: a new choice." },
    windowTable(graph, study, objective),
    { kind: "heading", text: "How sure" },
    ...outsideTexts(outOfSample, perYear).map((text): Part => ({ kind: "text", text })),
    { kind: "heading", text: "Stability" },
    ...stabilityTexts(graph, study, objective).map((text): Part => ({ kind: "text", text })),
  ];
}

function growthChart({ steps, outOfSample }: Study): string {
  let level = 1;
  const values = outOfSample.returns.map((value) => {
    level *= 1 + value;
    return level;
  });
  let place = 0;
  const breaks = steps.map(({ window: { validate } }) => {
    const begin = place;
    place += validate[1] - validate[0];
    return begin;
  });
  return lineChart(outOfSample.dates, values, breaks);
}

function windowTable(graph: Graph, { steps }: Pick<Study, "steps">, objective: string): Part {
  const head = ["from", "until", "chosen", `${objective} before`, `${objective} after`, "return %"];
  return { kind: "table", head, rows: steps.map((step) => windowRow(graph, step)) };
}

function windowRow(graph: Graph, { window, trial, trained, validated, growth }: StudyStep): readonly string[] {
  const value = (of: number | null): string => (of === null ? "–" : short(of));
  return [dateText(window.begin), dateText(window.end), settings(graph, trial), value(trained), value(validated), short(growth * 100, 2)];
}

function settings({ parameters }: Graph, { combination }: Trial): string {
  return parameters.map(({ name }, index) => `${name} ${short(combination[index] ?? Number.NaN, 9)}`).join(", ");
}

function outsideTexts({ sessions, bootstrap, growth, drawdown }: Study["outOfSample"], perYear: number): readonly string[] {
  const year = Math.sqrt(perYear);
  const annual = { low: bootstrap.sharpe.low * year, middle: bootstrap.sharpe.middle * year, high: bootstrap.sharpe.high * year };
  return [
    `${sessions} sessions: return ${short(growth * 100, 2)} %, largest drawdown ${short(drawdown * 100, 2)} %.`,
    `Drawn again in blocks of ${bootstrap.block} sessions, 95 of 100 times the Sharpe ratio is ${between(annual, 2, "")} and the return ${between(percentOf(bootstrap.growth), 1, " %")}.`,
  ];
}

function stabilityTexts(graph: Graph, { stability, tradeOrder, steps }: Study, objective: string): readonly string[] {
  const { choices, plateau, best } = stability;
  const chosen = `The ${steps.length} windows chose ${choices} different setting${choices === 1 ? "" : "s"}.`;
  const ground =
    plateau === null || best === null
      ? []
      : [
          `Plateau over all sessions: ${settings(graph, plateau.trial)}; with its ${plateau.neighbours} nearest trials ${objective} is ${short(plateau.mean)} on average, the best trial's is ${short(best)}.`,
        ];
  const order =
    tradeOrder.trades === 0
      ? []
      : [
          `The ${tradeOrder.trades} round trips of the best trial in other orders: largest drawdown ${between(percentOf(tradeOrder.reordered), 1, " %")} (as they came, at their ends: ${short(tradeOrder.drawdown * 100, 1)} %).`,
        ];
  return [chosen, ...ground, ...order];
}

function percentOf({ low, middle, high }: Spread): Spread {
  return { low: low * 100, middle: middle * 100, high: high * 100 };
}

function between({ low, middle, high }: Spread, decimals: number, unit: string): string {
  return `between ${short(low, decimals)} and ${short(high, decimals)}${unit} (middle ${short(middle, decimals)}${unit})`;
}

/** Windows that fit on a screen: the last ones. */
const WINDOWS_LISTED = 12;

/** For the screen; ends with a line feed. */
export function studyText(graph: Graph, study: Study, objective: string, perYear: number): string {
  const recent = { ...study, steps: study.steps.slice(-WINDOWS_LISTED) };
  const parts = studyParts(graph, study, objective, perYear).map((part) =>
    part.kind === "table" ? windowTable(graph, recent, objective) : part,
  );
  const blocks = parts.flatMap(partLines);
  return `${graph.strategy}: ${study.trials} trials in this study, ${study.trialsEver} ever\n\n${blocks.join("\n")}\n`;
}

function partLines(part: Part): readonly string[] {
  switch (part.kind) {
    case "drawing":
    case "note":
      return [];
    case "heading":
      return [`\n${part.text}`];
    case "verdict":
    case "text":
      return [part.text];
    case "table":
      return aligned([part.head, ...part.rows]);
  }
}
