/** A person at a terminal: the progress bar, Ctrl-C, a pager that is closed, a disk that is full, and the configuration of a folder. */
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";

const command = [process.execPath, resolve("bin/stratc.js")];
const strategy = resolve("strategies/vwap_pullback.strat");
const folder = mkdtempSync(join(tmpdir(), "stratc-terminal-"));
/** Long enough to take seconds with the interpreter. */
const long = ["backtest", strategy, "long.csv", "--backend", "interpreter"];

beforeAll(() => {
  execFileSync(process.execPath, ["bin/build.js"]);
  run("data", "generate", "--sessions", "250", "-o", "long.csv");
});

function run(...args: readonly string[]) {
  return spawnSync(command[0]!, [command[1]!, ...args], { cwd: folder, encoding: "utf8" });
}

/** What the tests run in says nothing about colour. */
const { NO_COLOR: _, ...plainEnvironment } = process.env;

/** On a pseudo terminal; Ctrl-C is typed once `text` is on the screen. */
function atTerminal(text: string, args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const output = execFileSync("python3", [resolve("tests/e2e/terminal.py"), text, ...command, ...args], {
    cwd: folder,
    encoding: "utf8",
    env: { ...plainEnvironment, ...env },
  });
  return JSON.parse(output) as { readonly exit: number; readonly screen: string };
}

function shell(line: string) {
  return spawnSync("bash", ["-c", `set -o pipefail; stratc() { ${command.join(" ")} "$@"; }; ${line}`], { cwd: folder, encoding: "utf8" });
}

describe("the progress bar", () => {
  it("shows after a second on a terminal, and is wiped", () => {
    const { exit, screen } = atTerminal("", long);
    expect(exit).toBe(0);
    expect(screen).toMatch(/█.* %.*bars\/s/);
    expect(screen.lastIndexOf("\r\u001b[K")).toBeGreaterThan(screen.lastIndexOf("█"));
  });
  it("does not show for short work, nor elsewhere", () => {
    expect(atTerminal("", ["backtest", strategy, "--data", "sample:demo"]).screen).not.toContain("█");
    expect(run(...long).stderr).not.toContain("█");
  });
});

describe("Ctrl-C", () => {
  it("ends a backtest with 130 and a sentence, and takes back what was begun", () => {
    const { exit, screen } = atTerminal("█", [...long, "--journal", "journal", "--orders", "orders.jsonl"]);
    expect(exit).toBe(130);
    expect(screen).toMatch(/error\S*: Interrupted; nothing was written\.\r\n$/);
    expect(readdirSync(join(folder, "journal"))).toEqual([]);
    expect(readdirSync(folder).filter((name) => name.startsWith("orders"))).toEqual([]);
  });
});

describe("colour", () => {
  it("is for terminals without NO_COLOR", () => {
    const backtest = ["backtest", strategy, "--data", "sample:demo"];
    expect(atTerminal("", backtest).screen).toContain("\u001b[");
    expect(atTerminal("", backtest, { NO_COLOR: "1" }).screen).not.toContain("\u001b[");
  });
});

describe("output", () => {
  it("to a reader that went away ends quietly", () => {
    const { status, stdout, stderr } = shell("stratc eval close --data long.csv --csv 2> /dev/null | head -2");
    expect([status, stdout.split("\n").length, stderr]).toEqual([0, 3, ""]);
  });
  it("to a full disk is the outside world's failure", () => {
    const { status, stderr } = shell("stratc eval close --data sample:sp500 > /dev/full");
    expect(status).toBe(3);
    expect(stderr).toMatch(/^error: Standard output could not be written: ENOSPC.*\n$/m);
    expect(shell(`stratc backtest ${strategy} sample:demo --orders /dev/full`).status).toBe(3);
  });
});

describe("stratc.toml", () => {
  it("is read where the command is started, under environment and flags", () => {
    const inside = join(folder, "configured");
    mkdirSync(inside);
    writeFileSync(join(inside, "stratc.toml"), '[account]\ncash = "5_000usd"\n[data]\nstore = "kept"\n');
    const cash = (env: Readonly<Record<string, string>>, ...args: readonly string[]): string => {
      const { stdout } = spawnSync(command[0]!, [command[1]!, "backtest", strategy, "sample:demo", "--json", ...args], {
        cwd: inside,
        encoding: "utf8",
        env: { ...process.env, ...env },
      });
      return JSON.parse(stdout).cash;
    };
    expect([cash({}), cash({ STRATC_CASH: "6000" }), cash({ STRATC_CASH: "6000" }, "--cash", "7000")]).toEqual(["5000", "6000", "7000"]);
    expect(existsSync(join(inside, "kept", ".cache"))).toBe(true);
  });
});
