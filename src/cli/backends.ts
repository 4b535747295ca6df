/** What evaluates graphs, by the name that the configuration has for it. Loaded when it is wanted. */
import type { LaneBackend } from "../graph/kernel.ts";

export type BackendName = "wasm" | "interpreter";

export async function backendNamed(name: BackendName): Promise<LaneBackend> {
  switch (name) {
    case "wasm":
      return (await import("../backends/wasm/kernel.ts")).wasmLanes;
    case "interpreter":
      return (await import("../backends/interpreter/kernel.ts")).interpretedLanes;
  }
}
