/** Random bars: ties, repeated prices, zero volume, sessions of any length, ticks up to 2^53. */
import fc from "fast-check";
import { type BarChunk, chunkOf, INPUT_FIELDS, type InputField } from "../../src/market/bars.ts";

interface RowDraft {
  readonly steps: readonly [number, number, number, number];
  readonly volume: number;
  readonly newSession: boolean;
}

const rowDraft: fc.Arbitrary<RowDraft> = fc.record({
  steps: fc.tuple(fc.integer({ min: -3, max: 3 }), fc.nat(3), fc.nat(3), fc.integer({ min: -2, max: 2 })),
  volume: fc.oneof(fc.constant(0), fc.nat(1000), fc.double({ min: 0.001, max: 1e9, noNaN: true })),
  newSession: fc.nat(9).map((n) => n === 0),
});

/** Where the walk begins and how many ticks a step is; the last one stays just below 2^53. */
const scale = fc.constantFrom([2, 1], [500, 1], [12_345, 7], [4_000_000_000, 1_000_003], [2 ** 52, 2 ** 44]);

const LARGEST_TICKS = 2 ** 53 - 1;

function clamp(ticks: number): number {
  return Math.min(LARGEST_TICKS, Math.max(1, ticks));
}

function toChunk(drafts: readonly RowDraft[], start: number, step: number): BarChunk {
  const columns = Object.fromEntries(INPUT_FIELDS.map((field) => [field, new Float64Array(drafts.length)])) as Record<
    InputField,
    Float64Array
  >;
  const time = new Float64Array(drafts.length);
  let [last, bar, day] = [start, 0, 0];
  drafts.forEach((draft, row) => {
    const [drift, up, down, body] = draft.steps;
    const open = clamp(last + drift * step);
    const close = clamp(open + body * step);
    bar = draft.newSession ? 1 : bar + 1;
    day += draft.newSession ? 1 : 0;
    time[row] = (day * 400 + bar) * 60_000_000;
    columns.open[row] = open;
    columns.close[row] = close;
    columns.high[row] = clamp(Math.max(open, close) + up * step);
    columns.low[row] = clamp(Math.min(open, close) - down * step);
    columns.volume[row] = draft.volume;
    columns.dividend_factor[row] = 1 - (drafts.length - row) / (2 * drafts.length);
    columns.session_bar[row] = bar;
    columns.session_elapsed[row] = bar * 60_000_000;
    columns.session_remaining[row] = (390 - bar) * 60_000_000;
    columns.session_weekday[row] = 1 + (day % 5);
    columns.session_day_of_month[row] = 1 + (day % 28);
    columns.session_days_left_in_month[row] = 20 - (day % 21);
    last = close;
  });
  return { rows: drafts.length, time, columns };
}

/** Bars with every column, `rows.min` to `rows.max` of them. */
export function randomBars(rows: { readonly min: number; readonly max: number }): fc.Arbitrary<BarChunk> {
  return fc
    .tuple(fc.array(rowDraft, { minLength: rows.min, maxLength: rows.max }), scale)
    .map(([drafts, [start, step]]) => toChunk(drafts, start!, step!));
}

/** Rows `from`..`to - 1` of a chunk, in arrays of their own. */
function sliceBars(chunk: BarChunk, from: number, to: number): BarChunk {
  return chunkOf(chunk, to - from, (column) => column.slice(from, to));
}

/** The chunk cut into pieces whose sizes repeat `sizes`. */
export function splitBars(chunk: BarChunk, sizes: readonly number[]): readonly BarChunk[] {
  const pieces: BarChunk[] = [];
  for (let from = 0, i = 0; from < chunk.rows; i++) {
    const to = Math.min(chunk.rows, from + sizes[i % sizes.length]!);
    pieces.push(sliceBars(chunk, from, to));
    from = to;
  }
  return pieces;
}
