/** What users hand to the commands: good files, and every kind of bad one. A wrong input ends with 1 and a sentence, never with a stack trace. */
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { stratc } from "./run.ts";

const folder = mkdtempSync(join(tmpdir(), "stratc-cli-"));
const path = (name: string): string => join(folder, name);
const DAILY = `strategy daily
trade [ABC]
clock day = 1d
param n = 2 in 1..5
risk { order_value <= 50_000usd  day_loss <= 50% * equity else flatten until next_session }
rule up   { when close > close[n]  enter long { size 10shares } }
rule down { when close < close[n]  exit up }
`;
const ROWS = ["2020-01-06,10.0,11.0,9.0,10.5,100", "2020-01-07,10.5,12.0,10.0,11.5,100", "2020-01-08,11.5,13.0,11.0,12.5,100"];
ROWS.push("2020-01-09,12.5,13.0,11.0,11.5,100", "2020-01-10,11.5,12.0,10.0,10.5,100", "2020-01-13,10.4,11.0,10.0,10.5,100");
const csv = (rows: readonly string[]): string => `date,open,high,low,close,volume\n${rows.join("\n")}\n`;
const minutes = ["09:31", "09:32", "09:33"].map((time) => `2020-01-06 ${time},10,11,9,10,5`);

beforeAll(() => {
  mkdirSync(path("directory"));
  const files: Readonly<Record<string, string | Uint8Array>> = {
    "daily.strat": DAILY,
    "broken.strat": DAILY.replace("close[n]", "clse[n]"),
    "empty.strat": "",
    "binary.strat": new Uint8Array([0x7f, 0x45, 0x4c, 0x46, 0, 1, 2, 3]),
    "latin1.strat": new Uint8Array([0x73, 0xe9, 0x0a]),
    "huge.strat": new Uint8Array(2_000_000).fill(0x20),
    "longline.strat": `strategy x trade [ABC] clock day = 1d y = ${"close + ".repeat(20_000)}close`,
    "abc.csv": csv(ROWS),
    "header.csv": csv([]),
    "empty.csv": "",
    "torn.csv": csv([...ROWS.slice(0, 3), "2020-01-09,12.5,oops,11.0,11.5,100"]),
    "minutes.csv": csv(minutes),
    "binary.csv": new Uint8Array([0, 255, 254, 3, 10, 0, 44, 44]),
    "others.csv": "symbol,date,open,high,low,close,volume\nXYZ,2020-01-06,10,11,9,10,100\nXYZ,2020-01-07,10,11,9,10,100\n",
  };
  for (const [name, content] of Object.entries(files)) writeFileSync(path(name), content);
});

function backtest(...args: string[]) {
  return stratc("backtest", ...args, "--store", path("store"), "--no-cache", "--json");
}

describe("a strategy file", () => {
  it.each([
    ["missing.strat", "source_missing"],
    ["directory", "source_unreadable"],
    ["binary.strat", "source_not_text"],
    ["latin1.strat", "source_not_text"],
    ["huge.strat", "source_too_large"],
    ["a".repeat(5_000), "source_missing"],
  ])("%s is refused as %s", async (name, code) => {
    const { exit, output } = await stratc("check", path(name), "--json");
    expect(exit).toBe(1);
    expect(JSON.parse(output)).toMatchObject({ ok: false, error: { code } });
  });

  it("that is misspelt is guessed", async () => {
    const { notes } = await stratc("check", path("daly.strat"));
    expect(notes).toContain(`Did you mean \`${path("daily.strat")}\`?`);
  });

  it.each(["empty.strat", "broken.strat", "longline.strat"])("%s gets diagnostics with places", async (name) => {
    const { exit, output } = await stratc("check", path(name), path("daily.strat"), "--json");
    const { ok, files } = JSON.parse(output);
    expect([exit, ok, files[0].ok, files[1].ok]).toEqual([1, false, false, true]);
    expect(files[0]).toMatchObject({ strategy: null, graph_hash: null });
    expect(files[0].diagnostics[0]).toMatchObject({
      severity: "error",
      file: path(name),
      start: { line: expect.any(Number), column: expect.any(Number) },
    });
    expect(files[1].graph_hash).toMatch(/^[0-9a-f]{64}$/);
  });

  it("that is missing does not hide what is found in others", async () => {
    const { exit, output, notes } = await stratc("check", path("missing.strat"), path("daily.strat"));
    expect(exit).toBe(1);
    expect(output).toContain("daily.strat: ok");
    expect(notes).toContain("There is no file");
  });

  it("is not compiled into a folder that is a file", async () => {
    expect((await stratc("compile", path("daily.strat"), "-o", path("abc.csv"))).exit).toBe(2);
    expect(readFileSync(path("abc.csv"), "utf8")).toBe(csv(ROWS));
  });

  it.runIf(process.platform === "linux").each([
    ["compile", ["-o", "/proc/stratc"]],
    ["backtest", [path("abc.csv"), "--journal", "/proc/stratc/journal"]],
  ])("is refused at once where %s can make no folder", async (command, rest) => {
    const { exit, output } = await stratc(command, path("daily.strat"), ...rest, "--json");
    expect(exit).toBe(3);
    expect(JSON.parse(output)).toMatchObject({ error: { code: "output_failed", message: expect.stringContaining("/proc/stratc") } });
  });

  it("with errors does not run", async () => {
    const { exit, output } = await backtest(path("broken.strat"), "--data", path("abc.csv"));
    expect(exit).toBe(1);
    expect(JSON.parse(output)).toMatchObject({ ok: false, diagnostics: [{ code: "E0101" }] });
  });
});

describe("data", () => {
  it.each([
    ["missing.csv", "data_invalid"],
    ["directory", "data_invalid"],
    ["empty.csv", "data_invalid"],
    ["header.csv", "data_invalid"],
    ["binary.csv", "data_invalid"],
    ["torn.csv", "data_invalid"],
    ["others.csv", "data_invalid"],
    ["minutes.csv", "width_mismatch"],
  ])("%s is refused as %s", async (name, code) => {
    const { exit, output } = await backtest(path("daily.strat"), "--data", path(name));
    expect(exit).toBe(1);
    expect(JSON.parse(output)).toMatchObject({ ok: false, error: { code } });
  });

  it("without --data is looked for in the store", async () => {
    const { exit, output } = await backtest(path("daily.strat"));
    expect(exit).toBe(1);
    expect(JSON.parse(output).error.problems[0].message).toContain("ABC");
  });

  it("with nothing in the period is no run", async () => {
    const { exit, output } = await backtest(path("daily.strat"), path("abc.csv"), "--from", "2021-01-01");
    expect(exit).toBe(1);
    expect(JSON.parse(output)).toMatchObject({ error: { code: "no_rows" } });
  });
});

describe("a backtest", () => {
  it("reports, and writes its records", async () => {
    const orders = path("orders.jsonl");
    const { exit, output } = await backtest(path("daily.strat"), "--data", path("abc.csv"), "--orders", orders, "--cash", "1_000usd");
    expect(exit).toBe(0);
    // Decided on 8 January, bought on the 9th at 12.50; decided on the 10th, sold on the 13th at 10.40.
    expect(JSON.parse(output)).toMatchObject({
      bars: 6,
      fills: 2,
      round_trips: 1,
      final_equity: "979.00",
      net_profit: "-21",
      rule_firings: { up: 1, down: 1 },
    });
    const records = readFileSync(orders, "utf8")
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(records.map((record) => record.event)).toEqual(["order", "fill", "order", "fill", "end"]);
  });

  it("gives the same with both backends, and over a period that holds every bar", async () => {
    const run = async (...more: string[]) => {
      const { output } = await backtest(path("daily.strat"), path("abc.csv"), ...more);
      const { seconds: _seconds, bars_per_second: _rate, run_hash, ...report } = JSON.parse(output);
      return { report, run_hash };
    };
    expect(await run("--backend", "interpreter")).toEqual(await run());
    const whole = await run("--from", "2020-01-06", "--to", "2020-01-13");
    expect(whole.report).toEqual((await run()).report);
  });

  it("takes parameters, and says which there are", async () => {
    expect(JSON.parse((await backtest(path("daily.strat"), path("abc.csv"), "--param", "n=1")).output)).toMatchObject({
      ok: true,
      parameters: { n: 1 },
    });
    const { exit, output } = await backtest(path("daily.strat"), path("abc.csv"), "--param", "m=1");
    expect(exit).toBe(2);
    expect(JSON.parse(output)).toMatchObject({ error: { code: "invalid_parameters", help: [expect.stringContaining("daily has n.")] } });
  });

  it("says where it could not write", async () => {
    const { exit, output } = await backtest(path("daily.strat"), path("abc.csv"), "--orders", path("nowhere/orders.jsonl"));
    expect(exit).toBe(3);
    expect(JSON.parse(output)).toMatchObject({ error: { code: "output_failed" } });
  });
});

describe("compile", () => {
  it("writes graph, module and manifest", async () => {
    const { exit, output } = await stratc("compile", path("daily.strat"), "-o", path("build/deep"), "--json");
    expect(exit).toBe(0);
    const [graph, module, manifest] = JSON.parse(output).files.map((file: string) => readFileSync(file));
    expect(JSON.parse(graph)).toMatchObject({ schema: "stratc-graph/2.1", strategy: "daily" });
    expect(() => new WebAssembly.Module(module)).not.toThrow();
    expect(JSON.parse(manifest)).toMatchObject({ schema: "stratc-manifest/2.0", warm_up_rows: 3, first_decision_row: 2 });
  });
});

describe("eval", () => {
  it("prints time and value of every bar, empty before warm-up", async () => {
    const { exit, output } = await stratc("eval", "sma(close, 3)", "--data", path("abc.csv"), "--no-cache", "--csv");
    expect(exit).toBe(0);
    expect(output.split("\n").slice(0, 4)).toEqual([
      "time,value",
      "2020-01-06T21:00:00Z,",
      "2020-01-07T21:00:00Z,",
      "2020-01-08T21:00:00Z,11.5",
    ]);
  });

  it("says why nothing has a value", async () => {
    const { exit, notes } = await stratc("eval", "sma(close, 300)", "--data", path("abc.csv"), "--no-cache");
    expect(exit).toBe(0);
    expect(notes).toMatch(/no bar has a value: the first is at bar 300, and the data has \d+\./);
    expect((await stratc("eval", "sma(close, 3)", "--data", path("abc.csv"), "--no-cache")).notes).not.toContain("has a value");
  });

  it("prints a column for each field of a record, and the last bars only", async () => {
    const { output } = await stratc("eval", "bollinger(close, 2, 2)", "--data", path("abc.csv"), "--no-cache", "--last", "2", "--json");
    const { columns, rows } = JSON.parse(output);
    expect(columns).toEqual(["time", "lower", "middle", "upper"]);
    expect(rows).toEqual([
      ["2020-01-10T21:00:00Z", 10, 11, 12],
      ["2020-01-13T21:00:00Z", 10.5, 10.5, 10.5],
    ]);
  });

  it.each([
    ["any(close > close[1], 3)"],
    ["atr(3)"],
    ["bollinger(close, 3, 2)"],
    ["cross_down(close, sma(close, 2))"],
    ["cross_up(close, sma(close, 2))"],
    ["ema(close, 3)"],
    ["log_return(close)"],
    ["macd(close, 2, 3, 2)"],
    ["median_price()"],
    ["obv()"],
    ["rma(close, 3)"],
    ["roc(close, 2)"],
    ["rsi(close, 3)"],
    ["sma(close, 3)"],
    ["stdev(close, 3)"],
    ["stoch(3, 1, 2)"],
    ["true_range()"],
    ["typical_price()"],
    ["vwap(since: session)"],
    ["wma(close, 3)"],
  ])("knows %s", async (expression) => {
    const { exit, output } = await stratc("eval", expression, "--data", path("abc.csv"), "--no-cache", "--csv");
    const [header, ...rows] = output.trimEnd().split("\n");
    expect([exit, rows.length]).toEqual([0, ROWS.length]);
    expect(rows.at(-1)!.split(",")).toHaveLength(header!.split(",").length);
    expect(rows.at(-1)).not.toMatch(/,(,|$)/);
  });

  it("explains what is wrong with an expression", async () => {
    const { exit, notes } = await stratc("eval", "clse + 1%", "--data", path("abc.csv"), "--no-cache");
    expect(exit).toBe(1);
    expect(notes).toContain("E0101");
  });
});
