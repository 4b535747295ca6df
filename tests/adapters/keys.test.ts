/** The broker's keys: where they are taken from, what is refused, and that no message has anything of them. */
import { chmodSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { brokerKeys } from "../../src/adapters/secrets/keys.ts";

const SECRET = "planted-7f3a";
const folder = mkdtempSync(join(tmpdir(), "keys-"));

function file(text: string, mode = 0o600): string {
  const path = join(folder, `${Math.abs(text.length)}-${mode}.toml`);
  writeFileSync(path, text);
  chmodSync(path, mode);
  return path;
}

describe("keys", () => {
  const good = { ok: true, value: { keyId: "id", secret: SECRET } };

  it("are in the environment, or in a file of their owner's alone", async () => {
    const variables = { APCA_API_KEY_ID: "id", APCA_API_SECRET_KEY: SECRET };
    expect(await brokerKeys({ from: "environment", variables })).toEqual(good);
    expect(await brokerKeys({ from: "file", path: file(`key_id = "id"\nsecret = "${SECRET}"\n`) })).toEqual(good);
  });

  it.each<[string, Parameters<typeof brokerKeys>[0], string, RegExp]>([
    ["half", { from: "environment", variables: { APCA_API_SECRET_KEY: SECRET } }, "keys_missing", /must be set/],
    ["readable by others", { from: "file", path: file(`key_id = "id"\nsecret = "${SECRET}"`, 0o640) }, "keys_exposed", /chmod 600/],
    ["no file", { from: "file", path: join(folder, "none") }, "keys_missing", /there is no file/],
    ["no TOML", { from: "file", path: file(`key_id = "id"\nsecret = ${SECRET} ${SECRET}`) }, "keys_missing", /line 2 is no TOML/],
    ["other names", { from: "file", path: file(`id = "id"\nsecret_key = "${SECRET}"`) }, "keys_missing", /`key_id` and `secret`/],
    ["no package", { from: "aws", secret: "stratc/alpaca" }, "keys_missing", /npm install @aws-sdk/],
  ])("that are not there (%s) are said without them", async (_, source, code, message) => {
    const answer = await brokerKeys(source);
    expect(answer).toMatchObject({ ok: false, failure: { class: "auth", code, message: expect.stringMatching(message) } });
    expect(JSON.stringify(answer)).not.toContain(SECRET);
  });
});
