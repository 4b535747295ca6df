/** The stream of trade updates: JSON in binary frames, as on Alpaca's paper endpoint. Nothing is replayed to who connects later. */
import type { WebSocket } from "ws";
import type { TradeUpdate } from "./exchange.ts";
import { type Faults, happens } from "./faults.ts";
import type { Keys } from "./http.ts";

/** Serves one connection. `updates` are the world's listeners. */
export function serveTrading(socket: WebSocket, keys: Keys, updates: Set<(update: TradeUpdate) => void>, faults: Faults): void {
  let isAuthorized = false;
  const send = (message: unknown): void => socket.send(Buffer.from(JSON.stringify(message)));
  const publish = (update: TradeUpdate): void => {
    if (happens(faults, "stream_disconnect", "trading")) {
      socket.terminate();
      return;
    }
    if (happens(faults, "stream_drop", "trading")) return;
    send({ stream: "trade_updates", data: update });
    if (happens(faults, "stream_duplicate", "trading")) send({ stream: "trade_updates", data: update });
  };
  socket.on("message", (data) => {
    const message = readMessage(String(data));
    switch (message.action) {
      case "auth":
      case "authenticate":
        isAuthorized = isKnown(message, keys);
        send({ stream: "authorization", data: { status: isAuthorized ? "authorized" : "unauthorized", action: "authenticate" } });
        return;
      case "listen": {
        if (!isAuthorized) {
          send({ stream: "authorization", data: { status: "unauthorized", action: "listen" } });
          return;
        }
        const streams = message.data?.streams;
        const listens = Array.isArray(streams) && streams.includes("trade_updates");
        if (listens) updates.add(publish);
        else updates.delete(publish);
        send({ stream: "listening", data: { streams: listens ? ["trade_updates"] : [] } });
        return;
      }
      default:
        send({ action: "error", data: { error_message: "invalid message" } });
    }
  });
  socket.on("close", () => updates.delete(publish));
  socket.on("error", () => socket.terminate());
}

interface ClientMessage {
  readonly action?: unknown;
  readonly key?: unknown;
  readonly secret?: unknown;
  readonly data?: { readonly key_id?: unknown; readonly secret_key?: unknown; readonly streams?: unknown };
}

function readMessage(text: string): ClientMessage {
  try {
    const message: unknown = JSON.parse(text);
    return typeof message === "object" && message !== null ? message : {};
  } catch {
    return {};
  }
}

/** Both forms of signing in. */
function isKnown({ key, secret, data }: ClientMessage, keys: Keys): boolean {
  return (key ?? data?.key_id) === keys.keyId && (secret ?? data?.secret_key) === keys.secret;
}
