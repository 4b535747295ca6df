/** Types, blocks, recursions, and the items that define what a file computes with. */
import { diagnose } from "../../diagnostics/catalogue.ts";
import type { Span } from "../../diagnostics/span.ts";
import type {
  Block,
  Expression,
  FunctionParameter,
  Item,
  Name as NameNode,
  Range,
  RecordField,
  RecStatement,
  Statement,
  TypeExpression,
  UnitExpression,
} from "../ast.ts";
import { SYNTAX_MESSAGES } from "../messages.ts";
import * as t from "../tokens.ts";
import type { Rule } from "./base.ts";
import { ExpressionParser, textBetweenQuotes } from "./expressions.ts";
import { isName } from "./landscape.ts";

/** An item without what is the same for all: the parser adds documentation and span. */
export type Bare<Kind extends Item["kind"]> = Omit<Extract<Item, { readonly kind: Kind }>, "doc" | "span">;

interface Binding {
  readonly name: NameNode;
  readonly value: Expression;
  readonly span: Span;
}

type TypedName = { readonly name: NameNode; readonly type: TypeExpression };

export abstract class DeclarationParser extends ExpressionParser {
  // ---------------------------------------------------------------- types

  protected readonly type: Rule<TypeExpression> = this.define("type", () =>
    this.choose([{ ALT: () => this.SUBRULE(this.recordType) }, { ALT: () => this.SUBRULE(this.scalarType) }]),
  );

  private readonly recordType: Rule<TypeExpression> = this.define("recordType", () => {
    const start = this.next;
    const fields: TypedName[] = [];
    return this.within("this `{`", this.CONSUME(t.LCurly), () => {
      this.AT_LEAST_ONE_SEP({ SEP: t.Comma, DEF: () => fields.push(this.SUBRULE(this.field)) });
      this.CONSUME(t.RCurly);
      return { kind: "recordType", fields, span: this.since(start) };
    });
  });

  /** `p: ratio in 0%..100%`. */
  protected readonly field: Rule<TypedName> = this.define("field", () => {
    const name = this.SUBRULE(this.name);
    this.CONSUME(t.Colon);
    return { name, type: this.SUBRULE(this.type) };
  });

  private readonly scalarType: Rule<TypeExpression> = this.define("scalarType", () => {
    const start = this.next;
    const series = this.OPTION(() => this.CONSUME(t.soft.series)) !== undefined;
    const unit = this.SUBRULE(this.unit);
    const optional = this.OPTION1(() => this.CONSUME(t.Question)) !== undefined;
    const range = this.OPTION2(() => {
      this.CONSUME(t.reserved.in);
      return this.SUBRULE(this.range);
    });
    return { kind: "scalar", series, unit, optional, range, span: this.since(start) };
  });

  private readonly unit: Rule<UnitExpression> = this.define("unit", () => {
    const start = this.next;
    let left = this.SUBRULE(this.unitPower);
    this.MANY(() => {
      const operator = this.choose([{ ALT: () => this.CONSUME(t.Star) }, { ALT: () => this.CONSUME(t.Slash) }]);
      const right = this.SUBRULE1(this.unitPower);
      left = { kind: "unitProduct", operator: operator.tokenType === t.Star ? "*" : "/", left, right, span: this.since(start) };
    });
    return left;
  });

  private readonly unitPower: Rule<UnitExpression> = this.define("unitPower", () => {
    const start = this.next;
    let base = this.SUBRULE(this.unitAtom);
    this.OPTION(() => {
      this.CONSUME(t.Caret);
      const sign = this.OPTION1(() => this.CONSUME(t.Minus)) === undefined ? 1 : -1;
      const exponent = sign * Number(this.CONSUME(t.NumberLiteral).image);
      base = { kind: "unitPower", base, exponent, span: this.since(start) };
    });
    return base;
  });

  private readonly unitAtom: Rule<UnitExpression> = this.define("unitAtom", () =>
    this.choose([
      {
        ALT: () => {
          const name = this.SUBRULE(this.name);
          return { kind: "unitName", name, span: name.span };
        },
      },
      {
        ALT: () =>
          this.within("this `(`", this.CONSUME(t.LParen), () => {
            const unit = this.SUBRULE(this.unit);
            this.CONSUME(t.RParen);
            return unit;
          }),
      },
    ]),
  );

  // ---------------------------------------------------------------- blocks and recursions

  /** `{ let a = …  return … }`. */
  protected readonly block: Rule<Block> = this.define("block", () => {
    const start = this.next;
    const statements: Statement[] = [];
    let result = this.hole();
    this.within("this `{`", this.CONSUME(t.LCurly), () => {
      const one = () =>
        this.choose([
          { ALT: () => statements.push({ kind: "let", ...this.binding("statement") }) },
          { ALT: () => statements.push(this.SUBRULE(this.recursion)) },
        ]);
      const addLet = (binding: Binding) => statements.push({ kind: "let", ...binding });
      this.repeat("statement", [t.reserved.return, t.RCurly], one, () => this.forgottenLet("statement", addLet));
      this.CONSUME(t.reserved.return);
      this.tolerate("statement", () => {
        result = this.SUBRULE1(this.expression);
      });
      this.CONSUME(t.RCurly);
    });
    return { statements, result, span: this.since(start) };
  });

  /** `let a = E`, in a block or a rule. */
  protected binding(boundary: "statement" | "ruleClause"): Binding {
    const start = this.CONSUME(t.reserved.let).startOffset;
    return this.bound(start, boundary);
  }

  private bound(start: number, boundary: "statement" | "ruleClause"): Binding {
    const name = this.SUBRULE(this.name);
    let value = this.hole();
    this.tolerate(boundary, () => {
      this.CONSUME(t.Equals);
      value = this.SUBRULE(this.expression);
    });
    return { name, value, span: this.since(start) };
  }

  /** `a = E` without `let` in a block or a rule: reported, and read as if it were there. */
  protected forgottenLet(boundary: "statement" | "ruleClause", add: (binding: Binding) => void): boolean {
    if (!isName(this.LA(1)) || this.LA(2).tokenType !== t.Equals) return false;
    const span = this.span(this.LA(1));
    const text = `let ${this.LA(1).image}`;
    const help = [{ text, edits: [{ span, text }], certain: true }];
    this.report(diagnose(SYNTAX_MESSAGES, "E0116", span, { advice: "Inside braces a value is named with `let`" }, { help }));
    add(this.bound(span.start, boundary));
    return true;
  }

  private readonly blockOrExpression: Rule<Block> = this.define("blockOrExpression", () =>
    this.choose([
      { ALT: () => this.SUBRULE(this.block) },
      {
        ALT: () => {
          const result = this.SUBRULE(this.expression);
          return { statements: [], result, span: result.span };
        },
      },
    ]),
  );

  /** Without `seed` it is read all the same: what is missing is the checker's to say (E0205). */
  protected readonly recursion: Rule<RecStatement> = this.define("recursion", () => {
    const start = this.CONSUME(t.reserved.rec).startOffset;
    const name = this.SUBRULE(this.name);
    let seed: Block | undefined;
    let then: Block | undefined;
    let reset: Expression | undefined;
    let settles: Expression | undefined;
    this.tolerate("statement", () => {
      this.CONSUME(t.Equals);
      this.choose([
        {
          ALT: () => {
            this.CONSUME(t.reserved.seed);
            seed = this.emptyBlock();
            seed = this.SUBRULE(this.blockOrExpression);
            this.CONSUME(t.reserved.then);
            then = this.SUBRULE1(this.blockOrExpression);
          },
        },
        {
          ALT: () => {
            this.OPTION(() => this.CONSUME1(t.reserved.then));
            then = this.SUBRULE2(this.blockOrExpression);
          },
        },
      ]);
      this.OPTION1({
        GATE: () => this.notDefinition(),
        DEF: () => {
          this.CONSUME(t.soft.reset);
          this.CONSUME(t.reserved.when);
          reset = this.SUBRULE(this.expression);
        },
      });
      this.OPTION2({
        GATE: () => this.notDefinition(),
        DEF: () => {
          this.CONSUME(t.soft.settles);
          this.CONSUME(t.reserved.in);
          settles = this.SUBRULE1(this.expression);
        },
      });
    });
    const span = this.since(start);
    return { kind: "rec", name, seed, then: then ?? this.emptyBlock(), reset, settles, span };
  });

  private emptyBlock(): Block {
    const result = this.hole();
    return { statements: [], result, span: result.span };
  }

  /** Whether the next word is not a new item's name: `step = 5` after a parameter defines `step`. */
  protected notDefinition(): boolean {
    return this.LA(2).tokenType !== t.Equals;
  }

  // ---------------------------------------------------------------- items

  protected readonly value: Rule<Bare<"value">> = this.define("value", () => {
    const name = this.SUBRULE(this.name);
    let value = this.hole();
    this.tolerate("item", () => {
      this.CONSUME(t.Equals);
      value = this.SUBRULE(this.expression);
    });
    return { kind: "value", name, value };
  });

  /** What a model learns to tell: `label up = ahead(close, 5) > close`. */
  protected readonly label: Rule<Bare<"label">> = this.define("label", () => {
    this.CONSUME(t.soft.label);
    return { ...this.SUBRULE(this.value), kind: "label" };
  });

  protected readonly parameter: Rule<Bare<"param">> = this.define("parameter", () => {
    this.CONSUME(t.soft.param);
    const name = this.SUBRULE(this.name);
    let initial = this.hole();
    let range: Range | undefined;
    let step: Expression | undefined;
    const overrides: { readonly symbol: NameNode; readonly value: Expression }[] = [];
    this.tolerate("item", () => {
      this.CONSUME(t.Equals);
      initial = this.SUBRULE(this.expression);
      this.OPTION(() => {
        this.CONSUME(t.reserved.in);
        range = this.SUBRULE(this.range);
      });
      this.OPTION1({
        GATE: () => this.notDefinition(),
        DEF: () => {
          this.CONSUME(t.soft.step);
          step = this.SUBRULE(this.sum);
        },
      });
      this.OPTION2(() => {
        this.CONSUME(t.LCurly);
        this.AT_LEAST_ONE_SEP({
          SEP: t.Comma,
          DEF: () => {
            const symbol = this.SUBRULE1(this.name);
            this.CONSUME(t.Colon);
            overrides.push({ symbol, value: this.SUBRULE1(this.expression) });
          },
        });
        this.CONSUME(t.RCurly);
      });
    });
    return { kind: "param", name, default: initial, range, step, overrides };
  });

  protected readonly enumeration: Rule<Bare<"enum">> = this.define("enumeration", () => {
    this.CONSUME(t.soft.enum);
    const name = this.SUBRULE(this.name);
    const members: NameNode[] = [];
    this.tolerate("item", () => {
      this.CONSUME(t.LCurly);
      this.AT_LEAST_ONE_SEP({ SEP: t.Comma, DEF: () => members.push(this.SUBRULE1(this.name)) });
      this.CONSUME(t.RCurly);
    });
    return { kind: "enum", name, members };
  });

  protected readonly fn: Rule<Bare<"fn">> = this.define("function", () => {
    this.CONSUME(t.soft.fn);
    const name = this.SUBRULE(this.name);
    const parameters: FunctionParameter[] = [];
    let result: TypeExpression = { kind: "recordType", fields: [], span: name.span };
    let body = this.emptyBlock();
    let isRead = false;
    this.tolerate("item", () => {
      this.within("this `(`", this.CONSUME(t.LParen), () => {
        this.MANY_SEP({ SEP: t.Comma, DEF: () => parameters.push(this.SUBRULE(this.functionParameter)) });
        this.CONSUME(t.RParen);
      });
      this.CONSUME(t.Colon);
      result = this.SUBRULE(this.type);
      isRead = true;
      body = this.SUBRULE(this.block);
    });
    return { kind: "fn", name, isRead, parameters, result, body };
  });

  private readonly functionParameter: Rule<FunctionParameter> = this.define("functionParameter", () => {
    const { name, type } = this.SUBRULE(this.field);
    const initial = this.OPTION(() => {
      this.CONSUME(t.Equals);
      return this.SUBRULE(this.expression);
    });
    return { name, type, default: initial };
  });

  protected readonly model: Rule<Bare<"model">> = this.define("model", () => {
    this.CONSUME(t.soft.model);
    const name = this.SUBRULE(this.name);
    this.CONSUME(t.Equals);
    const branch = this.SUBRULE1(this.name);
    const file = textBetweenQuotes(this.CONSUME(t.StringLiteral).image);
    let inputs: readonly RecordField[] = [];
    const outputs: TypedName[] = [];
    let timeout: Expression | undefined;
    this.tolerate("item", () => {
      this.CONSUME(t.LCurly);
      this.CONSUME(t.soft.input);
      inputs = this.SUBRULE(this.record);
      this.CONSUME(t.soft.output);
      this.AT_LEAST_ONE_SEP({ SEP: t.Comma, DEF: () => outputs.push(this.SUBRULE(this.field)) });
      this.OPTION(() => {
        this.CONSUME(t.soft.timeout);
        timeout = this.SUBRULE(this.expression);
      });
      this.CONSUME(t.RCurly);
    });
    return { kind: "model", name, branch, file, inputs, outputs, timeout };
  });
}
