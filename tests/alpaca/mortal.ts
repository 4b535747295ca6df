/**
 * Loaded before stratc: counts the process's own calls on files and sockets, and at call STRATC_DIE_AT kills it (SIGKILL): at an even one before it is made,
 * at an odd one when the system has taken the bytes (of a file, half of them). How many calls there were is written to STRATC_CALLS_FILE when it ends.
 */
import { writeFileSync } from "node:fs";
import promises, { type FileHandle } from "node:fs/promises";
import { syncBuiltinESMExports } from "node:module";
import { Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

const dieAt = Number(process.env.STRATC_DIE_AT ?? 0);
let calls = 0;

function die(): never {
  process.kill(process.pid, "SIGKILL");
  for (;;);
}

type Call = (this: never, ...parameters: never[]) => unknown;

/** `half` makes of a call's parameters those that do half of it. */
function mortal(on: object, name: string, half: ((parameters: never[]) => never[]) | null): void {
  const original = Reflect.get(on, name) as Call;
  Reflect.set(on, name, function (this: never, ...parameters: never[]) {
    calls += 1;
    if (calls !== dieAt) return Reflect.apply(original, this, parameters);
    if (dieAt % 2 === 0) die();
    const done = Reflect.apply(original, this, half === null ? parameters : half(parameters));
    return done instanceof Promise ? done.then(die) : die();
  });
}

const probe: FileHandle = await promises.open(join(tmpdir(), `stratc-mortal-${process.pid}`), "w");
await probe.close();
await promises.unlink(join(tmpdir(), `stratc-mortal-${process.pid}`));
const handle: object = Object.getPrototypeOf(probe);
mortal(handle, "write", ([bytes, at = 0 as never]) => {
  const written: Uint8Array = bytes ?? new Uint8Array();
  return [written.subarray(0, Number(at) + Math.floor((written.length - Number(at)) / 2)) as never, at];
});
for (const name of ["datasync", "sync"]) mortal(handle, name, null);
for (const name of ["open", "rename", "unlink", "truncate"]) mortal(promises, name, null);
for (const name of ["connect", "write"]) mortal(Socket.prototype, name, null);
syncBuiltinESMExports();
const file = process.env.STRATC_CALLS_FILE;
if (file !== undefined) process.on("exit", () => writeFileSync(file, String(calls)));
