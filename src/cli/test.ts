/** `stratc test`: runs the `test` blocks of strategies and modules. */
import type { Test } from "../compile.ts";
import { lineStarts, positionAt } from "../diagnostics/position.ts";
import type { TestResult, Verdict } from "../language/tests.ts";
import { type Command, type CommonFlags, writeJson } from "./command.ts";
import type { DiagnosedSource } from "./source.ts";
import type { Terminal } from "./terminal.ts";

interface TestFlags extends CommonFlags {
  readonly files: readonly string[];
}

/** A file with what its tests came to; undefined where it has errors. */
interface TestedSource extends DiagnosedSource {
  readonly results: readonly TestResult[] | undefined;
}

export const testCommand: Command<TestFlags> = {
  command: "test <files..>",
  describe: "Run the tests that strategies and modules have in them",
  flags: (yargs) =>
    yargs
      .positional("files", { type: "string", array: true, describe: "Strategy or module files" })
      .example("$0 test strategies/sma_cross.strat", "# run the `test` blocks of one file"),
  run: async ({ files, json }, terminal) => {
    const { runTest } = await import("../language/tests.ts");
    const sources: TestedSource[] = [];
    for (const file of files) {
      const { tests, ...source } = await testsOf(file);
      sources.push({ ...source, results: tests?.map(runTest) });
    }
    if (json) writeTests(sources, await jsonOf(sources), terminal);
    else await noteTests(sources, terminal);
    return sources.every(isPassed) ? 0 : 1;
  },
};

async function testsOf(path: string): Promise<DiagnosedSource & { readonly tests: readonly Test[] | undefined }> {
  const { compileTests } = await import("../compile.ts");
  const { readText } = await import("./files.ts");
  const { modelReader, moduleReader } = await import("./modules.ts");
  const text = readText(path);
  const { value, diagnostics } = compileTests(text, { name: path, readModule: moduleReader(path), readModel: modelReader(path) });
  return { path, text, diagnostics, tests: value };
}

function isMet({ failure }: Verdict): boolean {
  return failure === null;
}

function hasPassed({ verdicts }: TestResult): boolean {
  return verdicts.every(isMet);
}

function isPassed({ results }: TestedSource): boolean {
  return results?.every(hasPassed) === true;
}

function lineOf({ text }: DiagnosedSource, offset: number): number {
  return positionAt(lineStarts(text), offset).line;
}

async function jsonOf(sources: readonly TestedSource[]) {
  const { diagnosticJson } = await import("./source.ts");
  return sources.map((source) => ({
    file: source.path,
    ok: isPassed(source),
    diagnostics: source.diagnostics.map((diagnostic) => diagnosticJson(diagnostic, source)),
    tests: (source.results ?? []).map((result) => ({
      name: result.test.name,
      line: lineOf(source, result.test.span.start),
      ok: hasPassed(result),
      expectations: result.verdicts.map(({ expectation, failure }) => ({
        line: lineOf(source, expectation.span.start),
        text: expectation.text,
        ok: failure === null,
        expected: failure?.expected ?? null,
        actual: failure?.actual ?? null,
      })),
    })),
  }));
}

function writeTests(sources: readonly TestedSource[], files: unknown, terminal: Terminal): void {
  const { passed, failed } = countsOf(sources);
  writeJson(terminal, { ok: sources.every(isPassed), passed, failed, files });
}

function countsOf(sources: readonly TestedSource[]) {
  const results = sources.flatMap((source) => source.results ?? []);
  const passed = results.filter(hasPassed).length;
  return { passed, failed: results.length - passed };
}

async function noteTests(sources: readonly TestedSource[], terminal: Terminal): Promise<void> {
  const { presentDiagnostics } = await import("./source.ts");
  for (const source of sources) {
    presentDiagnostics(source, false, terminal);
    if (source.results === undefined) terminal.write(`${source.path}: not run, it has errors\n`);
    else if (source.results.length === 0) terminal.write(`${source.path}: no tests\n`);
    else terminal.write(`${source.path}\n${source.results.map((result) => resultText(source, result, terminal)).join("")}`);
  }
  const { passed, failed } = countsOf(sources);
  terminal.write(`${passed} passed, ${failed} failed\n`);
}

function resultText(source: TestedSource, result: TestResult, { colour }: Terminal): string {
  const paint = (code: number, text: string): string => (colour.output ? `\u001b[${code}m${text}\u001b[0m` : text);
  const head = `  ${hasPassed(result) ? paint(32, "passed") : paint(31, "failed")} ${result.test.name}\n`;
  const failures = result.verdicts.flatMap(({ expectation, failure }) => {
    if (failure === null) return [];
    const place = `${source.path}:${lineOf(source, expectation.span.start)}`;
    return [`    ${place}  expect ${expectation.text}\n      expected ${failure.expected}\n      actual   ${failure.actual}\n`];
  });
  return head + failures.join("");
}
