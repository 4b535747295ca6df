/** docs/configuration.md, from the schema and the shipped files. */
import type { Setting } from "../../src/config/layers.ts";
import { expectation } from "../../src/config/schema.ts";

const HEAD = `# Configuration

What is not said on the command line comes from here; the later of these wins:

1. [config/base.toml](../config/base.toml) and the file of a layer, which come with stratc: [backtest.toml](../config/backtest.toml),
   for \`run\` [paper.toml](../config/paper.toml), with \`--layer dev\` [dev.toml](../config/dev.toml). There is none for real money.
2. \`stratc.toml\` in the working directory, or the file that \`--config FILE\` names
3. environment variables: \`STRATC_\` and the key's name in capitals (\`STRATC_CACHE_BYTES_MAX\`); an empty one counts as none
4. flags: \`--\` and the key's name, where the command has one

\`stratc config\` prints what is in force and where each value comes from. A key that does not exist, or a value that it cannot take, is an error with
file and line (exit code 1); a slip in the name of a variable too. Paths are seen from the working directory. A file has at most 16 KiB.

\`\`\`toml
[account]
cash = "25_000usd"

[data]
store = "bars"

[limits]
order_value_max = "5_000usd"
\`\`\`

## Keys of the broker

Keys are in no configuration, no flag and no output. \`broker.keys_from\` says where they are: the variables \`APCA_API_KEY_ID\` and \`APCA_API_SECRET_KEY\`; a file
with \`key_id\` and \`secret\` that is refused unless only its owner may read it (\`chmod 600\`); or a secret in AWS Secrets Manager, for which
\`npm install @aws-sdk/client-secrets-manager\` beside stratc: it does not come with it. \`stratc doctor\` says whether they are there.

## Keys of the configuration

`;

export function configurationPage(settings: readonly Setting[]): string {
  const rows = settings.map(
    ({ key, value }) => `| \`${key.path}\` | ${key.schema.description} | ${expectation(key.schema)} | \`${JSON.stringify(value)}\` |\n`,
  );
  return `${HEAD}| key | what it is | takes | unless set |\n|---|---|---|---|\n${rows.join("")}`;
}
