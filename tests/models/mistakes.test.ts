/** No model that does not fit reaches trading: every way in which one may not has its own error, which shows what was expected and what there is. */
import { expect, it } from "vitest";
import { compile } from "../../src/compile.ts";
import { readModule, strategy } from "../check/support.ts";
import { readModel } from "../support/models.ts";

const INPUTS = "rsi: rsi(close, 14) / 100, range: atr(14) / close";

interface Written {
  readonly file?: string;
  readonly branch?: string;
  readonly inputs?: string;
  readonly output?: string;
  readonly timeout?: string;
}

function source({
  file = "up.onnx",
  branch = "onnx",
  inputs = INPUTS,
  output = "p: ratio in 0%..100%",
  timeout = " timeout 20ms",
}: Written): string {
  return strategy(`model net = ${branch} "${file}" { input { ${inputs} } output ${output}${timeout} }
rule buy  { when net.p > 55%  enter long { size 1share } }
rule sell { when (net.p ?? 0) < 50%  exit buy }`);
}

function found(written: Written): readonly string[] {
  return compile(source(written), { name: "x.strat", readModule, readModel }).diagnostics.map(({ code, message }) => `${code} ${message}`);
}

it.each(["onnx", "native"])("a model that fits compiles: %s", (branch) => {
  expect(found({ branch })).toEqual([]);
});

const CASES: readonly (readonly [what: string, written: Written, says: readonly RegExp[]])[] = [
  ["missing", { file: "none.onnx" }, [/^E0506 none\.onnx .* there is no such file/]],
  ["truncated", { file: "truncated.onnx" }, [/^E0506 .* too early/]],
  ["corrupt", { file: "corrupt.onnx" }, [/^E0506 /]],
  ["another kind of file", { file: "text.onnx" }, [/^E0506 /]],
  ["empty", { file: "empty.onnx" }, [/^E0506 .* no graph/]],
  ["without a sidecar", { file: "alone.onnx" }, [/^E0507 alone\.onnx\.json.* there is none/]],
  ["with a sidecar that is no JSON", { file: "unwritten.onnx" }, [/^E0507 .* no JSON/]],
  ["with a sidecar that breaks the schema", { file: "unversioned.onnx" }, [/^E0507 .*`version` must match/]],
  ["retrained", { file: "retrained.onnx" }, [/^E0503 retrained\.onnx is \w{8}…, pinned \w{8}…/]],
  ["of a later opset", { file: "future.onnx" }, [/^E0508 .*ai\.onnx 99; versions 7 to \d+ are known/]],
  ["of foreign operators", { file: "foreign.onnx" }, [/^E0508 .*com\.microsoft/]],
  ["native with an operator that has no steps", { file: "bent.onnx", branch: "native" }, [/^E0508 .*the operator Erf; onnxruntime can/]],
  ["native with weights for other columns", { file: "stretched.onnx", branch: "native" }, [/^E0508 .*LinearClassifier/]],
  ["native with weights that are not finite", { file: "boundless.onnx", branch: "native" }, [/^E0508 .*not finite/]],
  ["with another number of columns", { file: "wide.onnx" }, [/^E0501 .*expected any number of rows × 2 features, is \? × 5/]],
  ["with another rank", { file: "flat.onnx" }, [/^E0501 .*expected any number of rows × 2 features, is \?/]],
  ["with two input tensors", { file: "split.onnx" }, [/^E0501 .*expected 1 tensor, is 2/]],
  ["with an answer beyond its output", { file: "narrow.onnx" }, [/^E0501 .*expected rows × more than 2 components, is \? × 2/]],
  ["of float64", { file: "double.onnx" }, [/^E0502 .*expected float32, is float64/]],
  ["without the output", { file: "mapped.onnx" }, [/^E0502 .*expected output_probability, is label, probabilities/]],
  ["given too few inputs", { inputs: "rsi: rsi(close, 14) / 100" }, [/^E0501 .*expected 2 \(rsi, range\), is 1 \(rsi\)/]],
  ["given a renamed input", { inputs: "rsi: 0.5, spread: 0.1" }, [/^E0502 .*input 2: expected `range`, is `spread`/]],
  ["given inputs in another order", { inputs: "range: 0.1, rsi: 0.5" }, [/^E0509 .*expected rsi, range, is range, rsi/]],
  ["given a price", { inputs: "rsi: rsi(close, 14) / 100, range: atr(14)" }, [/^E0504 .*`range` is in usd\/share/]],
  ["given what may be missing", { inputs: "rsi: 0.5, range: 1 / (close - open) * 1usd / 1share" }, [/^E0403 .*`range`/]],
  ["given the account", { inputs: "rsi: 0.5, range: cash / equity ?? 0" }, [/^E0409 .*of the market/]],
  [
    "asked for another output",
    { output: "prob: ratio in 0%..100%" },
    [/^E0502 .*the output: expected `p`, is `prob`/, /^E0410 /, /^E0410 /],
  ],
  ["of another branch", { branch: "torch" }, [/^E0109 /]],
  ["run by onnxruntime without a time-out", { timeout: "" }, [/^E0108 .*timeout/]],
  ["with a time-out that is none", { timeout: " timeout 20bars" }, [/^E0409 .*timeout/]],
];

it.each(CASES)("%s", (_, written, says) => {
  const diagnostics = found(written);
  for (const [index, pattern] of says.entries()) expect(diagnostics[index]).toMatch(pattern);
  expect(diagnostics).toHaveLength(says.length);
});
