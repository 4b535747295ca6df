/** What is said of a time at which no bar ends. */
import { instantText } from "../values/instant.ts";
import { instant } from "../values/quantity.ts";
import { CommandFailure } from "./failure.ts";
import type { Terminal } from "./terminal.ts";

/** Whether a date is that of an instant: then it stands for the last bar of its session. */
export function covers(said: string, time: number): boolean {
  return said === instantText(instant(time)).slice(0, said.length);
}

export function outsideData(said: string, fact: string): CommandFailure {
  return new CommandFailure(1, "outside_data", `--at ${said} is outside the data: ${fact}.`);
}

/** Notes that another instant was looked at than was asked for, and which comes next. */
export function noteOther(
  said: string,
  at: number,
  { instant: looked, next }: { readonly instant: number; readonly next: number | null },
  terminal: Terminal,
): void {
  if (looked === at || covers(said, looked)) return;
  const after = next === null ? "" : `; the next ends at ${instantText(instant(next))}`;
  terminal.note(`note: no bar ends at ${said}: this is the one before, of ${instantText(instant(looked))}${after}\n`);
}
