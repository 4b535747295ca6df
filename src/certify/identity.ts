/** The graph hash, recomputed from the JSON by the recipe of docs/certificate.md ("The hash"). */
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import { type Anatomy, visits } from "./anatomy.ts";
import { type FormGraph, type FormOrder, GRAPH_SHAPE, NODE_SHAPE, ORDER_SHAPE, STATE_SHAPE } from "./form.ts";
import type { Fields, Shape } from "./shape.ts";

type Normal = readonly (string | number | boolean | null | Normal)[];
type Item = Normal[number];
type DigestOf = (list: string, id: number) => Item;

const COMMUTATIVE = ["add", "mul", "min", "max", "eq", "ne", "and", "or"];

/** SHA-256 of any bytes, in hex. */
export function hashOf(bytes: Uint8Array): string {
  return bytesToHex(sha256(bytes));
}

function digest(normal: Item): string {
  return hashOf(utf8ToBytes(JSON.stringify(normal)));
}

/** SHA-256 of the normal form, in hex. */
export function graphHashOf(anatomy: Anatomy): string {
  const { graph } = anatomy;
  const digests: string[] = [];
  const states: Item[] = [];
  const digestOf: DigestOf = (list, id) => {
    if (list === "nodes") return digests[id] ?? null;
    return list === "states" ? (states[id] ?? null) : id;
  };
  for (const visit of visits(anatomy)) {
    if ("state" in visit) states[visit.id] = normalOf(STATE_SHAPE, visit.state, digestOf);
    else digests[visit.id] = digest(normalNode(visit.node, digestOf));
  }
  return digest(normalGraph(graph, digestOf));
}

/** Its type, whether it is optional, its operation and that one's fields. Operands of commutative functions are sorted. */
function normalNode(node: FormGraph["nodes"][number], digestOf: DigestOf): Normal {
  const common = [node.type, node.optional, node.op];
  if (node.op === "binary" && COMMUTATIVE.includes(node.fn)) {
    const operands = [digestOf("nodes", node.a), digestOf("nodes", node.b)].map(String).sort();
    return [...common, node.fn, ...operands];
  }
  // A node that shows a state names the field before the state, whose own normal form stands in its place.
  if (node.op === "state") return [...common, node.field, digestOf("states", node.state)];
  return [...common, ...normalFields(NODE_SHAPE.of[node.op], node, digestOf)];
}

function normalGraph(graph: FormGraph, digestOf: DigestOf): Normal {
  return Object.entries(GRAPH_SHAPE.fields).flatMap(([key, shape]): Normal => {
    if (shape.is === "aside" || key === "nodes" || key === "states") return [];
    if (key === "requirements") return [graph.requirements.map((id) => String(digestOf("nodes", id))).sort()];
    if (key === "session") return normalFields(GRAPH_SHAPE.fields.session.fields, graph.session, digestOf);
    if (key === "groups") return [graph.groups.map(({ symbols }) => [...symbols])];
    return [normalOf(shape, graph[key as keyof FormGraph], digestOf)];
  });
}

/** The type, the prices (stop before limit), the time in force and its count of bars. */
function normalOrder(order: FormOrder, digestOf: DigestOf): Normal {
  const { type, tif } = order;
  return [type, ...normalFields(ORDER_SHAPE.of[type], order, digestOf), tif.kind, "count" in tif ? tif.count : null];
}

function normalFields(fields: Fields, value: object, digestOf: DigestOf): Normal {
  const held = value as Readonly<Record<string, unknown>>;
  return Object.entries(fields).flatMap(([key, shape]) =>
    shape.is === "aside" || held[key] === undefined ? [] : [normalOf(shape, held[key], digestOf)],
  );
}

/** A value of a shape: ids of nodes as digests, records as the list of their fields' values, variants with their tag first. */
function normalOf(shape: Shape, value: unknown, digestOf: DigestOf): Item {
  if (shape === ORDER_SHAPE) return normalOrder(value as FormOrder, digestOf);
  if (value === null || typeof value !== "object")
    return shape.is === "id" ? digestOf(shape.of, Number(value)) : idInside(shape, value, digestOf);
  switch (shape.is) {
    case "nullable":
    case "aside":
      return normalOf(shape.of, value, digestOf);
    case "list":
      return (value as readonly unknown[]).map((item) => normalOf(shape.of, item, digestOf));
    case "record":
      return normalFields(shape.fields, value, digestOf);
    case "either":
      return normalFields(shape.fields, value, digestOf)[0] ?? null;
    case "variants": {
      const tag = String((value as Readonly<Record<string, unknown>>)[shape.tag]);
      return [tag, ...normalFields(shape.shared, value, digestOf), ...normalFields(shape.of[tag] ?? {}, value, digestOf)];
    }
    case "map":
    case "id":
    case "integer":
    case "number":
    case "boolean":
    case "scalar":
    case "text":
    case "decimal":
    case "word":
      throw new Error("a record or list where the form has none");
  }
}

/** An id that may be null, or a plain value. */
function idInside(shape: Shape, value: unknown, digestOf: DigestOf): Item {
  if (shape.is === "nullable" && value !== null) return normalOf(shape.of, value, digestOf);
  return value as Item;
}
