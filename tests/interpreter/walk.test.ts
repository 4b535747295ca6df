import { describe, expect, it } from "vitest";
import { interpreter } from "../../src/backends/interpreter/kernel.ts";
import { ARM, type Kernel, KernelHalt, SLOT } from "../../src/graph/kernel.ts";
import { soleLane } from "../../src/graph/lanes.ts";
import type { NodeId } from "../../src/graph/nodes.ts";
import { barsOf } from "../support/bars.ts";
import { type GraphBuilder, graphBuilder } from "../support/graph-builder.ts";

/** A kernel whose conditions are: one hold's `when`, and the session's flatten. Starts flat with 100 in cash. */
function kernelOf(when: (build: GraphBuilder) => NodeId, flatten: (build: GraphBuilder) => NodeId = (b) => b.bool(false)): Kernel {
  const build = graphBuilder();
  const size = { kind: "shares", amount: build.number(1), trim: false } as const;
  const graph = build.graph({
    rules: [{ kind: "hold", name: "hold", clock: 0, when: when(build), size, short: false, entries: null }],
    session: { flatten: flatten(build) },
  });
  const kernel = interpreter({ ...soleLane(graph), parameters: [], priceDecimals: 0, capacity: 10, observed: [] });
  kernel.slots.set([100, 0, Number.NaN, Number.NaN, 100, 100, 0, 100, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]);
  kernel.slots[SLOT.wakeRow] = Number.POSITIVE_INFINITY;
  return kernel;
}

const RULE = 0;
const FLATTEN = 1;
const above25 = (b: GraphBuilder): NodeId => b.binary("lt", b.number(25), b.input("close"));

describe("a walk over rows", () => {
  it("wakes where an armed condition is true, or is not, and nowhere else", () => {
    const kernel = kernelOf(above25);
    kernel.load(barsOf({ close: [10, 20, 30, 40, 20] }));
    expect(kernel.run(0, 0, 5)).toBe(10);
    kernel.arms[RULE] = ARM.whenTrue;
    expect(kernel.run(0, 0, 5)).toBe(2 * 2 + 1);
    expect(kernel.condition(RULE, 2)).toBe(true);
    expect(kernel.condition(FLATTEN, 2)).toBe(false);
    expect(kernel.run(3, 0, 5)).toBe(2 * 3 + 1);
    kernel.arms[RULE] = ARM.whenNotTrue;
    expect(kernel.run(2, 0, 5)).toBe(2 * 4 + 1);
    expect(kernel.run(2, 0, 4)).toBe(8);
  });

  it("never wakes for a condition that is not ready, and takes none for not true", () => {
    const rising = (b: GraphBuilder): NodeId => b.binary("lt", b.delay(b.input("close"), b.number(2), 2), b.input("close"));
    const kernel = kernelOf(rising, (b) => b.binary("lt", b.binary("div", b.input("close"), b.input("volume")), b.number(5)));
    kernel.load(barsOf({ close: [10, 20, 5], volume: [10, 0, 10] }));
    kernel.arms[RULE] = ARM.whenNotTrue;
    expect(kernel.run(0, 0, 3)).toBe(2 * 2 + 1);
    kernel.arms.set([ARM.off, ARM.whenNotTrue]);
    expect(kernel.run(0, 0, 3)).toBe(2 * 1 + 1);
  });

  it("wakes before the mark for prices that touch a trigger and for a row that is due", () => {
    const kernel = kernelOf(above25);
    kernel.load(barsOf({ close: [10, 20, 30, 40], low: [9, 15, 30, 40], high: [11, 25, 30, 44] }));
    kernel.slots[SLOT.wakeLow] = 9;
    expect(kernel.run(0, 0, 4)).toBe(0);
    expect(kernel.run(0, 1, 4)).toBe(8);
    kernel.slots[SLOT.wakeHigh] = 44;
    expect(kernel.run(1, 0, 4)).toBe(2 * 3);
    kernel.slots[SLOT.wakeRow] = 2;
    expect(kernel.run(1, 0, 4)).toBe(2 * 2);
    expect(kernel.run(2, 1, 4)).toBe(2 * 3);
  });

  it("counts rows over the whole run in triggers, and bars held from the entry's row", () => {
    const heldFor3 = (b: GraphBuilder): NodeId => b.binary("le", b.number(3), b.account("bars_held"));
    const kernel = kernelOf(heldFor3);
    kernel.load(barsOf({ close: [10, 20] }));
    expect(kernel.run(0, 0, 2)).toBe(4);
    kernel.load(barsOf({ close: [10, 20, 30] }));
    kernel.slots[SLOT.wakeRow] = 4;
    expect(kernel.run(0, 0, 3)).toBe(2 * 2);
    kernel.slots[SLOT.wakeRow] = Number.POSITIVE_INFINITY;
    kernel.slots[SLOT.entryRow] = 1;
    kernel.arms[RULE] = ARM.whenTrue;
    expect(kernel.run(0, 0, 3)).toBe(2 * 2 + 1);
    kernel.slots[SLOT.entryRow] = Number.NaN;
    expect(kernel.run(0, 0, 3)).toBe(6);
  });

  it("marks equity, its peak and the largest drawdown at every close it passes", () => {
    const kernel = kernelOf(above25);
    kernel.slots[SLOT.cash] = 50;
    kernel.slots[SLOT.position] = 10;
    kernel.load(barsOf({ close: [10, 20, 5, 15] }));
    expect(kernel.run(0, 0, 3)).toBe(6);
    expect([kernel.slots[SLOT.equity], kernel.slots[SLOT.equityPeak]]).toEqual([100, 250]);
    expect(kernel.slots[SLOT.maxDrawdown]).toBe(1 - 100 / 250);
    kernel.run(3, 0, 4);
    expect([kernel.slots[SLOT.equity], kernel.slots[SLOT.maxDrawdown]]).toEqual([200, 1 - 100 / 250]);
  });

  it("wakes where a value of the account is not finite, and the condition says so", () => {
    const huge = (b: GraphBuilder): NodeId => b.binary("lt", b.number(0), b.power(b.account("cash"), 64));
    const kernel = kernelOf(huge);
    kernel.load(barsOf({ close: [10] }));
    kernel.slots[SLOT.cash] = 1e200;
    kernel.arms[RULE] = ARM.whenTrue;
    expect(kernel.run(0, 0, 1)).toBe(1);
    expect(() => kernel.condition(RULE, 0)).toThrow(KernelHalt);
  });
});
