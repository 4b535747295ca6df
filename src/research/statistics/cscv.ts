/**
 * Combinatorially symmetric cross-validation (Bailey, Borwein, López de Prado and Zhu, "The probability of backtest overfitting", 2017): time is cut into an even
 * number of blocks; for every choice of half of them the best trial on that half is looked up on the other.
 */

/** A trial's returns by block: their sum and their sum of squares. How many there are is the same for all trials. */
export interface BlockSums {
  readonly sums: Float64Array;
  readonly squares: Float64Array;
}

export interface Overfitting {
  readonly blocks: number;
  readonly splits: number;
  /** The share of splits in which the best trial of one half is at or below the middle of all trials on the other. */
  readonly probability: number;
  /** The share of splits in which it loses there. */
  readonly lossProbability: number;
}

/** Splits times trials that are looked at, at most. */
const WORK_MAX = 20_000_000;
const BLOCKS_MAX = 16;
const BLOCKS_MIN = 8;

/** The largest even number of blocks from 8 to 16 whose work is bounded for so many trials. */
export function blocksFor(trials: number): number {
  for (let blocks = BLOCKS_MAX; blocks > BLOCKS_MIN; blocks -= 2) if (halvings(blocks) * trials <= WORK_MAX) return blocks;
  return BLOCKS_MIN;
}

/** Ways to choose half of so many. */
function halvings(blocks: number): number {
  let ways = 1;
  for (let chosen = 1; chosen <= blocks / 2; chosen++) ways = (ways * (blocks / 2 + chosen)) / chosen;
  return ways;
}

/** Block `index` of `blocks` over `count` returns: where it begins. */
export function blockStart(count: number, blocks: number, index: number): number {
  return Math.floor((count * index) / blocks);
}

/** `counts` are the returns in each block. Null with fewer than two trials, or a block without returns. */
export function overfitting(counts: readonly number[], trials: readonly BlockSums[]): Overfitting | null {
  const blocks = counts.length;
  if (trials.length < 2 || Math.min(...counts) < 1) return null;
  const columns = counts.map((count, block) => ({
    count,
    sums: Float64Array.from(trials, ({ sums }) => sums[block] ?? 0),
    squares: Float64Array.from(trials, ({ squares }) => squares[block] ?? 0),
  }));
  const whole = columns.reduce((total, column) => added(column, total), emptyOf(trials.length));
  const [inside, outside] = [new Float64Array(trials.length), new Float64Array(trials.length)];
  let [splits, below, lost] = [0, 0, 0];
  const judge = (half: Totals): void => {
    writeRatios(inside, half, null);
    writeRatios(outside, whole, half);
    const best = largestAt(inside);
    splits += 1;
    if (rank(outside, best) * 2 <= trials.length + 1) below += 1;
    if ((outside[best] ?? 0) < 0) lost += 1;
  };
  const choose = (from: number, chosen: number, total: Totals): void => {
    if (chosen === blocks / 2) judge(total);
    else for (let next = from; next <= blocks / 2 + chosen; next++) choose(next + 1, chosen + 1, added(columns[next] ?? whole, total));
  };
  choose(0, 0, emptyOf(trials.length));
  return { blocks, splits, probability: below / splits, lossProbability: lost / splits };
}

/** Over some blocks: how many returns, and by trial their sum and their sum of squares. */
interface Totals {
  readonly count: number;
  readonly sums: Float64Array;
  readonly squares: Float64Array;
}

function emptyOf(trials: number): Totals {
  return { count: 0, sums: new Float64Array(trials), squares: new Float64Array(trials) };
}

function added(one: Totals, other: Totals): Totals {
  const total = emptyOf(one.sums.length);
  for (let trial = 0; trial < total.sums.length; trial++) {
    total.sums[trial] = (one.sums[trial] ?? 0) + (other.sums[trial] ?? 0);
    total.squares[trial] = (one.squares[trial] ?? 0) + (other.squares[trial] ?? 0);
  }
  return { ...total, count: one.count + other.count };
}

/** Sharpe ratio per period of every trial over `blocks` without those of `less`; 0 without deviation. */
function writeRatios(ratios: Float64Array, blocks: Totals, less: Totals | null): void {
  const count = blocks.count - (less?.count ?? 0);
  for (let trial = 0; trial < ratios.length; trial++) {
    const sum = (blocks.sums[trial] ?? 0) - (less?.sums[trial] ?? 0);
    const squares = (blocks.squares[trial] ?? 0) - (less?.squares[trial] ?? 0);
    const mean = sum / count;
    const variance = (squares - sum * mean) / (count - 1);
    ratios[trial] = variance > VARIANCE_MIN ? mean / Math.sqrt(variance) : 0;
  }
}

/** What is below is the rounding of no variance at all. */
const VARIANCE_MIN = 1e-18;

function largestAt(values: Float64Array): number {
  let at = 0;
  for (let index = 1; index < values.length; index++) if ((values[index] ?? 0) > (values[at] ?? 0)) at = index;
  return at;
}

/** 1 + how many are lower, + half of the others that are equal. */
function rank(values: Float64Array, at: number): number {
  const own = values[at] ?? 0;
  let [lower, equal] = [0, -1];
  for (let index = 0; index < values.length; index++) {
    const value = values[index] ?? 0;
    if (value < own) lower += 1;
    else if (value === own) equal += 1;
  }
  return 1 + lower + equal / 2;
}
