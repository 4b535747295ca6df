/** A sweep on the screen: its best trials, and the plateau. */
import { figure, signedMoney } from "../../report/text.ts";
import type { Ranked } from "../ranking.ts";
import { aligned, short } from "./document.ts";
import { type SweepView, searchedParameters, settingText } from "./sweep-page.ts";

const LISTED = 10;

/** Text that ends with a line feed. */
export function sweepText(view: SweepView, failed: number): string {
  const { graph, objective, trials, all, plateau } = view;
  const names = searchedParameters(view).map((index) => graph.parameters[index]?.name ?? "");
  const head = ["trial", ...names, objective, "net profit", "trips", "drawdown %"];
  const rows = all.slice(0, LISTED).map((one) => cells(view, one));
  const lines = [`${graph.strategy}: ${trials} trials${failed === 0 ? "" : `, ${failed} of them failed`}`, "", ...aligned([head, ...rows])];
  if (plateau !== null) {
    const around = `${short(plateau.mean)} with its ${plateau.neighbours} nearest trials on average, ${short(plateau.lowest)} at worst`;
    lines.push("", `plateau: ${settingText(view, plateau)}: ${objective} ${short(plateau.value)}, ${around}`);
  }
  lines.push("", "The best trial was chosen on these rows: that it looks good on them says little.");
  return `${lines.join("\n")}\n`;
}

function cells(view: SweepView, { trial, value }: Ranked): readonly string[] {
  const settings = searchedParameters(view).map((index) => short(trial.combination[index] ?? Number.NaN, 9));
  const { result } = trial;
  if (!result.ok) throw new Error("a failed trial has no objective");
  const { net_profit, round_trips, max_drawdown_pct } = result.figures;
  return [String(trial.number), ...settings, figure(value, 3), signedMoney(net_profit), String(round_trips), figure(max_drawdown_pct, 2)];
}
