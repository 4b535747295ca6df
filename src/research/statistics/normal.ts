/** The standard normal distribution, from exp and log with fixed bits alone. */
import { exp } from "../../values/transcendental.ts";

const SQRT_2 = Math.sqrt(2);
const SQRT_PI = 1.772453850905516;
/** Below, a series of positive terms; above, a continued fraction. Both are good to about 1e-15 there. */
const SERIES_BELOW = 2.5;
const FRACTION_TERMS = 80;

/** P(Z ≤ x). */
export function normalProbability(x: number): number {
  return x < 0 ? upperTail(-x / SQRT_2) / 2 : 1 - upperTail(x / SQRT_2) / 2;
}

/** The complementary error function of z ≥ 0 (Abramowitz and Stegun 1964, 7.1.6 and 7.1.14). */
function upperTail(z: number): number {
  const scale = exp(-z * z) / SQRT_PI;
  if (z < SERIES_BELOW) {
    let term = 2 * z;
    let sum = term;
    for (let n = 1; term > sum * 1e-17; n++) {
      term *= (2 * z * z) / (2 * n + 1);
      sum += term;
    }
    return 1 - scale * sum;
  }
  let fraction = z;
  for (let n = FRACTION_TERMS; n > 0; n--) fraction = z + n / 2 / fraction;
  return scale / fraction;
}

/** The x with P(Z ≤ x) = p, for 0 < p < 1; by halving, to the last bits. */
export function normalQuantile(p: number): number {
  let [low, high] = [-40, 40];
  for (let middle = 0; middle > low && middle < high; middle = (low + high) / 2) {
    if (normalProbability(middle) < p) low = middle;
    else high = middle;
  }
  return high;
}
