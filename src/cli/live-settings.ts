/** What of the configuration a live run is made with. */
import type { KeySource } from "../adapters/secrets/keys.ts";
import type { KeyName } from "../config/schema.ts";
import { JOURNAL_BOUNDS, type JournalBounds } from "../journal/writer.ts";
import type { LiveSettings } from "../run/live/journal.ts";
import { cashText } from "./settings.ts";
import type { TelemetrySettings } from "./telemetry.ts";

/** The keys of the configuration, as commands get them. */
export interface LiveFlags extends TelemetrySettings {
  readonly broker: "embedded" | "alpaca_paper";
  readonly alpaca_url: string;
  readonly keys_from: string;
  readonly keys_file: string;
  readonly keys_secret: string;
  readonly bar_grace_milliseconds: number;
  readonly reconcile_seconds: number;
  readonly requests_per_minute: number;
  readonly allowed_symbols: string;
  readonly order_value_max: string;
  readonly day_loss_max: string;
  readonly shared_exposure_max: string;
  readonly segment_bytes: number;
  readonly retained_bytes: number;
}

const MILLISECOND = 1_000;
const SECOND = 1_000_000;

export function liveSettings(flags: LiveFlags): Omit<LiveSettings, "rollout"> {
  return {
    barGrace: flags.bar_grace_milliseconds * MILLISECOND,
    reconcileEvery: flags.reconcile_seconds * SECOND,
    requestsPerMinute: flags.requests_per_minute,
    allowedSymbols: flags.allowed_symbols === "all" ? null : flags.allowed_symbols.split(","),
    orderValueMax: limitOf(flags.order_value_max),
    dayLossMax: limitOf(flags.day_loss_max),
    sharedExposureMax: limitOf(flags.shared_exposure_max),
  };
}

function limitOf(text: string): string | null {
  return text === "none" ? null : cashText(text);
}

export function journalBounds({ segment_bytes, retained_bytes }: LiveFlags): JournalBounds {
  return { ...JOURNAL_BOUNDS, segmentBytes: segment_bytes, retainedBytes: retained_bytes };
}

/** Where the broker's keys are. */
export function keySource(value: (name: KeyName & `keys_${string}`) => string): KeySource {
  switch (value("keys_from")) {
    case "file":
      return { from: "file", path: value("keys_file") };
    case "aws":
      return { from: "aws", secret: value("keys_secret") };
    default:
      return { from: "environment", variables: process.env };
  }
}
