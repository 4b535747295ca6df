/** A worker thread: evaluates the combinations it is sent, over bars that all threads share. */
import { parentPort, workerData } from "node:worker_threads";
import type { LaneBackend } from "../../graph/kernel.ts";
import type { ModelRunner } from "../../graph/model-runner.ts";
import { type BarChunk, type BarSource, chunkOf } from "../../market/bars.ts";
import { evaluator } from "../../research/evaluation.ts";
import { courseOf, type StudyFigures, studyReader } from "../../research/study-trial.ts";
import { figuresOf } from "../../research/trial.ts";
import type { BacktestOutcome } from "../../run/outcome.ts";
import type { Answer, SharedRows, Task, WorkerData } from "./task.ts";

const data = workerData as WorkerData;
const { models: modelSources, ...rest } = data;
const models = modelSources.length === 0 ? {} : { models: await modelsOf(modelSources) };
const evaluate = evaluator({ ...rest, ...models, backend: await backendNamed(data.backend), sources: data.bars.map(sourceOf) });

const { calendar } = data.graph;
let read: ((outcome: BacktestOutcome) => StudyFigures) | null = null;

parentPort?.on("message", async ({ combinations, question, course }: Task) => {
  if (question !== null) read ??= studyReader(question, calendar);
  const results = await evaluate(combinations);
  const answers = results.map((result): Answer => {
    if (!result.ok) return { result, study: null, course: null };
    const { outcome } = result;
    return {
      result: { ok: true, figures: figuresOf(outcome, data.cash, calendar) },
      study: question === null ? null : (read?.(outcome) ?? null),
      course: course ? courseOf(outcome, calendar) : null,
    };
  });
  parentPort?.postMessage(answers);
});

async function modelsOf(sources: WorkerData["models"]): Promise<ModelRunner> {
  const { openModels } = await import("../onnx/runner.ts");
  const opened = await openModels(sources);
  if ("problem" in opened) throw new Error(opened.problem);
  return opened;
}

async function backendNamed(name: WorkerData["backend"]): Promise<LaneBackend> {
  switch (name) {
    case "wasm":
      return (await import("../../backends/wasm/kernel.ts")).wasmLanes;
    case "interpreter":
      return (await import("../../backends/interpreter/kernel.ts")).interpretedLanes;
  }
}

function sourceOf({ info, actions = [], time, columns: { open, high, low, close, ...others } }: SharedRows): BarSource {
  if (!open || !high || !low || !close) throw new Error("a dataset without its columns");
  const all = { rows: time.length, time, columns: { ...others, open, high, low, close } };
  return {
    info,
    actions,
    async *chunks(capacity): AsyncGenerator<BarChunk> {
      for (let from = 0; from < all.rows; from += capacity)
        yield chunkOf(all, Math.min(capacity, all.rows - from), (column) => column.subarray(from, from + capacity));
    },
  };
}
