/** Windows, choices and the verdict (semantics 16.5 to 16.9). */
import { describe, expect, it } from "vitest";
import { momentsOf } from "../../src/research/statistics/sharpe.ts";
import { choicesOf, type StudiedTrial, studyOf } from "../../src/research/study.ts";
import type { StudyFigures, StudyQuestion, TrialCourse } from "../../src/research/study-trial.ts";
import { verdictOf } from "../../src/research/verdict.ts";
import { type WindowPlan, windowsOf } from "../../src/research/windows.ts";
import { dateText, dayNumber } from "../../src/values/civil-date.ts";

const PLAN: WindowPlan = { train: { count: 2, unit: "mo" }, validate: { count: 1, unit: "mo" }, anchored: false, purge: 0, embargo: 0 };
/** Every day from the last of January 2023 to the middle of June. */
const DATES = Array.from({ length: 136 }, (_, day) => dayNumber(2023, 1, 31) + day);

describe("windows", () => {
  const places = (plan: WindowPlan) => windowsOf(DATES, plan).map(({ train, validate }) => [...train, ...validate]);
  it("begin after the first training and follow each other by months, the last as far as the data", () => {
    expect(windowsOf(DATES, PLAN).map(({ begin, end }) => `${dateText(begin)} ${dateText(end)}`)).toEqual([
      "2023-03-31 2023-04-30",
      "2023-04-30 2023-05-31",
      "2023-05-31 2023-06-30",
    ]);
    expect(places(PLAN)).toEqual([
      [1, 59, 59, 89],
      [28, 89, 89, 120],
      [59, 120, 120, 136],
    ]);
  });
  it("see all the past where they are anchored", () => {
    expect(places({ ...PLAN, anchored: true }).map(([from]) => from)).toEqual([1, 1, 1]);
  });
  it("leave out what is purged and embargoed", () => {
    expect(places({ ...PLAN, purge: 5, embargo: 3 })[1]).toEqual([28, 84, 92, 120]);
    expect(places({ ...PLAN, embargo: 20 })).toHaveLength(2);
  });
  it("count days and weeks", () => {
    const weeks = windowsOf(DATES, { ...PLAN, train: { count: 8, unit: "w" }, validate: { count: 30, unit: "d" } });
    expect(weeks[0]).toMatchObject({ train: [1, 56], validate: [56, 86] });
    expect(windowsOf(DATES, { ...PLAN, train: { count: 12, unit: "mo" } })).toEqual([]);
  });
});

const QUESTION: StudyQuestion = { ...PLAN, objective: "sharpe", blocks: 8 };

/** A course that makes `gain` in one step on session 60, and otherwise a little up and down. */
function course(gain: number): TrialCourse {
  let level = 1000;
  const equity = DATES.map((_, place) => {
    level *= 1 + (place === 60 ? gain : place % 2 === 0 ? 0.001 : -0.001);
    return level;
  });
  return { dates: DATES, equity, profits: [gain * 1000, -10, 5] };
}

function studied(number: number, trained: readonly (number | null)[], own: TrialCourse): StudiedTrial {
  const blocks = { sums: new Float64Array(8), squares: new Float64Array(8) };
  const returns = own.equity.slice(1).map((value, place) => value / (own.equity[place] ?? 1) - 1);
  const figures: StudyFigures = { trained, moments: momentsOf(returns), blocks };
  return { trial: { number, combination: [number], result: { ok: false, failure: { kind: "no_rows", message: "" } } }, figures };
}

describe("a study", () => {
  const courses = [course(0.1), course(-0.1)];
  const trials = [studied(0, [1, 2, null], courses[0]!), studied(1, [3, 2, null], courses[1]!)];
  const choices = choicesOf(trials);
  const study = studyOf(
    {
      ...{ space: [{ kind: "listed", values: [0, 1] }], question: QUESTION, calendar: "always", cash: 1000, seed: 1 },
      ...{ studied: trials, ranking: [], trialsEver: 50 },
    },
    choices!,
    ([number = 0]) => courses[number]!,
  );
  it("chooses by what was trained on, the earlier of equal ones, the best of all where there is no objective", () => {
    expect(choices?.chosen.map(({ trial }) => trial.number)).toEqual([1, 0, 0]);
    expect(study.inSample.trial.number).toBe(0);
  });
  it("lives with each choice in its own window", () => {
    expect(study.outOfSample.sessions).toBe(136 - 59);
    expect(study.steps[0]!.growth).toBeCloseTo(0.9 * 1.001 ** 14 * 0.999 ** 15 - 1, 12);
    expect(study.outOfSample.returns[1]).toBeCloseTo(-0.1, 12);
    expect(study.outOfSample.dates[0]).toBe(DATES[59]);
  });
  it("counts all trials ever, and keeps the seed's draws", () => {
    expect(study.trialsEver).toBe(50);
    expect(study.tradeOrder).toMatchObject({ trades: 3 });
    expect(study.verdict.kind).toBe("no_evidence");
  });
  it("has nothing to say without windows", () => {
    expect(choicesOf([studied(0, [], courses[0]!)])).toBeNull();
    expect(choicesOf([])).toBeNull();
  });
});

describe("the verdict", () => {
  const judge = (probability: number | null, deflated: number | null, sessions = 500) => {
    const outOfSample = { sessions, probability, sharpe: 1 } as Parameters<typeof verdictOf>[0]["outOfSample"];
    const inSample = { sharpe: 1.2, expectedByLuck: 0.5, deflated } as Parameters<typeof verdictOf>[0]["inSample"];
    return verdictOf({ outOfSample, inSample, overfitting: null, trialsEver: 10 }).kind;
  };
  it("wants both: what was not seen, and more than luck", () => {
    expect(judge(0.95, 0.95)).toBe("evidence");
    expect(judge(0.9499, 0.99)).toBe("no_evidence");
    expect(judge(0.99, 0.9499)).toBe("no_evidence");
  });
  it("is silent with too little", () => {
    expect(judge(0.99, 0.99, 59)).toBe("too_little_data");
    expect(judge(null, 0.99)).toBe("too_little_data");
    expect(judge(0.99, null)).toBe("too_little_data");
  });
});
