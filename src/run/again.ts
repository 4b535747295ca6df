/** A backtest run again from its journal, and where what it writes now parts from what it wrote then. */
import type { LaneBackend } from "../graph/kernel.ts";
import type { Graph } from "../graph/nodes.ts";
import { asRead, type EntryDifference, firstDifference } from "../journal/difference.ts";
import type { JournalEntry } from "../journal/segment.ts";
import type { BarSource } from "../market/bars.ts";
import { backtest } from "./backtest.ts";
import type { BacktestFailure } from "./failure.ts";
import type { RunIdentity } from "./identity.ts";
import { answersIn } from "./model-answers.ts";

export interface AgainInput {
  readonly graph: Graph;
  /** The journal's first entry. */
  readonly identity: RunIdentity;
  /** Its entries from the first on; asked for twice. */
  readonly entries: () => AsyncIterable<JournalEntry>;
  readonly sources: readonly BarSource[];
  /** As the backtest was given them. */
  readonly fills?: readonly (BarSource | null)[];
  readonly backend: LaneBackend;
}

export type AgainResult =
  /** `difference` is null where all entries came again. */
  | { readonly ok: true; readonly entries: number; readonly difference: EntryDifference | null }
  | { readonly ok: false; readonly failure: BacktestFailure };

export async function backtestAgain({ graph, identity, entries, sources, fills, backend }: AgainInput): Promise<AgainResult> {
  const now: unknown[] = [];
  const journal = { append: (entry: unknown) => now.push(entry), whenRoom: async () => ({ ok: true, value: null }) as const };
  const { parameters, cash, from, to, actions } = identity;
  const period = { ...(from === null ? {} : { from }), ...(to === null ? {} : { to }) };
  const acted = sources.map((source, symbol) => ({ ...source, actions: actions[graph.symbols[symbol]?.name ?? ""] ?? [] }));
  const models = answersIn(entries(), graph);
  const finer = fills === undefined ? {} : { fills };
  const result = await backtest({ graph, parameters, cash, ...period, sources: acted, ...finer, backend, models, inSample: true, journal });
  if (!result.ok) return result;
  let compared = 0;
  for await (const { sequence, entry } of entries()) {
    const difference = firstDifference(entry, asRead(now[sequence - 1]));
    if (difference !== null) return { ok: true, entries: compared, difference: { sequence, ...difference } };
    compared += 1;
  }
  if (compared === now.length) return { ok: true, entries: compared, difference: null };
  return { ok: true, entries: compared, difference: { sequence: compared + 1, field: "", journal: undefined, now: asRead(now[compared]) } };
}
