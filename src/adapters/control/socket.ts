/**
 * How a person at another terminal reaches a run: a socket in the folder of its journal, which only its owner may open. One line of JSON asks, one
 * answers.
 */
import { chmodSync, rmSync } from "node:fs";
import { connect, createServer, type Socket } from "node:net";
import { join, relative } from "node:path";
import type { Answer, OutsideFailure } from "../../market/outside.ts";
import type { LiveCommand } from "../../run/live/input.ts";
import type { Standing } from "../../run/live/standing.ts";

export type ControlRequest = ({ readonly ask: "command" } & LiveCommand) | { readonly ask: "status" };

export interface Control {
  close(): void;
}

const NAME = "control.sock";
/** A line that is longer asks nothing. */
const LINE_CHARACTERS_MAX = 4_096;
const ANSWER_MILLISECONDS_MAX = 5_000;
/** The system's bound on the path of a socket (unix(7)), its ending zero not counted. */
const PATH_BYTES_MAX = 107;

/** Listens in a folder that this process holds. `answer` is called for each request and gives how the run stands after it. */
export function openControl(folder: string, answer: (request: ControlRequest) => Standing): Promise<Answer<Control>> {
  const path = socketPath(folder);
  if (!path.ok) return Promise.resolve(path);
  rmSync(path.value, { force: true });
  const server = createServer((socket) => {
    socket.on("error", () => undefined);
    readLine(socket, (line) => socket.end(`${JSON.stringify(replyTo(line, answer))}\n`));
  });
  return new Promise((resolve) => {
    server.once("error", (error) => resolve(refused("control_unavailable", `${path.value}: ${error.message}`)));
    server.listen(path.value, () => {
      chmodSync(path.value, 0o600);
      server.unref();
      resolve({ ok: true, value: { close: () => void server.close() } });
    });
  });
}

function replyTo(line: string, answer: (request: ControlRequest) => Standing): Answer<Standing> {
  const request = requestIn(line);
  return request === null ? refused("control_request", "this is no request that stratc knows") : { ok: true, value: answer(request) };
}

function requestIn(line: string): ControlRequest | null {
  let value: Readonly<Record<string, unknown>>;
  try {
    value = Object(JSON.parse(line));
  } catch {
    return null;
  }
  const { ask, command, reason } = value;
  if (ask === "status") return { ask };
  if (ask !== "command" || typeof reason !== "string") return null;
  return command === "kill" || command === "flatten" || command === "resume" ? { ask, command, reason } : null;
}

/** Asks the run whose journal is in `folder`. */
export function askRun(folder: string, request: ControlRequest): Promise<Answer<Standing>> {
  const path = socketPath(folder);
  if (!path.ok) return Promise.resolve(path);
  return new Promise((resolve) => {
    const socket = connect(path.value);
    socket.setTimeout(ANSWER_MILLISECONDS_MAX, () => {
      socket.destroy();
      resolve(refused("control_silent", `the run in ${folder} does not answer; end its process if it must stop now`));
    });
    socket.once("error", () => resolve(refused("no_run", `no run is going on in ${folder}`)));
    socket.once("connect", () => socket.write(`${JSON.stringify(request)}\n`));
    readLine(socket, (line) => {
      socket.end();
      resolve(JSON.parse(line));
    });
  });
}

/** Hands over the first line that comes; a longer one than there may be ends the connection. */
function readLine(socket: Socket, take: (line: string) => void): void {
  let text = "";
  socket.setEncoding("utf8");
  const read = (piece: string): void => {
    text += piece;
    const end = text.indexOf("\n");
    if (end < 0 && text.length <= LINE_CHARACTERS_MAX) return;
    socket.off("data", read);
    if (end < 0) socket.destroy();
    else take(text.slice(0, end));
  };
  socket.on("data", read);
}

/** The shorter of the ways to the socket, as the system bounds them. */
function socketPath(folder: string): Answer<string> {
  const path = join(folder, NAME);
  const seen = relative(".", path);
  const shorter = seen.length < path.length ? seen : path;
  if (Buffer.byteLength(shorter) <= PATH_BYTES_MAX) return { ok: true, value: shorter };
  return refused("control_unavailable", `${path} is too long a path for a socket: name a folder nearer to the working directory`);
}

function refused(code: string, message: string): { readonly ok: false; readonly failure: OutsideFailure } {
  return { ok: false, failure: { class: "rejected", code, message, retryAfter: null } };
}
