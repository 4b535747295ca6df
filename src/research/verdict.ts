/** The verdict of a study in plain English. The rule is of one sentence and the same for everybody (semantics 16.9). */
import type { Study } from "./study.ts";

export interface Verdict {
  readonly kind: "evidence" | "no_evidence" | "too_little_data";
  /** The first says the verdict, the others why. */
  readonly sentences: readonly string[];
}

/** Out-of-sample sessions below which nothing is said. */
const SESSIONS_MIN = 60;
/** How sure it must be that the true Sharpe ratio of what was chosen is above 0 where it could not be seen. */
const OUT_OF_SAMPLE_MIN = 0.95;
/** How sure it must be that the best trial's is above what luck alone would find in so many. */
const DEFLATED_MIN = 0.95;

type Findings = Pick<Study, "outOfSample" | "inSample" | "overfitting" | "trialsEver">;

export function verdictOf({ outOfSample, inSample, overfitting, trialsEver }: Findings): Verdict {
  const { sessions, sharpe, probability } = outOfSample;
  const { deflated } = inSample;
  if (sessions < SESSIONS_MIN || probability === null || deflated === null) {
    const first = `Too little data: ${sessions} sessions lie outside of what was chosen on; at least ${SESSIONS_MIN} on which something happens are needed.`;
    return { kind: "too_little_data", sentences: [first] };
  }
  const isEvidence = probability >= OUT_OF_SAMPLE_MIN && deflated >= DEFLATED_MIN;
  const first = isEvidence
    ? "Evidence of an edge: what the search chooses goes on earning where it could not look."
    : "No evidence of an edge: what the search finds may well be chance.";
  const outside = `On the ${sessions} sessions after each choice, which it could not see, what was chosen has a Sharpe ratio of ${ratio(sharpe)}. That it is truly above 0 is ${percent(probability)} sure (wanted: ${percent(OUT_OF_SAMPLE_MIN)}).`;
  const inside = `The best of ${trialsEver} trials has ${ratio(inSample.sharpe)} on the data it was chosen on; luck alone would be expected to find ${ratio(inSample.expectedByLuck)} in so many. That it is truly above that is ${percent(deflated)} sure (wanted: ${percent(DEFLATED_MIN)}).`;
  return { kind: isEvidence ? "evidence" : "no_evidence", sentences: [first, outside, inside, ...choiceText(overfitting)] };
}

/** Whether choosing among the trials is worth anything: that says nothing of whether they are. */
function choiceText(overfitting: Findings["overfitting"]): readonly string[] {
  if (overfitting === null) return [];
  const { probability, splits } = overfitting;
  const found = `In ${percent(probability)} of ${splits} ways to cut the time in half, the best trial of one half is no better than the middle of all on the other`;
  return [
    `${found}: ${probability < 0.5 ? "the choice of settings is worth something" : "which settings are chosen is a matter of luck, take the middle of the plateau"}.`,
  ];
}

function ratio(value: number | null): string {
  return value === null ? "none" : value.toFixed(2);
}

function percent(share: number): string {
  return `${(Math.floor(share * 1_000) / 10).toFixed(1)} %`;
}
