/** Bars of the past from Alpaca's REST interface, page by page. */
import { marketData } from "@alpacahq/alpaca-trade-api";
import { DAY, HOUR, MINUTE, nyse } from "../../market/calendars.ts";
import type { BarRequest, FeedBar } from "../../market/feed.ts";
import type { Answer } from "../../market/outside.ts";
import { type Instant, instant } from "../../values/quantity.ts";
import { checked, instantOf, objectOf, PRICE, SIZE, shape, TEXT_OR_NULL, TIME } from "./border.ts";
import type { AlpacaEndpoints, AlpacaKeys } from "./endpoints.ts";
import { answerOf } from "./failures.ts";

interface WireBar {
  readonly t: string;
  readonly o: number;
  readonly h: number;
  readonly l: number;
  readonly c: number;
  readonly v: number;
}

interface Page {
  readonly bars: Readonly<Record<string, readonly WireBar[]>>;
  readonly next_page_token: string | null;
}

const BARS = { type: "array", items: objectOf({ t: TIME, o: PRICE, h: PRICE, l: PRICE, c: PRICE, v: SIZE }) } as const;
const PAGE = shape<Page>(
  "a page of bars",
  objectOf({ bars: { type: "object", additionalProperties: BARS }, next_page_token: TEXT_OR_NULL }),
);

export interface HistoryOptions {
  readonly endpoints: AlpacaEndpoints;
  readonly keys: AlpacaKeys;
  readonly stockFeed: "iex" | "sip";
  /** Milliseconds a request may take. */
  readonly timeout: number;
  /** Bars on a page. */
  readonly page: number;
}

/** Reading may be tried again by the SDK: it waits as long as Alpaca says. */
const RETRIES = 2;

export function barHistory({
  endpoints,
  keys,
  stockFeed,
  timeout,
  page,
}: HistoryOptions): (request: BarRequest) => Promise<Answer<readonly FeedBar[]>> {
  const configuration = new marketData.Configuration({
    ...keys,
    basePath: endpoints.data,
    timeoutMs: timeout,
    retry: { maxRetries: RETRIES },
  });
  const stocks = new marketData.StockApi(configuration);
  const crypto = new marketData.CryptoApi(configuration);

  const pageOf = async (request: BarRequest, timeframe: string, token: string | null): Promise<Answer<Page>> => {
    const { symbol, width, from, to } = request;
    const span = { start: new Date((from - width) / 1_000), end: new Date((to - (width === DAY ? 0 : width)) / 1_000) };
    const query = { symbols: symbol, timeframe, ...span, limit: page, ...(token === null ? {} : { pageToken: token }) };
    const answer = await answerOf("reads", async () => {
      const { raw } = isPair(symbol)
        ? await crypto.cryptoBarsRaw({ loc: "us", ...query })
        : await stocks.stockBarsRaw({ ...query, adjustment: "raw", feed: stockFeed });
      return raw.json() as Promise<unknown>;
    });
    return answer.ok ? checked(PAGE, answer.value) : answer;
  };

  return async (request) => {
    const timeframe = timeFrameOf(request.width);
    if (timeframe === null) {
      return {
        ok: false,
        failure: {
          class: "rejected",
          code: "unknown_width",
          message: `Alpaca has no bars of ${request.width} microseconds.`,
          retryAfter: null,
        },
      };
    }
    const bars: FeedBar[] = [];
    let token: string | null = null;
    do {
      const answer: Answer<Page> = await pageOf(request, timeframe, token);
      if (!answer.ok) return answer;
      for (const bar of answer.value.bars[request.symbol] ?? []) bars.push(barOf(request, bar));
      token = answer.value.next_page_token;
    } while (token !== null);
    return { ok: true, value: bars.filter(({ end }) => end >= request.from && end <= request.to) };
  };
}

export function isPair(symbol: string): boolean {
  return symbol.includes("/");
}

function timeFrameOf(width: number): string | null {
  if (width === DAY) return "1Day";
  if (width % HOUR === 0 && width < DAY) return `${width / HOUR}Hour`;
  return width % MINUTE === 0 && width < HOUR ? `${width / MINUTE}Min` : null;
}

function barOf({ symbol, width }: BarRequest, { t, o, h, l, c, v }: WireBar): FeedBar {
  const stamp = instantOf(t);
  return { symbol, ...spanOf(symbol, width, stamp), open: o, high: h, low: l, close: c, volume: v };
}

/** Alpaca stamps a day of a stock with its midnight in New York; here it is its regular session. */
function spanOf(symbol: string, width: number, stamp: Instant): { readonly start: Instant; readonly end: Instant } {
  if (width !== DAY || isPair(symbol)) return { start: stamp, end: instant(stamp + width) };
  const day = nyse.dateOf(stamp);
  return { start: instant(nyse.open(day)), end: instant(nyse.close(day)) };
}
