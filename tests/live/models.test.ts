/** Models that onnxruntime runs, in a live run: a replay is the backtest, the journal needs no model, and who is late or fails abstains. */
import { expect, it } from "vitest";
import { modelRunner } from "../../src/adapters/onnx/runner.ts";
import { openSession } from "../../src/adapters/onnx/session.ts";
import { wasmLanes } from "../../src/backends/wasm/kernel.ts";
import { compile } from "../../src/compile.ts";
import type { ModelRunner } from "../../src/graph/model-runner.ts";
import { backtest } from "../../src/run/backtest.ts";
import type { LiveEntry, LiveJournalReading } from "../../src/run/live/journal.ts";
import { resume } from "../../src/run/live/resume.ts";
import { readModule } from "../check/support.ts";
import { readModel } from "../support/models.ts";
import { sampleOf } from "./samples.ts";
import { consumedAgain, engineRecords, play, recordsIn, type Traded } from "./support.ts";

const SOURCE = `strategy modelled
trade [SPX]
clock day = 1d
clock week = 1w of day
risk { order_value <= 500_000usd  day_loss <= 10% * equity else flatten until next_session }
model net = onnx "up.onnx" { input { rsi: rsi(close, 14) / 100, range: atr(14) / close } output p: ratio in 0%..100% timeout 20ms }
on week { calm = last(close) > first(open) }
rule buy  { when net.p > 55% and (week.calm ?? true)  enter long { size 50% * cash } }
rule sell { when (net.p ?? 0) < 50%  exit buy }
`;

async function modelled(): Promise<Required<Traded>> {
  const { value: graph, diagnostics } = compile(SOURCE, { name: "x.strat", readModule, readModel });
  expect(diagnostics).toEqual([]);
  const ports = { input: "X", features: 2, output: "probabilities", component: 1 };
  const session = await openSession(readModel("up.onnx").model!, ports);
  if ("problem" in session) throw new Error(session.problem);
  const models = modelRunner(new Map([[0, { session, features: 2, batches: false }]]));
  return { graph: graph!, sources: await sampleOf(graph!), cash: "100000", models };
}

function answersIn(entries: readonly LiveEntry[]) {
  return entries.flatMap((entry) => (entry.entry === "input" && entry.input.kind === "model" ? [entry.input] : []));
}

function readingOf(entries: readonly LiveEntry[]): LiveJournalReading {
  const [first] = entries;
  if (first?.entry !== "begin") throw new Error("a journal without a beginning");
  return {
    beginning: first.beginning,
    snapshot: null,
    async *entries() {
      for (const [index, entry] of entries.entries()) yield { sequence: index + 1, entry };
    },
  };
}

it("a replay is the backtest, and its journal is consumed again without the model, from any state", async () => {
  const traded = await modelled();
  const result = await backtest({ ...traded, parameters: [], backend: wasmLanes });
  if (!result.ok) throw new Error(result.failure.message);
  const { ended, entries } = await play([traded]);
  expect(ended).toEqual({ kind: "ended", reason: "data_over" });
  expect(result.outcome.records.filter(({ event }) => event === "fill").length).toBeGreaterThan(20);
  expect(engineRecords(entries, "modelled")).toEqual(result.outcome.records);
  expect(answersIn(entries).every(({ answers, isLate }) => !answers.includes(null) && !isLate)).toBe(true);
  expect(consumedAgain([traded], entries, (index) => index % 997 === 0)).toEqual(recordsIn(entries));
});

it("where shares split the model is asked of all rows anew, as in the backtest", async () => {
  const whole = await modelled();
  const day = Math.floor(whole.sources[0]!.info.from / 86_400_000_000) + 400;
  const actions = [{ kind: "split", day, shares: 2, per: 1 } as const];
  const traded = { ...whole, sources: whole.sources.map((source) => ({ ...source, actions })) };
  const result = await backtest({ ...traded, parameters: [], backend: wasmLanes });
  if (!result.ok) throw new Error(result.failure.message);
  const { entries } = await play([traded]);
  expect(answersIn(entries).some(({ answers }) => answers.length > 100)).toBe(true);
  expect(engineRecords(entries, "modelled")).toEqual(result.outcome.records);
  expect(consumedAgain([traded], entries, () => false)).toEqual(recordsIn(entries));
});

it("a run that was killed while a model was asked asks it again and goes on as if nothing had been", async () => {
  const traded = await modelled();
  const whole = await play([traded]);
  const cut = whole.entries.findIndex((entry) => entry.entry === "input" && entry.input.kind === "model" && entry.input.received > 1.2e15);
  const before = whole.entries.slice(0, cut);
  const resumption = await resume(readingOf(before), [traded.graph], wasmLanes);
  if (!resumption.ok) throw new Error("something else followed");
  expect(resumption.resumed.unwritten).toEqual([]);
  const { ended, entries } = await play([traded], { from: resumption.resumed.lastEnd! + 1, resumed: resumption.resumed });
  expect(ended).toEqual({ kind: "ended", reason: "data_over" });
  expect([...engineRecords(before, "modelled"), ...engineRecords(entries, "modelled")]).toEqual(engineRecords(whole.entries, "modelled"));
});

it("a model that does not answer in time, or fails, abstains, and that is journalled", async () => {
  const traded = await modelled();
  let asked = 0;
  const unreliable: ModelRunner = {
    answers: (question) => {
      asked += 1;
      if (asked % 3 === 0) return new Promise(() => undefined);
      return asked % 3 === 1 ? Promise.resolve(Float32Array.of(Number.NaN)) : traded.models.answers(question);
    },
  };
  const { ended, entries } = await play([{ ...traded, models: unreliable }], {
    at: (_, wake) => {
      const timer = setTimeout(wake, 5);
      return () => clearTimeout(timer);
    },
    from: traded.sources[0]!.info.to - 60 * 86_400_000_000,
  });
  expect(ended).toEqual({ kind: "ended", reason: "data_over" });
  const answers = answersIn(entries);
  expect(answers.length).toBeGreaterThan(40);
  answers.forEach(({ answers: [answer], isLate }, index) => {
    expect([answer === null, isLate]).toEqual([(index + 1) % 3 !== 2, (index + 1) % 3 === 0]);
  });
  expect(consumedAgain([traded], entries, () => false)).toEqual(recordsIn(entries));
});
