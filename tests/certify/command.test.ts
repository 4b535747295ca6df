/** `stratc verify` on files as `stratc compile` writes them: exit codes, text and JSON. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { stratc } from "../cli/run.ts";

let folder = "";
const at = (suffix: string): string => join(folder, `donchian_bracket.${suffix}`);

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "stratc-verify-"));
  await stratc("compile", "strategies/donchian_bracket.strat", "-o", folder);
});

function edit(suffix: string, from: string, to: string): void {
  writeFileSync(at(suffix), readFileSync(at(suffix), "utf8").replace(from, to));
}

describe("stratc verify", () => {
  it("certifies what stratc compile wrote", async () => {
    const { exit, output } = await stratc("verify", at("graph.json"));
    expect(exit).toBe(0);
    expect(output).toContain("entry of rule `breakout`: checked for halted, quantity, price");
    expect(output).toContain("day_loss else flatten: only reduces, checked for quantity, price");
    expect(output).toContain("warm-up: ticks of each clock, 100 of day; first decision on row 99 or later");
    expect(output).toContain("imports nothing");
    expect(output).toMatch(/\nCertified\.\n$/);
  });

  it("says the same as JSON", async () => {
    const { exit, output } = await stratc("verify", at("graph.json"), "--json");
    const manifest = JSON.parse(readFileSync(at("manifest.json"), "utf8"));
    expect(exit).toBe(0);
    expect(JSON.parse(output)).toMatchObject({
      ok: true,
      strategy: "donchian_bracket",
      graph_hash: manifest.graph_hash,
      modules: [{ module: "donchian_bracket.wasm", module_hash: manifest.lanes[0].module_hash }],
      bounds: { settling_rows: manifest.settling_rows, state_bytes: manifest.state_bytes, operations_per_row: manifest.operations_per_row },
    });
  });

  it("examines the module of every lane", async () => {
    const build = await stratc("compile", "strategies/three_clocks.strat", "-o", folder, "--json");
    const modules = JSON.parse(build.output).files.filter((file: string) => file.endsWith(".wasm"));
    expect(modules.map((file: string) => basename(file)).sort()).toEqual([
      "three_clocks.bar.wasm",
      "three_clocks.day.wasm",
      "three_clocks.quarter.wasm",
    ]);
    const file = join(folder, "three_clocks.graph.json");
    expect((await stratc("verify", file)).output).toContain("three_clocks.quarter.wasm");
    rmSync(join(folder, "three_clocks.day.wasm"));
    expect((await stratc("verify", file)).output).toContain("lanes name three_clocks.day.wasm, which is not beside the graph");
  });

  it("needs neither module nor manifest", async () => {
    for (const suffix of ["wasm", "manifest.json"]) rmSync(at(suffix));
    const { exit, output } = await stratc("verify", at("graph.json"));
    expect(exit).toBe(0);
    expect(output).toContain("no manifest beside it");
  });

  it("shows a counterexample with the way to it, and exits 1", async () => {
    edit("graph.json", '"default":55,"min":20', '"default":55,"min":0');
    const { exit, output } = await stratc("verify", at("graph.json"));
    expect(exit).toBe(1);
    expect(output).toMatch(
      /has a length, node \d+, of 0 at the least\n {4}read by: .* of rule `breakout` → .*`upper`, node \d+ \(window\)/,
    );
    expect(output).toMatch(/\nNot certified\.\n$/);
  });

  it("says what file it takes", async () => {
    expect(await stratc("verify", "strategies/sma_cross.strat")).toMatchObject({ exit: 2 });
    expect((await stratc("verify", join(folder, "absent.graph.json"))).notes).toContain("There is no file");
  });
});
