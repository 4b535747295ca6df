/** `stratc run --journal`: a run that was killed goes on where it was, and comes to what it would have come to. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { expect, it } from "vitest";
import { stratc } from "./run.ts";

const folder = mkdtempSync(join(tmpdir(), "stratc-resume-"));
const at = (name: string): string => join(folder, name);
const ACTIONS = [
  "ALFA,2021-09-07,split,3:2",
  "BRAVO,2022-06-06,dividend,0.25",
  "BRAVO,2022-10-03,split,1:4",
  "CHARLIE,2023-02-06,split,2:1",
];
const RUN = ["run", "strategies/rank_rotation.strat", "--paper", "--data", "sample:days", "--actions", at("actions.csv")];
writeFileSync(at("actions.csv"), ["symbol,date,kind,value", ...ACTIONS, ""].join("\n"));

function journalBytes(journal: string): number {
  try {
    return readdirSync(journal)
      .filter((name) => name.endsWith(".journal"))
      .reduce((sum, name) => sum + statSync(join(journal, name)).size, 0);
  } catch {
    return 0;
  }
}

/** Runs until the journal has grown by `bytes`, then kills. Bars come slowly enough for that. */
async function killedAfter(bytes: number, journal: string): Promise<void> {
  const child = spawn(process.execPath, ["src/cli/main.ts", ...RUN, "--journal", journal, "--speed", "20000000x"], { stdio: "ignore" });
  const exited = once(child, "exit");
  const enough = journalBytes(journal) + bytes;
  while (child.exitCode === null && journalBytes(journal) < enough) await setTimeout(2);
  child.kill("SIGKILL");
  const [, signal] = await exited;
  expect(signal).toBe("SIGKILL");
}

it("goes on after being killed, as if nothing had been", { timeout: 120_000 }, async () => {
  const journal = at("killed");
  for (const bytes of [1, 20_000, 60_000]) await killedAfter(bytes, journal);
  const resumed = await stratc(...RUN, "--journal", journal, "--orders", at("resumed"), "--json");
  const whole = await stratc(...RUN, "--orders", at("whole"), "--json");
  expect(resumed).toMatchObject({ exit: 0 });
  expect(resumed.output).toBe(whole.output);
  expect(readFileSync(at("whole"), "utf8")).toContain('"split"');
  expect(readFileSync(at("resumed"), "utf8")).toBe(readFileSync(at("whole"), "utf8"));
  expect(await stratc("replay", journal)).toMatchObject({ exit: 0 });

  const again = await stratc(...RUN, "--journal", journal, "--json");
  expect(again.output).toBe(whole.output);
  const other = await stratc(...RUN, "--journal", journal, "--cash", "5_000usd");
  expect(other.exit).toBe(2);
  expect(other.notes).toMatch(/holds another run: its `strategies\.0\.cash`/);
});
