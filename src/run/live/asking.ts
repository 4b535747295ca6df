/** Has models of the host answer what a run asks; what is late is no answer (semantics 15.5). */
import type { ModelRunner } from "../../graph/model-runner.ts";
import { modelAt } from "../../graph/traverse.ts";
import { instant } from "../../values/quantity.ts";
import type { Clock } from "./clock.ts";
import type { LiveInput } from "./input.ts";
import type { LiveRun } from "./live-run.ts";

export interface Asking {
  readonly run: LiveRun;
  readonly clock: Clock;
  /** By strategy. */
  readonly models: readonly (ModelRunner | undefined)[];
  /** Told once for each question. */
  readonly answered: (input: LiveInput) => void;
  readonly failed: (error: unknown) => void;
}

/** Gives whether the run asks something; the answer comes later. */
export function ask({ run, clock, models, answered, failed }: Asking): boolean {
  const { question } = run;
  if (question === null) return false;
  const strategy = run.strategies[question.strategy];
  const runner = models[question.strategy];
  if (strategy === undefined || runner === undefined) throw new Error("a model that nothing runs");
  const { name: model, timeout } = modelAt(strategy.graph, question.model);
  let isAnswered = false;
  const take = (answers: readonly (number | null)[], isLate: boolean): void => {
    if (isAnswered) return;
    isAnswered = true;
    forget();
    answered({ kind: "model", received: clock.now(), strategy: strategy.name, model, answers, isLate });
  };
  const due = instant(clock.now() + (timeout ?? 0) * question.rows);
  const forget = clock.at(due, () =>
    take(
      Array.from({ length: question.rows }, () => null),
      true,
    ),
  );
  runner
    .answers(question)
    .then((answers) =>
      take(
        Array.from(answers, (answer) => (Number.isFinite(answer) ? answer : null)),
        false,
      ),
    )
    .catch(failed);
  return true;
}
