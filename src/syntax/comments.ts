/** Comments, which the grammar does not know: documentation finds the token it stands before, the rest is kept for the printer. */
import type { IToken } from "chevrotain";
import type { Comment } from "./ast.ts";
import { firstOnLine } from "./parser/landscape.ts";

export interface Gathered {
  /** Documentation by the offset of the token it stands before. */
  readonly docs: ReadonlyMap<number, string>;
  readonly loose: readonly Comment[];
}

function isDocumentation(source: string, comment: IToken): boolean {
  return /^\/\/\/(?!\/)/.test(comment.image) && firstOnLine(source, comment);
}

/** Sorts `comments`; both lists are in the order of the text. */
export function gatherComments(source: string, name: string, tokens: readonly IToken[], comments: readonly IToken[]): Gathered {
  const docs = new Map<number, string>();
  const loose: Comment[] = [];
  let index = 0;
  for (const comment of comments) {
    while ((tokens[index]?.startOffset ?? Number.POSITIVE_INFINITY) < comment.startOffset) index++;
    const next = tokens[index];
    if (next !== undefined && isDocumentation(source, comment)) {
      const line = comment.image.slice(3).replace(/^ /, "").trimEnd();
      const above = docs.get(next.startOffset);
      docs.set(next.startOffset, above === undefined ? line : `${above}\n${line}`);
    } else {
      const end = comment.startOffset + comment.image.length;
      const alone = firstOnLine(source, comment);
      loose.push({ text: comment.image.trimEnd(), alone, span: { source: name, start: comment.startOffset, end } });
    }
  }
  return { docs, loose };
}
