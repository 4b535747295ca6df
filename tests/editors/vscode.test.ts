/** The extension for Visual Studio Code: its grammar in that editor's own engine, and its snippets through the compiler. */
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { GENERATED } from "../../grammar/generate.ts";
import { moduleReader } from "../../src/cli/modules.ts";
import { compile } from "../../src/compile.ts";
import { keywords } from "../../src/syntax/tokens.ts";
import { colours } from "./colours.ts";

const read = await colours();

describe("what is made of the parser", () => {
  it.each([...GENERATED])("%s is what it would be made now", (path, text) => {
    expect(readFileSync(path, "utf8")).toBe(text());
  });
});

/** A line, and of each of these words in it the scope. */
const CONSTRUCTS: readonly (readonly [string, Readonly<Record<string, string>>])[] = [
  ["/// What it is", { "/// What it is": "comment.line.documentation" }],
  ["x = 1 // why", { x: "variable.other.definition", "1": "constant.numeric", "// why": "comment.line.double-slash" }],
  ["strategy my_first", { strategy: "keyword.declaration", my_first: "entity.name.definition" }],
  ["trade [SPY, AAPL]", { trade: "keyword.declaration", SPY: "variable.other", ",": "punctuation" }],
  [
    "clock day = 1d of bar",
    { clock: "keyword.declaration", day: "entity.name.definition", "1": "constant.numeric", d: "keyword.other.unit", of: "keyword.other" },
  ],
  [
    "param n = 2.5% in 1%..5% step 5bps",
    {
      "2.5": "constant.numeric",
      "%": "keyword.other.unit",
      in: "keyword.control",
      "..": "keyword.operator",
      step: "keyword.other",
      bps: "keyword.other.unit",
    },
  ],
  [
    "risk { order_value <= 25_000usd }",
    {
      risk: "keyword.declaration",
      order_value: "support.constant.risk",
      "<=": "keyword.operator",
      "25_000": "constant.numeric",
      usd: "keyword.other.unit",
    },
  ],
  [
    "day_loss <= 2% * equity else flatten until next_session",
    {
      day_loss: "support.constant.risk",
      equity: "variable.language",
      else: "keyword.control",
      flatten: "support.constant.risk",
      until: "keyword.other",
      next_session: "support.constant.risk",
    },
  ],
  [
    "rule buy on week { when a > b",
    {
      rule: "keyword.declaration",
      buy: "entity.name.definition",
      on: "keyword.declaration",
      when: "keyword.control",
      ">": "keyword.operator",
    },
  ],
  ["enter long { risk 1% * equity trim", { enter: "keyword.other", long: "keyword.other", trim: "keyword.other" }],
  [
    "stop at fill - 2 * range",
    { stop: "keyword.other", at: "keyword.other", fill: "variable.language", range: "variable.other", "-": "keyword.operator" },
  ],
  [
    "order limit at close tif 3bars",
    { order: "keyword.other", limit: "keyword.other", close: "variable.language", tif: "keyword.other", bars: "keyword.other.unit" },
  ],
  [
    "rsi(close, 14) < 30 and not done",
    {
      rsi: "entity.name.function",
      close: "variable.language",
      and: "keyword.operator.word",
      not: "keyword.operator.word",
      done: "variable.other",
    },
  ],
  ["day.up ?? false", { day: "variable.other", up: "variable.other.property", "??": "keyword.operator", false: "constant.language" }],
  [
    "rec y = seed 0 then prev(y) + 1",
    {
      rec: "keyword.declaration",
      y: "entity.name.definition",
      seed: "keyword.control",
      then: "keyword.control",
      prev: "entity.name.function",
    },
  ],
  [
    "fn f(x: series U): series U { return x }",
    { fn: "keyword.declaration", f: "entity.name.definition", series: "keyword.other", return: "keyword.control" },
  ],
  ["target = 5", { target: "variable.other.definition" }],
  ["m.signal == trail.open", { signal: "variable.other.property", "==": "keyword.operator", open: "variable.other.property" }],
  ['notify "up"', { notify: "keyword.other", '"up"': "string.quoted.double" }],
];

describe("scopes", () => {
  it.each(CONSTRUCTS)("%s", (line, scopes) => {
    const found = Object.fromEntries((read(line)[0] ?? []).map(({ text, scope }) => [text, scope] as const).toReversed());
    expect(found).toMatchObject(scopes);
  });

  it("leave no word, number or mark of any shipped file without one", () => {
    const files = [...globSync("strategies/*.strat"), ...globSync("templates/*.strat"), ...globSync("stdlib/**/*.strat")];
    expect(files.length).toBeGreaterThan(20);
    const bare = files.flatMap((file) =>
      read(readFileSync(file, "utf8"))
        .flat()
        .filter(({ text, scope }) => /[^\s{}()[\]]/.test(text) && (scope === "source" || scope.startsWith("meta.")))
        .filter(({ text }) => text.trim() !== "")
        .map(({ text }) => `${file}: ${text}`),
    );
    expect(bare).toEqual([]);
  });

  it("know every keyword", () => {
    const plain = [...keywords.keys()].filter((word) => {
      const scope = read(`${word} x`)[0]?.find(({ text }) => text === word)?.scope ?? "";
      return !/^(keyword|constant|support|variable\.language)/.test(scope);
    });
    expect(plain).toEqual([]);
  });
});

interface Snippet {
  readonly prefix: string;
  readonly body: readonly string[];
}

/** A snippet as it stands when nothing is typed into it: the first choice, or what is proposed. */
function accepted({ body }: Snippet): string {
  return body
    .join("\n")
    .replaceAll(/\$\{\d+\|([^,|]*)[^|]*\|\}/g, "$1")
    .replaceAll(/\$\{\d+:([^}]*)\}/g, "$1");
}

const FRAME = {
  strategy: "strategy snippet",
  trade: "trade [SPX]",
  clock: "clock bar = 5m in regular",
  risk: "risk { order_value <= 50_000usd  drawdown <= 30% else flatten until manual }",
};

describe("snippets", () => {
  const snippets = Object.entries(
    JSON.parse(readFileSync(join("editors", "vscode", "snippets", "stratc.json"), "utf8")) as Readonly<Record<string, Snippet>>,
  );

  it.each(snippets)("%s compiles as it is proposed", (_, snippet) => {
    const text = accepted(snippet);
    const missing = Object.entries(FRAME).filter(([word]) => !new RegExp(`^${word}\\b`, "m").test(text));
    const traded = snippet.prefix === "exit" ? "rule name { when close > open  enter long { size 1share } }" : "";
    const other = /^rule\b/m.test(text) ? "" : "rule frame { when close > open  enter long { size 1share } }";
    const source = [...missing.map(([, item]) => item), text, traded, other].join("\n");
    const { value, diagnostics } = compile(source, { name: "snippet", readModule: moduleReader("README.md") });
    expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
    expect(value).toBeDefined();
  });
});
