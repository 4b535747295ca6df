/** The catalogue's metrics in a registry of prom-client, with those of the process (CPU, memory, event loop) beside them. */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import { METRICS, type MetricDescription, type MetricName } from "./catalogue.ts";

type Labels = Readonly<Record<string, string>>;

export interface Metrics {
  readonly registry: Registry;
  add(name: MetricName, labels?: Labels): void;
  set(name: MetricName, value: number, labels?: Labels): void;
  observe(name: MetricName, value: number, labels?: Labels): void;
}

export function openMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const counters = new Map<string, Counter>();
  const gauges = new Map<string, Gauge>();
  const histograms = new Map<string, Histogram>();
  for (const [name, { kind, help, labels, buckets }] of Object.entries<MetricDescription>(METRICS)) {
    const common = { name, help, labelNames: [...labels], registers: [registry] };
    if (kind === "counter") counters.set(name, new Counter(common));
    if (kind === "gauge") gauges.set(name, new Gauge(common));
    if (kind === "histogram") histograms.set(name, new Histogram({ ...common, buckets: [...(buckets ?? [])] }));
  }
  return {
    registry,
    add: (name, labels = {}) => found(counters, name).inc(labels),
    set: (name, value, labels = {}) => found(gauges, name).set(labels, value),
    observe: (name, value, labels = {}) => found(histograms, name).observe(labels, value),
  };
}

function found<T>(metrics: ReadonlyMap<string, T>, name: string): T {
  const metric = metrics.get(name);
  if (metric === undefined) throw new Error(`${name} is no metric of this kind`);
  return metric;
}
