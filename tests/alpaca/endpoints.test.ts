/** Real money cannot be reached: only Alpaca's paper environment and this machine are taken for an address. */
import { expect, it } from "vitest";
import { alpacaEndpoints } from "../../src/adapters/alpaca/endpoints.ts";

it.each([
  "https://api.alpaca.markets",
  "https://api.alpaca.markets/",
  "https://paper-api.alpaca.markets.example.com",
  "https://paper-api.alpaca.markets@api.alpaca.markets",
  "https://user:word@paper-api.alpaca.markets",
  "https://paper-api.alpaca.markets:8443",
  "http://paper-api.alpaca.markets",
  "https://127.0.0.1:8787",
  "http://127.0.0.1.example.com",
  "http://10.0.0.1:8787",
  "http://0.0.0.0:8787",
  "http://127.0.0.1:8787/live",
  "ws://127.0.0.1:8787",
  "paper-api.alpaca.markets",
  "",
])("refuses %s", (base) => expect(alpacaEndpoints(base)).toMatchObject({ ok: false }));

it.each([null, "https://paper-api.alpaca.markets", "https://paper-api.alpaca.markets/"])("takes %s for the paper environment", (base) => {
  const found = alpacaEndpoints(base);
  expect(found).toMatchObject({ ok: true, endpoints: { trading: "https://paper-api.alpaca.markets" } });
  expect(JSON.stringify(found)).not.toMatch(/"(https|wss):\/\/api\./);
});

it.each(["http://127.0.0.1:8787", "http://localhost:1", "http://[::1]:9/"])("takes %s, for all there is", (base) => {
  const found = alpacaEndpoints(base);
  const host = new URL(base).host;
  expect(found.ok && Object.values(found.endpoints).every((url) => new URL(url).host === host)).toBe(true);
});
