/** What a run was: the hash of everything its records follow from (semantics 9). */
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";
import { ENGINE_VERSION } from "../engine/version.ts";
import { graphHash } from "../graph/hash.ts";
import type { Graph } from "../graph/nodes.ts";
import { encodePayload } from "../journal/payload.ts";
import { type CorporateAction, inOrder } from "../market/actions.ts";
import type { BarSource } from "../market/bars.ts";
import type { BacktestInput } from "./backtest.ts";

export interface RunIdentity {
  readonly engine: string;
  readonly strategy: string;
  readonly graph: string;
  readonly parameters: readonly number[];
  readonly simulate: BacktestInput["graph"]["simulate"];
  /** The hash of the dataset; of several symbols by name. */
  readonly data: string | Readonly<Record<string, string>>;
  /** By symbol, of the finer bars that say what comes first inside a row; missing where none are given. */
  readonly fills?: Readonly<Record<string, string>>;
  /** By symbol, where it has any: what happens to its shares. */
  readonly actions: Readonly<Record<string, readonly CorporateAction[]>>;
  readonly cash: string;
  /** UTC microseconds; null for the dataset's own. */
  readonly from: number | null;
  readonly to: number | null;
}

export function identityOf({ graph, parameters, sources, fills, cash, from, to }: BacktestInput): RunIdentity {
  const { strategy, simulate } = graph;
  return {
    engine: ENGINE_VERSION,
    strategy,
    graph: graphHash(graph),
    parameters,
    simulate,
    data: dataHash(graph, sources),
    ...(fills === undefined ? {} : { fills: fillsOf(graph, fills) }),
    actions: actionsOf(graph, sources),
    cash,
    from: from ?? null,
    to: to ?? null,
  };
}

function dataHash({ symbols }: Graph, sources: readonly BarSource[]): RunIdentity["data"] {
  const hashes = sources.map(({ info }) => info.hash);
  const [only, ...others] = hashes;
  if (only !== undefined && others.length === 0) return only;
  return Object.fromEntries(symbols.map(({ name }, index) => [name, hashes[index] ?? ""]));
}

function fillsOf({ symbols }: Graph, fills: readonly (BarSource | null)[]): NonNullable<RunIdentity["fills"]> {
  return Object.fromEntries(symbols.flatMap(({ name }, symbol) => (fills[symbol] ? [[name, fills[symbol].info.hash]] : [])));
}

/** The actions of all symbols that have any, in the order in which they happen. */
export function actionsOf({ symbols }: Graph, sources: readonly Pick<BarSource, "actions">[]): RunIdentity["actions"] {
  const all = symbols.map(({ name }, index) => [name, inOrder(sources[index]?.actions ?? [])] as const);
  return Object.fromEntries(all.filter(([, actions]) => actions.length > 0));
}

/** SHA-256 in hex. */
export function runHash(identity: RunIdentity): string {
  return bytesToHex(sha256(encodePayload(identity)));
}
