/** What each node depends on, on its own tick: of the run, the market, the account, a trade, a reduction's index, the previous value of a state. */
import { type Anatomy, visits } from "./anatomy.ts";
import type { FormNode } from "./form.ts";
import type { TradeRead } from "./places.ts";
import type { Report } from "./problem.ts";

export interface Dependence {
  readonly market: boolean;
  readonly account: boolean;
  readonly trade: ReadonlySet<TradeRead>;
  /** The reduction whose index it reads; null without. */
  readonly loop: number | null;
  /** The state whose previous value it reads; null without. */
  readonly state: number | null;
}

const NOTHING: Dependence = { market: false, account: false, trade: new Set(), loop: null, state: null };

function isElementwise({ op }: FormNode): boolean {
  return op === "unary" || op === "binary" || op === "power" || op === "select" || op === "default";
}

/** Whether a node is evaluated once, before the first tick. */
export function isOfRun({ market, account, loop, state }: Dependence): boolean {
  return !market && !account && loop === null && state === null;
}

/** The dependences of all nodes, by id, and every node that may not read what it reads. */
export function dependences(anatomy: Anatomy, report: Report): readonly Dependence[] {
  const found: Dependence[] = [];
  const of = (id: number): Dependence => found[id] ?? NOTHING;
  for (const visit of visits(anatomy)) {
    if ("state" in visit) {
      checkState(anatomy, visit.id, of, report);
      continue;
    }
    const { node, id } = visit;
    const read = (anatomy.reads[id] ?? []).map(of);
    const name = `node ${id} (${node.op})`;
    checkReads(node, name, read, (text) => report(`${name} ${text}`, id));
    found[id] = {
      market: isOfMarket(node) || read.some(({ market }) => market),
      account: isOfAccount(node) || read.some(({ account }) => account),
      trade: tradeReads(node, read),
      loop:
        node.op === "reduce"
          ? null
          : only(read, "loop", node.op === "index" ? node.loop : null, () => report(`${name} reads the indices of two reductions`, id)),
      state: only(read, "state", node.op === "previous" ? node.state : null, () =>
        report(`${name} reads previous values of two states`, id),
      ),
    };
  }
  return found;
}

function isOfMarket({ op }: FormNode): boolean {
  return ["input", "sample", "gather", "across", "begins", "onnx", "native", "delay", "window", "anchored", "previous", "state"].includes(
    op,
  );
}

function isOfAccount({ op }: FormNode): boolean {
  return ["account", "fill", "peak", "last_fill", "at_entry"].includes(op);
}

const NO_TRADE: ReadonlySet<TradeRead> = new Set();

function tradeReads({ op }: FormNode, read: readonly Dependence[]): ReadonlySet<TradeRead> {
  const own: readonly TradeRead[] = op === "fill" || op === "peak" || op === "last_fill" || op === "at_entry" ? [op] : [];
  const all = new Set([...own, ...read.flatMap(({ trade }) => [...trade])]);
  return all.size === 0 ? NO_TRADE : all;
}

/** The one value of `key` among what is read; `several` is told of a second. */
function only(read: readonly Dependence[], key: "loop" | "state", own: number | null, several: () => void): number | null {
  const values = new Set([own, ...read.map((each) => each[key])].filter((value) => value !== null));
  if (values.size > 1) several();
  return [...values][0] ?? null;
}

function checkReads(node: FormNode, name: string, read: readonly Dependence[], report: (text: string) => void): void {
  if (node.op === "at_entry") {
    if (read.some(({ trade }) => trade.size > 0)) report("keeps what depends on a trade");
    if (read.some(({ loop }) => loop !== null)) report("is inside a reduction");
    return;
  }
  if (!isElementwise(node)) {
    if (read.some(({ account }) => account)) report("reads the account, but is not elementwise");
    if (read.some(({ state }) => state !== null))
      report("reads a previous value, but is not elementwise: it would look back inside a recursion");
  } else if (read.some(({ account }) => account) && read.some(({ loop }) => loop !== null)) report("reads the account inside a reduction");
  if (node.op === "reduce") {
    const [from, to, body] = read;
    if (from?.loop !== null || to?.loop !== null) report("has a range that reads an index");
    if (body !== undefined && body.loop !== null && body.loop !== node.loop)
      report(`reads the index of reduction ${body.loop}, not its own`);
  } else if (node.op === "delay") {
    if (read[0]?.loop !== null) report("delays what reads an index");
  } else if (!isElementwise(node) && read.some(({ loop }) => loop !== null)) report(`is inside a reduction, where ${name} has no value`);
}

/** A state's previous values are read by its own `then`s and reset, and by nothing else. */
function checkState({ graph, stateReads }: Anatomy, id: number, of: (id: number) => Dependence, report: Report): void {
  const state = graph.states[id];
  for (const node of stateReads[id] ?? []) {
    const { state: previous, loop, account } = of(node);
    if (previous !== null && previous !== id) report(`state ${id} reads the previous value of state ${previous} in node ${node}`, node);
    if (loop !== null) report(`state ${id} reads the index of a reduction in node ${node}`, node);
    if (account) report(`state ${id} reads the account in node ${node}`, node);
  }
  for (const node of [...(state?.fields.map(({ seed }) => seed) ?? []), state?.settlesIn ?? null]) {
    if (node !== null && of(node).state !== null) report(`state ${id} is seeded from its own previous value in node ${node}`, node);
  }
}
