/**
 * A seeded source of numbers for generated data and simulations: xoshiro128** (Blackman and Vigna 2018), seeded by SplitMix32. Two sources of one
 * seed give the same numbers on every machine.
 */
export interface Prng {
  /** A number in 0 ≤ x < 1 with 53 random bits. */
  uniform(): number;
  /** About normal, mean 0 and deviation 1: twelve uniforms less 6, so never beyond ±6. */
  normal(): number;
  /** A whole number in 0 ≤ n < limit, for limits far below 2^53. */
  below(limit: number): number;
}

/** `seed` is any whole number of 32 bits. */
export function prng(seed: number): Prng {
  const state = seededState(seed);
  const uniform = (): number => ((next(state) >>> 5) * 2 ** 26 + (next(state) >>> 6)) * 2 ** -53;
  return {
    uniform,
    normal: () => {
      let sum = -6;
      for (let term = 0; term < 12; term++) sum += uniform();
      return sum;
    },
    below: (limit) => Math.floor(uniform() * limit),
  };
}

function seededState(seed: number): Uint32Array {
  let counter = seed | 0;
  return new Uint32Array(4).map(() => {
    counter = (counter + 0x9e3779b9) | 0;
    const first = Math.imul(counter ^ (counter >>> 16), 0x21f0aaad);
    const second = Math.imul(first ^ (first >>> 15), 0x735a2d97);
    return second ^ (second >>> 15);
  });
}

function next(state: Uint32Array): number {
  const [a = 0, b = 0, c = 0, d = 0] = state;
  const scrambled = Math.imul(rotate(Math.imul(b, 5), 7), 9);
  const mixedC = c ^ a;
  const mixedD = d ^ b;
  state[0] = a ^ mixedD;
  state[1] = b ^ mixedC;
  state[2] = mixedC ^ (b << 9);
  state[3] = rotate(mixedD, 11);
  return scrambled >>> 0;
}

function rotate(value: number, bits: number): number {
  return (value << bits) | (value >>> (32 - bits));
}
