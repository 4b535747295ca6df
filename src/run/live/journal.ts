/**
 * The journal of a live run as the runner sees it. First comes who the run is, then inputs, each before it is consumed, and after it the records that
 * follow from it. Whoever reads them again in order and consumes the inputs must come to the same records (`stratc replay`), and to the same state (recovery).
 */
import type { ExactDecimal } from "../../graph/nodes.ts";
import type { CorporateAction } from "../../market/actions.ts";
import type { Answer } from "../../market/outside.ts";
import type { Instant } from "../../values/quantity.ts";
import type { LiveInput } from "./input.ts";
import type { LiveRecord } from "./record.ts";
import type { RolloutPlan } from "./rollout.ts";

/** One strategy of a run: all that its engine is made of. */
export interface LiveStrategy {
  readonly name: string;
  /** The graph as JSON (graph/json.ts), and its hash. */
  readonly graph: string;
  readonly graphHash: string;
  readonly parameters: readonly number[];
  /** Its part of the account. */
  readonly cash: ExactDecimal;
  /** By symbol of the graph: decimals of its prices. */
  readonly priceDecimals: readonly number[];
  /** By symbol of the graph: what happens to its shares; missing where nothing does. */
  readonly actions?: readonly (readonly CorporateAction[])[];
}

/** Who a run is: the first entry of its journal. */
export interface LiveBeginning {
  /** Unique among all runs; ids of orders are made of it. */
  readonly run: string;
  readonly engine: string;
  readonly started: Instant;
  readonly broker: "embedded" | "alpaca_paper";
  /** The account's id at the broker: a journal is never continued on another one. */
  readonly account: string;
  readonly strategies: readonly LiveStrategy[];
  readonly settings: LiveSettings;
}

/** What of the configuration decides; amounts in currency, times in microseconds. */
export interface LiveSettings {
  readonly barGrace: number;
  readonly reconcileEvery: number;
  /** Most requests a minute; cancels go first. */
  readonly requestsPerMinute: number;
  /** Null: all symbols of the strategies. */
  readonly allowedSymbols: readonly string[] | null;
  /** Beside the limits of the file: the stricter wins. Null for none. */
  readonly orderValueMax: ExactDecimal | null;
  readonly dayLossMax: ExactDecimal | null;
  /** What all strategies together may have in positions and opening orders. Null for no limit. */
  readonly sharedExposureMax: ExactDecimal | null;
  /** How the second of two strategies takes over from the first; null where none does. */
  readonly rollout: RolloutPlan | null;
}

export type LiveEntry =
  | { readonly entry: "begin"; readonly beginning: LiveBeginning }
  | { readonly entry: "input"; readonly input: LiveInput }
  | { readonly entry: "record"; readonly record: LiveRecord };

/** The state of a run after the entry with this sequence, the last that was appended when it is kept, as bytes that only the runner understands. */
export interface LiveSnapshot {
  readonly sequence: number;
  readonly state: Uint8Array;
}

export interface LiveJournal {
  /** Takes an entry and gives its sequence, counted from 1. It never throws and never waits: what goes wrong is told by `whenDurable`. */
  append(entry: LiveEntry): number;
  /** The last sequence given; 0 before the first. */
  appended(): number;
  /** The last sequence known to be durable. */
  durable(): number;
  /** Resolves when that entry and all before it are durable, or with the failure that means they never will be: the run halts then and appends no more. */
  whenDurable(sequence: number): Promise<Answer<null>>;
  /** Keeps a snapshot once the entry it stands for is durable. One that could not be kept costs time at the next recovery, nothing else. Null where nothing is kept. */
  readonly keep: ((snapshot: LiveSnapshot) => Promise<Answer<null>>) | null;
  close(): Promise<Answer<null>>;
}

/** A journal that is read again. */
export interface LiveJournalReading {
  readonly beginning: LiveBeginning;
  /** The latest good one; null where there is none. */
  readonly snapshot: LiveSnapshot | null;
  /** All entries after `sequence`, in order. */
  entries(sequence: number): AsyncIterable<{ readonly sequence: number; readonly entry: LiveEntry }>;
}

/** A journal that keeps nothing: what is durable of a run is what its broker knows. */
export function forgetful(): LiveJournal {
  const done: Answer<null> = { ok: true, value: null };
  let appended = 0;
  return {
    append: () => ++appended,
    appended: () => appended,
    durable: () => appended,
    whenDurable: async () => done,
    keep: null,
    close: async () => done,
  };
}
