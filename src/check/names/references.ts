/** The names that a definition reads from outside of itself: values and functions, each with how deep in the definition it stands. */
import type { ClockId } from "../../graph/nodes.ts";
import type { Block, Expression, Name, RecStatement, Statement } from "../../syntax/ast.ts";
import type { Definitions, FunctionItem, ValueDefinition } from "../context.ts";
import { gatherOf } from "./gathers.ts";
import { qualifiedOf } from "./qualifiers.ts";

export interface Reference {
  readonly kind: "value" | "function";
  readonly name: Name;
  /** The clock on which a value is read; undefined in a function, which is read on any. */
  readonly clock: ClockId | undefined;
  /** How many expressions and blocks it is inside of. */
  readonly depth: number;
}

interface Definition {
  readonly item: FunctionItem | ValueDefinition["item"];
  readonly clock?: ClockId;
}

/** Where a walk stands: the names bound around it, and how deep it is. */
interface Place {
  readonly qualifiers: Definitions["qualifiers"];
  readonly clock: ClockId | undefined;
  readonly bound: ReadonlySet<string>;
  readonly depth: number;
}

function below(place: Place, name?: string): Place {
  const bound = name === undefined ? place.bound : new Set(place.bound).add(name);
  return { ...place, bound, depth: place.depth + 1 };
}

function inCall(call: Extract<Expression, { kind: "call" }>, place: Place, found: Reference[]): void {
  const { callee } = call;
  if (callee.kind === "name" && callee.name.text === "prev") return;
  if (callee.kind === "name") found.push({ kind: "function", name: callee.name, clock: place.clock, depth: place.depth });
  const inner = place.clock !== undefined && gatherOf(call, place.clock) !== undefined ? { ...place, clock: 0 } : place;
  for (const argument of call.arguments) inExpression(argument.value, below(inner), found);
}

function inExpression(expression: Expression, place: Place, found: Reference[]): void {
  const qualified = qualifiedOf(expression, place.qualifiers, (name) => place.bound.has(name));
  if (qualified === undefined) inUnqualified(expression, place, found);
  else inExpression(qualified.rest, { ...below(place), clock: qualified.clock?.id ?? place.clock }, found);
}

function inUnqualified(expression: Expression, place: Place, found: Reference[]): void {
  const inner = (...parts: readonly Expression[]): void => {
    for (const part of parts) inExpression(part, below(place), found);
  };
  switch (expression.kind) {
    case "number":
    case "boolean":
    case "none":
    case "string":
      break;
    case "missing":
      inner(...expression.parts);
      break;
    case "name":
      if (!place.bound.has(expression.name.text))
        found.push({ kind: "value", name: expression.name, clock: place.clock, depth: place.depth });
      break;
    case "member":
      inner(expression.object);
      break;
    case "offset":
      inner(expression.value, expression.by);
      break;
    case "call":
      inCall(expression, place, found);
      break;
    case "reduce":
      inner(expression.from, expression.to);
      inExpression(expression.body, below(place, expression.index.text), found);
      break;
    case "unary":
      inner(expression.operand);
      break;
    case "binary":
      inner(expression.left, expression.right);
      break;
    case "if":
      inner(expression.condition, expression.then, expression.otherwise);
      break;
    case "match":
      inner(expression.subject, ...expression.arms.map((arm) => arm.value));
      break;
    case "record":
      inner(...expression.fields.map((field) => field.value));
      break;
  }
}

function inRecursion(statement: RecStatement, place: Place, found: Reference[]): void {
  if (statement.seed !== undefined) inBlock(statement.seed, below(place), found);
  inBlock(statement.then, below(place), found);
  if (statement.reset !== undefined) inExpression(statement.reset, below(place), found);
  if (statement.settles !== undefined) inExpression(statement.settles, below(place), found);
}

function inStatement(statement: Statement, place: Place, found: Reference[]): void {
  if (statement.kind === "let") inExpression(statement.value, below(place), found);
  else inRecursion(statement, place, found);
}

function inBlock(block: Block, place: Place, found: Reference[]): void {
  const bound = new Set(place.bound);
  const inside = { ...place, bound };
  for (const statement of block.statements) {
    inStatement(statement, inside, found);
    bound.add(statement.name.text);
  }
  inExpression(block.result, inside, found);
}

/** What a definition of a file with these qualifiers reads: a value on its clock, a recursion itself without `prev` too, a function on any clock. */
export function referencesOf({ item, clock }: Definition, qualifiers: Definitions["qualifiers"]): readonly Reference[] {
  const found: Reference[] = [];
  const place: Place = { qualifiers, clock, bound: new Set(), depth: 0 };
  switch (item.kind) {
    case "fn":
      inBlock(item.body, { ...place, bound: new Set(item.parameters.map(({ name }) => name.text)) }, found);
      break;
    case "rec":
      inRecursion(item, place, found);
      break;
    case "model":
      for (const { value } of item.inputs) inExpression(value, below(place), found);
      break;
    case "value":
      inExpression(item.value, place, found);
      break;
  }
  return found;
}
