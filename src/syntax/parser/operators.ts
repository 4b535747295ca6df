/** How tightly operators bind, and mistakes with them that the parser understands in spite of them. */
import type { IToken, TokenType } from "chevrotain";
import { diagnose } from "../../diagnostics/catalogue.ts";
import type { Diagnostic, Edit, Help } from "../../diagnostics/diagnostic.ts";
import type { Span } from "../../diagnostics/span.ts";
import type { BinaryOperator, Expression, Name } from "../ast.ts";
import { SYNTAX_MESSAGES } from "../messages.ts";
import * as t from "../tokens.ts";

/** How tightly the operators of each rule of the grammar bind; a primary has none. */
export const TIGHTNESS = { logical: 1, comparison: 2, coalescence: 3, sum: 4, product: 5, operand: 6, primary: 7 } as const;

const tightnesses: ReadonlyMap<TokenType, number> = new Map(
  Object.entries({
    logical: [t.reserved.and, t.reserved.or],
    comparison: [t.Less, t.LessEqual, t.Greater, t.GreaterEqual, t.EqualEqual, t.NotEqual, t.Equals],
    coalescence: [t.Coalesce],
    sum: [t.Plus, t.Minus],
    product: [t.Star, t.Slash],
    operand: [t.Dot, t.LSquare, t.LParen],
  } as const).flatMap(([rule, types]) => types.map((type): [TokenType, number] => [type, TIGHTNESS[rule as keyof typeof TIGHTNESS]])),
);

/** How tightly a token binds what stands before it: 0 where it is no operator. */
export function tightness(type: TokenType): number {
  return tightnesses.get(type) ?? 0;
}

/** The operator a token stands for; its text may be another language's. */
export function operatorOf(token: IToken): BinaryOperator {
  return (token.tokenType.LABEL ?? "").slice(1, -1) as BinaryOperator;
}

function textOf(source: string, span: Span): string {
  return source.slice(span.start, span.end).replace(/\s+/g, " ");
}

/** Parentheses around each run of operands that `operator` joins. */
function groupBy(operator: "and" | "or", operands: readonly Expression[], operators: readonly IToken[]): readonly Edit[] {
  const edits: Edit[] = [];
  for (let first = 0; first < operands.length; first++) {
    let last = first;
    for (let joining = operators[last]; joining !== undefined && operatorOf(joining) === operator; joining = operators[last]) last++;
    const [from, to] = [operands[first]?.span, operands[last]?.span];
    if (last > first && from !== undefined && to !== undefined) {
      edits.push({ span: { ...from, end: from.start }, text: "(" }, { span: { ...to, start: to.end }, text: ")" });
    }
    first = last;
  }
  return edits;
}

function applied(source: string, span: Span, edits: readonly Edit[]): string {
  let text = "";
  let from = span.start;
  for (const edit of edits) {
    text += source.slice(from, edit.span.start) + edit.text;
    from = edit.span.end;
  }
  return (text + source.slice(from, span.end)).replace(/\s+/g, " ");
}

/** E0104, with both readings as ways out, the one that most languages take first. Undefined where all operators are the same. */
export function mixedLogic(
  source: string,
  { operands, operators }: { readonly operands: readonly Expression[]; readonly operators: readonly IToken[] },
  spanOf: (token: IToken) => Span,
): Diagnostic | undefined {
  const first = operators[0];
  const other = operators.find((operator) => operator.tokenType !== first?.tokenType);
  const [start, end] = [operands[0]?.span, operands.at(-1)?.span];
  if (first === undefined || other === undefined || start === undefined || end === undefined) return undefined;
  const whole = { ...start, end: end.end };
  const help = (["and", "or"] as const).map((operator): Help => {
    const edits = groupBy(operator, operands, operators);
    return { text: applied(source, whole, edits), edits };
  });
  const labels = [{ span: spanOf(first), text: `\`${operatorOf(first)}\` here` }];
  const facts = { operator: operatorOf(other), first: operatorOf(first) };
  return diagnose(SYNTAX_MESSAGES, "E0104", spanOf(other), facts, { labels, help });
}

/** What can be checked of a chain: each comparison in it, or its operands where an `==` makes that no good guess (`a < b == true`). */
export function links(operands: readonly Expression[], operators: readonly IToken[]): readonly Expression[] {
  if (operators.some(isEquality)) return operands;
  return operators.flatMap((token, index): readonly Expression[] => {
    const [left, right] = operands.slice(index, index + 2);
    if (left === undefined || right === undefined) return [];
    return [{ kind: "binary", operator: operatorOf(token), left, right, span: { ...left.span, end: right.span.end } }];
  });
}

function isEquality(token: IToken): boolean {
  return ["==", "!="].includes(operatorOf(token));
}

/** E0105 for `left first middle second right`. */
export function chainedComparison(
  source: string,
  [left, middle, right]: readonly Expression[],
  [first, second]: readonly IToken[],
  spanOf: (token: IToken) => Span,
): Diagnostic {
  if (left === undefined || middle === undefined || right === undefined || first === undefined || second === undefined)
    throw new Error("a chain has two operators");
  const shared = textOf(source, middle.span);
  const rewritten = `${textOf(source, left.span)} ${operatorOf(first)} ${shared} and ${shared} ${operatorOf(second)} ${textOf(source, right.span)}`;
  const insertion = { ...middle.span, start: middle.span.end };
  const isOrder = ![first, second].some(isEquality);
  const help: Help = { text: rewritten, edits: [{ span: insertion, text: ` and ${shared}` }], certain: isOrder };
  const labels = [{ span: spanOf(first), text: "a first comparison" }];
  return diagnose(SYNTAX_MESSAGES, "E0105", spanOf(second), { rewritten }, { labels, help: [help] });
}

/** `day.mean(i in 0..3: E)`: an index has a meaning only where it is. */
export function misplacedReduction(source: string, callee: Expression, index: Name): Diagnostic {
  if (callee.kind !== "member")
    return diagnose(SYNTAX_MESSAGES, "E0103", callee.span, {
      expected: "`sum`, `mean`, `count`, `min` or `max`",
      found: "",
      began: undefined,
    });
  const [fn, place] = [callee.name.text, textOf(source, callee.object.span)];
  const advice = `An index runs where it is written: give \`${fn}(${index.text} in …)\` a name there, and read \`${place}.NAME\``;
  return diagnose(SYNTAX_MESSAGES, "E0116", callee.span, { advice });
}
