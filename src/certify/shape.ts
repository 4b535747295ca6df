/**
 * What JSON may look like, as data. One table of shapes (form.ts) serves three ends: it refuses JSON that does not fit, it gives what fits its
 * type, and it says what a record names and in which order its fields enter the hash.
 */

/** The lists of a graph whose elements are named by their place. */
export type ListName = "nodes" | "states" | "clocks" | "symbols" | "groups" | "parameters" | "models" | "rules";

export type Shape =
  | { readonly is: "id"; readonly of: ListName }
  | { readonly is: "integer"; readonly low: number }
  | { readonly is: "number" | "boolean" | "scalar" | "text" | "decimal" }
  /** `or`: others that are such words too. */
  | { readonly is: "word"; readonly among: readonly string[]; readonly or?: (word: string) => boolean }
  /** `isOptional`: a field of a record that may be left out; then it is not in the hash. */
  | { readonly is: "nullable" | "map" | "aside"; readonly of: Shape; readonly isOptional?: true }
  | { readonly is: "list"; readonly of: Shape; readonly most: number }
  /** A word, or a record of one field. */
  | { readonly is: "either"; readonly word: string; readonly fields: Fields }
  | { readonly is: "record"; readonly fields: Fields }
  | { readonly is: "variants"; readonly tag: string; readonly shared: Fields; readonly of: Readonly<Record<string, Fields>> };

export type Fields = Readonly<Record<string, Shape>>;

type RecordOf<F extends Fields> = { readonly [K in keyof F]: Value<F[K]> };

/** The type of JSON that fits a shape. */
export type Value<S extends Shape> = S extends { is: "id" | "integer" | "number" }
  ? number
  : S extends { is: "boolean" }
    ? boolean
    : S extends { is: "scalar" }
      ? number | boolean
      : S extends { is: "text" | "decimal" }
        ? string
        : S extends { is: "word"; among: readonly (infer W)[] }
          ? W
          : Composite<S>;

type Composite<S extends Shape> = S extends { is: "aside"; of: infer T extends Shape }
  ? Value<T>
  : S extends { is: "nullable"; of: infer T extends Shape }
    ? Value<T> | null
    : S extends { is: "list"; of: infer T extends Shape }
      ? readonly Value<T>[]
      : S extends { is: "map"; of: infer T extends Shape }
        ? Readonly<Record<string, Value<T>>>
        : S extends { is: "either"; word: infer W; fields: infer F extends Fields }
          ? W | RecordOf<F>
          : S extends { is: "record"; fields: infer F extends Fields }
            ? RecordOf<F>
            : S extends {
                  is: "variants";
                  tag: infer T extends string;
                  shared: infer C extends Fields;
                  of: infer V extends Record<string, Fields>;
                }
              ? { readonly [K in keyof V]: { readonly [P in T]: K } & RecordOf<C> & RecordOf<V[K]> }[keyof V]
              : never;

export function id<const L extends ListName>(of: L) {
  return { is: "id", of } as const;
}
export function integer(low: number) {
  return { is: "integer", low } as const;
}
export function word<const W extends readonly string[]>(...among: W) {
  return { is: "word", among } as const;
}
export function nullable<const S extends Shape>(of: S) {
  return { is: "nullable", of } as const;
}
/** Of a record: left out, which is not in the hash, or there. */
export function optional<const S extends Shape>(of: S) {
  return { is: "nullable", of, isOptional: true } as const;
}
/** Read and checked, but outside the hash. */
export function aside<const S extends Shape>(of: S) {
  return { is: "aside", of } as const;
}
/** At most `most` elements: what is longer is no graph of a strategy, and work stays bounded. */
export function list<const S extends Shape>(of: S, most = 10_000) {
  return { is: "list", of, most } as const;
}
export function record<const F extends Fields>(fields: F) {
  return { is: "record", fields } as const;
}
export function variants<const T extends string, const C extends Fields, const V extends Readonly<Record<string, Fields>>>(
  tag: T,
  shared: C,
  of: V,
) {
  return { is: "variants", tag, shared, of } as const;
}

const MISFITS_MAX = 20;
const DECIMAL = /^[0-9]{1,40}(\.[0-9]{1,40})?$/;

/** Whether `value` fits; if not, `misfits` receives the first reasons, each with its place. */
export function fits<S extends Shape>(shape: S, value: unknown, misfits: string[]): value is Value<S> {
  check(shape, value, "", misfits);
  return misfits.length === 0;
}

function check(shape: Shape, value: unknown, place: string, misfits: string[]): void {
  if (misfits.length >= MISFITS_MAX) return;
  const expected = expectation(shape, value);
  if (expected !== null) misfits.push(`${place === "" ? "the graph" : place} is ${shown(value)}, not ${expected}`);
  else if (value !== null) checkParts(shape, value, place, misfits);
}

/** What a shape wants in place of a value, in words; null where the value itself is right, whatever it is made of. */
function expectation(shape: Shape, value: unknown): string | null {
  switch (shape.is) {
    case "id":
      return isInteger(value, 0) ? null : `the place of one of the ${shape.of}`;
    case "integer":
      return isInteger(value, shape.low) ? null : `an integer of ${shape.low} or more`;
    case "number":
      return isNumber(value) ? null : "a number";
    case "boolean":
      return typeof value === "boolean" ? null : "true or false";
    case "scalar":
      return isNumber(value) || typeof value === "boolean" ? null : "a number, true or false";
    case "text":
      return typeof value === "string" ? null : "text";
    case "decimal":
      return typeof value === "string" && DECIMAL.test(value) ? null : 'an exact decimal such as "0.05"';
    case "word":
      return typeof value === "string" && (shape.among.includes(value) || shape.or?.(value) === true)
        ? null
        : `one of ${shape.among.join(", ")}`;
    case "nullable":
      return value === null ? null : expectation(shape.of, value);
    case "aside":
      return expectation(shape.of, value);
    case "list":
      return Array.isArray(value) && value.length <= shape.most ? null : `a list of at most ${shape.most}`;
    case "either":
      return value === shape.word || isRecord(value) ? null : `"${shape.word}" or a record`;
    case "map":
    case "record":
    case "variants":
      return isRecord(value) ? null : "a record";
  }
}

/** The elements of lists and the fields of records. */
function checkParts(shape: Shape, value: unknown, place: string, misfits: string[]): void {
  if (shape.is === "nullable" || shape.is === "aside") checkParts(shape.of, value, place, misfits);
  else if (shape.is === "list" && Array.isArray(value)) {
    for (const [index, item] of value.entries()) check(shape.of, item, `${place}[${index}]`, misfits);
  } else if (!isRecord(value)) return;
  else if (shape.is === "map") {
    for (const [key, item] of Object.entries(value)) check(shape.of, item, inside(place, key), misfits);
  } else if (shape.is === "record" || shape.is === "either") checkFields(shape.fields, value, place, misfits);
  else if (shape.is === "variants") {
    const tag = value[shape.tag];
    const fields = typeof tag === "string" && Object.hasOwn(shape.of, tag) ? shape.of[tag] : undefined;
    if (fields === undefined) misfits.push(`${inside(place, shape.tag)} is ${shown(tag)}, which nothing here knows`);
    else checkFields({ [shape.tag]: { is: "text" }, ...shape.shared, ...fields }, value, place, misfits);
  }
}

function checkFields(fields: Fields, value: Readonly<Record<string, unknown>>, place: string, misfits: string[]): void {
  for (const key of Object.keys(value))
    if (!Object.hasOwn(fields, key)) misfits.push(`${inside(place, key)} is nothing that is known here`);
  for (const [key, shape] of Object.entries(fields)) {
    if (Object.hasOwn(value, key)) check(shape, value[key], inside(place, key), misfits);
    else if (!mayLack(shape)) misfits.push(`${inside(place, key)} is missing`);
  }
}

function mayLack(shape: Shape): boolean {
  return shape.is === "nullable" && shape.isOptional === true;
}

function inside(place: string, key: string): string {
  const name = key.length > 40 ? `${key.slice(0, 40)}…` : key;
  return place === "" ? name : `${place}.${name}`;
}

function isNumber(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value);
}

function isInteger(value: unknown, low: number): boolean {
  return Number.isSafeInteger(value) && typeof value === "number" && value >= low;
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A value in few words. */
function shown(value: unknown): string {
  if (value === undefined) return "missing";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object" && value !== null) return "a record";
  const text = JSON.stringify(value);
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}

/** A place that names an element of a list, by the way to it. */
export interface Reference {
  readonly of: ListName;
  readonly id: number;
  readonly role: string;
}

/** Everything that a value names, in the order of its shape. */
export function references(shape: Shape, value: unknown, role = "", found: Reference[] = []): readonly Reference[] {
  switch (shape.is) {
    case "id":
      found.push({ of: shape.of, id: Number(value), role });
      return found;
    case "nullable":
    case "aside":
      return value === null ? found : references(shape.of, value, role, found);
    case "list":
      for (const [index, item] of (value as readonly unknown[]).entries()) references(shape.of, item, `${role}[${index}]`, found);
      return found;
    case "map":
      for (const [key, item] of Object.entries(value as object)) references(shape.of, item, inside(role, key), found);
      return found;
    case "either":
    case "record":
      return value === null || typeof value !== "object" ? found : fieldReferences(shape.fields, value, role, found);
    case "variants": {
      const tag = String((value as Readonly<Record<string, unknown>>)[shape.tag]);
      return fieldReferences({ ...shape.shared, ...shape.of[tag] }, value, role, found);
    }
    case "integer":
    case "number":
    case "boolean":
    case "scalar":
    case "text":
    case "decimal":
    case "word":
      return found;
  }
}

function fieldReferences(fields: Fields, value: unknown, role: string, found: Reference[]): readonly Reference[] {
  const held = value as Readonly<Record<string, unknown>>;
  for (const [key, shape] of Object.entries(fields)) references(shape, held[key], inside(role, key), found);
  return found;
}
