/** A run in a process of its own: reached from outside, then killed. What its journal holds comes out the same again. */
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { stratc } from "../cli/run.ts";
import { until } from "../support/until.ts";

let child: ChildProcess | undefined;
afterEach(() => {
  child?.kill("SIGKILL");
});

describe("a run that is killed", () => {
  it("was reached before, holds its folder until then, and leaves a journal that replays", { timeout: 60_000 }, async () => {
    const journal = join(mkdtempSync(join(tmpdir(), "stratc-killed-run-")), "journal");
    const run = ["run", "strategies/sma_cross.strat", "--paper", "--data", "sample:sp500", "--no-cache", "--journal", journal];
    child = spawn(process.execPath, ["src/cli/main.ts", ...run, "--speed", "3000000x"], { stdio: "ignore" });
    await until("the run can be reached", () => existsSync(join(journal, "control.sock")));
    expect(await stratc("status", journal, "--json")).toMatchObject({ exit: 0, output: expect.stringContaining('"ok": true') });
    expect(await stratc(...run)).toMatchObject({ exit: 2, notes: expect.stringContaining(`Process ${child.pid} writes the journal`) });
    const killed = await stratc("kill", journal, "--flatten", "--reason", "a test", "--json");
    expect(JSON.parse(killed.output)).toMatchObject({ ok: true, mode: "killed", reason: expect.stringContaining("a test") });
    const gone = new Promise((resolve) => child?.once("exit", resolve));
    child.kill("SIGKILL");
    await gone;
    expect(await stratc("status", journal)).toMatchObject({ exit: 3, notes: expect.stringContaining("No run is going on") });
    expect(await stratc("replay", journal)).toMatchObject({ exit: 0, output: expect.stringContaining("each the same again") });
  });
});
