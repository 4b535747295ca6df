/** What is said before a run over data with splits of a file that has figures in shares. */
import type { BarSource } from "../market/bars.ts";
import { calendarNamed } from "../market/calendars.ts";
import { dateText } from "../values/civil-date.ts";
import { readText } from "./files.ts";
import type { Period } from "./settings.ts";
import type { Terminal } from "./terminal.ts";

interface Splitting {
  readonly file: string;
  readonly calendar: "nyse" | "always";
  readonly sources: readonly BarSource[];
  readonly period: Period;
}

/** Tells the first split of the run and the lines that it makes mean something else (semantics 13.10). */
export async function noteShareLiterals({ file, calendar, sources, period }: Splitting, terminal: Terminal): Promise<void> {
  const { midnight } = calendarNamed(calendar);
  const splits = sources.flatMap(({ info, actions = [] }) => {
    const [from, to] = [Math.max(info.from, period.from ?? info.from), Math.min(info.to, period.to ?? info.to)];
    return actions.flatMap((action) =>
      action.kind === "split" && midnight(action.day) >= from && midnight(action.day) <= to ? [{ ...action, symbol: info.symbol }] : [],
    );
  });
  const [first] = splits.toSorted((a, b) => a.day - b.day);
  if (first === undefined) return;
  const { shareLiteralLines } = await import("../language/share-literals.ts");
  const lines = shareLiteralLines(readText(file));
  if (lines.length === 0) return;
  const where = lines.length === 1 ? `line ${lines[0]} says` : `lines ${lines.slice(0, -1).join(", ")} and ${lines.at(-1)} say`;
  const split = `${first.symbol} splits ${first.shares}:${first.per} on ${dateText(first.day)}`;
  terminal.note(
    `note: ${split}, and what ${where} in shares or usd/share stays as it is: of old shares before, of new ones after. Parts of equity and of prices follow a split.\n`,
  );
}
