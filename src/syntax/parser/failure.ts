/** Where the parser stood when it could not go on: all that a message may be made of. */
import type { IToken } from "chevrotain";
import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import type { LineStarts } from "../../diagnostics/position.ts";
import type { Span } from "../../diagnostics/span.ts";
import { EOF } from "../tokens.ts";

/** One text on its way through the parser. */
export interface Reading {
  readonly name: string;
  readonly source: string;
  readonly tokens: IToken[];
  readonly diagnostics: Diagnostic[];
  /** Where text was left out before parsing, or stands for nothing, in order: it has been reported, and what it breaks is not reported again. */
  readonly omitted: readonly number[];
  /** Documentation by the offset of the token it stands before. */
  readonly docs: ReadonlyMap<number, string>;
}

/** A construct that has begun: what to call it ("this `if`") and where. */
export interface Opening {
  readonly what: string;
  readonly token: IToken;
}

export interface Failure {
  readonly reading: Reading;
  readonly starts: LineStarts;
  /** Names of the token types that would have been right; empty where nothing of the kind begins. */
  readonly expected: readonly string[];
  /** The grammar's rule that was being read; "" where nothing of the kind begins. */
  readonly rule: string;
  readonly opening: Opening | undefined;
  readonly previous: IToken;
  readonly actual: IToken;
  readonly next: IToken;
}

export function isEnd(token: IToken): boolean {
  return token.tokenType === EOF;
}

export function endOf(token: IToken): number {
  return Number.isNaN(token.startOffset) ? 0 : token.startOffset + token.image.length;
}

export function spanOf({ reading }: Failure, token: IToken): Span {
  return { source: reading.name, start: token.startOffset, end: endOf(token) };
}

/** Whether nothing stands between two tokens. */
export function touch(left: IToken, right: IToken): boolean {
  return endOf(left) === right.startOffset;
}

/** Whether text was left out between the last token read and the wrong one, or is the wrong one. */
export function followsOmission({ reading: { omitted }, previous, actual }: Failure): boolean {
  let [low, high] = [0, omitted.length];
  const from = endOf(previous);
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((omitted[middle] ?? 0) < from) low = middle + 1;
    else high = middle;
  }
  return (omitted[low] ?? Number.POSITIVE_INFINITY) <= (isEnd(actual) ? Number.MAX_VALUE : actual.startOffset);
}
