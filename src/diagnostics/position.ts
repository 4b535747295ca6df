/** Offsets to lines and columns. The index of a source is made once, in one pass. */

/** Offset of the first character of each line. Lines end with "\n", "\r\n" or "\r". */
export type LineStarts = readonly number[];

export interface Position {
  /** Counted from 1. */
  readonly line: number;
  /** Counted from 1, in UTF-16 units as editors count them. */
  readonly column: number;
}

export function lineStarts(source: string): LineStarts {
  const starts = [0];
  for (let offset = 0; offset < source.length; offset++) {
    const character = source[offset];
    if (character === "\n" || (character === "\r" && source[offset + 1] !== "\n")) starts.push(offset + 1);
  }
  return starts;
}

/** Where `offset` is; an offset after the end is the place after the last character. */
export function positionAt(starts: LineStarts, offset: number): Position {
  let [low, high] = [0, starts.length];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((starts[middle] ?? 0) <= offset) low = middle;
    else high = middle;
  }
  return { line: low + 1, column: offset - (starts[low] ?? 0) + 1 };
}

/** The text of line `line` (from 1), without its end; empty after the last line. */
export function lineText(source: string, starts: LineStarts, line: number): string {
  const start = starts[line - 1];
  return start === undefined ? "" : source.slice(start, starts[line] ?? source.length).replace(/[\r\n]+$/, "");
}
