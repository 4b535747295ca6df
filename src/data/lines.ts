/** Lines and cells of delimited text, as byte positions. */

const NEWLINE = 10;
const RETURN = 13;
const QUOTE = 34;
const SPACE = 32;
const TAB = 9;
const HASH = 35;

/** Most cells of a line that are looked at; a file of bars has fewer. */
export const CELLS_MAX = 256;

/** The cells of one line: cell i is `bytes[from[i]..to[i])`, without quotes and blanks around it. */
export interface Cells {
  readonly from: Int32Array;
  readonly to: Int32Array;
  count: number;
}

export function newCells(): Cells {
  return { from: new Int32Array(CELLS_MAX), to: new Int32Array(CELLS_MAX), count: 0 };
}

/** Where the text begins: behind a byte-order mark. */
export function textStart(bytes: Uint8Array): number {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
}

/** The end of the line that begins at `from`: the position of its line feed, or the text's end. */
export function lineEnd(bytes: Uint8Array, from: number): number {
  const end = bytes.indexOf(NEWLINE, from);
  return end < 0 ? bytes.length : end;
}

export function isComment(bytes: Uint8Array, from: number): boolean {
  return bytes[from] === HASH;
}

/** Whether a line holds nothing but spaces, tabs and carriage returns. */
export function isBlank(bytes: Uint8Array, from: number, to: number): boolean {
  for (let at = from; at < to; at++) {
    const byte = bytes[at];
    if (byte !== SPACE && byte !== TAB && byte !== RETURN) return false;
  }
  return true;
}

/** How many lines a text has. */
export function lineCount(bytes: Uint8Array): number {
  let count = 1;
  for (let at = bytes.indexOf(NEWLINE); at >= 0; at = bytes.indexOf(NEWLINE, at + 1)) count++;
  return count;
}

/** Splits the line `bytes[from..to)` at `delimiter`. A quoted cell may hold the delimiter. */
export function splitLine(bytes: Uint8Array, from: number, to: number, delimiter: number, cells: Cells): void {
  const end = bytes[to - 1] === RETURN && to > from ? to - 1 : to;
  let count = 0;
  let start = from;
  while (start <= end) {
    let stop = start;
    if (bytes[start] === QUOTE) {
      stop = start + 1;
      while (stop < end && bytes[stop] !== QUOTE) stop++;
    }
    while (stop < end && bytes[stop] !== delimiter) stop++;
    if (count < CELLS_MAX) trimCell(bytes, start, stop, cells, count);
    count++;
    start = stop + 1;
  }
  cells.count = count;
}

function trimCell(bytes: Uint8Array, start: number, stop: number, cells: Cells, index: number): void {
  let from = start;
  let to = stop;
  while (from < to && isPadding(bytes[from])) from++;
  while (to > from && isPadding(bytes[to - 1])) to--;
  cells.from[index] = from;
  cells.to[index] = to;
}

function isPadding(byte: number | undefined): boolean {
  return byte === SPACE || byte === QUOTE || byte === TAB;
}
