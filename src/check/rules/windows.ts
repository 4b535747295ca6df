/** What rules and the session's windows say together: no entry after everything is closed, none that the window never admits, none held overnight unsaid. */
import type { Graph } from "../../graph/nodes.ts";
import type { Item } from "../../syntax/ast.ts";
import { type Context, report } from "../context.ts";
import type { CheckedRule } from "./rules.ts";

/** A clock of this width or more ticks when its session is over. */
const SESSION = 86_400_000_000;

function isIntraday({ clocks }: Pick<Graph, "clocks">, clock: number): boolean {
  return (clocks[clock]?.width ?? SESSION) < SESSION;
}

/** Checks rules that open against the windows of the session. */
export function checkWindows(context: Context, items: readonly Item[], rules: readonly CheckedRule[]): void {
  const { header } = context.program;
  const block = items.find((item) => item.kind === "session");
  const opening = rules.filter(({ rule }) => rule.kind !== "exit");
  const intraday = opening.find(({ rule }) => isIntraday(header, rule.clock));
  for (const { rule, verb, item } of opening) {
    if (block?.entries === undefined || isIntraday(header, rule.clock)) continue;
    const labels = [{ span: block.entries.span, text: "the window" }];
    const clock = header.clocks[rule.clock]?.name ?? "";
    const problem = `\`${item.name.text}\` runs on \`${clock}\`, which ticks when its session is over: the window of \`entries\` never holds there.`;
    report(context, "E0703", verb.span, { problem }, { labels });
  }
  if (intraday === undefined) return;
  if (block?.flatten !== undefined && block.entries === undefined) {
    const problem =
      "`flatten` closes everything, and an entry may fill after it: say until when they may come, `entries from open to … before close`.";
    const labels = [{ span: intraday.verb.span, text: "may fill after it" }];
    report(context, "E0703", block.flatten.span, { problem }, { labels });
  }
  if (block?.flatten === undefined && header.calendar === "nyse")
    report(context, "W0703", intraday.verb.span, { clock: header.clocks[intraday.rule.clock]?.name ?? "" });
}
