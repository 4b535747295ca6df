/** The layout of drawings: boxes never overlap, arrows go to the right and pass beside boxes. On random graphs. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { type Edge, layered } from "../../src/backends/drawing/layers.ts";

const size = fc.record({ width: fc.integer({ min: 20, max: 300 }), height: fc.integer({ min: 10, max: 120 }) });
const boxes = fc.array(size, { minLength: 1, maxLength: 25 });
const pair = fc.tuple(fc.nat(1_000), fc.nat(1_000));

/** Edges from a box to a later one. */
function forward(count: number, pairs: readonly (readonly [number, number])[]): Edge[] {
  return pairs.map(([a, b]): Edge => [Math.min(a % count, b % count), Math.max(a % count, b % count)]).filter(([from, to]) => from !== to);
}

it("boxes do not overlap and arrows end to the right of where they begin", () => {
  fc.assert(
    fc.property(boxes, fc.array(pair, { maxLength: 40 }), (sizes, pairs) => {
      const edges = forward(sizes.length, pairs);
      const { frames, routes, width, height } = layered(
        sizes,
        edges,
        sizes.map(() => 0),
      );
      for (const [index, a] of frames.entries()) {
        expect([a.x >= 0, a.y >= 0, a.x + a.width <= width, a.y + a.height <= height]).toEqual([true, true, true, true]);
        expect([a.width >= sizes[index]!.width, a.height]).toEqual([true, sizes[index]!.height]);
        for (const b of frames.slice(index + 1)) {
          expect(a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y).toBe(true);
        }
      }
      for (const [index, [from, to]] of edges.entries()) {
        const route = routes[index]!;
        expect(route[0]!.x).toBe(frames[from]!.x + frames[from]!.width);
        expect(route.at(-1)!.x).toBe(frames[to]!.x);
        expect(route.map(({ x }) => x)).toEqual(route.map(({ x }) => x).toSorted((a, b) => a - b));
      }
    }),
    { numRuns: 200 },
  );
});

it("an arrow that passes a column passes between its boxes", () => {
  fc.assert(
    fc.property(boxes, fc.array(pair, { maxLength: 40 }), (sizes, pairs) => {
      const edges = forward(sizes.length, pairs);
      const { frames, routes } = layered(
        sizes,
        edges,
        sizes.map(() => 0),
      );
      for (const route of routes) {
        for (let at = 1; at + 1 < route.length; at += 2) {
          const { x, y } = route[at]!;
          for (const box of frames) if (box.x === x) expect(y <= box.y || y >= box.y + box.height).toBe(true);
        }
      }
    }),
    { numRuns: 200 },
  );
});

it("a cycle is drawn too", () => {
  const square = { width: 50, height: 50 };
  const { frames, routes } = layered(
    [square, square],
    [
      [0, 1],
      [1, 0],
    ],
    [0, 0],
  );
  expect([frames[0]!.x !== frames[1]!.x, routes.length]).toEqual([true, 2]);
});
