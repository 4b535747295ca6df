/** What a run was: the hash of everything its records follow from (semantics 9). */
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";
import { ENGINE_VERSION } from "../engine/version.ts";
import { graphHash } from "../graph/hash.ts";
import { encodePayload } from "../journal/payload.ts";
import type { BacktestInput } from "./backtest.ts";

export interface RunIdentity {
  readonly engine: string;
  readonly strategy: string;
  readonly graph: string;
  readonly parameters: readonly number[];
  readonly simulate: BacktestInput["graph"]["simulate"];
  readonly data: string;
  readonly cash: string;
  /** UTC microseconds; null for the dataset's own. */
  readonly from: number | null;
  readonly to: number | null;
}

export function identityOf({ graph, parameters, bars, cash, from, to }: BacktestInput): RunIdentity {
  const { strategy, simulate } = graph;
  const { hash: data } = bars.info;
  return {
    engine: ENGINE_VERSION,
    strategy,
    graph: graphHash(graph),
    parameters,
    simulate,
    data,
    cash,
    from: from ?? null,
    to: to ?? null,
  };
}

/** SHA-256 in hex. */
export function runHash(identity: RunIdentity): string {
  return bytesToHex(sha256(encodePayload(identity)));
}
