/** The flags of a gradual rollout: `--rollout 10,25,50,100 --step 20d --rollback 3%`. */
import type { Argv } from "yargs";
import type { ExactDecimal } from "../graph/nodes.ts";
import type { RolloutPlan } from "../run/live/rollout.ts";
import { usageFailure } from "./failure.ts";

export interface RolloutFlags {
  readonly rollout?: string;
  readonly step?: string;
  readonly rollback?: string;
}

export function addRolloutFlags(yargs: Argv): Argv {
  const text = { type: "string", requiresArg: true, group: "How the second takes over from the first:" } as const;
  return yargs.options({
    rollout: { ...text, defaultDescription: "each its own cash", describe: "Its share of the cash, step by step: 10,25,50,100" },
    step: { ...text, describe: "Sessions on each step: 20d" },
    rollback: { ...text, describe: "Give all back where it falls so far below its highest: 3%" },
  });
}

/** The plan, null without `--rollout`. */
export function rolloutPlan({ rollout, step, rollback }: RolloutFlags, strategies: number): RolloutPlan | null {
  if (rollout === undefined) {
    if (step !== undefined || rollback !== undefined) throw usageFailure("--step and --rollback are of a `--rollout`.");
    return null;
  }
  if (strategies !== 2) throw usageFailure("--rollout is of two strategies: the first gives way to the second.");
  const shares = rollout.split(",").map(Number);
  const isRising = shares.every((share, index) => share > (shares[index - 1] ?? 0) && share <= 100);
  if (!isRising || (shares[0] ?? 100) >= 100) throw usageFailure(`--rollout takes rising percentages, 10,25,50,100, not \`${rollout}\`.`);
  const [, sessions] = /^([1-9]\d{0,4})d$/.exec(step ?? "") ?? [];
  if (sessions === undefined) throw usageFailure("--rollout needs --step, so many sessions: 20d.");
  const [, loss] = /^(\d+(?:\.\d+)?)%$/.exec(rollback ?? "") ?? [];
  if (!(Number(loss) > 0 && Number(loss) < 100)) throw usageFailure("--rollout needs --rollback, a loss between 0% and 100%: 3%.");
  return { shares, sessions: Number(sessions), lossMax: Number(loss) / 100 };
}

/** What each strategy begins with: all of it, or its share. */
export function startingCashOf(cash: ExactDecimal, plan: RolloutPlan | null, index: number): ExactDecimal {
  if (plan === null) return cash;
  const second = Math.floor(Number(cash) * (plan.shares[0] ?? 0) + 1e-6) / 100;
  return (index === 0 ? Number(cash) - second : second).toFixed(2);
}
