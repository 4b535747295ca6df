/** `stratc features`: what a model learns from, as the run that trades would give it. */
import { renameSync, rmSync } from "node:fs";
import type { FeaturesFooter } from "../adapters/parquet/features.ts";
import type { FeatureGraph } from "../compile.ts";
import type { Graph } from "../graph/nodes.ts";
import type { BarSource } from "../market/bars.ts";
import type { LeftOut } from "../run/features.ts";
import { type Command, type CommonFlags, writeJson } from "./command.ts";
import { addDataFlags, type DataFlags, RUN_FLAGS } from "./data-flags.ts";
import { openAll } from "./datasets.ts";
import { CommandFailure, runFailure, usageFailure } from "./failure.ts";
import { expectWritable, outputFailure, readText } from "./files.ts";
import { modelReader, moduleReader } from "./modules.ts";
import { parameterValues, periodOf } from "./settings.ts";
import type { Terminal } from "./terminal.ts";
import { watched } from "./watched.ts";

export interface FeaturesFlags extends CommonFlags, DataFlags {
  readonly file: string;
  readonly data: readonly string[];
  readonly model?: string;
  readonly from?: string;
  readonly to?: string;
  readonly param: readonly string[];
}

/** What is exported, shared with `stratc train`. */
export const EXPORT_FLAGS = {
  ...RUN_FLAGS,
  model: { type: "string", requiresArg: true, defaultDescription: "the only one", describe: "The model of the file" },
} as const;

export const featuresCommand: Command<FeaturesFlags & { readonly output: string }> = {
  command: "features <file>",
  describe: "Write what a model learns from: its inputs and the labels",
  flags: (yargs) =>
    addDataFlags(
      yargs
        .group(["data", "model", "from", "to", "param", "output"], "What to write:")
        .positional("file", { type: "string", describe: "Strategy file" })
        .options({
          ...EXPORT_FLAGS,
          output: { type: "string", alias: "o", requiresArg: true, demandOption: true, describe: "File to write: .parquet or .csv" },
        })
        .example("$0 features strategies/trend_model.strat --data sample:sp500 --to 2012-12-31 -o train.parquet", "# one row a bar"),
    ),
  run: async (flags, terminal) => {
    const { output } = flags;
    if (!/\.(parquet|csv)$/.test(output)) throw usageFailure(`-o takes a file .parquet or .csv, not ${output}.`);
    const exported = await exportFeatures(flags, output, terminal);
    if (exported === undefined) return 1;
    const { rows, left } = exported;
    const { warmup, unlabelled, beyondEnd: beyond_end } = left;
    if (flags.json) writeJson(terminal, { ok: true, file: output, rows, left_out: { warmup, unlabelled, beyond_end }, ...exported.footer });
    else terminal.write(`${output}: ${exportText(exported)}\n`);
    return 0;
  },
};

export interface Exported {
  readonly model: FeatureGraph["model"];
  readonly footer: FeaturesFooter;
  readonly rows: number;
  readonly left: LeftOut;
}

/** What has been exported, and what has not, in words. */
export function exportText({ rows, left, footer: { inputs, labels } }: Exported): string {
  const reasons = [
    [left.warmup, "in warm-up"],
    [left.beyondEnd, "whose labels reach beyond the end"],
    [left.unlabelled, "where a label has no value"],
  ] as const;
  const others = reasons.flatMap(([count, reason]) => (count === 0 ? [] : [`${count} ${reason}`]));
  const names = (list: readonly { readonly name: string }[]): string => list.map(({ name }) => name).join(", ");
  const without = others.length === 0 ? "" : ` Left out: ${others.join(", ")}.`;
  return `${rows} rows of ${names(inputs)}, and of ${names(labels)}.${without}`;
}

/** Writes the export of the strategy's model to `output`; undefined where the file has mistakes, which have been presented. */
export async function exportFeatures(flags: FeaturesFlags, output: string, terminal: Terminal): Promise<Exported | undefined> {
  const { compileFeatures } = await import("../compile.ts");
  const { presentDiagnostics } = await import("./source.ts");
  const { file: path } = flags;
  const text = readText(path);
  const model = await modelNamed(flags, text);
  const outside = { readModule: moduleReader(path), readModel: modelReader(path) };
  const { value: learned, diagnostics } = compileFeatures(text, model, { name: path, ...outside });
  presentDiagnostics({ path, text, diagnostics }, learned === undefined && flags.json, terminal);
  if (learned === undefined) return undefined;
  if (learned.labels.length === 0)
    throw usageFailure(`${path} declares nothing to learn.`, ["Say it in a `label`: `label up = ahead(close, 5) > close`."]);
  expectWritable(output);
  const sources = await openAll(learned.graph, flags.data, flags, terminal);
  const footer = footerOf(learned);
  const left: LeftOut = { warmup: 0, unlabelled: 0, beyondEnd: 0 };
  const rows = await watched(sources, terminal, (read) => write({ flags, learned, output, footer, left }, read));
  return { model: learned.model, footer, rows, left };
}

interface Export {
  readonly flags: FeaturesFlags;
  readonly learned: FeatureGraph;
  readonly output: string;
  readonly footer: FeaturesFooter;
  readonly left: LeftOut;
}

async function write({ flags, learned, output, footer, left }: Export, sources: readonly BarSource[]): Promise<number> {
  const { featureRows } = await import("../run/features.ts");
  const { writeFeatures } = await import("../adapters/parquet/features.ts");
  const { wasmLanes } = await import("../backends/wasm/kernel.ts");
  const { failureOf } = await import("../run/failure.ts");
  const { hostedModels } = await import("./model-files.ts");
  const { graph, horizon } = learned;
  const rows = featureRows(
    {
      graph,
      inputs: learned.features.map(({ node }) => node),
      labels: learned.labels.map(({ node }) => node),
      horizon,
      parameters: parameterValues(graph, flags.param),
      backend: wasmLanes,
      sources,
      ...periodOf(flags.from, flags.to, graph.calendar),
      ...(await hostedModels(graph, flags.file, flags.store)),
    },
    left,
  );
  const partial = `${output}.partial-${process.pid}`;
  try {
    const count = await writeFeatures(partial, output.endsWith(".csv") ? "csv" : "parquet", footer, symbolNames(graph), rows);
    renameSync(partial, output);
    return count;
  } catch (error) {
    rmSync(partial, { force: true });
    const failure = failureOf(error, graph);
    if (failure !== null) throw runFailure(failure);
    throw error instanceof CommandFailure ? error : outputFailure(output, error);
  }
}

function symbolNames({ symbols }: Graph): readonly string[] {
  return symbols.map(({ name }) => name);
}

function footerOf({ model, graph, inputsHash, features, labels }: FeatureGraph): FeaturesFooter {
  return {
    schema: "stratc-features/1.0",
    strategy: graph.strategy,
    model: model.name,
    output: model.output,
    inputs_hash: inputsHash,
    inputs: features.map(({ name, type, unit }) => ({ name, type, unit })),
    labels: labels.map(({ name, type, unit, horizon }) => ({ name, type, unit, horizon })),
  };
}

/** The model that is meant, as far as the text can be read. */
async function modelNamed({ model, file }: FeaturesFlags, text: string): Promise<string> {
  const { parse } = await import("../syntax/parse.ts");
  const items = parse(text, file).value?.items;
  if (items === undefined) return model ?? "";
  const names = items.flatMap((item) => (item.kind === "model" ? [item.name.text] : []));
  const meant = model ?? (names.length === 1 ? names[0] : undefined);
  if (meant !== undefined && names.includes(meant)) return meant;
  if (names.length === 0)
    throw usageFailure(`${file} has no model.`, ['Declare one: `model net = native "net.onnx" { input { … } output p: ratio }`.']);
  throw usageFailure(model === undefined ? "Which model? Say it with --model." : `There is no model \`${model}\`.`, [
    `${file} has ${names.join(", ")}.`,
  ]);
}
