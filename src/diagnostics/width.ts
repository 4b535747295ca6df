/** How text looks in a terminal: tabs, wide and invisible characters, so that marks stand under what they mark. */

const TAB_WIDTH = 4;

/** Ranges of two cells: CJK, Hangul, fullwidth forms, emoji (Unicode East Asian Width W and F, in blocks). */
const wide: readonly (readonly [number, number])[] = [
  [0x1100, 0x115f],
  [0x231a, 0x231b],
  [0x23e9, 0x23ec],
  [0x25fd, 0x25fe],
  [0x2614, 0x2615],
  [0x2648, 0x2653],
  [0x26aa, 0x26ab],
  [0x26bd, 0x26be],
  [0x2753, 0x2755],
  [0x2795, 0x2797],
  [0x2e80, 0x303e],
  [0x3041, 0xa4cf],
  [0xa960, 0xa97c],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe30, 0xfe6f],
  [0xff00, 0xff60],
  [0xffe0, 0xffe6],
  [0x1f300, 0x1f64f],
  [0x1f680, 0x1f6ff],
  [0x1f900, 0x1f9ff],
  [0x20000, 0x3fffd],
];

/** Ranges of no cell: combining marks, joiners, variation selectors. */
const invisible: readonly (readonly [number, number])[] = [
  [0x0300, 0x036f],
  [0x200b, 0x200f],
  [0x20d0, 0x20ff],
  [0xfe00, 0xfe0f],
  [0xfeff, 0xfeff],
];

function isIn(ranges: readonly (readonly [number, number])[], point: number): boolean {
  return ranges.some(([from, to]) => point >= from && point <= to);
}

function cells(point: number): number {
  if (point < 0x300) return 1;
  if (isIn(invisible, point)) return 0;
  return isIn(wide, point) ? 2 : 1;
}

export interface Laid {
  /** The line as printed: tabs are spaces, control characters are made harmless. */
  readonly text: string;
  /** The cell at which each UTF-16 unit of the line begins, and last the cell after the line. */
  readonly columns: readonly number[];
}

/** Lays one line out in cells, counted from 0. */
export function layOut(line: string): Laid {
  const columns: number[] = [];
  let text = "";
  let column = 0;
  for (const character of line) {
    const point = character.codePointAt(0) ?? 0;
    for (let unit = 0; unit < character.length; unit++) columns.push(column);
    if (character === "\t") {
      const width = TAB_WIDTH - (column % TAB_WIDTH);
      text += " ".repeat(width);
      column += width;
    } else {
      text += point < 0x20 || (point >= 0x7f && point < 0xa0) ? "\uFFFD" : character;
      column += cells(point);
    }
  }
  columns.push(column);
  return { text, columns };
}
