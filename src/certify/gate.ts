/** The first promise: no order goes around a limit. Which limits a graph with opening orders must have, and that each of them can act. */
import type { FormGraph, FormOrder, FormRule, RiskLine } from "./form.ts";
import { orderPlaces } from "./places.ts";
import type { Report } from "./problem.ts";

/** Every order place's conditions, from the data. */
export function checkGate(graph: FormGraph, report: Report): void {
  const opening = orderPlaces(graph).filter(({ opens }) => opens);
  const [first] = opening;
  if (first !== undefined) {
    const declared = new Set<string>(graph.risk.map(({ measure }) => measure));
    const path = `an unguarded path: the ${first.what} can open a position`;
    if (!graph.risk.some(({ measure, monitor }) => measure === "order_value" && monitor === null))
      report(`${path} and no order_value limits it`);
    if (!declared.has("day_loss") && !declared.has("drawdown")) report(`${path} and neither day_loss nor drawdown stops it`);
  }
  graph.risk.forEach((line, index) => {
    checkLine(graph, line, `risk line ${index + 1} (${line.measure})`, report);
  });
  for (const rule of graph.rules) checkRule(graph, rule, report);
}

/** The limit is of a kind that the measure has, and what watches it watches just that. */
function checkLine(graph: FormGraph, line: RiskLine, what: string, report: Report): void {
  const { measure, limit, monitor } = line;
  const isCount = measure === "open_positions" || measure === "open_trades";
  if ((measure === "order_rate") !== (limit.kind === "rate")) report(`${what} has a limit of kind ${limit.kind}`);
  if ((measure === "drawdown" || measure === "drift" || isCount) && limit.kind !== "constant")
    report(`${what} is limited by a constant, not a ${limit.kind}`);
  if (measure === "drawdown" && limit.kind === "constant" && !(Number(limit.value) > 0 && Number(limit.value) < 1))
    report(`${what} at ${limit.value} limits nothing: a drawdown lies between 0 and 1`);
  if (measure === "day_loss" && limit.kind === "ratio" && !(Number(limit.ratio) > 0 && Number(limit.ratio) < 1))
    report(`${what} at ${limit.ratio} × ${limit.of} limits nothing: a day's loss lies below the whole account`);
  if (measure === "feed_age" && !isTime(limit)) report(`${what} is limited by a time: whole microseconds above 0`);
  if (measure === "drift" && monitor === null) report(`${what} watches nothing: it has no \`else\``);
  if (monitor === null) return;
  if ((measure === "feed_age") !== (monitor.until === "recovered")) report(`${what} does not end when what it watches does`);
  if (measure === "feed_age") {
    if (!isConstant(graph, monitor.excess, false)) report(`${what} can fire without a feed`, monitor.excess);
  } else if (measure !== "day_loss" && measure !== "drawdown" && measure !== "drift")
    report(`${what} rejects orders and watches nothing, but has an \`else\``);
  else if (!watches(graph, line, monitor.excess))
    report(`${what} does not fire where the limit is exceeded: its condition is not \`limit < ${measure}\``, monitor.excess);
}

/** Whether a node is `limit < day_loss`, `limit < drawdown` or `limit < drift`, as semantics 4.5, 4.7 and 15.9 define them. */
function watches(graph: FormGraph, { measure, limit }: RiskLine, excess: number): boolean {
  const node = graph.nodes[excess];
  if (node?.op !== "binary" || node.fn !== "lt") return false;
  const right =
    limit.kind === "constant"
      ? isConstant(graph, node.a, Number(limit.value))
      : limit.kind === "ratio" && isPart(graph, node.a, Number(limit.ratio), limit.of);
  const left = graph.nodes[node.b];
  if (right && measure === "drift") return isDrift(graph, node.b);
  if (!right || left?.op !== "binary" || left.fn !== "sub") return false;
  if (measure === "day_loss") return isAccount(graph, left.a, "day_start_equity") && isAccount(graph, left.b, "equity");
  return isConstant(graph, left.a, 1) && isShareOfPeak(graph, left.b);
}

const DRIFT_ROWS = 100;

/** The largest of |mean of an input − m| ÷ d, of every input of every model; what does not change is a constant. */
function isDrift(graph: FormGraph, id: number): boolean {
  const measured = new Set<number>();
  const isLargest = (place: number): boolean => {
    const node = graph.nodes[place];
    if (node?.op === "constant") return true;
    if (node?.op === "binary" && node.fn === "max") return isLargest(node.a) && isLargest(node.b);
    const input = driftingInput(graph, place);
    if (input !== null) measured.add(input);
    return input !== null;
  };
  const inputs = graph.nodes.flatMap((node) => (node.op === "onnx" || node.op === "native" ? node.inputs : []));
  return isLargest(id) && inputs.every((input) => measured.has(input) || graph.nodes[input]?.op === "constant");
}

/** x of |mean(x, 100) − m| ÷ d, d above 0. */
function driftingInput({ nodes }: FormGraph, id: number): number | null {
  const share = nodes[id];
  if (share?.op !== "binary" || share.fn !== "div") return null;
  const [distance, deviation] = [nodes[share.a], nodes[share.b]];
  if (distance?.op !== "unary" || distance.fn !== "abs" || deviation?.op !== "constant" || !(Number(deviation.value) > 0)) return null;
  const difference = nodes[distance.x];
  if (difference?.op !== "binary" || difference.fn !== "sub" || nodes[difference.b]?.op !== "constant") return null;
  const mean = nodes[difference.a];
  const isMean = mean?.op === "window" && mean.fn === "mean" && mean.max === DRIFT_ROWS;
  const length = isMean ? nodes[mean.length] : undefined;
  return isMean && length?.op === "constant" && length.value === DRIFT_ROWS ? mean.x : null;
}

/** equity ÷ its peak; 0 where there is none. */
function isShareOfPeak(graph: FormGraph, id: number): boolean {
  const node = graph.nodes[id];
  const share = node?.op === "default" && isConstant(graph, node.fallback, 0) ? graph.nodes[node.x] : node;
  return share?.op === "binary" && share.fn === "div" && isAccount(graph, share.a, "equity") && isAccount(graph, share.b, "equity_peak");
}

/** Whether a node is `ratio × field` of the account. */
function isPart(graph: FormGraph, id: number, ratio: number, field: string): boolean {
  const node = graph.nodes[id];
  if (node?.op !== "binary" || node.fn !== "mul") return false;
  const [a, b] = isConstant(graph, node.a, ratio) ? [node.a, node.b] : [node.b, node.a];
  return isConstant(graph, a, ratio) && isAccount(graph, b, field);
}

function isTime(limit: RiskLine["limit"]): boolean {
  return limit.kind === "constant" && Number.isSafeInteger(Number(limit.value)) && Number(limit.value) > 0;
}

function isConstant(graph: FormGraph, id: number, value: number | boolean): boolean {
  const node = graph.nodes[id];
  return node?.op === "constant" && node.value === value;
}

function isAccount(graph: FormGraph, id: number, field: string): boolean {
  const node = graph.nodes[id];
  return node?.op === "account" && node.field === field;
}

function checkRule(graph: FormGraph, rule: FormRule, report: Report): void {
  if (rule.kind === "enter" || rule.kind === "exit") checkOrder(rule.name, rule.order, report);
  if (rule.kind === "exit" && graph.rules[rule.trade]?.kind !== "enter")
    report(`rule \`${rule.name}\` exits rule ${rule.trade}, which does not enter`);
  if (rule.kind === "enter") {
    const parts = rule.targets.map(({ part }) => part ?? 0);
    if (parts.some((part) => part < 0 || part > 1) || parts.reduce((sum, part) => sum + part, 0) > 1 + 1e-9)
      report(`the targets of rule \`${rule.name}\` sell more than is held`);
    if (rule.size.kind === "risk" && rule.stop === null && rule.trail === null)
      report(`rule \`${rule.name}\` is sized by the loss at a stop and has none`);
  }
  if (rule.kind === "legs") {
    const symbols = rule.legs.map(({ symbol }) => symbol);
    if (new Set(symbols).size < symbols.length) report(`two legs of rule \`${rule.name}\` are of one symbol`);
    if (symbols.some((symbol) => graph.symbols[symbol]?.trades !== true))
      report(`a leg of rule \`${rule.name}\` is of a symbol that is not traded`);
  }
}

/** An order that waits for its price works for more than a moment. */
function checkOrder(name: string, { type, tif }: FormOrder, report: Report): void {
  const waits = type === "stop" || type === "stop_limit";
  if (waits && tif.kind !== "day" && tif.kind !== "gtc" && !("count" in tif))
    report(`rule \`${name}\` has a ${type} order with tif ${tif.kind}`);
}
