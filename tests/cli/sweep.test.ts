/** The command as a whole: its folder, any number of workers, an interrupted search that goes on, one that is another. */
import { appendFileSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { stratc } from "./run.ts";

const folder = mkdtempSync(join(tmpdir(), "stratc-sweep-"));
const path = (name: string): string => join(folder, name);
const SWEEP = ["sweep", "strategies/vwap_pullback.strat", "--data", "sample:demo", "--param", "fast=5,40", "--param", "heat=0.1%"];
const run = (name: string, ...more: readonly string[]) =>
  stratc(...SWEEP, "-o", path(name), "--no-cache", "--store", path("store"), "--json", ...more);

describe("stratc sweep", () => {
  it("gives the same bytes with any number of workers, and what each backtest gives", async () => {
    const [one, two] = [await run("one", "--workers", "1"), await run("two", "--workers", "2")];
    expect(one).toMatchObject({ exit: 0 });
    const told = JSON.parse(one.output);
    expect(JSON.parse(two.output)).toEqual({ ...told, folder: path("two") });
    expect(readFileSync(path("one/trials.csv"), "utf8")).toBe(readFileSync(path("two/trials.csv"), "utf8"));
    expect(told).toMatchObject({ method: "grid", trials: 32, failed: 0, best: { length: 10 } });
    const { parameters, trial: _, objective, ...figures } = told.best[0];
    const set = Object.entries(parameters).flatMap(([name, value]) => ["--param", `${name}=${value}`]);
    const single = JSON.parse((await stratc("backtest", SWEEP[1]!, "--data", "sample:demo", "--json", "--no-cache", ...set)).output);
    expect(single).toMatchObject({ ...figures, sharpe: objective });
    expect(readFileSync(path("one/sweep.html"), "utf8")).toMatch(/<svg.*<\/svg>/s);
  });
  it("goes on where it was interrupted, even within a line", async () => {
    const whole = readFileSync(path("one/trials.csv"), "utf8");
    const lines = whole.split("\n");
    writeFileSync(path("two/trials.csv"), `${lines.slice(0, 12).join("\n")}\n`);
    appendFileSync(path("two/trials.csv"), (lines[12] ?? "").slice(0, 15));
    expect(await run("two")).toMatchObject({ exit: 0 });
    expect(readFileSync(path("two/trials.csv"), "utf8")).toBe(whole);
  });
  it("refuses the folder of another search, and says what changed", async () => {
    const { exit, output } = await run("one", "--cash", "50000", "--lhs", "10");
    expect(exit).toBe(2);
    expect(JSON.parse(output).error).toMatchObject({ code: "search_changed" });
    expect(output).toContain("the starting cash and the kind of search changed");
    expect(await run("one", "--lhs", "10", "--restart")).toMatchObject({ exit: 0 });
  });
  it("learns the same whatever the workers, and stops when nothing better comes", async () => {
    const args = ["--tpe", "60", "--param", "fast=5,10,15,20,25,30", "--seed", "3"];
    const [one, two] = [await run("tpe1", ...args, "--workers", "1"), await run("tpe2", ...args, "--workers", "2")];
    expect(JSON.parse(one.output)).toEqual({ ...JSON.parse(two.output), folder: path("tpe1") });
    const { output } = await run("patient", ...args, "--patience", "1");
    expect(JSON.parse(output).trials).toBeLessThan(60);
  });
  it.each([
    ["carries out splits", "donchian_bracket", "sp500", ["length=20", "length=55"]],
    ["goes over a book", "book_maker", "book", ["lean=0", "lean=0.5"]],
  ])("%s: each trial is its backtest", async (_, strategy, sample, settings) => {
    writeFileSync(path("actions.csv"), "date,kind,value\n2011-03-07,split,3:2\n2011-08-08,dividend,4.5\n");
    const common = [`strategies/${strategy}.strat`, "--data", `sample:${sample}`, "--json", "--no-cache"];
    if (sample === "sp500") common.push("--actions", path("actions.csv"), "--from", "2010-01-01");
    else common.push("--param", "cap=600");
    const lists = settings.join(",").replace(/,[a-z]+=/, ",");
    const { output } = await stratc(
      "sweep",
      ...common,
      "--param",
      lists,
      "--objective",
      "net_profit",
      "-o",
      path(sample),
      "--store",
      path("apart"),
    );
    const { best } = JSON.parse(output);
    expect(best).toHaveLength(2);
    for (const { trial, objective: __, parameters: ___, ...figures } of best) {
      const single = await stratc("backtest", ...common, "--param", settings[trial]!);
      expect(JSON.parse(single.output)).toMatchObject(figures);
    }
  });
  it("says what a search cannot be", async () => {
    const said = async (...args: readonly string[]) => (await stratc("sweep", ...args)).notes;
    expect(await said("strategies/sma_cross.strat", "--data", "sample:sp500")).toContain("There is nothing to search");
    expect((await run("x", "--random", "3", "--grid")).output).toContain("One kind of search at a time");
    expect((await run("x", "--seed", "-1")).output).toContain("--seed takes a whole number");
    expect((await run("x", "--param", "fsat=3")).output).toContain("Did you mean `fast`?");
  });
});

describe("stratc study", () => {
  const STUDY = ["study", "strategies/donchian_bracket.strat", "--data", "sample:sp500", "--no-cache", "--json", "--store", path("store")];
  STUDY.push("--from", "2010-01-01", "--to", "2014-12-31");
  const study = (name: string, ...more: readonly string[]) => stratc(...STUDY, "-o", path(name), ...more);
  it("gives the same with any number of workers, writes its page, and counts every trial once", async () => {
    const [one, two] = [await study("s1", "--workers", "1"), await study("s2", "--workers", "2")];
    expect(one).toMatchObject({ exit: 0 });
    const told = JSON.parse(one.output);
    expect(JSON.parse(two.output)).toEqual({ ...told, files: [path("s2/study.html"), path("s2/study.json")] });
    expect(told).toMatchObject({ verdict: "no_evidence", trials: 17, trials_ever: 17 });
    expect(told.windows).toHaveLength(16);
    expect(readFileSync(path("s1/study.html"), "utf8")).toContain("No evidence of an edge");
    await stratc("sweep", ...STUDY.slice(1), "-o", path("s3"), "--param", "length=20,30,40");
    const again = JSON.parse((await study("s1", "--train", "24mo", "--validate", "6mo", "--anchored")).output);
    expect(again).toMatchObject({ trials: 17, trials_ever: 20 });
    expect(again.windows[0]).toMatchObject({ from: "2012-01-04", until: "2012-07-04" });
  });
  it("says what it cannot do", async () => {
    expect((await study("s4", "--train", "3y")).output).toContain("--train takes days, weeks or months");
    expect((await study("s4", "--train", "60mo")).output).toContain("too_few_sessions");
  });
});
