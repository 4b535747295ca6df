/** Writes the cells that depend on parameters and data into a module's memory: before its first row, and when more is known of what is ready. */
import type { Value } from "../../graph/evaluate.ts";
import type { NodeId } from "../../graph/nodes.ts";
import { nodeAt } from "../../graph/traverse.ts";
import { powerOfTen } from "../../values/wide.ts";
import type { Parameter } from "./layout.ts";
import type { CompiledModule } from "./module.ts";
import type { Readiness } from "./readiness.ts";

export interface ParameterSource {
  /** Values of the run. */
  readonly run: readonly (Value | undefined)[];
  readonly ready: Readiness;
  readonly priceDecimals: number;
}

/** A row that no run reaches. */
const NEVER = 2_147_483_647;

export function writeParameters({ plan, layout }: CompiledModule, memory: ArrayBuffer, source: ParameterSource): void {
  const view = new DataView(memory);
  for (const { address, parameter } of layout.parameters().cells) {
    const isDouble = parameter.kind === "divisor" || (parameter.kind === "value" && nodeAt(plan.graph, parameter.node).type === "number");
    const value = parameterValue(source, parameter, isDouble ? Number.NaN : 2);
    if (isDouble) view.setFloat64(address, value, true);
    else view.setInt32(address, value, true);
  }
}

function parameterValue({ run, ready, priceDecimals }: ParameterSource, parameter: Parameter, none: number): number {
  const number = (id: NodeId): number => Number(run[id]);
  switch (parameter.kind) {
    case "value":
      return run[parameter.node] === null ? none : number(parameter.node);
    case "distance":
      return parameter.size * parameter.nodes.reduce((total, id) => total + number(id), 0);
    case "divisor": {
      const length = parameter.length === null ? 1 : number(parameter.length);
      return (parameter.power === 2 ? length * length : length) * powerOfTen(parameter.power * priceDecimals);
    }
    case "ready":
      return Math.min(NEVER, ready.first[parameter.node] ?? 0);
    case "seed":
      return Math.min(NEVER, ready.seed[parameter.state] ?? 0);
    case "seeded":
      return Math.min(NEVER, ready.seeded);
  }
}
