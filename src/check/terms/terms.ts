/**
 * Terms: graph nodes before they are numbered. Every term is kept once, so two expressions that mean the same are the same term, and `if` can
 * refine what it tests by identity. Beside its node a term has facts that hold on every tick, wherever it is read.
 *
 * A recursion's own past and the loop variable of a reduction are placeholders (`state` and `loop` are −1), told apart by their facts alone:
 * two recursions of the same form are therefore one. Lowering gives each its own.
 */
import type { Node, NodeId, State, StateId } from "../../graph/nodes.ts";
import { ownDependence } from "../../graph/strata.ts";
import { operands } from "../../graph/traverse.ts";
import { type Place, placeOf } from "./place.ts";
import { ANY_BOOL, ANY_NUMBER, type Range } from "./range.ts";

export type TermId = NodeId;
type Stratum = "run" | "market" | "account";

export interface Facts {
  readonly range: Range;
  readonly optional: boolean;
}

/** A parameter of a function that is checked at its definition: nothing is known but what the signature says. */
export interface AbstractNode {
  readonly op: "abstract";
  readonly type: "number" | "bool";
  readonly optional: boolean;
  readonly name: string;
}

/** What a term inherits from its operands. */
interface Traits extends Place {
  readonly stratum: Stratum;
  /** Reads the past of the recursion that is being defined. */
  readonly recursive: boolean;
  /** Reads the loop variable of the reduction that is being defined. */
  readonly indexed: boolean;
  /** A recursion it depends on that never forgets its start. */
  readonly accumulator: StateId | undefined;
}

export interface Term extends Traits {
  readonly node: Node | AbstractNode;
  readonly facts: Facts;
}

/** A recursion as kept: its form and whether its past has a weight that never fades. */
export interface StateTerm extends State {
  readonly neverForgets: boolean;
}

export interface Terms {
  readonly list: Term[];
  readonly byKey: Map<string, TermId>;
  readonly states: StateTerm[];
  readonly stateByKey: Map<string, StateId>;
}

export function createTerms(): Terms {
  return { list: [], byKey: new Map(), states: [], stateByKey: new Map() };
}

export function termOf(terms: Terms, id: TermId): Term {
  const term = terms.list[id];
  if (term === undefined) throw new Error(`no term ${id}`);
  return term;
}

export function nodeOf(terms: Terms, id: TermId): Node | AbstractNode {
  return termOf(terms, id).node;
}

/** What holds of a term on every tick. */
export function factsOf(terms: Terms, id: TermId): Facts {
  return termOf(terms, id).facts;
}

function laterStratum(a: Stratum, b: Stratum): Stratum {
  if (a === "account" || b === "account") return "account";
  return a === "run" ? b : a;
}

/** The terms a node depends on in its own tick: of a recursion everything it is made of. */
function dependenciesOf(terms: Terms, node: Node | AbstractNode): readonly TermId[] {
  if (node.op === "abstract") return [];
  if (node.op !== "state") return operands(node);
  const state = stateOf(terms, node.state);
  return [...state.fields.flatMap((field) => [field.seed, field.then]), ...(state.reset === null ? [] : [state.reset])];
}

function ownStratum(node: Node | AbstractNode): Stratum {
  if (node.op === "abstract") return "market";
  const { account, market } = ownDependence(node);
  return account ? "account" : market ? "market" : "run";
}

function traitsOf(terms: Terms, node: Node | AbstractNode): Traits {
  const dependencies = dependenciesOf(terms, node).map((id) => termOf(terms, id));
  let stratum = ownStratum(node);
  let recursive = node.op === "previous";
  let indexed = node.op === "index";
  let accumulator = node.op === "state" && stateOf(terms, node.state).neverForgets ? node.state : undefined;
  for (const operand of dependencies) {
    stratum = laterStratum(stratum, operand.stratum);
    recursive ||= node.op !== "state" && operand.recursive;
    indexed ||= node.op !== "reduce" && operand.indexed;
    accumulator ??= operand.accumulator;
  }
  const { own, from } = placeOf(node, dependencies);
  return { own, from, stratum, recursive, indexed, accumulator };
}

/** What tells two nodes apart: of placeholders and abstract parameters also what is known of them. */
function keyOf(node: Node | AbstractNode, { range }: Facts): string {
  if (node.op === "anchored") return JSON.stringify(node);
  if (node.op === "binary") return `${node.fn} ${node.a} ${node.b}`;
  const key = Object.values(node).join(" ");
  if (node.op === "constant" && Object.is(node.value, -0)) return `${key} negative`;
  const byFacts = node.op === "previous" || node.op === "index" || node.op === "abstract";
  return byFacts ? `${key} ${range.low} ${range.high} ${range.nonzero} ${range.integer}` : key;
}

/** The one term of this node. `given`: what is known of a parameter and the node does not say. */
export function intern(
  terms: Terms,
  node: Node | AbstractNode,
  facts: Facts,
  given: Partial<Pick<Traits, "own" | "stratum">> = {},
): TermId {
  const key = keyOf(node, facts);
  const known = terms.byKey.get(key);
  if (known !== undefined) return known;
  const { from, recursive, indexed, accumulator, own, stratum } = traitsOf(terms, node);
  const id =
    terms.list.push({
      node,
      facts,
      own: given.own ?? own,
      from,
      stratum: given.stratum ?? stratum,
      recursive,
      indexed,
      accumulator,
    }) - 1;
  terms.byKey.set(key, id);
  return id;
}

export function stateOf(terms: Terms, id: StateId): StateTerm {
  const state = terms.states[id];
  if (state === undefined) throw new Error(`no state ${id}`);
  return state;
}

/** The one state of this form. */
export function internState(terms: Terms, state: StateTerm): StateId {
  const key = JSON.stringify(state);
  const known = terms.stateByKey.get(key);
  if (known !== undefined) return known;
  terms.states.push(state);
  terms.stateByKey.set(key, terms.states.length - 1);
  return terms.states.length - 1;
}

/** A value as the arithmetic sees it: its term, and what is known of it here (perhaps more than everywhere: inside an `if`). */
export interface Scalar {
  readonly term: TermId;
  readonly facts: Facts;
}

/** A term with what holds of it everywhere. */
export function plain(terms: Terms, term: TermId): Scalar {
  return { term, facts: factsOf(terms, term) };
}

/** Makes the term of `node` and reads it. */
export function scalar(terms: Terms, node: Node | AbstractNode, facts: Facts): Scalar {
  return plain(terms, intern(terms, node, facts));
}

export function constant(terms: Terms, value: number | boolean): Scalar {
  const type = typeof value === "boolean" ? "bool" : "number";
  const low = Number(value);
  const facts = { range: { low, high: low, nonzero: low !== 0, integer: Number.isInteger(low) }, optional: false };
  return scalar(terms, { op: "constant", type, optional: false, value }, facts);
}

/** What is known of a value of this type before anything is. */
export function unknownFacts(type: "number" | "bool", optional: boolean): Facts {
  return { range: type === "bool" ? ANY_BOOL : ANY_NUMBER, optional };
}
