/** Logs and metrics of a run, from the entries of its journal; and what is said about them in docs/ and deploy/. */
import { globSync, mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { folderDisk } from "../../src/adapters/files/disk.ts";
import { openLogger } from "../../src/adapters/logs/logger.ts";
import { METRICS } from "../../src/adapters/prometheus/catalogue.ts";
import { metricsObserver } from "../../src/adapters/prometheus/observer.ts";
import { openMetrics } from "../../src/adapters/prometheus/registry.ts";
import { serveMetrics } from "../../src/adapters/prometheus/server.ts";
import { journalEntries, readJournal } from "../../src/journal/reading.ts";
import type { LiveEntry } from "../../src/run/live/journal.ts";
import { logLines } from "../../src/run/live/log-lines.ts";
import { stratc } from "../cli/run.ts";
import { answered } from "../support/answer.ts";
import { until } from "../support/until.ts";
import { metricsPage } from "./metrics-page.ts";

const folder = mkdtempSync(join(tmpdir(), "stratc-telemetry-"));
const entries: LiveEntry[] = [];

beforeAll(async () => {
  const journal = join(folder, "journal");
  const { exit } = await stratc(
    "run",
    "strategies/sma_cross.strat",
    "--paper",
    "--data",
    "sample:sp500",
    "--no-cache",
    "--journal",
    journal,
  );
  expect(exit).toBe(0);
  const disk = folderDisk(journal);
  const reading = answered(await readJournal(disk, "oldest"));
  for await (const { entry } of journalEntries(disk, reading, 0)) entries.push(entry as LiveEntry);
});

const failure = { class: "retryable", code: "timeout", message: "no answer", retryAfter: null } as const;
const order = { clientId: "c1", symbol: "SPY", side: "buy", type: "market", tif: "day", quantity: "5", limit: null, stop: null } as const;
/** What a run with a broker goes through. */
const WITH_BROKER = [
  { entry: "record", record: { kind: "order_state", strategy: "s", clientId: "c1", order: 9, from: "intended", to: "sent" } },
  { entry: "record", record: { kind: "request", request: { number: 1, kind: "submit", order } } },
  { entry: "input", input: { kind: "answer", received: 5, request: 1, answer: { ok: false, failure } } },
  { entry: "input", input: { kind: "feed", received: 6, state: "lost", failure } },
  { entry: "input", input: { kind: "feed", received: 7, state: "live", failure: null } },
  { entry: "record", record: { kind: "mode", mode: "halted", reason: "cash" } },
] as unknown as readonly LiveEntry[];

describe("log lines", () => {
  it("follow an order from its decision to its fill", () => {
    const lineOf = logLines();
    const lines = [...entries, ...WITH_BROKER].map(lineOf).filter((line) => line !== null);
    expect(lines.filter(({ correlation }) => correlation === "sma_cross/1").map(({ event }) => event)).toEqual(["order", "fill"]);
    expect(lines.filter(({ correlation }) => correlation === "s/9").map(({ event }) => event)).toEqual(["order_state", "submit"]);
    expect(lines.at(-1)).toEqual({ level: "error", event: "mode", mode: "halted", reason: "cash" });
  });

  it("are JSON, from their level up, without secrets", async () => {
    const path = join(folder, "deep", "run.log");
    const logger = openLogger(path, "info", (message) => expect.unreachable(message));
    logger.write({ level: "info", event: "order", quantity: "5", broker: { secret: "planted" } });
    logger.write({ level: "debug", event: "instant" });
    logger.write({ level: "error", event: "mode", secret: "planted" });
    logger.close();
    await until("two lines are there", () => readFileSync(path, "utf8").split("\n").length === 3);
    const text = readFileSync(path, "utf8");
    expect(
      text
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line)),
    ).toMatchObject([
      { level: "info", event: "order", quantity: "5", broker: { secret: "[redacted]" }, time: expect.any(Number) },
      { level: "error", event: "mode" },
    ]);
    expect(text).not.toContain("planted");
  });

  it("that cannot be written are said once, and the run goes on", async () => {
    const said: string[] = [];
    const logger = openLogger("/dev/full", "info", (message) => said.push(message));
    logger.write({ level: "info", event: "order" });
    await until("the failure is said", () => said.length > 0);
    logger.write({ level: "info", event: "order" });
    logger.close();
    expect(said).toHaveLength(1);
  });
});

describe("metrics", () => {
  it("count what a run did, and are read on the loopback", async () => {
    const metrics = openMetrics();
    const see = metricsObserver(metrics);
    for (const entry of [...entries, ...WITH_BROKER]) see(entry);
    const server = answered(await serveMetrics(metrics, 0, () => metrics.set("stratc_equity", 7, { strategy: "s" })));
    const text = await (await fetch(`http://127.0.0.1:${server.port}/metrics`)).text();
    const fills = entries.filter(
      (one) => one.entry === "record" && one.record.kind === "engine" && one.record.record.event === "fill",
    ).length;
    expect(fills).toBeGreaterThan(10);
    for (const line of [
      `stratc_fills_total{strategy="sma_cross",symbol="SPX",type="market",side="buy"} ${fills / 2}`,
      'stratc_equity{strategy="s"} 7',
      'stratc_mode{mode="halted"} 1',
      'stratc_mode{mode="trading"} 0',
      'stratc_broker_errors_total{request="submit",class="retryable",code="timeout"} 1',
      "stratc_feed_reconnects_total 1",
    ]) {
      expect(text).toContain(`\n${line}\n`);
    }
    expect(text).toMatch(/process_cpu_seconds_total|process_resident_memory_bytes/);
    expect((await fetch(`http://127.0.0.1:${server.port}/`)).status).toBe(404);
    expect(await serveMetrics(metrics, server.port, () => undefined)).toMatchObject({
      ok: false,
      failure: { code: "metrics_unavailable" },
    });
    server.close();
  });

  it("are described in docs/metrics.md (rewritten by vitest -u)", async () => {
    await expect(metricsPage()).toMatchFileSnapshot(resolve("docs/metrics.md"));
  });
});

describe("deploy", () => {
  const files = globSync("deploy/**/*.{json,yml,service}").map((path) => ({ path, text: readFileSync(path, "utf8") }));

  it("names only metrics that exist, and every one of ours is on the dashboard", () => {
    const known = new Set<string>(Object.keys(METRICS));
    const named = (text: string): string[] =>
      [...text.matchAll(/\bstratc_[a-z_]+\b/g)].map(([name]) => name.replace(/_(bucket|sum|count)$/, ""));
    expect(files.length).toBeGreaterThan(2);
    for (const { path, text } of files)
      expect(
        named(text)
          .filter((name) => !known.has(name))
          .map((name) => `${path}: ${name}`),
      ).toEqual([]);
    const dashboard = files.find(({ path }) => path.includes("grafana"))!;
    expect([...known].filter((name) => !named(dashboard.text).includes(name))).toEqual([]);
    expect(JSON.parse(dashboard.text)).toMatchObject({ schemaVersion: expect.any(Number), panels: expect.any(Array) });
  });

  it("has a unit that keeps a journal", () => {
    const { text } = files.find(({ path }) => path.endsWith(".service"))!;
    expect(text).toMatch(/^ExecStart=.*stratc run .*--paper .*--journal /m);
    for (const section of ["Unit", "Service", "Install"]) expect(text).toContain(`[${section}]`);
  });
});
