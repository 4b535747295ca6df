/** The language server: open documents on one side, the language's answers about their texts on the other. All state is of this connection. */
import { fileURLToPath } from "node:url";
import {
  type Connection,
  createConnection,
  type InitializeResult,
  type TextDocumentPositionParams,
  TextDocumentSyncKind,
  TextDocuments,
} from "vscode-languageserver/node";
import { TextDocument } from "vscode-languageserver-textdocument";
import { type Analysis, analyse, type Surroundings } from "../../language/editor/analysis.ts";
import { completionsAt } from "../../language/editor/completion.ts";
import { hoverAt } from "../../language/editor/hover.ts";
import { type LibraryFunction, libraryFunctions } from "../../language/editor/library.ts";
import { symbolOf, wordAt } from "../../language/editor/words.ts";
import { format } from "../../language/format.ts";
import { codeActions, completionItem, fileUri, protocolDiagnostics, rangeIn } from "./conversions.ts";

export interface ServerPorts {
  /** How a document at this path reads other files. */
  readonly outsideOf: (path: string) => Surroundings;
  /** Where a module of the library is written: "std.trend". */
  readonly libraryPath: (module: string) => string;
  readonly version: string;
}

interface Server {
  readonly ports: ServerPorts;
  readonly connection: Connection;
  readonly documents: TextDocuments<TextDocument>;
  /** By URI. */
  readonly analyses: Map<string, { readonly version: number; readonly analysis: Analysis }>;
  readonly waiting: Set<string>;
  library: ReadonlyMap<string, LibraryFunction> | null;
}

/** Serves standard input and output until the client closes them. */
export function serve(input: NodeJS.ReadableStream, output: NodeJS.WritableStream, ports: ServerPorts): Promise<void> {
  const connection = createConnection(input, output);
  const documents = new TextDocuments(TextDocument);
  const server: Server = { ports, connection, documents, analyses: new Map(), waiting: new Set(), library: null };
  connection.onInitialize(() => capabilities(ports));
  documents.onDidChangeContent(({ document }) => diagnoseSoon(server, document.uri));
  documents.onDidClose(({ document }) => {
    server.analyses.delete(document.uri);
    void connection.sendDiagnostics({ uri: document.uri, diagnostics: [] });
  });
  answerPlaces(server);
  answerTexts(server);
  documents.listen(connection);
  connection.listen();
  return new Promise((resolve) => connection.onExit(resolve));
}

function capabilities({ version }: ServerPorts): InitializeResult {
  return {
    serverInfo: { name: "stratc", version },
    capabilities: {
      textDocumentSync: TextDocumentSyncKind.Incremental,
      hoverProvider: true,
      definitionProvider: true,
      completionProvider: { triggerCharacters: ["."] },
      documentFormattingProvider: true,
      codeActionProvider: { codeActionKinds: ["quickfix"] },
    },
  };
}

/** Once for all changes that have come: a text that was typed over meanwhile is not looked at. */
function diagnoseSoon(server: Server, uri: string): void {
  if (server.waiting.has(uri)) return;
  server.waiting.add(uri);
  setImmediate(() => {
    server.waiting.delete(uri);
    const document = server.documents.get(uri);
    if (document === undefined) return;
    const { diagnostics } = analysisOf(server, document);
    void server.connection.sendDiagnostics({
      uri,
      version: document.version,
      diagnostics: protocolDiagnostics(document, pathOf(uri), diagnostics),
    });
  });
}

function analysisOf({ analyses, ports }: Server, document: TextDocument): Analysis {
  const { uri, version } = document;
  const known = analyses.get(uri);
  if (known?.version === version) return known.analysis;
  const path = pathOf(uri);
  const analysis = analyse(document.getText(), path, ports.outsideOf(path), known?.analysis ?? null);
  analyses.set(uri, { version, analysis });
  return analysis;
}

/** A text without a file is called by its URI. */
function pathOf(uri: string): string {
  return uri.startsWith("file:") ? fileURLToPath(uri) : uri;
}

function libraryOf(server: Server): () => ReadonlyMap<string, LibraryFunction> {
  return () => {
    server.library ??= libraryFunctions(server.ports.outsideOf(".").readModule);
    return server.library;
  };
}

interface Asked {
  readonly document: TextDocument;
  readonly analysis: Analysis;
  readonly offset: number;
}

/** What is asked about; null of a document that is not open. */
function askedOf(server: Server, { textDocument, position }: TextDocumentPositionParams): Asked | null {
  const document = server.documents.get(textDocument.uri);
  return document === undefined ? null : { document, analysis: analysisOf(server, document), offset: document.offsetAt(position) };
}

function answerPlaces(server: Server): void {
  const { connection } = server;
  const library = libraryOf(server);
  connection.onHover((params) => {
    const asked = askedOf(server, params);
    const hover = asked && hoverAt(asked.analysis, asked.offset, library);
    return hover && { contents: { kind: "markdown", value: hover.text }, range: rangeIn(asked.document, hover.word) };
  });
  connection.onDefinition((params) => {
    const asked = askedOf(server, params);
    const word = asked && wordAt(asked.analysis.text, asked.offset);
    if (asked === null || word === null) return null;
    const own = symbolOf(asked.analysis.symbols, word);
    if (own !== undefined) return { uri: asked.document.uri, range: rangeIn(asked.document, own.span) };
    return libraryPlace(server, library().get(word.text));
  });
  connection.onCompletion((params) => {
    const asked = askedOf(server, params);
    return asked === null ? [] : completionsAt(asked.analysis, asked.offset, library).map(completionItem);
  });
}

function libraryPlace({ ports }: Server, found: LibraryFunction | undefined) {
  const text = found && ports.outsideOf(".").readModule(found.module);
  if (found === undefined || text === undefined) return null;
  const uri = fileUri(ports.libraryPath(found.module));
  return { uri, range: rangeIn(TextDocument.create(uri, "stratc", 0, text), found.span) };
}

function answerTexts(server: Server): void {
  const { connection, documents } = server;
  connection.onDocumentFormatting(({ textDocument }) => {
    const document = documents.get(textDocument.uri);
    if (document === undefined) return null;
    const text = document.getText();
    const { value } = format(text, pathOf(document.uri));
    if (value === undefined || value === text) return [];
    return [{ range: rangeIn(document, { start: 0, end: text.length }), newText: value }];
  });
  connection.onCodeAction(({ textDocument, range }) => {
    const document = documents.get(textDocument.uri);
    if (document === undefined) return null;
    const wanted = { start: document.offsetAt(range.start), end: document.offsetAt(range.end) };
    return codeActions(document, pathOf(document.uri), analysisOf(server, document).diagnostics, wanted);
  });
}
