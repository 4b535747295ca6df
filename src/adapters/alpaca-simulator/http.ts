/** The HTTP side of the simulator: keys, the rate limit, faults, and the answers' form. What is answered is the routes' business. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { type FaultKind, type Faults, happens } from "./faults.ts";
import { internalError, malformed, noEndpoint, Refused, tooManyRequests, unauthorized } from "./refusal.ts";

export interface ApiRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: unknown;
}

export interface ApiAnswer {
  readonly status: number;
  /** Nothing is sent where it is undefined. */
  readonly body?: unknown;
}

/** A route's path is matched whole; its groups are handed over decoded. */
export interface Route {
  readonly method: string;
  readonly path: RegExp;
  readonly answer: (request: ApiRequest, groups: readonly string[]) => ApiAnswer;
}

export interface Keys {
  readonly keyId: string;
  readonly secret: string;
}

export interface HttpOptions {
  readonly keys: Keys;
  /** Of the trading interface, in a minute of the wall clock; 0 for no limit. */
  readonly requestsPerMinute: number;
  readonly faults: Faults;
  readonly routes: readonly Route[];
  /** Of /simulator: no keys, no limits, no faults. */
  readonly controls: readonly Route[];
}

const MINUTE = 60_000;

export function createHttpServer(options: HttpOptions): Server {
  const window: RateWindow = { since: 0, count: 0 };
  return createServer((request, response) => {
    serve(request, response, options, window).catch(() => response.destroy());
  });
}

interface RateWindow {
  since: number;
  count: number;
}

async function serve(incoming: IncomingMessage, response: ServerResponse, options: HttpOptions, window: RateWindow): Promise<void> {
  const url = new URL(incoming.url ?? "/", "http://127.0.0.1");
  const method = incoming.method ?? "GET";
  const text = await readBody(incoming);
  const ask = (routes: readonly Route[]): ApiAnswer => dispatch(routes, method, url, text);
  if (url.pathname === "/simulator" || url.pathname.startsWith("/simulator/")) {
    send(response, ask(options.controls), {});
    return;
  }
  const { keys, faults } = options;
  const headers = rateHeaders(options, window);
  if (incoming.headers["apca-api-key-id"] !== keys.keyId || incoming.headers["apca-api-secret-key"] !== keys.secret) {
    send(response, unauthorized(), headers);
    return;
  }
  const occasion = `${method} ${url.pathname}`;
  const isHit = (kind: FaultKind): boolean => happens(faults, kind, occasion);
  if (isHit("latency")) await new Promise((resolve) => setTimeout(resolve, faults.latency));
  if (isHit("reset_before")) {
    incoming.socket.destroy();
    return;
  }
  if (isLimited(options, window) || isHit("rate_limit")) {
    send(response, tooManyRequests(), { ...headers, "retry-after": "1" });
    return;
  }
  if (isHit("error_before")) {
    send(response, { status: 503, body: { message: "service unavailable" } }, headers);
    return;
  }
  const answer = ask(options.routes);
  if (isHit("reset_after")) incoming.socket.destroy();
  else if (isHit("error_after")) send(response, internalError(), headers);
  else send(response, answer.status < 300 && isHit("malformed") ? damaged(answer) : answer, headers);
}

async function readBody(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString("utf8");
}

function dispatch(routes: readonly Route[], method: string, url: URL, text: string): ApiAnswer {
  try {
    for (const route of routes) {
      const match = route.method === method ? route.path.exec(url.pathname) : null;
      if (match === null) continue;
      const groups = match.slice(1).map(decodeURIComponent);
      return route.answer({ method, path: url.pathname, query: url.searchParams, body: parsed(text) }, groups);
    }
    return noEndpoint();
  } catch (error) {
    if (error instanceof Refused) return error.refusal;
    throw error;
  }
}

function parsed(text: string): unknown {
  if (text === "") return null;
  try {
    return JSON.parse(text);
  } catch {
    throw new Refused(malformed());
  }
}

function isLimited({ requestsPerMinute }: HttpOptions, window: RateWindow): boolean {
  window.count++;
  return requestsPerMinute > 0 && window.count > requestsPerMinute;
}

function rateHeaders({ requestsPerMinute }: HttpOptions, window: RateWindow): Readonly<Record<string, string>> {
  const now = Date.now();
  if (now - window.since >= MINUTE) {
    window.since = now;
    window.count = 0;
  }
  if (requestsPerMinute === 0) return {};
  return {
    "x-ratelimit-limit": String(requestsPerMinute),
    "x-ratelimit-remaining": String(Math.max(0, requestsPerMinute - window.count - 1)),
    "x-ratelimit-reset": String(Math.ceil((window.since + MINUTE) / 1_000)),
  };
}

/** An answer that lacks the first of its fields. */
function damaged({ status, body }: ApiAnswer): ApiAnswer {
  const first = Array.isArray(body) ? body[0] : body;
  if (typeof first !== "object" || first === null) return { status, body: "surprise" };
  const rest = Object.fromEntries(Object.entries(first).slice(1));
  return { status, body: Array.isArray(body) ? [rest, ...body.slice(1)] : rest };
}

function send(response: ServerResponse, { status, body }: ApiAnswer, headers: Readonly<Record<string, string>>): void {
  const text = body === undefined ? "" : JSON.stringify(body);
  response.writeHead(status, {
    ...(body === undefined ? {} : { "content-type": "application/json; charset=UTF-8" }),
    "content-length": Buffer.byteLength(text),
    ...headers,
  });
  response.end(text);
}
