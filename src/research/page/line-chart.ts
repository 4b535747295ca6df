/** A line over time: the growth of one unit of account. */
import { dateText } from "../../values/civil-date.ts";
import { escaped, short } from "./document.ts";

const WIDTH = 900;
const HEIGHT = 260;
const LEFT = 60;
const RIGHT = 20;
const TOP = 14;
const BOTTOM = 30;
const POINTS_MAX = 1_000;
const LINES = 4;

/** `dates` are day numbers; `breaks` the places of `values` at which something changes. */
export function lineChart(dates: readonly number[], values: readonly number[], breaks: readonly number[]): string {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const x = (place: number): string => short(LEFT + (place / Math.max(1, values.length - 1)) * (WIDTH - LEFT - RIGHT), 1);
  const y = (value: number): string => short(TOP + (1 - (value - low) / (high - low || 1)) * (HEIGHT - TOP - BOTTOM), 1);
  const every = Math.ceil(values.length / POINTS_MAX);
  const points = values.flatMap((value, place) => (place % every === 0 || place === values.length - 1 ? [`${x(place)},${y(value)}`] : []));
  const levels = Array.from({ length: LINES + 1 }, (_, line) => low + ((high - low) * line) / LINES);
  const grid = levels.map(
    (level) =>
      `<line x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${y(level)}" y2="${y(level)}" stroke="#8895" /><text x="${LEFT - 6}" y="${y(level)}" dy="4" text-anchor="end">${short(level, 3)}</text>`,
  );
  const marks = breaks.map(
    (place) => `<line x1="${x(place)}" x2="${x(place)}" y1="${TOP}" y2="${HEIGHT - BOTTOM}" stroke="#8897" stroke-dasharray="2 3"/>`,
  );
  const ends = [0, values.length - 1].map(
    (place, index) =>
      `<text x="${x(place)}" y="${HEIGHT - 8}" text-anchor="${index === 0 ? "start" : "end"}">${escaped(dateText(dates[place] ?? 0))}</text>`,
  );
  return `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img">${grid.join("")}${marks.join("")}<polyline fill="none" stroke="#0550a0" stroke-width="1.5" points="${points.join(" ")}"/>${ends.join("")}</svg>`;
}
