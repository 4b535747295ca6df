/** The order of places in their columns: sweeps of barycentres to the right and to the left, of which the one with the fewest crossings is kept. */
import type { Edge, Place } from "./layers.ts";

const SWEEPS = 24;

/** The places of each column from top to bottom. Links go from a column to the next. */
export function bestOrder(places: readonly Place[], links: readonly Edge[]): readonly (readonly number[])[] {
  const count = Math.max(-1, ...places.map(({ column }) => column)) + 1;
  let columns: readonly (readonly number[])[] = Array.from({ length: count }, (_, column) =>
    places.flatMap((place, index) => (place.column === column ? [index] : [])),
  );
  let best = columns;
  let fewest = crossings(columns, links);
  for (let sweep = 0; sweep < SWEEPS && fewest > 0; sweep++) {
    columns = swept(columns, links, sweep % 2 === 0);
    const found = crossings(columns, links);
    if (found < fewest) [best, fewest] = [columns, found];
  }
  return best;
}

/** Each column ordered by the mean position of what its places are linked with in the column before it, seen in the direction of the sweep. */
function swept(columns: readonly (readonly number[])[], links: readonly Edge[], rightward: boolean): readonly (readonly number[])[] {
  const position = positions(columns);
  const neighbours = neighboursOf(links, rightward);
  const ordered = [...columns];
  const order = rightward ? columns.keys() : [...columns.keys()].reverse();
  for (const at of order) {
    const centre = new Map(
      (ordered[at] ?? []).map((place) => [place, barycentre(neighbours.get(place) ?? [], position, position.get(place) ?? 0)]),
    );
    const sorted = (ordered[at] ?? []).toSorted((a, b) => (centre.get(a) ?? 0) - (centre.get(b) ?? 0));
    ordered[at] = sorted;
    for (const [index, place] of sorted.entries()) position.set(place, relative(index, sorted.length));
  }
  return ordered;
}

/** Where a place stands in its column, 0 at the top and 1 at the bottom, so that columns of different lengths compare. */
function relative(index: number, length: number): number {
  return (index + 0.5) / length;
}

function positions(columns: readonly (readonly number[])[]): Map<number, number> {
  return new Map(columns.flatMap((column) => column.map((place, index) => [place, relative(index, column.length)] as const)));
}

function barycentre(places: readonly number[], position: ReadonlyMap<number, number>, otherwise: number): number {
  if (places.length === 0) return otherwise;
  return places.reduce((sum, place) => sum + (position.get(place) ?? 0), 0) / places.length;
}

/** What each place is linked with on its left (or on its right). */
export function neighboursOf(links: readonly Edge[], onLeft: boolean): ReadonlyMap<number, readonly number[]> {
  const found = new Map<number, number[]>();
  for (const [from, to] of links) {
    const [place, other] = onLeft ? [to, from] : [from, to];
    const known = found.get(place);
    if (known === undefined) found.set(place, [other]);
    else known.push(other);
  }
  return found;
}

/** How many pairs of links cross. */
function crossings(columns: readonly (readonly number[])[], links: readonly Edge[]): number {
  const index = new Map(columns.flatMap((column, at) => column.map((place, row) => [place, { at, row }] as const)));
  const gaps = columns.map((): { from: number; to: number }[] => []);
  for (const [from, to] of links) {
    const [left, right] = [index.get(from), index.get(to)];
    if (left !== undefined && right !== undefined) gaps[left.at]?.push({ from: left.row, to: right.row });
  }
  let count = 0;
  for (const gap of gaps) {
    for (const [at, one] of gap.entries()) {
      for (const other of gap.slice(at + 1)) if ((one.from - other.from) * (one.to - other.to) < 0) count++;
    }
  }
  return count;
}
