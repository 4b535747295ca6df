/** `stratc simulate-alpaca`: a server on this machine that behaves like Alpaca's paper trading, over stored or generated bars. */
import { FAULTS, type FaultKind } from "../adapters/alpaca-simulator/faults.ts";
import { generatedMarket, marketDataOf } from "../adapters/alpaca-simulator/market-data.ts";
import type { Simulator, SimulatorOptions } from "../adapters/alpaca-simulator/simulator.ts";
import type { MarketData } from "../adapters/alpaca-simulator/tape.ts";
import { readTime } from "../adapters/alpaca-simulator/times.ts";
import { instantText } from "../values/instant.ts";
import type { Instant } from "../values/quantity.ts";
import { type Command, type CommonFlags, writeJson } from "./command.ts";
import { configOptions } from "./config-flags.ts";
import { addDataFlags, type DataFlags, openWanted } from "./data-flags.ts";
import { CommandFailure, usageFailure } from "./failure.ts";
import { cashText } from "./settings.ts";
import type { Terminal } from "./terminal.ts";

interface SimulateFlags extends CommonFlags, DataFlags {
  readonly data: readonly string[];
  readonly symbols: string;
  readonly start?: string;
  readonly speed: string;
  readonly port: string;
  readonly cash: string;
  readonly seed: string;
  readonly spread: string;
  readonly margin: "1" | "2";
  readonly shorting: boolean;
  readonly "partial-fills": string;
  readonly "requests-per-minute": string;
  readonly fault: readonly string[];
  readonly latency: string;
  readonly compress: boolean;
  readonly account: "current" | "legacy";
  readonly "key-id": string;
  readonly "secret-key": string;
}

const text = (value: string, describe: string) => ({ type: "string", requiresArg: true, default: value, describe }) as const;

export const simulateAlpacaCommand: Command<SimulateFlags> = {
  command: "simulate-alpaca",
  describe: "Serve a simulated Alpaca on this machine, to rehearse with",
  flags: (yargs) =>
    addDataFlags(
      yargs.options({
        data: {
          type: "string",
          array: true,
          requiresArg: true,
          default: [],
          defaultDescription: "generated",
          describe: "SYMBOL=FILE or a symbol of the store; BTC/USD=FILE is crypto",
        },
        symbols: text("DEMO", "Without --data: stocks to generate, twenty sessions of minutes each"),
        start: {
          type: "string",
          requiresArg: true,
          describe: "Where its time begins: 2024-01-16T14:30:00Z; what is before is history. Half of the data unless given",
        },
        speed: text("1x", "How fast its time goes: 1x, 60x, or paused until it is told"),
        port: text("0", "On 127.0.0.1; 0 takes a free one"),
        ...configOptions(["cash"]),
        seed: text("1", "Of generated bars, ids and chance"),
        spread: text("0.02", "Between bid and ask, in the currency"),
        margin: { type: "string", choices: ["1", "2"], default: "2", describe: "Buying power is so many times the equity" },
        shorting: { type: "boolean", default: true, describe: "Whether the account may sell short" },
        "partial-fills": text("0.1", "Share of the fills that are partial"),
        "requests-per-minute": text("200", "0 for no limit"),
        fault: {
          type: "string",
          array: true,
          requiresArg: true,
          default: [],
          defaultDescription: "none",
          describe: `KIND=SHARE of the occasions: ${FAULTS.join(", ")}`,
        },
        latency: text("300", "Milliseconds of a latency fault"),
        compress: { type: "boolean", default: false, describe: "Offer permessage-deflate on the streams" },
        account: {
          type: "string",
          choices: ["current", "legacy"],
          default: "current",
          describe: "Fields of the account: legacy has those on day trading",
        },
        "key-id": text("PKSIMULATED", "Key that clients must send"),
        "secret-key": text("simulated-secret", "Its secret"),
      }),
    )
      .example("$0 simulate-alpaca --symbols DEMO --speed 60x", "# a minute takes a second")
      .example("$0 simulate-alpaca --data SPY=spy.csv --fault reset_after=0.01 --fault stream_drop=0.01", "# on bad days"),
  run: async (flags, terminal) => {
    const simulator = await started(flags, terminal);
    const ended = stopped();
    present(simulator, flags, terminal);
    const signal = await ended;
    await simulator.close();
    if (signal === "SIGTERM") throw new CommandFailure(143, "interrupted", "Stopped.");
    return 0;
  },
};

async function started(flags: SimulateFlags, terminal: Terminal): Promise<Simulator> {
  const options = await optionsOf(flags, terminal);
  const { startSimulator } = await import("../adapters/alpaca-simulator/simulator.ts");
  try {
    return await startSimulator(options);
  } catch (error) {
    if (!(error instanceof Error && "code" in error)) throw error;
    throw new CommandFailure(3, "outside_failed", `The simulator cannot listen on port ${flags.port}: ${error.message}.`);
  }
}

async function optionsOf(flags: SimulateFlags, terminal: Terminal): Promise<SimulatorOptions> {
  const seed = numberOf("--seed", flags.seed, 0, 2 ** 32 - 1, true);
  const start = startOf(flags.start);
  const options = {
    seed,
    cash: cashText(flags.cash),
    halfSpread: String(numberOf("--spread", flags.spread, 0, 1_000) / 2),
    multiplier: flags.margin === "1" ? 1 : 2,
    shorting: flags.shorting,
    partialFills: numberOf("--partial-fills", flags["partial-fills"], 0, 1),
    accountForm: flags.account,
    keys: { keyId: flags["key-id"], secret: flags["secret-key"] },
    port: numberOf("--port", flags.port, 0, 65_535, true),
    speed: speedOf(flags.speed),
    requestsPerMinute: numberOf("--requests-per-minute", flags["requests-per-minute"], 0, 1_000_000, true),
    rates: ratesOf(flags.fault),
    latency: numberOf("--latency", flags.latency, 0, 60_000),
    compress: flags.compress,
  } as const;
  const market = await marketOf(flags, seed, terminal);
  const { middleOf } = await import("../adapters/alpaca-simulator/world.ts");
  return { ...options, market, start: start ?? middleOf(market) };
}

async function marketOf(flags: SimulateFlags, seed: number, terminal: Terminal): Promise<readonly MarketData[]> {
  if (flags.data.length === 0) return generatedMarket(symbolsOf(flags.symbols), seed);
  const market: MarketData[] = [];
  for (const argument of flags.data) {
    const [, symbol = argument, location = argument] = /^([A-Z][A-Z0-9.]*(?:\/[A-Z]+)?)=(.+)$/.exec(argument) ?? [];
    const calendar = symbol.includes("/") ? "always" : "nyse";
    market.push(await marketDataOf(await openWanted({ locations: [location], symbol, calendar, label: symbol }, flags, terminal), symbol));
  }
  return market;
}

function symbolsOf(names: string): readonly string[] {
  const symbols = names.split(",");
  if (symbols.every((name) => /^[A-Z][A-Z0-9.]{0,11}$/.test(name)) && new Set(symbols).size === symbols.length) return symbols;
  throw usageFailure(`--symbols takes different names in capitals, ALFA,BRAVO, not \`${names}\`.`);
}

function startOf(start: string | undefined): Instant | null {
  if (start === undefined) return null;
  const time = readTime(start);
  if (time === null) throw usageFailure(`--start takes a date or an instant such as 2024-01-16T14:30:00Z, not \`${start}\`.`);
  return time;
}

function speedOf(speed: string): number {
  if (speed === "paused") return 0;
  const [, digits = ""] = /^(\d{1,6}(?:\.\d+)?)x$/.exec(speed) ?? [];
  if (Number(digits) > 0) return Number(digits);
  throw usageFailure(`--speed takes 1x, 60x and the like, or paused, not \`${speed}\`.`);
}

function ratesOf(faults: readonly string[]): ReadonlyMap<FaultKind, number> {
  return new Map(
    faults.map((argument) => {
      const [name, rate = ""] = argument.split("=");
      const kind = FAULTS.find((one) => one === name);
      if (kind === undefined) throw usageFailure(`--fault takes KIND=SHARE, not \`${argument}\`.`, [`Kinds are ${FAULTS.join(", ")}.`]);
      return [kind, numberOf(`--fault ${kind}`, rate, 0, 1)] as const;
    }),
  );
}

function numberOf(flag: string, value: string, lowest: number, highest: number, isWhole = false): number {
  const number = (isWhole ? /^\d{1,10}$/ : /^\d{1,10}(\.\d{1,9})?$/).test(value) ? Number(value) : Number.NaN;
  if (number >= lowest && number <= highest) return number;
  throw usageFailure(`${flag} takes a ${isWhole ? "whole " : ""}number from ${lowest} to ${highest}, not \`${value}\`.`);
}

function present({ url, world }: Simulator, flags: SimulateFlags, terminal: Terminal): void {
  const time = instantText(world.exchange.now);
  if (flags.json) {
    const symbols = world.market.map(({ symbol }) => symbol);
    writeJson(terminal, { ok: true, url, key_id: flags["key-id"], secret_key: flags["secret-key"], symbols, time });
    return;
  }
  terminal.write(`${url} is a simulated Alpaca, at ${time}; Ctrl-C ends it.\n`);
  terminal.write(`  APCA_API_KEY_ID=${flags["key-id"]} APCA_API_SECRET_KEY=${flags["secret-key"]}\n`);
}

/** Resolves with the signal that asks it to end. */
function stopped(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    process.once("SIGINT", resolve).once("SIGTERM", resolve);
  });
}
