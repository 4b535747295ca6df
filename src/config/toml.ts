/** A file of the configuration as TOML: its values by path, and the line on which each stands. */
import { parse, TomlError, type TomlTable } from "smol-toml";

export interface TomlFile {
  readonly table: TomlTable;
  /** Line, from 1, of a key or table by its path ("data.store"); 0 for one that is not in the file. */
  readonly lineOf: (path: string) => number;
}

export type TomlResult =
  | { readonly ok: true; readonly file: TomlFile }
  | { readonly ok: false; readonly line: number; readonly column: number; readonly message: string };

/** Parses a file. Lines and columns count from 1. */
export function parseToml(text: string): TomlResult {
  try {
    const table = parse(text);
    let lines: ReadonlyMap<string, number> | undefined;
    const lineOf = (path: string): number => {
      lines ??= linesOf(text);
      return lines.get(path) ?? 0;
    };
    return { ok: true, file: { table, lineOf } };
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const [first = ""] = error.message.split("\n");
    return { ok: false, line: error.line, column: error.column, message: first.replace("Invalid TOML document: ", "") };
  }
}

/** The paths of all keys and tables, tables before what is in them. */
function pathsOf(table: TomlTable, prefix = ""): string[] {
  return Object.entries(table).flatMap(([name, value]) => {
    const path = `${prefix}${name}`;
    return isTable(value) ? [path, ...pathsOf(value, `${path}.`)] : [path];
  });
}

/** Whether a value has keys of its own. */
export function isTable(value: unknown): value is TomlTable {
  return Object.prototype.toString.call(value) === "[object Object]";
}

/**
 * The parser tells no places, but each beginning of the file that parses tells what had come by then: a path stands on the first line after
 * the longest beginning without it. The work grows with the square of the file's length, so it is done only where a line is asked for.
 */
function linesOf(text: string): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  const lines = text.split("\n");
  let next = 1;
  for (let count = 1; count <= lines.length; count++) {
    const beginning = parsed(lines.slice(0, count).join("\n"));
    if (beginning === null) continue;
    for (const path of pathsOf(beginning)) if (!found.has(path)) found.set(path, next);
    next = count + 1;
  }
  return found;
}

function parsed(text: string): TomlTable | null {
  try {
    return parse(text);
  } catch {
    return null;
  }
}
