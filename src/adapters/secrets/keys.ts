/**
 * The broker's keys: from the environment, from a file that only its owner may read, or from AWS Secrets Manager, whose package is loaded only then
 * and need not be installed otherwise. No message says anything of a key but whether it is there.
 */
import { readFileSync, statSync } from "node:fs";
import { parseToml } from "../../config/toml.ts";
import type { Answer } from "../../market/outside.ts";
import type { AlpacaKeys } from "../alpaca/endpoints.ts";

export type KeySource =
  | { readonly from: "environment"; readonly variables: Readonly<Record<string, string | undefined>> }
  | { readonly from: "file"; readonly path: string }
  | { readonly from: "aws"; readonly secret: string };

/** Others may neither read nor write it. */
const FORBIDDEN_MODE = 0o077;
const AWS_PACKAGE = "@aws-sdk/client-secrets-manager";

export async function brokerKeys(source: KeySource): Promise<Answer<AlpacaKeys>> {
  switch (source.from) {
    case "environment":
      return keysIn(
        { key_id: source.variables.APCA_API_KEY_ID, secret: source.variables.APCA_API_SECRET_KEY },
        "APCA_API_KEY_ID and APCA_API_SECRET_KEY must be set",
      );
    case "file":
      return keysInFile(source.path);
    case "aws":
      return keysAtAws(source.secret);
  }
}

function keysInFile(path: string): Answer<AlpacaKeys> {
  let text: string;
  try {
    const { mode } = statSync(path);
    if ((mode & FORBIDDEN_MODE) !== 0)
      return refused("keys_exposed", `${path} may be read by others: \`chmod 600 ${path}\`, and think of new keys`);
    text = readFileSync(path, "utf8");
  } catch (error) {
    return refused(
      "keys_missing",
      error instanceof Error && "code" in error && error.code === "ENOENT" ? `there is no file ${path}` : `${path} cannot be read`,
    );
  }
  const parsed = parseToml(text);
  // The parser's own message would quote the line.
  if (!parsed.ok) return refused("keys_missing", `${path}, line ${parsed.line} is no TOML`);
  return keysIn(parsed.file.table, `${path} must have \`key_id\` and \`secret\``);
}

/** What of the package is used. */
interface SecretsManager {
  readonly SecretsManager: new (
    options: object,
  ) => {
    getSecretValue(request: { readonly SecretId: string }): Promise<{ readonly SecretString?: string }>;
  };
}

async function keysAtAws(secret: string): Promise<Answer<AlpacaKeys>> {
  let aws: SecretsManager;
  try {
    aws = await import(AWS_PACKAGE);
  } catch {
    return refused("keys_missing", `keys from AWS need a package that does not come with stratc: \`npm install ${AWS_PACKAGE}\``);
  }
  try {
    const { SecretString = "" } = await new aws.SecretsManager({}).getSecretValue({ SecretId: secret });
    return keysIn(JSON.parse(SecretString), `the secret ${secret} must be a JSON object with \`key_id\` and \`secret\``);
  } catch (error) {
    return refused("keys_missing", `AWS Secrets Manager does not give ${secret} (${error instanceof Error ? error.name : "no reason"})`);
  }
}

function keysIn(table: Readonly<Record<string, unknown>>, otherwise: string): Answer<AlpacaKeys> {
  const { key_id: keyId, secret } = table;
  if (typeof keyId === "string" && keyId !== "" && typeof secret === "string" && secret !== "")
    return { ok: true, value: { keyId, secret } };
  return refused("keys_missing", otherwise);
}

function refused(code: string, message: string): Answer<never> {
  return { ok: false, failure: { class: "auth", code, message, retryAfter: null } };
}
