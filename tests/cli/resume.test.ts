/** `stratc run --journal`: a run that was killed goes on where it was, and comes to what it would have come to. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { afterEach, expect, it, vi } from "vitest";
import { stratc } from "./run.ts";

afterEach(() => vi.unstubAllEnvs());

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

/** Runs until the journal is as wanted, then kills. Bars come slowly enough for that. */
async function killedWhen(isReached: () => boolean, journal: string, run = RUN): Promise<void> {
  const child = spawn(process.execPath, ["src/cli/main.ts", ...run, "--journal", journal, "--speed", "20000000x"], { stdio: "ignore" });
  const exited = once(child, "exit");
  while (child.exitCode === null && !isReached()) await setTimeout(2);
  child.kill("SIGKILL");
  const [, signal] = await exited;
  expect(signal).toBe("SIGKILL");
}

it("goes on after being killed, as if nothing had been", { timeout: 120_000 }, async () => {
  const journal = at("killed");
  for (const bytes of [1, 20_000, 60_000]) {
    const enough = journalBytes(journal) + bytes;
    await killedWhen(() => journalBytes(journal) >= enough, journal);
  }
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

it("goes on from a snapshot when the entries before are gone, and replays from there", { timeout: 120_000 }, async () => {
  vi.stubEnv("STRATC_SEGMENT_BYTES", "65536");
  vi.stubEnv("STRATC_RETAINED_BYTES", "0");
  const journal = at("short");
  const run = ["run", "strategies/sma_cross.strat", "--paper", "--data", "sample:sp500", "--no-cache"];
  const names = (): readonly string[] => (existsSync(journal) ? readdirSync(journal) : []);
  await killedWhen(() => names().some((name) => name.endsWith(".snapshot")) && !names().includes("000000000001.journal"), journal, run);
  const whole = await stratc(...run, "--orders", at("all"), "--json");
  const resumed = await stratc(...run, "--journal", journal, "--orders", at("left"), "--json");
  expect(resumed.output).toBe(whole.output);
  expect(resumed.notes).toMatch(/records up to entry \d+ are no longer in the journal/);
  expect(readFileSync(at("all"), "utf8").endsWith(readFileSync(at("left"), "utf8"))).toBe(true);
  expect(names().filter((name) => name.endsWith(".snapshot"))).toHaveLength(2);
  const { exit, notes, output } = await stratc("replay", journal);
  expect({ exit, output }).toEqual({ exit: 0, output: expect.stringMatching(/^\d+ entries, each the same again/) });
  expect(notes).toMatch(/the entries up to \d+ are gone/);
  const why = await stratc("why", journal, "--at", "2030-01-01");
  expect(why.exit).toBe(0);
  expect(why.notes).toMatch(/the entries up to \d+ are gone, and with them the values of conditions/);
  expect(why.output).toMatch(/^It did not trade: `(buy|sell)` was asked, and its condition did not hold\./);
});
