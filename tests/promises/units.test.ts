/**
 * Promise 5: units are checked. Random expressions over random units: a calculus of this file, exponents of usd and share and what has none, says which
 * are wrong, and exactly those are refused as such.
 */
import { expect, it } from "vitest";
import { type Prng, prng } from "../../src/values/prng.ts";
import { evaluate } from "../check/support.ts";
import { runs } from "./support.ts";

/** One way to read a value: exponents of usd and share; where there are none, a ratio (% and U / U) or an index. */
interface Reading {
  readonly kind: "dimension" | "ratio" | "number";
  readonly usd: number;
  readonly share: number;
}

/** All ways to read it: a bare literal may be a ratio or an index. */
type Unit = readonly Reading[];

const RATIO: Reading = { kind: "ratio", usd: 0, share: 0 };
const NUMBER: Reading = { kind: "number", usd: 0, share: 0 };
const dimension = (usd: number, share: number): Reading => (usd === 0 && share === 0 ? RATIO : { kind: "dimension", usd, share });

/** `unit` is null once something in it was wrong. */
interface Typed {
  readonly text: string;
  readonly unit: Unit | null;
}

const LEAVES: readonly Typed[] = [
  ...["close", "open", "sma(high, 3)", "atr(3)"].map((text) => ({ text, unit: [dimension(1, -1)] })),
  ...["volume", "100shares", "sma(volume, 2)"].map((text) => ({ text, unit: [dimension(0, 1)] })),
  ...["25usd", "(close * volume)"].map((text) => ({ text, unit: [dimension(1, 0)] })),
  ...["5bps", "2.5%", "(close / open)"].map((text) => ({ text, unit: [RATIO] })),
  ...["rsi(close, 3)", "session.bar", "stoch(3, 2, 2).k"].map((text) => ({ text, unit: [NUMBER] })),
  ...["2", "1.5"].map((text) => ({ text, unit: [RATIO, NUMBER] })),
];

/** Whether two readings are of one unit. */
type Same = (a: Reading, b: Reading) => boolean;

const same: Same = (a, b) => a.kind === b.kind && a.usd === b.usd && a.share === b.share;

/** The readings that two values have in common; null where there are none, or one was wrong already. */
function joined({ same }: Author, a: Unit | null, b: Unit | null): Unit | null {
  const common = a?.filter((one) => b?.some((other) => same(one, other))) ?? [];
  return common.length > 0 ? common : null;
}

interface Author {
  readonly random: Prng;
  readonly same: Same;
}

function pick<T>({ random }: Author, of: readonly T[]): T {
  return of[random.below(of.length)]!;
}

/** Exponents add; of values without any an index makes an index, and one by another a ratio. */
function product(a: Reading, b: Reading): Reading {
  if (a.kind === "dimension" || b.kind === "dimension") return dimension(a.usd + b.usd, a.share + b.share);
  return a.kind === "number" || b.kind === "number" ? NUMBER : RATIO;
}

function quotient(a: Reading, b: Reading): Reading {
  if (a.kind === "dimension" || b.kind === "dimension") return dimension(a.usd - b.usd, a.share - b.share);
  return a.kind === "number" && b.kind === "ratio" ? NUMBER : RATIO;
}

function combined(a: Unit | null, b: Unit | null, of: (a: Reading, b: Reading) => Reading): Unit | null {
  return a === null || b === null ? null : distinct(a.flatMap((one) => b.map((other) => of(one, other))));
}

function distinct(unit: Unit): Unit {
  return unit.filter((one, index) => unit.findIndex((other) => same(one, other)) === index);
}

function power(unit: Unit | null, by: number): Unit | null {
  return unit?.map((one) => (one.kind === "dimension" ? dimension(by * one.usd, by * one.share) : one)) ?? null;
}

function expression(author: Author, depth: number): Typed {
  if (depth <= 0 || author.random.below(8) === 0) return pick(author, LEAVES);
  const [a, b] = [expression(author, depth - 1), expression(author, depth - 1)];
  const form = pick(author, ["+", "-", "*", "*", "/", "/", "max", "min", "if", "abs", "square", "sqrt", "delay"]);
  switch (form) {
    case "+":
    case "-":
      return { text: `(${a.text} ${form} ${b.text})`, unit: joined(author, a.unit, b.unit) };
    case "*":
    case "/":
      return { text: `(${a.text} ${form} ${b.text})`, unit: combined(a.unit, b.unit, form === "*" ? product : quotient) };
    case "max":
    case "min":
      return { text: `${form}(${a.text}, ${b.text})`, unit: joined(author, a.unit, b.unit) };
    case "if": {
      const [c, d] = [expression(author, depth - 1), expression(author, depth - 1)];
      const fits = joined(author, c.unit, d.unit) !== null;
      return { text: `(if ${c.text} < ${d.text} then ${a.text} else ${b.text})`, unit: fits ? joined(author, a.unit, b.unit) : null };
    }
    case "square":
      return { text: `square(${a.text})`, unit: power(a.unit, 2) };
    case "sqrt":
      return { text: `sqrt(${a.text})`, unit: power(a.unit, 0.5) };
    case "abs":
      return { text: `abs(${a.text})`, unit: a.unit };
    default:
      return { text: `${a.text}[1]`, unit: a.unit };
  }
}

/** Half of them compare two values. */
function claim(seed: number, by: Same): Typed {
  const author = { random: prng(seed), same: by };
  const a = expression(author, 3);
  if (seed % 2 === 0) return a;
  const b = expression(author, 2);
  return { text: `${a.text} < ${b.text}`, unit: joined(author, a.unit, b.unit) };
}

interface Tally {
  right: number;
  wrong: number;
  readonly mistakes: string[];
}

function tryAll(count: number, by: Same): Tally {
  const tally: Tally = { right: 0, wrong: 0, mistakes: [] };
  for (let seed = 1; seed <= count; seed++) {
    const { text, unit } = claim(seed, by);
    const { diagnostics } = evaluate(text);
    // An arm that is never taken is not read on.
    if (diagnostics.some(({ code }) => code === "E0407")) continue;
    const refused = diagnostics.some(({ code }) => code === "E0401" || code === "E0404");
    if (unit === null) tally.wrong += 1;
    else tally.right += 1;
    if (refused !== (unit === null))
      tally.mistakes.push(`${text} is ${refused ? "refused" : "taken"}: ${diagnostics.map(({ message }) => message)}`);
  }
  return tally;
}

it("exactly what does not fit is refused", () => {
  const { right, wrong, mistakes } = tryAll(runs(50) * 10, same);
  expect(mistakes).toEqual([]);
  expect(Math.min(right, wrong)).toBeGreaterThan(runs(50));
}, 600_000);

it.each<[string, Same]>([
  ["a ratio that is taken for a price", (a, b) => (a.kind === "dimension" && b.kind === "ratio") || same(a, b)],
  ["an index that is taken for a ratio", (a, b) => (a.kind === "number" && b.kind === "ratio") || same(a, b)],
  ["shares that are taken for money", (a, b) => (a.kind === "dimension" && b.kind === "dimension") || same(a, b)],
])("catches %s", (_, faulty) => {
  expect(tryAll(400, faulty).mistakes.length).toBeGreaterThan(0);
});
