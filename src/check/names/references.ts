/** The names that a definition reads from outside of itself: values and functions, each with how deep in the definition it stands. */
import type { Block, Expression, Name, RecStatement, Statement } from "../../syntax/ast.ts";

export interface Reference {
  readonly kind: "value" | "function";
  readonly name: Name;
  /** How many expressions and blocks it is inside of. */
  readonly depth: number;
}

/** Where a walk stands: the names bound around it, and how deep it is. */
interface Place {
  readonly bound: ReadonlySet<string>;
  readonly depth: number;
}

function below(place: Place, name?: string): Place {
  const bound = name === undefined ? place.bound : new Set(place.bound).add(name);
  return { bound, depth: place.depth + 1 };
}

function inCall(call: Extract<Expression, { kind: "call" }>, place: Place, found: Reference[]): void {
  const { callee } = call;
  if (callee.kind === "name" && callee.name.text === "prev") return;
  if (callee.kind === "name") found.push({ kind: "function", name: callee.name, depth: place.depth });
  for (const argument of call.arguments) inExpression(argument.value, below(place), found);
}

function inExpression(expression: Expression, place: Place, found: Reference[]): void {
  const inner = (...parts: readonly Expression[]): void => {
    for (const part of parts) inExpression(part, below(place), found);
  };
  switch (expression.kind) {
    case "number":
    case "boolean":
    case "none":
    case "string":
    case "missing":
      break;
    case "name":
      if (!place.bound.has(expression.name.text)) found.push({ kind: "value", name: expression.name, depth: place.depth });
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
  const inside = { bound, depth: place.depth };
  for (const statement of block.statements) {
    inStatement(statement, inside, found);
    bound.add(statement.name.text);
  }
  inExpression(block.result, inside, found);
}

/** What `expression` reads. */
export function referencesOfExpression(expression: Expression): readonly Reference[] {
  const found: Reference[] = [];
  inExpression(expression, { bound: new Set(), depth: 0 }, found);
  return found;
}

/** What a recursion of the top level reads; itself without `prev` too. */
export function referencesOfRecursion(statement: RecStatement): readonly Reference[] {
  const found: Reference[] = [];
  inRecursion(statement, { bound: new Set(), depth: 0 }, found);
  return found;
}

/** What a function with these parameters reads. */
export function referencesOfBody(body: Block, parameters: readonly string[]): readonly Reference[] {
  const found: Reference[] = [];
  inBlock(body, { bound: new Set(parameters), depth: 0 }, found);
  return found;
}
