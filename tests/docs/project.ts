/** Folders in which the documents' commands run, and `stratc` as an install puts it on the path. */
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { chmodSync, cpSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join, resolve } from "node:path";
import { gzipSync } from "node:zlib";

const bin = mkdtempSync(join(tmpdir(), "stratc-bin-"));
const environment = { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH}` };

/** Builds stratc and puts it on the path of what `run` and `start` run. */
export function install(): void {
  execFileSync(process.execPath, ["bin/build.js"]);
  const command = join(bin, "stratc");
  writeFileSync(command, `#!/bin/sh\nexec "${process.execPath}" "${resolve("bin/stratc.js")}" "$@"\n`);
  chmodSync(command, 0o755);
}

export function emptyFolder(): string {
  return mkdtempSync(join(tmpdir(), "stratc-docs-"));
}

const HEADER = "trade [SPX]\nclock day = 1d\n";
const LIMITS = "risk { order_value <= 50_000usd   day_loss <= 10% * equity else flatten until next_session }\n";
const CROSS = "rule buy { when sma(close, fast) > sma(close, slow)  enter long { size 50% * cash } }\n";
const BACK = "rule sell { when sma(close, fast) < sma(close, slow)  exit buy }\n";

const DAYS = Array.from({ length: 15 }, (_, index) => `2024-01-${`${index + 2}`.padStart(2, "0")},10,12,9,11,100`);

/** The files that the documents speak of and nobody ships: what a reader has. */
const OF_READERS: Readonly<Record<string, string>> = {
  "a.strat": `strategy a\n${HEADER}${LIMITS}rising = close > open && close > low\nrule buy { when risng  enter long { size 1share } }\n`,
  "loose.strat": `strategy   loose\n${HEADER}${LIMITS}rule buy { when close>open enter long { size 1share } }\n`,
  "averages.strat": `strategy averages\n${HEADER}${LIMITS}rule buy { when close > open  enter long { size 1share } }\ntest averages { given close [1, 2]  expect sma(close, 2) gives [none, 2] }\ntest lengths { expect warmup(close) == 1 }\n`,
  "s.strat": `strategy s\n${HEADER}param fast = 20 in 10..40 step 10\nparam slow = 100 in 100..200 step 100\n${LIMITS}${CROSS}${BACK}`,
  "broken.csv": "date,open,high,low,close,volume\n2024-01-02,1,2,3,4,5\n",
  "spy.csv": ["date,open,high,low,close,volume", ...DAYS, ""].join("\n"),
};

/** A folder with what of the project the documents name, and the files of their readers. */
export function projectFolder(): string {
  const folder = emptyFolder();
  for (const part of ["strategies", "python", "tests/judge", "data"]) cpSync(part, join(folder, part), { recursive: true });
  for (const [name, text] of Object.entries(OF_READERS)) writeFileSync(join(folder, name), text);
  writeFileSync(join(folder, "spy.csv.gz"), gzipSync(OF_READERS["spy.csv"] ?? ""));
  return folder;
}

/** Runs `script` as pasted into a shell in `folder`. */
export function run(script: string, folder: string) {
  const { status, stdout, stderr } = spawnSync("bash", ["-e", "-c", script.replaceAll("npx stratc", "stratc")], {
    cwd: folder,
    encoding: "utf8",
    env: environment,
  });
  return { exit: status, output: stdout, notes: stderr };
}

/** Starts `command`, which goes on until it is told to end; with `more` in its environment. */
export function start(command: string, folder: string, more: NodeJS.ProcessEnv = {}) {
  return spawn("bash", ["-c", `exec env ${command}`], { cwd: folder, env: { ...environment, ...more } });
}
