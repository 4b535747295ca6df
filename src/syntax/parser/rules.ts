/** Rules: their heads, clauses and orders. */
import type { EnterClause, Expression, Leg, Name as NameNode, OrderClause, Range, RuleClause } from "../ast.ts";
import * as t from "../tokens.ts";
import type { Rule } from "./base.ts";
import { type Bare, DeclarationParser } from "./declarations.ts";
import { textBetweenQuotes } from "./expressions.ts";

export abstract class RuleParser extends DeclarationParser {
  protected readonly tradingRule: Rule<Bare<"rule">> = this.define("rule", () => {
    this.CONSUME(t.soft.rule);
    const name = this.SUBRULE(this.name);
    const clauses: RuleClause[] = [];
    let clock: NameNode | undefined;
    let across = false;
    let each: { readonly name: NameNode; readonly range: Range } | undefined;
    this.tolerate("item", () => {
      this.OPTION(() => {
        this.CONSUME(t.soft.on);
        clock = this.SUBRULE1(this.name);
      });
      this.OPTION1(() => {
        this.CONSUME(t.soft.across);
        this.CONSUME(t.soft.universe);
        across = true;
      });
      this.OPTION2(() => {
        this.CONSUME(t.soft.each);
        const index = this.SUBRULE2(this.name);
        this.CONSUME(t.reserved.in);
        each = { name: index, range: this.SUBRULE(this.range) };
      });
      this.within("this `{`", this.CONSUME(t.LCurly), () => {
        const one = () => this.tolerate("ruleClause", () => clauses.push(this.SUBRULE(this.ruleClause)));
        this.repeat("ruleClause", [t.RCurly], one, () =>
          this.forgottenLet("ruleClause", (binding) => clauses.push({ kind: "let", ...binding })),
        );
        this.CONSUME(t.RCurly);
      });
    });
    return { kind: "rule", name, clock, across, each, clauses };
  });

  private readonly ruleClause: Rule<RuleClause> = this.define("ruleClause", () =>
    this.choose([
      { ALT: () => ({ kind: "let", ...this.binding("ruleClause") }) },
      { ALT: () => this.SUBRULE(this.when) },
      { ALT: () => this.SUBRULE(this.enter) },
      { ALT: () => this.SUBRULE(this.exit) },
      { ALT: () => ({ kind: "reverse", span: this.span(this.CONSUME(t.soft.reverse)) }) },
      { ALT: () => ({ kind: "emulated", span: this.span(this.CONSUME(t.soft.emulated)) }) },
      { ALT: () => this.SUBRULE(this.hold) },
      { ALT: () => this.SUBRULE(this.quote) },
      { ALT: () => this.SUBRULE(this.atMost) },
      { ALT: () => this.SUBRULE(this.cooldown) },
      { ALT: () => this.SUBRULE(this.notification) },
    ]),
  );

  /** An expression of a clause that stays in the tree as a hole where it cannot be read. */
  private held(boundary: "ruleClause" | "enterClause"): Expression {
    let value = this.hole();
    this.tolerate(boundary, () => {
      value = this.SUBRULE(this.expression);
    });
    return value;
  }

  private readonly when: Rule<RuleClause> = this.define("when", () => {
    const start = this.CONSUME(t.reserved.when).startOffset;
    return { kind: "when", condition: this.held("ruleClause"), span: this.since(start) };
  });

  private readonly exit: Rule<RuleClause> = this.define("exit", () => {
    const start = this.CONSUME(t.soft.exit).startOffset;
    const trade = this.SUBRULE(this.name);
    let order: OrderClause | undefined;
    this.OPTION(() => {
      this.CONSUME(t.LCurly);
      order = this.SUBRULE(this.order);
      this.CONSUME(t.RCurly);
    });
    return { kind: "exit", trade, order, span: this.since(start) };
  });

  private readonly hold: Rule<RuleClause> = this.define("hold", () => {
    const start = this.CONSUME(t.soft.hold).startOffset;
    return this.choose([
      { ALT: () => this.legs(start), IGNORE_AMBIGUITIES: true },
      {
        ALT: () => {
          const size = this.held("ruleClause");
          const trim = this.OPTION(() => this.CONSUME(t.soft.trim)) !== undefined;
          return { kind: "hold", size, trim, span: this.since(start) };
        },
      },
    ]);
  });

  private legs(start: number): RuleClause {
    const legs: Leg[] = [];
    let within: Expression | undefined = this.hole();
    let otherwise: NameNode | undefined;
    this.tolerate("ruleClause", () => {
      this.CONSUME(t.LCurly);
      this.AT_LEAST_ONE_SEP({
        SEP: t.Comma,
        DEF: () => {
          const symbol = this.SUBRULE(this.name);
          this.CONSUME(t.Colon);
          legs.push({ symbol, size: this.SUBRULE1(this.expression) });
        },
      });
      this.CONSUME(t.RCurly);
      const stated = this.OPTION1(() => this.legFailure());
      within = stated?.within;
      otherwise = stated?.otherwise;
    });
    return { kind: "holdLegs", legs, within, otherwise, span: this.since(start) };
  }

  /** `legs within 5s else flatten`; what is forgotten is for the checker to say. */
  private legFailure(): { readonly within: Expression; readonly otherwise: NameNode | undefined } {
    this.CONSUME(t.soft.legs);
    this.CONSUME(t.soft.within);
    const within = this.SUBRULE2(this.expression);
    const otherwise = this.OPTION2(() => {
      this.CONSUME(t.reserved.else);
      return this.SUBRULE1(this.name);
    });
    return { within, otherwise };
  }

  /** `post_only` stands before or after the size. */
  private readonly quote: Rule<RuleClause> = this.define("quote", () => {
    const start = this.CONSUME(t.soft.quote).startOffset;
    const side = this.choose([
      { ALT: () => this.CONSUME(t.soft.buy) && ("buy" as const) },
      { ALT: () => this.CONSUME(t.soft.sell) && ("sell" as const) },
    ]);
    let [at, size] = [this.hole(), this.hole()];
    let postOnly = false;
    let replaceAfter: Expression | undefined;
    this.within("this `{`", this.CONSUME(t.LCurly), () => {
      this.tolerate("ruleClause", () => {
        this.CONSUME(t.soft.at);
        at = this.SUBRULE(this.expression);
        postOnly = this.OPTION(() => this.CONSUME(t.soft.post_only)) !== undefined;
        this.CONSUME(t.soft.size);
        size = this.SUBRULE1(this.expression);
        this.OPTION1({
          GATE: () => !postOnly,
          DEF: () => {
            this.CONSUME1(t.soft.post_only);
            postOnly = true;
          },
        });
        this.OPTION2(() => {
          this.CONSUME(t.soft.replace);
          this.CONSUME(t.soft.after);
          replaceAfter = this.SUBRULE2(this.expression);
        });
      });
      this.CONSUME(t.RCurly);
    });
    return { kind: "quote", side, at, size, postOnly, replaceAfter, span: this.since(start) };
  });

  private readonly atMost: Rule<RuleClause> = this.define("atMost", () => {
    const start = this.CONSUME(t.soft.at).startOffset;
    this.CONSUME(t.soft.most);
    const count = this.SUBRULE(this.expression);
    this.CONSUME(t.soft.per);
    return { kind: "atMost", count, per: this.SUBRULE(this.name), span: this.since(start) };
  });

  private readonly cooldown: Rule<RuleClause> = this.define("cooldown", () => {
    const start = this.CONSUME(t.soft.cooldown).startOffset;
    const length = this.SUBRULE(this.expression);
    this.CONSUME(t.soft.after);
    this.CONSUME(t.soft.exit);
    return { kind: "cooldown", length, span: this.since(start) };
  });

  private readonly notification: Rule<RuleClause> = this.define("notification", () => {
    const start = this.CONSUME(t.soft.notify).startOffset;
    const text = textBetweenQuotes(this.CONSUME(t.StringLiteral).image);
    return { kind: "notify", text, span: this.since(start) };
  });

  // ---------------------------------------------------------------- entries

  private readonly enter: Rule<RuleClause> = this.define("enter", () => {
    const start = this.CONSUME(t.soft.enter).startOffset;
    const side = this.choose([
      { ALT: () => this.CONSUME(t.soft.long) && ("long" as const) },
      { ALT: () => this.CONSUME(t.soft.short) && ("short" as const) },
    ]);
    const clauses: EnterClause[] = [];
    this.within("this `{`", this.CONSUME(t.LCurly), () => {
      this.repeat("enterClause", [t.RCurly], () => this.tolerate("enterClause", () => clauses.push(this.SUBRULE(this.enterClause))));
      this.CONSUME(t.RCurly);
    });
    return { kind: "enter", side, clauses, span: this.since(start) };
  });

  private readonly enterClause: Rule<EnterClause> = this.define("enterClause", () =>
    this.choose([
      { ALT: () => this.SUBRULE(this.amount) },
      {
        ALT: () => {
          const order = this.SUBRULE(this.order);
          return { kind: "order", order, span: order.span };
        },
      },
      { ALT: () => this.SUBRULE(this.stop) },
      { ALT: () => this.SUBRULE(this.target) },
      { ALT: () => this.SUBRULE(this.trail) },
      { ALT: () => this.SUBRULE(this.addition) },
      { ALT: () => this.SUBRULE(this.preference) },
    ]),
  );

  private readonly amount: Rule<EnterClause> = this.define("amount", () => {
    const start = this.next;
    const kind = this.choose([
      { ALT: () => this.CONSUME(t.soft.size) && ("size" as const) },
      { ALT: () => this.CONSUME(t.soft.risk) && ("risk" as const) },
    ]);
    const value = this.held("enterClause");
    const trim = this.OPTION(() => this.CONSUME(t.soft.trim)) !== undefined;
    return { kind, value, trim, span: this.since(start) };
  });

  private readonly stop: Rule<EnterClause> = this.define("stop", () => {
    const start = this.CONSUME(t.soft.stop).startOffset;
    return { kind: "stop", at: this.price(), span: this.since(start) };
  });

  private readonly trail: Rule<EnterClause> = this.define("trail", () => {
    const start = this.CONSUME(t.soft.trail).startOffset;
    return { kind: "trail", at: this.price(), span: this.since(start) };
  });

  /** `at E`. */
  private price(): Expression {
    let at = this.hole();
    this.tolerate("enterClause", () => {
      this.CONSUME(t.soft.at);
      at = this.SUBRULE(this.expression);
    });
    return at;
  }

  /** `target 1/2 at E then stop at E`; `at` cannot begin a part, so the part is there unless `at` comes first. */
  private readonly target: Rule<EnterClause> = this.define("target", () => {
    const start = this.CONSUME(t.soft.target).startOffset;
    let part: Expression | undefined;
    let at = this.hole();
    let thenStop: Expression | undefined;
    this.tolerate("enterClause", () => {
      this.OPTION({
        GATE: () => this.LA(1).tokenType !== t.soft.at,
        DEF: () => {
          part = this.SUBRULE(this.sum);
        },
      });
      this.CONSUME(t.soft.at);
      at = this.SUBRULE(this.expression);
      this.OPTION1(() => {
        this.CONSUME(t.reserved.then);
        this.CONSUME(t.soft.stop);
        this.CONSUME1(t.soft.at);
        thenStop = this.SUBRULE1(this.expression);
      });
    });
    return { kind: "target", part, at, thenStop, span: this.since(start) };
  });

  private readonly addition: Rule<EnterClause> = this.define("addition", () => {
    const start = this.CONSUME(t.soft.add).startOffset;
    let [upTo, when] = [this.hole(), this.hole()];
    this.tolerate("enterClause", () => {
      this.CONSUME(t.soft.up);
      this.CONSUME(t.soft.to);
      upTo = this.SUBRULE(this.expression);
      this.CONSUME(t.reserved.when);
      when = this.SUBRULE1(this.expression);
    });
    return { kind: "add", upTo, when, span: this.since(start) };
  });

  private readonly preference: Rule<EnterClause> = this.define("preference", () => {
    const start = this.CONSUME(t.soft.prefer).startOffset;
    const order = this.choose([
      { ALT: () => this.CONSUME(t.soft.highest) && ("highest" as const) },
      { ALT: () => this.CONSUME(t.soft.lowest) && ("lowest" as const) },
    ]);
    return { kind: "prefer", order, by: this.held("enterClause"), span: this.since(start) };
  });

  private readonly order: Rule<OrderClause> = this.define("order", () => {
    const start = this.CONSUME(t.soft.order).startOffset;
    let type: OrderClause["type"] = "market";
    let at: Expression | undefined;
    let limit: Expression | undefined;
    let tif: NameNode | Expression | undefined;
    let elseClose = false;
    this.tolerate("enterClause", () => {
      this.choose([
        { ALT: () => this.CONSUME(t.soft.market) },
        {
          ALT: () => {
            type = this.choose(
              [
                { ALT: () => this.CONSUME(t.soft.limit) && ("limit" as const) },
                { ALT: () => this.CONSUME(t.soft.stop) && ("stop" as const) },
              ],
              1,
            );
            this.CONSUME(t.soft.at);
            at = this.SUBRULE(this.expression);
          },
        },
        {
          ALT: () => {
            type = this.CONSUME(t.soft.stop_limit) && ("stop_limit" as const);
            this.CONSUME1(t.soft.at);
            at = this.SUBRULE1(this.expression);
            this.CONSUME1(t.soft.limit);
            limit = this.SUBRULE2(this.expression);
          },
        },
      ]);
      this.OPTION(() => {
        this.CONSUME(t.soft.tif);
        tif = this.choose<NameNode | Expression>([{ ALT: () => this.SUBRULE(this.name) }, { ALT: () => this.SUBRULE(this.number) }], 2);
        this.OPTION1(() => {
          this.CONSUME(t.reserved.else);
          this.CONSUME(t.soft.close);
          elseClose = true;
        });
      });
    });
    return { type, at, limit, tif, elseClose, span: this.since(start) };
  });
}
