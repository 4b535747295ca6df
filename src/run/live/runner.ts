/**
 * The runner: takes what comes from the feed, the clock and people as inputs, one at a time. Each is journalled, consumed, and what follows from it
 * journalled too.
 */
import type { LaneBackend } from "../../graph/kernel.ts";
import type { ModelRunner } from "../../graph/model-runner.ts";
import type { Graph } from "../../graph/nodes.ts";
import { firstClock } from "../../graph/traverse.ts";
import type { Broker } from "../../market/broker.ts";
import type { Feed, FeedBar, FeedEvent } from "../../market/feed.ts";
import type { Answer, OutsideFailure } from "../../market/outside.ts";
import { type Instant, instant } from "../../values/quantity.ts";
import { ask } from "./asking.ts";
import { type Assembly, assembly, type ClosedInstant } from "./assembly.ts";
import type { Clock } from "./clock.ts";
import { type Courier, courier } from "./courier.ts";
import { instantsBetween, type Warming, warmInstants } from "./history.ts";
import type { EndReason, LiveCommand, LiveInput } from "./input.ts";
import type { LiveBeginning, LiveEntry, LiveJournal } from "./journal.ts";
import { type LiveRun, liveRun } from "./live-run.ts";
import type { LiveRecord } from "./record.ts";
import type { Resumed } from "./resume.ts";
import { feedAgeLimits, type Silence, silence } from "./silence.ts";
import { type Snapshots, snapshots } from "./snapshots.ts";

export interface RunnerInput {
  readonly beginning: LiveBeginning;
  /** Of the strategies, in their order. */
  readonly graphs: readonly Graph[];
  readonly backend: LaneBackend;
  readonly feed: Feed;
  readonly clock: Clock;
  readonly journal: LiveJournal;
  /** What the journal holds of the run; null for one that begins. */
  readonly resumed?: Resumed | null;
  /** What runs the models of the host, by strategy. */
  readonly models?: readonly (ModelRunner | undefined)[];
  /** Where orders go; null where the market is simulated. */
  readonly broker?: Broker | null;
  /** Sees every entry after the journal has taken it. */
  readonly watch?: (entry: LiveEntry) => void;
}

/** How a live run ended: by an end that was told, by the outside world, or by an error that a strategy threw (`failureOf`). */
export type Ended =
  | { readonly kind: "ended"; readonly reason: EndReason }
  | { readonly kind: "outside"; readonly failure: OutsideFailure }
  | { readonly kind: "error"; readonly error: unknown };

export interface Runner {
  readonly run: LiveRun;
  command(command: LiveCommand): void;
  /** Ends the run without changing anything. */
  stop(): void;
  /** Resolves when the run has ended and all that was journalled is durable. */
  readonly finished: Promise<Ended>;
}

/** So many entries may wait to become durable before the feed must. */
const LAG_MAX = 8_192;

interface Running {
  readonly feed: Feed;
  readonly clock: Clock;
  readonly journal: LiveJournal;
  readonly append: (entry: LiveEntry) => number;
  readonly run: LiveRun;
  readonly snapshots: Snapshots;
  readonly courier: Courier | null;
  readonly broker: Broker | null;
  readonly instants: Assembly;
  readonly asked: Parameters<typeof instantsBetween>[0];
  readonly warming: readonly Warming[];
  /** While bars that may have been missed are fetched, what the feed hands over waits. */
  waiting: FeedBar[] | null;
  /** Inputs that came while another was consumed. */
  readonly inbox: LiveInput[];
  /** While an input is consumed, or a model asked. */
  isBusy: boolean;
  /** Told when nothing is consumed or asked any more. */
  readonly idle: (() => void)[];
  readonly models: readonly (ModelRunner | undefined)[];
  readonly finish: (ended: Ended) => void;
  isOver: boolean;
  /** The feed was lost, or not yet there, and what was missed has not been fetched. */
  isLost: boolean;
  /** Watches the feed's age once it is open; null where there is no connection. */
  silence: Silence | null;
  /** Takes the timer of the instants back. */
  forget: () => void;
  /** Told when it has been seen what the broker has. */
  reconciled: () => void;
}

/** Starts a run from its beginning, or where it was interrupted. */
export function startRunner(input: RunnerInput): Runner {
  const { promise: finished, resolve } = Promise.withResolvers<Ended>();
  const running = runningOf(input, resolve);
  begin(running, input).then(
    (failure) => (failure === null ? undefined : close(running, { kind: "outside", failure })),
    (error: unknown) => close(running, { kind: "error", error }),
  );
  return {
    run: running.run,
    finished,
    command: (command) => handle(running, { kind: "command", received: input.clock.now(), ...command }),
    stop: () => end(running, "interrupted"),
  };
}

function runningOf(input: RunnerInput, finish: Running["finish"]): Running {
  const { beginning, graphs, backend, feed, clock, journal, broker = null, resumed = null, models = [], watch = () => undefined } = input;
  const symbols = [...new Set(graphs.flatMap((graph) => graph.symbols.map(({ name }) => name)))];
  const append = (entry: LiveEntry): number => {
    const sequence = journal.append(entry);
    watch(entry);
    return sequence;
  };
  const tell = (record: LiveRecord): void => {
    const sequence = append({ entry: "record", record });
    if (record.kind === "request") running.courier?.carry(record.request, sequence);
  };
  const carried = (broker: Broker): Courier =>
    courier({
      broker,
      clock,
      journal,
      requestsPerMinute: beginning.settings.requestsPerMinute,
      answer: (request, answer) => handle(running, { kind: "answer", received: clock.now(), request, answer }),
      timer: (timer) => handle(running, { kind: "timer", received: clock.now(), timer }),
    });
  const run = resumed?.goOn(tell) ?? liveRun(beginning, graphs, backend, tell);
  const running: Running = {
    feed,
    clock,
    journal,
    append,
    run,
    snapshots: snapshots(run, journal, resumed?.snapshot ?? 0),
    courier: broker === null ? null : carried(broker),
    broker,
    instants: assembly(symbols, beginning.settings.barGrace),
    asked: { feed, symbols, width: firstClock(present(graphs[0])).width },
    warming: graphs.map((graph, index) => ({ graph, parameters: beginning.strategies[index]?.parameters ?? [] })),
    waiting: null,
    inbox: [],
    isBusy: false,
    idle: [],
    models,
    finish,
    isOver: false,
    isLost: false,
    silence: null,
    forget: () => undefined,
    reconciled: () => undefined,
  };
  return running;
}

/** Sees what the broker has, then listens to the feed. Gives what makes that impossible. */
async function begin(running: Running, input: RunnerInput): Promise<OutsideFailure | null> {
  const { beginning, resumed = null } = input;
  const { broker, clock, feed, asked, run } = running;
  if (resumed === null) running.append({ entry: "begin", beginning });
  // Requests among them are made anew by the restart.
  for (const record of resumed?.unwritten ?? []) running.append({ entry: "record", record });
  if (run.mode === "ended") {
    close(running, { kind: "ended", reason: "data_over" });
    return null;
  }
  askModel(running);
  await whenIdle(running);
  if (broker !== null) {
    const connected = await broker.connect((report) => handle(running, { kind: "report", received: clock.now(), report }));
    if (!connected.ok) return connected.failure;
    if (connected.value.id !== beginning.account) return otherAccount(connected.value.id, beginning.account);
  }
  if (broker !== null || resumed !== null) {
    const seen = new Promise<void>((resolve) => {
      running.reconciled = resolve;
    });
    handle(running, { kind: "restart", received: clock.now() });
    await seen;
  }
  const past = await pastOf(running);
  if (!past.ok) return past.failure;
  await consumePast(running, past.value, run.lastEnd === null ? "history" : "repair");
  running.isLost = past.value.length > 0;
  running.silence = feed.isConnection ? watched(running, input.graphs) : null;
  const opened = await feed.open({ symbols: asked.symbols, channels: ["bars"] }, (event) => listen(running, event));
  return opened.ok ? null : opened.failure;
}

function watched(running: Running, graphs: readonly Graph[]): Silence {
  const { clock, run } = running;
  const isSilent = run.strategies.some(({ circumstances }) => circumstances.feedAge > 0);
  const tell = (age: number, received: Instant): void => handle(running, { kind: "feed_age", received, age });
  return silence({ clock, limits: feedAgeLimits(graphs), isSilent, tell });
}

/** What must be known before the first live instant: of a run that goes on, what was missed since its last. */
function pastOf({ asked, warming, clock, run: { lastEnd } }: Running): Promise<Answer<readonly ClosedInstant[]>> {
  const now = clock.now();
  return lastEnd === null ? warmInstants(asked, warming, now) : instantsBetween(asked, instant(lastEnd + 1), now);
}

function present<T>(value: T | undefined): T {
  if (value === undefined) throw new Error("a run of no strategy");
  return value;
}

/** Instants that have been before anyone looked. */
async function consumePast(running: Running, past: readonly ClosedInstant[], origin: "history" | "repair"): Promise<void> {
  for (const closed of past) {
    handle(running, { kind: "instant", received: running.clock.now(), origin, ...closed });
  }
  await whenIdle(running);
  if (running.run.lastEnd !== null) running.instants.restart(running.run.lastEnd);
}

/** The feed is back: what may have been missed comes first, then what has come meanwhile. */
async function repair(running: Running): Promise<void> {
  const { clock, asked, run } = running;
  const { lastEnd } = run;
  running.waiting = [];
  const missed = lastEnd === null ? null : await instantsBetween(asked, instant(lastEnd + 1), clock.now());
  if (missed !== null && !missed.ok) {
    close(running, { kind: "outside", failure: missed.failure });
    return;
  }
  const repaired = missed?.value ?? [];
  await consumePast(running, repaired, "repair");
  handle(running, { kind: "feed", received: clock.now(), state: "live", failure: null });
  const { waiting } = running;
  running.waiting = null;
  running.isLost = false;
  for (const bar of waiting) if (bar.end > (run.lastEnd ?? Number.NEGATIVE_INFINITY)) await takeBar(running, bar);
}

function otherAccount(id: string, account: string): OutsideFailure {
  const message = `the keys are of account ${id}, this run is of ${account}`;
  return { class: "fatal", code: "other_account", message, retryAfter: null };
}

/** One input at a time: what comes while another is consumed, or a model asked, waits. */
function handle(running: Running, input: LiveInput): void {
  running.inbox.push(input);
  if (!running.isBusy) consumeInbox(running);
}

function consumeInbox(running: Running): void {
  const { inbox, idle } = running;
  running.isBusy = true;
  for (let next = inbox.shift(); next !== undefined && !running.isOver; next = inbox.shift()) {
    consume(running, next);
    if (askModel(running)) return;
  }
  running.isBusy = false;
  for (const tell of idle.splice(0)) tell();
}

/** Resolves when nothing is consumed or asked. */
async function whenIdle({ isBusy, idle }: Running): Promise<void> {
  if (isBusy) await new Promise<void>((resolve) => idle.push(resolve));
}

/** Has a model answer what the run asks, if it does; meanwhile it is busy. */
function askModel(running: Running): boolean {
  if (running.isOver) return false;
  const { run, clock, models } = running;
  const asks = ask({
    ...{ run, clock, models },
    answered: (input) => {
      if (running.isOver) return;
      consume(running, input);
      if (!askModel(running)) consumeInbox(running);
    },
    failed: (error) => close(running, { kind: "error", error }),
  });
  running.isBusy ||= asks;
  return asks;
}

function consume(running: Running, input: LiveInput): void {
  running.append({ entry: "input", input });
  try {
    running.run.consume(input);
  } catch (error) {
    close(running, { kind: "error", error });
    return;
  }
  if (running.run.question === null) running.snapshots.consider();
  if (running.run.isReconciled()) running.reconciled();
  if (input.kind === "end") close(running, { kind: "ended", reason: input.reason });
}

function end(running: Running, reason: EndReason): void {
  handle(running, { kind: "end", received: running.clock.now(), reason });
}

/** The instants that are open close first. */
function endData(running: Running): void {
  const { clock, instants, run } = running;
  const received = clock.now();
  for (let closed = instants.rest(run.nextTick()); closed !== null && !running.isOver; closed = instants.rest(run.nextTick()))
    handle(running, { kind: "instant", received, origin: "live", ...closed });
  end(running, "data_over");
}

/** Nothing is consumed any more; the first reason stays. */
function close(running: Running, ended: Ended): void {
  if (running.isOver) return;
  running.isOver = true;
  running.isBusy = false;
  running.forget();
  running.silence?.stop();
  for (const tell of running.idle.splice(0)) tell();
  running.courier?.stop();
  const goesOn = ended.kind === "ended" && ended.reason === "interrupted";
  const closed: Promise<Answer<null>> = running.feed
    .close()
    .then(() => running.broker?.close())
    .then(() => running.snapshots.end(goesOn))
    .then(() => running.journal.close());
  void closed.then((answer) => running.finish(answer.ok ? ended : { kind: "outside", failure: answer.failure }));
}

/** What the feed hands over. Gives a promise where the journal lags behind. */
function listen(running: Running, event: FeedEvent): void | Promise<void> {
  running.silence?.heard();
  const received = running.clock.now();
  switch (event.kind) {
    case "bar":
      return takeBar(running, event.bar);
    case "bar_update":
      return handle(running, { kind: "late_bar", received, bar: event.bar, isCorrection: true });
    case "connection":
      if (event.state === "live" && running.isLost) return repair(running);
      running.isLost ||= event.state === "lost";
      handle(running, { kind: "feed", received, state: event.state, failure: event.failure });
      if (event.state === "closed" && event.failure === null) endData(running);
      else if (event.state === "closed") end(running, "failed");
      return;
    case "trade":
    case "quote":
    case "book":
    case "alive":
      return;
  }
}

function takeBar(running: Running, bar: FeedBar): void | Promise<void> {
  const { clock, journal, instants } = running;
  if (running.waiting !== null) {
    running.waiting.push(bar);
    return;
  }
  const received = clock.now();
  const isInTime = instants.take(bar, received);
  if (!isInTime) handle(running, { kind: "late_bar", received, bar, isCorrection: false });
  const closing = isInTime ? closeInstants(running) : undefined;
  return journal.appended() - journal.durable() > LAG_MAX ? catchUp(running, closing) : closing;
}

/** Closes all instants that may close by now, and waits for the next. While one is under way it is not known whether a slower clock ticks before the next. */
function closeInstants(running: Running): void | Promise<void> {
  const { clock, instants, run } = running;
  running.forget();
  if (running.isBusy) return whenIdle(running).then(() => closeInstants(running));
  const received = clock.now();
  for (let closed = instants.next(received, run.nextTick()); closed !== null; closed = instants.next(received, run.nextTick())) {
    handle(running, { kind: "instant", received, origin: "live", ...closed });
    if (running.isBusy) return closeInstants(running);
    if (running.isOver) return;
  }
  if (running.isOver) return;
  const due = instants.due(run.nextTick());
  if (due < Number.POSITIVE_INFINITY) running.forget = clock.at(due, () => closeInstants(running));
}

/** Waits until half of what the journal may lag behind is durable. */
async function catchUp(running: Running, closing: void | Promise<void>): Promise<void> {
  const { journal } = running;
  await closing;
  const answer = await journal.whenDurable(journal.appended() - LAG_MAX / 2);
  if (!answer.ok) close(running, { kind: "outside", failure: answer.failure });
}
