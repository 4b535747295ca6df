/** Quotes, trades and order books as the market data interfaces show them: of stocks with exchanges and conditions, of pairs without. */
import { amount } from "./amounts.ts";
import type { Quote, Trade } from "./tape.ts";
import { nanosecondText } from "./times.ts";

type Json = Readonly<Record<string, unknown>>;

/** The exchanges stamp nanoseconds; the world's time is in microseconds, so that some are made up. */
const NANOSECONDS = 211;

export function isPair(symbol: string): boolean {
  return symbol.includes("/");
}

export function quoteJson({ symbol, time, bid, ask, size }: Quote): Json {
  const plain = { t: nanosecondText(time, NANOSECONDS), bp: bid.toNumber(), bs: size, ap: ask.toNumber(), as: size };
  return isPair(symbol) ? plain : { ...plain, bx: "V", ax: "V", c: ["R"], z: "C" };
}

export function tradeJson({ symbol, time, id, price, size, side }: Trade): Json {
  const plain = { t: nanosecondText(time, NANOSECONDS), p: price.toNumber(), s: size, i: id };
  return isPair(symbol) ? { ...plain, tks: side === "buy" ? "B" : "S" } : { ...plain, x: "V", c: ["@"], z: "C" };
}

const BOOK_LEVELS = 5;
const LEVEL_STEP = amount("0.01");

interface Level {
  readonly p: number;
  readonly s: number;
}

export interface BookLevels {
  readonly b: readonly Level[];
  readonly a: readonly Level[];
}

/** The book around a quote: levels a hundredth apart. */
export function bookLevels({ bid, ask, size }: Quote): BookLevels {
  const levels = Array.from({ length: BOOK_LEVELS }, (_, level) => level);
  return {
    b: levels.map((level) => ({ p: bid.minus(LEVEL_STEP.times(level)).toNumber(), s: size * (level + 1) })),
    a: levels.map((level) => ({ p: ask.plus(LEVEL_STEP.times(level)).toNumber(), s: size * (level + 1) })),
  };
}

export function bookJson(quote: Quote): Json {
  return { t: nanosecondText(quote.time, NANOSECONDS), ...bookLevels(quote) };
}
