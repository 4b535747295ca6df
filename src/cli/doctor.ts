/** `stratc doctor`: whether this machine is fit for a live run, a line a question, each with what to do. */

import packageJson from "../../package.json" with { type: "json" };
import type { Setting } from "../config/layers.ts";
import type { KeyName } from "../config/schema.ts";
import { type Command, type CommonFlags, writeJson } from "./command.ts";
import { CommandFailure } from "./failure.ts";
import type { Terminal } from "./terminal.ts";

interface DoctorFlags extends CommonFlags {
  readonly layer: string;
}

interface Finding {
  readonly check: "node" | "configuration" | "keys" | "disk" | "broker" | "clock";
  readonly status: "ok" | "warn" | "fail";
  /** What was found. */
  readonly message: string;
  /** What to do; empty where it is ok. */
  readonly help: string;
}

const FLUSH_MILLISECONDS_GOOD = 20;
const SKEW_SECONDS_GOOD = 1;
const SKEW_SECONDS_MAX = 5;

export const doctorCommand: Command<DoctorFlags> = {
  command: "doctor",
  describe: "Say whether this machine is fit for a live run",
  flags: (yargs) =>
    yargs.options({
      layer: { type: "string", requiresArg: true, default: "paper", describe: "Whose configuration: paper, dev, backtest" },
    }),
  run: async ({ layer, json }, terminal) => {
    const findings = await examine(layer);
    const isFit = findings.every(({ status }) => status !== "fail");
    if (json) writeJson(terminal, { ok: isFit, checks: findings });
    else for (const finding of findings) show(finding, terminal);
    return isFit ? 0 : 3;
  },
};

async function examine(layer: string): Promise<readonly Finding[]> {
  const { settingsUnder } = await import("./configuration.ts");
  const findings = [nodeVersion()];
  let settings: readonly Setting[];
  try {
    settings = await settingsUnder({ layer });
  } catch (error) {
    if (!(error instanceof CommandFailure) || error.exit === 2) throw error;
    return [...findings, { check: "configuration", status: "fail", message: error.message, help: error.help.join(" ") }];
  }
  const value = (name: KeyName): string => String(settings.find(({ key }) => key.name === name)?.value);
  const url = value("alpaca_url");
  const needsBroker = value("broker") === "alpaca_paper";
  findings.push({ check: "configuration", status: "ok", message: `${settings.length} keys, broker ${value("broker")}`, help: "" });
  findings.push(await keys(value, needsBroker), await disk(), ...(await brokerAndClock(url, needsBroker)));
  return findings;
}

function nodeVersion(): Finding {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  const isKnown = (major === 22 && minor >= 12) || major === 24 || major >= 26;
  return {
    check: "node",
    status: isKnown ? "ok" : "fail",
    message: `Node ${process.versions.node}`,
    help: isKnown ? "" : `Install one that fits ${packageJson.engines.node}.`,
  };
}

async function keys(value: (name: KeyName) => string, isNeeded: boolean): Promise<Finding> {
  const { brokerKeys } = await import("../adapters/secrets/keys.ts");
  const { keySource } = await import("./live-settings.ts");
  const answer = await brokerKeys(keySource(value));
  if (answer.ok) return { check: "keys", status: "ok", message: `there, from ${value("keys_from")}`, help: "" };
  const { code, message } = answer.failure;
  if (code === "keys_exposed" || isNeeded)
    return { check: "keys", status: "fail", message, help: 'Runs with `broker = "alpaca_paper"` need keys.' };
  return { check: "keys", status: "warn", message, help: "Only runs with Alpaca's paper broker need them." };
}

async function disk(): Promise<Finding> {
  const { flushMilliseconds } = await import("../adapters/system/health.ts");
  try {
    const taken = await flushMilliseconds(".");
    const isGood = taken <= FLUSH_MILLISECONDS_GOOD;
    const message = `a record is durable after ${taken.toFixed(1)} ms`;
    return {
      check: "disk",
      status: isGood ? "ok" : "warn",
      message,
      help: isGood ? "" : "Orders wait for it: keep journals on a local disk.",
    };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { check: "disk", status: "fail", message, help: "Journals are kept in the working directory: make it writable." };
  }
}

async function brokerAndClock(url: string, isNeeded: boolean): Promise<readonly Finding[]> {
  const { clockSkewSeconds } = await import("../adapters/system/health.ts");
  const skew = await clockSkewSeconds(url);
  if (!skew.ok) {
    const help = isNeeded ? "Look at the network, a proxy, `broker.alpaca_url`." : "Only runs with Alpaca's paper broker need it.";
    return [{ check: "broker", status: isNeeded ? "fail" : "warn", message: skew.failure.message, help }];
  }
  const off = Math.abs(skew.value);
  const status = off <= SKEW_SECONDS_GOOD ? "ok" : off <= SKEW_SECONDS_MAX ? "warn" : "fail";
  return [
    { check: "broker", status: "ok", message: `${url} answers`, help: "" },
    { check: "clock", status, message: `off by ${off.toFixed(1)} s`, help: status === "ok" ? "" : "Let the system keep its clock by NTP." },
  ];
}

function show({ check, status, message, help }: Finding, terminal: Terminal): void {
  const colour = { ok: 32, warn: 33, fail: 31 }[status];
  const word = terminal.colour.output ? `\u001b[${colour}m${status.padEnd(4)}\u001b[0m` : status.padEnd(4);
  terminal.write(`${word}  ${check.padEnd(13)}  ${message}${help === "" ? "" : `\n      ${" ".repeat(13)}  ${help}`}\n`);
}
