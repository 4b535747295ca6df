/**
 * Boxes and arrows in columns, so that arrows go from left to right, cross seldom and meet no box on their way. After K. Sugiyama, S. Tagawa, M. Toda,
 * "Methods for visual understanding of hierarchical system structures" (1981): columns by longest path, orders by barycentres; heights by
 * least squares under the order (pool adjacent violators). The same input gives the same drawing.
 */

import { heights } from "./heights.ts";
import { bestOrder } from "./ordering.ts";

export interface Size {
  readonly width: number;
  readonly height: number;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** From and to, as indices of boxes. */
export type Edge = readonly [from: number, to: number];

export interface Drawing {
  /** Where each box stands; all of a column are as wide as its widest. */
  readonly frames: readonly (Point & Size)[];
  /** For each edge the points that it passes from column to column: the right side of its box, then both sides of every column between, then the left side of the other box. */
  readonly routes: readonly (readonly Point[])[];
  readonly width: number;
  readonly height: number;
}

/** What stands in a column: a box, or the place where an edge passes. */
export interface Place {
  readonly column: number;
  readonly height: number;
}

const COLUMN_GAP = 56;
const ROW_GAP = 18;
/** The height that an edge takes where it passes a column. */
const LANE = 4;

/** A drawing of boxes; `rank` is the least column of each. Edges that would close a cycle are drawn, but do not order. */
export function layered(boxes: readonly Size[], edges: readonly Edge[], rank: readonly number[]): Drawing {
  const column = columnsOf(boxes.length, edges, rank);
  const { places, chains } = placesOf(boxes, edges, column);
  const links = linksOf(places, chains);
  const columns = bestOrder(places, links);
  const tops = heights(places, links, columns, ROW_GAP);
  const { lefts, widths, width } = columnLefts(boxes, column, columns.length);
  const left = (place: number): number => lefts[places[place]?.column ?? 0] ?? 0;
  const middle = (place: number): number => (tops[place] ?? 0) + (places[place]?.height ?? 0) / 2;
  const routes = chains.map((chain) =>
    chain.flatMap((place, index) => {
      const [start, end] = [
        { x: left(place), y: middle(place) },
        { x: left(place) + (widths[places[place]?.column ?? 0] ?? 0), y: middle(place) },
      ];
      return [...(index === 0 ? [] : [start]), ...(index === chain.length - 1 ? [] : [end])];
    }),
  );
  const height = Math.max(0, ...places.map((place, index) => (tops[index] ?? 0) + place.height));
  const frames = boxes.map((box, index) => ({
    x: left(index),
    y: tops[index] ?? 0,
    width: widths[column[index] ?? 0] ?? 0,
    height: box.height,
  }));
  return { frames, routes, width, height };
}

/** The boxes as places, then those that long edges pass, one in a column for all of one box; and each edge as the places from its one box to the other. */
function placesOf(boxes: readonly Size[], edges: readonly Edge[], column: readonly number[]) {
  const places: Place[] = boxes.map(({ height }, box) => ({ column: column[box] ?? 0, height }));
  const known = new Map<string, number>();
  const pass = (from: number, at: number): number => {
    const place = known.get(`${from} ${at}`) ?? places.length;
    if (place === places.length) places.push({ column: at, height: LANE });
    known.set(`${from} ${at}`, place);
    return place;
  };
  const chains = edges.map(([from, to]) => {
    const chain = [from];
    for (let at = (column[from] ?? 0) + 1; at < (column[to] ?? 0); at++) chain.push(pass(from, at));
    return [...chain, to];
  });
  return { places, chains };
}

/** The steps of all chains, each once. */
function linksOf(places: readonly Place[], chains: readonly (readonly number[])[]): readonly Edge[] {
  const links = new Map<string, Edge>();
  for (const chain of chains) {
    if (!isForward(places, chain)) continue;
    chain.slice(1).forEach((to, index) => {
      const from = chain[index] ?? to;
      links.set(`${from} ${to}`, [from, to]);
    });
  }
  return [...links.values()];
}

function isForward(places: readonly Place[], [from = 0, next = 0]: readonly number[]): boolean {
  return (places[from]?.column ?? 0) < (places[next]?.column ?? 0);
}

/** The longest way to each box from one that reads nothing, and at least its rank. */
function columnsOf(count: number, edges: readonly Edge[], rank: readonly number[]): readonly number[] {
  const column: (number | undefined)[] = Array.from({ length: count });
  const open = new Set<number>();
  const place = (box: number): number => {
    const known = column[box];
    if (known !== undefined) return known;
    open.add(box);
    const before = edges.filter(([from, to]) => to === box && !open.has(from)).map(([from]) => place(from) + 1);
    open.delete(box);
    const found = Math.max(rank[box] ?? 0, ...before);
    column[box] = found;
    return found;
  };
  return Array.from({ length: count }, (_, box) => place(box));
}

function columnLefts(boxes: readonly Size[], column: readonly number[], count: number) {
  const widths = Array.from({ length: count }, (_, at) => Math.max(0, ...boxes.map(({ width }, box) => (column[box] === at ? width : 0))));
  const lefts: number[] = [];
  let left = 0;
  for (const width of widths) {
    lefts.push(left);
    left += width + COLUMN_GAP;
  }
  return { lefts, widths, width: Math.max(0, left - COLUMN_GAP) };
}
