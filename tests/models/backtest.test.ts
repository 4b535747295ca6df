/** A model in a backtest: both branches decide the same, training data is refused, and what cannot run a model says so. */
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { stratc } from "../cli/run.ts";
import { readModel } from "../support/models.ts";

const folder = mkdtempSync(join(tmpdir(), "stratc-models-"));
const { model, sidecar } = readModel("up.onnx");
writeFileSync(join(folder, "up.onnx"), model!);
writeFileSync(join(folder, "up.onnx.json"), sidecar!);
const trainedLater = JSON.stringify({ ...JSON.parse(sidecar!), trained: { from: "2005-01-03T21:00:00Z", to: "2010-12-31T21:00:00Z" } });
writeFileSync(join(folder, "late.onnx"), model!);
writeFileSync(join(folder, "late.onnx.json"), trainedLater);

function strategy(branch: string, file = "up.onnx"): string {
  const path = join(folder, `${branch}_${file}.strat`);
  writeFileSync(
    path,
    `strategy modelled
trade [SPX]
clock day = 1d
risk { order_value <= 500_000usd  day_loss <= 10% * equity else flatten until next_session }
model net = ${branch} "${file}" { input { rsi: rsi(close, 14) / 100, range: atr(14) / close } output p: ratio in 0%..100% timeout 20ms }
param level = 55% in 50%..90%
rule buy  { when net.p > level  enter long { size 50% * cash } }
rule sell { when (net.p ?? 0) < 50%  exit buy }
`,
  );
  return path;
}

const run = (path: string, ...flags: readonly string[]) =>
  stratc("backtest", path, "--data", "sample:sp500", "--json", "--store", join(folder, "store"), ...flags);

it("both branches take the same decisions, in batches and row by row", async () => {
  const results = [];
  for (const branch of ["native", "onnx"]) results.push(JSON.parse((await run(strategy(branch))).output));
  await stratc("model", "verify", join(folder, "up.onnx"), "--store", join(folder, "store"));
  results.push(JSON.parse((await run(strategy("onnx"))).output));
  results.push(JSON.parse((await run(strategy("native"), "--backend", "interpreter")).output));
  const [first] = results;
  expect(first.fills).toBeGreaterThan(20);
  for (const { fills, final_equity } of results)
    expect({ fills, final_equity }).toEqual({ fills: first.fills, final_equity: first.final_equity });
});

it("a search asks the model in each of its threads", async () => {
  const path = strategy("onnx");
  const searched = await stratc(
    ...["sweep", path, "--data", "sample:sp500", "--json", "--store", join(folder, "store")],
    ...["-o", join(folder, "sweep"), "--workers", "2", "--param", "level=50%,55%,60%"],
  );
  const { best } = JSON.parse(searched.output);
  expect(best).toHaveLength(3);
  for (const { parameters, fills, final_equity } of best)
    expect(JSON.parse((await run(path, "--param", `level=${parameters.level}`)).output)).toMatchObject({ fills, final_equity });
});

it("refuses bars on which the model was trained, unless told not to", async () => {
  const refused = await run(strategy("native", "late.onnx"));
  expect(refused.exit).toBe(1);
  expect(JSON.parse(refused.output).error).toMatchObject({ code: "in_sample", model: "net" });
  const admitted = JSON.parse((await run(strategy("native", "late.onnx"), "--in-sample")).output);
  expect(admitted.assumptions).toMatchObject({ in_sample: ["net"], optimistic: true });
  expect((await run(strategy("native", "late.onnx"), "--from", "2011-01-03")).exit).toBe(0);
});

it("pins another file, and says what is in it", async () => {
  writeFileSync(join(folder, "new.onnx"), readModel("retrained.onnx").model!);
  writeFileSync(join(folder, "new.onnx.json"), readModel("retrained.onnx").sidecar!);
  expect((await stratc("model", "inspect", join(folder, "new.onnx"))).exit).toBe(1);
  expect((await stratc("model", "pin", join(folder, "new.onnx"))).exit).toBe(0);
  const shown = JSON.parse((await stratc("model", "inspect", join(folder, "new.onnx"), "--json")).output);
  expect(shown).toMatchObject({ native: "affine, activate", sidecar: { features: [{ name: "rsi" }, { name: "range" }] } });
});

it.each([
  ["truncated.onnx", "is no ONNX model that can be read: it ends"],
  ["alone.onnx", "alone.onnx.json, which says what training knew: there is none."],
  ["unwritten.onnx", "unwritten.onnx.json, which says what training knew: it is no JSON."],
  ["absent.onnx", "is no ONNX model that can be read: there is no such file."],
  ["wide.onnx", "the input X: expected any number of rows × 2 features, is ? × 5."],
  ["changed.onnx", "the input X: expected any number of rows × 2 features, is ? × 5."],
])("pins none that is broken: %s", async (name, reason) => {
  const files = readModel(name === "changed.onnx" ? "wide.onnx" : name);
  const text = name === "changed.onnx" ? sidecar : files.sidecar;
  if (files.model !== undefined) writeFileSync(join(folder, name), files.model);
  if (text !== undefined) writeFileSync(join(folder, `${name}.json`), text);
  const { exit, notes } = await stratc("model", "pin", join(folder, name));
  expect([exit, notes]).toEqual([1, expect.stringContaining(reason)]);
});
