/** What stands before the dots of `day.up`, `SPY.close`, `SPY.day.vol`, `day.band.upper[2]`: whose value it is, and on which clock. */
import type { ClockId, SymbolId } from "../../graph/nodes.ts";
import type { Expression, Name } from "../../syntax/ast.ts";
import type { Qualifier } from "../context.ts";

export interface Qualified {
  readonly symbol: { readonly id: SymbolId; readonly name: Name } | undefined;
  readonly clock: { readonly id: ClockId; readonly name: Name } | undefined;
  /** What is read there: the expression without the qualifiers. */
  readonly rest: Expression;
  /** A symbol that was written after the clock. */
  readonly late: Name | undefined;
  /** Whether one of them has a mistake that is reported already. */
  readonly isUnusable: boolean;
}

interface Stripped {
  readonly first: Name;
  readonly rest: Expression;
}

/** An expression without the name that it begins with: `a.b(x).c[1]` is `b(x).c[1]` of `a`. */
function strip(expression: Expression): Stripped | undefined {
  switch (expression.kind) {
    case "member": {
      const { object, name } = expression;
      if (object.kind === "name") return { first: object.name, rest: { kind: "name", name, span: expression.span } };
      const inner = strip(object);
      return inner && { first: inner.first, rest: { ...expression, object: inner.rest } };
    }
    case "call": {
      const inner = strip(expression.callee);
      return inner && { first: inner.first, rest: { ...expression, callee: inner.rest } };
    }
    case "offset": {
      const inner = strip(expression.value);
      return inner && { first: inner.first, rest: { ...expression, value: inner.rest } };
    }
    default:
      return undefined;
  }
}

/** The qualifiers of an expression among those of its file; undefined where it begins with none. `isBound`: of names that mean something else here. */
export function qualifiedOf(
  expression: Expression,
  qualifiers: ReadonlyMap<string, Qualifier>,
  isBound: (name: string) => boolean,
): Qualified | undefined {
  if (expression.kind !== "member" && expression.kind !== "call" && expression.kind !== "offset") return undefined;
  const outer = strip(expression);
  const qualifier = outer && qualifiers.get(outer.first.text);
  if (outer === undefined || qualifier === undefined || qualifier.kind === "group" || isBound(outer.first.text)) return undefined;
  const { first, rest } = outer;
  const inner = strip(rest);
  const next = inner && qualifiers.get(inner.first.text);
  const plain = { symbol: undefined, clock: undefined, rest, late: undefined, isUnusable: qualifier.kind === "unusable" };
  if (qualifier.kind === "unusable" || next?.kind === "unusable") return { ...plain, isUnusable: true };
  if (qualifier.kind === "clock")
    return { ...plain, clock: { id: qualifier.id, name: first }, late: next?.kind === "symbol" ? inner?.first : undefined };
  const symbol = { id: qualifier.id, name: first };
  if (inner === undefined || next?.kind !== "clock") return { ...plain, symbol };
  return { ...plain, symbol, clock: { id: next.id, name: inner.first }, rest: inner.rest };
}
