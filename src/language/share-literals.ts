/** Where a file says amounts of shares, or prices by them, in figures: after a split they are of other shares (semantics 13.10). */
import { lineStarts, positionAt } from "../diagnostics/position.ts";
import { lex } from "../syntax/lexer.ts";
import { numberParts, suffixes } from "../syntax/literals.ts";
import { NumberLiteral } from "../syntax/tokens.ts";

/** The lines with such figures, from 1, ascending. */
export function shareLiteralLines(source: string): readonly number[] {
  const starts = lineStarts(source);
  const literals = lex(source, "").tokens.filter(
    ({ tokenType, image }) => tokenType === NumberLiteral && suffixes.get(numberParts(image).suffix)?.endsWith("share"),
  );
  return [...new Set(literals.map(({ startOffset }) => positionAt(starts, startOffset).line))];
}
