/** The stream of trade updates as reports: in order, with a `gap` whenever some may have been lost. */
import type { BrokerReport } from "../../market/broker.ts";
import type { Answer } from "../../market/outside.ts";
import type { Instant } from "../../values/quantity.ts";
import type { AlpacaKeys } from "./endpoints.ts";
import { readUpdate } from "./reports.ts";
import { signIn, tradeUpdatesStream } from "./streams.ts";

export interface ReportStreamOptions {
  readonly url: string;
  readonly keys: AlpacaKeys;
  readonly reconnectDelay: number;
  readonly now: () => Instant;
  /** The client id of an order that replaced one, by its id at the broker. */
  readonly clientIdOf: (brokerId: string) => Promise<Answer<string>>;
  readonly listener: (report: BrokerReport) => void;
}

export interface ReportStream {
  /** Resolves when reports flow. */
  open(): Promise<Answer<null>>;
  close(): void;
}

export function reportStream(options: ReportStreamOptions): ReportStream {
  const { listener, now } = options;
  const gap = (): void => listener({ kind: "gap", time: now() });
  // Reports wait for those before them, of which one may have to ask for an id.
  let queue = Promise.resolve();
  let listens = 0;
  let onListening: () => void = () => undefined;
  const listening = new Promise<void>((resolve) => {
    onListening = resolve;
  });

  const take = async (data: unknown): Promise<void> => {
    const update = readUpdate(data);
    if (!update.ok) {
      // What it said is lost; asking for orders will say what is wrong.
      gap();
      return;
    }
    const meaning = update.value;
    switch (meaning.kind) {
      case "report":
        listener(meaning.report);
        return;
      case "replaced": {
        const { clientId, time, newBrokerId } = meaning;
        const newer = await options.clientIdOf(newBrokerId);
        if (newer.ok) listener({ kind: "replaced", clientId, newClientId: newer.value, time });
        else gap();
        return;
      }
      case "unknown":
        gap();
        return;
      case "nothing":
        return;
    }
  };

  const onMessage = (message: unknown): void => {
    const { stream: name, data } = message as { readonly stream?: unknown; readonly data?: unknown };
    if (name === "trade_updates") queue = queue.then(() => take(data));
    if (name !== "listening") return;
    listens++;
    if (listens === 1) onListening();
    else queue = queue.then(gap);
  };

  const stream = tradeUpdatesStream({ ...options, onMessage, onPong: () => undefined });
  return {
    open: async () => {
      const signedIn = await signIn(stream);
      if (signedIn.ok) await listening;
      return signedIn;
    },
    close: () => stream.disconnect(),
  };
}
