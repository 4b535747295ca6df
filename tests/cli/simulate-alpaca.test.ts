/** `stratc simulate-alpaca`: what it refuses, and that it serves until it is told to stop. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect, it } from "vitest";
import { stratc } from "./run.ts";

it.each([
  [["--speed", "fast"], /--speed takes 1x, 60x and the like, or paused/],
  [["--fault", "rain=0.1"], /--fault takes KIND=SHARE, not `rain=0.1`/],
  [["--fault", "latency=2"], /--fault latency takes a number from 0 to 1/],
  [["--start", "soon"], /--start takes a date or an instant/],
  [["--symbols", "demo"], /--symbols takes different names in capitals/],
  [["--port", "http"], /--port takes a whole number/],
])("refuses %j", async (flags, message) => {
  const { exit, notes } = await stratc("simulate-alpaca", ...flags);
  expect(exit).toBe(2);
  expect(notes).toMatch(message);
});

it("serves on loopback until a signal comes", async () => {
  const child = spawn(process.execPath, ["src/cli/main.ts", "simulate-alpaca", "--speed", "paused", "--json"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [first] = (await once(child.stdout, "data")) as [Buffer];
  const { url, key_id, secret_key, time } = JSON.parse(first.toString("utf8"));
  expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  const headers = { "APCA-API-KEY-ID": key_id, "APCA-API-SECRET-KEY": secret_key };
  const account = await fetch(`${url}/v2/account`, { headers });
  expect(await account.json()).toMatchObject({ cash: "100000", status: "ACTIVE" });
  expect((await fetch(`${url}/v2/account`)).status).toBe(401);
  const state = (await (await fetch(`${url}/simulator/advance`, { method: "POST", body: '{"bars": 2}' })).json()) as { now: string };
  expect(state.now > time).toBe(true);
  child.kill("SIGINT");
  const [code] = await once(child, "exit");
  expect(code).toBe(0);
});
