/** What a command may do to the screen. Results go to standard output, everything about them to standard error. */

export interface Terminal {
  readonly write: (text: string) => void;
  readonly note: (text: string) => void;
  /** Whether each may carry colour: a terminal, without NO_COLOR. */
  readonly colour: { readonly output: boolean; readonly notes: boolean };
  /** Whether someone watches standard error: progress bars are drawn only then. */
  readonly interactive: boolean;
}

/**
 * The terminal of this process. A reader of results that went away (`stratc … | head`) ends the process quietly, a disk that is full with 3;
 * notes that nobody can read are dropped.
 */
export function processTerminal(): Terminal {
  const { stdout, stderr, env } = process;
  stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit(0);
    stderr.write(`error: Standard output could not be written: ${error.message}.\n`);
    process.exit(3);
  });
  stderr.on("error", () => undefined);
  const colourWanted = (env.NO_COLOR ?? "") === "" && env.TERM !== "dumb";
  return {
    write: (text) => stdout.write(text),
    note: (text) => stderr.write(text),
    colour: { output: colourWanted && stdout.isTTY === true, notes: colourWanted && stderr.isTTY === true },
    interactive: stderr.isTTY === true,
  };
}
