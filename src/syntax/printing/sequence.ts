/**
 * Things one below the other, with the comments that stand between them: a comment on its own line comes before what it stood before, one at the end of a
 * line stays at the end of a line, and one from the middle of a thing moves above it. None is lost.
 */
import type { Span } from "../../diagnostics/span.ts";
import type { Comment } from "../ast.ts";
import { comment, concat, group, indent, type Layout, line, type Part, separated, wideLine } from "./layout.ts";

/** The comments not printed yet; printing takes them in the order of the text. */
export type Comments = Comment[];

/** Something to print, and where it stood. `inner` prints what it holds as sequences of their own. */
export interface Entry {
  readonly span: Span;
  readonly print: (comments: Comments) => Part;
}

/** An entry without a sequence inside. */
export function leaf(span: Span, layout: Part): Entry {
  return { span, print: () => layout };
}

function take(comments: Comments, before: number): readonly Comment[] {
  const count = comments.findIndex((comment) => comment.span.start >= before);
  return comments.splice(0, count < 0 ? comments.length : count);
}

/** The next comment, if it is at the end of a line. */
function takeTrailing(comments: Comments, before: number): readonly Comment[] {
  const [next] = comments;
  return next === undefined || next.alone || next.span.start >= before ? [] : comments.splice(0, 1);
}

/** A comment on a line of its own, with two slashes: with three it might come to document what follows. */
export function ownLine({ text }: Comment): Layout {
  return comment(text.replace(/^\/\/\/(?!\/)/, "//"));
}

/** One entry with the comments above it and at the ends of its lines; `next` is where the following one begins, or what holds them ends. */
export function rows(entry: Entry, next: number, comments: Comments): readonly Layout[] {
  const above = take(comments, entry.span.start);
  const body = entry.print(comments);
  const inside = take(comments, entry.span.end);
  const trailing = takeTrailing(comments, next);
  return [...[...above, ...inside].map(ownLine), concat(body, ...trailing.flatMap(({ text }) => ["  ", comment(text)]))];
}

/** `{ … }` around a sequence of clauses: on one line if it fits and has at most `most` of them. */
export function braces(entries: readonly Entry[], end: number, comments: Comments, most: number): Layout {
  const all = entries.flatMap((entry, index) => rows(entry, entries[index + 1]?.span.start ?? end, comments));
  all.push(...take(comments, end).map(ownLine));
  if (all.length === 0) return concat("{}");
  return group(concat("{", indent(concat(line, separated(all, wideLine))), line, "}"), all.length > most);
}
