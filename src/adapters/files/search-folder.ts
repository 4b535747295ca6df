/** The folder of a search: what it is (`search.json`), and its trials in their order (`trials.csv`), to which lines are only ever appended. */
import { closeSync, existsSync, openSync, readFileSync, rmSync, truncateSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { differences, type SearchIdentity } from "../../research/identity.ts";
import { readLine, tableLine } from "../../research/table.ts";
import type { Trial } from "../../research/trial.ts";
import { makeFolder } from "./folder.ts";

const IDENTITY = "search.json";
const TRIALS = "trials.csv";

export interface SearchFolder {
  /** Trials of an earlier call, from the first on. */
  readonly done: readonly Trial[];
  /** Those that come next. */
  append(trials: readonly Trial[]): void;
  close(): void;
}

export type SearchFolderResult =
  | { readonly ok: true; readonly folder: SearchFolder }
  /** It has another search; in words, what is not the same. */
  | { readonly ok: false; readonly changed: readonly string[] };

/** Opens the folder of a search, or begins it with this header. Throws the system's error where that cannot be. */
export function openSearchFolder(path: string, identity: SearchIdentity, columns: readonly string[], restart: boolean): SearchFolderResult {
  makeFolder(path);
  const [about, trials] = [join(path, IDENTITY), join(path, TRIALS)];
  const header = `${columns.join(",")}\n`;
  if (restart) for (const file of [trials, about]) rmSync(file, { force: true });
  if (existsSync(about)) {
    const changed = differences(identity, parsed(readFileSync(about, "utf8")));
    if (changed.length > 0) return { ok: false, changed };
  } else {
    writeFileSync(trials, header);
    writeFileSync(about, `${JSON.stringify(identity, null, 2)}\n`);
  }
  const done = readTrials(trials, header, identity.space.length);
  const file = openSync(trials, "a");
  return {
    ok: true,
    folder: {
      done,
      append: (more) => {
        const bytes = Buffer.from(more.map((trial) => `${tableLine(trial)}\n`).join(""));
        for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
      },
      close: () => closeSync(file),
    },
  };
}

function parsed(text: string): Partial<SearchIdentity> {
  try {
    return JSON.parse(text) as Partial<SearchIdentity>;
  } catch {
    return {};
  }
}

/** All whole lines; what an interrupted writer left behind them is cut off. */
function readTrials(path: string, header: string, parameters: number): readonly Trial[] {
  const text = existsSync(path) ? readFileSync(path, "utf8") : "";
  if (!text.startsWith(header)) {
    writeFileSync(path, header);
    return [];
  }
  const trials: Trial[] = [];
  let good = header.length;
  for (let end = text.indexOf("\n", good); end >= 0; end = text.indexOf("\n", good)) {
    const trial = readLine(text.slice(good, end), parameters);
    if (trial === null || trial.number !== trials.length) break;
    trials.push(trial);
    good = end + 1;
  }
  if (good < text.length) truncateSync(path, Buffer.byteLength(text.slice(0, good)));
  return trials;
}
