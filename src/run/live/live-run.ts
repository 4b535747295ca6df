/** A live run: what each input changes, and what follows from it (semantics 14). It reads no clock and does no I/O; the same inputs give the same records. */
import type { Circumstances } from "../../engine/risk/circumstances.ts";
import type { LaneBackend } from "../../graph/kernel.ts";
import type { ModelQuestion } from "../../graph/model-runner.ts";
import type { Graph } from "../../graph/nodes.ts";
import type { Instant } from "../../values/quantity.ts";
import { failureOf, RunFailure } from "../failure.ts";
import { instruct } from "../market.ts";
import { endRecord } from "../summary.ts";
import { finish } from "../walk.ts";
import { type Brokerage, brokerage, type Reconciled } from "./brokerage.ts";
import type { EndReason, LiveCommand, LiveInput } from "./input.ts";
import type { LiveBeginning } from "./journal.ts";
import { openStrategies } from "./opening.ts";
import { decodeState, encodeState } from "./plain.ts";
import type { LiveMode, LiveRecord } from "./record.ts";
import { advanceRollout, type Rollout, type RolloutState, rolloutOf } from "./rollout.ts";
import { restoreStrategy, type SavedStrategy, saveStrategy } from "./saved.ts";
import { drainRecords, type StrategyRun, takeInstant } from "./strategy.ts";

export interface LiveRun {
  /** Consumes one input and tells what follows from it. Throws `RunFailure` and the like where a strategy cannot go on. */
  consume(input: LiveInput): void;
  /** What a model of the host is asked: an input `model` must come before any other. Null where none is. */
  readonly question: LiveQuestion | null;
  /** The next instant at which a slower clock ticks for rows that have come; infinite where none waits. */
  nextTick(): Instant;
  /** The state between two inputs, where no model is asked; a run of the same beginning goes on from it and gives the same records. */
  save(): Uint8Array;
  /** Takes a run before its first input there. */
  restore(state: Uint8Array): void;
  /** How many bars came too late, and how many were corrected. */
  readonly late: { bars: number; corrections: number };
  /** `ended` where nothing can follow any more: a run that was interrupted is as it was. */
  readonly mode: LiveMode;
  /** The end of the last instant that was consumed; null before the first. */
  readonly lastEnd: Instant | null;
  /** Whether it has been seen what the broker has. */
  isReconciled(): boolean;
  readonly strategies: readonly StrategyRun[];
}

/** Inputs for a model of a strategy: of one row, but of all so far where shares have split. */
export interface LiveQuestion extends ModelQuestion {
  /** By its place in the run. */
  readonly strategy: number;
}

/** An instant under way. */
type Taking = Generator<LiveQuestion, void, Float32Array>;

interface Running {
  readonly strategies: readonly StrategyRun[];
  /** Null where the market is simulated. */
  readonly broker: Brokerage | null;
  readonly rollout: Rollout | null;
  readonly tell: (record: LiveRecord) => void;
  readonly late: LiveRun["late"];
  mode: LiveMode;
  lastEnd: Instant | null;
  /** The instant that waits for a model's answer. */
  asking: { readonly question: LiveQuestion; readonly taking: Taking } | null;
}

interface SavedRun extends Readonly<Pick<Running, "mode" | "lastEnd">> {
  readonly late: LiveRun["late"];
  readonly strategies: readonly SavedStrategy[];
  readonly broker: Brokerage["state"] | null;
  readonly rollout: RolloutState | null;
}

/** A run before its first input. `graphs` are those of the strategies, in their order. */
export function liveRun(
  beginning: LiveBeginning,
  graphs: readonly Graph[],
  backend: LaneBackend,
  tell: (record: LiveRecord) => void,
): LiveRun {
  const { strategies, traders } = openStrategies(beginning, graphs, backend, { tell, ask: (wanted) => broker?.ask(wanted) });
  const broker = beginning.broker === "embedded" ? null : brokerage(beginning, traders, tell);
  const plan = beginning.settings.rollout;
  const rollout = plan === null ? null : rolloutOf(plan, strategies, tell);
  const running: Running = {
    strategies,
    broker,
    rollout,
    tell,
    late: { bars: 0, corrections: 0 },
    mode: "warming",
    lastEnd: null,
    asking: null,
  };
  return {
    late: running.late,
    strategies,
    get mode() {
      return running.mode;
    },
    get lastEnd() {
      return running.lastEnd;
    },
    get question() {
      return running.asking?.question ?? null;
    },
    isReconciled: () => running.mode === "halted" || strategies.every(({ circumstances }) => !circumstances.isUnreconciled),
    nextTick: () => Math.min(...strategies.map(({ placement }) => placement.nextTick())) as Instant,
    save: () => {
      if (running.asking !== null) throw new Error("a run is saved between two instants");
      const { mode, lastEnd, late } = running;
      return encodeState({
        mode,
        lastEnd,
        late,
        strategies: strategies.map(saveStrategy),
        broker: broker?.state ?? null,
        rollout: rollout?.state ?? null,
      } satisfies SavedRun);
    },
    restore: (state) => restore(running, decodeState(state) as SavedRun),
    consume: (input) => {
      consume(running, input);
      if (running.mode === "trading" || running.mode === "paused") pauseOrGoOn(running);
      tellEngines(running);
    },
  };
}

function restore(running: Running, saved: SavedRun): void {
  running.mode = saved.mode;
  running.lastEnd = saved.lastEnd;
  Object.assign(running.late, saved.late);
  if (running.broker !== null) Object.assign(running.broker.state, saved.broker);
  if (running.rollout !== null) Object.assign(running.rollout.state, saved.rollout);
  running.strategies.forEach((run, index) => {
    const known = saved.strategies[index];
    if (known === undefined) throw new Error("a saved run of other strategies");
    restoreStrategy(run, known);
  });
}

function consume(running: Running, input: LiveInput): void {
  const { strategies, broker, late } = running;
  if ((running.asking !== null) !== (input.kind === "model")) throw new Error(`an input ${input.kind} where another was to come`);
  switch (input.kind) {
    case "instant":
      if (input.origin === "live" && running.mode === "warming") enter(running, "trading", "the first instant has closed");
      running.lastEnd = input.end;
      advance(running, takeInstants(running, input), NO_ANSWER);
      return;
    case "model":
      if (running.asking !== null)
        advance(
          running,
          running.asking.taking,
          Float32Array.from(input.answers, (answer) => answer ?? Number.NaN),
        );
      return;
    case "late_bar":
      if (input.isCorrection) late.corrections += 1;
      else late.bars += 1;
      return;
    case "feed":
      // Behind its close nothing is decided any more.
      for (const { circumstances } of strategies) circumstances.isFeedLost = input.state === "connecting" || input.state === "lost";
      return;
    case "feed_age":
      for (const { walk } of strategies) instruct(walk, { kind: "feed_age", age: input.age });
      return;
    case "report":
      if (input.report.kind === "gap") for (const { circumstances } of strategies) circumstances.isUnreconciled = true;
      broker?.report(input.report);
      return;
    case "answer":
      takeReconciled(running, broker?.answer(input.request, input.answer, input.received) ?? null);
      return;
    case "timer":
      broker?.timer(input.timer);
      return;
    case "command":
      obey(running, input);
      return;
    case "restart":
      restart(running);
      return;
    case "end":
      end(running, input.reason);
      return;
  }
}

const NO_ANSWER = new Float32Array(0);

/** Goes on with an instant until a model is asked, or to its end. */
function advance(running: Running, taking: Taking, answers: Float32Array): void {
  running.asking = null;
  const step = taking.next(answers);
  if (step.done !== true) running.asking = { question: step.value, taking };
}

/** Takes an instant in every strategy, in their order. */
function* takeInstants(running: Running, { end, bars, origin }: Extract<LiveInput, { kind: "instant" }>): Taking {
  const { strategies, rollout } = running;
  for (const [strategy, run] of strategies.entries()) {
    const loading = takeInstant(run, end, bars, origin === "live");
    for (let step = named(run, () => loading.next()); step.done !== true; ) {
      const answers = yield { strategy, ...step.value };
      step = named(run, () => loading.next(answers));
    }
  }
  if (rollout !== null && origin === "live" && running.mode !== "killed") advanceRollout(rollout, end);
}

function enter(running: Running, mode: LiveMode, reason: string): void {
  if (running.mode === mode) return;
  running.mode = mode;
  running.tell({ kind: "mode", mode, reason });
}

/** What refuses every opening order until it ends by itself is said. */
function pauseOrGoOn(running: Running): void {
  const cause = running.strategies.map(({ circumstances }) => causeOf(circumstances)).find((each) => each !== null) ?? null;
  if (cause === null) enter(running, "trading", "what it was paused for is over");
  else enter(running, "paused", cause);
}

function causeOf({ isFeedLost, feedAge, isUnreconciled, isAccountBlocked }: Circumstances): string | null {
  if (isFeedLost) return "the feed is lost";
  if (feedAge > 0) return "nothing has come from the feed for longer than the file allows";
  if (isUnreconciled) return "reports of the broker may be missing";
  return isAccountBlocked ? "the broker blocks the account" : null;
}

/** What was killed or halted stays so; else the next live instant trades again, once it has been seen what the broker has. */
function restart(running: Running): void {
  const { broker, strategies, tell } = running;
  if (running.mode === "trading" || running.mode === "paused") running.mode = "warming";
  tell({ kind: "mode", mode: running.mode, reason: "started" });
  if (broker === null) return;
  for (const { circumstances } of strategies) circumstances.isUnreconciled = true;
  broker.restart();
}

/** Only what can have no continuation changes the mode. */
function end(running: Running, reason: EndReason): void {
  if (reason === "data_over") {
    endAll(running);
    running.mode = "ended";
  }
  running.tell({ kind: "mode", mode: "ended", reason });
}

function tellEngines({ strategies, tell }: Running): void {
  for (const run of strategies) for (const record of drainRecords(run)) tell({ kind: "engine", strategy: run.name, record });
}

function obey(running: Running, { command, reason }: LiveCommand): void {
  const event = ({ kill: "kill", flatten: "kill_and_flatten", resume: "resume" } as const)[command];
  for (const run of running.strategies) {
    if (command === "resume") run.circumstances.isUnreconciled = false;
    instruct(run.walk, { kind: event });
  }
  enter(running, command === "resume" ? "trading" : "killed", reason);
}

/** What is critical halts until a person resumes. */
function takeReconciled(running: Running, found: Reconciled | null): void {
  if (found === null) return;
  const critical = found.findings.find(({ severity }) => severity === "critical");
  for (const { circumstances } of running.strategies) {
    circumstances.isAccountBlocked = found.isBlocked;
    if (critical !== undefined) circumstances.isUnreconciled = true;
    else if (running.mode !== "halted" && found.isDone) circumstances.isUnreconciled = false;
  }
  if (critical !== undefined) enter(running, "halted", critical.message);
}

/** Working orders expire, positions stay. */
function endAll(running: Running): void {
  const { strategies, tell } = running;
  for (const run of strategies) named(run, () => finish(run.walk));
  tellEngines(running);
  for (const run of strategies) tell({ kind: "engine", strategy: run.name, record: endRecord(run.walk) });
}

/** Says of which strategy a failure is. */
function named<T>({ name, graph }: StrategyRun, work: () => T): T {
  try {
    return work();
  } catch (error) {
    const failure = failureOf(error, graph);
    throw failure === null ? error : new RunFailure({ ...failure, message: `${name}: ${failure.message}` });
  }
}
