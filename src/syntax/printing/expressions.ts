/** Expressions and types as text, with as few parentheses as keep their meaning. */
import type { Argument, Block, Expression, Range, RecordField, Statement, TypeExpression, UnitExpression } from "../ast.ts";
import { numberText } from "../literals.ts";
import { concat, group, indent, type Layout, laidOut, line, type Part, separated, softLine } from "./layout.ts";
import { braces, type Comments, leaf } from "./sequence.ts";

/** How tightly an expression holds together, loosest first; an operand that is looser than its place stands in parentheses. */
export const BIND = { any: 0, logical: 1, not: 2, comparison: 3, coalesce: 4, sum: 5, product: 6, negation: 7, access: 8 } as const;
type Binding = (typeof BIND)[keyof typeof BIND];

const binding = {
  and: BIND.logical,
  or: BIND.logical,
  "<": BIND.comparison,
  "<=": BIND.comparison,
  ">": BIND.comparison,
  ">=": BIND.comparison,
  "==": BIND.comparison,
  "!=": BIND.comparison,
  "??": BIND.coalesce,
  "+": BIND.sum,
  "-": BIND.sum,
  "*": BIND.product,
  "/": BIND.product,
} as const;

function bindingOf(expression: Expression): Binding {
  if (expression.kind === "if") return BIND.any;
  if (expression.kind === "binary") return binding[expression.operator];
  if (expression.kind === "unary") return expression.operator === "not" ? BIND.not : BIND.negation;
  return BIND.access;
}

function tighter(place: Binding): Binding {
  return (place + 1) as Binding;
}

/** The expression as an operand of a place that holds `place` or tighter. */
export function expression(value: Expression, place: Binding = BIND.any): Layout {
  const layout = bare(value);
  return bindingOf(value) < place ? parenthesized(layout) : layout;
}

/** The expression on one line. */
export function expressionText(value: Expression): string {
  return laidOut(expression(value), Number.POSITIVE_INFINITY);
}

export function parenthesized(layout: Layout): Layout {
  return group(concat("(", indent(concat(softLine, layout)), softLine, ")"));
}

/** Items between brackets: on one line, or one on each. */
export function list(open: string, parts: readonly Part[], close: string, edge: Layout): Layout {
  if (parts.length === 0) return concat(open, close);
  return group(concat(open, indent(concat(edge, separated(parts, concat(",", line)))), edge, close));
}

function bare(value: Expression): Layout {
  switch (value.kind) {
    case "number":
      return concat(numberText(value.text, value.suffix));
    case "boolean":
      return concat(String(value.value));
    case "none":
      return concat("none");
    case "string":
      return concat(`"${value.value}"`);
    case "name":
      return concat(value.name.text);
    case "member":
      return concat(expression(value.object, BIND.access), ".", value.name.text);
    case "offset": {
      const max = value.max === undefined ? [] : [" max ", expression(value.max)];
      return concat(expression(value.value, BIND.access), "[", expression(value.by), ...max, "]");
    }
    case "call":
      return concat(expression(value.callee, BIND.access), list("(", value.arguments.map(argument), ")", softLine));
    case "reduce": {
      const index = concat(value.index.text, " in ", range(value), ":");
      return concat(value.callee.text, group(concat("(", index, indent(concat(line, expression(value.body))), ")")));
    }
    case "unary":
      return unary(value);
    case "binary":
      return binary(value);
    case "if":
      return conditional(value);
    case "match": {
      const arms = value.arms.map((arm) => concat(arm.pattern.text, ": ", expression(arm.value)));
      return concat("match ", expression(value.subject), " ", list("{", arms, "}", line));
    }
    case "record":
      return record(value.fields);
    case "missing":
      return concat();
  }
}

function argument({ name, value }: Argument): Layout {
  return name === undefined ? expression(value) : concat(name.text, ": ", expression(value));
}

function unary(value: Extract<Expression, { kind: "unary" }>): Layout {
  return value.operator === "not"
    ? concat("not ", expression(value.operand, BIND.not))
    : concat("-", expression(value.operand, BIND.negation));
}

/** `and` beside `or` always needs parentheses, comparisons do not chain, the others group from the left. */
function binary(value: Extract<Expression, { kind: "binary" }>): Layout {
  const { operator, left, right } = value;
  const place = binding[operator];
  const isChain = left.kind === "binary" && (place === BIND.logical ? left.operator === operator : place !== BIND.comparison);
  const leftLayout = expression(left, isChain ? place : tighter(place));
  return group(concat(leftLayout, indent(concat(line, operator, " ", expression(right, tighter(place))))));
}

function conditional(value: Extract<Expression, { kind: "if" }>): Layout {
  const steps: Layout[] = [];
  let rest: Expression = value;
  while (rest.kind === "if") {
    steps.push(concat(steps.length === 0 ? "if " : "else if ", expression(rest.condition)), concat("then ", expression(rest.then)));
    rest = rest.otherwise;
  }
  return group(indent(separated([...steps, concat("else ", expression(rest))], line)));
}

export function record(fields: readonly RecordField[]): Layout {
  const parts = fields.map((field) => (field.shorthand ? field.name.text : concat(field.name.text, ": ", expression(field.value))));
  return list("{", parts, "}", line);
}

export function range({ from, to }: Pick<Range, "from" | "to">): Layout {
  return concat(expression(from, BIND.sum), "..", expression(to, BIND.sum));
}

// ---------------------------------------------------------------- blocks

/** The body of a function, or of `seed` or `then`. */
export function block({ statements, result, span }: Block, comments: Comments): Layout {
  const entries = statements.map((one) => ({ span: one.span, print: (inner: Comments) => statement(one, inner) }));
  return braces([...entries, leaf(result.span, concat("return ", expression(result)))], span.end, comments, 1);
}

/** What follows `seed` or `then`: braces only where there is something to name. */
function blockOrExpression(value: Block, comments: Comments): Layout {
  return value.statements.length === 0 ? expression(value.result) : block(value, comments);
}

export function statement(value: Statement, comments: Comments): Layout {
  if (value.kind === "let") return concat("let ", value.name.text, " = ", expression(value.value));
  const { seed, then, reset, settles } = value;
  const before = seed === undefined ? [] : [concat("seed ", blockOrExpression(seed, comments))];
  const steps = [...before, concat(seed === undefined ? "" : "then ", blockOrExpression(then, comments))];
  if (reset !== undefined) steps.push(concat("reset when ", expression(reset)));
  if (settles !== undefined) steps.push(concat("settles in ", expression(settles)));
  return group(concat("rec ", value.name.text, " = ", indent(separated(steps, line))));
}

// ---------------------------------------------------------------- types

export function type(value: TypeExpression): Layout {
  if (value.kind === "recordType") return list("{", value.fields.map(typed), "}", line);
  const parts: Part[] = [value.series ? "series " : "", unit(value.unit), value.optional ? "?" : ""];
  if (value.range !== undefined) parts.push(" in ", range(value.range));
  return concat(...parts);
}

/** `line: series U`. */
export function typed(value: { readonly name: { readonly text: string }; readonly type: TypeExpression }): Layout {
  return concat(value.name.text, ": ", type(value.type));
}

function unit(value: UnitExpression): string {
  switch (value.kind) {
    case "unitName":
      return value.name.text;
    case "unitPower":
      return `${value.base.kind === "unitName" ? unit(value.base) : `(${unit(value.base)})`}^${value.exponent}`;
    case "unitProduct": {
      const right = value.right.kind === "unitProduct" ? `(${unit(value.right)})` : unit(value.right);
      return `${unit(value.left)}${value.operator}${right}`;
    }
  }
}
