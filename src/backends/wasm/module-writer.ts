/** Writes a binary WebAssembly module: functions made of `emit.ts` code around one memory of fixed size, exported as "memory". */
import { type Callable, type Code, i32, type Local, type Statement, TYPE_CODE, unsigned, type ValueType } from "./emit.ts";

/** Where a function's code gets its variables. Locals start as zero. */
export interface Scope {
  local<T extends ValueType>(type: T): Local<T>;
}

/** Bytes that are in memory from the beginning. */
export interface DataSegment {
  readonly start: number;
  readonly data: Uint8Array;
}

export interface ModuleWriter {
  /** Adds a function; it may call those added before. `body` must end by giving a value of type `result`. */
  define<R extends ValueType, const P extends readonly ValueType[]>(
    name: string | null,
    parameters: P,
    result: R,
    body: (scope: Scope, ...parameters: { [K in keyof P]: Local<P[K]> }) => Statement,
  ): Callable<R>;
  /** The module, with `pages` pages of 64 KiB of memory, which begin as zeros but for `data`. */
  finish(pages: number, data: readonly DataSegment[]): Uint8Array;
}

interface FunctionRecord {
  readonly name: string | null;
  readonly parameters: readonly ValueType[];
  readonly result: ValueType;
  readonly locals: readonly ValueType[];
  readonly body: Code;
}

function flatten(code: Code, into: number[]): number[] {
  for (const item of code) {
    if (typeof item === "number") into.push(item);
    else flatten(item, into);
  }
  return into;
}

const sized = (code: Code): Code => {
  const bytes = flatten(code, []);
  return [unsigned(bytes.length), bytes];
};
const vector = (items: readonly Code[]): Code => [unsigned(items.length), ...items];
const section = (id: number, items: readonly Code[]): Code => [id, sized(vector(items))];
/** ASCII. */
const text = (value: string): Code => sized([...value].map((character) => character.charCodeAt(0)));

const functionType = (f: FunctionRecord): Code => [0x60, vector(f.parameters.map((p) => [TYPE_CODE[p]])), vector([[TYPE_CODE[f.result]]])];
const functionBody = (f: FunctionRecord): Code => sized([vector(f.locals.map((type) => [1, TYPE_CODE[type]])), f.body, 0x00, 0x0b]);

const dataSegment = ({ start, data }: DataSegment): Code => [0x00, i32.const(start).code, 0x0b, unsigned(data.length), [...data]];

export function moduleWriter(): ModuleWriter {
  const functions: FunctionRecord[] = [];
  return {
    define(name, parameters, result, body) {
      const locals: ValueType[] = [];
      const scope: Scope = {
        local(type) {
          locals.push(type);
          return { type, index: parameters.length + locals.length - 1 };
        },
      };
      const parameterLocals = parameters.map((type, index) => ({ type, index })) as {
        [K in keyof typeof parameters]: Local<(typeof parameters)[K]>;
      };
      const code = body(scope, ...parameterLocals).code;
      functions.push({ name, parameters, result, locals, body: code });
      return { index: functions.length - 1, result };
    },
    finish(pages, data) {
      const exports = functions.flatMap((f, index) => (f.name === null ? [] : [[text(f.name), 0x00, unsigned(index)]]));
      return new Uint8Array(
        flatten(
          [
            [0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
            section(1, functions.map(functionType)),
            section(
              3,
              functions.map((_, index) => unsigned(index)),
            ),
            section(5, [[0x01, unsigned(pages), unsigned(pages)]]),
            section(7, [[text("memory"), 0x02, 0], ...exports]),
            section(10, functions.map(functionBody)),
            ...(data.length === 0 ? [] : [section(11, data.map(dataSegment))]),
          ],
          [],
        ),
      );
    },
  };
}
