/** Terms that reach beyond their own rows: other clocks, other symbols, several symbols together. */
import type { AcrossFunction, ClockId, GatherFunction, GroupId, SymbolId } from "../../graph/nodes.ts";
import { windowRange } from "./operations.ts";
import * as R from "./range.ts";
import { type Facts, factsOf, nodeOf, type Scalar, scalar, type TermId, type Terms, termOf } from "./terms.ts";

/** x of `clock`, of `symbol` or of the symbol itself where that is null, as it is seen by whoever reads it. */
export function sample(terms: Terms, x: TermId, symbol: SymbolId | null, clock: ClockId): Scalar {
  const facts = factsOf(terms, x);
  return scalar(terms, { op: "sample", type: nodeOf(terms, x).type, optional: facts.optional, x, symbol, clock }, facts);
}

/** x over its ticks inside one tick of the slower `clock`. */
export function gather(terms: Terms, fn: GatherFunction, x: TermId, clock: ClockId): Scalar {
  const known = factsOf(terms, x);
  const isOne = fn === "first" || fn === "last";
  const length = R.range(1, R.COUNT_MAX, { integer: true });
  const facts = isOne ? known : { range: windowRange(fn, known.range, length), optional: false };
  const type = isOne ? nodeOf(terms, x).type : "number";
  return scalar(terms, { op: "gather", type, optional: facts.optional, fn, x, clock }, facts);
}

/** x over the symbols of a group of `size` at one instant. */
export function across(terms: Terms, fn: AcrossFunction, x: TermId, group: GroupId, size: number): Scalar {
  const { range } = factsOf(terms, x);
  const facts = acrossFacts(fn, range, size);
  return scalar(terms, { op: "across", type: "number", optional: facts.optional, fn, x, group }, facts);
}

/** Of a group none of whose symbols tick sum and count are 0, the others none; ranks are none for a symbol that is not among them. */
function acrossFacts(fn: AcrossFunction, x: R.Range, size: number): Facts {
  const count = R.range(0, size, { integer: true });
  switch (fn) {
    case "rank":
      return { range: R.range(1, R.COUNT_MAX, { integer: true }), optional: true };
    case "percent_rank":
      return { range: R.range(0, 1), optional: true };
    case "count":
      return { range: count, optional: false };
    case "sum":
      return { range: R.hull(R.point(0), windowRange("sum", x, count)), optional: false };
    case "mean":
    case "highest":
    case "lowest":
      return { range: windowRange(fn, x, count), optional: true };
  }
}

/** Whether a tick of `clock` is the first after one of the slower clock `of`. */
export function begins(terms: Terms, of: ClockId, clock: ClockId): Scalar {
  return scalar(terms, { op: "begins", type: "bool", optional: false, of, clock }, { range: R.ANY_BOOL, optional: false });
}

/** Whether the symbol belongs to a group. */
export function member(terms: Terms, group: GroupId): Scalar {
  return scalar(terms, { op: "member", type: "bool", optional: false, group }, { range: R.ANY_BOOL, optional: false });
}

/** Whether a value differs from symbol to symbol: it reads the one for which it is evaluated, not only named ones, groups and the account's money. */
export function readsOwnSymbol(terms: Terms, term: TermId): boolean {
  return termOf(terms, term).own;
}
