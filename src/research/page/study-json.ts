/** A study for programs: names and types are a promise (docs/cli.md). */
import type { Graph } from "../../graph/nodes.ts";
import { dateText } from "../../values/civil-date.ts";
import type { Study } from "../study.ts";
import type { Trial } from "../trial.ts";

export function studyJson(graph: Graph, study: Study) {
  const { verdict, outOfSample, inSample, overfitting, stability, tradeOrder, steps } = study;
  const parameters = ({ combination }: Trial) =>
    Object.fromEntries(graph.parameters.map(({ name }, index) => [name, combination[index] ?? null]));
  return {
    verdict: verdict.kind,
    sentences: verdict.sentences,
    trials: study.trials,
    trials_ever: study.trialsEver,
    windows: steps.map(({ window, trial, trained, validated, growth }) => ({
      from: dateText(window.begin),
      until: dateText(window.end),
      trial: trial.number,
      parameters: parameters(trial),
      trained,
      validated,
      return_pct: growth * 100,
    })),
    out_of_sample: {
      sessions: outOfSample.sessions,
      sharpe: outOfSample.sharpe,
      probability: outOfSample.probability,
      return_pct: outOfSample.growth * 100,
      max_drawdown_pct: outOfSample.drawdown * 100,
      bootstrap: outOfSample.bootstrap,
    },
    in_sample: {
      trial: inSample.trial.number,
      parameters: parameters(inSample.trial),
      sharpe: inSample.sharpe,
      expected_by_luck: inSample.expectedByLuck,
      deflated: inSample.deflated,
    },
    overfitting:
      overfitting === null
        ? null
        : {
            probability: overfitting.probability,
            loss_probability: overfitting.lossProbability,
            blocks: overfitting.blocks,
            splits: overfitting.splits,
          },
    stability: {
      choices: stability.choices,
      plateau: stability.plateau === null ? null : { parameters: parameters(stability.plateau.trial), mean: stability.plateau.mean },
      best: stability.best,
    },
    trade_order: {
      trades: tradeOrder.trades,
      max_drawdown_pct: tradeOrder.drawdown * 100,
      reordered: tradeOrder.reordered,
    },
  };
}
