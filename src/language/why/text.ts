/** An answer for people: the sentence, the account, then each rule with its condition part by part. */

import { grouped, money } from "../../report/text.ts";
import type { OrderRecord, RunRecord } from "../../run/outcome.ts";
import type { Answer, RuleAnswer } from "./answer.ts";
import type { Condition } from "./conditions.ts";
import { orderText } from "./reasons.ts";

export function answerText(answer: Answer): string {
  const { strategy, time, verdict, cash, equity, halts } = answer;
  const several = answer.symbols.filter(({ position }) => position !== null).length > 1;
  const account = `Account: cash ${money(cash)}, equity ${money(equity)}`;
  const halted = halts.map(({ measure, action, until }) => `  \`${measure}\` halts: ${action} until ${until.replace("_", " ")}`);
  const parts = [
    [verdict],
    [`${strategy} at ${time}`, `  ${account}`, ...halted, ...answer.symbols.flatMap(symbolLines)],
    ...answer.rules.map((rule) => ruleLines(rule, several)),
    ...(answer.records.length === 0 ? [] : [["Also at this row", ...answer.records.map((record) => `  ${recordText(record)}`)]]),
  ];
  return `${parts.map((lines) => lines.join("\n")).join("\n\n")}\n`;
}

function symbolLines({ symbol, bar, position, working }: Answer["symbols"][number]): readonly string[] {
  const row = bar === null || bar.row === null ? "" : `row ${grouped(String(bar.row))}, `;
  const prices = bar === null ? "no row here" : `${row}open ${bar.open} high ${bar.high} low ${bar.low} close ${bar.close}`;
  const held = position === null ? "only read" : Number(position) === 0 ? "nothing held" : `${grouped(position)} held`;
  const orders = working.map(({ id, rule, kind, side, quantity, type, price }) => {
    return `    order ${id} works: ${kind} of ${rule}, ${side} ${grouped(quantity)}, ${type}${price === null ? "" : ` at ${price}`}`;
  });
  return [`  ${symbol}: ${prices}; ${held}${position === null || working.length > 0 ? "" : ", no order works"}`, ...orders];
}

function ruleLines({ rule, symbol, line, reason, conditions, orders }: RuleAnswer, several: boolean): readonly string[] {
  const place = line === null ? "" : `, line ${line}`;
  const rows = conditions.flatMap((condition) => conditionRows(condition, line, "  "));
  const width = Math.max(0, ...rows.map(({ text }) => text.length));
  return [
    `${rule}${several && symbol !== null ? ` · ${symbol}` : ""}${place}: ${reason}`,
    ...rows.map(({ mark, text, values }) => `  ${mark.padEnd(4)}${values === "" ? text : `${text.padEnd(width)}  ${values}`}`),
    ...orders.map((order) => `  order ${order.id}: ${orderVerdict(order)}`),
  ];
}

function orderVerdict(order: OrderRecord): string {
  return `${orderText(order)}, ${order.status}${order.reasons.length === 0 ? "" : ` (${order.reasons.join(", ")})`}`;
}

interface Row {
  readonly mark: "yes" | "NO" | "none" | "?";
  readonly text: string;
  readonly values: string;
}

/** A part with those below it, each further in; where it is written, unless that is the line of what it is part of. */
function conditionRows({ text, line, held, values, joins, parts }: Condition, above: number | null, indent: string): readonly Row[] {
  const mark = held === undefined ? "?" : held === null ? "none" : held ? "yes" : "NO";
  const place = line === null || line === above ? "" : `  (line ${line})`;
  const own: Row = { mark, text: `${indent}${text}${place}`, values };
  const isWhole = joins === "and" && indent === "  ";
  const below = parts.flatMap((part) => conditionRows(part, line, isWhole ? indent : `${indent}  `));
  return isWhole && below.length > 0 ? below : [own, ...below];
}

function recordText(record: RunRecord): string {
  switch (record.event) {
    case "order":
      return `order ${record.id}: ${record.kind} of ${record.rule}, ${orderVerdict(record)}`;
    case "fill":
      return `order ${record.order} filled: ${record.side} ${grouped(record.quantity)} ${record.symbol} at ${record.price}, fee ${record.fee}`;
    case "cancel":
      return `order ${record.order} was cancelled`;
    case "expire":
      return `order ${record.order} expired`;
    case "resize":
    case "rescale":
      return `order ${record.order} is for ${grouped(record.quantity)} from now on`;
    case "halt":
      return `\`${record.limit}\` was exceeded: ${record.action}`;
    case "borrow":
    case "cash_in_lieu":
    case "dividend":
      return `${record.symbol}: ${record.event.replaceAll("_", " ")} of ${record.amount}`;
    case "split":
      return `${record.symbol}: split, ${record.shares} for ${record.per}`;
    case "end":
      return "the run ended";
  }
}
