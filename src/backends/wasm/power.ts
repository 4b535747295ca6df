/** pow as functions of the module: the operations of values/transcendental.ts (after fdlibm 5.3), one for one, so that the bits are the same. */
import {
  type Callable,
  call,
  choose,
  type Double,
  f64,
  get,
  give,
  type Int,
  i32,
  type Local,
  powerOfTwo,
  select,
  sequence,
  set,
  when,
} from "./emit.ts";
import type { ModuleWriter, Scope } from "./module-writer.ts";
import { doubles, expRemainder, high, int, ints, low, polynomial, real, withoutLow, words } from "./transcendental.ts";

const { add, sub, mul, div } = f64;

const LOG2_SERIES = [
  0.5999999999999946, 0.4285714285785502, 0.33333332981837743, 0.272728123808534, 0.23066074577556175, 0.20697501780033842,
];
const MAGNITUDE = 0x7fffffff;
const FRACTION = 0x000fffff;
const INFINITY = Number.POSITIVE_INFINITY;
const HUGE = 1.0e300;
const TINY = 1.0e-300;

/** What x raised to y is made of, once the special cases are gone: sign × 2^(y × (head + tail)). */
interface Split {
  readonly head: Local<"f64">;
  readonly tail: Local<"f64">;
}

export function definePow(writer: ModuleWriter): Callable<"f64"> {
  const powerOfTwo = definePowerOfTwo(writer);
  return writer.define(null, ["f64", "f64"], "f64", (scope, base, exponent) => {
    const [x, y] = [get(base), get(exponent)];
    const { magnitude, sign, z, head, tail } = doubles(scope, "magnitude", "sign", "z", "head", "tail");
    const { parity, highX, highY } = ints(scope, "parity", "highX", "highY");
    const negative = i32.lt(high(x), int(0));
    const overflow = mul(mul(get(sign), real(HUGE)), real(HUGE));
    const underflow = mul(mul(get(sign), real(TINY)), real(TINY));
    const result = call(powerOfTwo, y, get(head), get(tail), get(sign));
    const isUnit = i32.and(
      i32.eqz(low(x)),
      i32.or(i32.or(f64.eq(get(magnitude), real(0)), f64.eq(get(magnitude), real(1))), f64.eq(get(magnitude), real(INFINITY))),
    );
    const unit = sequence(
      set(z, choose(f64.lt(y, real(0)), div(real(1), get(magnitude)), get(magnitude))),
      when(i32.eqz(negative), give(get(z))),
      when(i32.and(f64.eq(x, real(-1)), i32.eqz(get(parity))), give(real(Number.NaN))),
      give(choose(i32.eq(get(parity), int(1)), f64.neg(get(z)), get(z))),
    );
    const infinite = sequence(
      when(f64.eq(get(magnitude), real(1)), give(real(1))),
      give(choose(i32.eq(f64.gt(get(magnitude), real(1)), f64.gt(y, real(0))), real(INFINITY), real(0))),
    );
    const largeExponent = sequence(
      when(
        i32.gt(get(highY), int(0x43f00000)),
        give(choose(i32.eq(i32.le(get(highX), int(0x3fefffff)), f64.lt(y, real(0))), real(INFINITY), real(0))),
      ),
      when(i32.lt(get(highX), int(0x3fefffff)), give(choose(f64.lt(y, real(0)), overflow, underflow))),
      when(i32.gt(get(highX), int(0x3ff00000)), give(choose(f64.gt(y, real(0)), overflow, underflow))),
      logNearOne(scope, get(magnitude), { head, tail }),
      give(result),
    );
    return sequence(
      when(i32.or(f64.eq(y, real(0)), f64.eq(x, real(1))), give(real(1))),
      when(i32.or(f64.ne(x, x), f64.ne(y, y)), give(real(Number.NaN))),
      set(magnitude, f64.abs(x)),
      when(negative, set(parity, integerParity(y))),
      when(f64.eq(f64.abs(y), real(INFINITY)), infinite),
      when(f64.eq(y, real(1)), give(x)),
      when(f64.eq(y, real(-1)), give(div(real(1), x))),
      when(f64.eq(y, real(2)), give(mul(x, x))),
      when(i32.and(f64.eq(y, real(0.5)), i32.eqz(negative)), give(f64.sqrt(x))),
      when(isUnit, unit),
      when(i32.and(negative, i32.eqz(get(parity))), give(real(Number.NaN))),
      set(sign, select(real(-1), real(1), i32.and(negative, i32.eq(get(parity), int(1))))),
      set(highX, high(get(magnitude))),
      set(highY, i32.and(high(y), int(MAGNITUDE))),
      when(i32.gt(get(highY), int(0x41e00000)), largeExponent),
      logBase2(scope, get(magnitude), { head, tail }),
      give(result),
    );
  });
}

/** 0 where y is no integer, 1 where it is odd, 2 where it is even. */
function integerParity(y: Double): Int {
  const half = div(y, real(2));
  const ofInteger = select(int(2), int(1), f64.eq(mul(f64.floor(half), real(2)), y));
  return select(int(2), select(ofInteger, int(0), f64.eq(f64.floor(y), y)), f64.ge(f64.abs(y), real(powerOfTwo(53))));
}

function logNearOne(scope: Scope, x: Double, { head, tail }: Split) {
  const { t, w, u, v } = doubles(scope, "t", "w", "u", "v");
  const series = sub(real(0.5), mul(get(t), sub(real(0.3333333333333333), mul(get(t), real(0.25)))));
  return sequence(
    set(t, sub(x, real(1))),
    set(w, mul(mul(get(t), get(t)), series)),
    set(u, mul(real(1.4426950216293335), get(t))),
    set(v, sub(mul(get(t), real(1.9259629911266175e-8)), mul(get(w), real(Math.LOG2E)))),
    set(head, withoutLow(add(get(u), get(v)))),
    set(tail, sub(get(v), sub(get(head), get(u)))),
  );
}

/** log2 of a positive x: its exponent, and the logarithm of its fraction around 1 or (`upper`) 1.5. */
function logBase2(scope: Scope, x: Double, split: Split) {
  const { scaled, ax } = doubles(scope, "scaled", "ax");
  const { top, fraction, normalized, upper, n } = ints(scope, "top", "fraction", "normalized", "upper", "n");
  const one = int(0x3ff00000);
  return sequence(
    set(scaled, x),
    when(i32.lt(high(x), int(0x00100000)), sequence(set(scaled, mul(x, real(powerOfTwo(53)))), set(n, int(-53)))),
    set(top, high(get(scaled))),
    set(fraction, i32.and(get(top), int(FRACTION))),
    set(n, i32.add(get(n), i32.sub(i32.shrSigned(get(top), int(20)), int(0x3ff)))),
    set(normalized, i32.or(get(fraction), one)),
    when(
      i32.ge(get(fraction), int(0xbb67a)),
      sequence(set(n, i32.add(get(n), int(1))), set(normalized, i32.sub(get(normalized), int(0x00100000)))),
      set(upper, i32.gt(get(fraction), int(0x3988e))),
    ),
    set(ax, words(get(normalized), low(get(scaled)))),
    logOfFraction(scope, get(ax), { top: get(normalized), upper: get(upper), n: f64.fromInt(get(n)) }, split),
  );
}

function logOfFraction(
  scope: Scope,
  ax: Double,
  of: { readonly top: Int; readonly upper: Int; readonly n: Double },
  { head, tail }: Split,
) {
  const names = ["bp", "u", "v", "ss", "sHead", "tHead", "tTail", "sTail", "square", "r", "headSquare", "sum", "rest", "p", "q"] as const;
  const l = doubles(scope, ...names);
  const more = doubles(scope, "pHead", "pTail", "zHead", "zTail", "dpHead");
  const { upper, n } = of;
  const { bp, u, v, ss, sHead, tHead, tTail, sTail, square, r, headSquare, sum, rest, p, q } = l;
  const { pHead, pTail, zHead, zTail, dpHead } = more;
  const tBits = i32.add(i32.add(i32.or(i32.shrSigned(of.top, int(1)), int(0x20000000)), int(0x00080000)), i32.shl(upper, int(18)));
  const residue = sub(sub(get(u), mul(get(sHead), get(tHead))), mul(get(sHead), get(tTail)));
  const series = mul(mul(get(square), get(square)), polynomial(get(square), LOG2_SERIES));
  return sequence(
    set(bp, select(real(1.5), real(1), upper)),
    set(u, sub(ax, get(bp))),
    set(v, div(real(1), add(ax, get(bp)))),
    set(ss, mul(get(u), get(v))),
    set(sHead, withoutLow(get(ss))),
    set(tHead, words(tBits, int(0))),
    set(tTail, sub(ax, sub(get(tHead), get(bp)))),
    set(sTail, mul(get(v), residue)),
    set(square, mul(get(ss), get(ss))),
    set(r, add(series, mul(get(sTail), add(get(sHead), get(ss))))),
    set(headSquare, mul(get(sHead), get(sHead))),
    set(sum, withoutLow(add(add(real(3), get(headSquare)), get(r)))),
    set(rest, sub(get(r), sub(sub(get(sum), real(3)), get(headSquare)))),
    set(p, mul(get(sHead), get(sum))),
    set(q, add(mul(get(sTail), get(sum)), mul(get(rest), get(ss)))),
    set(pHead, withoutLow(add(get(p), get(q)))),
    set(pTail, sub(get(q), sub(get(pHead), get(p)))),
    set(zHead, mul(real(0.9617967009544373), get(pHead))),
    set(
      zTail,
      add(
        add(mul(real(-7.028461650952758e-9), get(pHead)), mul(get(pTail), real(0.9617966939259756))),
        select(real(1.350039202129749e-8), real(0), upper),
      ),
    ),
    set(dpHead, select(real(0.5849624872207642), real(0), upper)),
    set(head, withoutLow(add(add(add(get(zHead), get(zTail)), get(dpHead)), n))),
    set(tail, sub(get(zTail), sub(sub(sub(get(head), n), get(dpHead)), get(zHead)))),
  );
}

function definePowerOfTwo(writer: ModuleWriter): Callable<"f64"> {
  const scale = defineScale(writer);
  return writer.define(null, ["f64", "f64", "f64", "f64"], "f64", (scope, exponent, head, tail, sign) => {
    const { yHead, less, more, z, t, u, v, w, square, c, r } = doubles(
      scope,
      "yHead",
      "less",
      "more",
      "z",
      "t",
      "u",
      "v",
      "w",
      "square",
      "c",
      "r",
    );
    const { j, i, n, k } = ints(scope, "j", "i", "n", "k");
    const y = get(exponent);
    const gap = sub(get(z), get(more));
    const isOver = i32.or(
      i32.ne(i32.or(i32.sub(get(j), int(0x40900000)), get(i)), int(0)),
      f64.gt(add(get(less), real(8.008566259537294e-17)), gap),
    );
    const isUnder = i32.or(i32.ne(i32.or(i32.sub(get(j), int(0xc090cc00 | 0)), get(i)), int(0)), f64.le(get(less), gap));
    const magnitudeOfJ = i32.and(get(j), int(MAGNITUDE));
    const exponentOf = (bits: Int): Int => i32.sub(i32.shrSigned(bits, int(20)), int(0x3ff));
    const whole = words(i32.and(get(n), i32.xor(i32.shrSigned(int(FRACTION), get(k)), int(-1))), int(0));
    const round = sequence(
      set(n, i32.add(get(j), i32.shrSigned(int(0x00100000), i32.add(exponentOf(magnitudeOfJ), int(1))))),
      set(k, exponentOf(i32.and(get(n), int(MAGNITUDE)))),
      set(more, sub(get(more), whole)),
      set(n, i32.shrSigned(i32.or(i32.and(get(n), int(FRACTION)), int(0x00100000)), i32.sub(int(20), get(k)))),
      when(i32.lt(get(j), int(0)), set(n, i32.sub(int(0), get(n)))),
    );
    const remainder = sub(div(mul(get(z), get(c)), sub(get(c), real(2))), add(get(w), mul(get(z), get(w))));
    return sequence(
      set(yHead, withoutLow(y)),
      set(less, add(mul(sub(y, get(yHead)), get(head)), mul(y, get(tail)))),
      set(more, mul(get(yHead), get(head))),
      set(z, add(get(less), get(more))),
      set(j, high(get(z))),
      set(i, low(get(z))),
      when(
        i32.ge(get(j), int(0x40900000)),
        when(isOver, give(mul(mul(get(sign), real(HUGE)), real(HUGE)))),
        when(i32.ge(magnitudeOfJ, int(0x4090cc00)), when(isUnder, give(mul(mul(get(sign), real(TINY)), real(TINY))))),
      ),
      when(i32.gt(magnitudeOfJ, int(0x3fe00000)), round),
      set(t, withoutLow(add(get(less), get(more)))),
      set(u, mul(get(t), real(0.6931471824645996))),
      set(v, add(mul(sub(get(less), sub(get(t), get(more))), real(Math.LN2)), mul(get(t), real(-1.904654299957768e-9)))),
      set(z, add(get(u), get(v))),
      set(w, sub(get(v), sub(get(z), get(u)))),
      set(square, mul(get(z), get(z))),
      set(c, expRemainder(get(z), get(square))),
      set(r, remainder),
      give(mul(get(sign), call(scale, sub(real(1), sub(get(r), get(z))), get(n)))),
    );
  });
}

/** z × 2^n for a z near 1. */
function defineScale(writer: ModuleWriter): Callable<"f64"> {
  return writer.define(null, ["f64", "i32"], "f64", (_, z, n) => {
    const scaled = (by: Int): Int => i32.add(high(get(z)), i32.shl(by, int(20)));
    const [top, lifted] = [scaled(get(n)), scaled(i32.add(get(n), int(54)))];
    const normal = words(top, low(get(z)));
    return give(choose(i32.gt(i32.shrSigned(top, int(20)), int(0)), normal, mul(words(lifted, low(get(z))), real(powerOfTwo(-54)))));
  });
}
