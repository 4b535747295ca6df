/** One value over the symbols of a group that tick at an instant and for which it is ready (semantics 11.4). Members come in universe order. */
import type { AcrossFunction } from "../../graph/nodes.ts";
import type { LaneColumn } from "./columns.ts";
import { rowAt } from "./instants.ts";

export type Rank = Extract<AcrossFunction, "rank" | "percent_rank">;
export type Total = Exclude<AcrossFunction, Rank>;

/** The value at each of `instants` instants; NaN for none. */
export function total(fn: Total, members: readonly LaneColumn[], instants: number): Float64Array {
  const result = new Float64Array(instants);
  const counted = new Int32Array(instants);
  for (const { rows, values } of members) {
    const { instantOf } = rows;
    for (let row = 0; row < instantOf.length; row++) {
      const value = values[row] ?? Number.NaN;
      if (Number.isNaN(value)) continue;
      const at = instantOf[row] ?? 0;
      const isFirst = counted[at] === 0;
      result[at] = isFirst ? first(fn, value) : next(fn, result[at] ?? 0, value);
      counted[at] = (counted[at] ?? 0) + 1;
    }
  }
  if (fn === "sum" || fn === "count") return result;
  for (let at = 0; at < instants; at++) {
    const count = counted[at] ?? 0;
    if (count === 0) result[at] = Number.NaN;
    else if (fn === "mean") result[at] = (result[at] ?? 0) / count;
  }
  return result;
}

function first(fn: Total, value: number): number {
  return fn === "count" ? Number(value === 1) : value;
}

function next(fn: Total, result: number, value: number): number {
  switch (fn) {
    case "sum":
    case "mean":
      return result + value;
    case "count":
      return result + Number(value === 1);
    case "highest":
      return Math.max(result, value);
    case "lowest":
      return Math.min(result, value);
  }
}

/** The rank of each member on each of its rows, as columns in the order of the members; NaN for none. */
export function ranks(fn: Rank, members: readonly LaneColumn[], instants: number): readonly Float64Array[] {
  const columns = members.map(({ rows }) => new Float64Array(rows.bars.rows).fill(Number.NaN));
  const listed: Listed = { count: 0, values: new Float64Array(members.length), owners: new Int32Array(members.length) };
  const sorted = new Float64Array(members.length);
  for (let at = 0; at < instants; at++) {
    listReady(members, at, listed);
    sorted.set(listed.values);
    sorted.fill(Number.POSITIVE_INFINITY, listed.count).sort();
    for (let index = 0; index < listed.count; index++) {
      const owner = listed.owners[index] ?? 0;
      const column = columns[owner];
      const member = members[owner];
      if (column !== undefined && member !== undefined) column[rowAt(member.rows, at)] = rank(fn, listed, sorted, index);
    }
  }
  return columns;
}

/** The first `count` values are those that are there at an instant; `owners` says which member's each is. */
interface Listed {
  count: number;
  readonly values: Float64Array;
  readonly owners: Int32Array;
}

function listReady(members: readonly LaneColumn[], at: number, listed: Listed): void {
  listed.count = 0;
  for (let index = 0; index < members.length; index++) {
    const member = members[index];
    const row = member === undefined ? -1 : rowAt(member.rows, at);
    const value = row < 0 ? Number.NaN : (member?.values[row] ?? Number.NaN);
    if (Number.isNaN(value)) continue;
    listed.values[listed.count] = value;
    listed.owners[listed.count] = index;
    listed.count += 1;
  }
}

/** The rank of value `index` of those listed, which `sorted` has in ascending order, with infinity after the last. */
function rank(fn: Rank, { count, values }: Listed, sorted: Float64Array, index: number): number {
  const value = values[index] ?? Number.NaN;
  const lower = lowerThan(sorted, value);
  let equal = 1;
  while (sorted[lower + equal] === value) equal++;
  switch (fn) {
    case "percent_rank":
      return count < 2 ? Number.NaN : (lower + (equal - 1) / 2) / (count - 1);
    case "rank":
      return 1 + count - lower - equal + (equal === 1 ? 0 : equalBefore(values, index));
  }
}

/** How many of the ascending values are lower. */
function lowerThan(sorted: Float64Array, value: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] ?? Number.NaN) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** How many values before `index` are equal to the one there. */
function equalBefore(values: Float64Array, index: number): number {
  let count = 0;
  for (let before = 0; before < index; before++) if (values[before] === values[index]) count++;
  return count;
}
