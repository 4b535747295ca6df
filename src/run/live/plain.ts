/**
 * The state of a run as text and back: JSON with what JSON lacks (numbers that are not finite, BigInt, maps, typed arrays, and orders that the gate has
 * approved, which it alone makes again).
 */
import { bytesToHex, hexToBytes } from "@noble/hashes/utils.js";
import { approvedAgain, isApproved } from "../../engine/risk/gate.ts";
import { encodePayload, textOf } from "../../journal/payload.ts";

const TAG = "$";

/** Throws where a value is no plain data. */
export function encodeState(state: unknown): Uint8Array {
  return encodePayload(tagged(state));
}

/** What `encodeState` was given. */
export function decodeState(bytes: Uint8Array): unknown {
  return untagged(JSON.parse(textOf(bytes)));
}

function tagged(value: unknown): unknown {
  switch (typeof value) {
    case "string":
    case "boolean":
      return value;
    case "number":
      return Number.isFinite(value) && !Object.is(value, -0) ? value : { [TAG]: "number", of: Object.is(value, -0) ? "-0" : String(value) };
    case "bigint":
      return { [TAG]: "integer", of: String(value) };
    case "undefined":
      return { [TAG]: "undefined" };
    case "object":
      return value === null ? null : taggedObject(value);
    case "function":
    case "symbol":
      throw new Error(`a ${typeof value} is no plain data`);
  }
}

function taggedObject(value: object): unknown {
  if (Array.isArray(value)) return value.map(tagged);
  if (value instanceof Map) return { [TAG]: "map", of: [...value].map(([key, one]) => [tagged(key), tagged(one)]) };
  if (value instanceof Uint8Array) return { [TAG]: "bytes", of: bytesToHex(value) };
  if (value instanceof Float64Array)
    return { [TAG]: "doubles", of: bytesToHex(new Uint8Array(value.buffer, value.byteOffset, value.byteLength)) };
  const fields = Object.fromEntries(Object.entries(value).map(([key, one]) => [key, tagged(one)]));
  return isApproved(value) ? { [TAG]: "approved", of: fields } : fields;
}

function untagged(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(untagged);
  if (typeof value !== "object" || value === null) return value;
  const { [TAG]: tag, of } = value as Readonly<Record<string, unknown>>;
  switch (tag) {
    case undefined:
      return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, untagged(one)]));
    case "number":
      return Number(of);
    case "integer":
      return BigInt(String(of));
    case "undefined":
      return undefined;
    case "map":
      return new Map(untagged(of) as readonly [unknown, unknown][]);
    case "bytes":
      return hexToBytes(String(of));
    case "doubles":
      return new Float64Array(hexToBytes(String(of)).buffer);
    case "approved":
      return approvedAgain(untagged(of));
    default:
      throw new Error(`a state with ${String(tag)}`);
  }
}
