/**
 * exp, log and pow with the same bits everywhere, after Sun's fdlibm 5.3 (e_exp.c, e_log.c, e_pow.c, s_scalbn.c). Only IEEE operations and the
 * high and low words of a double are used, so that the WebAssembly backend can emit the same sequence. Error below 1 ulp (pow: 0.70 ulp).
 *
 * ====================================================
 * Copyright (C) 1993, 2004 by Sun Microsystems, Inc. All rights reserved.
 *
 * Developed at SunSoft, a Sun Microsystems, Inc. business.
 * Permission to use, copy, modify, and distribute this
 * software is freely granted, provided that this notice
 * is preserved.
 * ====================================================
 */

/** Where a double is taken apart; it carries nothing from one call to the next. */
const scratch = new DataView(new ArrayBuffer(8));

/** Sign, exponent and the upper 20 bits of the fraction, as a signed 32-bit integer. */
export function highWord(x: number): number {
  scratch.setFloat64(0, x);
  return scratch.getInt32(0);
}

/** The lower 32 bits of the fraction, as a signed integer. */
export function lowWord(x: number): number {
  scratch.setFloat64(0, x);
  return scratch.getInt32(4);
}

/** The double with these words. */
export function fromWords(high: number, low: number): number {
  scratch.setInt32(0, high);
  scratch.setInt32(4, low);
  return scratch.getFloat64(0);
}

const LN2_HIGH = 0.6931471803691238; // 3fe62e42 fee00000
const LN2_LOW = 1.9082149292705877e-10; // 3dea39ef 35793c76
const INVERSE_LN2 = fromWords(0x3ff71547, 0x652b82fe);
const TWO_53 = 9007199254740992;
const TWO_54 = 18014398509481984;
const TWO_MINUS_54 = 5.551115123125783e-17;
const TWO_MINUS_1000 = 9.332636185032189e-302;

const EXP_OVERFLOW = 709.782712893384;
const EXP_UNDERFLOW = -745.1332191019411;
const P1 = 0.16666666666666602;
const P2 = -0.0027777777777015593;
const P3 = 6.613756321437934e-5;
const P4 = -1.6533902205465252e-6;
const P5 = 4.1381367970572385e-8;

/** e to the x. Infinity above about 709.78, 0 below about −745.13. */
export function exp(x: number): number {
  const signed = highWord(x);
  const high = signed & 0x7fffffff;
  if (high >= 0x40862e42) {
    if (Number.isNaN(x)) return x;
    if (x > EXP_OVERFLOW) return Number.POSITIVE_INFINITY;
    if (x < EXP_UNDERFLOW) return 0;
  }
  let hi = x;
  let lo = 0;
  let k = 0;
  if (high > 0x3fd62e42) {
    if (high < 0x3ff0a2b2) k = signed < 0 ? -1 : 1;
    else k = Math.trunc(INVERSE_LN2 * x + (signed < 0 ? -0.5 : 0.5));
    hi = x - k * LN2_HIGH;
    lo = k * LN2_LOW;
  } else if (high < 0x3e300000) {
    return 1 + x;
  }
  const r = hi - lo;
  const t = r * r;
  const c = r - t * (P1 + t * (P2 + t * (P3 + t * (P4 + t * P5))));
  if (k === 0) return 1 - ((r * c) / (c - 2) - r);
  const y = 1 - (lo - (r * c) / (2 - c) - hi);
  if (k === 1024) return fromWords(highWord(y) + (1023 << 20), lowWord(y)) * 2;
  if (k >= -1021) return fromWords(highWord(y) + (k << 20), lowWord(y));
  return fromWords(highWord(y) + ((k + 1000) << 20), lowWord(y)) * TWO_MINUS_1000;
}

const LG1 = 0.6666666666666735;
const LG2 = 0.3999999999940942;
const LG3 = 0.2857142874366239;
const LG4 = 0.22222198432149784;
const LG5 = 0.1818357216161805;
const LG6 = 0.15313837699209373;
const LG7 = 0.14798198605116586;

/** The natural logarithm. −Infinity at 0, NaN below. */
export function log(x: number): number {
  let high = highWord(x);
  let k = 0;
  let scaled = x;
  if (high < 0x00100000) {
    if (x === 0) return Number.NEGATIVE_INFINITY;
    if (high < 0) return Number.NaN;
    k = -54;
    scaled = x * TWO_54;
    high = highWord(scaled);
  }
  if (high >= 0x7ff00000) return x;
  k += (high >> 20) - 1023;
  high &= 0x000fffff;
  const carry = (high + 0x95f64) & 0x100000;
  k += carry >> 20;
  const f = fromWords(high | (carry ^ 0x3ff00000), lowWord(scaled)) - 1;
  if ((0x000fffff & (2 + high)) < 3) return logNearOne(f, k);
  const s = f / (2 + f);
  const z = s * s;
  const w = z * z;
  const r = z * (LG1 + w * (LG3 + w * (LG5 + w * LG7))) + w * (LG2 + w * (LG4 + w * LG6));
  if (((high - 0x6147a) | (0x6b851 - high)) > 0) {
    const halfSquare = 0.5 * f * f;
    if (k === 0) return f - (halfSquare - s * (halfSquare + r));
    return k * LN2_HIGH - (halfSquare - (s * (halfSquare + r) + k * LN2_LOW) - f);
  }
  if (k === 0) return f - s * (f - r);
  return k * LN2_HIGH - (s * (f - r) - k * LN2_LOW - f);
}

/** The logarithm of 2^k (1 + f) where |f| < 2^−20. */
function logNearOne(f: number, k: number): number {
  if (f === 0) return k === 0 ? 0 : k * LN2_HIGH + k * LN2_LOW;
  const r = f * f * (0.5 - 0.3333333333333333 * f);
  return k === 0 ? f - r : k * LN2_HIGH - (r - k * LN2_LOW - f);
}

const L1 = 0.5999999999999946;
const L2 = 0.4285714285785502;
const L3 = 0.33333332981837743;
const L4 = 0.272728123808534;
const L5 = 0.23066074577556175;
const L6 = 0.20697501780033842;
const LN2 = fromWords(0x3fe62e42, 0xfefa39ef);
const LN2_HEAD = 0.6931471824645996;
const LN2_TAIL = -1.904654299957768e-9;
const OVERFLOW_TAIL = 8.008566259537294e-17;
const CP = 0.9617966939259756; // 2 / (3 ln 2)
const CP_HEAD = 0.9617967009544373;
const CP_TAIL = -7.028461650952758e-9;
const INVERSE_LN2_HEAD = 1.4426950216293335;
const INVERSE_LN2_TAIL = 1.9259629911266175e-8;
const HUGE = 1.0e300;
const TINY = 1.0e-300;

/** A number as a head whose lower word is 0 and a tail. */
interface Split {
  readonly head: number;
  readonly tail: number;
}

/**
 * x to the y. As in C: 1 where y is 0 or x is 1, NaN for a negative x and a y that is no integer, an infinity where 0 is raised to a negative y.
 */
export function pow(x: number, y: number): number {
  if (y === 0 || x === 1) return 1;
  if (Number.isNaN(x) || Number.isNaN(y)) return Number.NaN;
  const parity = highWord(x) < 0 ? integerParity(y) : 0;
  if (!Number.isFinite(y)) return powInfinite(Math.abs(x), y);
  if (y === 1) return x;
  if (y === -1) return 1 / x;
  if (y === 2) return x * x;
  if (y === 0.5 && highWord(x) >= 0) return Math.sqrt(x);
  const magnitude = Math.abs(x);
  if (lowWord(x) === 0 && (magnitude === 0 || magnitude === 1 || magnitude === Number.POSITIVE_INFINITY)) {
    return powSpecial(x, y, parity);
  }
  if (highWord(x) < 0 && parity === 0) return Number.NaN;
  const sign = highWord(x) < 0 && parity === 1 ? -1 : 1;
  const highX = highWord(magnitude);
  const highY = highWord(y) & 0x7fffffff;
  if (highY > 0x41e00000) {
    if (highY > 0x43f00000) {
      if (highX <= 0x3fefffff) return y < 0 ? Number.POSITIVE_INFINITY : 0;
      return y > 0 ? Number.POSITIVE_INFINITY : 0;
    }
    if (highX < 0x3fefffff) return y < 0 ? sign * HUGE * HUGE : sign * TINY * TINY;
    if (highX > 0x3ff00000) return y > 0 ? sign * HUGE * HUGE : sign * TINY * TINY;
    return powerOfTwo(y, logNearOneBase2(magnitude), sign);
  }
  return powerOfTwo(y, logBase2(magnitude), sign);
}

/** 0 where y is no integer, 1 where it is odd, 2 where it is even. */
function integerParity(y: number): 0 | 1 | 2 {
  if (Math.abs(y) >= TWO_53) return 2;
  if (Math.floor(y) !== y) return 0;
  return Math.floor(y / 2) * 2 === y ? 2 : 1;
}

function powInfinite(magnitude: number, y: number): number {
  if (magnitude === 1) return 1;
  return magnitude > 1 === y > 0 ? Number.POSITIVE_INFINITY : 0;
}

/** x is ±0, ±1 or ±Infinity. */
function powSpecial(x: number, y: number, parity: 0 | 1 | 2): number {
  const z = y < 0 ? 1 / Math.abs(x) : Math.abs(x);
  if (highWord(x) >= 0) return z;
  if (x === -1 && parity === 0) return Number.NaN;
  return parity === 1 ? -z : z;
}

/** log2 of an x within 2^−20 of 1. */
function logNearOneBase2(x: number): Split {
  const t = x - 1;
  const w = t * t * (0.5 - t * (0.3333333333333333 - t * 0.25));
  const u = INVERSE_LN2_HEAD * t;
  const v = t * INVERSE_LN2_TAIL - w * INVERSE_LN2;
  const head = withoutLow(u + v);
  return { head, tail: v - (head - u) };
}

function withoutLow(x: number): number {
  return fromWords(highWord(x), 0);
}

/** log2 of a positive x, in two pieces. */
function logBase2(x: number): Split {
  const subnormal = highWord(x) < 0x00100000;
  const scaled = subnormal ? x * TWO_53 : x;
  const high = highWord(scaled);
  const fraction = high & 0x000fffff;
  let n = (subnormal ? -53 : 0) + (high >> 20) - 0x3ff;
  let normalized = fraction | 0x3ff00000;
  let upper = false;
  if (fraction > 0x3988e && fraction < 0xbb67a) upper = true;
  else if (fraction >= 0xbb67a) {
    n += 1;
    normalized -= 0x00100000;
  }
  return logOfFraction(fromWords(normalized, lowWord(scaled)), normalized, upper, n);
}

/** log2(2^n ax), ax between √3/2 and √3, with bp = 1 or (`upper`) 1.5 as the point of expansion. */
function logOfFraction(ax: number, high: number, upper: boolean, n: number): Split {
  const bp = upper ? 1.5 : 1;
  const u = ax - bp;
  const v = 1 / (ax + bp);
  const ss = u * v;
  const sHead = withoutLow(ss);
  const tHead = fromWords(((high >> 1) | 0x20000000) + 0x00080000 + (upper ? 1 << 18 : 0), 0);
  const tTail = ax - (tHead - bp);
  const sTail = v * (u - sHead * tHead - sHead * tTail);
  const square = ss * ss;
  const series = square * square * (L1 + square * (L2 + square * (L3 + square * (L4 + square * (L5 + square * L6)))));
  const r = series + sTail * (sHead + ss);
  const headSquare = sHead * sHead;
  const sum = withoutLow(3 + headSquare + r);
  const rest = r - (sum - 3 - headSquare);
  const p = sHead * sum;
  const q = sTail * sum + rest * ss;
  const pHead = withoutLow(p + q);
  const pTail = q - (pHead - p);
  const zHead = CP_HEAD * pHead;
  const zTail = CP_TAIL * pHead + pTail * CP + (upper ? 1.350039202129749e-8 : 0);
  const dpHead = upper ? 0.5849624872207642 : 0;
  const head = withoutLow(zHead + zTail + dpHead + n);
  return { head, tail: zTail - (head - n - dpHead - zHead) };
}

/** sign × 2^(y × (head + tail)). */
function powerOfTwo(y: number, { head, tail }: Split, sign: number): number {
  const yHead = withoutLow(y);
  const low = (y - yHead) * head + y * tail;
  let high = yHead * head;
  const z = low + high;
  const j = highWord(z);
  const i = lowWord(z);
  if (j >= 0x40900000) {
    if (((j - 0x40900000) | i) !== 0 || low + OVERFLOW_TAIL > z - high) return sign * HUGE * HUGE;
  } else if ((j & 0x7fffffff) >= 0x4090cc00) {
    if (((j - (0xc090cc00 | 0)) | i) !== 0 || low <= z - high) return sign * TINY * TINY;
  }
  const exponent = ((j & 0x7fffffff) >> 20) - 0x3ff;
  let n = 0;
  if ((j & 0x7fffffff) > 0x3fe00000) {
    n = j + (0x00100000 >> (exponent + 1));
    const k = ((n & 0x7fffffff) >> 20) - 0x3ff;
    const whole = fromWords(n & ~(0x000fffff >> k), 0);
    n = ((n & 0x000fffff) | 0x00100000) >> (20 - k);
    if (j < 0) n = -n;
    high -= whole;
  }
  return sign * scaleByPowerOfTwo(expOfFraction(high, low), n);
}

/** 2^(high + low), |high + low| at most about a half. */
function expOfFraction(high: number, low: number): number {
  const t = withoutLow(low + high);
  const u = t * LN2_HEAD;
  const v = (low - (t - high)) * LN2 + t * LN2_TAIL;
  const z = u + v;
  const w = v - (z - u);
  const square = z * z;
  const c = z - square * (P1 + square * (P2 + square * (P3 + square * (P4 + square * P5))));
  const r = (z * c) / (c - 2) - (w + z * w);
  return 1 - (r - z);
}

/** z × 2^n for a z near 1. */
function scaleByPowerOfTwo(z: number, n: number): number {
  const high = highWord(z) + (n << 20);
  if (high >> 20 > 0) return fromWords(high, lowWord(z));
  return fromWords(highWord(z) + ((n + 54) << 20), lowWord(z)) * TWO_MINUS_54;
}
