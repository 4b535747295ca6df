/** What a search is: all that its trials follow from. A search that was interrupted goes on only as the same one. */
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import { ENGINE_VERSION } from "../engine/version.ts";
import { graphHash } from "../graph/hash.ts";
import type { Graph } from "../graph/nodes.ts";
import type { Objective } from "../graph/study.ts";
import type { BarSource } from "../market/bars.ts";
import { actionsOf, type RunIdentity } from "../run/identity.ts";
import type { SearchPlan } from "./search.ts";

export interface SearchIdentity extends SearchPlan {
  readonly schema: "stratc-search/1";
  readonly engine: string;
  readonly strategy: string;
  readonly graph: string;
  readonly simulate: Graph["simulate"];
  /** The hash of each symbol's dataset, by name. */
  readonly data: Readonly<Record<string, string>>;
  /** What happens to their shares, by name; missing where nothing does. */
  readonly actions?: RunIdentity["actions"];
  readonly cash: string;
  readonly from: number | null;
  readonly to: number | null;
  /** Null where no choice of a trial follows from it. */
  readonly objective: Objective | null;
}

export interface SearchInput {
  readonly graph: Graph;
  readonly plan: SearchPlan;
  readonly objective: Objective;
  /** Of each symbol, in the graph's order. */
  readonly sources: readonly Pick<BarSource, "info" | "actions">[];
  readonly cash: string;
  readonly from?: number;
  readonly to?: number;
}

export function searchIdentity({ graph, plan, objective, sources, cash, from, to }: SearchInput): SearchIdentity {
  const { strategy, simulate, symbols } = graph;
  const actions = actionsOf(graph, sources);
  const follows = plan.method.kind === "tpe" || plan.patience !== null;
  return {
    schema: "stratc-search/1",
    engine: ENGINE_VERSION,
    strategy,
    graph: graphHash(graph),
    simulate,
    data: Object.fromEntries(symbols.map(({ name }, index) => [name, sources[index]?.info.hash ?? ""])),
    ...(Object.keys(actions).length === 0 ? {} : { actions }),
    cash,
    from: from ?? null,
    to: to ?? null,
    ...plan,
    objective: follows ? objective : null,
  };
}

/** SHA-256 in hex. */
export function identityHash(identity: SearchIdentity): string {
  return bytesToHex(sha256(utf8ToBytes(JSON.stringify(identity))));
}

const WORDS: Readonly<Record<keyof SearchIdentity, string>> = {
  schema: "the version of stratc",
  engine: "the version of stratc",
  strategy: "the strategy",
  graph: "the strategy",
  simulate: "the strategy's `simulate`",
  data: "the data",
  actions: "the splits and dividends",
  cash: "the starting cash",
  from: "the dates",
  to: "the dates",
  space: "the values of the parameters",
  method: "the kind of search",
  seed: "the seed",
  patience: "the patience",
  objective: "the objective",
};

/** In words, what of a search is not as it was; nothing where it is the same. */
export function differences(now: SearchIdentity, before: Partial<SearchIdentity>): readonly string[] {
  const fields = Object.keys(WORDS) as (keyof SearchIdentity)[];
  return [...new Set(fields.filter((field) => JSON.stringify(now[field]) !== JSON.stringify(before[field])).map((field) => WORDS[field]))];
}
