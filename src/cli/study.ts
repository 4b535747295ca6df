/** `stratc study`: what of a search's best result is left where it could not look. */
import { join } from "node:path";
import type { Answer } from "../adapters/threads/task.ts";
import type { Graph } from "../graph/nodes.ts";
import type { CalendarSpan, StudyDeclaration } from "../graph/study.ts";
import { sessionsPerYear } from "../report/metrics.ts";
import { searchIdentity } from "../research/identity.ts";
import { studyJson } from "../research/page/study-json.ts";
import { studyPage, studyText } from "../research/page/study-page.ts";
import { ranked } from "../research/ranking.ts";
import { keyOf } from "../research/sampling.ts";
import { searchOf } from "../research/search.ts";
import type { Combination } from "../research/space.ts";
import { blocksFor } from "../research/statistics/cscv.ts";
import { type CourseOf, choicesOf, type StudiedTrial, type Study, type StudyChoices, studyOf } from "../research/study.ts";
import type { StudyQuestion, TrialCourse } from "../research/study-trial.ts";
import type { Trial } from "../research/trial.ts";
import { type Command, writeJson } from "./command.ts";
import { CommandFailure, usageFailure } from "./failure.ts";
import { makeDirectory, writeWhole } from "./files.ts";
import { addSearchFlags, SEARCH_GROUP, type SearchFlags } from "./search-flags.ts";
import { counted, type OpenedSearch, openSearch, runSearch, type Workers, withWorkers } from "./search-run.ts";
import { countOrNone } from "./settings.ts";
import type { Terminal } from "./terminal.ts";

interface StudyFlags extends SearchFlags {
  readonly train?: string;
  readonly validate?: string;
  readonly anchored: boolean;
  readonly purge?: string;
  readonly embargo?: string;
}

export const studyCommand: Command<StudyFlags> = {
  command: "study <file> [bars..]",
  describe: "Ask what of a search's best result is left where it could not look",
  flags: (yargs) => {
    const text = { type: "string", requiresArg: true, group: "How to walk forward:" } as const;
    return addSearchFlags(yargs, "studies/STRATEGY")
      .options({
        train: { ...text, defaultDescription: "the file's, else 12mo", describe: "What each choice is made on: 90d, 8w, 12mo" },
        validate: { ...text, defaultDescription: "the file's, else 3mo", describe: "How long it is lived with" },
        anchored: {
          type: "boolean",
          default: false,
          describe: "Choose on all sessions so far, not only the last of them",
          group: text.group,
        },
        purge: { ...text, defaultDescription: "none", describe: "Sessions left out at the end of what is chosen on" },
        embargo: { ...text, defaultDescription: "none", describe: "Sessions left out at the begin of what is lived with" },
      })
      .group(["grid", "random", "lhs", "tpe", "seed", "objective", "patience", "workers", "output"], SEARCH_GROUP)
      .example(
        "$0 study strategies/donchian_bracket.strat --data sample:sp500",
        "# walk-forward, deflated Sharpe ratio, overfitting, a verdict",
      );
  },
  run: async (flags, terminal) => {
    const { compiledGraph, studyDeclaration } = await import("./source.ts");
    const graph = compiledGraph(flags.file, flags.json, terminal);
    if (graph === undefined) return 1;
    await conduct(graph, studyDeclaration(flags.file), flags, terminal);
    return 0;
  },
};

async function conduct(graph: Graph, declared: StudyDeclaration, flags: StudyFlags, terminal: Terminal): Promise<void> {
  const objective = flags.objective ?? declared.objective ?? "sharpe";
  const windows = windowPlan(declared, flags);
  const opened = await openSearch(graph, flags, objective, terminal);
  const search = searchOf(graph, opened.input.plan);
  const question: StudyQuestion = { ...windows, objective, blocks: blocksFor(search.size) };
  const identity = searchIdentity(opened.input);
  const studied: StudiedTrial[] = [];
  const keep = (trials: readonly Trial[], answers: readonly Answer[]): void => {
    for (const [index, trial] of trials.entries()) {
      const figures = answers[index]?.study ?? null;
      if (figures !== null) studied.push({ trial, figures });
    }
  };
  const study = await withWorkers(opened, async (workers) => {
    const keeping = { done: [], question, keep, afterwards: "nothing was written" };
    const trials = await runSearch(workers, search, keeping, terminal);
    const trialsEver = await counted(flags.store, identity, trials.length);
    const choices = choicesOf(studied);
    if (choices === null)
      throw new CommandFailure(1, "too_few_sessions", "No window fits into the data: take shorter --train and --validate, or more data.");
    const { plan, cash } = opened.input;
    const ranking = ranked(trials, objective);
    const input = {
      space: plan.space,
      question,
      calendar: graph.calendar,
      cash: Number(cash),
      seed: plan.seed,
      studied,
      ranking,
      trialsEver,
    };
    return studyOf(input, choices, await coursesOf(workers, choices));
  });
  present({ graph, study, opened, path: flags.output ?? join("studies", graph.strategy) }, flags.json, terminal);
}

function windowPlan(
  declared: StudyDeclaration,
  flags: StudyFlags,
): Pick<StudyQuestion, "train" | "validate" | "anchored" | "purge" | "embargo"> {
  return {
    train: spanOf("--train", flags.train, declared.train),
    validate: spanOf("--validate", flags.validate, declared.validate),
    anchored: flags.anchored,
    purge: countOrNone("--purge", flags.purge),
    embargo: countOrNone("--embargo", flags.embargo),
  };
}

function spanOf(flag: string, text: string | undefined, otherwise: CalendarSpan): CalendarSpan {
  if (text === undefined) return otherwise;
  const [, count, unit] = /^([1-9]\d{0,4})(d|w|mo)$/.exec(text) ?? [];
  if (unit !== "d" && unit !== "w" && unit !== "mo")
    throw usageFailure(`${flag} takes days, weeks or months such as 90d, 8w, 12mo, not \`${text}\`.`);
  return { count: Number(count), unit };
}

/** Runs the chosen trials again, for their courses. */
async function coursesOf({ pool, interrupted }: Workers, { chosen, best }: StudyChoices): Promise<CourseOf> {
  const wanted = [...new Set([best, ...chosen])].map(({ trial }) => trial.combination);
  const courses = new Map<string, TrialCourse>();
  const tasks = wanted.map((combination) => ({ combinations: [combination], question: null, course: true }));
  let next = 0;
  for await (const [answer] of pool.answers(tasks, interrupted.signal)) {
    if (answer?.course) courses.set(keyOf(wanted[next] ?? []), answer.course);
    next += 1;
  }
  return (combination: Combination) => {
    const course = courses.get(keyOf(combination));
    if (course === undefined) throw new Error("a trial that was not run again");
    return course;
  };
}

interface Conducted {
  readonly graph: Graph;
  readonly study: Study;
  readonly opened: OpenedSearch;
  readonly path: string;
}

function present({ graph, study, opened, path }: Conducted, json: boolean, terminal: Terminal): void {
  const { objective } = opened.input;
  const perYear = sessionsPerYear(graph.calendar);
  const [page, data] = [join(path, "study.html"), join(path, "study.json")];
  const told = { ok: true, strategy: graph.strategy, objective, files: [page, data], ...studyJson(graph, study) };
  makeDirectory(path);
  writeWhole(page, studyPage(graph, study, objective, perYear));
  writeWhole(data, `${JSON.stringify(told, null, 2)}\n`);
  if (json) writeJson(terminal, told);
  else terminal.write(`${studyText(graph, study, objective, perYear)}\n${page}\n${data}\n`);
}
