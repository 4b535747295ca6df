/** `stratc doctor` on a machine whose broker is a server of this test's, and the promise that keys appear nowhere. */
import { mkdtempSync, readdirSync, readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it, vi } from "vitest";
import { stratc } from "./run.ts";

let server: Server | undefined;

afterEach(() => {
  server?.close();
  vi.unstubAllEnvs();
});

/** A broker whose clock is `ahead` seconds before ours. */
async function broker(ahead = 0): Promise<string> {
  server = createServer((_, response) => {
    response.setHeader("date", new Date(Date.now() + ahead * 1_000).toUTCString());
    response.statusCode = 401;
    response.end();
  });
  await new Promise<void>((resolve) => server?.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function doctor(): Promise<{ exit: number; checks: Readonly<Record<string, { status: string; message: string; help: string }>> }> {
  const { exit, output } = await stratc("doctor", "--json");
  const checks: readonly { check: string; status: string; message: string; help: string }[] = JSON.parse(output).checks;
  return { exit, checks: Object.fromEntries(checks.map(({ check, ...rest }) => [check, rest])) };
}

describe("a doctor", () => {
  it("finds a machine fit", async () => {
    vi.stubEnv("STRATC_ALPACA_URL", await broker());
    vi.stubEnv("APCA_API_KEY_ID", "id");
    vi.stubEnv("APCA_API_SECRET_KEY", "secret");
    const { exit, checks } = await doctor();
    expect(exit).toBe(0);
    expect(Object.keys(checks)).toEqual(["node", "configuration", "keys", "disk", "broker", "clock"]);
    expect([checks.keys, checks.broker, checks.clock].map((one) => one?.status)).toEqual(["ok", "ok", "ok"]);
  });

  it("finds what a run with a broker would fail for, and says what to do", async () => {
    vi.stubEnv("STRATC_BROKER", "alpaca_paper");
    vi.stubEnv("STRATC_ALPACA_URL", await broker(60));
    const { exit, checks } = await doctor();
    expect(exit).toBe(3);
    expect(checks.keys).toMatchObject({ status: "fail", message: expect.stringContaining("APCA_API_KEY_ID") });
    expect(checks.clock).toMatchObject({
      status: "fail",
      message: expect.stringMatching(/off by (59|60|61)/),
      help: expect.stringContaining("NTP"),
    });
    vi.stubEnv("STRATC_ALPACA_URL", "http://127.0.0.1:9");
    expect((await doctor()).checks.broker).toMatchObject({ status: "fail", message: expect.stringContaining("does not answer") });
  });

  it("finds a configuration that cannot be used", async () => {
    vi.stubEnv("STRATC_METRICS_PORT", "high");
    const { exit, checks } = await doctor();
    expect(exit).toBe(3);
    expect(checks.configuration).toMatchObject({ status: "fail", message: expect.stringContaining("STRATC_METRICS_PORT") });
  });
});

describe("trading with real money", () => {
  it.each([
    ["run", "strategies/sma_cross.strat", "--live"],
    ["run", "strategies/sma_cross.strat", "--paper", "--layer", "live"],
    ["config", "--layer", "live"],
    ["doctor", "--layer", "live"],
  ])("is refused: %s %s %s", async (...args) => {
    const { exit, notes } = await stratc(...args);
    expect([exit, notes]).toEqual([2, expect.stringContaining("never trades with real money")]);
  });
  it("is refused where its address is set", async () => {
    vi.stubEnv("STRATC_ALPACA_URL", "https://api.alpaca.markets");
    expect((await stratc("run", "strategies/sma_cross.strat", "--paper")).exit).toBe(1);
  });
});

describe("keys", () => {
  it("appear in no output, log or journal", async () => {
    const [id, secret] = ["planted-id-4711", "planted-secret-4711"];
    const folder = mkdtempSync(join(tmpdir(), "stratc-planted-"));
    vi.stubEnv("STRATC_ALPACA_URL", await broker());
    const log = join(folder, "run.log");
    vi.stubEnv("STRATC_LOG_TO", log);
    vi.stubEnv("STRATC_LOG_LEVEL", "debug");
    vi.stubEnv("APCA_API_KEY_ID", id);
    vi.stubEnv("APCA_API_SECRET_KEY", secret);
    const journal = join(folder, "journal");
    const run = ["run", "strategies/sma_cross.strat", "--paper", "--data", "sample:sp500", "--no-cache", "--from", "2019-01-02"];
    const finished = [
      await stratc("doctor"),
      await stratc("config", "--json"),
      await stratc(...run, "--journal", journal),
      await stratc(...run, "--journal", journal, "--json"),
    ];
    const files = [log, ...readdirSync(journal).map((name) => join(journal, name))].map((path) => readFileSync(path, "latin1"));
    const everything = [...finished.flatMap(({ output, notes }) => [output, notes]), ...files];
    expect(everything.join("").length).toBeGreaterThan(20_000);
    for (const text of everything) expect(text.includes(id) || text.includes(secret)).toBe(false);
  });
});
