/**
 * Typed WebAssembly instructions: an expression knows its type, so that ill-typed code does not compile here. Control flow is structured
 * (conditionals, loops, return); nothing counts labels. `module-writer.ts` turns functions made of these into a binary module.
 */
export type ValueType = "i32" | "i64" | "f64" | "v128";
/** Bytes, nested so that joining code costs nothing. */
export type Code = readonly (number | Code)[];

/** Code that leaves one value of type `T` on the stack; a statement leaves none. */
export interface Expression<T extends ValueType | "none"> {
  readonly type: T;
  readonly code: Code;
}
export type Int = Expression<"i32">;
export type Long = Expression<"i64">;
export type Double = Expression<"f64">;
export type Vector = Expression<"v128">;
export type Statement = Expression<"none">;
export type Value = Int | Long | Double | Vector;

export interface Local<T extends ValueType> {
  readonly type: T;
  readonly index: number;
}

export const TYPE_CODE: Readonly<Record<ValueType, number>> = { i32: 0x7f, i64: 0x7e, f64: 0x7c, v128: 0x7b };
const EMPTY_BLOCK = 0x40;

/** Unsigned LEB128 of an integer in 0..2^32 - 1. */
export function unsigned(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  while (rest >= 0x80) {
    bytes.push((rest % 0x80) | 0x80);
    rest = Math.floor(rest / 0x80);
  }
  bytes.push(rest);
  return bytes;
}

function signed(value: bigint): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (;;) {
    const byte = Number(rest & 0x7fn);
    rest >>= 7n;
    if ((rest === 0n && byte < 0x40) || (rest === -1n && byte >= 0x40)) return [...bytes, byte];
    bytes.push(byte | 0x80);
  }
}

function doubleBytes(value: number): number[] {
  return [...new Uint8Array(new Float64Array([value]).buffer)];
}

/** 2^exponent, exactly. */
export function powerOfTwo(exponent: number): number {
  const power = Number(1n << BigInt(Math.abs(exponent)));
  return exponent < 0 ? 1 / power : power;
}

const expression = <T extends ValueType | "none">(type: T, ...code: Code): Expression<T> => ({ type, code });
const statement = (...code: Code): Statement => ({ type: "none", code });
const unary =
  <A extends ValueType, R extends ValueType>(_operand: A, result: R, ...opcode: Code) =>
  (x: Expression<A>): Expression<R> =>
    expression(result, x.code, opcode);
const binary =
  <A extends ValueType, R extends ValueType>(_operands: A, result: R, ...opcode: Code) =>
  (a: Expression<A>, b: Expression<A>): Expression<R> =>
    expression(result, a.code, b.code, opcode);
const simd = (opcode: number): number[] => [0xfd, ...unsigned(opcode)];

/** A load from `address + offset`; `align` is the exponent of the natural alignment. */
const load =
  <R extends ValueType>(result: R, align: number, ...opcode: Code) =>
  (address: Int, offset = 0): Expression<R> =>
    expression(result, address.code, opcode, align, unsigned(offset));
const store =
  <A extends ValueType>(_value: A, align: number, ...opcode: Code) =>
  (address: Int, value: Expression<A>, offset = 0): Statement =>
    statement(address.code, value.code, opcode, align, unsigned(offset));

export const i32 = {
  const: (value: number): Int => expression("i32", 0x41, signed(BigInt(value))),
  load: load("i32", 2, 0x28),
  load8: load("i32", 0, 0x2d),
  store: store("i32", 2, 0x36),
  store8: store("i32", 0, 0x3a),
  ctz: unary("i32", "i32", 0x68),
  eqz: unary("i32", "i32", 0x45),
  eq: binary("i32", "i32", 0x46),
  ne: binary("i32", "i32", 0x47),
  lt: binary("i32", "i32", 0x48),
  gt: binary("i32", "i32", 0x4a),
  le: binary("i32", "i32", 0x4c),
  ge: binary("i32", "i32", 0x4e),
  add: binary("i32", "i32", 0x6a),
  sub: binary("i32", "i32", 0x6b),
  and: binary("i32", "i32", 0x71),
  or: binary("i32", "i32", 0x72),
  xor: binary("i32", "i32", 0x73),
  shl: binary("i32", "i32", 0x74),
  shrSigned: binary("i32", "i32", 0x75),
  shrUnsigned: binary("i32", "i32", 0x76),
  truncateDouble: unary("f64", "i32", 0xfc, 0x02),
  wrap: unary("i64", "i32", 0xa7),
} as const;

export const i64 = {
  const: (value: bigint): Long => expression("i64", 0x42, signed(BigInt.asIntN(64, value))),
  load: load("i64", 3, 0x29),
  store: store("i64", 3, 0x37),
  eqz: unary("i64", "i32", 0x50),
  ne: binary("i64", "i32", 0x52),
  lt: binary("i64", "i32", 0x53),
  ltUnsigned: binary("i64", "i32", 0x54),
  gt: binary("i64", "i32", 0x55),
  clz: unary("i64", "i64", 0x79),
  add: binary("i64", "i64", 0x7c),
  sub: binary("i64", "i64", 0x7d),
  mul: binary("i64", "i64", 0x7e),
  and: binary("i64", "i64", 0x83),
  or: binary("i64", "i64", 0x84),
  xor: binary("i64", "i64", 0x85),
  shl: binary("i64", "i64", 0x86),
  shrSigned: binary("i64", "i64", 0x87),
  shrUnsigned: binary("i64", "i64", 0x88),
  extend: unary("i32", "i64", 0xac),
  extendUnsigned: unary("i32", "i64", 0xad),
  truncateDouble: unary("f64", "i64", 0xfc, 0x06),
  reinterpret: unary("f64", "i64", 0xbd),
} as const;

export const f64 = {
  const: (value: number): Double => expression("f64", 0x44, doubleBytes(value)),
  load: load("f64", 3, 0x2b),
  store: store("f64", 3, 0x39),
  eq: binary("f64", "i32", 0x61),
  ne: binary("f64", "i32", 0x62),
  lt: binary("f64", "i32", 0x63),
  gt: binary("f64", "i32", 0x64),
  le: binary("f64", "i32", 0x65),
  ge: binary("f64", "i32", 0x66),
  abs: unary("f64", "f64", 0x99),
  neg: unary("f64", "f64", 0x9a),
  ceil: unary("f64", "f64", 0x9b),
  floor: unary("f64", "f64", 0x9c),
  trunc: unary("f64", "f64", 0x9d),
  nearest: unary("f64", "f64", 0x9e),
  sqrt: unary("f64", "f64", 0x9f),
  /** Rounded to float32. */
  single: unary("f64", "f64", 0xb6, 0xbb),
  add: binary("f64", "f64", 0xa0),
  sub: binary("f64", "f64", 0xa1),
  mul: binary("f64", "f64", 0xa2),
  div: binary("f64", "f64", 0xa3),
  max: binary("f64", "f64", 0xa5),
  fromInt: unary("i32", "f64", 0xb7),
  fromLong: unary("i64", "f64", 0xb9),
  fromUnsignedLong: unary("i64", "f64", 0xba),
  reinterpret: unary("i64", "f64", 0xbf),
} as const;

export const v128 = {
  load: load("v128", 4, simd(0x00)),
  splatByte: unary("i32", "v128", simd(0x0f)),
  splatDouble: unary("f64", "v128", simd(0x14)),
  firstDouble: unary("v128", "f64", simd(0x21), 0),
  secondDouble: unary("v128", "f64", simd(0x21), 1),
  replaceSecondDouble: (x: Vector, second: Double): Vector => expression("v128", x.code, second.code, simd(0x22), 1),
  and: binary("v128", "v128", simd(0x4e)),
  or: binary("v128", "v128", simd(0x50)),
  xor: binary("v128", "v128", simd(0x51)),
  equalBytes: binary("v128", "v128", simd(0x23)),
  byteMask: unary("v128", "i32", simd(0x64)),
  absDoubles: unary("v128", "v128", simd(0xec)),
  divDoubles: binary("v128", "v128", simd(0xf3)),
  /** IEEE: −0 is less than 0, and not a number if either is not. */
  minimum: binary("v128", "v128", simd(0xf4)),
  maximum: binary("v128", "v128", simd(0xf5)),
  /** `b < a ? b : a`, by lanes, in one machine instruction. */
  pseudoMinimum: binary("v128", "v128", simd(0xf6)),
  /** `a < b ? b : a`, by lanes. */
  pseudoMaximum: binary("v128", "v128", simd(0xf7)),
} as const;

export const get = <T extends ValueType>(local: Local<T>): Expression<T> => expression(local.type, 0x20, unsigned(local.index));
export const set = <T extends ValueType>(local: Local<T>, value: Expression<T>): Statement =>
  statement(value.code, 0x21, unsigned(local.index));
/** `condition ? a : b`, both evaluated. */
export const select = <T extends ValueType>(a: Expression<T>, b: Expression<T>, condition: Int): Expression<T> =>
  expression(a.type, a.code, b.code, condition.code, 0x1b);

export const sequence = (...statements: readonly Statement[]): Statement => ({ type: "none", code: statements.map((s) => s.code) });

/** `condition ? a : b`, only the chosen one evaluated. */
export const choose = <T extends ValueType>(condition: Int, a: Expression<T>, b: Expression<T>): Expression<T> =>
  expression(a.type, condition.code, 0x04, TYPE_CODE[a.type], a.code, 0x05, b.code, 0x0b);

export function when(condition: Int, then: Statement, otherwise?: Statement): Statement {
  const rest: Code = otherwise === undefined ? [] : [0x05, otherwise.code];
  return statement(condition.code, 0x04, EMPTY_BLOCK, then.code, rest, 0x0b);
}

/** Tests before each pass. */
export const loopWhile = (condition: Int, body: Statement): Statement =>
  statement(0x02, EMPTY_BLOCK, 0x03, EMPTY_BLOCK, condition.code, 0x45, 0x0d, 1, body.code, 0x0c, 0, 0x0b, 0x0b);

/** Evaluates for its effect. */
export const drop = (value: Value): Statement => statement(value.code, 0x1a);

export const give = <T extends ValueType>(value: Expression<T>): Statement => statement(value.code, 0x0f);

/** A function of the module under construction; `call` needs arguments of its parameter types. */
export interface Callable<R extends ValueType> {
  readonly index: number;
  readonly result: R;
}
export const call = <R extends ValueType>(callee: Callable<R>, ...values: readonly Value[]): Expression<R> =>
  expression(
    callee.result,
    values.map((v) => v.code),
    0x10,
    unsigned(callee.index),
  );
