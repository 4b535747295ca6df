/** Python for training: an environment of pinned packages in a cache folder, made once, and scripts run in it. */
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

export interface Finished {
  readonly ok: boolean;
  readonly output: string;
  /** The last line that it said on stderr. */
  readonly lastLine: string;
}

/** Runs a program to its end, handing on each line of stderr. A program that cannot be started has failed with the reason. */
export function run(command: string, args: readonly string[], onLine: (line: string) => void): Promise<Finished> {
  return new Promise((resolve) => {
    const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"], env: { ...process.env, PYTHONDONTWRITEBYTECODE: "1" } });
    const said = { output: "", lastLine: "", rest: "" };
    const hear = (line: string): void => {
      if (line.trim() === "") return;
      said.lastLine = line.trim();
      onLine(line);
    };
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      said.output += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      const lines = (said.rest + text).split("\n");
      said.rest = lines.pop() ?? "";
      lines.forEach(hear);
    });
    child.on("error", (error) => resolve({ ok: false, output: "", lastLine: error.message }));
    child.on("close", (code) => {
      hear(said.rest);
      resolve({ ok: code === 0, output: said.output, lastLine: said.lastLine });
    });
  });
}

/** What keeps an environment from being made, and what to do about it. */
export interface NoEnvironment {
  readonly problem: string;
  readonly help: string;
}

/** Written when all packages are there. */
const DONE = "stratc-installed";

/**
 * The interpreter of the environment in `cache` that has the packages which `requirements` pins; made with the machine's python3 where there is none. It needs
 * the network then, once.
 */
export async function trainingPython(cache: string, requirements: string, onLine: (line: string) => void): Promise<string | NoEnvironment> {
  const pinned = createHash("sha256").update(readFileSync(requirements)).digest("hex").slice(0, 16);
  const folder = join(cache, `python-${pinned}`);
  const python = join(folder, "bin", "python");
  if (existsSync(join(folder, DONE))) return python;
  rmSync(folder, { recursive: true, force: true });
  const found = await run("python3", ["--version"], () => {});
  if (!found.ok)
    return { problem: `python3 cannot be run: ${found.lastLine}`, help: "Install Python 3.11 or later, or name one with --python." };
  onLine(`making a Python environment in ${folder}`);
  const made = await run("python3", ["-m", "venv", folder], () => {});
  if (!made.ok)
    return {
      problem: `python3 cannot make an environment: ${made.lastLine || made.output.trim().split("\n").at(-1)}`,
      help: "On Debian and Ubuntu: `apt install python3-venv`.",
    };
  onLine("installing scikit-learn and what it needs, about 500 MB, once");
  const pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement", requirements];
  const installed = await run(python, pip, () => {});
  if (!installed.ok)
    return {
      problem: `the packages of ${requirements} could not be installed: ${installed.lastLine}`,
      help: "pip needs the network, or a mirror (PIP_INDEX_URL). --python names an interpreter that has the packages already.",
    };
  writeFileSync(join(folder, DONE), "");
  return python;
}
