/**
 * Between which numbers each node lies, over given ranges of the parameters. Values are kept as affine forms over parameters and loop indices as
 * long as they are affine, so that `n − 1 − i` for i in 0..n − 1 is known to be 0 or more; all else is an interval.
 */
import { isBookField } from "../market/bars.ts";
import { type Anatomy, visits } from "./anatomy.ts";
import type { FormGraph, FormNode } from "./form.ts";

export interface Range {
  readonly low: number;
  readonly high: number;
  /** Whether every value is a whole number. */
  readonly whole: boolean;
}

/** rest + Σ coefficient × variable; "p3" is a parameter, "i2" the index of reduction 2. */
interface Affine extends Range {
  readonly terms: ReadonlyMap<string, number>;
}

const FREE: ReadonlyMap<string, number> = new Map();
const TERMS_MAX = 16;
/** Reductions that share an index and are bounded one by one. */
const SHARED_MAX = 16;

export function range(low: number, high: number, whole = false): Range {
  return Number.isNaN(low) || Number.isNaN(high) ? ANYTHING : { low, high, whole };
}
const ANYTHING: Range = { low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY, whole: false };
/** Of what is never evaluated. */
const NO_TERMS: Range = { low: 0, high: 0, whole: true };
const TRUTH: Range = { low: 0, high: 1, whole: true };

function affine({ low, high, whole }: Range, terms: ReadonlyMap<string, number> = FREE): Affine {
  return { low, high, whole, terms };
}

/** The parameters' ranges over every set and symbol, or at their defaults. */
export function parameterRanges(graph: FormGraph, at: "all" | "default"): readonly Range[] {
  return graph.parameters.map(({ kind, default: initial, min, max, overrides }) => {
    const values = at === "default" ? [initial] : [initial, min, max, ...overrides.map(({ value }) => value)];
    return range(Math.min(...values), Math.max(...values), kind === "int" && values.every(Number.isInteger));
  });
}

export interface Ranges {
  readonly of: (id: number) => Range;
  /** Of the difference of two nodes. */
  readonly difference: (a: number, b: number) => Range;
}

/** Two passes: the second knows the ranges of the indices from the first. */
export function rangesOf(anatomy: Anatomy, parameters: readonly Range[]): Ranges {
  const unknown: IndexEnds = () => null;
  const first = pass(anatomy, parameters, unknown);
  const known = indexEnds(anatomy, first, bounder(parameters, unknown));
  const ends: IndexEnds = (loop) => known.get(loop) ?? null;
  const forms = pass(anatomy, parameters, ends);
  const bound = bounder(parameters, ends);
  return { of: (id) => bound(forms(id)), difference: (a, b) => bound(sum(forms(a), scaled(forms(b), -1))) };
}

/** From where to where the index of each reduction runs; of reductions that share one and are many, only the hull of all. */
function indexEnds(
  { graph }: Anatomy,
  forms: (id: number) => Affine,
  bound: (form: Affine) => Range,
): ReadonlyMap<number, readonly (readonly [Affine, Affine])[]> {
  const ends = new Map<number, (readonly [Affine, Affine])[]>();
  const outer = (id: number): Affine => (indicesOf(forms(id)).length > 0 ? affine(ANYTHING) : forms(id));
  for (const node of graph.nodes) {
    if (node.op !== "reduce") continue;
    const known = ends.get(node.loop) ?? [];
    const [from, to] = [outer(node.from), outer(node.to)];
    if (bound(sum(to, scaled(from, -1))).high >= 0) known.push([from, to]);
    ends.set(node.loop, known);
  }
  for (const [loop, all] of ends) {
    if (all.length <= SHARED_MAX) continue;
    const whole = affine(all.flat().map(bound).reduce(hull));
    ends.set(loop, [[whole, whole]]);
  }
  return ends;
}

function indicesOf({ terms }: Affine): readonly string[] {
  return [...terms.keys()].filter((variable) => variable.startsWith("i"));
}

/** Null where nothing is known; empty where no reduction has a term. */
type IndexEnds = (loop: number) => readonly (readonly [Affine, Affine])[] | null;

function pass(anatomy: Anatomy, parameters: readonly Range[], ends: IndexEnds): (id: number) => Affine {
  const forms: Affine[] = [];
  const bound = bounder(parameters, ends);
  const of = (id: number): Affine => forms[id] ?? affine(ANYTHING);
  for (const visit of visits(anatomy)) if ("node" in visit) forms[visit.id] = formOf(visit.node, parameters, of, bound, ends);
  return of;
}

/** The range of an affine form: each index stands at that end of its loop which is worst, then each parameter at its own. */
function bounder(parameters: readonly Range[], ends: IndexEnds): (form: Affine) => Range {
  const boundParameters = ({ low, high, whole, terms }: Affine): Range => {
    let [least, most] = [low, high];
    for (const [variable, coefficient] of terms) {
      const at = parameters[Number(variable.slice(1))] ?? ANYTHING;
      least += coefficient * (coefficient > 0 ? at.low : at.high);
      most += coefficient * (coefficient > 0 ? at.high : at.low);
    }
    return range(least, most, whole);
  };
  const bound = (form: Affine): Range => {
    const [variable] = indicesOf(form);
    if (variable === undefined) return boundParameters(form);
    const coefficient = form.terms.get(variable) ?? 0;
    const rest = affine(form, new Map([...form.terms].filter(([other]) => other !== variable)));
    const known = ends(Number(variable.slice(1)));
    if (known?.length === 0) return NO_TERMS;
    const all = (known ?? []).flatMap(([from, to]) => [from, to].map((end) => bound(sum(rest, scaled(end, coefficient)))));
    return all.length === 0 ? ANYTHING : all.reduce(hull);
  };
  return bound;
}

function hull(a: Range, b: Range): Range {
  return range(Math.min(a.low, b.low), Math.max(a.high, b.high), a.whole && b.whole);
}

function sum(a: Affine, b: Affine): Affine {
  const terms = new Map(a.terms);
  for (const [variable, coefficient] of b.terms) {
    const total = (terms.get(variable) ?? 0) + coefficient;
    if (total === 0) terms.delete(variable);
    else terms.set(variable, total);
  }
  return affine(range(a.low + b.low, a.high + b.high, a.whole && b.whole), terms);
}

function scaled(a: Affine, by: number): Affine {
  const [x, y] = [a.low * by, a.high * by];
  const terms = new Map([...a.terms].map(([variable, coefficient]) => [variable, coefficient * by]));
  return by === 0 ? affine(range(0, 0, true)) : affine(range(Math.min(x, y), Math.max(x, y), a.whole && Number.isInteger(by)), terms);
}

export function product(a: Pick<Range, "low" | "high">, b: Pick<Range, "low" | "high">): Range {
  const corners = [a.low * b.low, a.low * b.high, a.high * b.low, a.high * b.high].map((corner) => (Number.isNaN(corner) ? 0 : corner));
  return range(Math.min(...corners), Math.max(...corners));
}

export function quotient(a: Pick<Range, "low" | "high">, b: Range): Range {
  return b.low <= 0 && b.high >= 0 ? ANYTHING : product(a, { low: 1 / b.high, high: 1 / b.low });
}

/** A day's rows are fewer, prices are 1 to 2^53 ticks of 10^−9 to 1 (semantics 6.1). */
const COUNT: Range = { low: 0, high: Number.POSITIVE_INFINITY, whole: true };
const PRICE = range(1e-9, 2 ** 53);

function inputRange(field: Extract<FormNode, { op: "input" }>["field"]): Range {
  if (isBookField(field)) return field.startsWith("book_imbalance") ? range(-1, 1) : range(0, Number.POSITIVE_INFINITY);
  switch (field) {
    case "open":
    case "high":
    case "low":
    case "close":
    case "bid":
    case "ask":
    case "mid":
    case "spread":
    case "tick_size":
      return PRICE;
    case "bid_size":
    case "ask_size":
    case "volume":
      return range(0, Number.POSITIVE_INFINITY);
    case "dividend_factor":
      return range(1e-9, 1);
    case "session_bar":
      return { ...COUNT, low: 1 };
    case "session_elapsed":
    case "session_remaining":
      return ANYTHING;
    case "session_weekday":
      return range(1, 7, true);
    case "session_day_of_month":
      return range(1, 31, true);
    case "session_days_left_in_month":
      return range(0, 31, true);
  }
}

function formOf(
  node: FormNode,
  parameters: readonly Range[],
  of: (id: number) => Affine,
  bound: (form: Affine) => Range,
  ends: IndexEnds,
): Affine {
  const at = (id: number): Range => bound(of(id));
  switch (node.op) {
    case "constant":
      return affine(range(Number(node.value), Number(node.value), Number.isInteger(Number(node.value))));
    case "parameter":
      return affine(range(0, 0, parameters[node.index]?.whole ?? false), new Map([[`p${node.index}`, 1]]));
    case "index": {
      const whole = ends(node.loop)?.every(([from]) => from.whole) ?? false;
      return affine(range(0, 0, whole), new Map([[`i${node.loop}`, 1]]));
    }
    case "binary":
      return binaryForm(node.fn, of(node.a), of(node.b), bound);
    case "unary":
      return node.fn === "neg" ? scaled(of(node.x), -1) : affine(unaryRange(node.fn, at(node.x)));
    case "input":
      return affine(inputRange(node.field));
    case "select":
      return affine(hull(at(node.then), at(node.otherwise)));
    case "default":
      return affine(hull(at(node.x), at(node.fallback)));
    case "delay":
    case "sample":
      return affine(at(node.x));
    case "member":
    case "begins":
      return affine(TRUTH);
    case "onnx":
    case "native":
      return affine(ANYTHING);
    case "window":
    case "anchored":
    case "gather":
    case "across":
      return affine(aggregateRange(node.fn, at(node.x)));
    case "reduce":
      return affine(reducedRange(node, at(node.body)));
    case "power":
    case "none":
    case "account":
    case "fill":
    case "peak":
    case "last_fill":
    case "at_entry":
    case "previous":
    case "state":
      return affine(ANYTHING);
  }
}

function unaryRange(fn: Exclude<Extract<FormNode, { op: "unary" }>["fn"], "neg">, x: Range): Range {
  switch (fn) {
    case "abs":
      return x.low >= 0 ? x : range(Math.max(0, -x.high), Math.max(-x.low, x.high), x.whole);
    case "floor":
      return range(Math.floor(x.low), Math.floor(x.high), true);
    case "sqrt":
      return range(0, Math.sqrt(Math.max(0, x.high)));
    case "exp":
      return range(0, Number.POSITIVE_INFINITY);
    case "not":
      return TRUTH;
    case "log":
      return ANYTHING;
  }
}

function binaryForm(fn: Extract<FormNode, { op: "binary" }>["fn"], a: Affine, b: Affine, bound: (form: Affine) => Range): Affine {
  if (fn === "add") return kept(sum(a, b), bound);
  if (fn === "sub") return kept(sum(a, scaled(b, -1)), bound);
  const [x, y] = [bound(a), bound(b)];
  const whole = x.whole && y.whole;
  switch (fn) {
    case "mul":
      if (x.low === x.high && Number.isFinite(x.low)) return kept(scaled(b, x.low), bound);
      if (y.low === y.high && Number.isFinite(y.low)) return kept(scaled(a, y.low), bound);
      return affine({ ...product(x, y), whole });
    case "div":
      return affine(quotient(x, y));
    case "min":
      return affine(range(Math.min(x.low, y.low), Math.min(x.high, y.high), whole));
    case "max":
      return affine(range(Math.max(x.low, y.low), Math.max(x.high, y.high), whole));
    case "mod":
      if (y.low <= 0) return affine({ ...ANYTHING, whole });
      return x.low >= 0 && x.high < y.low ? affine(x) : affine(range(0, whole ? y.high - 1 : y.high, whole));
    case "pow":
      return affine(ANYTHING);
    case "lt":
    case "le":
    case "eq":
    case "ne":
    case "and":
    case "or":
      return affine(TRUTH);
  }
}

/** Forms of very many variables, or of two indices, are cut to their range. */
function kept(form: Affine, bound: (form: Affine) => Range): Affine {
  return form.terms.size > TERMS_MAX || indicesOf(form).length > 1 ? affine(bound(form)) : form;
}

type Aggregate = Extract<FormNode, { op: "window" | "anchored" | "gather" | "across" }>["fn"];

function aggregateRange(fn: Aggregate, x: Range): Range {
  switch (fn) {
    case "first":
    case "last":
    case "highest":
    case "lowest":
      return x;
    case "mean":
    case "quantile":
      return range(x.low, x.high);
    case "sum":
      return range(x.low < 0 ? Number.NEGATIVE_INFINITY : 0, x.high > 0 ? Number.POSITIVE_INFINITY : 0, x.whole);
    case "variance":
      return range(0, Number.POSITIVE_INFINITY);
    case "count":
      return COUNT;
    case "rank":
      return { ...COUNT, low: 1 };
    case "percent_rank":
      return range(0, 1);
  }
}

function reducedRange(node: Extract<FormNode, { op: "reduce" }>, body: Range): Range {
  switch (node.fn) {
    case "count":
      return range(0, node.maxTerms, true);
    case "sum":
      return { ...product(range(0, node.maxTerms), body), whole: body.whole };
    case "mean":
      return range(body.low, body.high);
    case "min":
    case "max":
      return body;
  }
}
