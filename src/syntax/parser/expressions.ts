/** Expressions, from `a or b` down to a name. */
import type { IOrAlt, IToken, TokenType } from "chevrotain";
import { diagnose } from "../../diagnostics/catalogue.ts";
import type { Argument, Expression, MatchArm, Range, RecordField } from "../ast.ts";
import { foreignUnits } from "../foreign.ts";
import { isNumber, numberParts, suffixes } from "../literals.ts";
import { SYNTAX_MESSAGES } from "../messages.ts";
import * as t from "../tokens.ts";
import { BaseParser, type Rule } from "./base.ts";
import { isName } from "./landscape.ts";
import { chainedComparison, links, misplacedReduction, mixedLogic, operatorOf, TIGHTNESS, tightness } from "./operators.ts";

interface Condition {
  readonly start: number;
  readonly condition: Expression;
  readonly then: Expression;
}

export abstract class ExpressionParser extends BaseParser {
  /** Choices are made once, since they are taken for every operand. */
  private readonly expressions: IOrAlt<Expression>[] = [
    { ALT: () => this.SUBRULE(this.conditional) },
    { ALT: () => this.SUBRULE(this.logical) },
  ];
  private readonly connectives = this.anyOf(t.reserved.and, t.reserved.or);
  private readonly comparisons = this.anyOf(t.Less, t.LessEqual, t.Greater, t.GreaterEqual, t.EqualEqual, t.NotEqual);
  private readonly additions = this.anyOf(t.Plus, t.Minus);
  private readonly multiplications = this.anyOf(t.Star, t.Slash);

  private anyOf(...types: readonly TokenType[]): IOrAlt<IToken>[] {
    return types.map((type) => ({ ALT: () => this.CONSUME(type) }));
  }

  readonly expression: Rule<Expression> = this.define("expression", () => this.leaf(TIGHTNESS.logical) ?? this.choose(this.expressions));

  /**
   * The next name or number where it is a whole operand: no operator at least as tight as `loosest` follows it. Most operands are, and are read here
   * without going through the rules of all operators.
   */
  private leaf(loosest: number): Expression | undefined {
    if (this.RECORDING_PHASE) return undefined;
    const token = this.LA(1);
    const isNumber = token.tokenType === t.NumberLiteral;
    if (!isNumber && !isName(token)) return undefined;
    if (tightness(this.LA(2).tokenType) >= loosest || (!isNumber && this.isValueMissing())) return undefined;
    this.SKIP_TOKEN();
    return isNumber ? this.numberOf(token) : this.variableOf(token);
  }

  /** A chain of `else if` is read in a loop: its length is not nesting. */
  private readonly conditional: Rule<Expression> = this.define("conditional", () => {
    const conditions: Condition[] = [];
    const start = this.next;
    const first = this.CONSUME(t.reserved.if);
    return this.within("this `if`", first, () => {
      const condition = this.SUBRULE(this.expression);
      this.CONSUME(t.reserved.then);
      conditions.push({ start, condition, then: this.SUBRULE1(this.expression) });
      this.MANY(() => {
        this.CONSUME(t.reserved.else);
        const again = this.next;
        this.CONSUME1(t.reserved.if);
        const condition = this.SUBRULE2(this.expression);
        this.CONSUME1(t.reserved.then);
        conditions.push({ start: again, condition, then: this.SUBRULE3(this.expression) });
      });
      this.CONSUME2(t.reserved.else);
      const last = this.SUBRULE(this.logical);
      return conditions.reduceRight<Expression>(
        (otherwise, { start, condition, then }) => ({ kind: "if", condition, then, otherwise, span: this.since(start) }),
        last,
      );
    });
  });

  private readonly logical: Rule<Expression> = this.define("logical", () => {
    const start = this.next;
    let left = this.leaf(TIGHTNESS.comparison) ?? this.SUBRULE(this.condition);
    let chain: { readonly operators: IToken[]; readonly operands: Expression[] } | undefined;
    this.MANY(() => {
      const operator = this.LA(1);
      this.choose(this.connectives);
      const right = this.leaf(TIGHTNESS.comparison) ?? this.SUBRULE1(this.condition);
      chain ??= { operators: [], operands: [left] };
      chain.operators.push(operator);
      chain.operands.push(right);
      left = { kind: "binary", operator: operatorOf(operator), left, right, span: this.since(start) };
    });
    const mixed = chain === undefined ? undefined : mixedLogic(this.reading.source, chain, (token) => this.span(token));
    if (mixed !== undefined) this.report(mixed);
    return left;
  });

  /** `operand` under one operator for each of `starts`. */
  private prefixed(operator: "not" | "-", starts: readonly number[] | undefined, operand: Expression): Expression {
    if (starts === undefined) return operand;
    return starts.reduceRight<Expression>(
      (value, start) => ({ kind: "unary", operator, operand: value, span: this.since(start) }),
      operand,
    );
  }

  /** `not a < b` denies the comparison. */
  private readonly condition: Rule<Expression> = this.define("condition", () => {
    let starts: number[] | undefined;
    this.MANY(() => {
      starts ??= [];
      starts.push(this.CONSUME(t.reserved.not).startOffset);
    });
    const start = this.next;
    let value = this.leaf(TIGHTNESS.coalescence) ?? this.SUBRULE(this.coalescence);
    const operands = [value];
    const operators: IToken[] = [];
    this.MANY1(() => {
      const operator = this.LA(1);
      this.choose(this.comparisons);
      const right = this.leaf(TIGHTNESS.coalescence) ?? this.SUBRULE1(this.coalescence);
      operands.push(right);
      operators.push(operator);
      if (operators.length === 1) value = { kind: "binary", operator: operatorOf(operator), left: value, right, span: this.since(start) };
      if (operators.length === 2) this.report(chainedComparison(this.reading.source, operands, operators, (token) => this.span(token)));
    });
    if (operators.length >= 2) value = { kind: "missing", parts: links(operands, operators), span: this.since(start) };
    const whole = this.LA(1).tokenType === t.Equals ? this.ACTION(() => this.assignmentForEquality(value, start)) : value;
    return this.prefixed("not", starts, whole);
  });

  /** `a = b` inside an expression: reported, and read as `a == b`. */
  private assignmentForEquality(left: Expression, start: number): Expression {
    const span = this.span(this.LA(1));
    const advice = "`=` gives a name to a value; to compare two values write `==`";
    this.report(
      diagnose(SYNTAX_MESSAGES, "E0116", span, { advice }, { help: [{ text: "==", edits: [{ span, text: "==" }], certain: true }] }),
    );
    this.SKIP_TOKEN();
    return { kind: "binary", operator: "==", left, right: this.SUBRULE1(this.coalescence), span: this.since(start) };
  }

  /** What a risk line may have on its right: anything but a comparison. */
  protected readonly coalescence: Rule<Expression> = this.define("coalescence", () => {
    const start = this.next;
    let left = this.leaf(TIGHTNESS.sum) ?? this.SUBRULE(this.sum);
    this.MANY(() => {
      this.CONSUME(t.Coalesce);
      const right = this.leaf(TIGHTNESS.sum) ?? this.SUBRULE1(this.sum);
      left = { kind: "binary", operator: "??", left, right, span: this.since(start) };
    });
    return left;
  });

  protected readonly sum: Rule<Expression> = this.define("sum", () => {
    const start = this.next;
    let left = this.leaf(TIGHTNESS.product) ?? this.SUBRULE(this.product);
    this.MANY(() => {
      const operator = this.LA(1);
      this.choose(this.additions);
      const right = this.leaf(TIGHTNESS.product) ?? this.SUBRULE1(this.product);
      left = { kind: "binary", operator: operatorOf(operator), left, right, span: this.since(start) };
    });
    return left;
  });

  private readonly product: Rule<Expression> = this.define("product", () => {
    const start = this.next;
    let left = this.leaf(TIGHTNESS.operand) ?? this.SUBRULE(this.operand);
    this.MANY(() => {
      const operator = this.LA(1);
      this.choose(this.multiplications);
      const right = this.leaf(TIGHTNESS.operand) ?? this.SUBRULE1(this.operand);
      const span = this.since(start);
      const isPercent = operator.image === "%";
      left = isPercent
        ? { kind: "missing", parts: [left, right], span }
        : { kind: "binary", operator: operatorOf(operator), left, right, span };
    });
    return left;
  });

  /** `day.up`, `close[1]`, `-SPY.atr(14)`. */
  private readonly operand: Rule<Expression> = this.define("operand", () => {
    let starts: number[] | undefined;
    this.MANY(() => {
      starts ??= [];
      starts.push(this.CONSUME(t.Minus).startOffset);
    });
    const start = this.next;
    let value = this.leaf(TIGHTNESS.primary) ?? this.SUBRULE(this.primary);
    this.MANY1(() =>
      this.choose([
        {
          ALT: () => {
            this.CONSUME(t.Dot);
            value = { kind: "member", object: value, name: this.SUBRULE(this.name), span: this.since(start) };
          },
        },
        {
          ALT: () => {
            value = this.within("this `[`", this.CONSUME(t.LSquare), () => this.offset(value, start));
          },
        },
        {
          ALT: () => {
            value = this.within("this `(`", this.CONSUME(t.LParen), () => this.call(value, start));
          },
        },
      ]),
    );
    return this.prefixed("-", starts, value);
  });

  private offset(value: Expression, start: number): Expression {
    const by = this.SUBRULE(this.expression);
    let max: Expression | undefined;
    this.OPTION(() => {
      this.CONSUME(t.soft.max);
      max = this.SUBRULE1(this.expression);
    });
    this.CONSUME(t.RSquare);
    return { kind: "offset", value, by, max, span: this.since(start) };
  }

  private call(callee: Expression, start: number): Expression {
    return this.chooseByWord<Expression>(
      [
        { GATE: () => this.LA(2).tokenType === t.reserved.in, ALT: () => this.reduction(callee, start) },
        {
          ALT: () => {
            const list: Argument[] = [];
            this.MANY_SEP({ SEP: t.Comma, DEF: () => list.push(this.SUBRULE(this.argument)) });
            this.CONSUME(t.RParen);
            return { kind: "call", callee, arguments: list, span: this.since(start) };
          },
        },
      ],
      1,
    );
  }

  /** `sum(i in 0..n - 1: x[i])`; only a plain name can be called so. */
  private reduction(callee: Expression, start: number): Expression {
    const index = this.SUBRULE1(this.name);
    this.CONSUME(t.reserved.in);
    const { from, to } = this.SUBRULE(this.range);
    this.CONSUME(t.Colon);
    const body = this.SUBRULE2(this.expression);
    this.CONSUME1(t.RParen);
    const span = this.since(start);
    if (callee.kind === "name") return { kind: "reduce", callee: callee.name, index, from, to, body, span };
    return this.ACTION(() => {
      this.report(misplacedReduction(this.reading.source, callee, index));
      return { kind: "missing", parts: [], span };
    });
  }

  private readonly argument: Rule<Argument> = this.define("argument", () => {
    const name = this.OPTION(() => {
      const name = this.SUBRULE(this.name);
      this.CONSUME(t.Colon);
      return name;
    });
    return { name, value: this.SUBRULE(this.expression) };
  });

  /** `5..20`, `-1..1`, `0..n - 1`. */
  protected readonly range: Rule<Range> = this.define("range", () => {
    const start = this.next;
    const from = this.SUBRULE(this.sum);
    this.CONSUME(t.Dots);
    const to = this.SUBRULE1(this.sum);
    return { from, to, span: this.since(start) };
  });

  private readonly primaries: IOrAlt<Expression>[] = [
    { ALT: () => this.SUBRULE(this.number) },
    { GATE: () => !this.isValueMissing(), ALT: () => this.SUBRULE(this.variable) },
    {
      ALT: () => {
        const token = this.CONSUME(t.StringLiteral);
        return { kind: "string", value: textBetweenQuotes(token.image), span: this.span(token) };
      },
    },
    { ALT: () => ({ kind: "boolean", value: true, span: this.span(this.CONSUME(t.reserved.true)) }) },
    { ALT: () => ({ kind: "boolean", value: false, span: this.span(this.CONSUME(t.reserved.false)) }) },
    { ALT: () => ({ kind: "none", span: this.span(this.CONSUME(t.reserved.none)) }) },
    { ALT: () => this.parenthesized() },
    { ALT: () => this.SUBRULE(this.matching) },
    {
      ALT: () => {
        const start = this.next;
        const fields = this.SUBRULE(this.record);
        return { kind: "record", fields, span: this.since(start) };
      },
    },
  ];

  private readonly primary: Rule<Expression> = this.define("primary", () => this.choose(this.primaries));

  protected readonly variable: Rule<Expression> = this.define("variable", () => this.variableOf(this.CONSUME(t.Name)));

  private variableOf(token: IToken): Expression {
    const name = this.named(token);
    return { kind: "name", name, span: name.span };
  }

  /** The span of an expression in parentheses holds them, so that a span can always be replaced as a whole. */
  private parenthesized(): Expression {
    const start = this.next;
    return this.within("this `(`", this.CONSUME(t.LParen), () => {
      const inner = this.SUBRULE(this.expression);
      this.CONSUME(t.RParen);
      return { ...inner, span: this.since(start) };
    });
  }

  protected readonly number: Rule<Expression> = this.define("number", () => this.numberOf(this.CONSUME(t.NumberLiteral)));

  /** A number that the lexer has refused is a hole. */
  private numberOf(token: IToken): Expression {
    const { digits, suffix } = numberParts(token.image);
    const known = suffixes.get(foreignUnits.get(suffix) ?? suffix);
    const span = this.span(token);
    if (!isNumber(digits) || (known === undefined && suffix !== "")) return { kind: "missing", parts: [], span };
    return { kind: "number", text: digits, suffix: known, span };
  }

  private readonly matching: Rule<Expression> = this.define("matching", () => {
    const start = this.next;
    return this.within("this `match`", this.CONSUME(t.reserved.match), () => {
      const subject = this.SUBRULE(this.expression);
      const arms: MatchArm[] = [];
      this.CONSUME(t.LCurly);
      this.AT_LEAST_ONE_SEP({
        SEP: t.Comma,
        DEF: () => {
          const pattern = this.SUBRULE(this.name);
          this.CONSUME(t.Colon);
          arms.push({ pattern, value: this.SUBRULE1(this.expression) });
        },
      });
      this.CONSUME(t.RCurly);
      return { kind: "match", subject, arms, span: this.since(start) };
    });
  });

  /** `{ line, hist: line - signal }`. */
  protected readonly record: Rule<readonly RecordField[]> = this.define("record", () => {
    const fields: RecordField[] = [];
    return this.within("this `{`", this.CONSUME(t.LCurly), () => {
      this.AT_LEAST_ONE_SEP({
        SEP: t.Comma,
        DEF: () => {
          const name = this.SUBRULE(this.name);
          const value = this.OPTION(() => {
            this.CONSUME(t.Colon);
            return this.SUBRULE(this.expression);
          });
          fields.push({ name, shorthand: value === undefined, value: value ?? { kind: "name", name, span: name.span } });
        },
      });
      this.CONSUME(t.RCurly);
      return fields;
    });
  });
}

/** What stands between the quotes; the second may be missing (E0114). */
export function textBetweenQuotes(image: string): string {
  return image.endsWith('"') && image.length > 1 ? image.slice(1, -1) : image.slice(1);
}
