/**
 * The fenced blocks of the documents, and who answers for each. What a block is stands behind its fence:
 *
 * - `strat`: a file or part of one, which compiles; those of docs/errors are of tests/diagnostics/pages.test.ts
 * - `sh`, `sh exit=1`: commands, run in order; `sh training` with a Python that trains; `sh server` beside a simulator
 * - `json COMMANDS`: what these print, by names and types, `…` for what is left out; `json server` a server's answer; `json` alone lines of a file
 * - `toml`: configuration; `csv actions`: splits and dividends; `python`: another tool's, which Python can read
 * - `pine`, `thinkscript`: nothing here reads those; `text drawing`: a picture; `text printed`: a line of output; `text commands`: the list of all commands
 */
import { globSync, readFileSync } from "node:fs";

export interface Block {
  readonly document: string;
  readonly line: number;
  readonly language: string;
  /** What stands behind the language. */
  readonly notes: string;
  readonly text: string;
}

const FENCED = /^(?<fence>```)(?<language>\w*) ?(?<notes>[^\n]*)\n(?<body>.*?)^```$/gms;

export const DOCUMENTS: readonly string[] = globSync(["*.md", "{docs,python,editors,data,deploy,grammar}/**/*.md", "tests/judge/*.md"])
  .filter((path) => !path.includes("node_modules"))
  .toSorted();

function blocksOf(document: string): readonly Block[] {
  const text = readFileSync(document, "utf8");
  return [...text.matchAll(FENCED)].map(({ groups, index }) => ({
    document,
    line: text.slice(0, index).split("\n").length + 1,
    language: groups?.language ?? "",
    notes: groups?.notes ?? "",
    text: groups?.body ?? "",
  }));
}

export const BLOCKS = DOCUMENTS.flatMap(blocksOf);

/** How many fences the documents have, whatever is inside: a block that is not closed, or indented, is in no list. */
export function fencesOf(document: string): number {
  return readFileSync(document, "utf8").match(/^\s*(```|~~~)/gm)?.length ?? 0;
}

export const CLAIMS = {
  page: ({ document }: Block) => document.startsWith("docs/errors/"),
  strategy: ({ language, notes }: Block) => language === "strat" && notes === "",
  commands: ({ language, notes }: Block) => language === "sh" && (notes === "" || notes === "exit=1"),
  training: ({ language, notes }: Block) => language === "sh" && notes === "training",
  server: ({ language, notes }: Block) => (language === "sh" || language === "json") && notes === "server",
  printed: ({ language, notes }: Block) => language === "json" && /^(\w+=\w+ )?stratc /.test(notes),
  lines: ({ document, language, notes }: Block) => language === "json" && notes === "" && /^docs\/(journal|metrics)\.md$/.test(document),
  configuration: ({ language, notes }: Block) => language === "toml" && notes === "",
  actions: ({ language, notes }: Block) => language === "csv" && notes === "actions",
  python: ({ language, notes }: Block) => language === "python" && notes === "",
  foreign: ({ language, notes }: Block) => (language === "pine" || language === "thinkscript") && notes === "",
  drawing: ({ language, notes }: Block) => language === "text" && notes === "drawing",
  repair: ({ language, notes }: Block) => language === "text" && notes === "printed",
  synopsis: ({ language, notes }: Block) => language === "text" && notes === "commands",
} as const satisfies Readonly<Record<string, (block: Block) => boolean>>;

export type Claim = keyof typeof CLAIMS;

/** Everyone who answers for `block`: of the pages of errors their own test alone. */
export function claimsOf(block: Block): readonly Claim[] {
  if (CLAIMS.page(block)) return ["page"];
  return (Object.keys(CLAIMS) as Claim[]).filter((claim) => CLAIMS[claim](block));
}

/** The blocks of `claim`, each under its place. */
export function claimed(claim: Claim): readonly (readonly [string, Block])[] {
  return BLOCKS.filter((block) => claimsOf(block).includes(claim)).map((block) => [`${block.document}:${block.line}`, block]);
}
