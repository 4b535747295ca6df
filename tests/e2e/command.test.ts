/** The command as it is installed: the bundle behind bin/stratc.js, started as a process in another folder. */
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";

const command = resolve("bin/stratc.js");
const example = resolve("strategies/sma_cross.strat");
const folder = mkdtempSync(join(tmpdir(), "stratc-e2e-"));

beforeAll(() => {
  execFileSync(process.execPath, ["bin/build.js"]);
});

function stratc(...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [command, ...args], { cwd: folder, encoding: "utf8" });
  return { exit: status, output: stdout, notes: stderr };
}

describe("the installed command", () => {
  it("says its version", () => {
    expect(stratc("--version")).toEqual({ exit: 0, output: "0.1.0\n", notes: "" });
  });

  it("runs the newcomer's backtest, without colour in a pipe", () => {
    const { exit, output } = stratc("backtest", example, "--data", "sample:sp500");
    expect(exit).toBe(0);
    expect(output).toContain("sma_cross on SPX");
    expect(output).not.toContain("\u001b");
  });

  it("serves editors", async () => {
    const text = JSON.stringify({
      jsonrpc: "2.0",
      id: 1,
      method: "initialize",
      params: { processId: null, rootUri: null, capabilities: {} },
    });
    const server = spawn(process.execPath, [command, "lsp"], { cwd: folder, stdio: ["pipe", "pipe", "inherit"] });
    server.stdin.write(`Content-Length: ${text.length}\r\n\r\n${text}`);
    let output = "";
    for await (const piece of server.stdout) {
      output += piece;
      if (output.endsWith("}")) break;
    }
    server.kill();
    expect(output).toContain('"serverInfo":{"name":"stratc","version":"0.1.0"}');
  });

  it("reads zip archives and Parquet by packages that are not in the bundle", () => {
    const archive = resolve("tests/data/archives/minutes.zip");
    expect(stratc("data", "import", archive, "--symbol", "DEMO", "--store", "kept")).toMatchObject({ exit: 0 });
    expect(stratc("eval", "close", "--data", "DEMO", "--store", "kept", "--last", "1", "--csv").output).toBe(
      "time,value\n2019-02-15T14:35:00Z,10.25\n",
    );
  });

  it("keeps the promised names of the report", () => {
    const { exit, output } = stratc("backtest", example, "--data", "sample:sp500", "--json");
    expect(exit).toBe(0);
    const names = [
      "strategy",
      "graph_hash",
      "data_hash",
      "run_hash",
      "symbols",
      "from",
      "to",
      "bars",
      "orders",
      "fills",
      "round_trips",
      "rejected",
    ];
    names.push(
      "final_equity",
      "net_profit",
      "return_pct",
      "buy_hold_pct",
      "cagr_pct",
      "sharpe",
      "sortino",
      "max_drawdown_pct",
      "win_rate_pct",
    );
    names.push("profit_factor", "exposure_pct", "fees", "slippage", "rule_firings", "assumptions", "seconds", "bars_per_second");
    expect(Object.keys(JSON.parse(output))).toEqual(expect.arrayContaining(names));
  });

  it.each([
    ["vwap_pullback", "sample:demo"],
    ["sma_cross", "sample:sp500"],
    ["three_clocks", "sample:demo"],
    ["rank_rotation", "sample:days"],
    ["pair_spread", "sample:days"],
    ["book_maker", "sample:book"],
  ])("gives %s the same records with kernel and oracle", (name, data) => {
    const [kernel, oracle] = ["wasm", "interpreter"].map((backend) => {
      const file = join(folder, `${name}-${backend}.jsonl`);
      expect(stratc("backtest", resolve(`strategies/${name}.strat`), data, "--backend", backend, "--orders", file).exit).toBe(0);
      return readFileSync(file, "utf8").split("\n");
    });
    expect(kernel!.length).toBeGreaterThan(10);
    expect(kernel).toEqual(oracle);
  });

  it("compiles into a folder and leaves nothing else", () => {
    expect(stratc("compile", example, "-o", "build").exit).toBe(0);
    expect(readdirSync(join(folder, "build")).sort()).toEqual(["sma_cross.graph.json", "sma_cross.manifest.json", "sma_cross.wasm"]);
  });

  it("ends quietly when its reader goes away", () => {
    const pipe = `"${process.execPath}" "${command}" eval close --data sample:sp500 --csv | head -n 1; echo "\${PIPESTATUS[0]}"`;
    const { stdout, stderr } = spawnSync("bash", ["-c", pipe], { cwd: folder, encoding: "utf8" });
    expect(stdout).toBe("time,value\n0\n");
    expect(stderr).not.toContain("EPIPE");
  });

  it("tells an old Node what to do", () => {
    const old = "data:text/javascript,Object.defineProperty(process,'versions',{value:{...process.versions,node:'20.20.2'}})";
    const { status, stderr } = spawnSync(process.execPath, ["--import", old, command, "--version"], { encoding: "utf8" });
    expect(status).toBe(3);
    expect(stderr).toContain("stratc needs Node 22.12, 24 or 26; this is Node 20.20.2.");
  });
});
