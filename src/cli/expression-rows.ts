/** The values of an expression, row by row: the kernel without an engine. */

import { wasm } from "../backends/wasm/kernel.ts";
import type { ExpressionGraph } from "../compile.ts";
import { soleLane } from "../graph/lanes.ts";
import type { BarSource } from "../market/bars.ts";
import { errorWithin, failureOf } from "../run/failure.ts";
import { restartOn } from "../run/lanes/restart.ts";
import { soleTimeline } from "../run/lanes/sole-timeline.ts";
import { runFailure } from "./failure.ts";

const CAPACITY = 4_096;

export interface ValueRow {
  /** Counted from 0. */
  readonly number: number;
  /** End of the bar, UTC microseconds. */
  readonly time: number;
  /** One for each output; null before its warm-up and where it has no value. */
  readonly values: readonly (number | boolean | null)[];
}

/** Every row of `bars` with the values of `compiled`, in pieces. Throws `CommandFailure` where a value leaves the numbers. */
export async function* expressionRows({ graph, outputs }: ExpressionGraph, bars: BarSource): AsyncGenerator<ValueRow[]> {
  const nodes = outputs.map((output) => output.node);
  const isBool = nodes.map((node) => graph.nodes[node]?.type === "bool");
  try {
    const kernel = wasm({
      ...soleLane(graph),
      parameters: [],
      priceDecimals: bars.info.priceDecimals,
      capacity: CAPACITY,
      observed: nodes,
    });
    const initial = kernel.save();
    const selection = { graph, source: bars, from: Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY, capacity: CAPACITY };
    for await (const stretch of soleTimeline(selection)) {
      const { bars: chunk, firstRow } = stretch.lane(0, 0);
      try {
        for (const { replay } of stretch.changes) restartOn(kernel, initial, replay);
        kernel.load(chunk);
      } catch (error) {
        throw errorWithin(error, stretch);
      }
      yield Array.from({ length: chunk.rows }, (_, row) => ({
        number: firstRow + row,
        time: chunk.time[row] ?? 0,
        values: nodes.map((node, index) => {
          const value = kernel.value(node, row);
          return value === null || isBool[index] !== true ? value : value !== 0;
        }),
      }));
    }
  } catch (error) {
    const failure = failureOf(error, graph);
    throw failure === null ? error : runFailure(failure);
  }
}
