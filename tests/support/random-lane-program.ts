/** Random strategies over several clocks and symbols as text: values of slower clocks, of other symbols and across a group, read by rules of all of them. */
import { prng } from "../../src/values/prng.ts";
import { certain, type Kind, pick, type Value, type Writer, write } from "./random-values.ts";

export interface RandomLaneProgram {
  readonly seed: number;
  readonly source: string;
  /** Traded ones first. */
  readonly symbols: number;
  readonly parameters: readonly number[];
  readonly met: ReadonlyMap<string, number>;
}

const KINDS: readonly Kind[] = ["price", "ratio", "number", "share", "bool"];

/** What no window may read again, and only on the first clock. */
function crossing(text: string, kind: Kind, maybe: boolean): Value {
  return { text, kind, warmup: 1, maybe, fixed: false, endless: false };
}

/** The program with this number: always the same text. It may be refused. */
export function randomLaneProgram(seed: number): RandomLaneProgram {
  const random = prng(seed);
  const met = new Map<string, number>();
  const [size, half] = [2 + random.below(3), 0.1 + 0.1 * random.below(9)];
  const writer: Writer = {
    random,
    named: [],
    met,
    lengths: [
      ["2", 2],
      ["3", 3],
      ["size", size],
    ],
  };
  const count = (name: string): void => {
    met.set(name, (met.get(name) ?? 0) + 1);
  };
  const named = (on: Writer, prefix: string, lines: number, kinds: readonly Kind[] = KINDS): readonly string[] =>
    Array.from({ length: lines }, (_, index) => {
      const value = readable(on, pick(on, kinds));
      on.named.push({ ...value, text: `${prefix}${index}` });
      return `${prefix}${index} = ${value.text}`;
    });
  const bars = named(writer, "v", 2 + random.below(3));
  const onBars = [...writer.named];
  const gathered: Writer = { ...writer, named: [] };
  for (const { text, kind, maybe } of onBars) {
    if (kind === "bool" || maybe) continue;
    const fn = pick(writer, ["last", "first", "sum", "mean", "max", "min"]);
    count(`gather ${fn}`);
    gathered.named.push(crossing(`${fn}(${text})`, kind, false));
  }
  const totals = gathered.named.map(({ text }, index) => `g${index} = ${text}`);
  const days = named(gathered, "d", 1 + random.below(3));
  const others: Value[] = [crossing("C.close", "price", false), crossing("B.volume", "share", false), crossing("C.atr(3)", "price", false)];
  for (const { text, kind, maybe } of onBars) others.push(crossing(`${pick(writer, ["A", "B", "C"])}.${text}`, kind, maybe));
  const groups = onBars.flatMap(({ text, kind, maybe }) => {
    if (maybe) return [];
    if (kind === "bool") return [crossing(`universe.count(${text})`, "number", false)];
    const fn = pick(writer, ["rank", "percent_rank", "sum", "mean", "max", "min"]);
    const group = pick(writer, ["universe", "some"]);
    count(`across ${fn}`);
    const own = fn === "rank" ? "number" : fn === "percent_rank" ? "ratio" : kind;
    return [crossing(`${group}.${fn}(${text})`, own, fn !== "sum")];
  });
  const reading: Writer = { ...writer, named: [...others, ...groups.map(certain)] };
  const mixed = named(reading, "w", 2 + random.below(3));
  const slower = gathered.named
    .filter(({ text }) => text.startsWith("d"))
    .map(({ text, kind, maybe }) => crossing(`${pick(writer, ["", "B.", "C."])}day.${text}`, kind, maybe));
  const across = groups.map(({ text }, index) => `u${index} = ${text}`);
  const samples = totals.map((_, index) => `s${index} = day.g${index}`);
  const rules = slower.map((value, index) => slowRule(writer, value, index));
  const source = [
    "strategy lanes",
    "trade [A, B]",
    "context [C]",
    "group some = [A, C]",
    "clock bar = 30m in regular",
    "clock day = 1d of bar",
    "param size = 3 in 2..4 step 1",
    "param half = 50% in 10%..90% step 10%",
    "fn smoothed(x: series U, n: int in 1..100): series U {\n  let m = mean(x, n)\n  rec y = seed m then prev(y) * 0.75 + m * 0.25\n  return y\n}",
    ...bars,
    `on day {\n  ${[...totals, ...days].join("\n  ")}\n}`,
    ...across,
    ...samples,
    ...mixed,
    "risk { order_value <= 60_000usd   day_loss <= 2% * equity else flatten until next_session }",
    ...rules,
    `plot ${[...bars, ...across, ...samples, ...mixed].map((line) => line.split(" ")[0]).join(", ")}`,
  ].join("\n");
  return { seed, source: `${source}\n`, symbols: 3, parameters: [size, half], met };
}

function readable(writer: Writer, kind: Kind): Value {
  for (;;) {
    const value = write(writer, kind, 2);
    if (!value.endless) return value;
  }
}

/** A hold that asks for a slower clock's value. */
function slowRule(writer: Writer, value: Value, index: number): string {
  const { text, kind } = certain(value);
  const other = certain(readable(writer, kind)).text;
  const when = kind === "bool" ? `${text} and ${other}` : `${text} ${pick(writer, ["<", ">"])} ${other}`;
  return `rule h${index} { when ${when}  hold 20% * equity trim }`;
}
