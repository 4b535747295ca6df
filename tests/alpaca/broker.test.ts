/** The Alpaca adapter on the simulator passes the contract of brokers. */
import { alpacaBroker } from "../../src/adapters/alpaca/broker.ts";
import { alpacaEndpoints } from "../../src/adapters/alpaca/endpoints.ts";
import type { FaultKind } from "../../src/adapters/alpaca-simulator/faults.ts";
import type { Broker } from "../../src/market/broker.ts";
import { instant } from "../../src/values/quantity.ts";
import { type Accidents, type BrokerWorld, brokerContract } from "../contracts/broker.ts";
import { control, KEYS, testSimulator } from "../support/alpaca-simulator.ts";

for (const compress of [false, true]) {
  brokerContract(`Alpaca's adapter on the simulator${compress ? ", compressed" : ""}`, () => simulatedWorld(compress));
}

async function simulatedWorld(compress: boolean): Promise<BrokerWorld> {
  const simulator = await testSimulator({ compress, accountForm: compress ? "legacy" : "current" });
  const found = alpacaEndpoints(simulator.url);
  if (!found.ok) throw new Error(found.message);
  const broker = (): Broker =>
    alpacaBroker({ endpoints: found.endpoints, keys: KEYS, now: () => instant(Date.now() * 1_000), timeout: 2_000, reconnectDelay: 20 });
  const fault =
    (kind: FaultKind, on = "") =>
    async (): Promise<void> => {
      await control(simulator, "faults", { kind, on });
    };
  const accidents: Accidents = {
    partialFill: fault("partial_fill"),
    rejectAfterAccepting: fault("reject_order"),
    fillDuringCancel: fault("cancel_race"),
    fillDuringReplace: fault("replace_race"),
    loseRequest: fault("reset_before", "POST /v2/orders"),
    loseAnswer: fault("reset_after", "POST /v2/orders"),
    failAfterwards: fault("error_after", "POST /v2/orders"),
    limitRate: fault("rate_limit", "POST /v2/orders"),
    damageAnswer: fault("malformed"),
    sendReportTwice: fault("stream_duplicate", "trading"),
    dropConnection: fault("stream_disconnect", "trading"),
  };
  return {
    broker: broker(),
    price: async (price) => {
      await control(simulator, "price", { symbol: "AAPL", price });
    },
    reopened: broker,
    accidents,
    close: () => simulator.close(),
  };
}
