/** What the main thread and its workers say to each other. Everything here survives structured cloning; columns of bars are shared, not copied. */
import type { Graph } from "../../graph/nodes.ts";
import type { BarSource, InputField } from "../../market/bars.ts";
import type { Combination } from "../../research/space.ts";
import type { StudyFigures, StudyQuestion, TrialCourse } from "../../research/study-trial.ts";
import type { TrialResult } from "../../research/trial.ts";
import type { ModelSource } from "../onnx/runner.ts";

/** A dataset in shared memory: all that its chunks say of its rows. */
export interface SharedRows extends Pick<BarSource, "info" | "actions"> {
  readonly time: Float64Array;
  readonly columns: Readonly<Partial<Record<InputField, Float64Array>>>;
}

/** What a worker is started with. */
export interface WorkerData {
  readonly graph: Graph;
  readonly varies: readonly boolean[];
  readonly backend: "wasm" | "interpreter";
  readonly bars: readonly SharedRows[];
  /** Run by onnxruntime, in each thread. */
  readonly models: readonly ModelSource[];
  readonly cash: string;
  readonly from?: number;
  readonly to?: number;
  readonly capacity?: number;
}

export interface Task {
  readonly combinations: readonly Combination[];
  /** What a study wants to know of each; null outside of a study. */
  readonly question: StudyQuestion | null;
  /** Whether their courses are wanted. */
  readonly course: boolean;
}

/** Of one combination. What was not asked for, and what a failed one has not, is null. */
export interface Answer {
  readonly result: TrialResult;
  readonly study: StudyFigures | null;
  readonly course: TrialCourse | null;
}
