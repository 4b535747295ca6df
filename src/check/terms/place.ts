/** Whose a term is: one of every symbol or not, and of which clocks it comes. */
import { isElementwise } from "../../graph/kinds.ts";
import type { ClockId, Node } from "../../graph/nodes.ts";

export interface Place {
  /** Whether it reads the symbol for which it is evaluated. */
  readonly own: boolean;
  /** The clocks on which everything in it that changes is read, by `sample`; none where it changes by itself. Read on others it changes only with them. */
  readonly from: readonly ClockId[];
}

type TermNode = Node | { readonly op: "abstract" };
type Read = readonly (Place & { readonly stratum: "run" | "market" | "account" })[];

/** The place of a node, by those of what it reads. */
export function placeOf(node: TermNode, read: Read): Place {
  return { own: isOwn(node, read), from: sourcesOf(node, read) };
}

const OWN: ReadonlySet<string> = new Set(["member", "fill", "peak", "last_fill"]);

/** The times of a session are the same for all symbols. */
function isOwn(node: TermNode, read: Read): boolean {
  if (node.op === "input") return !node.field.startsWith("session_");
  if (node.op === "account") return node.field === "position" || node.field === "entry_price" || node.field === "bars_held";
  if (node.op === "across") return node.fn === "rank" || node.fn === "percent_rank";
  if (node.op === "sample" && node.symbol !== null) return false;
  return OWN.has(node.op) || read.some(({ own }) => own);
}

function sourcesOf(node: TermNode, read: Read): readonly ClockId[] {
  if (node.op === "sample") {
    const inner = read[0]?.from ?? [];
    return inner.length > 0 && !inner.includes(node.clock) ? inner : [node.clock];
  }
  if (node.op === "abstract" || !isElementwise(node)) return [];
  const changing = read.filter(({ stratum }) => stratum !== "run");
  return changing.every(({ from }) => from.length > 0) ? [...new Set(changing.flatMap(({ from }) => from))] : [];
}
