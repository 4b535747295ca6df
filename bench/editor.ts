/**
 * What a keystroke in a file of 1,000 lines costs in an editor: the language server as a process, from a change sent to its diagnostics received.
 * `npm run bench:editor`.
 */
import { spawn } from "node:child_process";
import { resolve } from "node:path";
import { performance } from "node:perf_hooks";
import { pathToFileURL } from "node:url";
import {
  createProtocolConnection,
  DidChangeTextDocumentNotification,
  DidOpenTextDocumentNotification,
  InitializeRequest,
  PublishDiagnosticsNotification,
  StreamMessageReader,
  StreamMessageWriter,
} from "vscode-languageserver/node";
import { TextDocument } from "vscode-languageserver-textdocument";
import { prng } from "../src/values/prng.ts";
import { largeFiles } from "./sources.ts";

const LINES = 1_000;
const KEYSTROKES = 250;
const WARM_UP = 50;

const server = spawn(process.execPath, ["src/cli/main.ts", "lsp", "--stdio"], { stdio: ["pipe", "pipe", "inherit"] });
const connection = createProtocolConnection(new StreamMessageReader(server.stdout), new StreamMessageWriter(server.stdin));
let received: (uri: string, version: number) => void = () => undefined;
connection.onNotification(PublishDiagnosticsNotification.type, ({ uri, version }) => received(uri, version ?? 0));
connection.listen();
await connection.sendRequest(InitializeRequest.type, { processId: process.pid, rootUri: null, capabilities: {} });

for (const [kind, text] of Object.entries(largeFiles(LINES))) {
  const milliseconds = (await typing(kind, text)).toSorted((a, b) => a - b);
  const quantile = (q: number): string => (milliseconds[Math.floor(q * milliseconds.length)] ?? Number.NaN).toFixed(1);
  console.log(
    `${kind}, ${text.split("\n").length} lines: p50 ${quantile(0.5)} ms, p95 ${quantile(0.95)} ms, p99 ${quantile(0.99)} ms of ${milliseconds.length}`,
  );
}
server.kill();

/** How long each keystroke takes: a letter is typed somewhere, then taken back. */
async function typing(kind: string, text: string): Promise<readonly number[]> {
  const document = TextDocument.create(pathToFileURL(resolve(`strategies/${kind}.strat`)).href, "stratc", 0, text);
  const { uri } = document;
  const diagnosed = (version: number): Promise<void> =>
    new Promise((resolve) => {
      received = (of, seen) => {
        if (of === uri && seen === version) resolve();
      };
    });
  const opened = diagnosed(0);
  await connection.sendNotification(DidOpenTextDocumentNotification.type, {
    textDocument: { uri, languageId: "stratc", version: 0, text },
  });
  await opened;
  const random = prng(1);
  const milliseconds: number[] = [];
  let start = document.positionAt(0);
  for (let version = 1; version <= KEYSTROKES; version++) {
    const isTyped = version % 2 === 1;
    if (isTyped) start = document.positionAt(random.below(text.length));
    const range = { start, end: { line: start.line, character: start.character + (isTyped ? 0 : 1) } };
    const contentChanges = [{ range, text: isTyped ? "x" : "" }];
    const done = diagnosed(version);
    const begun = performance.now();
    await connection.sendNotification(DidChangeTextDocumentNotification.type, { textDocument: { uri, version }, contentChanges });
    await done;
    if (version > WARM_UP) milliseconds.push(performance.now() - begun);
  }
  return milliseconds;
}
