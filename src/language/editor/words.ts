/** The name that stands at a place of a text, and what of a file it means. */
import type { FileSymbol } from "./symbols.ts";

export interface Word {
  readonly text: string;
  /** The name before its dot; null where it has none. */
  readonly qualifier: string | null;
  readonly start: number;
  readonly end: number;
}

/** The name that an offset is in or at the end of; null where there is none. */
export function wordAt(text: string, offset: number): Word | null {
  const before = /[A-Za-z_]\w*$|\d\w*$/.exec(lineBefore(text, offset))?.[0] ?? "";
  const after = /^\w*/.exec(text.slice(offset, offset + NAME_MAX))?.[0] ?? "";
  const word = before + after;
  if (!/^[A-Za-z_]/.test(word)) return null;
  const start = offset - before.length;
  return { text: word, qualifier: qualifierAt(text, start), start, end: offset + after.length };
}

/** The name and the dot that stand before an offset: `day` of `day.up`. */
export function qualifierAt(text: string, start: number): string | null {
  return /([A-Za-z_]\w*)\.$/.exec(lineBefore(text, start))?.[1] ?? null;
}

/** Longer than any name. */
const NAME_MAX = 200;

function lineBefore(text: string, offset: number): string {
  return text.slice(Math.max(0, offset - NAME_MAX), offset);
}

/** What a word means where it stands: of the innermost scope; a member of what is before its dot; undefined for what the file does not define. */
export function symbolOf(symbols: readonly FileSymbol[], word: Word): FileSymbol | undefined {
  const named = symbols.filter(({ name, scope }) => name === word.text && (scope === null || contains(scope, word.start)));
  if (word.qualifier !== null) {
    const member = named.find(({ qualifier }) => qualifier === word.qualifier);
    return member ?? named.find(({ kind, scope }) => scope === null && kind !== "member");
  }
  const locals = named.filter(({ scope }) => scope !== null).toSorted((a, b) => width(a) - width(b));
  return locals[0] ?? named.find(({ qualifier }) => qualifier === null) ?? named[0];
}

function contains({ start, end }: { readonly start: number; readonly end: number }, offset: number): boolean {
  return start <= offset && offset <= end;
}

function width({ scope }: FileSymbol): number {
  return scope === null ? Number.POSITIVE_INFINITY : scope.end - scope.start;
}
