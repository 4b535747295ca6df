/** Parallel coordinates: an axis for each parameter and one for the objective; each line is a trial, coloured by its objective. */
import { scaleColour } from "./colours.ts";
import { escaped, short } from "./document.ts";

export interface ParallelAxis {
  readonly name: string;
  readonly low: string;
  readonly high: string;
}

export interface ParallelLine {
  /** On each axis from 0 (bottom) to 1. */
  readonly places: readonly number[];
  readonly value: number;
  readonly title: string;
  /** Drawn last and thick, in this colour; null for a common line. */
  readonly mark: string | null;
}

const WIDTH = 900;
const HEIGHT = 320;
const MARGIN = 70;
const TOP = 40;
const FOOT = 30;

export function parallelCoordinates(axes: readonly ParallelAxis[], lines: readonly ParallelLine[]): string {
  const values = lines.map(({ value }) => value);
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const gap = (WIDTH - 2 * MARGIN) / Math.max(1, axes.length - 1);
  const place = (axis: number, share: number): string =>
    `${short(MARGIN + axis * gap, 1)},${short(TOP + (1 - share) * (HEIGHT - TOP - FOOT), 1)}`;
  const drawn = lines
    .toSorted((a, b) => Number(a.mark !== null) - Number(b.mark !== null) || a.value - b.value)
    .map(({ places, value, title, mark }) => {
      const style = mark === null ? `stroke="${scaleColour(value, low, high)}" stroke-opacity=".55"` : `stroke="${mark}" stroke-width="3"`;
      return `<polyline fill="none" ${style} points="${places.map((share, axis) => place(axis, share)).join(" ")}"><title>${escaped(title)}</title></polyline>`;
    });
  const scales = axes.map(({ name, low: first, high: last }, axis) => {
    const x = short(MARGIN + axis * gap, 1);
    const text = (y: number, what: string): string => `<text x="${x}" y="${y}" text-anchor="middle">${escaped(what)}</text>`;
    const line = `<line x1="${x}" x2="${x}" y1="${TOP}" y2="${HEIGHT - FOOT}" stroke="#889"/>`;
    return `${line}${text(14, name)}${text(TOP - 8, last)}${text(HEIGHT - FOOT + 16, first)}`;
  });
  return `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img">${drawn.join("")}${scales.join("")}</svg>`;
}
