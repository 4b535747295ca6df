/** What a node is on a row of a lane, straight from the words of sections 10 and 11: recursion over rows, no state, no order of evaluation. */
import type { ClockId, Graph, NodeId, SymbolId } from "../../../src/graph/nodes.ts";
import { nyse } from "../../../src/market/calendars.ts";
import { fromWide, toWide } from "../../../src/values/wide.ts";
import type { BarColumns } from "../bars.ts";
import { lastTime, type NaiveRow, naiveLane, universeColumns } from "./naive-lanes.ts";

/** undefined: not ready. null: none. */
export type NaiveValue = number | null | undefined;

export interface NaiveWorld {
  rows(clock: ClockId, symbol: SymbolId | null): readonly NaiveRow[];
  value(id: NodeId, clock: ClockId, symbol: SymbolId | null, row: number): NaiveValue;
}

export function naiveWorld(graph: Graph, symbols: readonly BarColumns[], priceDecimals: readonly number[]): NaiveWorld {
  const dataEnd = lastTime(symbols);
  const traded = symbols.filter((_, symbol) => graph.symbols[symbol]!.trades);
  const lanes = graph.clocks.map((clock) => ({
    ofSymbol: symbols.map((columns) => naiveLane(columns, clock, dataEnd)),
    ofUniverse: naiveLane(universeColumns(traded), clock, dataEnd),
  }));
  const rows = (clock: ClockId, symbol: SymbolId | null) => (symbol === null ? lanes[clock]!.ofUniverse : lanes[clock]!.ofSymbol[symbol]!);
  const memory = new Map<string, NaiveValue>();

  const value = (id: NodeId, clock: ClockId, symbol: SymbolId | null, row: number): NaiveValue => {
    const key = `${id} ${clock} ${symbol} ${row}`;
    if (!memory.has(key)) memory.set(key, evaluate(id, clock, symbol, row));
    return memory.get(key);
  };

  const evaluate = (id: NodeId, clock: ClockId, symbol: SymbolId | null, row: number): NaiveValue => {
    if (row < 0) return undefined;
    const node = graph.nodes[id]!;
    const here = (operand: NodeId): NaiveValue => value(operand, clock, symbol, row);
    const { time } = rows(clock, symbol)[row]!;
    switch (node.op) {
      case "constant":
        return Number(node.value);
      case "input":
        if (node.field === "session_bar") return sessionBar(rows(clock, symbol), row);
        if (node.field === "volume") return rows(clock, symbol)[row]!.volume;
        return rows(clock, symbol)[row]!.close / 10 ** priceDecimals[symbol!]!;
      case "binary": {
        const [a, b] = [here(node.a), here(node.b)];
        if (a === undefined || b === undefined) return undefined;
        if (a === null || b === null) return null;
        if (node.fn === "lt") return Number(a < b);
        return node.fn === "add" ? a + b : node.fn === "sub" ? a - b : node.fn === "min" ? Math.min(a, b) : Math.max(a, b);
      }
      case "select": {
        const [condition, then, otherwise] = [here(node.condition), here(node.then), here(node.otherwise)];
        if (condition === undefined || then === undefined || otherwise === undefined) return undefined;
        return condition === 1 ? then : otherwise;
      }
      case "default": {
        const [x, fallback] = [here(node.x), here(node.fallback)];
        return x === undefined || fallback === undefined ? undefined : (x ?? fallback);
      }
      case "delay":
        return value(node.x, clock, symbol, row - node.max);
      case "window":
        if ((node.fn === "sum" || node.fn === "mean") && isPrice(graph, node.x))
          return exactWindow(node.fn, node.x, node.max, [clock, symbol, row]);
        return combined(
          node.fn,
          range(row - node.max + 1, row + 1, (at) => value(node.x, clock, symbol, at)),
        );
      case "sample": {
        const source = node.symbol ?? symbol;
        const past = rows(node.clock, source).filter((other) => (node.clock === clock ? other.time <= time : other.time < time));
        return value(node.x, node.clock, source, past.length - 1);
      }
      case "gather": {
        const { first, end } = rows(clock, symbol)[row]!;
        return combined(
          node.fn,
          range(first, end, (at) => value(node.x, 0, symbol, at)),
        );
      }
      case "begins": {
        const before = row === 0 ? Number.NEGATIVE_INFINITY : rows(clock, symbol)[row - 1]!.time;
        return Number(row === 0 || rows(node.of, symbol).some((tick) => tick.time >= before && tick.time < time));
      }
      case "across": {
        const { symbols: members } = graph.groups[node.group]!;
        const awaited = symbol !== null && members.includes(symbol) ? [symbol] : members;
        const isReady = (member: SymbolId): boolean => {
          const past = rows(clock, member).filter((other) => other.time <= time);
          return value(node.x, clock, member, past.length - 1) !== undefined;
        };
        if (!awaited.every(isReady)) return undefined;
        const present = members.flatMap((member) => {
          const at = rows(clock, member).findIndex((other) => other.time === time);
          const found = at < 0 ? undefined : value(node.x, clock, member, at);
          return found === undefined || found === null ? [] : [{ member, value: found }];
        });
        return acrossValue(node.fn, present, symbol);
      }
      default:
        throw new Error(`no ${node.op} here`);
    }
  };

  /** Of prices: whole ticks, and one division (6.6). */
  const exactWindow = (fn: "sum" | "mean", id: NodeId, length: number, place: readonly [ClockId, SymbolId | null, number]): NaiveValue => {
    const [clock, symbol, row] = place;
    const scale = 10 ** priceDecimals[symbol!]!;
    const prices = range(row - length + 1, row + 1, (at) => value(id, clock, symbol, at));
    if (prices.includes(undefined)) return undefined;
    const ticks = prices.reduce<number>((sum, price) => sum + Math.round(price! * scale), 0);
    return ticks / (fn === "sum" ? scale : length * scale);
  };
  return { rows, value };
}

function isPrice(graph: Graph, id: NodeId): boolean {
  const node = graph.nodes[id]!;
  return node.op === "delay" ? isPrice(graph, node.x) : node.op === "input" && node.field === "close";
}

function sessionBar(rows: readonly NaiveRow[], row: number): number {
  const date = nyse.dateOf(rows[row]!.time - 1);
  return rows.slice(0, row + 1).filter(({ time }) => nyse.dateOf(time - 1) === date).length;
}

function range(from: number, to: number, valueAt: (row: number) => NaiveValue): readonly NaiveValue[] {
  return Array.from({ length: to - from }, (_, at) => valueAt(from + at));
}

function combined(fn: string, all: readonly NaiveValue[]): NaiveValue {
  if (all.includes(undefined)) return undefined;
  const values = all as readonly number[];
  const sum = (): number => fromWide(values.reduce((total, value) => total + toWide(value), 0n));
  if (fn === "first") return values[0];
  if (fn === "last") return values.at(-1);
  if (fn === "count") return values.filter((value) => value === 1).length;
  if (fn === "sum") return sum();
  if (fn === "mean") return sum() / values.length;
  return fn === "highest" ? Math.max(...values) : Math.min(...values);
}

function acrossValue(
  fn: string,
  present: readonly { readonly member: SymbolId; readonly value: number }[],
  symbol: SymbolId | null,
): NaiveValue {
  const values = present.map(({ value }) => value);
  const mine = present.findIndex(({ member }) => member === symbol);
  const equal = (value: number): boolean => value === values[mine];
  if (fn === "rank")
    return mine < 0 ? null : 1 + values.filter((value) => value > values[mine]!).length + values.slice(0, mine).filter(equal).length;
  if (fn === "percent_rank") {
    if (mine < 0 || values.length < 2) return null;
    return (values.filter((value) => value < values[mine]!).length + (values.filter(equal).length - 1) / 2) / (values.length - 1);
  }
  const sum = values.reduce((total, value) => total + value, 0);
  if (fn === "sum") return sum;
  if (fn === "count") return values.filter((value) => value === 1).length;
  if (values.length === 0) return null;
  if (fn === "mean") return sum / values.length;
  return fn === "highest" ? Math.max(...values) : Math.min(...values);
}
