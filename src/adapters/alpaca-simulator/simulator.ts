/** A server that behaves like Alpaca's paper trading and market data, on loopback, over a replayed market. */
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { type WebSocket, WebSocketServer } from "ws";
import { type Instant, instant } from "../../values/quantity.ts";
import { controlRoutes, type Pace } from "./control-routes.ts";
import { dataRoutes } from "./data-routes.ts";
import { serveData } from "./data-socket.ts";
import { type FaultKind, type Faults, happens, newFaults } from "./faults.ts";
import { createHttpServer, type Keys } from "./http.ts";
import { tradingRoutes } from "./trading-routes.ts";
import { serveTrading } from "./trading-socket.ts";
import { advance, newWorld, type World, type WorldOptions } from "./world.ts";

export interface SimulatorOptions extends Omit<WorldOptions, "befalls"> {
  readonly keys: Keys;
  /** 0: any free one. */
  readonly port: number;
  /** Simulated seconds in one of the wall clock; 0: time passes only as it is told to. */
  readonly speed: number;
  readonly requestsPerMinute: number;
  readonly rates: ReadonlyMap<FaultKind, number>;
  /** Milliseconds. */
  readonly latency: number;
  /** Whether the streams compress messages for clients that ask for it. */
  readonly compress: boolean;
}

export interface Simulator {
  /** "http://127.0.0.1:PORT". */
  readonly url: string;
  readonly world: World;
  readonly faults: Faults;
  /** Lets simulated time pass until `to`. */
  advance(to: Instant): void;
  close(): Promise<void>;
}

const TICK_MILLISECONDS = 10;

export async function startSimulator(options: SimulatorOptions): Promise<Simulator> {
  const faults = newFaults(options.seed, options.rates, options.latency);
  const world = newWorld({ ...options, befalls: (fault) => happens(faults, fault) });
  const pace: Pace = { speed: options.speed };
  const server = createHttpServer({
    keys: options.keys,
    requestsPerMinute: options.requestsPerMinute,
    faults,
    routes: [...tradingRoutes(world.exchange), ...dataRoutes(world)],
    controls: controlRoutes(world, faults, pace),
  });
  const sockets = socketServer(server, options, world, faults);
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port, "127.0.0.1", resolve);
  });
  const stopClock = keepTime(world, pace);
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    world,
    faults,
    advance: (to) => advance(world, to),
    close: async () => {
      stopClock();
      for (const client of sockets.clients) client.terminate();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const DATA_STREAM = /^\/(?:v2\/(?:iex|sip|delayed_sip|test)|v1beta3\/(crypto)\/us)$/;

function socketServer(server: Server, { keys, compress }: SimulatorOptions, world: World, faults: Faults): WebSocketServer {
  const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: compress });
  const signedIn = new Map<string, Set<WebSocket>>();
  server.on("upgrade", (request, socket, head) => {
    const path = new URL(request.url ?? "/", "http://127.0.0.1").pathname;
    const data = DATA_STREAM.exec(path);
    if (data === null && path !== "/stream") {
      socket.destroy();
      return;
    }
    sockets.handleUpgrade(request, socket, head, (client) => {
      if (data === null) serveTrading(client, keys, world.listeners.updates, faults);
      else {
        const others = signedIn.get(path) ?? new Set();
        signedIn.set(path, others);
        const isMsgpack = request.headers["content-type"] === "application/msgpack";
        serveData(client, { world, keys, faults, isCrypto: data[1] !== undefined, isMsgpack, signedIn: others });
      }
    });
  });
  return sockets;
}

/** Lets simulated time follow the wall clock. Gives what stops it. */
function keepTime(world: World, pace: Pace): () => void {
  let last = performance.now();
  const timer = setInterval(() => {
    const now = performance.now();
    const passed = Math.round((now - last) * 1_000 * pace.speed);
    last = now;
    if (passed > 0) advance(world, instant(world.exchange.now + passed));
  }, TICK_MILLISECONDS);
  return () => clearInterval(timer);
}
