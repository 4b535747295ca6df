/** One sentence for an instant: what was traded, or what kept the strategy from it. */
import type { Findings } from "../../run/why/inquiry.ts";
import { counted } from "../explanation/words.ts";
import type { RuleAnswer, RuleState } from "./answer.ts";

/** What says most about not trading, first. */
const TELLING: readonly RuleState[] = ["rejected", "did_not_hold", "no_value", "nothing_to_do", "warming_up", "not_asked", "no_tick"];
const TOLD_MAX = 2;

export function verdictOf({ graph, standing }: Findings, rules: readonly RuleAnswer[]): string {
  const several = graph.symbols.filter(({ trades }) => trades).length > 1;
  const clause = ({ rule, symbol, reason }: RuleAnswer): string =>
    `\`${rule}\`${several && symbol !== null ? ` for ${symbol}` : ""} ${reason}`;
  const acted = rules.filter(({ state }) => state === "ordered" || state === "took_back");
  if (acted.length > 0) return `${told(acted, clause)}.`;
  if (rules.length === 0) return "It did not trade: it has no rules.";
  const isHeld = (rule: RuleAnswer): boolean =>
    standing.symbols.some(({ symbol, position }) => graph.symbols[symbol]?.name === rule.symbol && Number(position) !== 0);
  const weight = (rule: RuleAnswer): number => 2 * TELLING.indexOf(rule.state) + Number((rule.kind === "exit") !== isHeld(rule));
  const first = Math.min(...rules.map(({ state }) => TELLING.indexOf(state)));
  const most = rules.filter(({ state }) => TELLING.indexOf(state) === first).toSorted((a, b) => weight(a) - weight(b));
  const halted = standing.halts.map(({ measure }) => `\`${measure}\` halts; `).join("");
  return `It did not trade: ${halted}${told(most, clause)}.`;
}

function told(rules: readonly RuleAnswer[], clause: (rule: RuleAnswer) => string): string {
  const rest = rules.length - TOLD_MAX;
  return `${rules.slice(0, TOLD_MAX).map(clause).join("; ")}${rest > 0 ? `; and ${counted(rest, "more rule")}` : ""}`;
}
