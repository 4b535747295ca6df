import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { shapeProblems } from "../../src/graph/verify.ts";
import { coverage, randomGraph, randomLaneGraph } from "../support/random-graph.ts";

describe("random graphs", () => {
  it("are legal and meet every node kind", () => {
    const graphs = fc.sample(randomGraph(), { numRuns: 300, seed: 1 });
    for (const graph of graphs) expect(shapeProblems(graph)).toEqual([]);
    const seen = coverage(graphs);
    if (process.env.STRATC_COVERAGE === "1") console.log(Object.fromEntries([...seen].sort()));
    const missing = EVERY_KIND.filter((kind) => !seen.has(kind));
    expect(missing).toEqual([]);
  });

  it("of several lanes are legal and meet every crossing", () => {
    const graphs = fc.sample(randomLaneGraph(), { numRuns: 300, seed: 1 });
    for (const graph of graphs) expect(shapeProblems(graph)).toEqual([]);
    const seen = coverage(graphs);
    expect(EVERY_CROSSING.filter((kind) => !seen.has(kind))).toEqual([]);
  });
});

const EVERY_CROSSING = [
  ..."sample member begins".split(" "),
  ..."first last sum mean highest lowest count".split(" ").map((fn) => `gather ${fn}`),
  ..."rank percent_rank sum mean highest lowest count".split(" ").map((fn) => `across ${fn}`),
];

const EVERY_KIND = [
  ..."constant none parameter fill power select default delay index".split(" "),
  ..."open high low close volume session_bar session_elapsed session_remaining session_weekday session_day_of_month session_days_left_in_month"
    .split(" ")
    .map((field) => `input ${field}`),
  ..."cash position entry_price bars_held equity day_start_equity equity_peak".split(" ").map((field) => `account ${field}`),
  ..."neg abs sqrt exp log floor not".split(" ").map((fn) => `unary ${fn}`),
  ..."add sub mul div min max mod pow lt le eq ne and or".split(" ").map((fn) => `binary ${fn}`),
  ..."sum mean highest lowest variance quantile"
    .split(" ")
    .flatMap((fn) => ["", " of an input", " of a delay"].map((over) => `window ${fn}${over}`)),
  ..."sum mean highest lowest".split(" ").flatMap((fn) => ["", " of an input", " of a delay"].map((over) => `anchored ${fn}${over}`)),
  "window count",
  "anchored count",
  ..."sum mean min max count".split(" ").map((fn) => `reduce ${fn}`),
  ..."previous 0,previous 1,previous 2,state 0,state 1,state 2".split(","),
];
