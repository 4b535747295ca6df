/** A map of two parameters: in each cell the best objective, or the mean, of all trials there. */
import { scaleColour } from "./colours.ts";
import { escaped, short } from "./document.ts";

export interface Axis {
  readonly name: string;
  /** The texts of its cells, in order. */
  readonly labels: readonly string[];
}

export interface HeatMap {
  readonly x: Axis;
  readonly y: Axis;
  /** By row from the bottom, then by column; null where nothing was tried. */
  readonly values: readonly (readonly (number | null)[])[];
  /** Outlined: column and row, with what it is. */
  readonly marks: readonly { readonly column: number; readonly row: number; readonly text: string; readonly colour: string }[];
}

const WIDTH = 900;
const LEFT = 90;
const BOTTOM = 46;
const TOP = 24;
const LABELS_MAX = 20;

export function heatMap({ x, y, values, marks }: HeatMap): string {
  const known = values.flat().filter((value) => value !== null);
  const [low, high] = [Math.min(...known), Math.max(...known)];
  const width = (WIDTH - LEFT - 20) / x.labels.length;
  const height = Math.max(6, Math.min(40, 480 / y.labels.length));
  const below = TOP + height * y.labels.length;
  const left = (column: number): string => short(LEFT + column * width, 2);
  const top = (row: number): string => short(below - (row + 1) * height, 2);
  const size = `width="${short(width, 2)}" height="${short(height, 2)}"`;
  const cells = values.flatMap((line, row) =>
    line.flatMap((value, column) => {
      if (value === null) return [];
      const title = `${x.name} ${x.labels[column]}, ${y.name} ${y.labels[row]}: ${short(value)}`;
      const rect = `<rect x="${left(column)}" y="${top(row)}" ${size} fill="${scaleColour(value, low, high)}">`;
      return [`${rect}<title>${escaped(title)}</title></rect>`];
    }),
  );
  const outlines = marks.flatMap(({ column, row, text, colour }) => [
    `<rect x="${left(column)}" y="${top(row)}" ${size} fill="none" stroke="${colour}" stroke-width="3"><title>${escaped(text)}</title></rect>`,
  ]);
  const every = (count: number): number => Math.ceil(count / LABELS_MAX);
  const columns = x.labels.map((label, column) =>
    column % every(x.labels.length) === 0
      ? `<text x="${short(LEFT + (column + 0.5) * width, 2)}" y="${short(below + 16, 2)}" text-anchor="middle">${escaped(label)}</text>`
      : "",
  );
  const rows = y.labels.map((label, row) =>
    row % every(y.labels.length) === 0
      ? `<text x="${LEFT - 8}" y="${short(below - (row + 0.5) * height + 4, 2)}" text-anchor="end">${escaped(label)}</text>`
      : "",
  );
  const names = `<text x="${WIDTH / 2}" y="${short(below + 36, 2)}" text-anchor="middle">${escaped(x.name)}</text><text x="8" y="14">${escaped(y.name)}</text>`;
  return `<svg viewBox="0 0 ${WIDTH} ${short(below + BOTTOM, 2)}" role="img">${[...cells, ...outlines, ...columns, ...rows].join("")}${names}</svg>`;
}
