/** Random values of the language as text, one a line, units kept right: what the checker knows of them is then compared with what they are. */
import fc from "fast-check";

type Kind = "price" | "ratio" | "index" | "share" | "bool";

/** Draws one of the alternatives, so that a whole file comes from one stream of numbers that fast-check can shrink. */
type Draw = <T>(alternatives: readonly T[]) => T;

interface Maker {
  readonly draw: Draw;
  readonly names: ReadonlyMap<Kind, readonly string[]>;
  /** Names of the recursion or reduction around, which are read like values of this kind. */
  readonly around: readonly { readonly kind: Kind; readonly text: string }[];
}

const LEAVES: Readonly<Record<Kind, readonly string[]>> = {
  price: ["close", "open", "high", "low", "0", "(2usd / 1share)", "(-0.1usd / 1share)"],
  ratio: ["0", "1", "0.1", "(-2)", "50%", "half", "(close / open)", "(close / open - 1)", "(high / low - 1)", "(volume / 1000shares)"],
  index: ["0", "1", "(-1)", "0.1", "100", "size", "session.bar", "session.weekday", "session.days_left_in_month"],
  share: ["volume", "0", "100shares", "0.3shares"],
  bool: ["(close > open)", "(close == low)", "(volume == 0)", "(session.bar == 1)", "true", "(open < close[1])"],
};

const LENGTHS = ["1", "2", "3", "5", "size", "size + 1"];
const WEIGHTS = ["0.5", "0.1", "1", "half", "2 / (size + 1)"];

/** What may stand for a number of the kind, from what stands for its parts. */
function numberForms(kind: Exclude<Kind, "bool">, maker: Maker, depth: number): readonly (() => string)[] {
  const one = (of: Kind = kind) => expression(of, maker, depth - 1);
  const n = () => maker.draw(LENGTHS);
  const fallback = () => (maker.draw([true, false]) ? one() : maker.draw(LEAVES[kind]));
  const present = () => `(${one()} ?? ${maker.draw(LEAVES[kind])})`;
  return [
    () => `(${one()} + ${one()})`,
    () => `(${one()} - ${one()})`,
    () => `(${one()} * ${one("ratio")})`,
    () => `(${one()} / ${one(maker.draw(["ratio", "index"]))})`,
    () => `-${one()}`,
    () => `abs(${one()})`,
    () => `min(${one()}, ${one()})`,
    () => `max(${one()}, ${one()}, ${one()})`,
    () => `clamp(${one()}, ${one()}, ${one()})`,
    () => `mod(${one()}, ${one()})`,
    () => `floor(${one()})`,
    () => `sqrt(square(${one()}))`,
    () => `sqrt(variance(${present()}, ${n()}))`,
    () => `(if ${one("bool")} then ${one()} else ${one()})`,
    () => guarded(maker, one),
    () => `(${one()} ?? ${fallback()})`,
    () => `${one()}[${maker.draw(["0", "1", "2", "size"])}]`,
    () => `${maker.draw(["sum", "mean", "highest", "lowest"])}(${present()}, ${n()})`,
    () => `quantile(${present()}, ${n()}, ${maker.draw(["0", "0.3", "1", "half"])})`,
    () => `${maker.draw(["sum", "mean", "highest"])}(${present()}, since: ${maker.draw(["session", "close > open"])})`,
    () => `${maker.draw(["sum", "mean", "min", "max"])}(i in 0..${maker.draw(["0", "2", "size"])}: ${present()}[i] * (i + 1))`,
    () => `${maker.draw(["ema", "rma", "sma"])}(${present()}, ${n()})`,
  ];
}

/** A value that is read where a condition about it holds. */
function guarded(maker: Maker, one: () => string): string {
  const [a, b] = [one(), one()];
  const test = maker.draw([`${b} > 0`, `${b} != 0`, `0 < ${b}`, `not (${b} <= 0)`, `${b} > 0 and ${a} > 0`, `${b} == 0`]);
  return `(if ${test} then ${a} * ${maker.draw([`(${b} / ${b})`, `(${a} / ${b})`])} else ${maker.draw(["0", a])})`;
}

function specialForms(kind: Kind, maker: Maker, depth: number): readonly (() => string)[] {
  const one = (of: Kind) => expression(of, maker, depth - 1);
  const units = () => maker.draw(["price", "share", "ratio", "index"] as const);
  const sameUnits = (join: (a: string, b: string) => string) => () => {
    const kindOfBoth = units();
    return join(one(kindOfBoth), one(kindOfBoth));
  };
  switch (kind) {
    case "bool":
      return [
        sameUnits((a, b) => `(${a} ${maker.draw(["<", "<=", ">", ">=", "==", "!="])} ${b})`),
        () => `(${one("bool")} and ${one("bool")})`,
        () => `(${one("bool")} or ${one("bool")})`,
        () => `(not ${one("bool")})`,
        () => `(${one("bool")} ?? ${one("bool")})`,
        sameUnits((a, b) => `cross_up(${a}, ${b})`),
      ];
    case "ratio":
      return [
        sameUnits((a, b) => `(${a} / ${b} * 100%)`),
        () => `sqrt(${one("ratio")})`,
        () => `log(${one("ratio")})`,
        () => `exp(${one("ratio")})`,
        () => `pow(${one("ratio")}, ${maker.draw(["0", "1", "2", "3", "-1", "-2"])})`,
        () => `pow(${one("ratio")}, ${maker.draw(["0.5", "half"])})`,
      ];
    case "index":
      return [
        () => `rsi(${one("price")} ?? close, ${maker.draw(["2", "3"])})`,
        () => `stoch(${maker.draw(LENGTHS)}, 2, 2).${maker.draw(["k", "d"])}`,
        () => `count((${one("bool")} ?? false), ${maker.draw(LENGTHS)})`,
        () => `(${one("index")} * ${one("index")})`,
        () => `pow(${one("index")}, ${maker.draw(["2", "3", "-1"])})`,
      ];
    case "price":
      return [() => "true_range()", () => "atr(3)", () => "stdev(close, 3)", () => `bollinger(${one("price")} ?? close, 3, 2).upper`];
    case "share":
      return [() => "obv()"];
  }
}

function expression(kind: Kind, maker: Maker, depth: number): string {
  const leaves = [
    ...LEAVES[kind],
    ...(maker.names.get(kind) ?? []),
    ...(maker.names.get(kind) ?? []),
    ...maker.around.filter((value) => value.kind === kind).map((value) => value.text),
  ];
  if (depth <= 0) return maker.draw(leaves);
  const special = specialForms(kind, maker, depth);
  const forms = kind === "bool" ? special : [...numberForms(kind, maker, depth), ...special, ...special];
  return maker.draw([() => maker.draw(leaves), ...forms])();
}

/** A recursion, with every spelling of a weighted mean and some that are none. */
function recursion(name: string, kind: Exclude<Kind, "bool">, maker: Maker): string {
  const past = `prev(${name})`;
  const inside = { ...maker, around: [...maker.around, { kind, text: past }] };
  const x = `(${expression(kind, maker, 1)} ?? ${maker.draw(LEAVES[kind])})`;
  const k = maker.draw(WEIGHTS);
  const then = maker.draw([
    `${past} + ${k} * (${x} - ${past})`,
    `${past} + (${x} - ${past}) / size`,
    `${k} * ${x} + (1 - ${k}) * ${past}`,
    `max(${past}, ${x})`,
    `(${expression(kind, inside, 2)} ?? 0)`,
  ]);
  const seed = `(${expression(kind, maker, 1)} ?? ${maker.draw(LEAVES[kind])})`;
  return `rec ${name} = seed ${seed} then ${then} ${maker.draw(["", "reset when session.bar == 1 "])}settles in 50bars`;
}

/** The top-level values of a file, `v0` and on, each reading those before it. */
function valueLines(draw: Draw, count: number): readonly string[] {
  const names = new Map<Kind, string[]>();
  return Array.from({ length: count }, (_, index) => {
    const kind = draw(["price", "ratio", "index", "share", "bool", "ratio"] as const);
    const maker: Maker = { draw, names, around: [] };
    const name = `v${index}`;
    const isRecursion = kind !== "bool" && draw([true, false, false]);
    const line = isRecursion ? recursion(name, kind, maker) : `${name} = ${expression(kind, maker, 3)}`;
    names.set(kind, [...(names.get(kind) ?? []), name]);
    return line;
  });
}

/** What the lines may read beside the market. */
export const PARAMETER_LINES: readonly string[] = ["param size = 2 in 1..4", "param half = 50% in 10%..90%"];

/** Lines that define values; a line may have a mistake. */
export const randomValueLines: fc.Arbitrary<readonly string[]> = fc
  .tuple(fc.infiniteStream(fc.nat(1 << 20)), fc.integer({ min: 3, max: 10 }))
  .map(([stream, count]) => valueLines((alternatives) => alternatives[stream.next().value % alternatives.length]!, count));
