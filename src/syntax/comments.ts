/** Comments, which the grammar does not know: documentation finds the item it stands before, the rest is kept for the printer. */
import type { IToken } from "chevrotain";
import type { Comment, Item } from "./ast.ts";
import { firstOnLine } from "./parser/landscape.ts";

/** A comment, and the token that it would document if an item begins there. */
interface Placed extends Comment {
  readonly documents: number | undefined;
}

export interface Gathered {
  /** Documentation by the offset of the token it stands before. */
  readonly docs: ReadonlyMap<number, string>;
  readonly comments: readonly Placed[];
}

function isDocumentation(source: string, comment: IToken): boolean {
  return /^\/\/\/(?!\/)/.test(comment.image) && firstOnLine(source, comment);
}

/** Places `comments` among `tokens`; both lists are in the order of the text. */
export function gatherComments(source: string, name: string, tokens: readonly IToken[], comments: readonly IToken[]): Gathered {
  const docs = new Map<number, string>();
  const placed: Placed[] = [];
  let index = 0;
  for (const comment of comments) {
    const { image, startOffset } = comment;
    while ((tokens[index]?.startOffset ?? Number.POSITIVE_INFINITY) < startOffset) index++;
    const documents = isDocumentation(source, comment) ? tokens[index]?.startOffset : undefined;
    if (documents !== undefined) {
      const line = image.slice(3).replace(/^ /, "").trimEnd();
      const above = docs.get(documents);
      docs.set(documents, above === undefined ? line : `${above}\n${line}`);
    }
    const span = { source: name, start: startOffset, end: startOffset + image.length };
    placed.push({ text: image.trimEnd(), alone: firstOnLine(source, comment), span, documents });
  }
  return { docs, comments: placed };
}

/** The comments that document none of `items`. */
export function looseComments({ comments }: Gathered, items: readonly Item[]): readonly Comment[] {
  const starts = new Set(items.flatMap((item) => [item, ...(item.kind === "on" ? item.values : [])]).map(({ span }) => span.start));
  return comments
    .filter(({ documents }) => documents === undefined || !starts.has(documents))
    .map(({ text, alone, span }) => ({ text, alone, span }));
}
