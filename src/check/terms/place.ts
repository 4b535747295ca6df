/** Where a term has its values: on the ticks of which clock, and whether it is one of every symbol. */
import { isElementwise } from "../../graph/kinds.ts";
import type { ClockId, Node } from "../../graph/nodes.ts";

export interface Place {
  /** The clock on whose ticks it has values; undefined of what reads nothing that ticks. */
  readonly clock: ClockId | undefined;
  /** Whether it reads the symbol for which it is evaluated. */
  readonly own: boolean;
  /** The slower clock with whose ticks alone it changes, read on those of another. */
  readonly held: ClockId | undefined;
}

type TermNode = Node | { readonly op: "abstract" };
type Read = readonly (Place & { readonly stratum: "run" | "market" | "account" })[];

/** The place of a node, by those of what it reads. */
export function placeOf(node: TermNode, read: Read): Place {
  return { clock: clockOf(node, read), own: isOwn(node, read), held: heldBy(node, read) };
}

function clockOf(node: TermNode, read: Read): ClockId | undefined {
  if (node.op === "input" || node.op === "sample" || node.op === "gather" || node.op === "begins") return node.clock;
  return read.find(({ clock }) => clock !== undefined)?.clock;
}

const OWN: ReadonlySet<string> = new Set(["input", "member", "fill", "peak", "last_fill"]);

function isOwn(node: TermNode, read: Read): boolean {
  if (node.op === "account") return node.field === "position" || node.field === "entry_price" || node.field === "bars_held";
  if (node.op === "across") return node.fn === "rank" || node.fn === "percent_rank";
  if (node.op === "sample" && node.symbol !== null) return false;
  if (node.op === "anchored" && node.since === "session") return true;
  return OWN.has(node.op) || read.some(({ own }) => own);
}

function heldBy(node: TermNode, read: Read): ClockId | undefined {
  if (node.op === "sample") return read[0]?.clock === node.clock ? read[0].held : read[0]?.clock;
  if (node.op === "abstract" || !isElementwise(node)) return undefined;
  const changing = read.filter(({ stratum }) => stratum !== "run");
  return changing.every(({ held }) => held !== undefined) ? changing[0]?.held : undefined;
}
