/**
 * The border to what Alpaca says: every answer is checked against the schema of the fields that are used, before one of them is. A field that is
 * missing or of another type is a failure of class `fatal`, never a NaN. Fields that are not used may be anything.
 */
import { Ajv, type JSONSchemaType, type ValidateFunction } from "ajv";
import { SECOND } from "../../market/calendars.ts";
import type { Answer } from "../../market/outside.ts";
import { dayNumber } from "../../values/civil-date.ts";
import { type Instant, instant } from "../../values/quantity.ts";

const ajv = new Ajv({ allErrors: false, strict: false });

/** A schema of JSON, and the type of what fits it. */
export interface Shape<T> {
  readonly name: string;
  readonly fits: ValidateFunction<T>;
}

export type FieldSchema = Readonly<Record<string, unknown>>;

/** An exact amount, as text. */
export const AMOUNT = { type: "string", pattern: "^-?\\d{1,20}(\\.\\d{1,20})?$" } as const;
export const AMOUNT_OR_NULL = { anyOf: [AMOUNT, { type: "null" }] } as const;
export const TEXT = { type: "string", minLength: 1 } as const;
export const TEXT_OR_NULL = { anyOf: [TEXT, { type: "null" }] } as const;
export const TIME = { type: "string", pattern: "^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(\\.\\d{1,9})?(Z|[+-]\\d{2}:\\d{2})$" } as const;
/** JSON has no NaN, but msgpack does. */
export const PRICE = { type: "number", exclusiveMinimum: 0, maximum: 1e12 } as const;
export const SIZE = { type: "number", minimum: 0, maximum: 1e15 } as const;

/** An object with these fields, all of them needed; others may be there. */
export function objectOf(properties: Readonly<Record<string, FieldSchema>>, optional: readonly string[] = []): FieldSchema {
  return { type: "object", properties, required: Object.keys(properties).filter((name) => !optional.includes(name)) };
}

export function shape<T>(name: string, schema: FieldSchema): Shape<T> {
  return { name, fits: ajv.compile<T>(schema as unknown as JSONSchemaType<T>) };
}

/** The value as what it should be, or a `fatal` failure that says what is wrong with it. */
export function checked<T>({ name, fits }: Shape<T>, value: unknown): Answer<T> {
  if (fits(value)) return { ok: true, value };
  const [error] = fits.errors ?? [];
  const place = error?.instancePath === "" ? "" : ` at ${error?.instancePath}`;
  return {
    ok: false,
    failure: {
      class: "fatal",
      code: "unknown_form",
      message: `${name} as nobody agreed on: ${error?.message ?? "no match"}${place}`,
      retryAfter: null,
    },
  };
}

const PARTS = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))?(Z|[+-]\d{2}:\d{2})$/;

/** The microsecond in which an instant of RFC 3339 with up to nine decimals lies. `text` fits `TIME`. */
export function instantOf(text: string): Instant {
  const parts = PARTS.exec(text);
  if (parts === null) throw new Error(`not an instant: ${text}`);
  const [, year, month, day, hour, minute, second, fraction = "", zone = "Z"] = parts;
  const offset = zone === "Z" ? 0 : Number(`${zone[0]}1`) * (Number(zone.slice(1, 3)) * 3_600 + Number(zone.slice(4)) * 60);
  const seconds =
    dayNumber(Number(year), Number(month), Number(day)) * 86_400 + Number(hour) * 3_600 + Number(minute) * 60 + Number(second) - offset;
  return instant(seconds * SECOND + Number(fraction.padEnd(6, "0").slice(0, 6)));
}
