/** The items of a file and the file itself. */
import type { IOrAlt } from "chevrotain";
import { diagnose } from "../../diagnostics/catalogue.ts";
import type { Expression, Item, Name as NameNode, RiskLine, SessionTime, Setting } from "../ast.ts";
import { valueWords } from "../foreign.ts";
import { SYNTAX_MESSAGES } from "../messages.ts";
import * as t from "../tokens.ts";
import type { Rule } from "./base.ts";
import type { Bare } from "./declarations.ts";
import type { Reading } from "./failure.ts";
import { isName } from "./landscape.ts";
import { TestParser } from "./tests.ts";

type BareItem = { [Kind in Item["kind"]]: Bare<Kind> }[Item["kind"]] | Bare<"trade" | "context">;

export class FileParser extends TestParser {
  constructor(validated = false) {
    super(validated);
    this.performSelfAnalysis();
  }

  readonly file: Rule<readonly Item[]> = this.define("file", () => {
    const items: Item[] = [];
    const one = () => {
      this.ACTION(() => {
        this.dropForeignWord();
        if (this.LA(1).tokenType === t.Identifier && this.LA(2).tokenType !== t.Equals) this.respell("item");
      });
      this.tolerate("item", () => items.push(this.SUBRULE(this.item)));
    };
    this.repeat("item", [t.EOF], one, () => this.dropForeignWord());
    return items;
  });

  /** `let x = 5` outside of a block, `def x = 5`, `var float x = 5`: what stands before the name is reported and left out. */
  private dropForeignWord(): boolean {
    const word = this.LA(1);
    const foreign = valueWords.get(word.image);
    const count = this.LA(3).tokenType === t.Equals ? 1 : 2;
    if (foreign === undefined || !isName(this.LA(2)) || this.LA(2 + count).tokenType !== t.Equals) return false;
    if (count === 2 && !foreign.typed) return false;
    const span = this.span(word);
    const edits = [{ span: { ...span, end: this.LA(1 + count).startOffset }, text: "" }];
    const help = foreign.certain ? [{ text: "remove it", edits, certain: true }] : [];
    this.report(diagnose(SYNTAX_MESSAGES, "E0116", span, { advice: foreign.advice }, { help }));
    for (let skipped = 0; skipped < count; skipped++) this.SKIP_TOKEN();
    return true;
  }

  private readonly items: IOrAlt<BareItem>[] = [
    { GATE: () => this.LA(2).tokenType === t.Equals, ALT: () => this.SUBRULE(this.value) },
    { ALT: () => this.SUBRULE(this.strategy) },
    { ALT: () => this.SUBRULE(this.module) },
    { ALT: () => this.SUBRULE(this.importation) },
    { ALT: () => this.SUBRULE(this.calendar) },
    { ALT: () => this.SUBRULE(this.symbols) },
    { ALT: () => this.SUBRULE(this.group) },
    { ALT: () => this.SUBRULE(this.clock) },
    { ALT: () => this.SUBRULE(this.parameter) },
    { ALT: () => this.SUBRULE(this.requirement) },
    { ALT: () => this.SUBRULE(this.on) },
    { ALT: () => this.SUBRULE(this.enumeration) },
    { ALT: () => this.SUBRULE(this.fn) },
    { ALT: () => this.SUBRULE(this.model) },
    { ALT: () => this.SUBRULE(this.label) },
    { ALT: () => this.SUBRULE(this.risk) },
    { ALT: () => this.SUBRULE(this.session) },
    { ALT: () => this.SUBRULE(this.tradingRule) },
    { ALT: () => this.SUBRULE(this.simulate) },
    { ALT: () => this.SUBRULE(this.study) },
    { ALT: () => this.SUBRULE(this.plot) },
    { ALT: () => this.SUBRULE(this.test) },
    { ALT: () => this.SUBRULE(this.recursion) },
  ];

  private readonly item: Rule<Item> = this.define("item", () => {
    const start = this.next;
    const doc = this.reading.docs.get(start);
    const bare = this.chooseByWord(this.items);
    return { ...bare, doc, span: this.since(start) } as Item;
  });

  // ---------------------------------------------------------------- what is traded, and when

  private readonly strategy: Rule<Bare<"strategy">> = this.define("strategy", () => {
    this.CONSUME(t.soft.strategy);
    return { kind: "strategy", name: this.SUBRULE(this.name) };
  });

  private readonly module: Rule<Bare<"module">> = this.define("module", () => {
    this.CONSUME(t.soft.module);
    return { kind: "module", path: this.SUBRULE(this.path) };
  });

  /** `import std.trend { sma, ema }`; without names it is the whole module. */
  private readonly importation: Rule<Bare<"import">> = this.define("import", () => {
    this.CONSUME(t.soft.import);
    const path = this.SUBRULE(this.path);
    const names: NameNode[] = [];
    this.OPTION(() => {
      this.CONSUME(t.LCurly);
      this.AT_LEAST_ONE_SEP({ SEP: t.Comma, DEF: () => names.push(this.SUBRULE(this.name)) });
      this.CONSUME(t.RCurly);
    });
    return { kind: "import", path, names };
  });

  private readonly path: Rule<readonly NameNode[]> = this.define("path", () => {
    const names: NameNode[] = [];
    this.AT_LEAST_ONE_SEP({ SEP: t.Dot, DEF: () => names.push(this.SUBRULE(this.name)) });
    return names;
  });

  private readonly calendar: Rule<Bare<"calendar">> = this.define("calendar", () => {
    this.CONSUME(t.soft.calendar);
    return { kind: "calendar", name: this.SUBRULE(this.name) };
  });

  private readonly symbols: Rule<Bare<"trade" | "context">> = this.define("symbols", () => {
    const kind = this.choose([
      { ALT: () => this.CONSUME(t.soft.trade) && ("trade" as const) },
      { ALT: () => this.CONSUME(t.soft.context) && ("context" as const) },
    ]);
    return { kind, symbols: this.SUBRULE(this.symbolList) };
  });

  private readonly group: Rule<Bare<"group">> = this.define("group", () => {
    this.CONSUME(t.soft.group);
    const name = this.SUBRULE(this.name);
    this.CONSUME(t.Equals);
    return { kind: "group", name, symbols: this.SUBRULE(this.symbolList) };
  });

  private readonly symbolList: Rule<readonly NameNode[]> = this.define("symbolList", () => {
    const symbols: NameNode[] = [];
    this.within("this `[`", this.CONSUME(t.LSquare), () => {
      this.AT_LEAST_ONE_SEP({ SEP: t.Comma, DEF: () => symbols.push(this.SUBRULE(this.name)) });
      this.CONSUME(t.RSquare);
    });
    return symbols;
  });

  private readonly clock: Rule<Bare<"clock">> = this.define("clock", () => {
    this.CONSUME(t.soft.clock);
    const name = this.SUBRULE(this.name);
    let width = this.hole();
    let of: NameNode | undefined;
    let [regular, shortLast] = [false, false];
    this.tolerate("item", () => {
      this.CONSUME(t.Equals);
      width = this.choose<Expression>([{ ALT: () => this.SUBRULE(this.number) }, { ALT: () => this.SUBRULE(this.variable) }]);
      this.OPTION({
        GATE: () => this.notDefinition(),
        DEF: () => {
          this.CONSUME(t.soft.of);
          of = this.SUBRULE1(this.name);
        },
      });
      this.OPTION1(() => {
        this.CONSUME(t.reserved.in);
        this.CONSUME(t.soft.regular);
        regular = true;
      });
      this.OPTION2({
        GATE: () => this.notDefinition(),
        DEF: () => {
          this.CONSUME(t.soft.short_last);
          shortLast = true;
        },
      });
    });
    return { kind: "clock", name, width, of, regular, shortLast };
  });

  private readonly requirement: Rule<Bare<"require">> = this.define("require", () => {
    this.CONSUME(t.soft.require);
    return { kind: "require", condition: this.SUBRULE(this.expression) };
  });

  private readonly on: Rule<Bare<"on">> = this.define("on", () => {
    this.CONSUME(t.soft.on);
    const clock = this.SUBRULE(this.name);
    const values: Item[] = [];
    this.within("this `{`", this.CONSUME(t.LCurly), () => {
      this.repeat("item", [t.RCurly], () => this.tolerate("item", () => values.push(this.SUBRULE(this.onValue))));
      this.CONSUME(t.RCurly);
    });
    return { kind: "on", clock, values };
  });

  private readonly onValue: Rule<Item> = this.define("onValue", () => {
    const start = this.next;
    const doc = this.reading.docs.get(start);
    const bare = this.choose<BareItem>([{ ALT: () => this.SUBRULE(this.recursion) }, { ALT: () => this.SUBRULE(this.value) }]);
    return { ...bare, doc, span: this.since(start) } as Item;
  });

  // ---------------------------------------------------------------- risk and session

  private readonly risk: Rule<Bare<"risk">> = this.define("risk", () => {
    this.CONSUME(t.soft.risk);
    const lines: RiskLine[] = [];
    this.within("this `{`", this.CONSUME(t.LCurly), () => {
      this.repeat("riskLine", [t.RCurly], () => this.tolerate("riskLine", () => lines.push(this.SUBRULE(this.riskLine))));
      this.CONSUME(t.RCurly);
    });
    return { kind: "risk", lines };
  });

  private readonly riskLine: Rule<RiskLine> = this.define("riskLine", () => {
    const start = this.next;
    const measure = this.SUBRULE(this.name);
    let perSymbol = false;
    let limit = this.hole();
    let per: Expression | undefined;
    let otherwise: RiskLine["otherwise"];
    this.tolerate("riskLine", () => {
      this.OPTION(() => {
        this.CONSUME(t.soft.per);
        this.CONSUME(t.soft.symbol);
        perSymbol = true;
      });
      this.CONSUME(t.LessEqual);
      limit = this.SUBRULE(this.coalescence);
      this.OPTION1(() => {
        this.CONSUME1(t.soft.per);
        per = this.SUBRULE1(this.coalescence);
      });
      this.OPTION2(() => {
        const first = this.CONSUME(t.reserved.else);
        const action = this.SUBRULE1(this.name);
        this.CONSUME(t.soft.until);
        const until = this.SUBRULE2(this.name);
        otherwise = { action, until, span: this.since(first.startOffset) };
      });
    });
    return { measure, perSymbol, limit, per, otherwise, span: this.since(start) };
  });

  private readonly session: Rule<Bare<"session">> = this.define("session", () => {
    this.CONSUME(t.soft.session);
    let entries: { readonly from: SessionTime; readonly to: SessionTime; readonly span: NameNode["span"] } | undefined;
    let flatten: SessionTime | undefined;
    this.tolerate("item", () =>
      this.within("this `{`", this.CONSUME(t.LCurly), () => {
        this.OPTION(() => {
          const first = this.CONSUME(t.soft.entries);
          this.CONSUME(t.soft.from);
          const from = this.SUBRULE(this.sessionTime);
          this.CONSUME(t.soft.to);
          const to = this.SUBRULE1(this.sessionTime);
          entries = { from, to, span: this.since(first.startOffset) };
        });
        this.OPTION1(() => {
          this.CONSUME(t.soft.flatten);
          flatten = this.SUBRULE2(this.sessionTime);
        });
        this.CONSUME(t.RCurly);
      }),
    );
    return { kind: "session", entries, flatten };
  });

  /** `15m after open`, or the moment itself. */
  private readonly sessionTime: Rule<SessionTime> = this.define("sessionTime", () => {
    const start = this.next;
    let offset: Expression | undefined;
    let relation: "after" | "before" | undefined;
    this.OPTION({
      GATE: () => this.LA(1).tokenType !== t.soft.open && this.LA(1).tokenType !== t.soft.close,
      DEF: () => {
        offset = this.SUBRULE(this.sum);
        relation = this.choose([
          { ALT: () => this.CONSUME(t.soft.after) && ("after" as const) },
          { ALT: () => this.CONSUME(t.soft.before) && ("before" as const) },
        ]);
      },
    });
    const anchor = this.choose(
      [{ ALT: () => this.CONSUME(t.soft.open) && ("open" as const) }, { ALT: () => this.CONSUME(t.soft.close) && ("close" as const) }],
      1,
    );
    return { offset, relation, anchor, span: this.since(start) };
  });

  // ---------------------------------------------------------------- trying it out

  private readonly simulate: Rule<Bare<"simulate">> = this.define("simulate", () => {
    this.CONSUME(t.soft.simulate);
    const settings: Setting[] = [];
    this.within("this `{`", this.CONSUME(t.LCurly), () => {
      this.repeat("setting", [t.RCurly], () => this.tolerate("setting", () => settings.push(this.SUBRULE(this.setting))));
      this.CONSUME(t.RCurly);
    });
    return { kind: "simulate", settings };
  });

  /** `fees: 0.005usd per share`; only `start after 100bars` has another form. */
  private readonly setting: Rule<Setting> = this.define("setting", () => {
    const start = this.next;
    const key = this.chooseByWord([
      {
        GATE: () => this.LA(2).tokenType === t.soft.after,
        ALT: () => {
          const word = this.CONSUME(t.soft.start);
          this.CONSUME(t.soft.after);
          return this.named(word);
        },
      },
      {
        ALT: () => {
          const key = this.SUBRULE(this.name);
          this.CONSUME(t.Colon);
          return key;
        },
      },
    ]);
    const value = this.SUBRULE(this.expression);
    const per = this.OPTION(() => {
      this.CONSUME(t.soft.per);
      return this.SUBRULE1(this.name);
    });
    return { key, value, per, span: this.since(start) };
  });

  private readonly study: Rule<Bare<"study">> = this.define("study", () => {
    this.CONSUME(t.soft.study);
    let walkForward: Bare<"study">["walkForward"];
    let objective: NameNode | undefined;
    this.tolerate("item", () =>
      this.within("this `{`", this.CONSUME(t.LCurly), () => {
        this.OPTION(() => {
          const first = this.CONSUME(t.soft.walk_forward);
          this.CONSUME(t.soft.train);
          const train = this.SUBRULE(this.expression);
          this.CONSUME(t.soft.validate);
          const validate = this.SUBRULE1(this.expression);
          walkForward = { train, validate, span: this.since(first.startOffset) };
        });
        this.OPTION1(() => {
          this.CONSUME(t.soft.objective);
          objective = this.SUBRULE(this.name);
        });
        this.CONSUME(t.RCurly);
      }),
    );
    return { kind: "study", walkForward, objective };
  });

  private readonly plot: Rule<Bare<"plot">> = this.define("plot", () => {
    this.CONSUME(t.soft.plot);
    const values: Expression[] = [];
    this.AT_LEAST_ONE_SEP({ SEP: t.Comma, DEF: () => values.push(this.SUBRULE(this.expression)) });
    return { kind: "plot", values };
  });

  /** One expression and nothing after it. */
  private readonly alone: Rule<Expression> = this.define("alone", () => {
    let value = this.hole();
    this.tolerate("item", () => {
      value = this.SUBRULE(this.expression);
      this.CONSUME(t.EOF);
    });
    return value;
  });

  readFile(reading: Reading): readonly Item[] {
    return this.reads(reading, this.file);
  }

  readExpression(reading: Reading): Expression {
    return this.reads(reading, this.alone);
  }
}
