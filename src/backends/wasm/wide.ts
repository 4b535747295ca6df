/**
 * 128-bit arithmetic as functions of the module: two's complement in two cells, the lower first. Sums in units of 2^−72 are those of values/wide.ts;
 * the products carry the exact numerator of the variance of prices.
 */
import {
  call,
  type Double,
  drop,
  f64,
  get,
  give,
  type Int,
  i32,
  i64,
  type Local,
  type Long,
  powerOfTwo,
  type Statement,
  select,
  sequence,
  set,
  when,
} from "./emit.ts";
import type { ModuleWriter } from "./module-writer.ts";

const LOW_32 = i64.const(0xffffffffn);
const EXPONENT_BIAS = 1023n;
const FRACTION_BITS = 52n;

/** memory[address] += (high, low) as 128-bit integers. */
function addTo(address: Int, low: Long, high: Long, sum: Local<"i64">): Statement {
  return sequence(
    set(sum, i64.add(i64.load(address), low)),
    i64.store(address, i64.add(i64.add(i64.load(address, 8), high), i64.extendUnsigned(i64.ltUnsigned(get(sum), low))), 8),
    i64.store(address, get(sum)),
  );
}

export interface WideFunctions {
  /** memory[address] ± x, x rounded to a multiple of 2^−72, ties to even. |x| beyond 2^55 wraps. */
  accumulate(address: Int, x: Double, subtract: boolean): Statement;
  /** memory[address] += a × b. */
  multiplyAdd(address: Int, a: Long, b: Long): Statement;
  /** The double nearest to memory[address], ties to even. */
  toDouble(address: Int): Double;
  /** The same in units of 2^−72: the sum of what was accumulated. */
  toSum(address: Int): Double;
  /** Whether that sum, before it is rounded, is beyond ±2^54. */
  isBeyond(address: Int): Int;
}

export function wideFunctions(writer: ModuleWriter): WideFunctions {
  const accumulate = defineAccumulate(writer);
  const multiplyAdd = defineMultiplyAdd(writer);
  const toDouble = defineToDouble(writer);
  return {
    accumulate: (address, x, subtract) => drop(call(accumulate, address, subtract ? f64.neg(x) : x)),
    multiplyAdd: (address, a, b) => drop(call(multiplyAdd, address, a, b)),
    toDouble: (address) => call(toDouble, address),
    isBeyond,
    toSum: (address) => f64.mul(call(toDouble, address), f64.const(powerOfTwo(-72))),
  };
}

function defineAccumulate(writer: ModuleWriter) {
  return writer.define(null, ["i32", "f64"], "i32", (scope, address, x) => {
    const [scaled, bits, fraction, shift, low, high, sum] = [
      scope.local("f64"),
      scope.local("i64"),
      scope.local("i64"),
      scope.local("i64"),
      scope.local("i64"),
      scope.local("i64"),
      scope.local("i64"),
    ];
    const small = set(low, i64.truncateDouble(f64.nearest(get(scaled))));
    const exponent = i64.shrUnsigned(get(bits), i64.const(FRACTION_BITS));
    const large = sequence(
      set(bits, i64.reinterpret(get(scaled))),
      set(fraction, i64.or(i64.and(get(bits), i64.const((1n << FRACTION_BITS) - 1n)), i64.const(1n << FRACTION_BITS))),
      set(shift, i64.sub(exponent, i64.const(EXPONENT_BIAS + FRACTION_BITS))),
      when(
        i64.lt(get(shift), i64.const(64n)),
        sequence(
          set(low, i64.shl(get(fraction), get(shift))),
          set(high, i64.shrUnsigned(i64.shrUnsigned(get(fraction), i64.const(1n)), i64.sub(i64.const(63n), get(shift)))),
        ),
        set(high, i64.shl(get(fraction), get(shift))),
      ),
    );
    return sequence(
      set(scaled, f64.mul(f64.abs(get(x)), f64.const(powerOfTwo(72)))),
      when(f64.lt(get(scaled), f64.const(powerOfTwo(52))), small, large),
      when(f64.lt(get(x), f64.const(0)), negate(low, high)),
      addTo(get(address), get(low), get(high), sum),
      give(i32.const(0)),
    );
  });
}

const SUM_LIMIT_HIGH = 1n << 62n;

function isBeyond(address: Int): Int {
  const high = i64.load(address, 8);
  const above = i32.or(
    i64.gt(high, i64.const(SUM_LIMIT_HIGH)),
    i32.and(i64.eqz(i64.xor(high, i64.const(SUM_LIMIT_HIGH))), i64.ne(i64.load(address), i64.const(0n))),
  );
  return i32.or(above, i64.lt(high, i64.const(-SUM_LIMIT_HIGH)));
}

function negate(low: Local<"i64">, high: Local<"i64">): Statement {
  const zero = i64.const(0n);
  return sequence(
    set(high, i64.sub(i64.sub(zero, get(high)), i64.extendUnsigned(i64.ne(get(low), zero)))),
    set(low, i64.sub(zero, get(low))),
  );
}

/** By halves of 32 bits; none of the partial sums overflows. */
function defineMultiplyAdd(writer: ModuleWriter) {
  return writer.define(null, ["i32", "i64", "i64"], "i32", (scope, address, a, b) => {
    const [lowProduct, middle, other, sum] = [scope.local("i64"), scope.local("i64"), scope.local("i64"), scope.local("i64")];
    const lower = (x: Long): Long => i64.and(x, LOW_32);
    const upper = (x: Long): Long => i64.shrSigned(x, i64.const(32n));
    const [aLow, aHigh, bLow, bHigh] = [lower(get(a)), upper(get(a)), lower(get(b)), upper(get(b))];
    const low = i64.or(i64.shl(get(other), i64.const(32n)), lower(get(lowProduct)));
    const high = i64.add(i64.add(i64.mul(aHigh, bHigh), upper(get(middle))), upper(get(other)));
    return sequence(
      set(lowProduct, i64.mul(aLow, bLow)),
      set(middle, i64.add(i64.mul(aLow, bHigh), i64.shrUnsigned(get(lowProduct), i64.const(32n)))),
      set(other, i64.add(i64.mul(aHigh, bLow), lower(get(middle)))),
      addTo(get(address), low, high, sum),
      give(i32.const(0)),
    );
  });
}

/** The upper 64 significant bits, the rest gathered in the last of them, are rounded once by the conversion. */
function defineToDouble(writer: ModuleWriter) {
  return writer.define(null, ["i32"], "f64", (scope, address) => {
    const [low, high, shift] = [scope.local("i64"), scope.local("i64"), scope.local("i64")];
    const magnitude = scope.local("f64");
    const negative = i64.lt(i64.load(get(address), 8), i64.const(0n));
    const rest = i64.extendUnsigned(i64.ne(i64.shl(get(low), i64.sub(i64.const(64n), get(shift))), i64.const(0n)));
    const upper = i64.or(i64.shl(get(high), i64.sub(i64.const(64n), get(shift))), i64.shrUnsigned(get(low), get(shift)));
    const scale = f64.reinterpret(i64.shl(i64.add(get(shift), i64.const(EXPONENT_BIAS)), i64.const(FRACTION_BITS)));
    return sequence(
      set(low, i64.load(get(address))),
      set(high, i64.load(get(address), 8)),
      when(negative, negate(low, high)),
      set(shift, i64.sub(i64.const(64n), i64.clz(get(high)))),
      when(
        i64.eqz(get(high)),
        set(magnitude, f64.fromUnsignedLong(get(low))),
        set(magnitude, f64.mul(f64.fromUnsignedLong(i64.or(upper, rest)), scale)),
      ),
      give(select(f64.neg(get(magnitude)), get(magnitude), negative)),
    );
  });
}
