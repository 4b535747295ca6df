/**
 * A live run on the simulated Alpaca, over real sockets, with something going wrong every simulated minute: requests lost before and after they were
 * carried out, answers late, refused or in error, reports lost, twice and cut off, fills in parts, races. When the trouble is over, every order is accounted
 * for, and the run's ledger is what an auditor makes of the broker's own list of fills. STRATC_SIMULATED_HOURS makes it longer.
 */
import { execFile } from "node:child_process";
import { resolve } from "node:path";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import type { FaultKind } from "../../src/adapters/alpaca-simulator/faults.ts";
import { plan } from "../../src/adapters/alpaca-simulator/faults.ts";
import { nextOpen, phaseAt } from "../../src/adapters/alpaca-simulator/hours.ts";
import { MINUTE, SECOND } from "../../src/market/calendars.ts";
import type { LiveEntry } from "../../src/run/live/journal.ts";
import { prng } from "../../src/values/prng.ts";
import { instant } from "../../src/values/quantity.ts";
import { recordsIn } from "../live/support.ts";
import { KEYS, minutesOf } from "../support/alpaca-simulator.ts";
import { modesIn, rehearse } from "./rehearsal.ts";

const HOURS = Number(process.env.STRATC_SIMULATED_HOURS ?? 2);
const SESSION_HOURS = 6.5;
const QUIET_MINUTES = 5;
const STRATEGY = `strategy rehearsal
trade [AAPL]
clock bar = 1m
risk { order_value <= 100_000usd   day_loss <= 50_000usd }
rule go { when close > close[2]  enter long { size 20shares  stop at fill * 99%  target at fill * 100.2% } }
rule leave { when close < close[3]  exit go }
`;
const TROUBLE: readonly (readonly [FaultKind, string])[] = [
  ["latency", ""],
  ["rate_limit", "POST /v2/orders"],
  ["error_before", ""],
  ["error_after", "POST /v2/orders"],
  ["reset_before", "POST /v2/orders"],
  ["reset_after", "POST /v2/orders"],
  ["reset_after", "DELETE"],
  ["reset_before", "GET"],
  ["partial_fill", ""],
  ["reject_order", ""],
  ["cancel_race", ""],
  ["stream_drop", "trading"],
  ["stream_duplicate", "trading"],
  ["stream_disconnect", "trading"],
  ["stream_disconnect", "data"],
  ["stream_duplicate", "data"],
];

interface Audit {
  readonly cash: string;
  readonly realised: string;
  readonly fills: number;
  readonly positions: Readonly<Record<string, string>>;
  /** How much has filled, by client id. */
  readonly orders: Readonly<Record<string, string>>;
}

async function audit(url: string): Promise<Audit> {
  const script = resolve(import.meta.dirname, "auditor.py");
  const { stdout } = await promisify(execFile)("python3", [script, url, KEYS.keyId, KEYS.secret, "100000"], { maxBuffer: 1 << 26 });
  return JSON.parse(stdout) as Audit;
}

function sentIn(entries: readonly LiveEntry[]): readonly string[] {
  return recordsIn(entries).flatMap((record) =>
    record.kind === "request" && record.request.kind === "submit" ? [record.request.order.clientId] : [],
  );
}

it(
  `accounts for every order of ${HOURS} hours with a fault a minute`,
  async () => {
    const days = 2 * Math.ceil(HOURS / SESSION_HOURS) + 3;
    const { simulator, runner, entries, pass, end } = await rehearse(STRATEGY, [minutesOf("AAPL", 100, 3, days, 0.001)]);
    const { exchange } = simulator.world;
    const random = prng(11);
    const minutes = HOURS * 60;
    for (let minute = 0; minute < minutes; minute++) {
      if (phaseAt(exchange.now) !== "regular") simulator.advance(instant(nextOpen(exchange.now) - MINUTE));
      const [kind, on] = TROUBLE[random.below(TROUBLE.length)]!;
      simulator.faults.planned.length = 0;
      if (minute < minutes - QUIET_MINUTES) plan(simulator.faults, kind, on);
      for (let part = 0; part < 4; part++) await pass(MINUTE / 4);
    }
    for (let second = 0; second < 120; second += 10) await pass(10 * SECOND);
    expect(modesIn(entries).filter(({ mode }) => mode === "halted")).toEqual([]);
    expect([...simulator.faults.happened.keys()].length).toBeGreaterThan(8);

    const { cash, realised, fills, positions, orders } = await audit(simulator.url);
    const { engine } = runner.run.strategies[0]!.walk;
    const { ledger, money, books } = engine;
    expect(fills).toBeGreaterThan(20);
    expect(books[0]!.position.quantity).toBe(Number(positions.AAPL ?? 0));
    expect(money.toNumber(ledger.cash)).toBeCloseTo(Number(cash), 6);
    const profit = ledger.trips.reduce((sum, trip) => sum + money.toNumber(trip.profit), 0);
    if (positions.AAPL === undefined) expect(profit).toBeCloseTo(Number(realised), 6);
    const sent = sentIn(entries);
    expect(new Set(sent).size).toBeGreaterThan(20);
    expect(Object.keys(orders).filter((id) => !sent.includes(id))).toEqual([]);
    await end();
  },
  HOURS * 120_000,
);
