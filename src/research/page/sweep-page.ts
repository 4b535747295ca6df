/** The page of a sweep: what was tried, the best trial and the plateau, a map of the two parameters that matter most, and all parameters side by side. */
import type { Graph } from "../../graph/nodes.ts";
import type { Objective } from "../../graph/study.ts";
import type { Plateau, Ranked } from "../ranking.ts";
import { placeOf, type SearchSpace } from "../space.ts";
import { type Part, pageText, short } from "./document.ts";
import { heatMap } from "./heat-map.ts";
import { parallelCoordinates } from "./parallel.ts";

export interface SweepView {
  readonly graph: Graph;
  readonly space: SearchSpace;
  readonly objective: Objective;
  readonly trials: number;
  /** Best first. */
  readonly all: readonly Ranked[];
  readonly plateau: Plateau | null;
}

const LISTED = 20;
const LINES_MAX = 400;
const CELLS = 40;
const PEAK = "#c2185b";
const PLATEAU = "#2e7d32";

export function sweepPage(view: SweepView): string {
  const { graph, objective, trials, all, plateau } = view;
  const [best] = all;
  const title = `${graph.strategy}: ${trials} trials by ${objective}`;
  if (best === undefined || plateau === null) return pageText(title, [{ kind: "text", text: `No trial has a ${objective}.` }]);
  const searched = searchedParameters(view);
  const parts: Part[] = [
    { kind: "text", text: `Best trial: ${settingText(view, best)}, ${objective} ${short(best.value)} (pink).` },
    {
      kind: "text",
      text: `Plateau: ${settingText(view, plateau)}, ${objective} ${short(plateau.value)}; with its ${plateau.neighbours} nearest trials ${short(plateau.mean)} on average, ${short(plateau.lowest)} at worst (green).`,
    },
    {
      kind: "verdict",
      text: `The best of ${trials} trials looks good on these rows because it was chosen on them: that alone says little.`,
    },
    ...mapParts(view, searched, best, plateau),
    { kind: "heading", text: "All parameters" },
    { kind: "drawing", svg: lines(view, searched, best, plateau) },
    { kind: "heading", text: "Best trials" },
    {
      kind: "table",
      head: ["trial", ...searched.map((index) => nameOf(graph, index)), objective, "net profit", "round trips", "drawdown %"],
      rows: all.slice(0, LISTED).map((one) => tableRow(searched, one)),
    },
  ];
  return pageText(title, parts);
}

/** Indices of the parameters that the sweep changes. */
export function searchedParameters({ space }: SweepView): readonly number[] {
  return [...space.keys()].filter((index) => {
    const dimension = space[index];
    return dimension?.kind === "continuous" || (dimension?.values.length ?? 0) > 1;
  });
}

function nameOf({ parameters }: Graph, index: number): string {
  return parameters[index]?.name ?? "";
}

/** "fast 9, slow 34". */
export function settingText(view: SweepView, { trial }: Ranked): string {
  return searchedParameters(view)
    .map((index) => `${nameOf(view.graph, index)} ${short(trial.combination[index] ?? Number.NaN, 9)}`)
    .join(", ");
}

function tableRow(searched: readonly number[], { trial, value }: Ranked): readonly string[] {
  const { number, combination, result } = trial;
  const figures = result.ok
    ? [result.figures.net_profit, String(result.figures.round_trips), short(result.figures.max_drawdown_pct, 2)]
    : [];
  return [String(number), ...searched.map((index) => short(combination[index] ?? Number.NaN, 9)), short(value), ...figures];
}

/** The map of the two parameters along which the mean objective differs most. */
function mapParts(view: SweepView, searched: readonly number[], best: Ranked, plateau: Plateau): readonly Part[] {
  const [first, second] = searched.toSorted((a, b) => influence(view, b) - influence(view, a));
  if (first === undefined || second === undefined) return [];
  const [x, y] = [Math.min(first, second), Math.max(first, second)];
  const axes = { x: axisOf(view, x), y: axisOf(view, y) };
  const sums = axes.y.labels.map(() => axes.x.labels.map(() => ({ sum: 0, count: 0 })));
  for (const { trial, value } of view.all) {
    const cell = sums[cellOf(view.space, y, trial.combination)]?.[cellOf(view.space, x, trial.combination)];
    if (cell === undefined) continue;
    cell.sum += value;
    cell.count += 1;
  }
  const markAt = (one: Ranked, text: string, colour: string) => ({
    column: cellOf(view.space, x, one.trial.combination),
    row: cellOf(view.space, y, one.trial.combination),
    text: `${text}: ${settingText(view, one)}`,
    colour,
  });
  const marks = [markAt(plateau, "plateau", PLATEAU), markAt(best, "best trial", PEAK)];
  const values = sums.map((line) => line.map(({ sum, count }) => (count === 0 ? null : sum / count)));
  return [
    { kind: "heading", text: `Mean ${view.objective} by ${axes.x.name} and ${axes.y.name}` },
    { kind: "drawing", svg: heatMap({ ...axes, values, marks }) },
    { kind: "note", text: "Blue is better, orange worse. A good cell among bad ones is luck more often than not; look for areas." },
  ];
}

/** How much the mean objective varies from cell to cell of a parameter: the variance of those means, weighted by trials. */
function influence({ space, all }: SweepView, index: number): number {
  const groups = new Map<number, { sum: number; count: number }>();
  for (const { trial, value } of all) {
    const cell = cellOf(space, index, trial.combination);
    const group = groups.get(cell) ?? { sum: 0, count: 0 };
    groups.set(cell, { sum: group.sum + value, count: group.count + 1 });
  }
  const mean = all.reduce((sum, { value }) => sum + value, 0) / all.length;
  return [...groups.values()].reduce((sum, { sum: own, count }) => sum + count * (own / count - mean) * (own / count - mean), 0);
}

function cellCount(space: SearchSpace, index: number): number {
  const dimension = space[index];
  return dimension?.kind === "listed" ? Math.min(CELLS, dimension.values.length) : CELLS;
}

function cellOf(space: SearchSpace, index: number, combination: readonly number[]): number {
  const dimension = space[index];
  if (dimension === undefined) throw new Error(`no parameter ${index}`);
  const count = cellCount(space, index);
  return Math.min(count - 1, Math.floor(placeOf(dimension, combination[index] ?? Number.NaN) * count));
}

function axisOf({ graph, space }: SweepView, index: number): { readonly name: string; readonly labels: readonly string[] } {
  const dimension = space[index];
  const count = cellCount(space, index);
  const labels = Array.from({ length: count }, (_, cell) => {
    if (dimension?.kind !== "listed")
      return short((dimension?.min ?? 0) + ((cell + 0.5) / count) * ((dimension?.max ?? 0) - (dimension?.min ?? 0)), 4);
    return short(dimension.values[Math.ceil((cell * dimension.values.length) / count)] ?? Number.NaN, 9);
  });
  return { name: nameOf(graph, index), labels };
}

/** Lines of trials from the best to the worst, evenly, so that a page of many trials stays small. */
function lines(view: SweepView, searched: readonly number[], best: Ranked, plateau: Plateau): string {
  const { graph, space, all, objective } = view;
  const [highest, lowest] = [all[0]?.value ?? 0, all.at(-1)?.value ?? 0];
  const share = (value: number): number => (highest === lowest ? 0.5 : (value - lowest) / (highest - lowest));
  const every = Math.max(1, Math.ceil(all.length / LINES_MAX));
  const shown = all.filter((one, rank) => rank % every === 0 || one.trial === plateau.trial);
  const axes = [
    ...searched.map((index) => {
      const dimension = space[index];
      const [low, high] = dimension?.kind === "listed" ? [dimension.values[0], dimension.values.at(-1)] : [dimension?.min, dimension?.max];
      return { name: nameOf(graph, index), low: short(low ?? 0, 9), high: short(high ?? 0, 9) };
    }),
    { name: objective, low: short(lowest), high: short(highest) },
  ];
  const drawn = shown.map((one) => ({
    places: [...searched.map((index) => axisPlace(space, index, one.trial.combination)), share(one.value)],
    value: one.value,
    title: `trial ${one.trial.number}: ${settingText(view, one)}, ${objective} ${short(one.value)}`,
    mark: one.trial === best.trial ? PEAK : one.trial === plateau.trial ? PLATEAU : null,
  }));
  return parallelCoordinates(axes, drawn);
}

/** 0 at the first value, 1 at the last. */
function axisPlace(space: SearchSpace, index: number, combination: readonly number[]): number {
  const dimension = space[index];
  const value = combination[index] ?? Number.NaN;
  if (dimension === undefined) return 0;
  if (dimension.kind === "continuous") return placeOf(dimension, value);
  return dimension.values.indexOf(value) / Math.max(1, dimension.values.length - 1);
}
