/**
 * What the documents show works. Every fenced block of every document has exactly one test that runs or checks it; `documents.ts` says which. A `strat` block
 * without a `strategy` line is a part of a file, and is put into one.
 */
import { spawnSync } from "node:child_process";
import { appendFileSync, globSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { moduleReader } from "../../src/cli/modules.ts";
import { compile } from "../../src/compile.ts";
import { fileProblems } from "../../src/config/judge.ts";
import { parseToml } from "../../src/config/toml.ts";
import { BLOCKS, type Block, claimed, claimsOf, DOCUMENTS, fencesOf } from "./documents.ts";
import { emptyFolder, install, projectFolder, run } from "./project.ts";
import { differences, sketches } from "./shape.ts";

const trainingPython = process.env.STRATC_TRAIN_PYTHON;
const HOW = "(set STRATC_TRAIN_PYTHON to a Python with python/requirements-sklearn.txt)";

describe("every block", () => {
  it.each(DOCUMENTS)("of %s is closed and begins its line", (document) => {
    expect(2 * BLOCKS.filter((block) => block.document === document).length).toBe(fencesOf(document));
  });

  it("has one test", () => {
    const claims = BLOCKS.map((block) => ({
      place: `${block.document}:${block.line}`,
      marked: [block.language, block.notes],
      claims: claimsOf(block),
    }));
    expect(claims.filter((block) => block.claims.length !== 1)).toEqual([]);
  });

  it("of a page of errors is one that the page's test reads", () => {
    const pages = Map.groupBy(claimed("page"), ([, { document }]) => document);
    for (const [page, blocks] of pages) {
      const marks = blocks.map(([, { language, notes }]) => `${language}${notes}`).toSorted();
      expect([page, marks.join(" ")]).toEqual([page, expect.stringMatching(/^(strat strat|(csv ){0,2}sh sh) text$/)]);
    }
  });
});

/** What a part of a file is missing, each where the part does not say it. */
const FRAME: readonly (readonly [RegExp, string])[] = [
  [/^(strategy|module)\b/m, "strategy snippet"],
  [/^trade\b/m, "trade [SPX]"],
  [/^clock\b/m, "clock day = 1d"],
  [/^risk\b/m, "risk { order_value <= 50_000usd  drawdown <= 30% else flatten until manual }"],
  [/^rule\b/m, "rule of_the_frame { when close > open  enter long { size 1share } }"],
];

function framed(part: string): string {
  return [part, ...FRAME.filter(([said]) => !said.test(part)).map(([, item]) => item)].join("\n");
}

describe("strategies", () => {
  it.each(claimed("strategy"))("%s compiles", (place, { text }) => {
    const untrained = /^model (\w+)/m.exec(text)?.[1];
    const options = { name: place, readModule: moduleReader("README.md"), ...(untrained === undefined ? {} : { untrained }) };
    expect(compile(framed(text), options).diagnostics).toEqual([]);
  });

  it.each(["price = close + 1%", "low_rsi = rsi(close, 14) < 30%", "next_bar = close[-1]"])("%s does not, as the README says", (part) => {
    expect(readFileSync("README.md", "utf8")).toContain(part.replace(/^\w+ = /, "").replace("close + 1%", "price + 1%"));
    expect(compile(framed(part), { name: "part", readModule: moduleReader("README.md") }).diagnostics).toHaveLength(1);
  });
});

describe("files", () => {
  it.each(claimed("configuration"))("%s is taken by the configuration", (place, { text }) => {
    const parsed = parseToml(text);
    expect(parsed).toMatchObject({ ok: true });
    expect(parsed.ok ? fileProblems(place, parsed.file) : []).toEqual([]);
  });

  it.each(claimed("lines"))("%s is JSON, line by line", (_, { text }) => {
    for (const line of text.trim().split("\n")) expect(JSON.parse(line)).toBeTypeOf("object");
  });

  it.each(claimed("python"))("%s is Python", (_, { text }) => {
    const { status, stderr } = spawnSync("python3", ["-c", "import ast, sys; ast.parse(sys.stdin.read())"], {
      input: text,
      encoding: "utf8",
    });
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  });

  it.each(claimed("foreign"))("%s is in a table of what corresponds to what", (_, { document }) => {
    expect(document).toBe("docs/language/coming-from.md");
  });

  it.each(claimed("drawing"))("%s is a drawing", (_, { text }) => {
    expect(text).toMatch(/[─▶│▲]/);
    expect(text).not.toMatch(/[{};]/);
  });
});

/** The npm scripts of a line are named, not run: they install, build, test and measure. */
const SCRIPT = /^npm (ci|test|run (?<name>[\w:]+)( -- [^&]*)?)(?: && |$)/;

function withoutScripts(text: string): string {
  const { scripts } = JSON.parse(readFileSync("package.json", "utf8"));
  return text
    .split("\n")
    .map((line) => {
      let rest = line;
      for (let found = SCRIPT.exec(rest); found !== null; found = SCRIPT.exec(rest)) {
        if (found.groups?.name !== undefined) expect(scripts).toHaveProperty([found.groups.name]);
        rest = rest.slice(found[0].length);
      }
      return rest;
    })
    .join("\n");
}

describe("commands", () => {
  let project = "";
  beforeAll(() => {
    install();
    project = projectFolder();
  }, 60_000);

  const documents = [...Map.groupBy(claimed("commands"), ([, { document }]) => document)];

  it.each(documents)("of %s work, pasted in order", { timeout: 120_000 }, (document, blocks) => {
    const folder = document === "docs/language/tour.md" ? emptyFolder() : project;
    for (const [place, { text, notes }] of blocks) {
      const finished = run(withoutScripts(text), folder);
      expect({ place, ...finished }).toEqual({ ...finished, place, exit: notes === "exit=1" ? 1 : 0 });
    }
  });

  it("in the sentences of the README work", { timeout: 120_000 }, () => {
    const text = readFileSync("README.md", "utf8");
    const spans = [...text.matchAll(/`((?:npx stratc|strategies\/\w+\.strat --data) [^`]+)`/g)].map(([, span = ""]) => span);
    expect(spans.length).toBeGreaterThan(4);
    const folder = projectFolder();
    for (const span of spans) {
      const command = span.replace(/^strategies/, "stratc backtest strategies").replaceAll("FILE", "strategies/sma_cross.strat");
      const dated = command.replace("DATE", "2019-02-04 --data sample:sp500");
      const finished = run(dated, folder);
      expect({ span, ...finished }).toEqual({ ...finished, span, exit: 0 });
    }
  });

  it("in any sentence are of commands and options that there are", { timeout: 60_000 }, () => {
    const texts = [...DOCUMENTS, ...globSync("{strategies,templates,stdlib}/*.strat")].map((path) =>
      readFileSync(path, "utf8").replaceAll("///", ""),
    );
    const spans = texts.flatMap((text) => [...text.matchAll(/`(?:npx )?stratc\s+((?:data )?[a-z][a-z-]*)([^`]*)`/g)]);
    const flags = Map.groupBy(spans, ([, command = ""]) => command);
    for (const [command, written] of flags) {
      const { output } = run(`stratc ${command} --help`, project);
      expect([command, output]).toEqual([command, expect.stringContaining(`stratc ${command}`)]);
      const known = new Set(output.match(/--?[a-z][\w-]*/g));
      expect([command, written.flatMap(([span]) => span.match(/(?<= )--?[a-z][\w-]*/g) ?? []).filter((flag) => !known.has(flag))]).toEqual([
        command,
        [],
      ]);
    }
  });

  it.skipIf(trainingPython === undefined).each(claimed("training"))(`%s trains ${HOW}`, { timeout: 180_000 }, (_, { text }) => {
    const lines = text
      .replaceAll("/tmp/training/bin/python ", `${trainingPython} `)
      .replaceAll(/^stratc train .*$/gm, (line) => `${line} --python ${trainingPython}`)
      .replaceAll(/^.*(-m venv|bin\/pip install).*\n/gm, "");
    const finished = run(lines, project);
    expect(finished).toEqual({ ...finished, exit: 0 });
  });

  it.each(claimed("printed"))("%s is what is printed", { timeout: 60_000 }, (_, { text, notes }) => {
    const commands = notes.split("; ");
    const shown = sketches(text);
    expect(shown).toHaveLength(commands.length);
    commands.forEach((command, index) => {
      const { output, notes: said } = run(command, project);
      expect([command, said, output]).toEqual([command, said, expect.stringMatching(/^\{/)]);
      expect([command, differences(shown[index] ?? null, JSON.parse(output))]).toEqual([command, []]);
    });
  });

  it.each(claimed("actions"))("%s is taken", (_, { text }) => {
    writeFileSync(join(project, "actions.csv"), text);
    const finished = run("stratc data actions actions.csv", project);
    expect(finished).toEqual({ ...finished, exit: 0 });
  });

  it.each(claimed("repair"))("%s is what a repair writes", (_, { text }) => {
    appendFileSync(join(project, "spy.csv"), "2024-01-17,10,8,12,10,100\n");
    const finished = run("stratc data import spy.csv --symbol SPY --store repaired --repair --repairs repairs.txt", project);
    expect(finished).toEqual({ ...finished, exit: 0 });
    expect(readFileSync(join(project, "repairs.txt"), "utf8")).toBe(text);
  });

  it.each(claimed("synopsis"))("%s names every command", (_, { text }: Block) => {
    const { output } = run("stratc --help", project);
    const listed = [...output.matchAll(/^ {2}stratc ([\w-]+)/gm)].map(([, name = ""]) => name);
    const named = [...text.matchAll(/^stratc ([\w|-]+)/gm)].flatMap(([, names = ""]) => names.split("|"));
    expect(named.toSorted()).toEqual([...new Set(listed)].toSorted());
  });
});
