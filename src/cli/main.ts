/** Entry of the bundle: this process's arguments, terminal and exit code. */
import { runProgram } from "./program.ts";
import { processTerminal } from "./terminal.ts";

process.exitCode = await runProgram(process.argv.slice(2), processTerminal());
