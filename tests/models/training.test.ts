/**
 * The training that ships, really run: every kind of model is taken by the strategy, and the model of `strategies/` is what its own training gives. Skipped
 * without a Python that has its packages:
 *
 *     python3 -m venv /tmp/training && /tmp/training/bin/pip install -r python/requirements-sklearn.txt
 *     STRATC_TRAIN_PYTHON=/tmp/training/bin/python npx vitest run tests/models
 */
import { execFile } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { openSession } from "../../src/adapters/onnx/session.ts";
import { prng } from "../../src/values/prng.ts";
import { stratc } from "../cli/run.ts";

const python = process.env.STRATC_TRAIN_PYTHON;
const trains = it.skipIf(python === undefined);
const HOW = "(set STRATC_TRAIN_PYTHON to a Python with python/requirements-sklearn.txt)";
const SHIPPED = resolve("strategies/models/trend.onnx");

/** The shipped strategy in a folder of its own, with a model of this kind. */
async function trained(kind: string, embargo = "20") {
  const folder = mkdtempSync(join(tmpdir(), "stratc-training-"));
  const path = join(folder, "trend_model.strat");
  cpSync("strategies/trend_model.strat", path);
  const train = [
    "train",
    path,
    "--data",
    "sample:sp500",
    "--to",
    "2011-12-31",
    "--embargo",
    embargo,
    "--kind",
    kind,
    "--python",
    python ?? "",
  ];
  const finished = await stratc(...train, "--json");
  return { path, folder, finished, model: join(folder, "models/trend.onnx") };
}

async function answers(model: string, inputs: Float32Array): Promise<Float32Array> {
  const session = await openSession(readFileSync(model), { input: "X", features: 4, output: "probabilities", component: 1 });
  if ("problem" in session) throw new Error(session.problem);
  const found = await session.run(inputs.length / 4, inputs);
  await session.close();
  return found;
}

trains.each(["logistic", "boosting", "forest", "mlp"])(
  `%s: trained, pinned, and run in the kernel ${HOW}`,
  async (kind) => {
    const { path, finished } = await trained(kind);
    expect(finished.exit).toBe(0);
    const { out_of_sample, rows } = JSON.parse(finished.output);
    expect(rows).toBe(2900);
    expect(out_of_sample.log_loss).toBeGreaterThan(0.5);
    expect((await stratc("backtest", path, "--data", "sample:sp500", "--json")).exit).toBe(1);
    expect((await stratc("backtest", path, "--data", "sample:sp500", "--from", "2012-01-03", "--json")).exit).toBe(0);
  },
  120_000,
);

trains(
  `training the shipped strategy again gives its model ${HOW}`,
  async () => {
    const { model } = await trained("boosting");
    const [shipped, again] = [SHIPPED, model].map((path) => JSON.parse(readFileSync(`${path}.json`, "utf8")));
    expect(again.features).toEqual(shipped.features);
    expect(again.trained).toEqual(shipped.trained);
    const random = prng(1);
    const inputs = Float32Array.from({ length: 4 * 2_000 }, (_, at) => {
      const { mean, deviation } = shipped.features[at % 4];
      return mean + 3 * deviation * (2 * random.uniform() - 1);
    });
    const [before, after] = [await answers(SHIPPED, inputs), await answers(model, inputs)];
    const difference = Math.max(...before.map((answer, row) => Math.abs(answer - (after[row] ?? Number.NaN))));
    expect(difference, `${shipped.sha256} shipped, ${again.sha256} trained`).toBeLessThan(1e-6);
  },
  120_000,
);

trains(
  `the splits and mistakes of training ${HOW}`,
  async () => {
    await promisify(execFile)(python ?? "", ["-B", "-m", "unittest", "discover", "-s", "python"]);
    const { finished } = await trained("boosting", "5000");
    expect(finished).toMatchObject({ exit: 1 });
    expect(JSON.parse(finished.output).error.message).toMatch(/^An embargo of 5000 leaves nothing/);
  },
  120_000,
);

it("without a Python that trains it says what to do, and writes nothing", async () => {
  const folder = mkdtempSync(join(tmpdir(), "stratc-training-"));
  const path = join(folder, "trend_model.strat");
  writeFileSync(path, readFileSync("strategies/trend_model.strat"));
  const train = ["train", path, "--data", "sample:sp500", "--to", "2003-12-31", "--kind", "boosting", "--python", join(folder, "python")];
  const missing = await stratc(...train);
  expect(missing).toMatchObject({ exit: 3 });
  expect(missing.notes).toMatch(/could not train: spawn .* ENOENT[\s\S]*help: --python names an interpreter/);
  expect((await stratc("model", "inspect", join(folder, "models/trend.onnx"))).exit).toBe(1);
});
