/** Entry of the bundle: this process's arguments, terminal and exit code. What stratc did not foresee is its own mistake and says so. */
import { runProgram } from "./program.ts";
import { processTerminal } from "./terminal.ts";

const OWN_MISTAKE = 70;
const terminal = processTerminal();

try {
  process.exitCode = await runProgram(process.argv.slice(2), terminal);
} catch (error) {
  terminal.note(
    `stratc failed on its own account; please report this with the command line.\n${error instanceof Error ? error.stack : error}\n`,
  );
  process.exitCode = OWN_MISTAKE;
}
