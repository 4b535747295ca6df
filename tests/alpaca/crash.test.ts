/**
 * `stratc run` on the simulated Alpaca is killed (SIGKILL) at its calls on files and sockets, and the same command goes on. What was journalled stays, every order
 * that the broker has was durable before, none is there twice, and in the end the run has what the broker has. A sample by default;
 * STRATC_KILL_POINTS=all for every third call, and again at a call of the recovery (`npm run crash`).
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { afterAll, expect, it } from "vitest";
import { wholeReading } from "../../src/adapters/files/live-journal.ts";
import { wasmLanes } from "../../src/backends/wasm/kernel.ts";
import { compile } from "../../src/compile.ts";
import { SECOND } from "../../src/market/calendars.ts";
import type { LiveEntry } from "../../src/run/live/journal.ts";
import { resume } from "../../src/run/live/resume.ts";
import { control, KEYS, minutesOf, testSimulator } from "../support/alpaca-simulator.ts";
import { answered } from "../support/answer.ts";

const ALL = process.env.STRATC_KILL_POINTS === "all";
/** Simulated seconds that each process has. */
const LIFE_SECONDS = 420;
const SPEED = 240;
const STRATEGY = `strategy mortal
trade [AAPL]
clock bar = 1m
session { entries from open to 30m before close  flatten 5m before close }
risk { order_value <= 100_000usd   day_loss <= 50_000usd }
rule go { when close > close[1]  enter long { size 20shares  stop at fill * 99.9%  target at fill * 100.1% } }
rule leave { when close < close[2]  exit go }
`;
const root = mkdtempSync(join(tmpdir(), "stratc-crash-"));
const file = join(root, "mortal.strat");
writeFileSync(file, STRATEGY);
const children: ChildProcess[] = [];
afterAll(() => {
  for (const child of children) child.kill("SIGKILL");
  rmSync(root, { recursive: true });
});

function start(url: string, journal: string, dieAt: number): { readonly child: ChildProcess; readonly exited: Promise<unknown> } {
  const flags = ["--paper", "--broker", "alpaca_paper", "--alpaca_url", url, "--journal", journal];
  const environment = { APCA_API_KEY_ID: KEYS.keyId, APCA_API_SECRET_KEY: KEYS.secret, NODE_COMPILE_CACHE: join(root, "cache") };
  const child = spawn(process.execPath, ["--import", "./tests/alpaca/mortal.ts", "src/cli/main.ts", "run", file, ...flags], {
    env: { ...process.env, ...environment, STRATC_DIE_AT: String(dieAt), STRATC_CALLS_FILE: join(root, "calls") },
    stdio: "ignore",
  });
  children.push(child);
  return { child, exited: once(child, "exit") };
}

async function entriesIn(journal: string): Promise<readonly LiveEntry[]> {
  const reading = await wholeReading(journal);
  if (!reading.ok && reading.failure.code === "journal_missing") return [];
  const entries: LiveEntry[] = [];
  for await (const { entry } of answered(reading).entries(0)) entries.push(entry);
  return entries;
}

function submitted(entries: readonly LiveEntry[]): ReadonlySet<string> {
  return new Set(
    entries.flatMap((entry) =>
      entry.entry === "record" && entry.record.kind === "request" && entry.record.request.kind === "submit"
        ? [entry.record.request.order.clientId]
        : [],
    ),
  );
}

/** A run that dies at each of these calls, one process after the other; the last lives. Gives how many calls it made. */
async function livesThrough(deaths: readonly number[]): Promise<number> {
  const simulator = await testSimulator({
    market: [minutesOf("AAPL", 100, 3, 1, 0.001)],
    speed: SPEED,
    halfSpread: "0.01",
    partialFills: 0.2,
  });
  const { exchange } = simulator.world;
  const journal = mkdtempSync(join(root, "journal-"));
  let before: readonly LiveEntry[] = [];
  for (const dieAt of [...deaths, 0]) {
    const { child, exited } = start(simulator.url, journal, dieAt);
    const isAlive = (): boolean => child.exitCode === null && child.signalCode === null;
    while (isAlive() && simulator.world.listeners.updates.size === 0) await setTimeout(10);
    const begun = exchange.now;
    while (isAlive() && exchange.now < begun + LIFE_SECONDS * SECOND) await setTimeout(20);
    if (dieAt === 0) {
      await control(simulator, "speed", { speed: 0 });
      for (let known = -1; known !== (await entriesIn(journal)).length; ) {
        known = (await entriesIn(journal)).length;
        await setTimeout(300);
      }
    }
    child.kill("SIGINT");
    await exited;
    const entries = await entriesIn(journal);
    expect(entries.slice(0, before.length), `what was durable before ${dieAt}`).toEqual(before);
    before = entries;
    const sent = submitted(entries);
    expect([...exchange.orders.values()].filter(({ ticket }) => !sent.has(ticket.clientId))).toEqual([]);
  }
  const ids = [...exchange.orders.values()].map(({ ticket }) => ticket.clientId);
  expect(new Set(ids).size).toBe(ids.length);
  await expectAgreed(journal, before, simulator.world.exchange);
  await simulator.close();
  rmSync(journal, { recursive: true });
  return Number(readFileSync(join(root, "calls"), "utf8"));
}

type World = Awaited<ReturnType<typeof testSimulator>>["world"]["exchange"];

async function expectAgreed(journal: string, entries: readonly LiveEntry[], { holdings }: World): Promise<void> {
  const graph = compile(STRATEGY, { name: "mortal.strat", readModule: () => undefined }).value!;
  const resumption = await resume(answered(await wholeReading(journal)), [graph], wasmLanes);
  if (!resumption.ok) throw new Error(JSON.stringify(resumption.difference));
  const { engine } = resumption.resumed.goOn(() => undefined).strategies[0]!.walk;
  const halts = entries.flatMap((entry) =>
    entry.entry === "record" && entry.record.kind === "mode" && entry.record.mode === "halted" ? [entry.record.reason] : [],
  );
  expect(halts).toEqual([]);
  expect(engine.books[0]!.position.quantity).toBe(holdings.positions.get("AAPL")?.quantity.toNumber() ?? 0);
  expect(engine.money.toNumber(engine.ledger.cash)).toBeCloseTo(holdings.cash.toNumber(), 6);
}

it("is killed at calls on files and sockets, and nothing is lost or done twice", { timeout: 7_200_000 }, async () => {
  if (!ALL) {
    await livesThrough([83, 46]);
    return;
  }
  const calls = await livesThrough([]);
  expect(calls).toBeGreaterThan(150);
  let points = 0;
  for (let first = 1; first < calls; first += 3, points += 2) await livesThrough([first, 1 + ((first * 7) % 97)]);
  console.log(`${points} points of ${calls} calls`);
});
