/** Drives a kernel over rows as the engine does, with made-up answers of the host, and writes down everything it shows. */
import fc from "fast-check";
import { bounds } from "../../src/graph/bounds.ts";
import { type Backend, type Kernel, KernelHalt, type KernelOptions, SLOT } from "../../src/graph/kernel.ts";
import type { Graph } from "../../src/graph/nodes.ts";
import { conditions } from "../../src/graph/traverse.ts";
import type { BarChunk } from "../../src/market/bars.ts";
import { splitBars } from "./random-bars.ts";

/** What the host writes at one of its turns, taken in order and round and round: what is armed, and what it holds. */
export interface HostTurn {
  readonly arms: readonly number[];
  readonly position: number;
  /** In rows ago; negative while flat. */
  readonly heldFor: number;
  readonly wakeBelow: boolean;
  readonly wakeAfter: number;
}

export const hostTurns: fc.Arbitrary<readonly HostTurn[]> = fc.array(
  fc.record({
    arms: fc.array(fc.nat(2), { minLength: 6, maxLength: 6 }),
    position: fc.integer({ min: -3, max: 3 }),
    heldFor: fc.integer({ min: -2, max: 3 }),
    wakeBelow: fc.boolean(),
    wakeAfter: fc.integer({ min: -3, max: 30 }),
  }),
  { minLength: 1, maxLength: 6 },
);

export interface Script {
  readonly bars: BarChunk;
  readonly sizes: readonly number[];
  readonly turns: readonly HostTurn[];
  /** A new kernel takes over from a snapshot between chunks. */
  readonly handOver: boolean;
}

/** What was seen, row numbers counted over the whole run. */
export interface Transcript {
  readonly values: readonly (readonly (number | null)[])[];
  readonly events: readonly string[];
  readonly marks: readonly (readonly number[])[];
  readonly halt: string | null;
}

export function playScript(backend: Backend, options: KernelOptions, script: Script): Transcript {
  const values: (number | null)[][] = options.observed.map(() => []);
  const [events, marks]: [string[], number[][]] = [[], []];
  const { warmup } = bounds(options.graph, options.parameters);
  let kernel = backend(options);
  let [start, turn] = [0, 0];
  write(kernel, options.graph, script, turn, 0);
  kernel.slots.set([100_000, 0, Number.NaN, Number.NaN, 100_000, 100_000, 0, 100_000]);
  for (const chunk of splitBars(script.bars, script.sizes)) {
    if (script.handOver && start > 0) {
      const snapshot = kernel.save();
      kernel = backend(options);
      kernel.restore(snapshot);
    }
    const halt = loadOrHalt(kernel, chunk);
    if (halt !== null) return { values, events, marks, halt };
    options.observed.forEach((node, i) => {
      for (let row = 0; row < chunk.rows; row++) values[i]!.push(kernel.value(node, row));
    });
    const to = 2 * chunk.rows;
    for (let at = kernel.run(0, 0, chunk.rows); at < to; ) {
      const [row, phase] = [Math.floor(at / 2), at % 2];
      turn += 1;
      events.push(`${start + row}.${phase} ${conditionsAt(kernel, options.graph, warmup, row, start + row)}`);
      write(kernel, options.graph, script, turn, start + row);
      at = phase === 0 ? kernel.run(row, 1, chunk.rows) : kernel.run(row + 1, 0, chunk.rows);
    }
    start += chunk.rows;
    marks.push([start, kernel.slots[SLOT.equity]!, kernel.slots[SLOT.equityPeak]!, kernel.slots[SLOT.maxDrawdown]!]);
  }
  return { values, events, marks, halt: null };
}

function loadOrHalt(kernel: Kernel, chunk: BarChunk): string | null {
  try {
    kernel.load(chunk);
    return null;
  } catch (error) {
    if (error instanceof KernelHalt) return error.message;
    throw error;
  }
}

/** Every condition as a digit; a dot where it is not ready. */
function conditionsAt(kernel: Kernel, graph: Graph, warmup: readonly number[], row: number, runRow: number): string {
  return conditions(graph)
    .map((node, index) => {
      if (node !== null && runRow < warmup[node]! - 1) return ".";
      try {
        return Number(kernel.condition(index, row));
      } catch (error) {
        if (error instanceof KernelHalt) return error.message;
        throw error;
      }
    })
    .join("");
}

function write(kernel: Kernel, graph: Graph, script: Script, turn: number, row: number): void {
  const said = script.turns[turn % script.turns.length]!;
  const nodes = conditions(graph);
  for (let i = 0; i < nodes.length; i++) kernel.arms[i] = nodes[i] === null ? 0 : said.arms[i % said.arms.length]!;
  const held = said.heldFor >= 0 && said.position !== 0;
  kernel.slots[SLOT.position] = held ? said.position : 0;
  kernel.slots[SLOT.entryPrice] = held ? 100 + turn : Number.NaN;
  kernel.slots[SLOT.entryRow] = held ? row - said.heldFor : Number.NaN;
  kernel.slots[SLOT.cash] = 100_000 - turn;
  kernel.slots[SLOT.wakeLow] = said.wakeBelow ? script.bars.columns.close[row]! - 1 : Number.NEGATIVE_INFINITY;
  kernel.slots[SLOT.wakeHigh] = said.wakeBelow ? Number.POSITIVE_INFINITY : script.bars.columns.close[row]! + 3;
  kernel.slots[SLOT.wakeRow] = said.wakeAfter > 20 ? Number.POSITIVE_INFINITY : row + 1 + said.wakeAfter;
}
