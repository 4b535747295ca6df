/**
 * Random strategies of several symbols and clocks over random bars: `stratc backtest`, with both backends, against the judge, record by record.
 * `STRATC_RUNS` sets the number of cases, `STRATC_SEED` the first seed; with `STRATC_ALL` every disagreement is printed; `random_plan.py --show SEED` shows a case.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { backtested } from "./command-line.ts";
import { firstDifference, occurrences } from "./compare.ts";
import { type Drawn, examine, rightlyRefused } from "./seeds.ts";

const RUNS = Number(process.env.STRATC_RUNS ?? 60);
const FIRST = Number(process.env.STRATC_SEED ?? 0);

/** One line of random_plan.py. */
interface Plan extends Drawn {
  readonly csv: Readonly<Record<string, string>>;
  readonly open: { readonly zone?: string; readonly stamp?: string; readonly width?: number };
  readonly cash: string;
  /** What `--param` sets. */
  readonly parameters: readonly string[];
  readonly features: readonly string[];
}

/** What a random file may be refused for beside orders that cannot pass: a rule that reads only named symbols, a look back over what changes with a slower clock. */
const REFUSABLE = ["E0305", "E0705"];

/** What is wrong with a plan; undefined where engine and judge agree. */
async function disagreement(plan: Plan, folder: string): Promise<unknown> {
  const file = join(folder, "s.strat");
  writeFileSync(file, plan.strategy);
  const data = Object.entries(plan.csv).map(([symbol, text]) => {
    writeFileSync(join(folder, `${symbol}.csv`), text);
    return `${symbol}=${join(folder, `${symbol}.csv`)}`;
  });
  const { zone, stamp, width } = plan.open;
  const times = width === undefined ? [] : ["--zone", zone ?? "utc", "--stamp", stamp ?? "end", "--width", `${width / 60e6}m`];
  const more = [...times, ...plan.parameters.flatMap((parameter) => ["--param", parameter])];
  try {
    for (const backend of ["wasm", "interpreter"]) {
      const difference = firstDifference(await backtested(file, data, `${plan.cash}usd`, [...more, "--backend", backend]), plan.records);
      if (difference !== undefined) return difference;
    }
    return undefined;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return rightlyRefused(message, plan, REFUSABLE) ? undefined : message;
  }
}

const examination = {
  script: "random_plan.py",
  disagreement,
  covered: ({ records, features }: Plan) => [...occurrences(records), ...features],
};

it.each([21430, 24379])("agrees on strategy %i, of which few orders can pass", async (first) => {
  await examine({ ...examination, first, runs: 1 });
});

it(`agrees with the engine on ${RUNS} random strategies of several symbols and clocks from seed ${FIRST}`, {
  timeout: 30_000 + RUNS * 2_000,
}, async () => {
  const coverage = await examine({ ...examination, first: FIRST, runs: RUNS });
  for (const feature of [
    "entry",
    "add",
    "exit",
    "stop",
    "target",
    "hold",
    "flatten",
    "halt",
    "rejected",
    "cancel",
    "expire",
    "borrow",
    "legs",
  ])
    expect(coverage.get(feature) ?? 0, feature).toBeGreaterThan(0);
});
