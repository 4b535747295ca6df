/**
 * Putting a text right by the edits that leave no doubt. Everything outside of them stays as it is, to the character; where two mistakes want the
 * same place, the first is put right and the other is left to a next look.
 */
import type { Diagnostic, Edit } from "./diagnostic.ts";
import { lineStarts, positionAt } from "./position.ts";

/** A mistake and the edits that mend it, in order of the text. */
interface Fix {
  readonly diagnostic: Diagnostic;
  readonly edits: readonly Edit[];
}

/** Lines that change together. */
export interface Change {
  /** The first of them, counted from 1. */
  readonly line: number;
  readonly reasons: readonly { readonly code: string; readonly message: string }[];
  readonly before: string;
  readonly after: string;
}

/** The fixes for the text called `source` that are certain and do not touch each other. A mistake with more than one way out has none. */
export function certainFixes(diagnostics: readonly Diagnostic[], source: string): readonly Fix[] {
  const fixes: Fix[] = [];
  for (const diagnostic of diagnostics) {
    const [help, ...others] = diagnostic.help;
    if (help?.certain !== true || others.length > 0 || help.edits.some((edit) => edit.span.source !== source)) continue;
    const edits = inOrder(help.edits);
    if (!fixes.some((fix) => overlap(fix.edits, edits))) fixes.push({ diagnostic, edits });
  }
  return fixes;
}

/** `text` after `fixes`. */
export function fixed(text: string, fixes: readonly Fix[]): string {
  return replaced(text, 0, text.length, inOrder(fixes.flatMap((fix) => fix.edits)));
}

/** What `fixes` do to the lines of `text`. */
export function changesOf(text: string, fixes: readonly Fix[]): readonly Change[] {
  const starts = lineStarts(text);
  const lineOf = (offset: number) => positionAt(starts, offset).line;
  const changes: { first: number; last: number; fixes: Fix[] }[] = [];
  for (const fix of [...fixes].sort((a, b) => firstOf(a) - firstOf(b))) {
    const [first, last] = [lineOf(firstOf(fix)), lineOf(Math.max(...fix.edits.map((edit) => edit.span.end)))];
    const open = changes.at(-1);
    if (open === undefined || first > open.last) changes.push({ first, last, fixes: [fix] });
    else {
      open.last = Math.max(open.last, last);
      open.fixes.push(fix);
    }
  }
  return changes.map((change) => {
    const [from, to] = [starts[change.first - 1] ?? 0, starts[change.last] ?? text.length];
    const edits = inOrder(change.fixes.flatMap((fix) => fix.edits));
    return {
      line: change.first,
      reasons: change.fixes.map(({ diagnostic: { code, message } }) => ({ code, message })),
      before: withoutEnd(text.slice(from, to)),
      after: withoutEnd(replaced(text, from, to, edits)),
    };
  });
}

function firstOf(fix: Fix): number {
  return fix.edits[0]?.span.start ?? 0;
}

function inOrder(edits: readonly Edit[]): readonly Edit[] {
  return [...edits].sort((a, b) => a.span.start - b.span.start);
}

/** Whether two sets of edits touch: also where one ends and the other begins, since the words between would run together. */
function overlap(some: readonly Edit[], others: readonly Edit[]): boolean {
  return some.some((one) => others.some((other) => one.span.start <= other.span.end && other.span.start <= one.span.end));
}

function replaced(text: string, from: number, to: number, edits: readonly Edit[]): string {
  let [result, at] = ["", from];
  for (const edit of edits) {
    result += text.slice(at, edit.span.start) + edit.text;
    at = edit.span.end;
  }
  return result + text.slice(at, to);
}

function withoutEnd(lines: string): string {
  return lines.replace(/[\r\n]+$/, "");
}
