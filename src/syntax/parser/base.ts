/**
 * What every part of the parser stands on: spans, and recovery. Chevrotain's own recovery is off: it stops at any token that may follow, and in a
 * language whose items may begin with any name that is almost every word. Here whatever may fail is run under `tolerate`, which on a mistake
 * reports it once and skips to where the next thing of that kind begins at the same depth of brackets.
 */
import { EmbeddedActionsParser, type IOrAlt, type IToken, isRecognitionException, type ParserMethod, type TokenType } from "chevrotain";
import { diagnose } from "../../diagnostics/catalogue.ts";
import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import type { Span } from "../../diagnostics/span.ts";
import type { Expression, Name as NameNode } from "../ast.ts";
import { SYNTAX_MESSAGES } from "../messages.ts";
import { EOF, Name, vocabulary } from "../tokens.ts";
import { expectedTokens, explain, explainStray, type Failure } from "./explain.ts";
import { type Boundary, type Landscape, survey, tokensToSkip } from "./landscape.ts";

/** Deepest nesting of brackets, branches and types; keeps the parser far from the end of the stack. */
const NESTING_MAX = 64;

/** A construct that has begun: what to call it ("this `if`") and where. */
export interface Opening {
  readonly what: string;
  readonly token: IToken;
}

/** Raised where the text is nested deeper than `NESTING_MAX`; caught by the nearest `tolerate`. */
class TooDeep extends Error {
  readonly at: IToken;
  constructor(at: IToken) {
    super("nested too deep");
    this.at = at;
  }
}

export interface Reading {
  readonly name: string;
  readonly source: string;
  readonly tokens: IToken[];
  readonly diagnostics: Diagnostic[];
  /** Documentation by the offset of the token it stands before. */
  readonly docs: ReadonlyMap<number, string>;
}

export type Rule<T> = ParserMethod<[], T>;

const nothing: Reading = { name: "", source: "", tokens: [], diagnostics: [], docs: new Map() };

export abstract class BaseParser extends EmbeddedActionsParser {
  protected reading: Reading = nothing;
  private landscape: Landscape | undefined;
  private openings: Opening[] = [];
  private nesting = 0;

  constructor(validated: boolean) {
    super([...vocabulary], { maxLookahead: 2, errorMessageProvider: expectedTokens, skipValidations: !validated });
  }

  /** Takes up a text; the next rule called reads it from its beginning. */
  protected begin(reading: Reading): void {
    this.reading = reading;
    this.landscape = undefined;
    this.openings = [];
    this.nesting = 0;
    this.input = reading.tokens;
  }

  /** A rule of the grammar. Unlike `RULE` it takes the type of its value from where it is declared. */
  protected define<T>(name: string, body: () => T): Rule<T> {
    return this.RULE(name, body);
  }

  /** `OR` with the type of its value; `occurrence` numbers the choices of one rule. */
  protected choose<T>(alternatives: IOrAlt<T>[], occurrence = 0): T {
    return this.or(occurrence, alternatives);
  }

  // ---------------------------------------------------------------- places

  /** Offset of the next token. */
  protected get next(): number {
    return this.LA(1).startOffset;
  }

  protected span(token: IToken): Span {
    return { source: this.reading.name, start: token.startOffset, end: token.startOffset + token.image.length };
  }

  /** From `start` to the end of the last token read. */
  protected since(start: number): Span {
    const last = this.LA(0);
    return { source: this.reading.name, start, end: Math.max(start, last.startOffset + last.image.length) };
  }

  /** A hole where an expression should be: right after the last token read. */
  protected hole(): Expression {
    const last = this.LA(0);
    const end = last === undefined || Number.isNaN(last.startOffset) ? 0 : last.startOffset + last.image.length;
    return { kind: "missing", span: { source: this.reading.name, start: end, end } };
  }

  protected named(token: IToken): NameNode {
    return { text: token.image, span: this.span(token) };
  }

  protected readonly name: Rule<NameNode> = this.define("name", () => this.named(this.CONSUME(Name)));

  // ---------------------------------------------------------------- recovery

  protected report(diagnostic: Diagnostic): void {
    this.reading.diagnostics.push(diagnostic);
  }

  /** Remembers, while `body` runs, that `what` has begun at `token`, for messages about its other words. */
  protected within<T>(what: string, token: IToken, body: () => T): T {
    if (this.RECORDING_PHASE) return body();
    if (++this.nesting > NESTING_MAX) throw new TooDeep(token);
    this.openings.push({ what, token });
    const value = body();
    this.openings.pop();
    this.nesting--;
    return value;
  }

  /** Runs `body`; on a mistake reports it and skips to the next `boundary` at this depth. What `body` has stored by then stays. */
  protected tolerate(boundary: Boundary, body: () => void): void {
    if (this.RECORDING_PHASE) {
      body();
      return;
    }
    const { nesting } = this;
    const depth = this.openings.length;
    const first = this.LA(1);
    try {
      body();
    } catch (error) {
      if (error instanceof TooDeep) this.report(diagnose(SYNTAX_MESSAGES, "E0118", this.span(error.at), { limit: NESTING_MAX }));
      else if (isRecognitionException(error as Error)) this.report(explain(this.failure(error as Error)));
      else throw error;
      this.openings.length = depth;
      this.nesting = nesting;
      this.skip(boundary, first);
    }
  }

  /**
   * Repeats `one` until one of `closers`; a token that begins nothing there is reported, and reading goes on at the next boundary.
   * `occurrence` numbers the repetitions of one rule.
   */
  protected repeat(boundary: Boundary, closers: readonly TokenType[], one: () => void, occurrence = 0): void {
    this.many(occurrence, one);
    this.ACTION(() => {
      while (!closers.includes(this.LA(1).tokenType) && this.LA(1).tokenType !== EOF) {
        this.report(explainStray(this.failure(undefined), boundary));
        const first = this.LA(1);
        this.SKIP_TOKEN();
        this.skip(boundary, first);
        this.many(occurrence, one);
      }
    });
  }

  private failure(error: Error | undefined): Failure {
    return {
      reading: this.reading,
      expected: error === undefined ? [] : error.message.split(" "),
      rules: (error as { context?: { ruleStack: string[] } } | undefined)?.context?.ruleStack ?? [],
      opening: this.openings.at(-1),
      beforePrevious: this.LA(-1),
      previous: this.LA(0),
      actual: this.LA(1),
      next: this.LA(2),
      afterNext: this.LA(3),
    };
  }

  private skip(boundary: Boundary, first: IToken): void {
    this.landscape ??= survey(this.reading.source, this.reading.tokens);
    const count = tokensToSkip(this.landscape, boundary, first, this.LA(1));
    for (let skipped = 0; skipped < count; skipped++) this.SKIP_TOKEN();
  }
}
