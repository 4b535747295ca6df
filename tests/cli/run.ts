/** Runs a command line in this process, as the tests see it: exit code and what was printed where. */
import { runProgram } from "../../src/cli/program.ts";

export interface Finished {
  readonly exit: number;
  readonly output: string;
  readonly notes: string;
}

export async function stratc(...args: readonly string[]): Promise<Finished> {
  const output: string[] = [];
  const notes: string[] = [];
  const exit = await runProgram(args, {
    write: (text) => void output.push(text),
    note: (text) => void notes.push(text),
    colour: { output: false, notes: false },
    interactive: false,
  });
  return { exit, output: output.join(""), notes: notes.join("") };
}
