/** Where Alpaca is: its paper environment, or something on this machine that speaks like it. Real money cannot be reached: there is no way to name it. */

export interface AlpacaKeys {
  readonly keyId: string;
  readonly secret: string;
}

export interface AlpacaEndpoints {
  /** Base of the trading interface's REST paths. */
  readonly trading: string;
  /** Of trade updates. */
  readonly tradingStream: string;
  readonly data: string;
  /** Base of the market data streams' paths. */
  readonly dataStream: string;
}

export type EndpointResult = { readonly ok: true; readonly endpoints: AlpacaEndpoints } | { readonly ok: false; readonly message: string };

const PAPER: AlpacaEndpoints = {
  trading: "https://paper-api.alpaca.markets",
  tradingStream: "wss://paper-api.alpaca.markets/stream",
  data: "https://data.alpaca.markets",
  dataStream: "wss://stream.data.alpaca.markets",
};
const LOOPBACK = new Set(["127.0.0.1", "localhost", "[::1]"]);

/** The endpoints behind a base URL; Alpaca's paper environment where it is null. Anything but that and this machine is refused. */
export function alpacaEndpoints(base: string | null): EndpointResult {
  if (base === null) return { ok: true, endpoints: PAPER };
  const url = URL.parse(base);
  if (url === null) return { ok: false, message: `\`${base}\` is no URL.` };
  if (url.origin === PAPER.trading && isBare(url)) return { ok: true, endpoints: PAPER };
  if (url.protocol !== "http:" || !LOOPBACK.has(url.hostname) || !isBare(url)) {
    return {
      ok: false,
      message: `\`${url.origin}\` is not taken: only ${PAPER.trading} and http://127.0.0.1:PORT are. Live trading is not part of this version.`,
    };
  }
  const streams = url.origin.replace("http:", "ws:");
  return { ok: true, endpoints: { trading: url.origin, tradingStream: `${streams}/stream`, data: url.origin, dataStream: streams } };
}

function isBare({ username, password, pathname, search, hash }: URL): boolean {
  return username === "" && password === "" && pathname === "/" && search === "" && hash === "";
}
