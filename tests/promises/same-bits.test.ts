/**
 * Promise 7: same file, same bits. The oracle and the WebAssembly, any chunks, one row at a time, and a kernel that is saved and restored between
 * chunks give identical decisions, orders, fills, marks and halts.
 */
import { expect, it } from "vitest";
import { interpreter } from "../../src/backends/interpreter/kernel.ts";
import { wasm } from "../../src/backends/wasm/kernel.ts";
import type { Backend, Kernel } from "../../src/graph/kernel.ts";
import { prng } from "../../src/values/prng.ts";
import { type Compiled, cachedWasm, marketOf, programs, runs, show } from "./support.ts";

const ROWS = 120;

/** Saves the kernel before every chunk but the first, and goes on with a new one. */
function handedOver(backend: Backend, change: (snapshot: Uint8Array) => void = () => {}): Backend {
  return (options) => {
    let kernel = backend(options);
    let loaded = false;
    const [slots, arms] = [kernel.slots.slice(), kernel.arms.slice()];
    const synced = <T>(act: (kernel: Kernel) => T): T => {
      kernel.slots.set(slots);
      kernel.arms.set(arms);
      const result = act(kernel);
      slots.set(kernel.slots);
      return result;
    };
    return {
      ...kernel,
      slots,
      arms,
      load: (chunk, given) => {
        if (loaded) {
          const snapshot = synced((old) => old.save());
          change(snapshot);
          kernel = backend(options);
          kernel.restore(snapshot);
          slots.set(kernel.slots);
        }
        loaded = true;
        synced((current) => current.load(chunk, given));
      },
      run: (row, phase, to) => synced((current) => current.run(row, phase, to)),
      condition: (index, row) => synced((current) => current.condition(index, row)),
      value: (node, row) => kernel.value(node, row),
      column: (node) => kernel.column(node),
      readyRow: (node) => kernel.readyRow(node),
      save: () => synced((current) => current.save()),
    };
  };
}

/** The ways to run a program that must not differ. */
const WAYS: readonly { readonly name: string; readonly backend: () => Backend; readonly capacity: number | null }[] = [
  { name: "the oracle", backend: () => interpreter, capacity: null },
  { name: "the oracle row by row", backend: () => interpreter, capacity: 1 },
  { name: "WebAssembly row by row", backend: cachedWasm, capacity: 1 },
  { name: "WebAssembly in pieces", backend: cachedWasm, capacity: 13 },
  { name: "a tight module", backend: () => wasm, capacity: null },
  { name: "WebAssembly handed over", backend: () => handedOver(cachedWasm()), capacity: null },
  { name: "the oracle handed over", backend: () => handedOver(interpreter), capacity: 29 },
];

interface Tally {
  records: number;
  readonly differences: string[];
}

async function tryAll(count: number, ways: typeof WAYS): Promise<Tally> {
  const tally: Tally = { records: 0, differences: [] };
  for (const program of programs(count).taken) await tryProgram(program, ways, tally);
  return tally;
}

async function tryProgram(program: Compiled, ways: typeof WAYS, tally: Tally): Promise<void> {
  const random = prng(program.seed + 5_000_000);
  const market = marketOf(program, random.below(2 ** 30), ROWS);
  const base = await show(program, market, cachedWasm());
  tally.records += base.records.length;
  for (const { name, backend, capacity } of ways) {
    const other = await show(program, market, backend(), capacity ?? 1 + random.below(ROWS));
    const at = base.records.findIndex(({ text }, index) => text !== other.records[index]?.text);
    if (at < 0 && base.records.length === other.records.length && base.rest === other.rest && base.haltedRow === other.haltedRow) continue;
    tally.differences.push(
      `seed ${program.seed}, ${name}: ${base.records[at]?.text ?? base.rest}, not ${other.records[at]?.text ?? other.rest}\n${program.source}`,
    );
  }
}

it("records do not depend on how a file is run", async () => {
  const tally = await tryAll(runs(40), WAYS);
  expect(tally.differences).toEqual([]);
  expect(tally.records).toBeGreaterThan(runs(40) * 10);
  if (process.env.STRATC_COVERAGE !== undefined) console.log(JSON.stringify(tally));
}, 600_000);

/** A kernel for which the first price of each chunk is a tick dearer. */
function dearer(backend: Backend): Backend {
  return (options) => {
    const kernel = backend(options);
    const spoiled = (ticks: Float64Array): Float64Array => ticks.map((value, row) => (row === 0 ? value + 1 : value));
    return {
      ...kernel,
      load: (chunk, given) => kernel.load({ ...chunk, columns: { ...chunk.columns, close: spoiled(chunk.columns.close) } }, given),
    };
  };
}

it.each([
  ["a snapshot that lost its second half", () => handedOver(cachedWasm(), (snapshot) => snapshot.fill(0, snapshot.length / 2))],
  ["a tick more now and then", () => dearer(cachedWasm())],
])("catches %s", async (name, backend) => {
  const { differences } = await tryAll(30, [{ name, backend, capacity: 20 }]);
  expect(differences.length).toBeGreaterThan(0);
});
