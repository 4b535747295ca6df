/**
 * Training on the shared minutes of SPY, and what the two branches decide with it: one word of the file is another, no order is. Needs what training.test.ts
 * needs, and the shared data.
 */
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { stratc } from "../cli/run.ts";
import { describeWithSharedData, sharedPath } from "../support/shared-data.ts";

const MINUTES = "pyalgotrade/nt-spy-minute-2011.csv.gz";
const python = process.env.STRATC_TRAIN_PYTHON;

function strategy(branch: "native" | "onnx"): string {
  return `strategy minutes
trade [SPY]
clock minute = 1m
risk { order_value <= 60_000usd  day_loss <= 20% * equity else flatten until next_session }
model net = ${branch} "net.onnx" {
  input { fast: close / sma(close, 10) - 1, slow: close / sma(close, 60) - 1, strength: rsi(close, 14) / 100 }
  output up: ratio in 0%..100%
  timeout 20s
}
label up = ahead(close, 5) > close
rule rise { when net.up > 51%  enter long { size 100shares } }
rule fall { when net.up ?? 0 < 49%  exit rise }
session { entries from open to 30m before close  flatten 5m before close }
`;
}

describeWithSharedData("models of the shared minutes", [MINUTES], () => {
  it.skipIf(python === undefined).each(["logistic", "boosting", "forest", "mlp"])(
    "%s: native and onnx order the same (set STRATC_TRAIN_PYTHON to a Python with python/requirements-sklearn.txt)",
    async (kind) => {
      const folder = mkdtempSync(join(tmpdir(), "stratc-minutes-"));
      const path = join(folder, "minutes.strat");
      const bars = ["--data", sharedPath(MINUTES)];
      writeFileSync(path, strategy("native"));
      const finished = await stratc("train", path, ...bars, "--to", "2011-01-14", "--kind", kind, "--python", python ?? "");
      expect(finished.notes).not.toContain("error");
      expect(finished.exit).toBe(0);
      const ordered = async (branch: "native" | "onnx"): Promise<string> => {
        writeFileSync(path, strategy(branch));
        const orders = join(folder, `${branch}.jsonl`);
        expect((await stratc("backtest", path, ...bars, "--from", "2011-01-18", "--orders", orders)).exit).toBe(0);
        return readFileSync(orders, "utf8");
      };
      const native = await ordered("native");
      expect(native.split("\n").length).toBeGreaterThan(10);
      expect(await ordered("onnx")).toBe(native);
    },
    120_000,
  );
});
