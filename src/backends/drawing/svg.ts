/**
 * A picture as SVG: boxes in columns from left to right, with a legend. It brings its own light background, so that it reads the same on a dark
 * page. Texts are of one width a character, since no font can be measured here.
 */
import { type Drawing, type Edge, layered, type Point } from "./layers.ts";
import { colourOf, type LegendEntry, legend } from "./palette.ts";
import type { Arrow, Box, BoxKind, Picture } from "./picture.ts";

const MARGIN = 24;
const FONT_SIZE = 12;
const TITLE_SIZE = 13;
const HEADING_SIZE = 20;
/** Of the fonts below, as a part of the font's size; a little more than the widest has. */
const CHARACTER = 0.61;
const LINE_HEIGHT = 16;
const PADDING = 9;
/** Longest line of a box, and most lines that one text takes; what is cut off is in the tooltip. */
const LINE_MAX = 36;
const ROWS_MAX: Readonly<Record<BoxKind, number>> = { market: 2, account: 2, value: 2, rule: 4, monitor: 2, gate: 2, order: 3 };
const WIDTH_MIN = 110;
const SWATCH = 14;
const FONTS = "ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', 'Liberation Mono', monospace";

/** The least column of a box's kind; infinite for what stands after all values. */
const STAGES: Readonly<Record<BoxKind, number>> = { market: 0, account: 0, value: 1, rule: 2, monitor: 2, gate: 3, order: 4 };

/** The picture as an SVG document. */
export function pictureSvg(picture: Picture): string {
  const { boxes, arrows } = picture;
  const index = new Map(boxes.map(({ id }, at) => [id, at]));
  const edges = arrows.map(({ from, to }): Edge => [index.get(from) ?? 0, index.get(to) ?? 0]);
  const drawing = layered(boxes.map(sizeOf), edges, stageRanks(boxes, edges));
  const entries = legend(picture);
  const width = Math.max(drawing.width, ...[picture.totals.join("   ")].map((text) => textWidth(text, FONT_SIZE)), 480) + 2 * MARGIN;
  const rows = legendRows(entries, width - 2 * MARGIN);
  const top = MARGIN + HEADING_SIZE + 12 + LINE_HEIGHT + 10 + rows.length * (SWATCH + 8) + 18;
  const height = top + drawing.height + MARGIN;
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="${FONTS}" font-size="${FONT_SIZE}" role="img">`,
    `<title>${escaped(picture.title)}</title>`,
    `<defs><marker id="tip" viewBox="0 0 8 8" refX="7.5" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path d="M0 0.5 L8 4 L0 7.5 Z" fill="#64748b"/></marker></defs>`,
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    `<text x="${MARGIN}" y="${MARGIN + HEADING_SIZE - 4}" font-size="${HEADING_SIZE}" font-weight="700" fill="#0f172a">${escaped(picture.title)}</text>`,
    `<text x="${MARGIN}" y="${MARGIN + HEADING_SIZE + 12 + FONT_SIZE}" fill="#334155" xml:space="preserve">${escaped(picture.totals.join("   "))}</text>`,
    ...rows.flatMap((row, at) => legendText(row, MARGIN + HEADING_SIZE + 12 + LINE_HEIGHT + 14 + at * (SWATCH + 8))),
    `<g transform="translate(${MARGIN} ${top})">`,
    ...arrows.map((arrow, at) => arrowSvg(arrow, drawing.routes[at] ?? [])),
    ...boxes.map((box, at) => boxSvg(box, drawing, at)),
    "</g>",
    "</svg>",
  ].join("\n")}\n`;
}

/** Rules and monitors stand in one column after all values, the gate after them, then the orders. */
function stageRanks(boxes: readonly Box[], edges: readonly Edge[]): readonly number[] {
  const depth = boxes.map(() => 0);
  for (let round = 0; round < boxes.length; round++) {
    for (const [from, to] of edges) {
      if (boxes[to]?.kind === "value") depth[to] = Math.min(boxes.length, Math.max(depth[to] ?? 0, (depth[from] ?? 0) + 1));
    }
  }
  const deepest = Math.max(0, ...depth);
  return boxes.map(({ kind }) => (STAGES[kind] < 2 ? STAGES[kind] : deepest + STAGES[kind] - 1));
}

function shortened(line: string): string {
  return line.length > LINE_MAX ? `${line.slice(0, LINE_MAX - 1)}…` : line;
}

/** The lines of a box as they are drawn, long ones broken at spaces. */
function rowsOf({ kind, lines }: Box): readonly string[] {
  return lines.flatMap((line) => {
    const rows: string[] = [];
    for (const word of line.split(/ (?! )/)) {
      const row = rows.at(-1);
      if (row !== undefined && row.length + 1 + word.length <= LINE_MAX) rows[rows.length - 1] = `${row} ${word}`;
      else rows.push(row === undefined ? word : `  ${word}`);
    }
    const [kept, rest] = [rows.slice(0, ROWS_MAX[kind]), rows.slice(ROWS_MAX[kind])];
    return kept.map((row, index) =>
      index === kept.length - 1 && rest.length > 0 ? shortened(`${row} ${rest.join(" ").trimStart()}`) : shortened(row),
    );
  });
}

function textWidth(text: string, size: number): number {
  return Math.ceil(text.length * size * CHARACTER);
}

function sizeOf(box: Box) {
  const rows = rowsOf(box);
  const widths = [textWidth(shortened(box.title), TITLE_SIZE), ...rows.map((row) => textWidth(row, FONT_SIZE))];
  return { width: Math.max(WIDTH_MIN, ...widths) + 2 * PADDING, height: (rows.length + 1) * LINE_HEIGHT + 2 * PADDING };
}

function boxSvg(box: Box, { frames }: Drawing, at: number): string {
  const { x, y, width, height } = frames[at] ?? { x: 0, y: 0, ...sizeOf(box) };
  const { fill, stroke } = colourOf(box);
  const tooltip = [box.title, ...box.lines].join("\n");
  const frame = `<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="6" fill="${fill}" stroke="${stroke}" stroke-width="${box.kind === "gate" ? 2.5 : 1.25}"${dashes(box.isIdle)}/>`;
  const texts = rowsOf(box).map((line, row) => {
    const baseline = y + PADDING + (row + 2) * LINE_HEIGHT - 4;
    return `<text x="${x + PADDING}" y="${baseline}" fill="#334155" xml:space="preserve">${escaped(line)}</text>`;
  });
  const title = `<text x="${x + PADDING}" y="${y + PADDING + LINE_HEIGHT - 4}" font-size="${TITLE_SIZE}" font-weight="700" fill="#0f172a">${escaped(shortened(box.title))}</text>`;
  return `<g><title>${escaped(tooltip)}</title>${frame}${title}${texts.join("")}</g>`;
}

function dashes(isIdle: boolean): string {
  return isIdle ? ' stroke-dasharray="5 4"' : "";
}

/** Curves from column to column, straight where it passes one. */
function arrowSvg({ label }: Arrow, route: readonly Point[]): string {
  const [first, ...rest] = route;
  if (first === undefined) return "";
  let path = `M${first.x} ${first.y}`;
  let from = first;
  for (const [index, to] of rest.entries()) {
    const middle = (from.x + to.x) / 2;
    path += index % 2 === 0 ? ` C${middle} ${from.y} ${middle} ${to.y} ${to.x} ${to.y}` : ` L${to.x} ${to.y}`;
    from = to;
  }
  const line = `<path d="${path}" fill="none" stroke="#94a3b8" stroke-width="1.25" marker-end="url(#tip)"/>`;
  return label === "" ? line : `${line}${labelSvg(label, first, rest[0] ?? first)}`;
}

function labelSvg(label: string, from: Point, to: Point): string {
  const [x, y] = [(from.x + to.x) / 2, (from.y + to.y) / 2];
  const width = textWidth(label, 11) + 6;
  return `<rect x="${x - width / 2}" y="${y - 8}" width="${width}" height="15" rx="3" fill="#ffffff"/><text x="${x}" y="${y + 4}" font-size="11" text-anchor="middle" fill="#475569">${escaped(label)}</text>`;
}

type PlacedEntry = LegendEntry & { readonly x: number };

/** The entries of a legend in rows no wider than `width`. */
function legendRows(entries: readonly LegendEntry[], width: number): readonly (readonly PlacedEntry[])[] {
  const rows: PlacedEntry[][] = [];
  let x = 0;
  for (const entry of entries) {
    const own = SWATCH + 6 + textWidth(entry.text, FONT_SIZE) + 18;
    const row = rows.at(-1);
    if (row === undefined || x + own > width) {
      rows.push([{ ...entry, x: 0 }]);
      x = own;
    } else {
      row.push({ ...entry, x });
      x += own;
    }
  }
  return rows;
}

function legendText(row: readonly PlacedEntry[], y: number): readonly string[] {
  return row.map(({ text, fill, stroke, isIdle, x }) => {
    const swatch = `<rect x="${MARGIN + x}" y="${y}" width="${SWATCH}" height="${SWATCH}" rx="3" fill="${fill}" stroke="${stroke}"${dashes(isIdle)}/>`;
    return `${swatch}<text x="${MARGIN + x + SWATCH + 6}" y="${y + SWATCH - 3}" fill="#334155">${escaped(text)}</text>`;
  });
}

function escaped(text: string): string {
  return text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/"/g, "&quot;");
}
