/** Drives a kernel over rows as the engine does, with made-up answers of the host, and writes down everything it shows. */
import fc from "fast-check";
import { type Backend, type GivenColumn, type Kernel, KernelHalt, type KernelOptions, SLOT } from "../../src/graph/kernel.ts";
import type { NodeId } from "../../src/graph/nodes.ts";
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
  /** Given columns over the whole run. Their ready rows are told in the chunk that has them, with `foresight` at once. */
  readonly given?: ReadonlyMap<NodeId, GivenColumn>;
  readonly foresight?: boolean;
}

/** What was seen, row numbers counted over the whole run. */
export interface Transcript {
  readonly values: readonly (readonly (number | null)[])[];
  /** Of the observed nodes, in the end. */
  readonly readyRows: readonly number[];
  readonly events: readonly string[];
  readonly marks: readonly (readonly number[])[];
  readonly halt: string | null;
}

export function playScript(backend: Backend, options: KernelOptions, script: Script): Transcript {
  const values: (number | null)[][] = options.observed.map(() => []);
  const [events, marks]: [string[], number[][]] = [[], []];
  let kernel = backend(options);
  let [start, turn] = [0, 0];
  write(kernel, options, script, turn, 0);
  kernel.slots.set([100_000, 0, Number.NaN, Number.NaN, 100_000, 100_000, 0, 100_000]);
  for (const chunk of splitBars(script.bars, script.sizes)) {
    if (script.handOver && start > 0) {
      const snapshot = kernel.save();
      kernel = backend(options);
      kernel.restore(snapshot);
    }
    const halt = loadOrHalt(kernel, chunk, givenAt(script, start, chunk.rows));
    if (halt !== null) return { values, readyRows: [], events, marks, halt };
    options.observed.forEach((node, i) => {
      const column = kernel.column(node);
      for (let row = 0; row < chunk.rows; row++) {
        const value = kernel.value(node, row);
        if (!Object.is(column[row], value ?? Number.NaN))
          throw new Error(`column of ${node} at ${start + row}: ${column[row]}, not ${value}`);
        values[i]!.push(value);
      }
    });
    const to = 2 * chunk.rows;
    for (let at = kernel.run(0, 0, chunk.rows); at < to; ) {
      const [row, phase] = [Math.floor(at / 2), at % 2];
      turn += 1;
      events.push(`${start + row}.${phase} ${conditionsAt(kernel, options, row, start + row)}`);
      write(kernel, options, script, turn, start + row);
      at = phase === 0 ? kernel.run(row, 1, chunk.rows) : kernel.run(row + 1, 0, chunk.rows);
    }
    start += chunk.rows;
    marks.push([start, kernel.slots[SLOT.equity]!, kernel.slots[SLOT.equityPeak]!, kernel.slots[SLOT.maxDrawdown]!]);
  }
  return { values, readyRows: options.observed.map(kernel.readyRow), events, marks, halt: null };
}

function givenAt({ given, foresight }: Script, start: number, rows: number): ReadonlyMap<NodeId, GivenColumn> {
  const columns = [...(given ?? [])].map(([id, { values, readyRow }]) => {
    const isTold = foresight === true || readyRow < start + rows;
    return [id, { values: values.slice(start, start + rows), readyRow: isTold ? readyRow : Number.POSITIVE_INFINITY }] as const;
  });
  return new Map(columns);
}

function loadOrHalt(kernel: Kernel, chunk: BarChunk, given: ReadonlyMap<NodeId, GivenColumn>): string | null {
  try {
    kernel.load(chunk, given);
    return null;
  } catch (error) {
    if (error instanceof KernelHalt) return error.message;
    throw error;
  }
}

/** Every condition as a digit; a dot where it is not ready. */
function conditionsAt(kernel: Kernel, { conditions }: KernelOptions, row: number, runRow: number): string {
  return conditions
    .map((node, index) => {
      if (node !== null && runRow < kernel.readyRow(node)) return ".";
      try {
        return Number(kernel.condition(index, row));
      } catch (error) {
        if (error instanceof KernelHalt) return error.message;
        throw error;
      }
    })
    .join("");
}

function write(kernel: Kernel, { conditions: nodes, marks }: KernelOptions, script: Script, turn: number, row: number): void {
  const said = script.turns[turn % script.turns.length]!;
  for (let i = 0; i < nodes.length; i++) kernel.arms[i] = nodes[i] === null ? 0 : said.arms[i % said.arms.length]!;
  const held = said.heldFor >= 0 && said.position !== 0;
  kernel.slots[SLOT.position] = held ? said.position : 0;
  kernel.slots[SLOT.entryPrice] = held ? 100 + turn : Number.NaN;
  kernel.slots[SLOT.entryRow] = held ? row - said.heldFor : Number.NaN;
  kernel.slots[SLOT.cash] = 100_000 - turn;
  if (!marks) kernel.slots[SLOT.equity] = 100_000 + said.position * turn;
  kernel.slots[SLOT.wakeLow] = said.wakeBelow ? script.bars.columns.close[row]! - 1 : Number.NEGATIVE_INFINITY;
  kernel.slots[SLOT.wakeHigh] = said.wakeBelow ? Number.POSITIVE_INFINITY : script.bars.columns.close[row]! + 3;
  kernel.slots[SLOT.wakeRow] = said.wakeAfter > 20 ? Number.POSITIVE_INFINITY : row + 1 + said.wakeAfter;
}
