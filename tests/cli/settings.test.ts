/** Values of flags, as people write them. */
import { describe, expect, it } from "vitest";
import { cashText, countOf, parameterValues, periodOf } from "../../src/cli/settings.ts";
import type { Graph, Parameter } from "../../src/graph/nodes.ts";
import { GRAPH } from "../report/outcome.ts";

const heat: Parameter = { name: "heat", kind: "number", unit: "ratio", default: 0.005, min: 0.001, max: 0.01, step: null, overrides: [] };
const graph: Graph = { ...GRAPH, parameters: [...GRAPH.parameters, heat] };
const at = (text: string): number => Date.parse(text) * 1_000;

describe("parameters", () => {
  it("begin as the file's and are set one by one, the last word counting", () => {
    expect(parameterValues(graph, [])).toEqual([10, 0.005]);
    expect(parameterValues(graph, ["fast=12", "heat=0.25%", "fast=15"])).toEqual([15, 0.0025]);
    expect(parameterValues(graph, ["heat=50bps"])).toEqual([10, 0.005]);
  });

  it.each([
    ["fasst=9", "has no parameter `fasst`"],
    ["fast", "takes name=value"],
    ["fast=21", "out of range"],
    ["fast=9.5", "not a whole number"],
    ["fast=ten", "not a number"],
    ["fast=", "takes name=value"],
  ])("refuse %s", (text, message) => expect(() => parameterValues(graph, [text])).toThrow(message));
});

describe("cash", () => {
  it("is exact text", () => {
    expect(["100_000usd", "2500.50", "007"].map(cashText)).toEqual(["100000", "2500.50", "7"]);
  });
  it.each(["0", "-5", "1e5", "", "12eur"])("refuses %j", (text) => expect(() => cashText(text)).toThrow("--cash"));
});

describe("a period", () => {
  it("takes a date as the whole session of its calendar, winter and summer", () => {
    expect(periodOf("2019-02-04", "2019-02-04", "nyse")).toEqual({ from: at("2019-02-04T05:00:00Z") + 1, to: at("2019-02-05T05:00:00Z") });
    expect(periodOf("2019-07-01", undefined, "nyse")).toEqual({ from: at("2019-07-01T04:00:00Z") + 1 });
    expect(periodOf(undefined, "2019-07-01", "always")).toEqual({ to: at("2019-07-02T00:00:00Z") });
  });
  it("takes an instant as it stands", () => {
    expect(periodOf("2019-02-04T15:00Z", "2019-02-04T15:00:30Z", "nyse")).toEqual({
      from: at("2019-02-04T15:00:00Z"),
      to: at("2019-02-04T15:00:30Z"),
    });
  });
  it.each(["2019-02-30", "04.02.2019", "yesterday", "2019-02-04T25:00Z", "1900-01-01"])("refuses %s", (text) => {
    expect(() => periodOf(text, undefined, "nyse")).toThrow("--from");
  });
  it("refuses a period that ends before it begins", () => expect(() => periodOf("2020-01-02", "2020-01-01", "nyse")).toThrow("is after"));
});

describe("a count", () => {
  it("is a whole number above 0", () => {
    expect(countOf("--last", "5")).toBe(5);
    expect(countOf("--last", undefined)).toBeUndefined();
    expect(() => countOf("--last", "5.5")).toThrow("--last");
  });
});
