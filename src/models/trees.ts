/** Tree ensembles of ai.onnx.ml, which come as parallel lists over all nodes of all trees, as trees. */
import type { Tree } from "../graph/model-steps.ts";
import { type Draft, floats, integer, integers, push, text, transformed, Unsupported } from "./draft.ts";
import type { Operator } from "./onnx.ts";

/** Adds the steps of an ensemble that reads vector `x`; gives the vector of its scores. */
export function treeSteps(draft: Draft, operator: Operator, x: number): number {
  const isClassifier = operator.type === "TreeEnsembleClassifier";
  const prefix = isClassifier ? "class" : "target";
  if (!isClassifier && text(operator, "aggregate_function", "SUM") !== "SUM")
    throw new Unsupported(`${operator.type} that does not sum its trees`);
  const labels = operator.attributes.get("classlabels_strings")?.texts ?? integers(operator, "classlabels_int64s");
  const scored = new Set(integers(operator, `${prefix}_ids`));
  const size = isClassifier ? labels.length : integer(operator, "n_targets", 1);
  const isBinary = isClassifier && size === 2 && scored.size === 1;
  const trees = treesOf(operator, prefix, isBinary ? 1 : size);
  const base = floats(operator, "base_values");
  const offsets = Array.from({ length: isBinary ? 1 : size }, (_, i) => (isBinary ? base.at(-1) : base[i]) ?? 0);
  const sums = push(draft, { op: "trees", x, trees, offsets });
  return transformed(draft, operator, isBinary ? bothClasses(draft, operator, sums) : sums);
}

/** The scores of both classes where only that of the second is kept: a share of 1 where all weights are positive, else a sign. */
function bothClasses(draft: Draft, operator: Operator, x: number): number {
  const isShare = text(operator, "post_transform", "NONE") === "NONE" && floats(operator, "class_weights").every((weight) => weight >= 0);
  return push(draft, { op: "affine", x, weights: [[-1], [1]], offsets: [isShare ? 1 : 0, 0] });
}

interface NodeRow {
  readonly id: number;
  readonly mode: string;
  readonly feature: number;
  readonly threshold: number;
  readonly yes: number;
  readonly no: number;
}

function treesOf(operator: Operator, prefix: "class" | "target", size: number): readonly Tree[] {
  const byTree = new Map<number, NodeRow[]>();
  const column = (name: string): readonly number[] => integers(operator, `nodes_${name}`);
  const [ids, features, yes, no] = [column("nodeids"), column("featureids"), column("truenodeids"), column("falsenodeids")];
  const [modes, thresholds] = [operator.attributes.get("nodes_modes")?.texts ?? [], floats(operator, "nodes_values")];
  for (const [row, tree] of column("treeids").entries()) {
    const node = {
      id: ids[row] ?? 0,
      mode: modes[row] ?? "",
      feature: features[row] ?? 0,
      threshold: thresholds[row] ?? 0,
      yes: yes[row] ?? 0,
      no: no[row] ?? 0,
    };
    const rows = byTree.get(tree);
    if (rows === undefined) byTree.set(tree, [node]);
    else rows.push(node);
  }
  const weights = leafWeights(operator, prefix, size);
  return [...byTree].map(([tree, rows]) => treeOf(rows, (node) => weights.get(`${tree} ${node}`) ?? Array.from({ length: size }, () => 0)));
}

function leafWeights(operator: Operator, prefix: "class" | "target", size: number): ReadonlyMap<string, number[]> {
  const found = new Map<string, number[]>();
  const [trees, nodes] = [integers(operator, `${prefix}_treeids`), integers(operator, `${prefix}_nodeids`)];
  const [ids, weights] = [integers(operator, `${prefix}_ids`), floats(operator, `${prefix}_weights`)];
  trees.forEach((tree, row) => {
    const key = `${tree} ${nodes[row]}`;
    const leaf = found.get(key) ?? Array.from({ length: size }, () => 0);
    const component = size === 1 ? 0 : (ids[row] ?? 0);
    leaf[component] = (leaf[component] ?? 0) + (weights[row] ?? 0);
    found.set(key, leaf);
  });
  return found;
}

/** The nodes of one tree: splits in an order in which each stands before what it leads to. */
function treeOf(rows: readonly NodeRow[], leafOf: (node: number) => readonly number[]): Tree {
  const byId = new Map(rows.map((row) => [row.id, row]));
  const splits: { feature: number; threshold: number; below: number; above: number }[] = [];
  const leaves: (readonly number[])[] = [];
  const place = (id: number): number => {
    const row = byId.get(id);
    if (row === undefined) throw new Unsupported("a tree that leads nowhere");
    if (row.mode === "LEAF") return ~(leaves.push(leafOf(id)) - 1);
    if (splits.length > rows.length) throw new Unsupported("a tree that leads back into itself");
    const { below, above, threshold } = branches(row);
    const split = { feature: row.feature, threshold, below: 0, above: 0 };
    const index = splits.push(split) - 1;
    split.below = place(below);
    split.above = place(above);
    return index;
  };
  const [first] = rows;
  return { root: place(first?.id ?? 0), splits, leaves };
}

/** Every comparison as x ≤ threshold. */
function branches({ mode, threshold, yes, no }: NodeRow): { readonly below: number; readonly above: number; readonly threshold: number } {
  switch (mode) {
    case "BRANCH_LEQ":
      return { below: yes, above: no, threshold };
    case "BRANCH_GT":
      return { below: no, above: yes, threshold };
    case "BRANCH_LT":
      return { below: yes, above: no, threshold: singleBefore(threshold) };
    case "BRANCH_GTE":
      return { below: no, above: yes, threshold: singleBefore(threshold) };
    default:
      throw new Unsupported(`a tree with ${mode}`);
  }
}

/** The next float32 below. */
function singleBefore(value: number): number {
  const bits = new Int32Array(1);
  const float = new Float32Array(bits.buffer);
  float[0] = value === 0 ? 0 : value;
  if (value === 0) bits[0] = 0x80000001 | 0;
  else bits[0] = (bits[0] ?? 0) + (value > 0 ? -1 : 1);
  return float[0] ?? value;
}
