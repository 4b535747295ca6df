/** Logs and metrics of a live run, each loaded only where it is wanted. What goes wrong with them is noted and never stops the run. */
import type { Logger } from "../adapters/logs/logger.ts";
import type { Metrics } from "../adapters/prometheus/registry.ts";
import type { MetricsServer } from "../adapters/prometheus/server.ts";
import { standingFigures } from "../report/standing-figures.ts";
import type { LiveBeginning, LiveEntry, LiveJournal } from "../run/live/journal.ts";
import { type LogLevel, logLines } from "../run/live/log-lines.ts";
import type { Runner } from "../run/live/runner.ts";
import { outputFailure } from "./files.ts";
import type { Terminal } from "./terminal.ts";

/** The keys of the configuration. */
export interface TelemetrySettings {
  readonly log_level: LogLevel;
  readonly log_to: string;
  readonly metrics_port: number;
}

export interface Telemetry {
  readonly see: (entry: LiveEntry) => void;
  /** Opens the port for metrics, if there is one. */
  readonly serve: (runner: Runner) => Promise<void>;
  readonly end: () => void;
}

export async function openTelemetry(
  { log_level, log_to, metrics_port }: TelemetrySettings,
  beginning: LiveBeginning,
  journal: LiveJournal,
  terminal: Terminal,
): Promise<Telemetry> {
  const watchers: ((entry: LiveEntry) => void)[] = [];
  const logger = log_to === "none" ? null : await openLog(log_to, log_level, terminal);
  if (logger !== null) watchers.push(logging(logger));
  const metrics = metrics_port === 0 ? null : await openCounting(watchers);
  let server: MetricsServer | null = null;
  return {
    see: (entry) => {
      for (const watch of watchers) watch(entry);
    },
    serve: async (runner) => {
      if (metrics === null) return;
      const { serveMetrics } = await import("../adapters/prometheus/server.ts");
      const opened = await serveMetrics(metrics, metrics_port, () => collect(metrics, beginning, journal, runner));
      if (opened.ok) server = opened.value;
      else terminal.note(`warning: ${opened.failure.message}\n`);
    },
    end: () => {
      logger?.close();
      server?.close();
    },
  };
}

async function openLog(to: string, level: LogLevel, terminal: Terminal): Promise<Logger> {
  const { openLogger } = await import("../adapters/logs/logger.ts");
  try {
    return openLogger(to, level, (message) => terminal.note(`warning: nothing is logged any more: ${message}\n`));
  } catch (error) {
    throw outputFailure(to, error);
  }
}

function logging(logger: Logger): (entry: LiveEntry) => void {
  const lineOf = logLines();
  return (entry) => {
    const line = lineOf(entry);
    if (line !== null) logger.write(line);
  };
}

async function openCounting(watchers: ((entry: LiveEntry) => void)[]): Promise<Metrics> {
  const { openMetrics } = await import("../adapters/prometheus/registry.ts");
  const { metricsObserver } = await import("../adapters/prometheus/observer.ts");
  const metrics = openMetrics();
  watchers.push(metricsObserver(metrics));
  return metrics;
}

/** What is measured only when it is read. */
function collect(metrics: Metrics, { strategies }: LiveBeginning, journal: LiveJournal, { run }: Runner): void {
  metrics.set("stratc_journal_entries", journal.appended());
  metrics.set("stratc_journal_lag_entries", journal.appended() - journal.durable());
  run.strategies.forEach((one, index) => {
    const { strategy, equity, profit, maxDrawdown, roundTrips, winRate, averageRowsHeld, sharpe } = standingFigures(
      one,
      Number(strategies[index]?.cash),
    );
    const labels = { strategy };
    metrics.set("stratc_equity", equity, labels);
    metrics.set("stratc_profit", profit, labels);
    metrics.set("stratc_max_drawdown", maxDrawdown, labels);
    metrics.set("stratc_round_trips", roundTrips, labels);
    if (winRate !== null) metrics.set("stratc_win_rate", winRate, labels);
    if (averageRowsHeld !== null) metrics.set("stratc_average_rows_held", averageRowsHeld, labels);
    if (sharpe !== null) metrics.set("stratc_sharpe", sharpe, labels);
  });
}
