/** The language server as an editor meets it: a process, spoken to over its standard input and output. */
import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { basename, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  CodeActionRequest,
  CompletionRequest,
  createProtocolConnection,
  DefinitionRequest,
  DidChangeTextDocumentNotification,
  DidCloseTextDocumentNotification,
  DidOpenTextDocumentNotification,
  DocumentFormattingRequest,
  ExitNotification,
  HoverRequest,
  InitializeRequest,
  type InitializeResult,
  type Location,
  type Position,
  type ProtocolConnection,
  PublishDiagnosticsNotification,
  type PublishDiagnosticsParams,
  ShutdownRequest,
  StreamMessageReader,
  StreamMessageWriter,
} from "vscode-languageserver/node";
import { BUILT_IN_FUNCTIONS } from "../../src/check/expressions/expressions.ts";
import { BUILT_IN_VALUES } from "../../src/check/names/built-in.ts";
import { BUILT_IN_TEXTS } from "../../src/language/editor/built-in.ts";
import { format } from "../../src/language/format.ts";

const path = resolve("strategies/opened.strat");
const uri = pathToFileURL(path).href;
const SOUND = `strategy opened
trade [SPX]
clock bar = 1m
clock day = 1d of bar
risk { order_value <= 50_000usd  drawdown <= 20% else flatten until manual }
/// The slow one.
slow = sma(close, 200)
quick = rsi(close, 14)
on day { up = close > sma(close, 20) }
fn twice(x: series U): series U { let y = x * 2  return y }
rule buy { let far = twice(close) > slow  when far and day.up  enter long { size 10shares } }
rule out { when close < slow and quick < 90  exit buy }
session { entries from open to 30m before close  flatten 5m before close }
`;

let server: ChildProcess;
let connection: ProtocolConnection;
let initialized: InitializeResult;
let version = 0;
const told: PublishDiagnosticsParams[] = [];
let wake: () => void = () => undefined;

beforeAll(async () => {
  server = spawn(process.execPath, ["src/cli/main.ts", "lsp", "--stdio"], { stdio: ["pipe", "pipe", "inherit"] });
  connection = createProtocolConnection(new StreamMessageReader(server.stdout!), new StreamMessageWriter(server.stdin!));
  connection.onNotification(PublishDiagnosticsNotification.type, (params) => {
    told.push(params);
    wake();
  });
  connection.listen();
  initialized = await connection.sendRequest(InitializeRequest.type, { processId: process.pid, rootUri: null, capabilities: {} });
  const textDocument = { uri, languageId: "stratc", version, text: "" };
  await connection.sendNotification(DidOpenTextDocumentNotification.type, { textDocument });
}, 60_000);

afterAll(() => {
  server.kill();
});

/** Waits for what is said of a version of the document. */
async function diagnosticsOf(wanted: number) {
  for (;;) {
    const found = told.find((params) => params.uri === uri && params.version === wanted);
    if (found !== undefined) return found.diagnostics;
    await new Promise<void>((resolve) => {
      wake = resolve;
    });
  }
}

/** The document is this text from now on. */
async function write(text: string) {
  version += 1;
  await connection.sendNotification(DidChangeTextDocumentNotification.type, { textDocument: { uri, version }, contentChanges: [{ text }] });
  return diagnosticsOf(version);
}

/** Where a piece of the text begins, the `nth` time it stands there, so many characters in. */
function placeOf(text: string, piece: string, nth = 0, characters = 0): Position {
  let at = text.indexOf(piece);
  for (let seen = 0; seen < nth; seen++) at = text.indexOf(piece, at + 1);
  const before = text.slice(0, at + characters).split("\n");
  return { line: before.length - 1, character: before.at(-1)!.length };
}

async function hover(position: Position): Promise<string | null> {
  const found = await connection.sendRequest(HoverRequest.type, { textDocument: { uri }, position });
  return found === null ? null : (found.contents as { readonly value: string }).value;
}

describe("the language server", () => {
  it("says what it can do", () => {
    expect(initialized.serverInfo).toEqual({ name: "stratc", version: "0.1.0" });
    expect(initialized.capabilities).toMatchObject({ hoverProvider: true, definitionProvider: true, documentFormattingProvider: true });
  });

  it("shows mistakes where they are, and takes them back when they are mended", async () => {
    const [first] = await write(SOUND.replace("close < slow", "close < 5%"));
    expect(first).toMatchObject({ code: "E0401", source: "stratc", severity: 1, range: { start: { line: 11 }, end: { line: 11 } } });
    expect(await write(SOUND)).toEqual([]);
  });

  it("takes changes of parts, one keystroke after the other, and speaks of the last", async () => {
    await write(SOUND);
    const at = placeOf(SOUND, "slow and quick", 0, 4);
    for (const character of "er") {
      version += 1;
      const range = { start: { ...at, character: at.character++ }, end: { ...at, character: at.character - 1 } };
      await connection.sendNotification(DidChangeTextDocumentNotification.type, {
        textDocument: { uri, version },
        contentChanges: [{ range, text: character }],
      });
    }
    expect(await diagnosticsOf(version)).toMatchObject([{ code: "E0101", message: expect.stringContaining("`slower`") }]);
  });

  it("tells of a value its definition, unit, warm-up and doc comment, also while the text has a mistake", async () => {
    await write(SOUND.replace("rule out {", "rule out { let"));
    const text = await hover(placeOf(SOUND, "slow", 0, 2));
    expect(text).toContain("slow = sma(close, 200)");
    expect(text).toMatch(/`usd\/share` · .*ready after 200 ticks of `bar`/);
    expect(text).toContain("The slow one.");
    expect(await hover(placeOf(SOUND, "quick", 0, 1))).toContain("`number` · 0 … 100 · ready after 15 ticks of `bar`");
  });

  it("tells of values of other clocks, locals, functions of the file and the library, and what the language names", async () => {
    await write(SOUND);
    expect(await hover(placeOf(SOUND, "day.up", 0, 5))).toMatch(/up = close > sma\(close, 20\)[\s\S]*ready after 20 ticks of `day`/);
    expect(await hover(placeOf(SOUND, "far and", 0, 1))).toContain("let far = twice(close) > slow");
    expect(await hover(placeOf(SOUND, "twice(close)", 0, 1))).toContain("fn twice(x: series U): series U");
    expect(await hover(placeOf(SOUND, "sma(", 0, 1))).toContain("Simple moving average");
    expect(await hover(placeOf(SOUND, "close", 0, 1))).toContain("The last price of the bar.");
    expect(await hover(placeOf(SOUND, "200", 0, 1))).toBeNull();
  });

  it("goes to definitions, in the file and in the library", async () => {
    await write(SOUND);
    const definition = async (position: Position) =>
      (await connection.sendRequest(DefinitionRequest.type, { textDocument: { uri }, position })) as Location;
    expect(await definition(placeOf(SOUND, "slow", 2, 1))).toMatchObject({ uri, range: { start: placeOf(SOUND, "slow = ") } });
    expect(await definition(placeOf(SOUND, "exit buy", 0, 6))).toMatchObject({ range: { start: placeOf(SOUND, "buy {") } });
    expect(await definition(placeOf(SOUND, "return y", 0, 7))).toMatchObject({ range: { start: placeOf(SOUND, "y = x") } });
    const library = await definition(placeOf(SOUND, "sma(", 0, 1));
    expect(basename(library.uri)).toBe("trend.strat");
    expect(readFileSync("stdlib/trend.strat", "utf8").split("\n")[library.range.start.line]).toMatch(/^fn sma\(/);
  });

  it("completes names of the file, the library and the language, and members after a dot", async () => {
    const complete = async (text: string, position: Position) => {
      await write(text);
      const found = await connection.sendRequest(CompletionRequest.type, { textDocument: { uri }, position });
      return new Map((found as { label: string; detail?: string }[]).map((item) => [item.label, item.detail]));
    };
    const names = await complete(SOUND, placeOf(SOUND, "far and"));
    for (const name of ["slow", "far", "twice", "rsi", "close", "clamp", "enter", "buy"]) expect([...names.keys()]).toContain(name);
    expect(names.get("slow")).toBe("usd/share · slow = sma(close, 200)");
    expect([...names.keys()]).not.toContain("y");
    const open = SOUND.replace("far and day.up", "day.");
    const members = await complete(open, placeOf(open, "day.", 0, 4));
    expect([...members.keys()]).toEqual(expect.arrayContaining(["up", "close", "sma"]));
    expect([...members.keys()]).not.toContain("slow");
  });

  it("lays out, and offers the ways out of a mistake", async () => {
    const wrong = SOUND.replace("close < slow", "close < slov");
    await write(wrong);
    const options = { tabSize: 2, insertSpaces: true };
    const edits = await connection.sendRequest(DocumentFormattingRequest.type, { textDocument: { uri }, options });
    expect(edits![0]!.newText).toBe(format(wrong, "opened").value);
    const range = { start: placeOf(wrong, "slov"), end: placeOf(wrong, "slov") };
    const actions = await connection.sendRequest(CodeActionRequest.type, { textDocument: { uri }, range, context: { diagnostics: [] } });
    expect(actions).toMatchObject([{ title: "Write `slow`", kind: "quickfix", edit: { changes: { [uri]: [{ newText: "slow" }] } } }]);
  });

  it("forgets what is closed, and ends when it is told to", async () => {
    await connection.sendNotification(DidCloseTextDocumentNotification.type, { textDocument: { uri } });
    await connection.sendRequest(ShutdownRequest.type);
    expect(told.at(-1)).toEqual({ uri, diagnostics: [] });
    const ended = new Promise((resolve) => server.once("exit", resolve));
    await connection.sendNotification(ExitNotification.type);
    expect(await ended).toBe(0);
  });
});

it("every name of the language has its line", () => {
  const known = [...BUILT_IN_TEXTS.keys()];
  expect([...BUILT_IN_VALUES, ...BUILT_IN_FUNCTIONS].filter((name) => !known.includes(name))).toEqual([]);
});
