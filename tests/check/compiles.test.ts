/** What must compile does, without a mistake, into a graph whose shape backends accept. */
import { globSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { compile } from "../../src/compile.ts";
import { shapeProblems } from "../../src/graph/verify.ts";
import { parse } from "../../src/syntax/parse.ts";
import { codes, evaluate, graphOf, readModule, strategy } from "./support.ts";

describe("the judge's strategies compile", () => {
  for (const path of globSync("tests/judge/strategies/*.strat")) {
    it(path, () => {
      const { value, diagnostics } = compile(readFileSync(path, "utf8"), { name: path, readModule });
      expect(codes(diagnostics).filter((code) => code !== "W0703")).toEqual([]);
      expect(shapeProblems(value!)).toEqual([]);
    });
  }
});

describe("the library is without mistakes", () => {
  for (const path of globSync("stdlib/*.strat")) {
    it(path, () => expect(compile(readFileSync(path, "utf8"), { name: path, readModule }).diagnostics).toEqual([]));
  }
});

it("every function of the library is found by its name", () => {
  for (const path of globSync("stdlib/*.strat")) {
    for (const item of parse(readFileSync(path, "utf8"), path).value?.items ?? []) {
      if (item.kind !== "fn") continue;
      const form = `${item.name.text}(${item.parameters.map(({ name }) => name.text).join(", ")})`;
      expect(evaluate(item.name.text).diagnostics.map(({ message }) => message)).toEqual([expect.stringContaining(form)]);
    }
  }
});

describe("definitions", () => {
  it("of the file leave the library as it is", () => {
    const line = "plot rsi(close, 14)";
    const own = "fn rma(x: series U, n: int): series U { return x }";
    expect(graphOf(strategy(`${own}\n${line}`)).nodes).toEqual(graphOf(strategy(line)).nodes);
  });

  it("may stand in any order and in any number", () => {
    const chain = Array.from({ length: 5000 }, (_, i) => `a${i} = a${i + 1} + open`);
    const lines = [...chain, "a5000 = close", "plot a0"];
    const { nodes } = graphOf(strategy(lines.join("\n")));
    expect(nodes).toHaveLength(5002);
    expect(graphOf(strategy([...lines].reverse().join("\n"))).nodes).toEqual(nodes);
  });
});

describe("expressions compile", () => {
  const expressions = [
    "sma(close, 10)",
    "ema(close, 10) - rma(close, 10)",
    "wma(rsi(close, 14), 5)",
    "macd(close, 12, 26, 9)",
    "bollinger(log_return(close), 20, 2)",
    "atr(14) / close",
    "vwap(since: session)",
    "vwap(since: session.bar == 1)",
    "obv()",
    "stoch(14, 3, 3)",
    "stdev(log_return(close), 20) * sqrt(252)",
    "highest(high, since: session, where: session.elapsed <= 30m)",
    "mean(i in 0..9: square(close[i] - sma(close, 10)))",
    "quantile(volume, 20, 0.5)",
    "if close > open then 1 else if close < open then -1 else 0",
    "roc(close, 5) ?? 0",
    "cross_up(close, vwap(since: session))",
    "any(close > close[1], 5)",
    "pow(close / close[1], 0.5)",
    "mod(session.bar, 5) == 0",
    "{ a: close, b: close > open }",
  ];
  for (const expression of expressions) {
    it(expression, () => {
      const { value, diagnostics } = evaluate(expression);
      expect(codes(diagnostics)).toEqual([]);
      expect(shapeProblems(value!.graph)).toEqual([]);
    });
  }
});

describe("strategies of every built form compile", () => {
  const bodies: Readonly<Record<string, string>> = {
    "a record recursion": `
rec s = seed { high: high, count: 0 } then { high: max(prev(s).high, high), count: if high > prev(s).high then 0 else prev(s).count + 1 }
  reset when session.bar == 1
rule buy { when s.count > 3 enter long { size 1share } }`,
    "a machine that states its settling": `
fn kama(x: series U, n: int in 2..100): series U {
  let er = abs(x - x[n]) / sum(abs(x - x[1]), n) ?? 0
  let sc = square(er * (2 / 3 - 2 / 31) + 2 / 31)
  rec y = seed x then prev(y) + sc * (x - prev(y)) settles in 2000bars
  return y
}
rule buy { when close > kama(close, 10) enter long { size 1share } }`,
    "an enum": `
enum side { up, down }
fn flip(x: series U): side {
  rec s = seed side.up then match prev(s) { up: if x < x[1] then side.down else side.up, down: if x > x[1] then side.up else side.down } settles in 50bars
  return s
}
trend = flip(close)
rule buy { when trend == side.up enter long { size 1share } }`,
    parameters: `
param n = 10 in 5..20 step 5
param part = 10% in 5%..15% step 1%
require n < 50
rule buy { when close > sma(close, n)[n] enter long { size part * equity  stop at fill * (1 - part) } }`,
    "a ladder of entries": `
risk { open_trades per symbol <= 3 }
rule level each k in 1..3 { enter long { size 1share * k  order limit at close * (1 - k * 1%) tif gtc  prefer lowest k } }
rule leave { when close < open exit level }`,
    "lets and account values": `
rule buy { let size_ = 20% * equity  when position == 0share  enter long { size size_ trim  order market } }
rule stop_ { when (bars_held > 5bars and close < entry_price) ?? false  exit buy { order market } }
plot close, sma(close, 7)
study { walk_forward train 12mo validate 3mo }`,
  };
  for (const [name, body] of Object.entries(bodies)) it(name, () => expect(shapeProblems(graphOf(strategy(body)))).toEqual([]));
  it("an intraday hold", () => {
    const source = strategy(`
session { entries from 5m after open to 10m before close flatten 5m before close }
rule any_time { hold if close > open then 10shares else 0 }`).replace("clock day = 1d", "clock bar = 5m in regular");
    expect(shapeProblems(graphOf(source))).toEqual([]);
  });
});

describe("what a file says reaches the graph", () => {
  it("an imported function of the user's own", () => {
    const module =
      "module my.tools\nfn spread(): series usd/share { return half() * 2 }\nfn half(): series usd/share { return (high - low) / 2 }\n";
    const source = strategy("import my.tools { spread }\nrule buy { when spread() > open - close  enter long { size 1share } }");
    const { value, diagnostics } = compile(source, {
      name: "test.strat",
      readModule: (path) => (path === "my.tools" ? module : readModule(path)),
    });
    expect(diagnostics).toEqual([]);
    expect(value).toBeDefined();
  });
  it("limits and costs as exact decimals", () => {
    const { risk, collar, simulate } = graphOf(
      strategy(
        "risk { position_value <= 12.5% * equity  price_collar <= 2% }\nrule target { hold 1share }\nsimulate { slippage: 0.2bps fees: 0.0035usd per share start after 100bars market: close }",
      ),
    );
    expect(risk.map(({ limit }) => limit)).toEqual([
      { kind: "constant", value: "60000" },
      { kind: "constant", value: "0.2" },
      { kind: "ratio", ratio: "0.125", of: "equity" },
    ]);
    expect(collar).toBe("0.02");
    expect(simulate).toEqual({
      market: "close",
      slippage: "0.00002",
      fees: { kind: "per_share", amount: "0.0035" },
      limit: "through",
      borrow: "0",
      volumeCap: null,
      startAfter: 100,
    });
  });
  it("a hold is short where its target can be negative", () => {
    const short = (size: string): boolean =>
      graphOf(strategy(`rule target { hold ${size} trim }`)).rules.some((rule) => rule.kind === "hold" && rule.short);
    expect([
      short("100% * equity"),
      short("-100% * equity"),
      short("if close > open then 10shares else -10shares"),
      short("position + 5shares"),
    ]).toEqual([false, true, true, false]);
  });
  it("an exit knows its trade, written before or after it", () => {
    const { rules } = graphOf(
      strategy("rule sell { when close < open exit buy }\nrule buy { when close > open enter long { size 1share } }"),
    );
    expect(rules[0]).toMatchObject({ kind: "exit", trade: 1 });
  });
});
