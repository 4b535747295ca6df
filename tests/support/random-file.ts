/** Random trees of files: every shape the language has, whether or not it means something. */
import fc from "fast-check";
import type { Expression, File, Item, Name, TypeExpression, UnitExpression } from "../../src/syntax/ast.ts";

const span = { source: "generated", start: 0, end: 0 };
const words = ["x", "close", "open", "day", "risk", "size", "at", "up", "max", "stop", "series", "enter", "rule", "step", "a1", "_b"];
const name: fc.Arbitrary<Name> = fc.constantFrom(...words).map((text) => ({ text, span }));
const names = fc.array(name, { minLength: 1, maxLength: 3 });
const text = fc.stringMatching(/^[^"\n\r]{0,8}$/);
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined, freq: 2 });

const number: fc.Arbitrary<Expression> = fc
  .record({
    text: fc.constantFrom("0", "1", "2", "0.5", "12345", "1234567.25", "007"),
    suffix: fc.constantFrom(undefined, "usd", "share", "%", "bps", "bar", "ms", "m", "d", "mo" as const),
  })
  .map(({ text, suffix }) => ({ kind: "number", text, suffix, span }) as Expression);

const { expression } = fc.letrec<{ expression: Expression }>((tie) => {
  const e = tie("expression");
  const node = <T extends object>(model: { [K in keyof T]: fc.Arbitrary<T[K]> }) =>
    fc.record(model).map((fields) => ({ ...fields, span }) as never);
  const of = <K extends Expression["kind"]>(kind: K) => fc.constant(kind);
  const variable: fc.Arbitrary<Expression> = name.map((name) => ({ kind: "name", name, span }));
  const field = fc.oneof(
    fc.record({ name, shorthand: fc.constant(false), value: e }),
    name.map((name) => ({ name, shorthand: true, value: { kind: "name", name, span } as Expression })),
  );
  return {
    expression: fc.oneof(
      { maxDepth: 5, depthIdentifier: "expression" },
      variable,
      number,
      node({ kind: of("boolean"), value: fc.boolean() }),
      node({ kind: of("none") }),
      node({ kind: of("string"), value: text }),
      node({
        kind: of("binary"),
        operator: fc.constantFrom("+", "-", "*", "/", "<", "<=", ">", ">=", "==", "!=", "and", "or", "??"),
        left: e,
        right: e,
      }),
      node({ kind: of("unary"), operator: fc.constantFrom("-", "not"), operand: e }),
      node({ kind: of("if"), condition: e, then: e, otherwise: e }),
      node({ kind: of("member"), object: e, name }),
      node({ kind: of("offset"), value: e, by: e, max: maybe(e) }),
      node({ kind: of("call"), callee: e, arguments: fc.array(fc.record({ name: maybe(name), value: e }), { maxLength: 3 }) }),
      node({ kind: of("reduce"), callee: name, index: name, from: e, to: e, body: e }),
      node({ kind: of("match"), subject: e, arms: fc.array(fc.record({ pattern: name, value: e }), { minLength: 1, maxLength: 2 }) }),
      node({ kind: of("record"), fields: fc.array(field, { minLength: 1, maxLength: 2 }) }),
    ),
  };
});

const { unit } = fc.letrec<{ unit: UnitExpression }>((tie) => ({
  unit: fc.oneof(
    { maxDepth: 3 },
    // a unit cannot be called `series`
    name.filter(({ text }) => text !== "series").map((name): UnitExpression => ({ kind: "unitName", name, span })),
    fc
      .record({ base: tie("unit"), exponent: fc.integer({ min: -3, max: 3 }) })
      .map((u): UnitExpression => ({ kind: "unitPower", ...u, span })),
    fc
      .record({ operator: fc.constantFrom("*" as const, "/" as const), left: tie("unit"), right: tie("unit") })
      .map((u): UnitExpression => ({ kind: "unitProduct", ...u, span })),
  ),
}));

const range = fc.record({ from: expression, to: expression, span: fc.constant(span) });
const scalar: fc.Arbitrary<TypeExpression> = fc
  .record({ series: fc.boolean(), unit, optional: fc.boolean(), range: maybe(range) })
  .map((type) => ({ kind: "scalar", ...type, span }));
const type: fc.Arbitrary<TypeExpression> = fc.oneof(
  scalar,
  fc
    .array(fc.record({ name, type: scalar }), { minLength: 1, maxLength: 2 })
    .map((fields): TypeExpression => ({ kind: "recordType", fields, span })),
);

const letStatement = fc.record({ kind: fc.constant("let" as const), name, value: expression, span: fc.constant(span) });
const block = fc.record({ statements: fc.array(letStatement, { maxLength: 2 }), result: expression, span: fc.constant(span) });
const rec = fc.record({
  kind: fc.constant("rec" as const),
  name,
  seed: maybe(block),
  then: block,
  reset: maybe(expression),
  settles: maybe(expression),
  span: fc.constant(span),
});

const time = fc.oneof(
  fc.record({
    offset: fc.constant(undefined),
    relation: fc.constant(undefined),
    anchor: fc.constantFrom("open", "close"),
    span: fc.constant(span),
  }),
  fc.record({
    offset: expression,
    relation: fc.constantFrom("after", "before"),
    anchor: fc.constantFrom("open", "close"),
    span: fc.constant(span),
  }),
);

const tif = maybe(fc.oneof(name, number));
const form = fc.oneof(
  fc.record({ type: fc.constant("market"), at: fc.constant(undefined), limit: fc.constant(undefined) }),
  fc.record({ type: fc.constantFrom("limit", "stop"), at: expression, limit: fc.constant(undefined) }),
  fc.record({ type: fc.constant("stop_limit"), at: expression, limit: expression }),
);
const order = fc
  .tuple(form, tif, fc.boolean())
  .map(([clause, life, closes]) => ({ ...clause, tif: life, elseClose: life !== undefined && closes, span }));

/** A node of one kind with the given fields. */
function nodeOf(kind: string, fields: Readonly<Record<string, fc.Arbitrary<unknown>>>): fc.Arbitrary<unknown> {
  return fc.record(fields).map((node) => ({ kind, ...node, span }));
}

const e = expression;
const enterClause = fc.oneof(
  nodeOf("size", { value: e, trim: fc.boolean() }),
  nodeOf("risk", { value: e, trim: fc.boolean() }),
  nodeOf("order", { order }),
  nodeOf("stop", { at: e }),
  nodeOf("trail", { at: e }),
  nodeOf("target", { part: maybe(e), at: e, thenStop: maybe(e) }),
  nodeOf("add", { upTo: e, when: e }),
  nodeOf("prefer", { order: fc.constantFrom("highest", "lowest"), by: e }),
);
const leg = fc.record({ symbol: name, size: e });
const ruleClause = fc.oneof(
  letStatement,
  nodeOf("when", { condition: e }),
  nodeOf("enter", { side: fc.constantFrom("long", "short"), clauses: fc.array(enterClause, { maxLength: 3 }) }),
  nodeOf("exit", { trade: name, order: maybe(order) }),
  nodeOf("reverse", {}),
  nodeOf("hold", { size: e, trim: fc.boolean() }),
  nodeOf("holdLegs", { legs: fc.array(leg, { minLength: 1, maxLength: 2 }), within: e, otherwise: maybe(name) }),
  nodeOf("quote", { side: fc.constantFrom("buy", "sell"), at: e, size: e, postOnly: fc.boolean(), replaceAfter: maybe(e) }),
  nodeOf("atMost", { count: e, per: name }),
  nodeOf("cooldown", { length: e }),
  nodeOf("notify", { text }),
);
const riskLine = fc.record({
  measure: name,
  perSymbol: fc.boolean(),
  limit: e,
  per: maybe(e),
  otherwise: maybe(fc.record({ action: name, until: name, span: fc.constant(span) })),
  span: fc.constant(span),
});
const setting = fc.record({ key: name, value: e, per: maybe(name), span: fc.constant(span) });
const doc = maybe(fc.constantFrom("One line.", "Two\nlines.", "", "a  b\n\nc"));
const documented = (kind: string, fields: Readonly<Record<string, fc.Arbitrary<unknown>>>) => nodeOf(kind, { ...fields, doc });
const value = documented("value", { name, value: e });

const values = fc.array(e, { minLength: 1, maxLength: 3 });
const testClause = fc.oneof(
  fc.record({ kind: fc.constant("given"), column: name, values, span: fc.constant(span) }),
  fc
    .record({ kind: fc.constant("expect"), value: e, gives: maybe(values), within: maybe(e), span: fc.constant(span) })
    .map((clause) => (clause.gives === undefined ? { ...clause, within: undefined } : clause)),
);

const item = fc.oneof(
  documented("strategy", { name }),
  documented("module", { path: names }),
  documented("import", { path: names, names: fc.array(name, { maxLength: 2 }) }),
  documented("calendar", { name }),
  documented("trade", { symbols: names }),
  documented("group", { name, symbols: names }),
  documented("clock", {
    name,
    width: fc.oneof(
      number,
      name.map((name) => ({ kind: "name", name, span })),
    ),
    of: maybe(name),
    regular: fc.boolean(),
    shortLast: fc.boolean(),
  }),
  documented("param", {
    name,
    default: e,
    range: maybe(range),
    step: maybe(e),
    overrides: fc.array(fc.record({ symbol: name, value: e }), { maxLength: 2 }),
  }),
  documented("require", { condition: e }),
  value,
  fc.tuple(rec, doc).map(([statement, doc]) => ({ ...statement, doc })),
  documented("on", { clock: name, values: fc.array(value, { maxLength: 2 }) }),
  documented("enum", { name, members: names }),
  documented("fn", {
    name,
    isRead: fc.constant(true),
    parameters: fc.array(fc.record({ name, type, default: maybe(e) }), { maxLength: 2 }),
    result: type,
    body: block,
  }),
  documented("model", {
    name,
    branch: name,
    file: text,
    inputs: fc.array(fc.record({ name, shorthand: fc.constant(false), value: e }), { minLength: 1, maxLength: 2 }),
    outputs: fc.array(fc.record({ name, type }), { minLength: 1, maxLength: 2 }),
    timeout: maybe(e),
  }),
  documented("label", { name, value: e }),
  documented("risk", { lines: fc.array(riskLine, { maxLength: 2 }) }),
  documented("session", { entries: maybe(fc.record({ from: time, to: time, span: fc.constant(span) })), flatten: maybe(time) }),
  documented("rule", {
    name,
    clock: maybe(name),
    across: fc.boolean(),
    each: maybe(fc.record({ name, range })),
    clauses: fc.array(ruleClause, { maxLength: 3 }),
  }),
  documented("simulate", { settings: fc.array(setting, { maxLength: 2 }) }),
  documented("study", { walkForward: maybe(fc.record({ train: e, validate: e, span: fc.constant(span) })), objective: maybe(name) }),
  documented("plot", { values: fc.array(e, { minLength: 1, maxLength: 3 }) }),
  documented("test", { name, clauses: fc.array(testClause, { maxLength: 3 }) }),
) as fc.Arbitrary<Item>;

export const randomFile: fc.Arbitrary<File> = fc
  .array(item, { maxLength: 4 })
  .map((items) => ({ source: "generated", items, comments: [] }));
