/** One writer a folder: a lock whose process is gone, or was released, holds nobody off. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { lockFolder } from "../../src/adapters/files/lock.ts";

const emptyFolder = (): string => mkdtempSync(join(tmpdir(), "lock-"));

describe("a locked folder", () => {
  it("has one holder, until it lets go", () => {
    const folder = emptyFolder();
    const lock = lockFolder(folder);
    expect(lockFolder(folder)).toEqual({ ok: false, pid: process.pid });
    if (lock.ok) lock.release();
    expect(lockFolder(folder)).toMatchObject({ ok: true });
    expect(readdirSync(folder)).toEqual(["lock.2"]);
  });

  it("is free when its process is gone, also where another has its number", () => {
    const folder = emptyFolder();
    const { pid } = spawnSync("true");
    writeFileSync(join(folder, "lock.7"), `${pid} 1\n`);
    expect(lockFolder(folder)).toMatchObject({ ok: true });
    expect(readdirSync(folder)).toEqual(["lock.8"]);
    const other = emptyFolder();
    writeFileSync(join(other, "lock.1"), `${process.pid} 1\n`);
    expect(lockFolder(other)).toMatchObject({ ok: true });
  });
});
