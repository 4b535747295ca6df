/**
 * Random values of the language as text, each with what this file alone knows of it: its warm-up, whether it may be none, whether it forgets. That is a
 * second derivation, from the meaning of the words and not from a graph.
 */
import type { Prng } from "../../src/values/prng.ts";

/** Units, as far as the language tells them apart; `number` is an index such as RSI. */
export type Kind = "price" | "ratio" | "number" | "share" | "bool";
type NumberKind = Exclude<Kind, "bool">;

export interface Value {
  readonly text: string;
  readonly kind: Kind;
  /** Rows up to and including its first, counted as in semantics 3.2 and 6.10. */
  readonly warmup: number;
  /** It may have no value. */
  readonly maybe: boolean;
  /** Made of literals and parameters alone, so that it has no past: it is there at once, and what looks back on it too. */
  readonly fixed: boolean;
  /** No rule may read it: it never forgets where it began. */
  readonly endless: boolean;
}

export interface Writer {
  readonly random: Prng;
  /** Named so far; those on `clock` only are read. */
  readonly named: Value[];
  /** Lengths as text, with their value in the run. */
  readonly lengths: readonly (readonly [text: string, value: number])[];
  /** Which forms were written: for the coverage. */
  readonly met: Map<string, number>;
}

/** One of them. */
export function pick<T>({ random }: Pick<Writer, "random">, of: readonly T[]): T {
  return of[random.below(of.length)]!;
}

export function chance({ random }: Pick<Writer, "random">, share: number): boolean {
  return random.uniform() < share;
}

function leaf(text: string, kind: Kind, warmup = 1): Value {
  return { text, kind, warmup, maybe: false, fixed: !/[a-z]{3}/.test(text.replace(/half|size|shares|bps/g, "")), endless: false };
}

const LEAVES: readonly Value[] = [
  ...["close", "open", "high", "low", "typical_price()", "median_price()"].map((text) => leaf(text, "price")),
  leaf("true_range()", "price", 2),
  ...["(close / open)", "(high / low - 1)", "(volume / 1000shares)", "half", "3%", "25bps", "0.75"].map((text) => leaf(text, "ratio")),
  ...["session.bar", "session.weekday", "session.day_of_month", "session.days_left_in_month", "7", "size"].map((text) =>
    leaf(text, "number"),
  ),
  ...["volume", "250shares"].map((text) => leaf(text, "share")),
  ...["(close > open)", "(close == low)", "(volume > 400shares)", "(session.bar == 1)", "(session.weekday <= 3)"].map((text) =>
    leaf(text, "bool"),
  ),
];

/** Of a row, from its open to its close. */
const RETURN = leaf("(close / open)", "ratio");

const ALWAYS: Readonly<Record<Kind, string>> = { price: "close", ratio: "0.5", number: "50", share: "volume", bool: "false" };

/** Made of others: warm when all of them are, after `later` rows; `maybe` of itself or through them. */
function made(text: string, kind: Kind, parts: readonly Value[], later = 0, maybe = false): Value {
  const fixed = parts.length > 0 && parts.every((part) => part.fixed);
  return { ...overTime(text, kind, parts, fixed ? 0 : later), maybe: maybe || parts.some((part) => part.maybe), fixed };
}

/** The same through a window or a recursion, which counts rows whatever it reads. */
function overTime(text: string, kind: Kind, parts: readonly Value[], later = 0): Value {
  const warmup = Math.max(1, ...parts.map((part) => part.warmup)) + later;
  return { text, kind, warmup, maybe: parts.some((part) => part.maybe), fixed: false, endless: parts.some((part) => part.endless) };
}

/** Something that no one can know the sign of before the run. */
function varying(value: Value, otherwise: Value): Value {
  return value.fixed ? otherwise : value;
}

/** With a default where it may be none: what windows, states and exits read. */
export function certain(value: Value): Value {
  if (!value.maybe) return value;
  return { ...value, text: `(${value.text} ?? ${ALWAYS[value.kind]})`, maybe: false };
}

/** A random value of the kind, at most `depth` deep. */
export function write(writer: Writer, kind: Kind, depth: number): Value {
  const known = [...LEAVES, ...writer.named, ...writer.named].filter((value) => value.kind === kind);
  if (depth <= 0 || chance(writer, 0.15)) return pick(writer, known);
  const of = (other: Kind): Value => write(writer, other, depth - 1);
  const forms = kind === "bool" ? boolForms(writer, of) : { ...numberForms(writer, kind, of), ...SPECIAL[kind](writer, of) };
  const [name, form] = pick(writer, Object.entries(forms));
  writer.met.set(name, (writer.met.get(name) ?? 0) + 1);
  return form();
}

type Forms = Readonly<Record<string, () => Value>>;
type Part = (kind: Kind) => Value;

function boolForms(writer: Writer, of: Part): Forms {
  const pair = (): readonly [Value, Value] => {
    const kind = pick(writer, ["price", "price", "ratio", "number", "share"] as const);
    return [of(kind), of(kind)];
  };
  const both =
    (join: (a: string, b: string) => string, later = 0) =>
    () => {
      const [a, b] = pair();
      return made(join(a.text, b.text), "bool", [a, b], later);
    };
  return {
    compare: both((a, b) => `(${a} ${pick(writer, ["<", "<=", ">", ">="])} ${b})`),
    cross_up: both((a, b) => `cross_up(${a}, ${b})`, 1),
    cross_down: both((a, b) => `cross_down(${a}, ${b})`, 1),
    logic: () => {
      const [a, b] = [of("bool"), of("bool")];
      return made(`(${a.text} ${pick(writer, ["and", "or"])} ${b.text})`, "bool", [a, b]);
    },
    not: () => {
      const a = of("bool");
      return made(`(not ${a.text})`, "bool", [a]);
    },
    any: () => {
      const [c, [n, length]] = [certain(of("bool")), pick(writer, writer.lengths)];
      return overTime(`any(${c.text}, ${n})`, "bool", [c], length - 1);
    },
    delayed: () => delayed(writer, of("bool")),
    default: () => defaulted(of("bool"), of("bool")),
  };
}

function delayed(writer: Writer, x: Value): Value {
  const [n, length] = pick(writer, [...writer.lengths, ["1", 1] as const]);
  return made(`${x.text.startsWith("-") ? `(${x.text})` : x.text}[${n}]`, x.kind, [x], length);
}

/** A default that can never be needed is not read. */
function defaulted(x: Value, y: Value): Value {
  if (!x.maybe) return x;
  return { ...made(`(${x.text} ?? ${y.text})`, x.kind, [x, y]), maybe: y.maybe };
}

function numberForms(writer: Writer, kind: NumberKind, of: Part): Forms {
  const one = (): Value => of(kind);
  const sure = (): Value => certain(of(kind));
  const n = () => pick(writer, writer.lengths);
  const windowed =
    (fn: string, extra = "") =>
    () => {
      const [x, [text, length]] = [sure(), n()];
      return (fn === "wma" ? made : overTime)(`${fn}(${x.text}, ${text}${extra})`, kind, [x], length - 1);
    };
  return {
    arithmetic: () => {
      const [a, b] = [one(), one()];
      return made(`(${a.text} ${pick(writer, ["+", "-"])} ${b.text})`, kind, [a, b]);
    },
    scaled: () => {
      const [a, b] = [one(), of("ratio")];
      return made(`(${a.text} * ${b.text})`, kind, [a, b]);
    },
    divided: () => {
      const [a, b] = [one(), varying(of("ratio"), RETURN)];
      return made(`(${a.text} / (${b.text} - 0.9))`, kind, [a, b], 0, true);
    },
    minmax: () => {
      const [a, b] = [one(), one()];
      return made(`${pick(writer, ["min", "max"])}(${a.text}, ${b.text})`, kind, [a, b]);
    },
    abs: () => {
      const a = one();
      return made(`abs(${a.text})`, kind, [a]);
    },
    if: () => {
      const [c, a, b] = [of("bool"), one(), one()];
      return made(`(if ${c.text} then ${a.text} else ${b.text})`, kind, [c, a, b]);
    },
    default: () => defaulted(one(), one()),
    delayed: () => delayed(writer, one()),
    sum: windowed("sum"),
    mean: windowed("mean"),
    highest: windowed("highest"),
    lowest: windowed("lowest"),
    stdev: windowed("stdev"),
    wma: windowed("wma"),
    ema: windowed("ema"),
    rma: windowed("rma"),
    quantile: windowed("quantile", `, ${pick(writer, ["0.5", "0.3", "1"])}`),
    smoothed: windowed("smoothed"),
    since_session: () => {
      const x = sure();
      return overTime(`${pick(writer, ["sum", "mean", "highest", "lowest"])}(${x.text}, since: session)`, kind, [x]);
    },
    since_condition: () => {
      const [x, c] = [sure(), certain(of("bool"))];
      return { ...overTime(`${pick(writer, ["mean", "lowest"])}(${x.text}, since: ${c.text})`, kind, [x, c]), maybe: true };
    },
    reduction: () => {
      const [x, last] = [sure(), pick(writer, [1, 2, 4])];
      return made(`${pick(writer, ["sum", "mean", "max"])}(i in 0..${last}: ${x.text}[i] * (i + 1))`, kind, [x], last);
    },
  };
}

const SPECIAL: Readonly<Record<NumberKind, (writer: Writer, of: Part) => Forms>> = {
  price: (writer, of) => ({
    atr: () => {
      const [n, length] = pick(writer, writer.lengths);
      return made(`atr(${n})`, "price", [], length);
    },
    bollinger: () => {
      const [x, [n, length]] = [certain(of("price")), pick(writer, writer.lengths)];
      return overTime(`bollinger(${x.text}, ${n}, 2).${pick(writer, ["lower", "upper"])}`, "price", [x], length - 1);
    },
    macd: () => {
      const x = certain(of("price"));
      return pick(writer, [
        () => overTime(`macd(${x.text}, 2, 5, 3).line`, "price", [x], 4),
        () => overTime(`macd(${x.text}, 2, 5, 3).histogram`, "price", [x], 6),
      ])();
    },
    vwap: () => made("vwap(since: session)", "price", [], 0, true),
  }),
  ratio: (_, of) => ({
    quotient: () => {
      const [a, b] = [of("price"), of("price")];
      return made(`(${a.text} / (${b.text} - open))`, "ratio", [a, b], 0, true);
    },
    roc: () => {
      const x = of("price");
      return made(`roc(${x.text}, 2)`, "ratio", [x], 2, true);
    },
    log_return: () => made("log_return(close)", "ratio", [], 1),
    root: () => {
      const x = varying(of("ratio"), RETURN);
      return made(`sqrt(${x.text} - 0.9)`, "ratio", [x], 0, true);
    },
    exp: () => {
      const x = of("ratio");
      return made(`exp(clamp(${x.text}, -2, 2))`, "ratio", [x]);
    },
    square: () => {
      const x = of("ratio");
      return made(`square(clamp(${x.text}, -9, 9))`, "ratio", [x]);
    },
  }),
  number: (writer, of) => ({
    rsi: () => {
      const [x, [n, length]] = [certain(of("price")), pick(writer, writer.lengths)];
      return overTime(`rsi(${x.text}, ${n})`, "number", [x], length);
    },
    stoch: () => made("stoch(4, 2, 3).k", "number", [], 4),
    count: () => {
      const [c, [n, length]] = [certain(of("bool")), pick(writer, writer.lengths)];
      return overTime(`count(${c.text}, ${n})`, "number", [c], length - 1);
    },
    count_since: () => {
      const c = certain(of("bool"));
      return overTime(`count(${c.text}, since: session)`, "number", [c]);
    },
    mod: () => {
      const x = of("number");
      return made(`mod(${x.text}, 5)`, "number", [x]);
    },
  }),
  share: () => ({ obv: () => ({ ...made("obv()", "share", [], 1), endless: true }) }),
};

/** A recursion `name`: weighted means, extremes and a machine of two fields. */
export function recursion(writer: Writer, name: string): { readonly line: string; readonly value: Value } {
  const kind = pick(writer, ["price", "ratio", "number"] as const);
  const [seed, x, c] = [certain(write(writer, kind, 1)), certain(write(writer, kind, 1)), certain(write(writer, "bool", 1))];
  const past = `prev(${name})`;
  const [form, then, parts, ending] = pick(writer, [
    ["rec weighted", `${past} + half * (${x.text} - ${past})`, [x], ""],
    ["rec divided", `${past} + (${x.text} - ${past}) / size`, [x], ""],
    ["rec reset", `max(${past}, ${x.text})`, [x, c], ` reset when ${c.text} settles in 50bars`],
    ["rec choice", `if ${c.text} then ${past} * 0.5 + ${x.text} * 0.5 else ${x.text}`, [x, c], ""],
    ["rec bounded", `clamp(${past} * -1 + ${x.text}, ${x.text} * 0.5, ${x.text} * 2)`, [x], " settles in 60bars"],
  ] as const);
  writer.met.set(form, (writer.met.get(form) ?? 0) + 1);
  const warmup = Math.max(seed.warmup, ...parts.map((part) => part.warmup - 1));
  const endless = [seed, x, c].some((part) => part.endless);
  return {
    line: `rec ${name} = seed ${seed.text} then ${then}${ending}`,
    value: { text: name, kind, warmup, maybe: false, fixed: false, endless },
  };
}
