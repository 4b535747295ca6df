/** Trials as lines of comma-separated values, in the order of the search. What is written reads back as the same trial; a parameter's column is `param_NAME`. */
import type { Graph } from "../graph/nodes.ts";
import type { Figures, Trial, TrialResult } from "./trial.ts";

/** Figures in the order of their columns, and whether they are exact text. */
const COLUMNS: Readonly<Record<keyof Figures, "number" | "text">> = {
  orders: "number",
  rejected: "number",
  fills: "number",
  round_trips: "number",
  final_equity: "text",
  net_profit: "text",
  fees: "text",
  return_pct: "number",
  sharpe: "number",
  sortino: "number",
  max_drawdown_pct: "number",
  exposure_pct: "number",
};
const FIGURE_NAMES = Object.keys(COLUMNS) as readonly (keyof Figures)[];
/** Columns that hold text; all others hold numbers. */
export const TEXT_COLUMNS: ReadonlySet<string> = new Set(["failure", ...FIGURE_NAMES.filter((name) => COLUMNS[name] === "text")]);

/** The names of all columns. */
export function tableColumns({ parameters }: Graph): readonly string[] {
  return ["trial", ...parameters.map(({ name }) => `param_${name}`), ...FIGURE_NAMES, "failure"];
}

/** The line of a trial, without its end. A failure is a JSON text with quotes doubled, as CSV has them. */
export function tableLine({ number, combination, result }: Trial): string {
  const figures = FIGURE_NAMES.map((name) => (result.ok ? (result.figures[name] ?? "") : ""));
  const failure = result.ok ? "" : `"${JSON.stringify(result.failure).replaceAll('"', '""')}"`;
  return [number, ...combination, ...figures, failure].join(",");
}

/** The trial that a line of a table with so many parameters writes; null where it is not whole. */
export function readLine(line: string, parameters: number): Trial | null {
  const count = 1 + parameters + FIGURE_NAMES.length;
  const cells = line.split(",", count);
  if (cells.length < count) return null;
  const rest = line.slice(cells.join(",").length);
  const result = rest === "," ? figuresOf(cells.slice(1 + parameters)) : failureOf(rest);
  const [number = Number.NaN, ...combination] = cells.slice(0, 1 + parameters).map(Number);
  return result === null ? null : { number, combination, result };
}

function figuresOf(cells: readonly string[]): TrialResult {
  const values = FIGURE_NAMES.map((name, index) => {
    const cell = cells[index] ?? "";
    return [name, COLUMNS[name] === "text" ? cell : cell === "" ? null : Number(cell)];
  });
  return { ok: true, figures: Object.fromEntries(values) as unknown as Figures };
}

function failureOf(cell: string): TrialResult | null {
  const quoted = /^,"(\{.*\})"$/.exec(cell)?.[1];
  return quoted === undefined ? null : { ok: false, failure: JSON.parse(quoted.replaceAll('""', '"')) };
}
