/** From what the parser met to what the user is told. */
import type { IParserErrorMessageProvider, IToken, TokenType } from "chevrotain";
import { diagnose } from "../../diagnostics/catalogue.ts";
import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import { SYNTAX_MESSAGES } from "../messages.ts";
import type { Opening, Reading } from "./base.ts";
import type { Boundary } from "./landscape.ts";

/** Where the parser stood when it could not go on. */
export interface Failure {
  readonly reading: Reading;
  /** Names of the token types that would have been right; empty where nothing of the kind begins. */
  readonly expected: readonly string[];
  /** The grammar's rules that were open, outermost first. */
  readonly rules: readonly string[];
  readonly opening: Opening | undefined;
  readonly beforePrevious: IToken;
  readonly previous: IToken;
  readonly actual: IToken;
  readonly next: IToken;
  readonly afterNext: IToken;
}

function firstNames(paths: readonly (readonly TokenType[])[]): string {
  return [...new Set(paths.map((path) => path[0]?.name ?? ""))].join(" ");
}

/** The text of a Chevrotain error is only the names of the token types it expected: the sentence is made here, once, with all that is known. */
export const expectedTokens: IParserErrorMessageProvider = {
  buildMismatchTokenMessage: ({ expected }) => expected.name,
  buildNotAllInputParsedMessage: () => "EOF",
  buildNoViableAltMessage: ({ expectedPathsPerAlt }) => firstNames(expectedPathsPerAlt.flat()),
  buildEarlyExitMessage: ({ expectedIterationPaths }) => firstNames(expectedIterationPaths),
};

/** Why the parser could not go on. */
export function explain(failure: Failure): Diagnostic {
  const { reading, actual } = failure;
  const span = { source: reading.name, start: actual.startOffset, end: actual.startOffset + actual.image.length };
  return diagnose(SYNTAX_MESSAGES, "E0103", span, { expected: failure.expected.join(", "), found: actual.image, began: undefined });
}

/** Why nothing that may stand between two boundaries begins here. */
export function explainStray(failure: Failure, boundary: Boundary): Diagnostic {
  return explain({ ...failure, expected: [boundary] });
}
