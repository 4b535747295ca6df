import { describe, expect, it } from "vitest";
import { applyPower, evaluateRun, evaluateScalar, type Value } from "../../src/graph/evaluate.ts";
import { KernelHalt } from "../../src/graph/kernel.ts";
import type { NodeId } from "../../src/graph/nodes.ts";
import { frontier, strata } from "../../src/graph/strata.ts";
import { graphBuilder, parameter } from "../support/graph-builder.ts";

describe("the strata", () => {
  it("are run, market, account and loop", () => {
    const b = graphBuilder();
    const run = b.binary("add", b.parameter(0), b.number(1));
    const market = b.binary("mul", b.input("close"), run);
    const past = b.delay(b.number(3), b.number(1), 1);
    const account = b.binary("lt", b.account("cash"), market);
    const body = b.binary("mul", b.index(0), b.number(2));
    const reduced = b.reduce("sum", 0, [b.number(1), run], 9, body);
    const stratum = strata(b.graph({ parameters: [parameter("n", "int", 1, 8)] }));
    expect([run, market, past, account, body, reduced].map((id) => stratum[id])).toEqual([
      "run",
      "market",
      "market",
      "account",
      "loop",
      "run",
    ]);
  });

  it("meet at the frontier: what an account expression needs to be told", () => {
    const b = graphBuilder();
    const average = b.window("mean", b.input("close"), b.number(3), 3);
    const distance = b.binary("mul", b.parameter(0), average);
    const half = b.binary("mul", b.parameter(0), b.number(0.5));
    const stop = b.binary("sub", b.binary("sub", b.fill(), distance), half);
    const graph = b.graph({ parameters: [parameter("k", "number", 1, 3)] });
    expect(frontier(graph, stop)).toEqual([distance, half].sort((x, y) => x - y));
    expect(frontier(graph, distance)).toEqual([distance]);
  });
});

describe("evaluation without a kernel", () => {
  it("gives the values of the run", () => {
    const b = graphBuilder();
    const [n, close] = [b.parameter(0), b.input("close")];
    const weights = b.reduce("sum", 0, [b.number(1), n], 9, b.index(0));
    const short = b.binary("le", n, b.number(2));
    const values = evaluateRun(b.graph({ parameters: [parameter("n", "int", 1, 9)] }), [4]);
    expect([values[n], values[weights], values[short], values[close]]).toEqual([4, 10, false, undefined]);
  });

  it("gives a stop from the fill and what the kernel knows, a bool perhaps as 0 or 1", () => {
    const b = graphBuilder();
    const [fill, range] = [b.fill(), b.window("mean", b.input("high"), b.number(2), 2)];
    const wide = b.binary("lt", b.number(2), range);
    const stop = b.select(wide, b.binary("sub", fill, b.binary("mul", b.number(2), range)), fill);
    const known = new Map<NodeId, Value>([
      [fill, 100],
      [range, 3],
      [wide, 1],
    ]);
    expect(evaluateScalar(b.graph(), stop, (id) => known.get(id))).toBe(94);
    known.set(wide, 0);
    expect(evaluateScalar(b.graph(), stop, (id) => known.get(id))).toBe(100);
    known.set(wide, 1).set(range, null);
    expect(evaluateScalar(b.graph(), stop, (id) => known.get(id))).toBe(null);
  });

  it("names the node and the row of a value that is not finite, and what it was not told", () => {
    const b = graphBuilder();
    const squared = b.power(b.account("cash"), 2);
    expect(() => evaluateScalar(b.graph(), squared, (id) => (id === 0 ? 1e200 : undefined), 7)).toThrow(new KernelHalt("not_finite", 1, 7));
    expect(() => evaluateScalar(b.graph(), squared, () => undefined)).toThrow("the value of node 0 (account) was not given");
  });

  it("raises to integer powers by repeated squaring from the least bit", () => {
    expect([0, 1, 2, 5, -1, -2].map((k) => applyPower(3, k))).toEqual([1, 3, 9, 243, 1 / 3, 1 / 9]);
    expect(applyPower(1.1, 6)).toBe(1.1 * 1.1 * (1.1 * 1.1 * (1.1 * 1.1)));
    expect(applyPower(0, -1)).toBe(null);
    expect(applyPower(null, 2)).toBe(null);
  });
});
