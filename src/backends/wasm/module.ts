/**
 * The WebAssembly module of a graph, for any host; the memory it works on is described in `layout.ts`. It imports nothing and exports
 *
 * - `memory`;
 * - `careful(from, to)` and `steady(from, to)`: evaluate the market stratum for the column indices `from`..`to - 1`, after the host has written the
 *   input columns and the header. `careful` gives 0, or 1 + the node that halted (plus 2^30 where a sum left its range), the row being in the
 *   header. `steady` asks that every warm-up has passed and that no price exceeds its `PriceBound`; it gives 1 where `careful` would
 *   halt, with the state changed;
 * - `run(at, phase, to)` and `condition(number, at)`: see `scan.ts`;
 * - `largest(address, end)`: the largest of the numbers from `address` to `end`, 0 if there are none.
 */
import type { KernelWork } from "../../graph/kernel.ts";
import { type LanePlan, lanePlans, laneWork } from "../../graph/lanes.ts";
import type { Graph, NodeId } from "../../graph/nodes.ts";
import { f64, get, give, i32, loopWhile, type Statement, sequence, set, type Vector, v128, when } from "./emit.ts";
import { allocator, type Layout } from "./layout.ts";
import { libraryOf } from "./library.ts";
import { type LoopParts, rowLoop } from "./loop.ts";
import { marketRow } from "./market.ts";
import { defineModel } from "./models.ts";
import { type ModuleWriter, moduleWriter } from "./module-writer.ts";
import { type Plan, planOf } from "./plan.ts";
import { defineCondition, defineRun } from "./scan.ts";

/** Rows a module has room for unless it is asked for more. */
export const DEFAULT_CAPACITY = 4096;
const PAGE_BYTES = 65_536;

export interface CompiledModule {
  readonly bytes: Uint8Array;
  readonly plan: Plan;
  readonly layout: Layout;
}

/** The module for a kernel's work, which serves every parameter set and every symbol, with room for `capacity` rows. */
export function compileGraph(work: KernelWork, observed: readonly NodeId[], capacity: number): CompiledModule {
  const plan = planOf(work, observed);
  const allocate = allocator(plan);
  const writeRow = marketRow(plan, allocate.state);
  const layout = allocate.finish(capacity);
  const writer = moduleWriter();
  const library = libraryOf(writer);
  const models = new Map([...layout.models].map(([id, region]) => [id, { region, evaluate: defineModel(writer, library, region) }]));
  const parts: LoopParts = { plan, layout, library, models };
  writer.define("careful", ["i32", "i32"], "i32", (scope, from, to) => rowLoop(parts, true, scope, [from, to], writeRow));
  writer.define("steady", ["i32", "i32"], "i32", (scope, from, to) => rowLoop(parts, false, scope, [from, to], writeRow));
  defineRun(writer, parts);
  defineCondition(writer, parts);
  defineLargest(writer);
  return { bytes: writer.finish(Math.ceil(layout.parameters().end / PAGE_BYTES), [...layout.models.values()]), plan, layout };
}

/** The module of one plan of lanes. */
export interface LaneModule {
  readonly plan: LanePlan;
  readonly bytes: Uint8Array;
}

/** The modules that `stratc compile` writes, in an order in which they can be evaluated: of all that decides, and of all that this reads of other lanes. */
export function compileLanes(graph: Graph): readonly LaneModule[] {
  return lanePlans(graph).map((plan) => ({
    plan,
    bytes: compileGraph(laneWork(graph, plan, null), plan.observed, DEFAULT_CAPACITY).bytes,
  }));
}

/** Two at a time, then perhaps one alone. */
function defineLargest(writer: ModuleWriter): void {
  writer.define("largest", ["i32", "i32"], "f64", (scope, address, end) => {
    const largest = scope.local("v128");
    const step = (values: Vector, bytes: number): Statement =>
      sequence(set(largest, v128.pseudoMaximum(get(largest), values)), set(address, i32.add(get(address), i32.const(bytes))));
    const upper = v128.splatDouble(v128.secondDouble(get(largest)));
    return sequence(
      loopWhile(i32.le(i32.add(get(address), i32.const(16)), get(end)), step(v128.load(get(address)), 16)),
      when(i32.lt(get(address), get(end)), step(v128.splatDouble(f64.load(get(address))), 8)),
      give(v128.firstDouble(v128.pseudoMaximum(get(largest), upper))),
    );
  });
}
