/** What `stratc features` writes is what the run that trades gives the model, to the bit, and labels that nothing else knows. */
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { wasmLanes } from "../../src/backends/wasm/kernel.ts";
import { openAll } from "../../src/cli/datasets.ts";
import { moduleReader } from "../../src/cli/modules.ts";
import { type CompileOptions, compile, compileFeatures } from "../../src/compile.ts";
import type { ModelRunner } from "../../src/graph/model-runner.ts";
import { backtest } from "../../src/run/backtest.ts";
import { type FeatureRow, featureRows, type LeftOut } from "../../src/run/features.ts";
import { stratc } from "../cli/run.ts";
import { readModel } from "../support/models.ts";

const FLAGS = { zone: "detect", stamp: "detect", repair: false, store: "none", cache: false, cache_bytes_max: 0 } as const;
const silent = { write: () => {}, note: () => {}, colour: { output: false, notes: false }, interactive: false };
const OPTIONS: CompileOptions = { name: "features", readModule: moduleReader("."), readModel };
const LIMITS = "risk { order_value <= 500_000usd  day_loss <= 10% * equity else flatten until next_session }";
const LABELS = "label up = ahead(close, 5) > close\nlabel rise = highest(ahead(high, 3), 3) / close - 1\n";

const ONE = `strategy one
trade [SPX]
clock day = 1d
${LIMITS}
model net = onnx "up.onnx" { input { rsi: rsi(close, 14) / 100, range: atr(14) / close } output p: ratio in 0%..100% timeout 20ms }
rule buy  { when net.p > 55%  enter long { size 50% * cash } }
rule sell { when (net.p ?? 0) < 50%  exit buy }
`;
const MANY = `strategy many
trade [ALFA, BRAVO, CHARLIE]
context [DELTA]
clock day = 1d
clock month = 1mo of day
${LIMITS}
on month { climb = roc(close, 2) }
model net = onnx "up.onnx" {
  input { rsi: universe.rank(rsi(close, 14)) / 3 ?? 0, range: if month.climb > 0 then DELTA.close / close else 1 } output p: ratio in 0%..100% timeout 20ms
}
rule buy { when net.p > 50%  hold 10shares }
rule off { when not (net.p > 50%) ?? true  hold 0shares }
`;

async function exported(source: string, data: string, period: { readonly to?: number } = {}) {
  const learned = compileFeatures(source, "net", { ...OPTIONS, readModel: () => ({ model: undefined, sidecar: undefined }) }).value!;
  const { graph, features, labels, horizon } = learned;
  const [inputs, known] = [features.map(({ node }) => node), labels.map(({ node }) => node)];
  const sources = await openAll(graph, [data], FLAGS, silent);
  const left: LeftOut = { warmup: 0, unlabelled: 0, beyondEnd: 0 };
  const rows: FeatureRow[] = [];
  for await (const piece of featureRows(
    { graph, inputs, labels: known, horizon, parameters: [], backend: wasmLanes, sources, ...period },
    left,
  ))
    rows.push(...piece);
  return { rows, left, graph, sources };
}

/** All rows that a backtest asks its model about, symbol after symbol. */
async function asked(source: string, data: string): Promise<Float32Array> {
  const graph = compile(source, OPTIONS).value!;
  const seen: number[] = [];
  const models: ModelRunner = {
    answers: async ({ rows, inputs }) => {
      seen.push(...inputs);
      return new Float32Array(rows).fill(0.6);
    },
  };
  const sources = await openAll(graph, [data], FLAGS, silent);
  const result = await backtest({ graph, parameters: [], backend: wasmLanes, sources, cash: "100000", models });
  if (!result.ok) throw new Error(result.failure.message);
  return Float32Array.from(seen);
}

const bits = (values: Float32Array) => Buffer.from(values.buffer, values.byteOffset, values.byteLength).toString("hex");

it.each([
  ["one symbol", ONE, "sample:sp500"],
  ["several symbols and clocks", MANY, "sample:days"],
])("%s: the rows of the export are those that the run gives the model, bit for bit", async (_, source, data) => {
  const { rows } = await exported(source, data);
  const bySymbol = rows.toSorted((a, b) => a.symbol - b.symbol || a.time - b.time);
  expect(rows.length).toBeGreaterThan(200);
  expect(bits(Float32Array.from(bySymbol.flatMap(({ inputs }) => [...inputs])))).toBe(bits(await asked(source, data)));
});

it("labels are what came later; rows that they reach beyond are left out", async () => {
  const { rows, left, sources } = await exported(ONE + LABELS, "sample:sp500");
  const [closes, highs, times] = [[], [], []] as [number[], number[], number[]];
  for await (const { rows: count, time, columns } of sources[0]!.chunks(100_000, new Set())) {
    closes.push(...columns.close.subarray(0, count));
    highs.push(...columns.high.subarray(0, count));
    times.push(...time.subarray(0, count));
  }
  expect(left).toEqual({ warmup: 14, unlabelled: 0, beyondEnd: 5 });
  expect(rows.length).toBe(times.length - 19);
  for (const [index, { time, known, labels }] of rows.entries()) {
    const row = index + 14;
    expect([time, known]).toEqual([times[row], times[row + 5]]);
    expect(labels[0]).toBe(Number(closes[row + 5]! > closes[row]!));
    expect(labels[1]).toBeCloseTo(Math.max(...highs.slice(row + 1, row + 4)) / closes[row]! - 1, 12);
  }
});

it("a row depends on nothing later than when its labels are known", async () => {
  const whole = await exported(MANY + LABELS, "sample:days");
  const { known } = whole.rows[Math.floor(whole.rows.length / 2)]!;
  const half = await exported(MANY + LABELS, "sample:days", { to: known });
  expect(half.rows).toEqual(whole.rows.filter((row) => row.known <= known));
});

it("labels are no part of the graph", () => {
  expect(compile(ONE + LABELS, OPTIONS).value).toEqual(compile(ONE, OPTIONS).value);
  const hash = (source: string) => compileFeatures(source, "net", OPTIONS).value!.inputsHash;
  expect(hash(ONE + LABELS)).toBe(hash(ONE));
  expect(hash(ONE.replace("atr(14)", "atr(15)"))).not.toBe(hash(ONE));
});

it("the command writes a table, and says what it left out", async () => {
  const folder = mkdtempSync(join(tmpdir(), "stratc-features-"));
  const path = join(folder, "one.strat");
  writeFileSync(path, ONE + LABELS);
  const table = join(folder, "train.csv");
  const done = await stratc("features", path, "--data", "sample:sp500", "--to", "2000-03-31", "-o", table);
  expect(done).toMatchObject({
    exit: 0,
    output: `${table}: 44 rows of rsi, range, and of up, rise. Left out: 14 in warm-up, 5 whose labels reach beyond the end.\n`,
  });
  const [header, first] = readFileSync(table, "utf8").split("\n");
  expect(header).toBe("symbol,time,known,input_rsi,input_range,label_up,label_rise");
  expect(first).toMatch(/^SPX,2000-01-24 21:00:00,2000-01-31 21:00:00,0\.38690656,0\.0197\d+,false,0\.0123\d+$/);
  writeFileSync(path, ONE);
  expect(await stratc("features", path, "--data", "sample:sp500", "-o", table)).toMatchObject({ exit: 2 });
  expect(await stratc("features", path, "--data", "sample:sp500", "--model", "other", "-o", table)).toMatchObject({ exit: 2 });
});
