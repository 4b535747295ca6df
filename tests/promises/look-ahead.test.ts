/**
 * Promise 1: look-ahead cannot be written. Whatever comes after a cut, more of it or less, what was decided, filled, marked and evaluated before
 * the cut stays as it was, to the byte. STRATC_RUNS programs with STRATC_RUNS cuts each.
 */
import { expect, it } from "vitest";
import type { Backend, Kernel } from "../../src/graph/kernel.ts";
import type { BarChunk } from "../../src/market/bars.ts";
import { prng } from "../../src/values/prng.ts";
import { type Columns, type Compiled, cachedWasm, columnsOf, marketOf, namedNodes, programs, runs, type Shown, show } from "./support.ts";

const ROWS = 120;

/** What changed before row `cut`; null where nothing did, undefined where a halt of the other future leaves nothing to compare. */
function changeIn(base: Shown, other: Shown, cut: number, isOver: boolean): string | null | undefined {
  if (other.haltedRow < Number.POSITIVE_INFINITY) return other.haltedRow < cut ? `halts on row ${other.haltedRow}` : undefined;
  for (const part of ["records", "equity"] as const) {
    const expected = base[part].filter(({ row }) => row < cut);
    const found = other[part].filter(({ row }) => row < cut);
    const ended = isOver
      ? found.slice(expected.length).filter(({ text }) => part === "records" && !text.includes('"event":"expire"'))
      : found.slice(expected.length);
    const at = expected.findIndex(({ text }, index) => text !== found[index]?.text);
    if (at >= 0) return `${expected[at]!.text} became ${found[at]?.text}`;
    if (ended.length > 0) return `new: ${ended[0]!.text}`;
  }
  return null;
}

function changeOf(base: Columns, other: Columns, cut: number): string | null | undefined {
  if (other.haltedRow < Number.POSITIVE_INFINITY) return other.haltedRow < cut ? `halts on row ${other.haltedRow}` : undefined;
  for (const [index, values] of base.values.entries()) {
    const found = other.values[index]!;
    for (let row = 0; row < cut; row++) {
      if (!Object.is(values[row], found[row])) return `node ${base.nodes[index]} on row ${row}: ${values[row]} became ${found[row]}`;
    }
  }
  return null;
}

interface Tally {
  cuts: number;
  records: number;
  halts: number;
  readonly changes: string[];
}

/** Tries `cuts` cuts of one program; stops at the first change. */
async function tryCuts(program: Compiled, cuts: number, wrap: (backend: Backend) => Backend, tally: Tally): Promise<void> {
  const random = prng(program.seed + 7_000_000);
  const [deciding, evaluating] = [wrap(cachedWasm()), wrap(cachedWasm())];
  const nodes = [...namedNodes(program).values()];
  const capacity = [7, 40, 4096][random.below(3)]!;
  const market = marketOf(program, program.seed, ROWS);
  const [base, columns] = [await show(program, market, deciding, capacity), await columnsOf(program, market, nodes, evaluating, capacity)];
  if (base.haltedRow < Number.POSITIVE_INFINITY) {
    tally.halts += 1;
    return;
  }
  tally.records += base.records.length;
  for (let count = 0; count < cuts; count++) {
    const cut = 1 + random.below(ROWS - 1);
    const rows = cut + random.below(random.below(4) === 0 ? 2 : ROWS - cut + 30);
    const other = marketOf(program, random.below(2 ** 30), rows, { market, kept: cut });
    const change =
      changeIn(base, await show(program, other, deciding, capacity), cut, rows === cut) ??
      changeOf(columns, await columnsOf(program, other, nodes, evaluating, capacity), cut);
    tally.cuts += 1;
    if (change === undefined) tally.halts += 1;
    if (typeof change !== "string") continue;
    tally.changes.push(`seed ${program.seed}, cut at ${cut} of ${rows}: ${change}\n${program.source}`);
    return;
  }
}

async function tryAll(count: number, cuts: number, wrap: (backend: Backend) => Backend = (backend) => backend): Promise<Tally> {
  const tally: Tally = { cuts: 0, records: 0, halts: 0, changes: [] };
  for (const program of programs(count).taken) await tryCuts(program, cuts, wrap, tally);
  return tally;
}

/** A kernel that reads one column a row ahead, as far as its chunk goes. */
function reading(field: "close" | "low"): (backend: Backend) => Backend {
  const ahead = (chunk: BarChunk): BarChunk => {
    const values = chunk.columns[field]!.slice();
    values.copyWithin(0, 1);
    return { ...chunk, columns: { ...chunk.columns, [field]: values } };
  };
  return (backend) => (options) => {
    const kernel = backend(options);
    return { ...kernel, load: (chunk, given) => kernel.load(ahead(chunk), given) };
  };
}

/** A kernel whose host asks for conditions and values a row too late. */
function asking(backend: Backend): Backend {
  return (options) => {
    let rows = 0;
    const kernel: Kernel = backend(options);
    const later = (row: number): number => Math.min(rows - 1, row + 1);
    return {
      ...kernel,
      load: (chunk, given) => {
        rows = chunk.rows;
        kernel.load(chunk, given);
      },
      value: (node, row) => kernel.value(node, later(row)),
    };
  };
}

it("no future changes what is before it", async () => {
  const tally = await tryAll(runs(40), runs(20));
  expect(tally.changes).toEqual([]);
  expect(tally.halts).toBeLessThan(tally.cuts / 20);
  expect(tally.records).toBeGreaterThan(runs(40) * 5);
  if (process.env.STRATC_COVERAGE !== undefined) console.log(JSON.stringify(tally));
}, 3_600_000);

it.each([
  ["a close read a row ahead", reading("close")],
  ["a low read a row ahead", reading("low")],
  ["sizes and prices of the row after", asking],
])("catches %s", async (_, fault) => {
  const { changes } = await tryAll(30, 10, fault);
  expect(changes.length).toBeGreaterThan(0);
});
