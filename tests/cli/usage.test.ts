/** Command lines that make no sense: exit 2, what was meant, and never a stack trace. */
import { describe, expect, it } from "vitest";
import { stratc } from "./run.ts";

const BACKTEST = ["backtest", "strategies/sma_cross.strat", "sample:sp500"];

describe("a wrong command line", () => {
  it.each([
    [["chekc", "a.strat"], "Unknown command: chekc.", "Did you mean `check`?"],
    [["data", "imprt", "a.csv"], "Unknown command: data imprt.", "Did you mean `import`?"],
    [["check", "--jsn", "a.strat"], "Unknown option: --jsn.", "Did you mean `--json`?"],
    [["check", "-q", "a.strat"], "Unknown option: -q.", "`stratc check --help`"],
    [["backtest", "a.strat", "--form=2020-01-01"], "Unknown option: --form=2020-01-01.", "Did you mean `--from`?"],
    [["check"], "Something is missing: stratc check <files..>.", "`stratc check --help`"],
    [["data", "import"], "Something is missing: stratc data import <files..>.", "`stratc data import --help`"],
    [["data"], "Which of import, actions, list, info, generate?", "`stratc data --help`"],
    [["config", "all"], "Unknown argument: all.", "`stratc config --help`"],
    [["eval", "close"], "Missing required argument: data.", "`stratc eval --help`"],
    [["backtest", "a.strat", "--backend", "c"], "Choices:", "`stratc backtest --help`"],
    [[...BACKTEST, "--cash"], "--cash needs a value.", "`stratc backtest --help`"],
    [[...BACKTEST, "--cash", "5", "--cash", "6"], "--cash is given twice.", ""],
    [[...BACKTEST, "--from", "2019-01-01", "--from", "2018-01-01"], "--from is given twice.", ""],
    [[...BACKTEST, "--orders", ""], "An empty word is given for orders.", ""],
    [["check", ""], "An empty word is given for files.", ""],
    [["check", "-"], "`-` is not taken for a file.", "Standard input is /dev/stdin"],
    [["check", "--", "-a.strat"], "`--` is not needed.", "./-name"],
    [["eval", "close", "--data", "a.csv", "--csv", "--json"], "--csv and --json exclude each other.", ""],
    [["eval", "close", "--data", "a.csv", "--last", "0"], "--last takes a whole number above 0, not `0`.", ""],
    [[], "Which command?", "`stratc --help`"],
  ])("%j", async (args, message, help) => {
    const { exit, output, notes } = await stratc(...args);
    expect(exit).toBe(2);
    expect(output + notes).toContain(message);
    expect(output + notes).toContain(help);
    expect(output + notes).not.toMatch(/\n\s+at /);
  });

  it("speaks JSON when asked", async () => {
    const { output } = await stratc("check", "--json", "--quiet", "a.strat");
    expect(JSON.parse(output)).toMatchObject({ ok: false, error: { code: "usage", message: "Unknown option: --quiet." } });
  });
});
