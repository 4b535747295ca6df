/** What a diagnostic's code means. */
import { MESSAGES } from "../check/messages/messages.ts";
import type { Message } from "../diagnostics/catalogue.ts";
import { writeJson } from "./command.ts";
import { type ExitCode, usageFailure } from "./failure.ts";
import type { Terminal } from "./terminal.ts";

/** Prints the page of `code`, in capitals. Throws `CommandFailure` where there is none. */
export function explainCode(code: string, json: boolean, terminal: Terminal): ExitCode {
  const messages: Readonly<Record<string, Message<never>>> = MESSAGES;
  const message = messages[code];
  if (message === undefined) throw usageFailure(`There is no code ${code}.`);
  if (json) writeJson(terminal, { ok: true, code, severity: message.severity, title: message.title });
  else terminal.write(`${message.severity}[${code}]: ${message.title}\n`);
  return 0;
}
