/**
 * What every part of the parser stands on: spans, and recovery. Chevrotain's own recovery is off: it stops at any token that may follow, and in a
 * language whose items may begin with any name that is almost every word. Here whatever may fail is run under `tolerate`, which on a mistake
 * reports it once and skips to where the next thing of that kind begins at the same depth of brackets.
 */
import { EmbeddedActionsParser, type IOrAlt, type IToken, isRecognitionException, type ParserMethod, type TokenType } from "chevrotain";
import { diagnose } from "../../diagnostics/catalogue.ts";
import { closest } from "../../diagnostics/closest.ts";
import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import { type LineStarts, lineStarts } from "../../diagnostics/position.ts";
import type { Span } from "../../diagnostics/span.ts";
import type { Expression, Name as NameNode } from "../ast.ts";
import { SYNTAX_MESSAGES } from "../messages.ts";
import { EOF, Identifier, Name, vocabulary } from "../tokens.ts";
import { expectedTokens, explain, explainStray } from "./explain.ts";
import { type Failure, followsOmission, type Opening, type Reading } from "./failure.ts";
import { type Boundary, beginnings, beginsAnew, type Landscape, mayFollow, survey, tokensToSkip } from "./landscape.ts";

/** Deepest nesting of brackets, branches and types; keeps the parser far from the end of the stack. */
const NESTING_MAX = 64;

/** Raised where the text is nested deeper than `NESTING_MAX`; caught by the nearest `tolerate`. */
class TooDeep extends Error {
  readonly at: IToken;
  constructor(at: IToken) {
    super("nested too deep");
    this.at = at;
  }
}

export type Rule<T> = ParserMethod<[], T>;

const nothing: Reading = { name: "", source: "", tokens: [], diagnostics: [], omitted: [], docs: new Map() };

export abstract class BaseParser extends EmbeddedActionsParser {
  protected reading: Reading = nothing;
  private landscape: Landscape | undefined;
  private starts: LineStarts | undefined;
  private openings: Opening[] = [];
  private nesting = 0;

  constructor(validated: boolean) {
    super([...vocabulary], { maxLookahead: 2, errorMessageProvider: expectedTokens, skipValidations: !validated });
  }

  /** What `rule` makes of a text; nothing of it is kept. */
  protected reads<T>(reading: Reading, rule: Rule<T>): T {
    this.begin(reading);
    const value = rule.call(this);
    this.begin(nothing);
    return value;
  }

  private begin(reading: Reading): void {
    this.reading = reading;
    this.landscape = undefined;
    this.starts = undefined;
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

  /** A choice by gates and the next token alone, so that a mistake after it is reported where it stands. */
  protected chooseByWord<T>(alternatives: IOrAlt<T>[], occurrence = 0): T {
    return this.or(occurrence, { DEF: alternatives, MAX_LOOKAHEAD: 1 });
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
    return { kind: "missing", parts: [], span: { source: this.reading.name, start: end, end } };
  }

  protected named(token: IToken): NameNode {
    return { text: token.image, span: this.span(token) };
  }

  protected readonly name: Rule<NameNode> = this.define("name", () => this.named(this.CONSUME(Name)));

  /** Whether the next word begins something new, so that the value that should stand here is missing. */
  protected isValueMissing(): boolean {
    return beginsAnew(this.reading.source, this.LA(1), this.LA(2));
  }

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
      if (error instanceof TooDeep) this.report(diagnose(SYNTAX_MESSAGES, "E0117", this.span(error.at), { limit: NESTING_MAX }));
      else if (isRecognitionException(error as Error)) this.reportFailure(this.failure(error as Error), explain);
      else throw error;
      this.openings.length = depth;
      this.nesting = nesting;
      this.skip(boundary, first);
    }
  }

  /**
   * Repeats `one` until one of `closers`. A word that begins nothing there is put right if it is a slip of one that does, or by `rescue`; else it is
   * reported, and reading goes on at the next boundary.
   */
  protected repeat(boundary: Boundary, closers: readonly TokenType[], one: () => void, rescue: () => boolean = () => false): void {
    this.MANY(one);
    this.ACTION(() => {
      while (!closers.includes(this.LA(1).tokenType) && this.LA(1).tokenType !== EOF) {
        if (!this.respell(boundary) && !rescue()) this.skipStray(boundary);
        this.MANY(one);
      }
    });
  }

  private skipStray(boundary: Boundary): void {
    this.reportFailure(this.failure(undefined), (failure) => explainStray(failure, boundary));
    const first = this.LA(1);
    this.SKIP_TOKEN();
    this.skip(boundary, first);
  }

  /** Where the next word is a slip of one that may stand here (`ruel`), reports it and puts the right word in its place. */
  protected respell(boundary: Boundary): boolean {
    const token = this.LA(1);
    if (token.tokenType !== Identifier) return false;
    const word = closest(token.image, beginnings[boundary].keys());
    const type = word === undefined ? undefined : beginnings[boundary].get(word);
    if (word === undefined || type === undefined || !mayFollow(boundary, type, this.LA(2))) return false;
    const landscape = this.surveyed();
    const position = landscape.positions.get(token) ?? -1;
    const span = this.span(token);
    const help = [{ text: word, edits: [{ span, text: word }], certain: true }];
    this.report(
      diagnose(SYNTAX_MESSAGES, "E0103", span, { expected: `\`${word}\``, found: `\`${token.image}\``, began: undefined }, { help }),
    );
    const respelled = { ...token, tokenType: type, tokenTypeIdx: type.tokenTypeIdx ?? 0 };
    landscape.tokens[position] = respelled;
    landscape.positions.set(respelled, position);
    return true;
  }

  private surveyed(): Landscape {
    this.landscape ??= survey(this.reading.source, this.reading.tokens);
    return this.landscape;
  }

  private reportFailure(failure: Failure, explanation: (failure: Failure) => Diagnostic): void {
    if (!followsOmission(failure)) this.report(explanation(failure));
  }

  private failure(error: Error | undefined): Failure {
    this.starts ??= lineStarts(this.reading.source);
    const rules = (error as { readonly context?: { readonly ruleStack: readonly string[] } } | undefined)?.context?.ruleStack;
    return {
      reading: this.reading,
      starts: this.starts,
      expected: error === undefined ? [] : error.message.split(" "),
      rule: rules?.at(-1) ?? "",
      opening: this.openings.at(-1),
      previous: this.LA(0),
      actual: this.LA(1),
      next: this.LA(2),
    };
  }

  private skip(boundary: Boundary, first: IToken): void {
    const count = tokensToSkip(this.surveyed(), boundary, first, this.LA(1));
    for (let skipped = 0; skipped < count; skipped++) this.SKIP_TOKEN();
  }
}
