/**
 * `stratc kill` at another terminal while the broker refuses every request for its rate: no order leaves any more, every working order's cancel does at once, and
 * again until the broker takes it. What leaves is seen on the wire.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, writeFileSync } from "node:fs";
import { type AddressInfo, connect, createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { afterEach, expect, it } from "vitest";
import { MINUTE } from "../../src/market/calendars.ts";
import { instant } from "../../src/values/quantity.ts";
import { stratc } from "../cli/run.ts";
import { control, KEYS, minutesOf, testSimulator } from "../support/alpaca-simulator.ts";
import { until } from "../support/until.ts";

const SYMBOLS = ["AAPL", "MSFT", "TSLA", "NVDA", "AMZN"];
const STRATEGY = `strategy patient
trade [${SYMBOLS.join(", ")}]
clock bar = 1m
session { entries from open to 30m before close  flatten 5m before close }
risk { order_value <= 100_000usd   day_loss <= 50_000usd }
rule go { when close > close[1] or close <= close[1]  enter long { size 10shares  order limit at close * 90% tif day } }
`;

interface Wire {
  readonly server: Server;
  readonly url: string;
  /** Method and path of what has left for the broker, in order. */
  readonly requests: string[];
}

/** Hands every byte on, and notes what is asked. */
async function tapped(url: string): Promise<Wire> {
  const requests: string[] = [];
  const server = createServer((client) => {
    const upstream = connect(Number(new URL(url).port), "127.0.0.1");
    client.on("data", (bytes) => {
      for (const [, request] of bytes.toString("latin1").matchAll(/^((?:POST|DELETE) \S+) HTTP/gm)) requests.push(request ?? "");
    });
    client.pipe(upstream).pipe(client);
    for (const end of [client, upstream]) end.on("error", () => undefined);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return { server, requests, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

let child: ChildProcess | undefined;
afterEach(() => {
  child?.kill("SIGKILL");
});

it("lets cancels go and nothing else, whatever the broker's rate", { timeout: 60_000 }, async () => {
  const simulator = await testSimulator({ market: SYMBOLS.map((symbol, index) => minutesOf(symbol, 100, index + 1)) });
  const { exchange, listeners } = simulator.world;
  const wire = await tapped(simulator.url);
  const folder = mkdtempSync(join(tmpdir(), "stratc-kill-"));
  const [file, journal] = [join(folder, "patient.strat"), join(folder, "journal")];
  writeFileSync(file, STRATEGY);
  const flags = ["--paper", "--broker", "alpaca_paper", "--alpaca_url", wire.url, "--journal", journal];
  child = spawn(process.execPath, ["src/cli/main.ts", "run", file, ...flags], {
    env: { ...process.env, APCA_API_KEY_ID: KEYS.keyId, APCA_API_SECRET_KEY: KEYS.secret },
    stdio: "ignore",
  });
  while (listeners.updates.size === 0) await setTimeout(10);
  while (exchange.open.size < SYMBOLS.length) {
    simulator.advance(instant(exchange.now + MINUTE));
    await setTimeout(300);
  }
  const working = [...exchange.open].map(({ id }) => `DELETE /v2/orders/${id}`);
  await control(simulator, "speed", { speed: 1 });
  simulator.faults.rates.set("rate_limit", 1);
  expect(await stratc("kill", journal)).toMatchObject({ exit: 0 });
  const ordered = wire.requests.filter((request) => request.startsWith("POST")).length;
  await until("every cancel has left", () => working.every((request) => wire.requests.includes(request)));
  expect(exchange.open.size).toBe(SYMBOLS.length);
  for (let minute = 0; minute < 2; minute++) {
    simulator.advance(instant(exchange.now + MINUTE));
    await setTimeout(200);
  }
  simulator.faults.rates.clear();
  await until("every cancel was taken", () => exchange.open.size === 0);
  expect(wire.requests.filter((request) => request.startsWith("POST"))).toHaveLength(ordered);
  child.kill("SIGINT");
  await once(child, "exit");
  wire.server.close();
  await simulator.close();
});
