/** The backtest report for people: one screen, aligned, the result beside buy-and-hold, what went wrong flagged, every assumption in words. */

import type { Graph } from "../graph/nodes.ts";
import { firstClock } from "../graph/traverse.ts";
import { DAY } from "../market/calendars.ts";
import type { BacktestOutcome } from "../run/outcome.ts";
import { exposurePercent } from "./metrics.ts";
import type { Report } from "./report.ts";
import { figure, grouped, isoText, money, signedMoney, signedPercent, timeText } from "./text.ts";

type Paint = (text: string) => string;

interface Palette {
  readonly bold: Paint;
  readonly faint: Paint;
  readonly good: Paint;
  readonly bad: Paint;
  readonly alert: Paint;
}

/** A label, its value, and how the value is painted. */
type Cell = readonly [label: string, value: string, paint?: Paint];

const SYMBOLS_NAMED = 8;
const SYMBOLS_LISTED = 12;
const CELL_COLUMNS = [13, 15] as const;

/** The report as text that ends with a line feed. */
export function consoleReport(report: Report, colour: boolean): string {
  const palette = paletteOf(colour);
  const blocks = [
    header(report, palette),
    result(report, palette),
    riskAndTrades(report),
    symbols(report, palette),
    rules(report, palette),
  ];
  blocks.push(troubles(report, palette), assumptions(report, palette), footer(report, palette));
  return `${blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join("\n"))
    .join("\n\n")}\n`;
}

function paletteOf(colour: boolean): Palette {
  const paint =
    (code: string): Paint =>
    (text) =>
      colour ? `\u001b[${code}m${text}\u001b[0m` : text;
  return { bold: paint("1"), faint: paint("2"), good: paint("32"), bad: paint("31"), alert: paint("1;33") };
}

function header(report: Report, { bold, faint }: Palette): string[] {
  const { graph, outcome } = report;
  const daily = firstClock(graph).width === DAY;
  const [from = "", to = ""] = [outcome.from, outcome.to].map((time) => (daily ? isoText(time).slice(0, 10) : timeText(time)));
  const settings = graph.parameters.map((parameter, index) => `${parameter.name} = ${report.parameters[index] ?? parameter.default}`);
  const lines = [
    `${bold(graph.strategy)} on ${bold(symbolNames(graph))}   ${from} to ${to}   ${grouped(String(outcome.bars))} bars`,
    faint(`graph ${short(report.graphHash)}   ${dataText(report.dataHashes)}   run ${short(outcome.hash)}`),
  ];
  return settings.length === 0 ? lines : [...lines, faint(settings.join("   "))];
}

/** The first few of many. */
function symbolNames({ symbols }: Graph): string {
  const names = symbols.slice(0, SYMBOLS_NAMED).map(({ name }) => name);
  return symbols.length > SYMBOLS_NAMED ? `${names.join(", ")} and ${symbols.length - SYMBOLS_NAMED} more` : names.join(", ");
}

function dataText(hashes: readonly string[]): string {
  return hashes.length === 1 ? `data ${short(hashes[0] ?? "")}` : `${hashes.length} datasets`;
}

function short(hash: string): string {
  return hash.slice(0, 12);
}

function result({ outcome, metrics }: Report, palette: Palette): string[] {
  const signed = (value: number | null): Paint => (value === null || value === 0 ? (text) => text : value > 0 ? palette.good : palette.bad);
  const tone = signed(metrics.returnPercent);
  return [
    row(
      ["Final equity", money(outcome.end.final_equity), palette.bold],
      ["Net profit", signedMoney(metrics.netProfit), tone],
      ["CAGR", signedPercent(metrics.cagrPercent)],
    ),
    row(
      ["Return", signedPercent(metrics.returnPercent), tone],
      ["Buy and hold", signedPercent(metrics.buyAndHoldPercent)],
      ["Difference", metrics.buyAndHoldPercent === null ? "–" : signedPercent(metrics.returnPercent - metrics.buyAndHoldPercent)],
    ),
  ];
}

function riskAndTrades({ outcome, metrics }: Report): string[] {
  const { end } = outcome;
  const percent = (value: number | null): string => (value === null ? "–" : `${figure(value, 2)}%`);
  return [
    row(
      ["Max drawdown", percent(metrics.maxDrawdownPercent)],
      ["Sharpe", figure(metrics.sharpe, 2)],
      ["Sortino", figure(metrics.sortino, 2)],
    ),
    row(["Exposure", percent(metrics.exposurePercent)], ["Fees", money(end.fees)], ["Slippage", money(outcome.slippage)]),
    "",
    row(
      ["Round trips", grouped(String(end.round_trips))],
      ["Win rate", percent(metrics.winRatePercent)],
      ["Profit factor", figure(metrics.profitFactor, 2)],
    ),
    row(
      ["Average", figure(metrics.averageProfit, 2)],
      ["Best", metrics.largestWin === null ? "–" : money(metrics.largestWin)],
      ["Worst", metrics.largestLoss === null ? "–" : money(metrics.largestLoss)],
    ),
    row(["Orders", grouped(String(end.orders))], ["Fills", grouped(String(end.fills))], ["Bars held", figure(metrics.averageBarsHeld, 1)]),
  ];
}

function row(...cells: readonly Cell[]): string {
  const [labelColumns, valueColumns] = CELL_COLUMNS;
  return cells
    .map(
      ([label, value, paint = (text: string) => text]) =>
        `${label.padEnd(labelColumns)}${" ".repeat(Math.max(0, valueColumns - value.length))}${paint(value)}`,
    )
    .join("    ");
}

/** A line for each symbol where there are several, those that moved the account most before all others. */
function symbols({ outcome }: Report, { faint }: Palette): string[] {
  if (outcome.symbols.length < 2) return [];
  const moved = outcome.symbols.toSorted((a, b) => Math.abs(Number(b.profit)) - Math.abs(Number(a.profit)));
  const shown = moved.slice(0, SYMBOLS_LISTED);
  const columns = Math.max(...shown.map(({ symbol }) => symbol.length));
  const lines = shown.map((one) => {
    const profit = signedMoney(one.profit).padStart(15);
    const exposure = exposurePercent(one);
    const held = `${exposure === null ? "–" : `${figure(exposure, 1)}%`} held`.padStart(13);
    return `${one.symbol.padEnd(columns)}${profit}${`${grouped(String(one.roundTrips))} round trips`.padStart(22)}${held}`;
  });
  return moved.length > shown.length ? [...lines, faint(`and ${moved.length - shown.length} more symbols (--json has all)`)] : lines;
}

function rules({ outcome }: Report, { alert, faint }: Palette): string[] {
  const firings = Object.entries(outcome.firings);
  if (firings.length === 0) return [];
  const columns = Math.max(...firings.map(([name]) => name.length));
  const silence = wasAsked(outcome) ? "never fired" : "never asked";
  return firings.map(([name, times]) => {
    const count = grouped(String(times)).padStart(9);
    return `${faint("rule")} ${name.padEnd(columns)} ${times === 0 ? alert(`${count}   ${silence}`) : `${count}   fired`}`;
  });
}

function troubles({ outcome, rejections, halts }: Report, { alert }: Palette): string[] {
  const lines: string[] = [];
  if (outcome.end.rejected > 0) {
    const reasons = rejections.map(({ check, orders }) => `${check} ${grouped(String(orders))}`).join(", ");
    lines.push(`${alert(`${times(outcome.end.rejected, "order", "orders")} rejected`)}: ${reasons}`);
  }
  for (const halt of halts) {
    const often = halt.times === 1 ? "once" : times(halt.times, "time", "times");
    lines.push(`${alert(`${halt.limit} halted trading ${often}`)} (${halt.action}), first at ${halt.first}`);
  }
  if (!wasAsked(outcome)) lines.push(alert(unaskedText(outcome)));
  else if (outcome.end.fills === 0) lines.push(alert("this strategy never traded"));
  return lines;
}

/** Whether there was a row with decisions. */
function wasAsked({ symbols }: BacktestOutcome): boolean {
  return symbols.some(({ start }) => start !== null);
}

function unaskedText({ startRow, bars }: BacktestOutcome): string {
  const ready = startRow === null ? "they need more bars before they exist" : `they exist from bar ${grouped(String(startRow + 1))} on`;
  return `no rule was ever asked: ${ready}, and the data has ${grouped(String(bars))}; begin earlier, or give more data`;
}

function times(count: number, one: string, many: string): string {
  return `${grouped(String(count))} ${count === 1 ? one : many}`;
}

function assumptions({ assumptions: { sentences, optimistic } }: Report, { alert, faint }: Palette): string[] {
  const [fill = "", ...others] = sentences;
  const painted = [optimistic ? alert(fill) : faint(fill), ...others.map((sentence) => faint(sentence))];
  return ["Assumes", ...painted.map((sentence) => `  ${sentence}`)];
}

function footer({ outcome, seconds }: Report, { faint }: Palette): string[] {
  const rate = seconds > 0 ? `, ${grouped(String(Math.round(outcome.bars / seconds)))} bars/s` : "";
  return [faint(`${figure(seconds, 3)} s${rate}`)];
}
