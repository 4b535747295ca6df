/** `stratc train`: exports what a model learns from, trains it in Python, and holds the new files against the strategy. */
import { mkdtempSync, rmSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type Command, writeJson } from "./command.ts";
import { addDataFlags } from "./data-flags.ts";
import { CommandFailure, sentence, usageFailure } from "./failure.ts";
import { EXPORT_FLAGS, type Exported, exportFeatures, exportText, type FeaturesFlags } from "./features.ts";
import { load } from "./model-loading.ts";
import { packageFolder } from "./package-folder.ts";
import { countOf, countOrNone } from "./settings.ts";
import type { Terminal } from "./terminal.ts";

interface TrainFlags extends FeaturesFlags {
  readonly kind: string;
  readonly label?: string;
  readonly folds: string;
  readonly embargo?: string;
  readonly "model-version": string;
  readonly python?: string;
}

const TRAIN_FLAGS = {
  kind: { choices: ["logistic", "boosting", "forest", "mlp"], demandOption: true, requiresArg: true, describe: "Kind of model" },
  label: { type: "string", requiresArg: true, defaultDescription: "the only one", describe: "The label to learn" },
  folds: { type: "string", requiresArg: true, default: "5", describe: "Tests that follow their training in time" },
  embargo: { type: "string", requiresArg: true, defaultDescription: "none", describe: "Bars left out between training and test" },
  "model-version": { type: "string", requiresArg: true, default: "1.0.0", describe: "Semantic version of the model" },
  python: { type: "string", requiresArg: true, defaultDescription: "one of its own", describe: "Interpreter that has the packages" },
} as const;

export const trainCommand: Command<TrainFlags> = {
  command: "train <file>",
  describe: "Train a model of a strategy with scikit-learn",
  flags: (yargs) =>
    addDataFlags(
      yargs
        .group(["data", "model", "from", "to", "param", ...Object.keys(TRAIN_FLAGS)], "What to train:")
        .positional("file", { type: "string", describe: "Strategy file" })
        .options({ ...EXPORT_FLAGS, ...TRAIN_FLAGS })
        .example(
          "$0 train strategies/trend_model.strat --data sample:sp500 --to 2011-12-31 --kind boosting",
          "# then backtest what comes after",
        ),
    ),
  run: async (flags, terminal) => {
    const script = scriptFlags(flags);
    const folder = mkdtempSync(join(tmpdir(), "stratc-train-"));
    try {
      const python = flags.python ?? (await ownPython(terminal));
      const table = join(folder, "train.parquet");
      const exported = await exportFeatures(flags, table, terminal);
      if (exported === undefined) return 1;
      expectLabel(flags, exported);
      terminal.note(`${exportText(exported)}\n`);
      const figures = await trained({ flags, script, python, table }, exported, terminal);
      return await present(flags, exported, figures, terminal);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

function pythonFolder(): string {
  return join(packageFolder(), "python");
}

/** The interpreter of stratc's own environment, made where there is none. */
async function ownPython(terminal: Terminal): Promise<string> {
  const { trainingPython } = await import("../adapters/python/environment.ts");
  const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "stratc");
  const python = await trainingPython(cache, join(pythonFolder(), "requirements-sklearn.txt"), (line) => terminal.note(`${line}\n`));
  if (typeof python === "string") return python;
  throw new CommandFailure(3, "outside_failed", sentence(python.problem), [python.help]);
}

function expectLabel({ file, label }: TrainFlags, { footer: { labels } }: Exported): void {
  if (label === undefined ? labels.length === 1 : labels.some(({ name }) => name === label)) return;
  const known = `${file} has ${labels.map(({ name }) => name).join(", ")}.`;
  throw usageFailure(label === undefined ? "Which label? Say it with --label." : `There is no label \`${label}\`.`, [known]);
}

interface Figures {
  readonly kind: string;
  readonly label: string;
  readonly folds: number;
  readonly out_of_sample: Readonly<Record<string, number>>;
}

/** What the training script is told, checked before anything is done. */
function scriptFlags({ kind, label, folds, embargo, "model-version": version }: TrainFlags): readonly string[] {
  if (!/^\d+\.\d+\.\d+$/.test(version)) throw usageFailure(`--model-version takes 1.0.0, not \`${version}\`.`);
  return [
    ...["--kind", kind, "--model-version", version],
    ...["--folds", `${countOf("--folds", folds)}`, "--embargo", `${countOrNone("--embargo", embargo)}`],
    ...(label === undefined ? [] : ["--label", label]),
  ];
}

interface Training {
  readonly flags: TrainFlags;
  readonly script: readonly string[];
  readonly python: string;
  readonly table: string;
}

/** Runs the training script, which writes the model beside the strategy. */
async function trained({ flags, script, python, table }: Training, { model }: Exported, terminal: Terminal): Promise<Figures> {
  const { run } = await import("../adapters/python/environment.ts");
  const args = [join(pythonFolder(), "train_sklearn.py"), table, "--model", join(dirname(flags.file), model.file), ...script];
  const finished = await run(python, args, (line) => terminal.note(line.startsWith("error: ") ? "" : `${line}\n`));
  if (finished.ok) return JSON.parse(finished.output) as Figures;
  const [, mistake] = /^error: (.*)$/.exec(finished.lastLine) ?? [];
  if (mistake !== undefined) throw new CommandFailure(1, "model_invalid", sentence(mistake));
  throw new CommandFailure(3, "outside_failed", `${python} could not train: ${finished.lastLine}.`, [
    "--python names an interpreter that has the packages of python/requirements-sklearn.txt.",
  ]);
}

/** What there is now: the model as its sidecar pins it, its figures, and whether the strategy takes it. */
async function present(flags: TrainFlags, { model, rows, footer }: Exported, figures: Figures, terminal: Terminal): Promise<0 | 1> {
  const { checkSource, presentDiagnostics } = await import("./source.ts");
  const path = join(dirname(flags.file), model.file);
  const { file } = await load(path);
  const { trained: period } = file.sidecar;
  const source = checkSource(flags.file);
  presentDiagnostics(source, !source.ok && flags.json, terminal);
  if (!source.ok) return 1;
  if (flags.json)
    writeJson(terminal, { ok: true, file: path, sha256: file.hash, rows, trained: period, ...figures, inputs_hash: footer.inputs_hash });
  else {
    const found = Object.entries(figures.out_of_sample).map(([name, value]) => `  ${name.padEnd(18)} ${value.toFixed(4)}`);
    const lines = [
      `${path}  ${file.sidecar.version}, pinned ${file.hash}`,
      `  trained            ${period.from} to ${period.to}: a backtest that tests it begins later`,
      ...found,
      `  out of sample: ${figures.folds} tests, each after its training`,
    ];
    terminal.write(`${lines.join("\n")}\n`);
  }
  return 0;
}
