/**
 * How sure a Sharpe ratio is: the probabilistic Sharpe ratio (Bailey and López de Prado, "The Sharpe ratio efficient frontier", 2012) and the deflated one (the same,
 * "The deflated Sharpe ratio", 2014). Ratios here are per period, not annualised.
 */
import { normalProbability, normalQuantile } from "./normal.ts";

/** What of a series of returns its Sharpe ratio and its error follow from. */
export interface Moments {
  readonly count: number;
  /** Mean ÷ sample deviation; 0 without deviation. */
  readonly sharpe: number;
  /** Population skewness and kurtosis (3 for a normal distribution). */
  readonly skewness: number;
  readonly kurtosis: number;
}

export function momentsOf(returns: readonly number[]): Moments {
  const count = returns.length;
  const mean = returns.reduce((sum, value) => sum + value, 0) / count;
  let [second, third, fourth] = [0, 0, 0];
  for (const value of returns) {
    const distance = value - mean;
    second += distance * distance;
    third += distance * distance * distance;
    fourth += distance * distance * distance * distance;
  }
  const variance = second / count;
  if (!(variance > 0) || count < 2) return { count, sharpe: 0, skewness: 0, kurtosis: 3 };
  return {
    count,
    sharpe: mean / Math.sqrt(second / (count - 1)),
    skewness: third / count / (variance * Math.sqrt(variance)),
    kurtosis: fourth / count / (variance * variance),
  };
}

/** The probability that the true Sharpe ratio is above `benchmark`: Φ((SR − SR*) √(n − 1) ÷ √(1 − γ₃ SR + (γ₄ − 1) ÷ 4 × SR²)). Null with fewer than 3 returns. */
export function probabilisticSharpe({ count, sharpe, skewness, kurtosis }: Moments, benchmark: number): number | null {
  const variance = 1 - skewness * sharpe + ((kurtosis - 1) / 4) * sharpe * sharpe;
  if (count < 3 || !(variance > 0)) return null;
  return normalProbability(((sharpe - benchmark) * Math.sqrt(count - 1)) / Math.sqrt(variance));
}

const EULER_GAMMA = 0.5772156649015329;

/**
 * The largest Sharpe ratio to expect of `trials` independent trials without any skill, whose ratios have this variance:
 * √V × ((1 − γ) Φ⁻¹(1 − 1 ÷ N) + γ Φ⁻¹(1 − 1 ÷ (N e))).
 */
export function expectedMaximum(trials: number, variance: number): number {
  if (trials < 2) return 0;
  const quantile = (share: number): number => normalQuantile(1 - share / trials);
  return Math.sqrt(variance) * ((1 - EULER_GAMMA) * quantile(1) + EULER_GAMMA * quantile(1 / Math.E));
}
