/** The commands of the documents that serve or trade until they are told to end: each is started as it is written, at a port of its own, and ended by Ctrl-C. */
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import { claimed } from "./documents.ts";
import { install, projectFolder, run, start } from "./project.ts";
import { differences, sketches } from "./shape.ts";

const KEYS = { APCA_API_KEY_ID: "PKSIMULATED", APCA_API_SECRET_KEY: "simulated-secret" };
const started: ChildProcess[] = [];
let project = "";

beforeAll(() => {
  install();
  project = projectFolder();
  writeFileSync(
    join(project, "my.strat"),
    "strategy my\ntrade [AAPL]\nclock bar = 1m\nrisk { order_value <= 9_000usd   day_loss <= 500usd }\nrule go { when close > close[2]  enter long { size 5shares } }\n",
  );
}, 60_000);

afterAll(() => {
  for (const child of started) child.kill("SIGKILL");
});

function begun(command: string, more: NodeJS.ProcessEnv = {}): ChildProcess {
  const child = start(command, project, more);
  started.push(child);
  return child;
}

/** A simulator that `command` has started, and the first line that it prints. */
async function simulated(command: string) {
  const child = begun(command);
  if (child.stdout === null) throw new Error("a child without output");
  const [line] = (await once(child.stdout, "data")) as [Buffer];
  return { child, line: line.toString(), url: /http:\/\/127\.0\.0\.1:\d+/.exec(line.toString())?.[0] ?? "" };
}

/** The answer of the run that keeps its journal in `journal`, once it is there. */
async function statusOf(child: ChildProcess, journal: string): Promise<string> {
  for (;;) {
    const { exit, output, notes } = run(`stratc status ${journal} --json`, project);
    if (exit === 0) return output;
    if (child.exitCode !== null) throw new Error(notes);
    await setTimeout(50);
  }
}

async function interrupted(child: ChildProcess): Promise<unknown> {
  child.kill("SIGINT");
  const [code] = await once(child, "exit");
  return code;
}

const commands = claimed("server")
  .filter(([, { language }]) => language === "sh")
  .flatMap(([place, { text }]) =>
    text
      .replaceAll("\\\n", "")
      .trim()
      .split("\n")
      .map((command) => ({ place, command })),
  );
const simulators = commands.filter(({ command }) => command.startsWith("stratc simulate-alpaca"));
const runs = commands.filter(({ command }) => !command.startsWith("stratc simulate-alpaca"));

it.each(simulators)("$place: $command", { timeout: 60_000 }, async ({ command }) => {
  const { child, url } = await simulated(command.replace(/--port \d+/, "--port 0"));
  expect(url).not.toBe("");
  expect(await interrupted(child)).toBe(0);
});

it.each(runs)("$place: $command", { timeout: 60_000 }, async ({ command }) => {
  const simulator = await simulated("stratc simulate-alpaca --symbols AAPL --speed 60x --requests-per-minute 0");
  const child = begun(command.replace(/http:\S+/, simulator.url), { ...KEYS, STRATC_ALPACA_URL: simulator.url });
  await statusOf(child, /--journal (\S+)/.exec(command)?.[1] ?? "");
  expect(await interrupted(child)).toBe(130);
  expect(await interrupted(simulator.child)).toBe(0);
});

const answers = claimed("server").filter(([, { language }]) => language === "json");

it("what servers are shown to answer they answer", { timeout: 60_000 }, async () => {
  const simulator = await simulated("stratc simulate-alpaca --speed paused --json");
  const trading = begun("stratc run strategies/sma_cross.strat --paper --data sample:sp500 --speed 1x --journal runs/slow");
  const given = [await statusOf(trading, "runs/slow"), simulator.line].map((answer) => JSON.parse(answer));
  const shown = answers.flatMap(([, { text }]) => sketches(text));
  expect(shown.map((sketch, index) => differences(sketch, given[index] ?? null))).toEqual([[], []]);
  expect(await interrupted(trading)).toBe(130);
  expect(await interrupted(simulator.child)).toBe(0);
});
