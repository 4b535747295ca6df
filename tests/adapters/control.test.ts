/** The socket through which a run is reached: what it takes, and what is said where nobody listens. */
import { mkdtempSync, statSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { askRun, type ControlRequest, openControl } from "../../src/adapters/control/socket.ts";
import { answered } from "../support/answer.ts";

const STANDING = { mode: "trading", reason: "", instant: null, orders: 1, rejected: 0, fills: 1 } as const;
const emptyFolder = (): string => mkdtempSync(join(tmpdir(), "control-"));

/** What comes back for bytes that no client of ours would send. */
function raw(folder: string, bytes: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(join(folder, "control.sock"), () => socket.write(bytes));
    let text = "";
    socket.on("data", (piece) => {
      text += piece;
    });
    socket.on("error", () => undefined);
    socket.on("close", () => resolve(text));
  });
}

describe("a run's socket", () => {
  it("hands commands over and answers how the run stands", async () => {
    const folder = emptyFolder();
    writeFileSync(join(folder, "control.sock"), "left behind");
    const seen: ControlRequest[] = [];
    const control = answered(
      await openControl(folder, (request) => {
        seen.push(request);
        return STANDING;
      }),
    );
    expect(answered(await askRun(folder, { ask: "command", command: "flatten", reason: "größer\n" }))).toEqual(STANDING);
    expect(answered(await askRun(folder, { ask: "status" }))).toEqual(STANDING);
    expect(seen).toEqual([{ ask: "command", command: "flatten", reason: "größer\n" }, { ask: "status" }]);
    expect(statSync(join(folder, "control.sock")).mode & 0o777).toBe(0o600);
    control.close();
  });

  it("takes nothing else", async () => {
    const folder = emptyFolder();
    const control = answered(
      await openControl(folder, () => {
        throw new Error("nothing was asked");
      }),
    );
    for (const line of ["", "null", "{", '{"ask":"command","command":"buy","reason":""}', '{"ask":"command","command":"kill"}']) {
      expect(JSON.parse(await raw(folder, `${line}\n`))).toMatchObject({ ok: false, failure: { code: "control_request" } });
    }
    expect(await raw(folder, "x".repeat(10_000))).toBe("");
    control.close();
  });

  it("is not there where no run is", async () => {
    const folder = emptyFolder();
    expect(await askRun(folder, { ask: "status" })).toMatchObject({ ok: false, failure: { code: "no_run" } });
    const control = answered(await openControl(folder, () => STANDING));
    control.close();
    expect(await askRun(folder, { ask: "status" })).toMatchObject({ ok: false, failure: { code: "no_run" } });
  });

  it("with a path that is too long for the system is said", async () => {
    const folder = join(emptyFolder(), "x".repeat(120));
    expect(await openControl(folder, () => STANDING)).toMatchObject({ ok: false, failure: { code: "control_unavailable" } });
  });
});
