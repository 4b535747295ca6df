/** Ctrl-C and SIGTERM for work that wants to end well: the first one asks it to, a second kills the process at once. */
import { CommandFailure } from "./failure.ts";

const SIGNALS = { SIGINT: 130, SIGTERM: 143 } as const;

export interface Interruption {
  /** Aborted once the process has been asked to end. */
  readonly signal: AbortSignal;
  /** How a command ends that has been asked to. */
  failure(message: string): CommandFailure;
  /** From now on nobody listens. */
  end(): void;
}

export function interruption(): Interruption {
  const controller = new AbortController();
  let exit: 130 | 143 = SIGNALS.SIGINT;
  const listener = (signal: NodeJS.Signals): void => {
    if (signal === "SIGTERM") exit = SIGNALS.SIGTERM;
    controller.abort();
  };
  process.once("SIGINT", listener).once("SIGTERM", listener);
  return {
    signal: controller.signal,
    failure: (message) => new CommandFailure(exit, "interrupted", message),
    end: () => void process.off("SIGINT", listener).off("SIGTERM", listener),
  };
}
