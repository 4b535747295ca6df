/** How high places stand: as near to the middle of what they are linked with as the order in their column and the gaps between them allow. */
import type { Edge, Place } from "./layers.ts";
import { neighboursOf } from "./ordering.ts";

const SWEEPS = 12;

/** The top of each place; the highest is 0. */
export function heights(
  places: readonly Place[],
  links: readonly Edge[],
  columns: readonly (readonly number[])[],
  gap: number,
): readonly number[] {
  const tops = places.map(() => 0);
  const heightOf = (place: number): number => places[place]?.height ?? 0;
  const middle = (place: number): number => (tops[place] ?? 0) + heightOf(place) / 2;
  for (const column of columns) stack(column, tops, heightOf, gap);
  const sides = [neighboursOf(links, true), neighboursOf(links, false)] as const;
  for (let sweep = 0; sweep <= SWEEPS; sweep++) {
    const isRightward = sweep % 2 === 0;
    const order = isRightward ? columns : [...columns].reverse();
    for (const column of order) {
      const wanted = column.map((place) => {
        const near = sweep === SWEEPS ? sides.flatMap((side) => side.get(place) ?? []) : (sides[isRightward ? 0 : 1].get(place) ?? []);
        const centre = near.length === 0 ? middle(place) : near.reduce((sum, other) => sum + middle(other), 0) / near.length;
        return centre - heightOf(place) / 2;
      });
      settle(column, wanted, { tops, heightOf, gap });
    }
  }
  const least = Math.min(...tops);
  return tops.map((top) => Math.round(top - least));
}

function stack(column: readonly number[], tops: number[], heightOf: (place: number) => number, gap: number): void {
  let top = 0;
  for (const place of column) {
    tops[place] = top;
    top += heightOf(place) + gap;
  }
}

interface Standing {
  readonly tops: number[];
  readonly heightOf: (place: number) => number;
  readonly gap: number;
}

/** Places of a column that touch, and where the first would like to be: the mean of what all would like, less what stands above each. */
interface Block {
  readonly places: readonly number[];
  readonly sum: number;
}

/** Least squares under the order: blocks that overlap are pooled (pool adjacent violators). */
function settle(column: readonly number[], wanted: readonly number[], { tops, heightOf, gap }: Standing): void {
  const offsets: number[] = [];
  let offset = 0;
  for (const place of column) {
    offsets.push(offset);
    offset += heightOf(place) + gap;
  }
  const blocks: Block[] = [];
  column.forEach((_, index) => {
    let block: Block = { places: [index], sum: (wanted[index] ?? 0) - (offsets[index] ?? 0) };
    for (let above = blocks.at(-1); above !== undefined && mean(above) > mean(block); above = blocks.at(-1)) {
      blocks.pop();
      block = { places: [...above.places, ...block.places], sum: above.sum + block.sum };
    }
    blocks.push(block);
  });
  for (const block of blocks) for (const index of block.places) tops[column[index] ?? 0] = mean(block) + (offsets[index] ?? 0);
}

function mean({ places, sum }: Block): number {
  return sum / places.length;
}
