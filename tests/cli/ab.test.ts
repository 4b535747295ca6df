/** `stratc ab`: each account is its backtest, trials are counted, a rollout is told, and what cannot be meant is refused. */
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { expect, it } from "vitest";
import { stratc } from "./run.ts";

const folder = mkdtempSync(join(tmpdir(), "stratc-ab-"));
const [a, b] = ["a.strat", "b.strat"].map((name) => join(folder, name)) as [string, string];
const source = readFileSync(resolve(import.meta.dirname, "../../strategies/sma_cross.strat"), "utf8");
writeFileSync(a, source);
writeFileSync(b, source.replace("sma(close, 50)", "sma(close, 20)"));

const ab = (store: string, ...flags: readonly string[]) =>
  stratc("ab", a, b, "--data", "sample:sp500", "--store", join(folder, store), ...flags);

it("each account is its backtest to the cent, and every look is a trial once", async () => {
  const { exit, output } = await ab("store", "--json");
  expect(exit).toBe(0);
  const { strategies, pairs, sessions } = JSON.parse(output);
  for (const [index, file] of [a, b].entries()) {
    const { output: report } = await stratc("backtest", file, "--data", "sample:sp500", "--json");
    expect(strategies[index].final_equity.toFixed(2)).toBe(Number(JSON.parse(report).final_equity).toFixed(2));
    expect(strategies[index].trialsEver).toBe(2);
  }
  expect(pairs).toMatchObject([{ first: "sma_cross#1", second: "sma_cross#2", finding: "no_evidence" }]);
  expect(sessions).toBeGreaterThan(4_500);
  expect(JSON.parse((await ab("store", "--json")).output).strategies[0].trialsEver).toBe(2);
  expect((await ab("store")).output).toContain("No evidence that sma_cross#2 and sma_cross#1 differ");
});

it("a rollout is the same in a paper run, which is replayed", async () => {
  const flags = ["--rollout", "10,50,100", "--step", "250d", "--rollback", "30%"];
  const { capital } = JSON.parse((await ab("other", "--json", ...flags)).output);
  expect(capital.flatMap((record: { share?: number }) => record.share ?? [])).toEqual([50, 100]);
  const journal = join(folder, "journal");
  writeFileSync(b, readFileSync(b, "utf8").replace("strategy sma_cross", "strategy sma_quick"));
  const run = await stratc("run", a, b, "--paper", "--data", "sample:sp500", "--journal", journal, "--json", ...flags);
  expect(JSON.parse(run.output).strategies).toMatchObject([
    { starting_cash: "90000.00", final_equity: expect.stringMatching(/^1\.00/) },
    { starting_cash: "10000.00" },
  ]);
  expect((await stratc("replay", journal)).output).toMatch(/entries, each the same again/);
});

it.each([
  [["--rollout", "10,5", "--step", "5d", "--rollback", "3%"], /rising percentages/],
  [["--rollout", "100", "--step", "5d", "--rollback", "3%"], /rising percentages/],
  [["--rollout", "10,50", "--rollback", "3%"], /needs --step/],
  [["--rollout", "10,50", "--step", "5d"], /needs --rollback/],
  [["--step", "5d"], /are of a `--rollout`/],
])("refuses %j", async (flags, says) => {
  const { exit, notes } = await ab("none", ...flags);
  expect(exit).toBe(2);
  expect(notes).toMatch(says);
});

it("says of a strategy beside itself that nothing can differ", async () => {
  const { exit, notes } = await stratc("ab", a, a, "--data", "sample:sp500", "--store", join(folder, "same"));
  expect(exit).toBe(0);
  expect(notes).toContain(`${a} and ${a} are the same strategy: nothing can differ between them`);
});

it("refuses a single strategy", async () => {
  expect((await stratc("ab", a, "--data", "sample:sp500")).exit).toBe(2);
});
