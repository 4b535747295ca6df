/** Log lines as JSON, by pino. Writing never waits: lines that a slow reader leaves behind are dropped beyond a bound. */
import { dirname } from "node:path";
import { pino } from "pino";
import type { LogLevel, LogLine } from "../../run/live/log-lines.ts";
import { makeFolder } from "../files/folder.ts";

export interface Logger {
  write(line: LogLine): void;
  /** Writes what is left. */
  close(): void;
}

const BUFFER_BYTES = 4_096;
const BACKLOG_BYTES_MAX = 1 << 22;
const FLUSH_MILLISECONDS = 500;
const STANDARD_ERROR = 2;
/** Fields that are never written, wherever they stand. Nothing of ours has them. */
const SECRETS = ["key_id", "keyId", "secret", "password", "authorization", "APCA_API_KEY_ID", "APCA_API_SECRET_KEY"];

/**
 * `to` is a file's path, which is appended to, or `stderr`. Throws the system's error where its folder cannot be made; `failed` is told once where
 * lines cannot be written later on.
 */
export function openLogger(to: string, level: LogLevel, failed: (message: string) => void): Logger {
  const file = to === "stderr" ? STANDARD_ERROR : to;
  if (file === to) makeFolder(dirname(to));
  const destination = pino.destination({ dest: file, sync: false, minLength: BUFFER_BYTES, maxLength: BACKLOG_BYTES_MAX });
  let isBroken = false;
  destination.on("error", (error: Error) => {
    if (!isBroken) failed(error.message);
    isBroken = true;
  });
  const timer = setInterval(() => destination.flush(), FLUSH_MILLISECONDS);
  timer.unref();
  const paths = SECRETS.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]);
  const log = pino(
    {
      level,
      base: null,
      redact: { paths, censor: "[redacted]" },
      messageKey: "event",
      formatters: { level: (label) => ({ level: label }) },
    },
    destination,
  );
  return {
    write: ({ level: of, event, ...fields }) => {
      if (!isBroken) log[of](fields, event);
    },
    close: () => {
      clearInterval(timer);
      destination.end();
    },
  };
}
