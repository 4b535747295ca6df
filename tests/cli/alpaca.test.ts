/** `stratc run --broker alpaca_paper` against `stratc simulate-alpaca`: it trades, is killed, goes on, and no order is handed over twice. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { afterAll, expect, it } from "vitest";
import { KEYS, minutesOf, testSimulator } from "../support/alpaca-simulator.ts";
import { stratc } from "./run.ts";

const folder = mkdtempSync(join(tmpdir(), "stratc-alpaca-"));
const journal = join(folder, "journal");
const file = join(folder, "simple.strat");
const children: ChildProcess[] = [];
writeFileSync(
  file,
  `strategy simple
trade [AAPL]
clock bar = 1m
risk { order_value <= 100_000usd   day_loss <= 50_000usd }
rule go { when close > close[2]  enter long { size 20shares } }
rule leave { when close < close[3]  exit go }
`,
);
afterAll(() => {
  for (const child of children) child.kill("SIGKILL");
});

function run(url: string): ChildProcess {
  const flags = ["--paper", "--broker", "alpaca_paper", "--alpaca_url", url, "--journal", journal];
  const child = spawn(process.execPath, ["src/cli/main.ts", "run", file, ...flags], {
    env: { ...process.env, APCA_API_KEY_ID: KEYS.keyId, APCA_API_SECRET_KEY: KEYS.secret },
    stdio: ["ignore", "ignore", "pipe"],
  });
  children.push(child);
  return child;
}

it("trades, is killed and goes on", { timeout: 120_000 }, async () => {
  const simulator = await testSimulator({ market: [minutesOf("AAPL", 100, 3, 1, 0.001)], speed: 240 });
  const { orders } = simulator.world.exchange;
  const handed = async (count: number): Promise<void> => {
    while (orders.size < count) await setTimeout(10);
  };
  const first = run(simulator.url);
  await handed(2);
  first.kill("SIGKILL");
  await once(first, "exit");
  const second = run(simulator.url);
  let said = "";
  second.stderr?.on("data", (text: Buffer) => {
    said += text.toString();
  });
  await handed(orders.size + 2);
  second.kill("SIGINT");
  const [code] = await once(second, "exit");
  expect(said).toMatch(/Interrupted; nothing was cancelled or sold\. The same command goes on from here\./);
  expect(code).toBe(130);
  const ids = [...orders.values()].map(({ ticket }) => ticket.clientId);
  expect(new Set(ids).size).toBe(ids.length);
  expect(await stratc("replay", journal)).toMatchObject({ exit: 0 });
  await simulator.close();
});

it.each([
  [["--broker", "alpaca_paper", "--alpaca_url", "https://api.alpaca.markets"], /is not taken/],
  [["--broker", "alpaca_paper", "--feed", "data"], /stored bars are not its market/],
  [["--feed", "alpaca", "--data", "sample:days"], /are of stored bars/],
])("refuses %j", async (flags, message) => {
  const { exit, notes } = await stratc("run", file, "--paper", ...flags);
  expect(exit).not.toBe(0);
  expect(notes).toMatch(message);
});

it("refuses a file that reads adjusted prices, which nobody would adjust", async () => {
  const adjusted = join(folder, "adjusted.strat");
  writeFileSync(adjusted, readFileSync(file, "utf8").replace("close > close[2]", "adjusted(close) > adjusted(close)[2]"));
  const { exit, notes } = await stratc("run", adjusted, "--paper", "--broker", "alpaca_paper");
  expect(exit).toBe(2);
  expect(notes).toMatch(/does not tell dividends/);
});
