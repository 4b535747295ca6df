/** Functions of the module that rows call, written into it when first asked for. */
import {
  type Callable,
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
  loopWhile,
  type Statement,
  select,
  sequence,
  set,
  when,
} from "./emit.ts";
import type { ModuleWriter } from "./module-writer.ts";
import { definePow } from "./power.ts";
import { defineExp, defineLog } from "./transcendental.ts";
import { type WideFunctions, wideFunctions } from "./wide.ts";

export interface Library {
  exp(x: Double): Double;
  log(x: Double): Double;
  pow(x: Double, y: Double): Double;
  wide(): WideFunctions;
  /** In the `length` sorted numbers at `address`, `entering` takes the place of one `leaving`; −0 sorts before 0. */
  replaceSorted(address: Int, length: Int, leaving: Double, entering: Double): Statement;
}

function lazily<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

export function libraryOf(writer: ModuleWriter): Library {
  const exp = lazily(() => defineExp(writer));
  const log = lazily(() => defineLog(writer));
  const pow = lazily(() => definePow(writer));
  const replace = lazily(() => defineReplaceSorted(writer));
  return {
    exp: (x) => call(exp(), x),
    log: (x) => call(log(), x),
    pow: (x, y) => call(pow(), x, y),
    wide: lazily(() => wideFunctions(writer)),
    replaceSorted: (address, length, leaving, entering) => drop(call(replace(), address, length, leaving, entering)),
  };
}

/** The order of doubles as an order of integers. */
function orderKey(x: Double): Long {
  const bits = i64.reinterpret(x);
  return i64.xor(bits, i64.shrUnsigned(i64.shrSigned(bits, i64.const(63n)), i64.const(1n)));
}

/** Finds what leaves by bisection, then moves its neighbours over it up to the place of what enters. */
function defineReplaceSorted(writer: ModuleWriter): Callable<"i32"> {
  return writer.define(null, ["i32", "i32", "f64", "f64"], "i32", (scope, address, length, leaving, entering) => {
    const [low, high, middle] = [scope.local("i32"), scope.local("i32"), scope.local("i32")];
    const [out, key] = [scope.local("i64"), scope.local("i64")];
    const cell = (index: Int): Int => i32.add(get(address), i32.shl(index, i32.const(3)));
    const at = (index: Int): Double => f64.load(cell(index));
    const one = i32.const(1);
    const [before, after] = [i32.sub(get(low), one), i32.add(get(low), one)];
    const move = (local: Local<"i32">, from: Int): Statement => sequence(f64.store(cell(get(local)), at(from)), set(local, from));
    const inside = (condition: Int, test: Int): Int => select(test, i32.const(0), condition);
    return sequence(
      set(out, orderKey(get(leaving))),
      set(key, orderKey(get(entering))),
      set(high, i32.sub(get(length), one)),
      loopWhile(
        i32.lt(get(low), get(high)),
        sequence(
          set(middle, i32.shrUnsigned(i32.add(get(low), get(high)), one)),
          when(i64.lt(orderKey(at(get(middle))), get(out)), set(low, i32.add(get(middle), one)), set(high, get(middle))),
        ),
      ),
      loopWhile(
        inside(i32.gt(get(low), i32.const(0)), i64.gt(orderKey(at(select(before, get(low), i32.gt(get(low), i32.const(0))))), get(key))),
        move(low, before),
      ),
      loopWhile(
        inside(i32.lt(after, get(length)), i64.lt(orderKey(at(select(after, get(low), i32.lt(after, get(length))))), get(key))),
        move(low, after),
      ),
      f64.store(cell(get(low)), get(entering)),
      give(i32.const(0)),
    );
  });
}
