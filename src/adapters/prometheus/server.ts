/** Where Prometheus reads: `/metrics` on this machine's loopback. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Answer } from "../../market/outside.ts";
import type { Metrics } from "./registry.ts";

export interface MetricsServer {
  readonly port: number;
  close(): void;
}

/** `collect` is called before each reading. Port 0 is any that is free. */
export function serveMetrics({ registry }: Metrics, port: number, collect: () => void): Promise<Answer<MetricsServer>> {
  const server = createServer((request, response) => {
    if (request.url !== "/metrics") {
      response.writeHead(404).end();
      return;
    }
    collect();
    registry.metrics().then(
      (text) => response.writeHead(200, { "content-type": registry.contentType }).end(text),
      () => response.writeHead(500).end(),
    );
  });
  return new Promise((resolve) => {
    server.once("error", (error) => {
      const message = `metrics cannot be read on port ${port}: ${error.message}`;
      resolve({ ok: false, failure: { class: "rejected", code: "metrics_unavailable", message, retryAfter: null } });
    });
    server.listen(port, "127.0.0.1", () => {
      server.unref();
      const close = (): void => {
        server.close();
        server.closeAllConnections();
      };
      resolve({ ok: true, value: { port: (server.address() as AddressInfo).port, close } });
    });
  });
}
