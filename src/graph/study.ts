/** What a file says of how it wants to be studied. It is no part of the graph: nothing that trades follows from it. */

/** What a search makes as large as it can. */
export const OBJECTIVES = ["sharpe", "sortino", "net_profit", "return_over_drawdown"] as const;
export type Objective = (typeof OBJECTIVES)[number];

/** A stretch of the calendar: 30 days, 2 weeks, 12 months. */
export interface CalendarSpan {
  readonly count: number;
  readonly unit: "d" | "w" | "mo";
}

export interface StudyDeclaration {
  readonly train: CalendarSpan;
  readonly validate: CalendarSpan;
  readonly objective: Objective | null;
}

/** Where a file says nothing. */
export const DEFAULT_SPANS: Pick<StudyDeclaration, "train" | "validate"> = {
  train: { count: 12, unit: "mo" },
  validate: { count: 3, unit: "mo" },
};
