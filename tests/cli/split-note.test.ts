/** What a backtest says of figures in shares where a split happens in its run (semantics 13.10). */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { shareLiteralLines } from "../../src/language/share-literals.ts";
import { stratc } from "./run.ts";

const folder = mkdtempSync(join(tmpdir(), "stratc-split-"));
afterAll(() => rmSync(folder, { recursive: true }));

const SOURCE = `strategy split
trade [TEST]
clock day = 1d
risk { order_value <= 60_000usd   drawdown <= 20% }
rule buy { when close > 1usd / 1share  enter long { size 100shares  stop at fill * 90% } }
`;

async function notes(...more: readonly string[]): Promise<string> {
  const [file, data, actions] = ["split.strat", "days.csv", "actions.csv"].map((name) => join(folder, name));
  writeFileSync(file!, SOURCE);
  writeFileSync(
    data!,
    "date,open,high,low,close,volume\n2024-01-02,20,21,19,20,100\n2024-01-03,10,11,9,10,100\n2024-01-04,10,11,9,10,100\n",
  );
  writeFileSync(actions!, "date,kind,value\n2024-01-03,split,2:1\n");
  const { exit, notes } = await stratc("backtest", file!, "--data", data!, "--actions", actions!, "--no-cache", ...more);
  expect(exit).toBe(0);
  return notes;
}

it("names the split and the lines, and nothing where there is none in the run", async () => {
  expect(await notes()).toContain("TEST splits 2:1 on 2024-01-03, and what line 5 says in shares or usd/share stays as it is");
  expect(await notes("--from", "2024-01-04")).not.toContain("splits");
});

it("finds figures in shares wherever they stand", () => {
  expect(shareLiteralLines("a = 1usd / 2shares // 3shares\nb = close\nc = 10shares + 1share\nd = close > 5usd/share\n")).toEqual([1, 3, 4]);
});
