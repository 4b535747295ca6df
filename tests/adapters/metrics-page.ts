/** docs/metrics.md, from the catalogue. */
import { METRICS, type MetricDescription } from "../../src/adapters/prometheus/catalogue.ts";

const HEAD = `# Metrics and logs

\`telemetry.metrics_port\` of the [configuration](configuration.md) is the port on 127.0.0.1 where Prometheus reads \`/metrics\` of a live run. Beside those below
there are those of the process by prom-client: \`process_cpu_seconds_total\`, \`process_resident_memory_bytes\`, \`nodejs_eventloop_lag_p99_seconds\` and more.
[deploy/](../deploy) has a dashboard for Grafana, alerts, and a unit for systemd. Nothing that is measured can change or delay a decision.

| metric | kind | what it is | labels |
|---|---|---|---|
`;

const LOGS = `
\`telemetry.log_to\` is where a live run logs (a file, \`stderr\`, \`none\`), \`telemetry.log_level\` the least that is. A line is one JSON object: \`level\`, \`time\` (of the
writing, milliseconds), \`event\`, and what belongs to it. \`correlation\` follows an order from its decision over its requests (\`client_id\`) to its fills:
\`sma_cross/17\` is order 17 of that strategy. A reader that is too slow loses lines, never the run its time. Keys are redacted wherever they would stand.

\`\`\`json
{"level":"info","time":1795463342816,"correlation":"sma_cross/1","at":"2000-10-16T20:00:00Z","status":"approved","symbol":"SPX","side":"buy","quantity":"69","event":"order"}
\`\`\`
`;

export function metricsPage(): string {
  const rows = Object.entries<MetricDescription>(METRICS).map(
    ([name, { kind, help, labels }]) => `| \`${name}\` | ${kind} | ${help} | ${labels.map((label) => `\`${label}\``).join(" ")} |\n`,
  );
  return HEAD + rows.join("") + LOGS;
}
