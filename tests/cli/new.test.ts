/** `stratc new`: every template is a file that compiles, is named as asked and trades when backtested as it says. */
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { stratc } from "./run.ts";

const folder = mkdtempSync(join(tmpdir(), "stratc-new-"));
const { templates } = JSON.parse((await stratc("new", "--list", "--json")).output) as { templates: { name: string; about: string }[] };

it("lists the templates that there are", async () => {
  expect(templates.map(({ name }) => `${name}.strat`).sort()).toEqual(readdirSync("templates").sort());
  expect((await stratc("new", "--list")).output.split("\n")).toHaveLength(templates.length + 1);
});

describe.each(templates)("$name", ({ name, about }) => {
  it("trades when backtested by the command that is printed", async () => {
    const file = join(folder, `my_${name}.strat`);
    const { exit, output } = await stratc("new", file, "--template", name);
    const [, next = ""] = output.split("Next: npx stratc ");
    expect([exit, output]).toEqual([0, `${file}: ${about}\nNext: npx stratc ${next}`]);
    const backtest = await stratc(...next.trim().split(" "), "--json");
    expect(backtest.exit).toBe(0);
    const report = JSON.parse(backtest.output) as { strategy: string; rule_firings: Record<string, number>; rejected: number };
    expect([report.strategy, report.rejected]).toEqual([`my_${name}`, 0]);
    expect(Object.values(report.rule_firings).every((times) => times > 0)).toBe(true);
    expect((await stratc("check", file)).notes).toBe("");
  });
});

it("leaves a file that is there as it is", async () => {
  const file = join(folder, "mine.strat");
  writeFileSync(file, "// mine\n");
  const { exit, notes } = await stratc("new", join(folder, "mine"));
  expect([exit, notes]).toEqual([
    2,
    `error: ${file} is there already; it is left as it is.\nhelp: Take another name: \`stratc new NAME\`.\n`,
  ]);
  expect(readFileSync(file, "utf8")).toBe("// mine\n");
});

it("refuses what cannot name a strategy, and templates that there are not", async () => {
  expect(await stratc("new", join(folder, "my-first"))).toMatchObject({
    exit: 2,
    notes: expect.stringContaining("cannot name a strategy"),
  });
  expect(await stratc("new", join(folder, "a"), "--template", "crss")).toMatchObject({
    exit: 2,
    notes: expect.stringContaining("`cross`"),
  });
});
