/** Large strategies for measuring the compiler: each kind stresses another part of it, and all are without mistakes. */
import { readdirSync, readFileSync } from "node:fs";
import { parse } from "../src/syntax/parse.ts";

const LIBRARY = new URL("../stdlib/", import.meta.url);

const HEADER = [
  "strategy large",
  "trade [SPY]",
  "clock bar = 1m",
  "risk { order_value <= 60_000usd  gross_exposure <= 100% * equity  day_loss <= 3% * equity else flatten until next_session }",
  "session { entries from 15m after open to 45m before close  flatten 5m before close }",
];
const RULES = ["rule buy { when close > open enter long { size 100shares } }", "rule sell { when close < open exit buy }"];

/** Lines of a kind, each block made from its number, until the file has `lines`. */
function file(lines: number, header: readonly string[], block: (index: number) => readonly string[], rules = RULES): string {
  const body: string[] = [];
  for (let index = 0; header.length + body.length + rules.length < lines; index++) body.push(...block(index));
  return `${[...header, ...body, ...rules].join("\n")}\n`;
}

function values(index: number): readonly string[] {
  return [
    `f${index} = ema(close, ${5 + (index % 50)}) - sma(close, ${10 + (index % 80)})`,
    `g${index} = if f${index} > 0 then rsi(close, ${2 + (index % 40)}) else 50`,
    `h${index} = cross_up(f${index}, f${Math.max(0, index - 1)}) and g${index} < ${20 + (index % 60)}`,
  ];
}

function rules(index: number): readonly string[] {
  return [
    `rule buy${index} {`,
    `  when close > sma(close, ${2 + index}) and session.bar > ${1 + (index % 300)}`,
    "  enter long {",
    `    size ${1 + (index % 40)}shares`,
    "    order limit at close tif day",
    `    stop at fill * ${0.9 + (index % 90) / 1000}`,
    `    target at fill * ${1.1 + (index % 90) / 1000}`,
    "  }",
    "}",
  ];
}

function functions(index: number): readonly string[] {
  const inner = index % 4 === 0 ? "x" : `f${index - 1}(x, n)`;
  return [
    `/// Function ${index}.`,
    `fn f${index}(x: series U, n: int in 2..50): series U {`,
    `  let mean = ema(x, n + ${index % 7})`,
    `  return if x > mean then ${inner} else mean`,
    "}",
    `y${index} = f${index}(close, ${2 + (index % 40)})`,
  ];
}

const CLOCKS = ["m5 = 5m", "m15 = 15m", "hour = 1h", "day = 1d"];

function clocks(index: number): readonly string[] {
  const name = CLOCKS[index % CLOCKS.length]?.split(" ")[0] ?? "";
  return [
    `on ${name} {`,
    `  up${index} = ema(close, ${3 + (index % 30)}) > sma(close, ${5 + (index % 30)})`,
    `  top${index} = highest(high, ${2 + (index % 20)})`,
    "}",
    `turn${index} = ${name}.up${index} and close > ${name}.top${index} and ${name}.close[1] > open`,
  ];
}

function expressions(index: number): readonly string[] {
  const terms = Array.from({ length: 4 }, (_, i) => `(close - close[${1 + ((index + i) % 90)}]) * ${i + 1}`);
  return [`e${index} = ${terms.join(" + ")}`];
}

/** A call of every function of the library whose parameters a price, a whole number, a condition or a part can be. */
function libraryCalls(): readonly ((index: number) => string)[] {
  const items = readdirSync(LIBRARY).flatMap((name) => parse(readFileSync(new URL(name, LIBRARY), "utf8"), name).value?.items ?? []);
  return items.flatMap((item) => {
    if (item.kind !== "fn") return [];
    const wanted = item.parameters.filter((parameter) => parameter.default === undefined);
    const makers = wanted.map(({ type }) => {
      if (type.kind !== "scalar" || type.unit.kind !== "unitName") return undefined;
      const unit = type.unit.name.text;
      if (unit === "int") return (index: number) => String(10 + (index % 30));
      if (unit === "bool" && type.series) return () => "close > open";
      return type.series && /^[A-Z]$/.test(unit) ? () => "close" : undefined;
    });
    if (makers.includes(undefined)) return [];
    return [(index: number) => `${item.name.text}(${makers.map((make, position) => make?.(index + 10 * position)).join(", ")})`];
  });
}

function library(index: number, calls: readonly ((index: number) => string)[]): readonly string[] {
  const call = calls[index % calls.length];
  return call === undefined ? [] : [`v${index} = ${call(Math.floor(index / calls.length))}`];
}

/** What people write: parameters, comments, values a few deep, entries with stops. */
function strategy(index: number): readonly string[] {
  return [
    `// ---- idea ${index}`,
    `param length${index} = ${10 + (index % 40)} in 5..60 step 5`,
    `/// How far the price is from its mean, in average true ranges.`,
    `stretch${index} = (close - sma(close, length${index})) / atr(length${index})`,
    `trend${index}   = ema(close, length${index}) > ema(close, length${index} + 20)`,
    `entry${index}   = trend${index} and stretch${index} < -1 and volume > mean(volume, 20)  // a pullback in a trend`,
    "",
    `rule pullback${index} {`,
    `  when entry${index} and not (stretch${index} > 2)`,
    "  enter long {",
    "    risk 0.5% * equity trim",
    `    stop at fill - 2 * at_entry(atr(length${index}))`,
    `    target 1/2 at fill + 1 * at_entry(atr(length${index}))`,
    `    target at fill + 3 * at_entry(atr(length${index}))`,
    "  }",
    "}",
    `rule done${index} { when (stretch${index} > 2) ?? false  exit pullback${index} }`,
    "",
  ];
}

/** A file of each kind with about so many lines. */
export function largeFiles(lines: number): Readonly<Record<string, string>> {
  const calls = libraryCalls();
  return {
    values: file(lines, HEADER, values),
    rules: file(lines, HEADER, rules, []),
    functions: file(lines, HEADER, functions),
    clocks: file(lines, [...HEADER, ...CLOCKS.map((clock) => `clock ${clock} of bar`)], clocks),
    expressions: file(lines, HEADER, expressions),
    library: file(lines, HEADER, (index) => library(index, calls)),
    strategy: file(lines, HEADER, strategy, []),
  };
}
