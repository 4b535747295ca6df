/**
 * The configuration: every key with what it takes and what it means. Its JSON Schema judges files, docs/configuration.md and the commands' flags are
 * made of it. What a key is unless someone sets it stands in config/*.toml alone.
 */

export type ConfigValue = string | number | boolean;

/** The part of JSON Schema 2020-12 that a key needs. */
interface KeySchema {
  readonly type: "string" | "integer" | "boolean";
  readonly enum?: readonly string[];
  readonly pattern?: string;
  readonly minLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly examples?: readonly ConfigValue[];
  readonly description: string;
}

/** An amount above 0 as people write it: "100_000usd", "2500.50". */
export const CASH_PATTERN = "^(?=[\\d_.]*[1-9])\\d+(?:_\\d+)*(?:\\.\\d+)?(?:usd)?$";

/** An amount above 0, or `none`. */
const LIMIT_PATTERN = `^none$|${CASH_PATTERN}`;

const SECTIONS = {
  account: {
    cash: { type: "string", pattern: CASH_PATTERN, examples: ["100_000usd"], description: "Starting cash" },
  },
  data: {
    store: {
      type: "string",
      minLength: 1,
      examples: [".stratc/store"],
      description: "Folder of the store, seen from the working directory",
    },
    cache: { type: "boolean", description: "Keep what was parsed for the next run" },
    cache_bytes_max: {
      type: "integer",
      minimum: 0,
      maximum: Number.MAX_SAFE_INTEGER,
      description: "Most bytes that kept files may take; what was not used for longest goes first",
    },
    calendar: { type: "string", enum: ["nyse", "always"], description: "Whose sessions the bars belong to" },
    zone: { type: "string", enum: ["detect", "utc", "exchange"], description: "Whose clock the times are of" },
    stamp: { type: "string", enum: ["detect", "start", "end"], description: "What of a bar a time stamps" },
  },
  run: {
    backend: { type: "string", enum: ["wasm", "interpreter"], description: "What evaluates the graph; both give the same bits" },
    broker: { type: "string", enum: ["embedded", "alpaca_paper"], description: "Who holds the account of a live run" },
    bar_grace_milliseconds: {
      type: "integer",
      minimum: 0,
      maximum: 60_000,
      description: "How long after its end an instant waits for the bars of all symbols",
    },
  },
  broker: {
    alpaca_url: {
      type: "string",
      pattern: "^(https://paper-api\\.alpaca\\.markets|http://(127\\.0\\.0\\.1|localhost):\\d{1,5})$",
      examples: ["https://paper-api.alpaca.markets"],
      description: "Alpaca's paper environment, or a simulator of it on this machine",
    },
    requests_per_minute: { type: "integer", minimum: 1, maximum: 10_000, description: "Most requests a minute; cancels go first" },
    reconcile_seconds: { type: "integer", minimum: 1, maximum: 3_600, description: "How often the account is compared with the broker's" },
    keys_from: {
      type: "string",
      enum: ["environment", "file", "aws"],
      description: "Where the broker's keys are: APCA_API_KEY_ID and APCA_API_SECRET_KEY, `keys_file`, or `keys_secret`",
    },
    keys_file: {
      type: "string",
      minLength: 1,
      examples: [".stratc/alpaca.toml"],
      description: "TOML file with `key_id` and `secret`, which nobody but its owner may read",
    },
    keys_secret: {
      type: "string",
      minLength: 1,
      examples: ["stratc/alpaca"],
      description: "Name in AWS Secrets Manager of a JSON object with `key_id` and `secret`",
    },
  },
  limits: {
    order_value_max: {
      type: "string",
      pattern: LIMIT_PATTERN,
      examples: ["50_000usd"],
      description: "Largest order of a live run, or none; of this and the file's limits the stricter wins",
    },
    day_loss_max: {
      type: "string",
      pattern: LIMIT_PATTERN,
      examples: ["2_000usd"],
      description: "Largest loss of a day in a live run, or none; of this and the file's limits the stricter wins",
    },
    shared_exposure_max: {
      type: "string",
      pattern: LIMIT_PATTERN,
      examples: ["100_000usd"],
      description: "Most that all strategies of a live run may have together in positions and opening orders, or none",
    },
    allowed_symbols: {
      type: "string",
      pattern: "^(all|[A-Z][A-Z0-9._]*(,[A-Z][A-Z0-9._]*)*)$",
      examples: ["SPY,KO"],
      description: "What a live run may trade: symbols, or all",
    },
  },
  journal: {
    segment_bytes: {
      type: "integer",
      minimum: 65_536,
      maximum: 268_435_456,
      description: "A segment that has reached it is followed by a new one",
    },
    retained_bytes: {
      type: "integer",
      minimum: 0,
      maximum: Number.MAX_SAFE_INTEGER,
      description: "Segments that no snapshot needs are removed while all take more than this",
    },
  },
  telemetry: {
    log_level: { type: "string", enum: ["debug", "info", "warn", "error"], description: "The least that is logged" },
    log_to: { type: "string", minLength: 1, examples: ["stratc.log"], description: "Where a live run logs: a file, stderr, or none" },
    metrics_port: {
      type: "integer",
      minimum: 0,
      maximum: 65_535,
      description: "Port on 127.0.0.1 where Prometheus reads a live run's metrics; 0 for none",
    },
  },
} as const satisfies Readonly<Record<string, Readonly<Record<string, KeySchema>>>>;

type Sections = typeof SECTIONS;

/** Names of the keys. A name is that of one key only, so that flags and environment need no section. */
export type KeyName = { readonly [S in keyof Sections]: keyof Sections[S] }[keyof Sections] & string;

export interface ConfigKey {
  readonly name: string;
  readonly section: string;
  /** "data.cache_bytes_max". */
  readonly path: string;
  /** "STRATC_CACHE_BYTES_MAX". */
  readonly environment: string;
  readonly schema: KeySchema;
}

export const CONFIG_KEYS: readonly ConfigKey[] = Object.entries(SECTIONS).flatMap(([section, keys]) =>
  Object.entries<KeySchema>(keys).map(([name, schema]) => ({
    name,
    section,
    path: `${section}.${name}`,
    environment: `STRATC_${name.toUpperCase()}`,
    schema,
  })),
);

/** The key of that name. */
export function configKey(name: KeyName): ConfigKey {
  const key = CONFIG_KEYS.find((one) => one.name === name);
  if (key === undefined) throw new Error(`no key ${name}`);
  return key;
}

function object(properties: Readonly<Record<string, object>>): object {
  return { type: "object", properties, additionalProperties: false };
}

/** Of a file of the configuration: it may have any of the keys. */
export const CONFIG_SCHEMA = {
  $schema: "https://json-schema.org/draft/2020-12/schema",
  ...object(Object.fromEntries(Object.entries(SECTIONS).map(([section, keys]) => [section, object(keys)]))),
};

/** What a key takes, in words: `one of "utc", "exchange"`. */
export function expectation({ type, enum: choices, minimum, maximum, examples }: KeySchema): string {
  if (choices !== undefined) return `one of ${choices.map((choice) => `"${choice}"`).join(", ")}`;
  switch (type) {
    case "boolean":
      return "true or false";
    case "integer":
      return `a whole number from ${minimum}${maximum === Number.MAX_SAFE_INTEGER ? "" : ` to ${maximum}`}`;
    case "string":
      return `text such as "${examples?.[0]}"`;
  }
}
