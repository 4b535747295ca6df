/** A worker thread: evaluates the combinations it is sent, over bars that all threads share. */
import { parentPort, workerData } from "node:worker_threads";
import type { LaneBackend } from "../../graph/kernel.ts";
import type { BarChunk, BarSource } from "../../market/bars.ts";
import { evaluator } from "../../research/evaluation.ts";
import { figuresOf } from "../../research/trial.ts";
import type { SharedBars, Task, TaskResult, WorkerData } from "./task.ts";

const data = workerData as WorkerData;
const evaluate = evaluator({ ...data, backend: await backendNamed(data.backend), sources: data.bars.map(sourceOf) });

parentPort?.on("message", async ({ combinations }: Task) => {
  const results = await evaluate(combinations);
  const told: TaskResult = results.map((result) =>
    result.ok ? { ok: true, figures: figuresOf(result.outcome, data.cash, data.graph.calendar) } : result,
  );
  parentPort?.postMessage(told);
});

async function backendNamed(name: WorkerData["backend"]): Promise<LaneBackend> {
  switch (name) {
    case "wasm":
      return (await import("../../backends/wasm/kernel.ts")).wasmLanes;
    case "interpreter":
      return (await import("../../backends/interpreter/kernel.ts")).interpretedLanes;
  }
}

function sourceOf({ info, columns }: SharedBars): BarSource {
  const [time, open, high, low, close, volume] = columns;
  if (!time || !open || !high || !low || !close || !volume) throw new Error("a dataset without its columns");
  return {
    info,
    async *chunks(capacity): AsyncGenerator<BarChunk> {
      for (let from = 0; from < info.rows; from += capacity) {
        const cut = (column: Float64Array): Float64Array => column.subarray(from, from + capacity);
        const prices = { open: cut(open), high: cut(high), low: cut(low), close: cut(close), volume: cut(volume) };
        yield { rows: Math.min(capacity, info.rows - from), time: cut(time), columns: prices };
      }
    },
  };
}
