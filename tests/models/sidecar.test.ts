/** The sidecar's schema, as other programs read it. */
import { expect, it } from "vitest";
import { readSidecar, sidecarSchema } from "../../src/models/sidecar.ts";
import { readModel } from "../support/models.ts";

it("is published", async () => {
  await expect(`${JSON.stringify(sidecarSchema, null, 2)}\n`).toMatchFileSnapshot("../../docs/schema/model-1.0.json");
});

it("takes what training writes, and nothing that it does not know", () => {
  const { sidecar } = readModel("up.onnx");
  const whole = JSON.parse(sidecar!);
  expect(readSidecar(sidecar!)).toEqual(whole);
  expect(readSidecar(JSON.stringify({ ...whole, colour: "red" }))).toEqual({ problem: "the sidecar must NOT have additional properties" });
  expect(readSidecar(JSON.stringify({ ...whole, trained: { from: "2020", to: "2021" } }))).toMatchObject({
    problem: expect.stringMatching(/`trained\.from` must match/),
  });
});
