import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { f64, get, give, i32, i64, sequence } from "../../src/backends/wasm/emit.ts";
import { libraryOf } from "../../src/backends/wasm/library.ts";
import { moduleWriter } from "../../src/backends/wasm/module-writer.ts";
import { exp, log, pow } from "../../src/values/transcendental.ts";
import { fromWide, toWide } from "../../src/values/wide.ts";

/** The library's functions, exported one by one, over a memory of one page. */
function libraryExports() {
  const writer = moduleWriter();
  const library = libraryOf(writer);
  const { accumulate, multiplyAdd, toDouble, toSum } = library.wide();
  writer.define("exp", ["f64"], "f64", (_, x) => give(library.exp(get(x))));
  writer.define("log", ["f64"], "f64", (_, x) => give(library.log(get(x))));
  writer.define("pow", ["f64", "f64"], "f64", (_, x, y) => give(library.pow(get(x), get(y))));
  writer.define("add", ["f64"], "f64", (_, x) => sequence(accumulate(i32.const(0), get(x), false), give(toSum(i32.const(0)))));
  writer.define("subtract", ["f64"], "f64", (_, x) => sequence(accumulate(i32.const(0), get(x), true), give(toSum(i32.const(0)))));
  writer.define("multiplyAdd", ["i64", "i64"], "f64", (_, a, b) =>
    sequence(multiplyAdd(i32.const(16), get(a), get(b)), give(toDouble(i32.const(16)))),
  );
  writer.define("replace", ["i32", "f64", "f64"], "f64", (_, length, leaving, entering) =>
    sequence(library.replaceSorted(i32.const(64), get(length), get(leaving), get(entering)), give(f64.load(i32.const(64)))),
  );
  writer.define("clear", [], "i32", () =>
    sequence(...[0, 8, 16, 24].map((at) => i64.store(i32.const(at), i64.const(0n))), give(i32.const(0))),
  );
  const instance = new WebAssembly.Instance(new WebAssembly.Module(writer.finish(1, []) as Uint8Array<ArrayBuffer>));
  return instance.exports as unknown as {
    memory: WebAssembly.Memory;
    exp(x: number): number;
    log(x: number): number;
    pow(x: number, y: number): number;
    add(x: number): number;
    subtract(x: number): number;
    multiplyAdd(a: bigint, b: bigint): number;
    replace(length: number, leaving: number, entering: number): number;
    clear(): number;
  };
}

const module = libraryExports();
const anyDouble = fc.oneof(
  fc.double(),
  fc.double({ min: -750, max: 750, noNaN: true }),
  fc.double({ min: 0.5, max: 2, noNaN: true }),
  fc.integer({ min: -70, max: 70 }),
  fc.constantFrom(
    0,
    -0,
    1,
    -1,
    0.5,
    2,
    709.782712893384,
    709.7827128933841,
    -745.1332191019411,
    2 ** 53,
    2 ** 31,
    -(2 ** 63),
    5e-324,
    1e-308,
  ),
);
const RUNS = { numRuns: 20_000 };

describe("exp, log and pow", () => {
  it("have the bits of their definitions", () => {
    fc.assert(
      fc.property(anyDouble, anyDouble, (x, y) => {
        expect(module.exp(x)).toBe(exp(x));
        expect(module.log(x)).toBe(log(x));
        expect(module.pow(x, y)).toBe(pow(x, y));
      }),
      RUNS,
    );
  });
});

describe("128-bit sums", () => {
  const summand = fc.oneof(
    fc.double({ min: -(2 ** 50), max: 2 ** 50, noNaN: true }),
    fc.double({ min: -1e-15, max: 1e-15, noNaN: true }),
    fc.double({ min: -1000, max: 1000, noNaN: true }),
  );

  it("are those of values/wide.ts, taking out what was put in", () => {
    fc.assert(
      fc.property(fc.array(summand, { minLength: 1, maxLength: 20 }), (summands) => {
        module.clear();
        let sum = 0n;
        for (const x of summands) {
          sum += toWide(x);
          expect(module.add(x)).toBe(fromWide(sum));
        }
        for (const x of summands) {
          sum -= toWide(x);
          expect(module.subtract(x)).toBe(fromWide(sum));
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it("hold products of 64-bit integers", () => {
    const long = fc.bigInt({ min: -(2n ** 62n), max: 2n ** 62n });
    fc.assert(
      fc.property(fc.array(fc.tuple(long, long), { minLength: 1, maxLength: 4 }), (pairs) => {
        module.clear();
        let sum = 0n;
        for (const [a, b] of pairs) {
          sum += a * b;
          if (sum < -(2n ** 127n) || sum >= 2n ** 127n) return;
          expect(module.multiplyAdd(a, b)).toBe(Number(sum));
        }
      }),
      { numRuns: 5_000 },
    );
  });
});

describe("a sorted window", () => {
  it("stays sorted, −0 before 0", () => {
    const value = fc.oneof(fc.integer({ min: -4, max: 4 }), fc.constantFrom(-0, 0, 1e300));
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 40 }), fc.integer({ min: 1, max: 9 }), (values, length) => {
        const window = Array.from({ length }, () => 0);
        const sorted = new Float64Array(module.memory.buffer, 64, length).fill(0);
        for (const entering of values) {
          module.replace(length, window.shift() ?? 0, entering);
          window.push(entering);
          expect([...sorted]).toEqual([...Float64Array.from(window).sort()]);
        }
      }),
    );
  });
});
