/**
 * `npm run bench:journal [-- --folder DIR] [--events N] [--seconds S]`: what the journal of a live run costs on this machine's disk. Durable events
 * a second with a bounded number not yet acknowledged; how long one event takes to be durable at 1,000 a second; how long N events take to be read again.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { setTimeout as pause } from "node:timers/promises";
import { parseArgs } from "node:util";
import { holdFolder, openJournal } from "../src/adapters/files/journal.ts";
import type { Disk } from "../src/journal/disk.ts";
import { journalEntries } from "../src/journal/reading.ts";
import { JOURNAL_BOUNDS, type Journal } from "../src/journal/writer.ts";
import type { Answer } from "../src/market/outside.ts";

const { values: flags } = parseArgs({
  options: {
    folder: { type: "string", default: tmpdir() },
    events: { type: "string", default: "1000000" },
    seconds: { type: "string", default: "10" },
  },
});

const IN_FLIGHT = 1_024;
const HEADER = { kind: "bench" };

function good<T>(answer: Answer<T>): T {
  if (!answer.ok) throw new Error(answer.failure.message);
  return answer.value;
}

/** A bar as a live run journals it, about 200 bytes. */
function event(n: number): object {
  const bar = {
    symbol: "SPY",
    start: 1_700_000_000_000_000 + n,
    end: 1_700_000_060_000_000 + n,
    open: 401.25,
    high: 401.5,
    low: 401,
    close: 401.4,
  };
  return { entry: "input", input: { kind: "instant", time: n, origin: "live", bars: [{ ...bar, volume: n % 9_999 }] } };
}

async function throughput(journal: Journal, events: number): Promise<number> {
  const started = performance.now();
  for (let n = 1; n <= events; n++) {
    journal.append(event(n));
    if (n % (IN_FLIGHT / 2) === 0 && n > IN_FLIGHT) good(await journal.whenDurable(n - IN_FLIGHT / 2));
  }
  good(await journal.whenDurable(events));
  return (events / (performance.now() - started)) * 1_000;
}

/** Milliseconds until each event is durable, sorted. */
async function latencies(journal: Journal, seconds: number): Promise<readonly number[]> {
  const taken: number[] = [];
  const started = performance.now();
  for (let sent = 0; sent < seconds * 1_000; ) {
    const due = Math.min(seconds * 1_000, performance.now() - started);
    for (; sent < due; sent++) {
      const at = performance.now();
      const sequence = journal.append(event(sent));
      void journal.whenDurable(sequence).then(() => taken.push(performance.now() - at));
    }
    await pause(1);
  }
  good(await journal.close());
  return taken.toSorted((a, b) => a - b);
}

async function recovery(disk: Disk): Promise<{ readonly seconds: number; readonly journal: Journal; readonly entries: number }> {
  const started = performance.now();
  const { journal, reading } = good(await openJournal(disk, HEADER, JOURNAL_BOUNDS));
  if (reading === null) throw new Error("the journal is gone");
  let entries = 0;
  for await (const _ of journalEntries(disk, reading, reading.snapshot?.end.sequence ?? 0)) entries += 1;
  return { seconds: (performance.now() - started) / 1_000, journal, entries };
}

async function main(): Promise<void> {
  const folder = mkdtempSync(join(flags.folder, "stratc-journal-"));
  const say = (text: string): void => void process.stdout.write(`${text}\n`);
  try {
    const events = Number(flags.events);
    const { disk, release } = good(await holdFolder(folder));
    const begun = good(await openJournal(disk, HEADER, JOURNAL_BOUNDS)).journal;
    say(`durable events a second, ${IN_FLIGHT} in flight: ${Math.round(await throughput(begun, events)).toLocaleString("en")}`);
    good(await begun.close());

    const whole = await recovery(disk);
    say(`recovery of ${whole.entries} events without a snapshot: ${whole.seconds.toFixed(2)} s`);
    good(await whole.journal.keep({ sequence: events, state: new Uint8Array(1 << 20) }));
    for (let n = 1; n <= 10_000; n++) whole.journal.append(event(n));
    good(await whole.journal.close());
    const short = await recovery(disk);
    say(`recovery of ${events + short.entries} events with a snapshot: ${short.seconds.toFixed(2)} s`);

    const taken = await latencies(short.journal, Number(flags.seconds));
    const share = (part: number): string => (taken[Math.floor(taken.length * part)] ?? Number.NaN).toFixed(2);
    say(`durable at 1,000 a second: p50 ${share(0.5)} ms, p99 ${share(0.99)} ms`);
    release();
  } finally {
    rmSync(folder, { recursive: true });
  }
}

await main();
