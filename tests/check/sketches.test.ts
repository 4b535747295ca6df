/** The strategies that the language was sketched with compile, respelled as docs/decisions/0009 says. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { moduleReader } from "../../src/cli/modules.ts";
import { compile } from "../../src/compile.ts";
import { sharedPath } from "../support/shared-data.ts";

const FOLDER = sharedPath("../strat-examples");

/** What the sketch says, and what it says as built; all places of a file. */
const RESPELLED: Readonly<Record<string, readonly (readonly [string, string])[]>> = {
  "06_turtle.strat": [["stop at last_fill", "stop at fill"]],
  "07_orb.strat": [["stop at bottom", "stop at bottom ?? fill * 98%"]],
  "09_momentum.strat": [["if month.best then", "if month.best ?? false then"]],
  "10_rotation.strat": [
    ["risky.sum(part)", "risky.sum(part ?? 0)"],
    ["last(weight)", "(last(weight) ?? 0)"],
  ],
  "11_vwap.strat": [["band.mid", "band.middle"]],
  "12_mm.strat": [["size 0.01share", "size 1share"]],
  "18_armed.strat": [["bars_held > 26bars and close < entry_price", "(bars_held > 26bars and close < entry_price) ?? false"]],
  "stdlib.strat": [
    ["hl2", "median_price()"],
    ["hlc3", "typical_price()"],
    ["extreme: close, price: none,", "extreme: close, price: close, turned: false,"],
    ["price: far,", "price: far, turned: true,"],
    ["price: p.price,", "price: p.price, turned: p.turned,"],
    ["price: s.price,", "price: if s.turned then s.price else none,"],
    ["fn variance(x: series U, n: int in 2..1000): series U^2 { return covariance(x, x, n) }", ""],
    [
      "covariance(x, y, n) / (sqrt(variance(x, n)) * sqrt(variance(y, n)))",
      "clamp(covariance(x, y, n) / (sqrt(variance(x, n)) * sqrt(variance(y, n))), -1, 1)",
    ],
    ["100 * count(i in 1..n: x[i] <= x) / n", "clamp(100 * count(i in 1..n: x[i] <= x) / n, 0, 100)"],
  ],
};

/** Their model files are not among them. */
const WITH_MODELS: readonly string[] = ["00_full.strat", "13_kelly.strat"];

function errorsOf(file: string): readonly string[] {
  const path = `${FOLDER}/${file}`;
  let source = readFileSync(path, "utf8");
  for (const [sketched, built] of RESPELLED[file] ?? []) {
    expect(source).toContain(sketched);
    source = source.replaceAll(sketched, built);
  }
  const { diagnostics } = compile(source, { name: path, readModule: moduleReader(path) });
  return diagnostics.filter(({ severity }) => severity === "error").map(({ code, message }) => `${code} ${message}`);
}

describe.skipIf(!existsSync(FOLDER))("the sketches of the language", () => {
  const files = existsSync(FOLDER) ? readdirSync(FOLDER).filter((name) => name.endsWith(".strat")) : [];
  it.each(files)("%s compiles", (file) => {
    const model = WITH_MODELS.includes(file) ? [expect.stringMatching(/^E0506 .*there is no such file/)] : [];
    expect(errorsOf(file)).toEqual(model);
  });
});
