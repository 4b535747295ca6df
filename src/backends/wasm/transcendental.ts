/** exp and log as functions of the module: the operations of values/transcendental.ts (after fdlibm 5.3), one for one, so that the bits are the same. */
import { type Callable, choose, type Double, f64, get, give, type Int, i32, i64, type Local, select, sequence, set, when } from "./emit.ts";
import type { ModuleWriter, Scope } from "./module-writer.ts";

export const real = f64.const;
export const int = i32.const;
const { add, sub, mul, div } = f64;

export const high = (x: Double): Int => i32.wrap(i64.shrUnsigned(i64.reinterpret(x), i64.const(32n)));
export const low = (x: Double): Int => i32.wrap(i64.reinterpret(x));
export const words = (h: Int, l: Int): Double =>
  f64.reinterpret(i64.or(i64.shl(i64.extendUnsigned(h), i64.const(32n)), i64.extendUnsigned(l)));
export const withoutLow = (x: Double): Double => f64.reinterpret(i64.and(i64.reinterpret(x), i64.const(0xffffffff00000000n)));
/** c0 + t (c1 + t (c2 + …)). */
export const polynomial = (t: Double, [first = 0, ...rest]: readonly number[]): Double =>
  rest.length === 0 ? real(first) : add(real(first), mul(t, polynomial(t, rest)));

const LN2_HIGH = 0.6931471803691238;
const LN2_LOW = 1.9082149292705877e-10;
const INVERSE_LN2 = Math.LOG2E;
const EXP_SERIES = [0.16666666666666602, -0.0027777777777015593, 6.613756321437934e-5, -1.6533902205465252e-6, 4.1381367970572385e-8];
const LOG_EVEN = [0.3999999999940942, 0.22222198432149784, 0.15313837699209373];
const LOG_ODD = [0.6666666666666735, 0.2857142874366239, 0.1818357216161805, 0.14798198605116586];
const MAGNITUDE = 0x7fffffff;
const FRACTION = 0x000fffff;

/** Locals of one type, by name. */
export function doubles<const N extends readonly string[]>(scope: Scope, ...names: N): Record<N[number], Local<"f64">> {
  return Object.fromEntries(names.map((name) => [name, scope.local("f64")])) as Record<N[number], Local<"f64">>;
}

export function ints<const N extends readonly string[]>(scope: Scope, ...names: N): Record<N[number], Local<"i32">> {
  return Object.fromEntries(names.map((name) => [name, scope.local("i32")])) as Record<N[number], Local<"i32">>;
}

/** x − x² P(x²): what exp and 2^x have in common. */
export const expRemainder = (x: Double, square: Double): Double => sub(x, mul(square, polynomial(square, EXP_SERIES)));

export function defineExp(writer: ModuleWriter): Callable<"f64"> {
  return writer.define(null, ["f64"], "f64", (scope, argument) => {
    const { hi, lo, k, r, t, c, y } = doubles(scope, "hi", "lo", "k", "r", "t", "c", "y");
    const { signed, top } = ints(scope, "signed", "top");
    const x = get(argument);
    const scaled = (exponent: Double): Double => words(i32.add(high(get(y)), i32.shl(i32.truncateDouble(exponent), int(20))), low(get(y)));
    const negative = i32.lt(get(signed), int(0));
    const reduce = sequence(
      set(
        k,
        choose(
          i32.lt(get(top), int(0x3ff0a2b2)),
          select(real(-1), real(1), negative),
          f64.trunc(add(mul(real(INVERSE_LN2), x), select(real(-0.5), real(0.5), negative))),
        ),
      ),
      set(hi, sub(x, mul(get(k), real(LN2_HIGH)))),
      set(lo, mul(get(k), real(LN2_LOW))),
    );
    return sequence(
      set(signed, high(x)),
      set(top, i32.and(get(signed), int(MAGNITUDE))),
      when(f64.ne(x, x), give(x)),
      when(f64.gt(x, real(709.782712893384)), give(real(Number.POSITIVE_INFINITY))),
      when(f64.lt(x, real(-745.1332191019411)), give(real(0))),
      set(hi, x),
      when(i32.gt(get(top), int(0x3fd62e42)), reduce, when(i32.lt(get(top), int(0x3e300000)), give(add(real(1), x)))),
      set(r, sub(get(hi), get(lo))),
      set(t, mul(get(r), get(r))),
      set(c, expRemainder(get(r), get(t))),
      when(f64.eq(get(k), real(0)), give(sub(real(1), sub(div(mul(get(r), get(c)), sub(get(c), real(2))), get(r))))),
      set(y, sub(real(1), sub(sub(get(lo), div(mul(get(r), get(c)), sub(real(2), get(c)))), get(hi)))),
      when(f64.eq(get(k), real(1024)), give(mul(scaled(real(1023)), real(2)))),
      when(f64.ge(get(k), real(-1021)), give(scaled(get(k)))),
      give(mul(scaled(add(get(k), real(1000))), real(9.332636185032189e-302))),
    );
  });
}

export function defineLog(writer: ModuleWriter): Callable<"f64"> {
  return writer.define(null, ["f64"], "f64", (scope, argument) => {
    const { scaled, f, k, s, z, w, r, half } = doubles(scope, "scaled", "f", "k", "s", "z", "w", "r", "half");
    const { top, carry, exponent } = ints(scope, "top", "carry", "exponent");
    const x = get(argument);
    const kHigh = mul(get(k), real(LN2_HIGH));
    const kLow = mul(get(k), real(LN2_LOW));
    const whole = f64.eq(get(k), real(0));
    const subnormal = sequence(
      when(f64.eq(x, real(0)), give(real(Number.NEGATIVE_INFINITY))),
      when(i32.lt(get(top), int(0)), give(real(Number.NaN))),
      set(exponent, int(-54)),
      set(scaled, mul(x, real(18014398509481984))),
      set(top, high(get(scaled))),
    );
    const nearOne = sequence(
      when(f64.eq(get(f), real(0)), give(choose(whole, real(0), add(kHigh, kLow)))),
      set(r, mul(mul(get(f), get(f)), sub(real(0.5), mul(real(0.3333333333333333), get(f))))),
      give(choose(whole, sub(get(f), get(r)), sub(kHigh, sub(sub(get(r), kLow), get(f))))),
    );
    const correction = mul(get(s), add(get(half), get(r)));
    const far = sequence(
      set(half, mul(mul(real(0.5), get(f)), get(f))),
      give(choose(whole, sub(get(f), sub(get(half), correction)), sub(kHigh, sub(sub(get(half), add(correction, kLow)), get(f))))),
    );
    const near = mul(get(s), sub(get(f), get(r)));
    const isFar = i32.gt(i32.or(i32.sub(get(top), int(0x6147a)), i32.sub(int(0x6b851), get(top))), int(0));
    return sequence(
      set(top, high(x)),
      set(scaled, x),
      when(i32.lt(get(top), int(0x00100000)), subnormal),
      when(i32.ge(get(top), int(0x7ff00000)), give(x)),
      set(exponent, i32.add(get(exponent), i32.sub(i32.shrSigned(get(top), int(20)), int(1023)))),
      set(top, i32.and(get(top), int(FRACTION))),
      set(carry, i32.and(i32.add(get(top), int(0x95f64)), int(0x100000))),
      set(exponent, i32.add(get(exponent), i32.shrSigned(get(carry), int(20)))),
      set(k, f64.fromInt(get(exponent))),
      set(f, sub(words(i32.or(get(top), i32.xor(get(carry), int(0x3ff00000))), low(get(scaled))), real(1))),
      when(i32.lt(i32.and(int(FRACTION), i32.add(int(2), get(top))), int(3)), nearOne),
      set(s, div(get(f), add(real(2), get(f)))),
      set(z, mul(get(s), get(s))),
      set(w, mul(get(z), get(z))),
      set(r, add(mul(get(z), polynomial(get(w), LOG_ODD)), mul(get(w), polynomial(get(w), LOG_EVEN)))),
      when(isFar, far),
      give(choose(whole, sub(get(f), near), sub(kHigh, sub(sub(near, kLow), get(f))))),
    );
  });
}
