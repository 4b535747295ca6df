/** Blocks of tests: data that are given, and what is expected of expressions. */
import type { Expression, Name as NameNode, TestClause } from "../ast.ts";
import * as t from "../tokens.ts";
import type { Rule } from "./base.ts";
import type { Bare } from "./declarations.ts";
import { RuleParser } from "./rules.ts";

export abstract class TestParser extends RuleParser {
  protected readonly test: Rule<Bare<"test">> = this.define("test", () => {
    this.CONSUME(t.soft.test);
    const name = this.SUBRULE(this.name);
    const clauses: TestClause[] = [];
    this.within("this `{`", this.CONSUME(t.LCurly), () => {
      this.repeat("expectation", [t.RCurly], () => this.tolerate("expectation", () => clauses.push(this.SUBRULE(this.testClause))));
      this.CONSUME(t.RCurly);
    });
    return { kind: "test", name, clauses };
  });

  private readonly testClause: Rule<TestClause> = this.define("testClause", () =>
    this.choose([{ ALT: () => this.SUBRULE(this.given) }, { ALT: () => this.SUBRULE(this.expectation) }]),
  );

  /** `given close [1, 2, 3]`. */
  private readonly given: Rule<TestClause> = this.define("given", () => {
    const start = this.CONSUME(t.soft.given).startOffset;
    const column: NameNode = this.SUBRULE(this.name);
    return { kind: "given", column, values: this.SUBRULE(this.valueList), span: this.since(start) };
  });

  /** `expect C`, `expect E gives [none, 1.5] within 0.001`. */
  private readonly expectation: Rule<TestClause> = this.define("expectation", () => {
    const start = this.CONSUME(t.soft.expect).startOffset;
    const value = this.SUBRULE(this.expression);
    let values: readonly Expression[] | undefined;
    let within: Expression | undefined;
    this.OPTION(() => {
      this.CONSUME(t.soft.gives);
      values = this.SUBRULE(this.valueList);
      this.OPTION1(() => {
        this.CONSUME(t.soft.within);
        within = this.SUBRULE1(this.expression);
      });
    });
    return { kind: "expect", value, gives: values, within, span: this.since(start) };
  });

  private readonly valueList: Rule<readonly Expression[]> = this.define("valueList", () => {
    const values: Expression[] = [];
    this.within("this `[`", this.CONSUME(t.LSquare), () => {
      this.AT_LEAST_ONE_SEP({ SEP: t.Comma, DEF: () => values.push(this.SUBRULE(this.expression)) });
      this.CONSUME(t.RSquare);
    });
    return values;
  });
}
