/** The configuration without files: what is refused and in which words, which layer wins, where a value comes from, and the page about it. */
import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { environmentProblems, fileProblems } from "../../src/config/judge.ts";
import { environmentLayer, fileLayer, flagLayer, type Layer, misspeltVariables, settingsOf } from "../../src/config/layers.ts";
import { CONFIG_KEYS } from "../../src/config/schema.ts";
import { parseToml, type TomlFile } from "../../src/config/toml.ts";
import { configurationPage } from "./page.ts";

function toml(text: string): TomlFile {
  const parsed = parseToml(text);
  if (!parsed.ok) throw new Error(parsed.message);
  return parsed.file;
}

const LAYERS = ["backtest", "paper", "dev"];
const shipped = ["base", ...LAYERS].map((name) => `config/${name}.toml`).map((name) => ({ name, file: toml(readFileSync(name, "utf8")) }));
const [base, backtest] = shipped.map(({ name, file }) => fileLayer(name, file)) as [Layer, Layer];
const layers = [base, backtest];

describe("the shipped files", () => {
  it("hold to the schema", () => expect(shipped.flatMap(({ name, file }) => fileProblems(name, file))).toEqual([]));
  it.each(LAYERS)("have every key where base.toml and %s.toml are in force", (name) => {
    const layer = shipped.find((one) => one.name === `config/${name}.toml`)!;
    const paths = [base, fileLayer(name, layer.file)].flatMap(({ values }) => Object.keys(values));
    expect([...new Set(paths)].toSorted()).toEqual(CONFIG_KEYS.map((key) => key.path).toSorted());
  });
  it("name no file for trading with real money", () => expect(existsSync("config/live.toml")).toBe(false));
});

describe("a file", () => {
  it.each([
    ["[acount]\n", 1, "there is no key `acount`; did you mean `account`?"],
    ['\n[data]\nzne = "utc"\n', 3, "there is no key `data.zne`; did you mean `data.zone`?"],
    ['[data]\nbackend = "wasm"\n', 2, "there is no key `data.backend`; did you mean `run.backend`?"],
    ['cash = "5usd"\n', 1, "there is no key `cash`; did you mean `account.cash`?"],
    ["[data]\nqqq = 1\n", 2, "there is no key `data.qqq`"],
    ["account = 3\n", 1, "`account` is a table: write `[account]` and its keys below"],
    ["[account]\ncash = 50_000\n", 2, '`account.cash` takes text such as "100_000usd", not 50000'],
    ['account.cash = "-5"\n', 1, '`account.cash` takes text such as "100_000usd", not "-5"'],
    ['[data]\n# two lines\nstamp = """\nnoon"""\n', 3, '`data.stamp` takes one of "detect", "start", "end", not "noon"'],
    ["[data]\ncache = 1\n", 2, "`data.cache` takes true or false, not 1"],
    ["[data]\ncache_bytes_max = -1\n", 2, "`data.cache_bytes_max` takes a whole number from 0, not -1"],
    ["[telemetry]\nmetrics_port = 70_000\n", 2, "`telemetry.metrics_port` takes a whole number from 0 to 65535, not 70000"],
    ['[limits]\norder_value_max = "0usd"\n', 2, '`limits.order_value_max` takes text such as "50_000usd", not "0usd"'],
    ['[limits]\nordr_value_max = "none"\n', 2, "there is no key `limits.ordr_value_max`; did you mean `limits.order_value_max`?"],
    [
      '[broker]\nalpaca_url = "https://api.alpaca.markets"\n',
      2,
      '`broker.alpaca_url` takes text such as "https://paper-api.alpaca.markets", not "https://api.alpaca.markets"',
    ],
    ["[data.cache]\nbytes = 1\n", 1, "`data.cache` takes true or false, not a table"],
  ])("%j is refused on line %i", (text, line, message) => {
    expect(fileProblems("stratc.toml", toml(text))).toEqual([{ place: "stratc.toml", line, message }]);
  });

  it("that is no TOML has a line and a column", () => {
    expect(parseToml('[account]\ncash = "5\n')).toMatchObject({ ok: false, line: 2, column: expect.any(Number) });
  });
});

describe("the environment", () => {
  it("is judged like a file", () => {
    const layer = environmentLayer({ STRATC_CASH: "much", STRATC_CACHE: "no", STRATC_CACHE_BYTES_MAX: "2e9", STRATC_STORE: "bars" });
    expect(environmentProblems(layer).map(({ place, message }) => `${place}: ${message}`)).toEqual([
      'STRATC_CASH: `account.cash` takes text such as "100_000usd", not "much"',
      'STRATC_CACHE: `data.cache` takes true or false, not "no"',
      'STRATC_CACHE_BYTES_MAX: `data.cache_bytes_max` takes a whole number from 0, not "2e9"',
    ]);
  });
  it("is read by type, and nothing is nothing", () => {
    const { values } = environmentLayer({ STRATC_CACHE: "false", STRATC_CACHE_BYTES_MAX: "1_000", STRATC_STORE: "" });
    expect(values).toEqual({ "data.cache": false, "data.cache_bytes_max": 1_000 });
  });
  it("has slips noticed, and the variables of others left alone", () => {
    const problems = misspeltVariables({ STRATC_CAHS: "1", STRATC_CASH: "2", STRATC_FUZZ: "3", CASH: "4" });
    expect(problems).toEqual([{ place: "STRATC_CAHS", line: 0, message: "there is no such variable; did you mean `STRATC_CASH`?" }]);
  });
});

describe("the layers", () => {
  const user = fileLayer("stratc.toml", toml('[account]\ncash = "1"\n[data]\nzone = "utc"\nstamp = "end"\n'));
  const all = [
    ...layers,
    user,
    environmentLayer({ STRATC_ZONE: "exchange", STRATC_STAMP: "start" }),
    flagLayer({ stamp: "end", last: "5" }),
  ];
  const settings = new Map(settingsOf(all).map(({ key, value, origin }) => [key.path, { value, origin: origin() }]));

  it.each([
    ["run.backend", "wasm", { kind: "file", file: "config/base.toml", line: expect.any(Number) }],
    ["account.cash", "1", { kind: "file", file: "stratc.toml", line: 2 }],
    ["data.zone", "exchange", { kind: "environment", name: "STRATC_ZONE" }],
    ["data.stamp", "end", { kind: "flag", name: "--stamp" }],
  ])("%s is the last one's", (path, value, origin) => expect(settings.get(path)).toEqual({ value, origin }));
});

describe("the keys", () => {
  it("have names of their own, so that flags and variables need no section", () => {
    expect(new Set(CONFIG_KEYS.map((key) => key.name)).size).toBe(CONFIG_KEYS.length);
  });
  it("are described in docs/configuration.md (rewritten by vitest -u)", async () => {
    await expect(configurationPage(settingsOf(layers))).toMatchFileSnapshot(resolve("docs/configuration.md"));
  });
});
