/** Worker threads that evaluate combinations side by side. Bars are read once, into memory that all of them share. */
import { once } from "node:events";
import { extname } from "node:path";
import { Worker } from "node:worker_threads";
import type { BarSource, InputField } from "../../market/bars.ts";
import type { Answer, SharedRows, Task, WorkerData } from "./task.ts";

/** This file's neighbour, in the sources as in the bundle. */
const WORKER = new URL(`./search-worker${extname(import.meta.url)}`, import.meta.url);
const CHUNK_ROWS = 65_536;

export interface Pool {
  /** Answers to the tasks in their order, which are taken up as workers become free. It throws once `signal` is aborted. */
  answers(tasks: readonly Task[], signal: AbortSignal): AsyncGenerator<readonly Answer[]>;
  close(): Promise<void>;
}

/** Starts `count` workers. */
export function startPool(count: number, data: WorkerData): Pool {
  const workers = Array.from({ length: count }, () => new Worker(WORKER, { workerData: data }));
  return {
    answers: (tasks, signal) => inOrder(workers, tasks, signal),
    close: async () => {
      await Promise.all(workers.map((worker) => worker.terminate()));
    },
  };
}

async function* inOrder(workers: readonly Worker[], tasks: readonly Task[], signal: AbortSignal): AsyncGenerator<readonly Answer[]> {
  const results = tasks.map(() => Promise.withResolvers<readonly Answer[]>());
  for (const { promise } of results) promise.catch(() => undefined);
  let next = 0;
  const work = async (worker: Worker): Promise<void> => {
    for (let index = next++; index < tasks.length; index = next++) {
      worker.postMessage(tasks[index]);
      const [result] = (await once(worker, "message", { signal })) as [readonly Answer[]];
      results[index]?.resolve(result);
    }
  };
  const fail = (error: unknown): void => {
    for (const { reject } of results) reject(error);
  };
  for (const worker of workers) work(worker).catch(fail);
  for (const { promise } of results) yield await promise;
}

/** All rows of a dataset in memory that threads share, with what a graph reads of them. */
export async function shareRows({ info, actions = [], chunks }: BarSource, fields: ReadonlySet<InputField>): Promise<SharedRows> {
  const shared = (): Float64Array => new Float64Array(new SharedArrayBuffer(info.rows * Float64Array.BYTES_PER_ELEMENT));
  const time = shared();
  const columns: Partial<Record<InputField, Float64Array>> = {};
  let row = 0;
  for await (const chunk of chunks(CHUNK_ROWS, fields)) {
    time.set(chunk.time.subarray(0, chunk.rows), row);
    for (const [name, values] of Object.entries(chunk.columns)) {
      if (values === undefined) continue;
      const field = name as InputField;
      columns[field] ??= shared();
      columns[field].set(values.subarray(0, chunk.rows), row);
    }
    row += chunk.rows;
  }
  // Updates that leave a book without a best bid and ask are rows of the dataset, and no events.
  return { info, actions, time: time.subarray(0, row), columns };
}
