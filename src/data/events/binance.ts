/**
 * Captures of Binance's streams, as collectors write them: on each line when it was received (nanoseconds since 1970), a space, and the message as it came.
 * Of depth messages the sequence numbers say what an update follows; a snapshot takes its place among those that came before it was answered.
 */
import type { EventKind } from "../../market/bars.ts";
import { powerOfTen } from "../../values/wide.ts";
import { asciiText, type Decimal, readDecimal } from "../decimals.ts";
import { isBlank, lineCount, lineEnd } from "../lines.ts";
import { type DataResult, type FindingLog, record } from "../problems.ts";
import { BOOK_FLAG, RAW_DECIMALS, type RawEvents, rawEvents } from "./raw.ts";

const CAPTURE = /^\d{19} \{/;
const STAMP_LENGTH = 20;
const TEXT_CHUNK = 8_192;

/** Whether a text is such a capture. */
export function isBinanceCapture(bytes: Uint8Array): boolean {
  return CAPTURE.test(asciiText(bytes, 0, Math.min(bytes.length, STAMP_LENGTH + 1)));
}

type Levels = readonly (readonly [string, string])[];

interface Message {
  readonly e?: string;
  /** First and last update of a depth message, and the last one of that before it, where it says so. */
  readonly U?: number;
  readonly u?: number;
  readonly pu?: number;
  readonly b?: Levels | string;
  readonly B?: string;
  readonly a?: Levels | string;
  readonly A?: string;
  readonly p?: string;
  readonly q?: string;
  readonly lastUpdateId?: number;
  readonly bids?: Levels;
  readonly asks?: Levels;
}

interface Capture {
  readonly out: ReturnType<typeof rawEvents>;
  readonly log: FindingLog;
  readonly number: Decimal;
  /** Of the line at hand. */
  time: number;
  line: number;
  /** Depth messages before the first snapshot. */
  readonly waiting: Message[];
  /** The last update applied; null before the first snapshot. */
  last: number | null;
}

/** The events of one kind in a capture; findings go to `log` under `file`. */
export function readBinance(bytes: Uint8Array, file: string, kind: EventKind, log: FindingLog): DataResult<RawEvents> {
  const number = { mantissa: 0, decimals: 0, rounded: false };
  const capture: Capture = { out: rawEvents(kind, file, lineCount(bytes)), log, number, time: 0, line: 0, waiting: [], last: null };
  for (let from = 0; from < bytes.length; ) {
    const to = lineEnd(bytes, from);
    capture.line += 1;
    if (!isBlank(bytes, from, to)) readLine(capture, bytes, from, to);
    from = to + 1;
  }
  return { ok: true, value: capture.out };
}

function readLine(capture: Capture, bytes: Uint8Array, from: number, to: number): void {
  const message = messageOf(textOf(bytes.subarray(from + STAMP_LENGTH, to)));
  if (message === null || !CAPTURE.test(asciiText(bytes, from, from + STAMP_LENGTH + 1))) {
    complain(capture, "D203", "no time and message");
    return;
  }
  capture.time = Math.floor(Number(asciiText(bytes, from, from + STAMP_LENGTH - 4)));
  switch (capture.out.kind) {
    case "quotes":
      takeQuote(capture, message);
      break;
    case "trades":
      if (message.e === "trade" && message.p !== undefined && message.q !== undefined) push(capture, message.p, message.q, 0);
      break;
    case "book":
      if (message.bids !== undefined) takeSnapshot(capture, message);
      else if (message.e === "depthUpdate") takeDepth(capture, message);
      break;
  }
}

/** Text of ASCII. */
function textOf(bytes: Uint8Array): string {
  let text = "";
  for (let from = 0; from < bytes.length; from += TEXT_CHUNK) text += String.fromCharCode(...bytes.subarray(from, from + TEXT_CHUNK));
  return text;
}

/** The message of a line, out of the envelope of a combined stream; null for what is none. */
function messageOf(text: string): Message | null {
  try {
    const parsed = JSON.parse(text) as { readonly data?: Message } & Message;
    return parsed.data ?? parsed;
  } catch {
    return null;
  }
}

function complain({ log, out, line }: Capture, code: "D203" | "D204" | "D205" | "D207", text: string): void {
  record(log, code, out.file, line, () => JSON.stringify(text.slice(0, 40)));
}

/** A number in 1/10^`decimals`; NaN where it is none. */
function scaled({ number }: Capture, text: string, decimals: number): number {
  const bytes = Uint8Array.from(text, (character) => character.charCodeAt(0) & 0xff);
  return readDecimal(bytes, 0, bytes.length, decimals, number) ? number.mantissa * powerOfTen(decimals - number.decimals) : Number.NaN;
}

function takeQuote(capture: Capture, { e, b, B, a, A }: Message): void {
  if ((e !== undefined && e !== "bookTicker") || typeof b !== "string" || typeof a !== "string" || B === undefined || A === undefined)
    return;
  const { out } = capture;
  const row = out.rows;
  if (!push(capture, b, B, null)) return;
  out.ask[row] = scaled(capture, a, RAW_DECIMALS);
  out.askSize[row] = Number(A);
}

/** Adds a row of a price and a size; gives whether they are numbers. `flags` is null for a quote. */
function push(capture: Capture, priceText: string, sizeText: string, flags: number | null): boolean {
  const { out } = capture;
  const price = scaled(capture, priceText, RAW_DECIMALS);
  const size = Number(sizeText);
  if (!(price > 0)) complain(capture, Number.isNaN(price) ? "D204" : "D205", priceText);
  else if (!(size >= 0)) complain(capture, "D207", sizeText);
  else {
    if (out.rows === out.time.length) grow(out);
    const row = out.rows;
    out.time[row] = capture.time;
    out.line[row] = capture.line;
    out.price[row] = price;
    out.size[row] = size;
    if (flags !== null) out.flags[row] = flags;
    out.rows = row + 1;
    return true;
  }
  return false;
}

/** A depth message has many rows. */
function grow(out: RawEvents): void {
  const room = 2 * out.time.length;
  const larger = (column: Float64Array): Float64Array => {
    const copy = new Float64Array(room);
    copy.set(column);
    return copy;
  };
  const whole = (column: Uint32Array): Uint32Array => {
    const copy = new Uint32Array(room);
    copy.set(column);
    return copy;
  };
  out.time = larger(out.time);
  out.price = larger(out.price);
  out.size = larger(out.size);
  out.line = whole(out.line);
  out.flags = whole(out.flags);
}

/** A snapshot counts from its update on: of what came before it, and after, what it holds already is left out. */
function takeSnapshot(capture: Capture, { lastUpdateId = 0, bids = [], asks = [] }: Message): void {
  pushLevels(capture, bids, asks, BOOK_FLAG.snapshot);
  capture.last = lastUpdateId;
  for (const message of capture.waiting.splice(0)) takeDepth(capture, message);
}

/** Applies an update that follows the last one; one that does not leaves a gap. Futures say what an update follows, spot counts on. */
function takeDepth(capture: Capture, message: Message): void {
  const { U = 0, u = 0, pu, b, a } = message;
  const { last } = capture;
  if (last === null) {
    capture.waiting.push(message);
    return;
  }
  if (u <= last || typeof b === "string" || typeof a === "string") return;
  const follows = U <= last + 1 || pu === last;
  capture.last = u;
  pushLevels(capture, b ?? [], a ?? [], follows ? 0 : BOOK_FLAG.gap);
}

function pushLevels(capture: Capture, bids: Levels, asks: Levels, flag: number): void {
  let first: number = BOOK_FLAG.first | flag;
  for (const [side, levels] of [
    [0, bids],
    [BOOK_FLAG.ask, asks],
  ] as const) {
    for (const [price, size] of levels) if (push(capture, price, size, side | first)) first = 0;
  }
}
